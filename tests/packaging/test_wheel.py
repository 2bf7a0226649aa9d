"""The wheel holds what runs: the code, one compiled grammar, and the licences of all of it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from packaging.utils import parse_wheel_filename


@pytest.fixture(scope="session")
def names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_one_wheel_serves_every_python_on_its_platform(wheel: Path) -> None:
    tags = parse_wheel_filename(wheel.name)[3]
    assert {(tag.interpreter, tag.abi) for tag in tags} == {("cp310", "abi3")}
    assert "any" not in {tag.platform for tag in tags}


def test_it_holds_exactly_one_grammar(names: list[str]) -> None:
    bindings = [name for name in names if name.endswith((".so", ".pyd", ".dylib"))]
    assert [Path(name).parent.as_posix() for name in bindings] == ["protohome/syntax/bindings"]
    assert Path(bindings[0]).name.startswith("proto.")


def test_it_holds_the_packages_and_nothing_beside_them(names: list[str]) -> None:
    top = {name.split("/")[0] for name in names}
    assert {name for name in top if not name.endswith(".dist-info")} == {
        "protohome",
        "protohome_hooks",
    }
    assert "protohome/py.typed" in names


def test_it_holds_every_licence(names: list[str]) -> None:
    licences = {name.split("/licenses/")[1] for name in names if "/licenses/" in name}
    assert licences == {
        "LICENSE",
        "licenses/tree-sitter-language-pack.txt",
        "licenses/tree-sitter-proto.txt",
    }


def test_it_is_small(wheel: Path) -> None:
    assert wheel.stat().st_size < 1_000_000
