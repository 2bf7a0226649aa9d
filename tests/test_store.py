"""Facts that were read are kept: the next run parses what changed, and says the same."""

from __future__ import annotations

import os
from marshal import dumps
from pathlib import Path

import pytest

from protohome.loading.shelf import _SOURCE
from protohome.system.kept import cache
from protohome.system.kept.store import Store
from trees import ENTRY, INVOICE, Repository, Tool

pytestmark = pytest.mark.usefixtures("cache_folder")


def kept(**values: bytes) -> None:
    """A run that makes these and needs nothing else."""
    made = Store("/root", "kind")
    for key, value in values.items():
        made.put(key, value)
    made.save()


def found(*keys: str) -> list[bytes | None]:
    later = Store("/root", "kind")
    return [later.get(key) for key in keys]


class TestStore:
    def test_a_later_run_finds_what_was_saved(self) -> None:
        kept(a=b"one", b=b"", c=b"\xff\0")
        assert found("a", "b", "c", "d") == [b"one", b"", b"\xff\0", None]

    def test_what_was_put_is_found_at_once_but_kept_only_when_saved(self) -> None:
        made = Store("/root", "kind")
        made.put("a", b"one")
        assert made.get("a") == b"one"
        assert found("a") == [None]
        made.save()
        assert made.get("a") == b"one"

    def test_another_kind_or_workspace_has_its_own(self) -> None:
        kept(a=b"one")
        assert Store("/root", "other").get("a") is None
        assert Store("/other", "kind").get("a") is None

    def test_other_code_finds_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        kept(a=b"one")
        monkeypatch.setattr(cache, "code", lambda: "newer")
        assert found("a") == [None]

    def test_what_is_not_asked_for_stays_while_there_is_as_much_of_the_rest(self) -> None:
        kept(a=b"1234", b=b"1234")
        kept(c=b"123456")
        assert found("a", "b", "c") == [b"1234", None, b"123456"]

    def test_asking_whether_it_is_there_is_asking_for_it(self) -> None:
        kept(a=b"1234", b=b"1234")
        later = Store("/root", "kind")
        assert "b" in later
        later.put("c", b"1")
        later.save()
        assert found("b", "c") == [b"1234", b"1"]

    def test_what_is_asked_for_stays_before_the_rest(self) -> None:
        kept(a=b"1234", b=b"1234")
        later = Store("/root", "kind")
        later.get("b")
        later.put("c", b"1")
        later.save()
        assert found("a", "b", "c") == [b"1234", b"1234", b"1"]
        later.get("c")
        later.put("d", b"1")
        later.save()
        assert found("a", "b", "c", "d") == [None, None, b"1", b"1"]

    def test_a_key_that_is_put_again_has_the_new_value(self) -> None:
        kept(a=b"old")
        later = Store("/root", "kind")
        assert later.get("a") == b"old"
        later.put("a", b"new")
        later.save()
        assert found("a") == [b"new"]

    def test_a_part_is_read_by_itself(self) -> None:
        made = Store("/root", "kind")
        made.put("a", b"one", b"", b"two")
        assert [made.get("a", part) for part in range(3)] == [b"one", b"", b"two"]
        made.save()
        assert [Store("/root", "kind").get("a", part) for part in range(3)] == [b"one", b"", b"two"]

    def test_all_parts_are_read_in_their_order(self) -> None:
        made = Store("/root", "kind")
        made.put("a", b"one", b"", b"two")
        assert [*made.parts("a")] == [b"one", b"", b"two"]
        assert [made.length("a", part) for part in range(3)] == [3, 0, 3]
        assert ([*made.parts("b")], made.length("b")) == ([], None)

    def test_what_was_found_is_found_while_another_run_saves(self) -> None:
        kept(a=b"one")
        first = Store("/root", "kind")
        assert first.get("a") == b"one"
        kept(a=b"other", b=b"two")
        assert first.get("a") == b"one"

    def test_what_is_damaged_is_nothing(self, cache_folder: Path) -> None:
        kept(a=b"one", b=b"two")
        [file] = cache_folder.iterdir()
        sound = file.read_bytes()
        cut = [sound[:end] for end in range(len(sound))]
        flipped = [
            sound[:at] + bytes([sound[at] ^ 1]) + sound[at + 1 :] for at in range(len(sound))
        ]
        for data in (*cut, *flipped, b"\0" * 200, sound + b"\0"):
            file.write_bytes(data)
            for value, right in zip(found("a", "b"), (b"one", b"two"), strict=True):
                assert value in (right, None)
        file.write_bytes(sound)
        assert found("a", "b") == [b"one", b"two"]

    def test_where_an_open_file_cannot_be_replaced_it_is_the_same(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(cache, "_PIECEWISE", False)
        kept(a=b"1234", b=b"1234")
        kept(c=b"123456")
        assert found("a", "b", "c") == [b"1234", None, b"123456"]

    def test_a_disk_that_is_full_loses_nothing_of_this_run(
        self, monkeypatch: pytest.MonkeyPatch, cache_folder: Path
    ) -> None:
        made = Store("/root", "kind")
        made.put("a", b"one")

        def full(number: int, data: bytes) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(cache, "_write", full)
        made.put("b", b"two")
        made.save()
        assert [made.get("a"), made.get("b")] == [b"one", b"two"]


class TestFacts:
    """As ``protohome check`` keeps them."""

    def test_only_what_changed_is_parsed(self, tool: Tool, parsed: list[str]) -> None:
        tool("check")
        assert sorted(parsed) == [INVOICE, ENTRY]
        tool.tree.edit(ENTRY, "Entry", "Posting")
        done = tool("check", "--format=json")
        assert parsed[2:] == [ENTRY]
        assert tool.check("--format=json") == done

    def test_a_file_that_is_as_it_was_is_not_parsed(self, tool: Tool, parsed: list[str]) -> None:
        tool("check")
        tool.tree.edit(ENTRY, "Entry", "Posting")
        tool("check")
        tool.tree.edit(ENTRY, "Posting", "Entry")
        tool("check")
        assert parsed[2:] == [ENTRY]

    def test_nor_one_that_moved(self, tool: Tool, parsed: list[str]) -> None:
        tool("check")
        moved = INVOICE.replace("invoice", "bill")
        (tool.tree.root / INVOICE).rename(tool.tree.root / moved)
        done = tool("check", "--format=json")
        assert len(parsed) == 2
        assert tool.check("--format=json") == done

    def test_nor_what_the_reference_had(
        self, tool: Tool, parsed: list[str], git_environment: dict[str, str]
    ) -> None:
        Repository(tool.tree.root, git_environment)
        tool("check")
        tool.tree.edit(ENTRY, "{}", "{ string a = 1; }")
        tool("check", "-q")
        assert parsed[2:] == [ENTRY]
        done = tool("check", "--format=json")
        assert len(parsed) == 3
        assert tool.check("--format=json") == done

    @pytest.mark.parametrize("value", [b"", b"{}", b"\xff", *map(dumps, (None, (), (1,) * 7))])
    def test_a_value_that_is_not_ours_is_made_anew(self, tool: Tool, value: bytes) -> None:
        first = tool("check", "--format=json")
        real = Store.get
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                Store, "get", lambda *asked: value if asked[2] != _SOURCE else real(*asked)
            )
            tool.tree.edit("PACKAGE_MAP.md", "A-1", "A-3")
            assert tool("check", "--format=json") == first

    def test_a_number_that_is_too_long_to_be_written_down_changes_nothing(
        self, tool: Tool, parsed: list[str]
    ) -> None:
        huge = b"package acme.ledger.v1; message Entry { int32 a = 0x" + b"f" * 9999 + b"; }"
        tool.tree.write(ENTRY, huge)
        first = tool("check", "--format=json")
        tool.tree.edit("PACKAGE_MAP.md", "A-1", "A-3")
        assert tool("check", "--format=json") == first
        assert parsed == [INVOICE, ENTRY]

    def test_without_a_cache_nothing_is_kept(self, tool: Tool, cache_folder: Path) -> None:
        tool.check()
        assert not os.path.lexists(cache_folder)
