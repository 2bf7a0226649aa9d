"""Managed lists: what stands between ``protohome:begin KIND …`` and ``protohome:end``."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..escaping.terminal import one_line
from ..verdicts import Judge
from ..workspace.indexes import located_in

KINDS = ("packages", "files", "shims", "owners")


def lines(judge: Judge, words: tuple[str, ...]) -> list[str]:
    """The Markdown lines of a list. Raises ValueError, for a person, where it means nothing."""
    kind, *rest = words or ("",)
    if kind not in KINDS:
        raise ValueError(f"there is no list {kind!r}: use {', '.join(KINDS[:-1])} or {KINDS[-1]}")
    packages = judge.snapshot.packages
    most = 1 if kind in ("files", "shims") else 0
    if len(rest) > most:
        raise ValueError(f"`{kind}` takes {('no package', 'one package at most')[most]}")
    if rest and rest[0] not in packages:
        raise ValueError(f"the map lists no package {rest[0]}")
    make: Callable[[Judge, tuple[str, ...]], Iterator[str]] = {
        "packages": _packages,
        "files": _files,
        "shims": _shims,
        "owners": _owners,
    }[kind]
    return list(make(judge, tuple(rest or packages)))


def _packages(judge: Judge, packages: tuple[str, ...]) -> Iterator[str]:
    for package in packages:
        row = judge.snapshot.packages[package]
        yield f"- `{package}`" + (f": {row.domain}" if row.domain else "")


def _files(judge: Judge, packages: tuple[str, ...]) -> Iterator[str]:
    for path, file in judge.snapshot.files.items():
        if file.package in packages:
            yield f"- `{one_line(path)}`"


def _shims(judge: Judge, packages: tuple[str, ...]) -> Iterator[str]:
    """The contracts that frozen packages still declare, each with where it goes."""
    for package in packages:
        if package not in judge.frozen:
            continue
        for file in judge.snapshot.by_package.get(package, ()):
            for located in located_in(file):
                successor = judge.successor_of(located)
                if successor is not None:
                    yield f"- `{located.fqn}` → `{successor.located.fqn}`"
                    continue
                verdict = judge.home_of(located)
                goes = f" → `{verdict.home}`" if verdict.misplaced else ""
                yield f"- `{located.fqn}`{goes}"


def _owners(judge: Judge, packages: tuple[str, ...]) -> Iterator[str]:
    lanes: dict[str, list[str]] = {}
    for package in packages:
        lane = judge.snapshot.packages[package].owner.lane or "no owner"
        lanes.setdefault(lane, []).append(f"`{package}`")
    for lane, owned in lanes.items():
        yield f"- {lane}: {', '.join(owned)}"
