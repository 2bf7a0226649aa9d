"""The descriptor set that we make of a tree is the one that ``buf build`` makes of it.

But for what a parser cannot know: what custom options mean, the options of extension ranges, source
information, the visibility of symbols.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

from corpora import google_proto_files
from descriptors.images import buf_image, write_tree
from descriptors.test_reading import TREE
from literate import ROOT
from protohome import cli
from protohome.descriptors import read_image, write_image
from protohome.model import ProtoFile, TypeRef
from protohome.resolution import View
from protohome.syntax import read

CUT = ("logging/type", "api", "type", "rpc", "pubsub", "iam", "longrunning")


def meaning_in(files: dict[str, ProtoFile]) -> Callable[..., tuple[str, str] | None]:
    view = View(files)

    def meaning(path: str, scope: str, ref: TypeRef, kind: str) -> tuple[str, str] | None:
        fqn = view.type_of(path, ref.name, scope, kind) or ""
        if fqn in view.declared:
            return fqn, view.declared[fqn][0].kind
        absent = (view.symbols(each) for each in view.visible(path))
        return next(((fqn, symbols[fqn]) for symbols in absent if fqn in symbols), None)

    return meaning


def ours(root: Path) -> dict[str, FileDescriptorProto]:
    files = {
        str(path.relative_to(root)): read(str(path.relative_to(root)), path.read_bytes())
        for path in root.rglob("*.proto")
    }
    data = write_image(files, meaning_in(files), "x.binpb")
    return {file.name: file for file in FileDescriptorSet.FromString(data).file}


def compiled(root: Path, folder: Path) -> dict[str, FileDescriptorProto]:
    words = ("--exclude-source-info", "--as-file-descriptor-set")
    data = buf_image(root, folder / "image.binpb", *words)
    return {file.name: file for file in FileDescriptorSet.FromString(data).file}


def plain(message: Any) -> Any:
    """Without what a parser cannot know, at any depth."""
    message.DiscardUnknownFields()
    for field, value in message.ListFields():
        if field.name in ("uninterpreted_option", "visibility") or field.is_extension:
            message.ClearField(field.name)
        elif field.message_type is not None:
            for each in value if hasattr(value, "add") else [value]:
                plain(each)
            if field.name == "extension_range":
                for each in value:
                    each.ClearField("options")
            if field.name in ("options", "features") and not value.ByteSize():
                message.ClearField(field.name)
    return message


def assert_equal(root: Path, folder: Path) -> int:
    made, wanted = ours(root), compiled(root, folder)
    assert made
    for path, file in made.items():
        assert str(plain(file)) == str(plain(wanted[path])), path
    return len(made)


def test_what_protobuf_has(tmp_path: Path) -> None:
    assert_equal(write_tree(tmp_path / "root", TREE), tmp_path)


@pytest.mark.parametrize("tree", ["examples/openagents/proto", "tests/fixes/acme"])
def test_trees(tree: str, tmp_path: Path) -> None:
    assert_equal(ROOT / tree, tmp_path)


def test_public_protos(tmp_path: Path) -> None:
    """A part of googleapis that imports nothing else."""
    for path in CUT:
        shutil.copytree(google_proto_files() / "google" / path, tmp_path / "root/google" / path)
    assert assert_equal(tmp_path / "root", tmp_path) > 40


@pytest.mark.parametrize("name", ["x.binpb", "x.json", "x.txtpb", "x.binpb.gz"])
def test_the_command(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its suffix says in what form; what is written is an image to compare with."""
    monkeypatch.chdir(ROOT / "examples/openagents")
    output = tmp_path / name
    assert cli.main(["snapshot", "--no-cache", "-o", str(output)]) == 0
    found = read_image(name, output.read_bytes())
    assert len(found) == len(list(Path.cwd().rglob("*.proto")))
    assert cli.main(["check", "--no-cache", "--against", str(output), "--quiet"]) == 0


def test_a_file_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tree = shutil.copytree(ROOT / "examples/openagents", tmp_path / "tree")
    broken = next(iter(sorted(tree.rglob("*.proto"))))
    broken.write_text(broken.read_text() + "\nmessage {")
    words = ["snapshot", "--no-cache", "--config", str(tree / "protohome.toml")]
    (tree / "protohome.toml").write_text("")
    assert cli.main([*words, "-o", str(tmp_path / "x.binpb")]) == 2
    assert "cannot be read; correct it first" in capsys.readouterr().err
    assert not (tmp_path / "x.binpb").exists()
