"""Between our facts and protobuf's own form of them, ``FileDescriptorSet``.

``read_image`` reads what ``buf build`` and ``protoc --descriptor_set_out`` write. The ``protobuf``
package is imported when it is called.
"""

from __future__ import annotations

from ..model import ProtoFile


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


__all__ = ["read_image"]
