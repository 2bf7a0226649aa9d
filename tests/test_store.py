"""Facts that were read are kept: the next run parses what changed, and says the same."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from protohome.system import store
from protohome.system.cache import load_bytes, save_bytes
from protohome.system.store import Store
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
        monkeypatch.setattr(store, "code", lambda: "newer")
        assert found("a") == [None]

    def test_what_is_not_asked_for_stays_while_there_is_as_much_of_the_rest(self) -> None:
        kept(a=b"1234", b=b"1234")
        kept(c=b"123456")
        assert found("a", "b", "c") == [b"1234", None, b"123456"]

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

    def test_any_bytes_in_its_place_are_nothing(self) -> None:
        kept(a=b"one")
        sound = load_bytes("/root", "kind")
        assert sound is not None
        for data in (b"", b"\0" * 8, b"\xff" * 40, sound[:20], b"\0" * 7 + b"\1N"):
            save_bytes("/root", "kind", [data])
            assert found("a") == [None]
            kept(a=b"one")


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

    @pytest.mark.parametrize(
        "value", [b"", b"{}", b"[]", b"[1,2,3,4,5,6,7,8,9,10]", b"[" * 9999, b"\xff", b"null"]
    )
    def test_a_value_that_is_no_facts_is_made_anew(self, tool: Tool, value: bytes) -> None:
        first = tool("check", "--format=json")
        real = Store.get
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Store, "get", lambda self, key: real(self, key) and value)
            tool.tree.edit("PACKAGE_MAP.md", "A-1", "A-3")
            assert tool("check", "--format=json") == first

    def test_what_cannot_be_written_down_is_read_each_time(
        self, tool: Tool, parsed: list[str]
    ) -> None:
        huge = b"package acme.ledger.v1; message Entry { int32 a = 0x" + b"f" * 9999 + b"; }"
        tool.tree.write(ENTRY, huge)
        first = tool("check", "--format=json")
        tool.tree.edit("PACKAGE_MAP.md", "A-1", "A-3")
        assert tool("check", "--format=json") == first
        assert parsed == [INVOICE, ENTRY, ENTRY]

    def test_without_a_cache_nothing_is_kept(self, tool: Tool, cache_folder: Path) -> None:
        tool.check()
        assert not os.path.lexists(cache_folder)
