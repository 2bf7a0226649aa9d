"""What a menu says of a move, found out without making it where that takes long."""

from __future__ import annotations

import pytest

from protohome.config import Config
from protohome.findings import FixRequest
from protohome.fixes import Refused, move_contract
from protohome.packagemap import read as read_map
from protohome.syntax import read
from protohome.verdicts import Judge
from protohome.workspace.snapshot import Snapshot

MAP = read_map(
    "MAP.md",
    b"| Package | Owner lane | Contains | Does not contain |\n| --- | --- | --- | --- |\n"
    b"| `a.v1` | `owner:a` | x | |\n| `b.v1` | `owner:b` | y | |\n",
)


def title(users: int, package: str = "b.v1") -> str:
    """The title of a move of a contract that so many files use."""
    texts = {
        "a/v1/money.proto": 'syntax = "proto3"; package a.v1; message Money {}',
        **{
            f"a/v1/user{at}.proto": 'syntax = "proto3"; package a.v1; import "a/v1/money.proto";'
            f" message User{at} {{ Money money = 1; }}"
            for at in range(users)
        },
    }
    files = {path: read(path, text.encode()) for path, text in texts.items()}
    judge = Judge(Snapshot("/", Config(), MAP, ("",), files))
    request = FixRequest("move-contract", {"contract": "a.v1.Money", "package": package})
    return move_contract.title(judge, request)


@pytest.mark.parametrize(
    ("users", "files"),
    [(0, "2 files"), (1, "3 files"), (63, "65 files"), (64, "more than 64 files")],
)
def test_it_counts_the_files_unless_they_are_very_many(users: int, files: str) -> None:
    assert title(users) == f"Move Money to b.v1 ({files})"


def test_a_move_of_very_many_is_refused_as_others_are() -> None:
    for users in (0, 64):
        with pytest.raises(Refused, match=r"lists no package c\.v1"):
            title(users, "c.v1")
