"""The encodings of a ``FileDescriptorSet``, told by suffix, as ``buf`` and ``protoc`` have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..system.disk import LoadError

if TYPE_CHECKING:
    from google.protobuf.descriptor_pb2 import FileDescriptorSet

BINPB, JSON, TXTPB = "binpb", "json", "txtpb"
_TEXT_SUFFIXES = ("txtpb", "textproto", "pbtxt", "textpb", "txt")
_GZIP = b"\x1f\x8b"
# More than any tree of contracts, less than memory: what a few bytes of gzip may swell to.
_LARGEST = 1 << 30


def format_of(path: str) -> str:
    """The format that ``path``'s suffix names, ``""`` when it names none."""
    suffix = path.lower().removesuffix(".gz").rpartition(".")[2]
    if suffix in _TEXT_SUFFIXES:
        return TXTPB
    return suffix if suffix in (BINPB, JSON) else ""


def decoded(path: str, data: bytes) -> FileDescriptorSet:
    """The descriptor set in ``data``, gzipped or not; ``path`` tells the format, for messages too.

    Raises LoadError with one line when the data are none.
    """
    from google.protobuf import json_format, message, text_format
    from google.protobuf.descriptor_pb2 import FileDescriptorSet

    if data[:2] == _GZIP:
        data = _unzipped(path, data)
    kind = format_of(path) or (JSON if data.lstrip()[:1] == b"{" else BINPB)
    found = FileDescriptorSet()
    try:
        if kind == BINPB:
            found = FileDescriptorSet.FromString(data)
        elif kind == JSON:
            json_format.Parse(data.decode("utf-8"), found, ignore_unknown_fields=True)
        else:
            text_format.Parse(
                data.decode("utf-8"), found, allow_unknown_extension=True, allow_unknown_field=True
            )
    except (
        message.DecodeError,
        json_format.ParseError,
        text_format.ParseError,
        ValueError,
        RecursionError,
    ) as error:
        raise no_image(path, " ".join(str(error).split())) from error
    if not found.file:
        raise no_image(path, "it holds no file")
    return found


def encoded(descriptors: FileDescriptorSet, path: str, form: str) -> bytes:
    """``descriptors`` in ``form``, else as ``path``'s suffix says; the same bytes every time."""
    from google.protobuf import json_format, text_format

    form = form or format_of(path) or BINPB
    if form == JSON:
        data = (json_format.MessageToJson(descriptors, indent=None) + "\n").encode()
    elif form == TXTPB:
        data = text_format.MessageToString(descriptors).encode()
    else:
        data = descriptors.SerializeToString(deterministic=True)
    if path.lower().endswith(".gz"):
        import gzip

        return gzip.compress(data, mtime=0)
    return data


def no_image(path: str, why: str) -> LoadError:
    return LoadError(
        f"{path}: no image of `buf build` or `protoc --descriptor_set_out`, or a truncated one: "
        f"{why[:160]}"
    )


def _unzipped(path: str, data: bytes) -> bytes:
    import gzip
    import io
    import zlib

    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            found = stream.read(_LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise no_image(path, str(error)) from error
    if len(found) > _LARGEST:
        raise no_image(path, "it unpacks to more than 1 GiB")
    return found
