"""Between our facts and protobuf's own form of them, ``FileDescriptorSet``.

``read_image`` reads what ``buf build`` and ``protoc --descriptor_set_out`` write, ``write_image``
makes the same of a tree, without a compiler. The ``protobuf`` package is imported when they are
called.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..model import ProtoFile, TypeRef

FORMATS = ("binpb", "json", "txtpb")


def read_image(path: str, data: bytes) -> dict[str, ProtoFile]:
    """The files of an image by import path; ``path`` tells its format, and is for messages.

    Suffixes are ``.binpb`` (also without any), ``.json`` and ``.txtpb``, each also with ``.gz``.
    Raises LoadError with one line when ``data`` are no image, or not a whole one.
    """
    from .formats import decoded, no_image
    from .reading import file_facts

    found: dict[str, ProtoFile] = {}
    for file in decoded(path, data).file:
        try:
            found[file.name] = file_facts(file)
        except (LookupError, ValueError, StopIteration, RecursionError) as error:
            raise no_image(path, f"the descriptor of `{file.name}` is damaged") from error
    if "" in found:
        raise no_image(path, "it holds a file without a name")
    return found


def write_image(
    files: Mapping[str, ProtoFile],
    meaning: Callable[[str, str, TypeRef, str], tuple[str, str] | None],
    path: str,
    form: str = "",
) -> bytes:
    """The descriptor set of ``files``, which are by import path, in one of FORMATS.

    ``meaning`` tells what a name means, as ``writing.Meaning`` has it. Without ``form`` the suffix
    of ``path`` says which format, ``.gz`` that it is packed.
    """
    from .formats import encoded
    from .writing import descriptor_set

    return encoded(descriptor_set(files, meaning), path, form)


__all__ = ["FORMATS", "read_image", "write_image"]
