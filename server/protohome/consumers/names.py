"""What generators call a contract: the marks of its package in a source file, and its own names.

As prost (Rust), ts-proto and protobuf-es (TypeScript), protoc-gen-go, swift-protobuf, and protoc's
Java, PHP and Python do by default, and as their file options say.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ..model import Enum, ProtoFile, Service
from ..named import NamedTuple
from ..syntax.constants import constant
from ..workspace.snapshot import Located

# What generators put behind a service's name.
_SERVICE_ENDINGS = ("Client", "Server", "Stub", "Servicer", "Grpc", "Definition", "Base")
_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+")


class Language(NamedTuple):
    """``marks`` of a file: its source mentions one of them where it uses the file's package;

    ``names`` of a contract: one of these identifiers stands there then.
    """

    name: str
    suffixes: tuple[str, ...]
    marks: Callable[[ProtoFile], tuple[str, ...]]
    names: Callable[[Located], tuple[str, ...]]


def language_of(path: str) -> Language | None:
    """The language of a source file by its suffix, None for another."""
    suffix = path.rpartition(".")[2].lower()
    return next((one for one in languages() if suffix in one.suffixes), None)


def languages() -> tuple[Language, ...]:
    return (
        Language("Rust", ("rs",), _rust_marks, _rust_names),
        Language("TypeScript", ("ts", "tsx", "mts", "js", "jsx", "mjs"), _path_marks, _ts_names),
        Language("Go", ("go",), _go_marks, _go_names),
        Language("Swift", ("swift",), lambda file: (_swift_prefix(file),), _swift_names),
        Language("Java", ("java", "kt"), _java_marks, _plain_names),
        Language("PHP", ("php",), _php_marks, _plain_names),
        Language("Python", ("py", "pyi"), _python_marks, _python_names),
    )


def _option(file: ProtoFile, name: str) -> str:
    found = (option.value for option in file.options if option.name == name)
    return constant(next(found, '""'), "string")


def _plain_names(located: Located) -> tuple[str, ...]:
    name = located.name
    endings = _SERVICE_ENDINGS if isinstance(located.contract, Service) else ("OrBuilder",)
    return (name, *(name + ending for ending in endings))


# Rust


def _rust_marks(file: ProtoFile) -> tuple[str, ...]:
    """The last two modules are enough, since the others are often behind an alias."""
    parts = file.package.split(".")
    return ("::".join(parts[-2:]), file.package)


def _rust_names(located: Located) -> tuple[str, ...]:
    """Types in heck's camel case (``HTTPError`` is ``HttpError``), nested ones in a module."""
    words = _WORD.findall(located.name)
    module = "_".join(word.lower() for word in words)
    name = "".join(word[:1].upper() + word[1:].lower() for word in words)
    found = {located.name: None, name: None, module: None}
    if isinstance(located.contract, Service):
        found.update({f"{module}_client": None, f"{module}_server": None})
        found.update({f"{name}Client": None, f"{name}Server": None})
    return tuple(found)


# TypeScript


def _path_marks(file: ProtoFile) -> tuple[str, ...]:
    """Modules are named as the ``.proto`` files are, in the folders of their packages."""
    return (file.package.replace(".", "/"), file.package)


def _ts_names(located: Located) -> tuple[str, ...]:
    name = located.name
    return (*_plain_names(located), f"{name}Schema", f"{name}JsonSchema", f"{name}_")


# Go


def _go_marks(file: ProtoFile) -> tuple[str, ...]:
    path = _option(file, "go_package").partition(";")[0]
    return tuple(filter(None, (path, *_path_marks(file))))


def _go_names(located: Located) -> tuple[str, ...]:
    name = located.name
    found = (*_plain_names(located), f"New{name}Client", f"Register{name}Server", f"{name}_")
    return (*found, f"Unimplemented{name}Server")


# Swift


def _swift_prefix(file: ProtoFile) -> str:
    prefix = _option(file, "swift_prefix")
    if prefix or not file.package:
        return prefix
    parts = ("".join(w[:1].upper() + w[1:] for w in p.split("_")) for p in file.package.split("."))
    return "_".join(parts) + "_"


def _swift_names(located: Located) -> tuple[str, ...]:
    prefix = _swift_prefix(located.file)
    return tuple(prefix + name for name in (*_plain_names(located), f"{located.name}_"))


# Java, PHP, Python


def _java_marks(file: ProtoFile) -> tuple[str, ...]:
    return (_option(file, "java_package") or file.package,)


def _php_marks(file: ProtoFile) -> tuple[str, ...]:
    namespace = _option(file, "php_namespace")
    parts = (part[:1].upper() + part[1:] for part in file.package.split("."))
    return (namespace or "\\".join(parts), file.package)


def _python_marks(file: ProtoFile) -> tuple[str, ...]:
    return (file.package, file.package.replace(".", "/"))


def _python_names(located: Located) -> tuple[str, ...]:
    """An enum's values stand in the module, beside it."""
    found = _plain_names(located)
    if isinstance(located.contract, Enum):
        found += tuple(value.name for value in located.contract.values)
    return found
