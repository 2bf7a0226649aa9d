"""The example tree is what its README says: it compiles, its map describes it, its facts are real.

`data/openagents_facts.json` lists what twelve files of the real tree declared on 2026-02-20, the
day the map was published: file -> package, syntax, imports, and contract -> members, a member as
``[oneof NAME|LABEL] TYPE NAME = NUMBER`` (enum values: ``NAME = NUMBER``). Types are full names.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
)

EXAMPLE = Path(__file__).parents[1] / "examples" / "openagents"
FACTS: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent / "data" / "openagents_facts.json").read_text()
)
LEGACY = "openagents/protocol/v1"
Contracts = dict[str, list[str]]


def buf(*arguments: str) -> bytes:
    """Run the `buf` of this environment in the example tree; its output, or a failed test."""
    program = shutil.which("buf", path=sysconfig.get_path("scripts")) or shutil.which("buf")
    assert program, "buf is missing: pip install buf-bin"
    done = subprocess.run([program, *arguments], cwd=EXAMPLE, capture_output=True)
    assert done.returncode == 0, (done.stdout + done.stderr).decode(errors="replace")
    return done.stdout


@pytest.fixture(scope="module")
def tree() -> dict[str, FileDescriptorProto]:
    """Descriptors of the tree's own files, by import path."""
    image = FileDescriptorSet.FromString(buf("build", "--as-file-descriptor-set", "-o", "-"))
    return {file.name: file for file in image.file if file.name.startswith("openagents/")}


def audit_rows() -> list[tuple[str, str]]:
    """File and current package of each row of the map's audit table."""
    text = (EXAMPLE / "proto" / "PACKAGE_MAP.md").read_text()
    return re.findall(r"^\| `(proto/[^`]+)` \| `([^`]+)` \|", text, re.MULTILINE)


def contracts(file: FileDescriptorProto) -> Contracts:
    """A file's contracts in the shape of the facts."""
    assert not file.service
    assert not file.extension
    found = {f"message {message.name}": list(fields(message)) for message in file.message_type}
    return found | {f"enum {enum.name}": values(enum) for enum in file.enum_type}


def fields(message: DescriptorProto) -> Iterator[str]:
    for field in message.field:
        kind = FieldDescriptorProto.Type.Name(field.type).removeprefix("TYPE_").lower()
        words = [field.type_name.removeprefix(".") or kind, field.name, "=", str(field.number)]
        if field.label == FieldDescriptorProto.LABEL_REPEATED:
            words.insert(0, "repeated")
        elif field.proto3_optional:
            words.insert(0, "optional")
        elif field.HasField("oneof_index"):
            words.insert(0, f"oneof {message.oneof_decl[field.oneof_index].name}")
        yield " ".join(words)


def values(enum: EnumDescriptorProto) -> list[str]:
    return [f"{value.name} = {value.number}" for value in enum.value]


def renamed(found: Contracts, *renames: tuple[str, str]) -> Contracts:
    """`found` after regular-expression renames of its contracts and members."""

    def rename(text: str) -> str:
        for pattern, replacement in renames:
            text = re.sub(pattern, replacement, text)
        return text

    return {
        rename(contract): [rename(member) for member in members]
        for contract, members in found.items()
    }


def test_it_compiles_and_is_lint_clean() -> None:
    buf("build")
    buf("lint")
    buf("format", "--diff", "--exit-code")


def test_every_file_has_an_audit_row_and_every_row_a_file(
    tree: Mapping[str, FileDescriptorProto],
) -> None:
    assert len(audit_rows()) == 19
    assert sorted(audit_rows()) == sorted(
        (f"proto/{path}", file.package) for path, file in tree.items()
    )


@pytest.mark.parametrize("path", FACTS)
def test_its_contracts_are_those_of_the_real_tree(
    path: str, tree: Mapping[str, FileDescriptorProto]
) -> None:
    file = tree[path.removeprefix("proto/")]
    assert {
        "package": file.package,
        "syntax": file.syntax,
        "imports": list(file.dependency),
        "contracts": contracts(file),
    } == FACTS[path]


@pytest.mark.parametrize("stem", ["sandbox", "events", "workers", "auth"])
def test_a_codex_contract_has_a_twin_of_the_same_name_and_numbers(
    stem: str, tree: Mapping[str, FileDescriptorProto]
) -> None:
    legacy = contracts(tree[f"{LEGACY}/codex_{stem}.proto"])
    assert contracts(tree[f"openagents/codex/v1/{stem}.proto"]) == renamed(
        legacy,
        (r"openagents\.protocol\.v1\.ReasonCode", "openagents.runtime.v1.RuntimeReasonCode"),
        (r"openagents\.protocol\.v1\.", "openagents.codex.v1."),
    )


@pytest.mark.parametrize("stem", ["events", "reasons"])
def test_a_legacy_event_has_a_runtime_successor_with_the_same_numbers(
    stem: str, tree: Mapping[str, FileDescriptorProto]
) -> None:
    successors = renamed(
        contracts(tree[f"{LEGACY}/{stem}.proto"]),
        (r"openagents\.protocol\.v1\.", "openagents.runtime.v1.Runtime"),
        (r"^(message|enum) ", r"\1 Runtime"),
        (r"^REASON_CODE_", "RUNTIME_REASON_CODE_"),
    )
    runtime = contracts(tree["openagents/runtime/v1/orchestration.proto"])
    assert successors.items() <= runtime.items()


@pytest.mark.parametrize("stem", ["receipts", "comms"])
def test_receipts_and_comms_have_no_counterpart_yet(
    stem: str, tree: Mapping[str, FileDescriptorProto]
) -> None:
    for contract in contracts(tree[f"{LEGACY}/{stem}.proto"]):
        kind, name = contract.split()
        assert [
            path
            for path, file in tree.items()
            if not path.startswith(LEGACY)
            and {f"{kind} {name}", f"{kind} Runtime{name}"} & contracts(file).keys()
        ] == []
