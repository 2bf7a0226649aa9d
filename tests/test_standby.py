"""A copy of the process reads a workspace, and whatever happens to it, what is read is the same.

Each case runs in a process of its own, as only one without threads is copied.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from test_ahead import FILES, fill
from trees import Tree, protohome

pytestmark = [
    pytest.mark.usefixtures("cache_folder"),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="no process can be copied here"),
]

# As if these were thousands of files.
MANY = """
import os, signal, sys
from protohome.loading import ahead, discovery, standby
from protohome.lsp.state import loading
from protohome.syntax import Parser
ahead.PAYS, ahead._CHUNK, parent = 0, 200, os.getpid()
parsed, read_once = [], Parser.read_once
def counted(self, path, source):
    parsed.append(os.path.basename(path))
    return read_once(self, path, source)
Parser.read_once = counted
def killed(*given, **named):
    os.kill(os.getpid(), signal.SIGKILL)
"""
COPIED = "copy = standby.Standby()\n"
LOADED = """
def progress(done, total):
    print("progress", done, total, file=sys.stderr)
loaded = loading.load(discovery.find(os.getcwd()), {}, None, progress, copy)
"""
SHOWN = """
print(*parsed, sep="\\n", file=sys.stderr)  # before all is looked into
sys.set_int_max_str_digits(0)
for path, file in loaded.snapshot.files.items():
    print(path, file.parts, file.contracts, file.source)
"""

EVERYTHING = FILES + 4


@pytest.fixture
def tree(tree: Tree) -> Tree:
    fill(tree)
    return tree


def loaded(tree: Tree, before: str = "", after: str = "") -> tuple[bytes, list[str]]:
    """What a process reads, with a standby that was made in between; what it parsed itself."""
    done = protohome(tree.root, code=MANY + before + COPIED + after + LOADED + SHOWN)
    assert done.returncode == 0, done.stderr
    return done.stdout, [line for line in done.stderr.decode().splitlines() if ".proto" in line]


def alone(tree: Tree) -> bytes:
    """What a process reads without a copy, and without what others kept."""
    elsewhere = "os.environ['XDG_CACHE_HOME'] += '-of-another'\n"
    shown, parsed = loaded(tree, after=f"copy = None\n{elsewhere}")
    assert len(parsed) == EVERYTHING
    return shown


def test_what_the_copy_read_is_not_parsed_again(tree: Tree) -> None:
    shown, parsed = loaded(tree)
    assert not parsed
    assert shown == alone(tree)


def test_it_tells_how_many_are_parsed(tree: Tree) -> None:
    done = protohome(tree.root, code=MANY + COPIED + LOADED)
    told = [line for line in done.stderr.splitlines() if line.startswith(b"progress")]
    assert b"progress %d %d" % (EVERYTHING - 1, EVERYTHING) in told


def test_it_heeds_nobody_who_interrupts_its_parent(tree: Tree) -> None:
    _, parsed = loaded(tree, after="os.kill(copy._waiting[0].pid, signal.SIGINT)\n")
    assert not parsed


SAVING = """
from protohome.system.kept.store import Store
save = Store.save
Store.save = lambda store: save(store) if os.getpid() == parent else killed()
"""
# What may happen to a copy, or keep it from being made: what is done before it is, and after.
MISHAPS = {
    "killed while it waits": ("", "os.kill(copy._waiting[0].pid, signal.SIGKILL)\n"),
    "killed at work": ("standby._read = killed\n", ""),
    "killed before it saves": (SAVING, ""),
    "killed beside workers": (
        """
def orphaned(*given):
    if os.getppid() != parent:  # but the copy that it works for
        os.kill(os.getppid(), signal.SIGKILL)
    signal.pause()
ahead.parsed = orphaned
""",
        "",
    ),
    "without its workers": ("ahead.parsed = killed\n", ""),
    "failing": ("def failing(*given):\n    raise MemoryError\nstandby._read = failing\n", ""),
    "refused": (
        "def refused():\n    raise BlockingIOError(11, 'try again')\nos.fork = refused\n",
        "",
    ),
    "unknown to the system": ("del os.fork\n", ""),
    "of which nobody hears": ("signal.signal(signal.SIGCHLD, signal.SIG_IGN)\n", ""),
    "busy": ("", "copy._waiting.clear()\n"),
}


@pytest.mark.parametrize(("before", "after"), MISHAPS.values(), ids=MISHAPS)
def test_whatever_happens_to_it_changes_nothing(tree: Tree, before: str, after: str) -> None:
    shown, _parsed = loaded(tree, before, after)
    assert shown == alone(tree)


@pytest.mark.parametrize("mishap", ["killed while it waits", "failing", "busy", "refused"])
def test_what_it_did_not_read_is_parsed(tree: Tree, mishap: str) -> None:
    _, parsed = loaded(tree, *MISHAPS[mishap])
    assert len(parsed) == EVERYTHING


def test_it_reads_once(tree: Tree) -> None:
    _, parsed = loaded(tree, after=f"{LOADED}\nassert not copy._waiting\n")
    assert not parsed


SETTLED = """
from protohome.loading.files import contents
contents._TICK_NS = -(1 << 62)  # as if all files were old
ahead.PAYS = 1
"""


@pytest.mark.parametrize(
    "reading",
    ["copy = None\n" + LOADED, "from protohome.cli import main\nmain(['check'])\n"],
    ids=["a server", "a check"],
)
def test_who_was_killed_before_facts_were_kept_vouches_for_no_file(
    tree: Tree, reading: str
) -> None:
    """Or the next server would take all of them for read, and parse them itself."""
    killed = "from protohome.system.kept.store import Store\nStore.save = killed\n"
    done = protohome(tree.root, code=MANY + SETTLED + killed + reading)
    assert done.returncode == -signal.SIGKILL
    _, parsed = loaded(tree, SETTLED)
    assert not parsed


def test_it_is_not_asked_where_little_is_to_be_parsed(tree: Tree) -> None:
    few = "ahead.PAYS = 1_000_000\n"
    done = protohome(tree.root, code=MANY + few + COPIED + LOADED + "assert copy._waiting")
    assert done.returncode == 0, done.stderr


def test_it_is_not_asked_for_what_did_not_change(tree: Tree) -> None:
    settled = """
from time import time_ns
from protohome.loading.files import contents
contents.time_ns = lambda: time_ns() + 10**11  # no stamp is too young
"""
    loaded(tree, settled)
    still = f"ahead.PAYS = 1\n{LOADED}\nassert copy._waiting\n"
    assert not loaded(tree, settled, still)[1]


def test_the_conversation_is_not_the_copys(tree: Tree) -> None:
    talking = """
def talking(*given):
    os.write(1, b"a word")
    os.write(2, b"heard: " + os.read(0, 1))
standby._read = talking
"""
    done = subprocess.run(
        [sys.executable, "-c", MANY + talking + COPIED + LOADED],
        cwd=tree.root,
        input=b"?",
        capture_output=True,
        timeout=60,
    )
    assert done.stdout == b""
    assert b"heard: " in done.stderr
    assert b"?" not in done.stderr


WORKING = """
def work(*given):
    while True:
        given[-1](1, 2)
standby._read = work
"""
ENDS = {
    "while it waits": COPIED + "killed()\n",
    "while it works": WORKING + COPIED + LOADED.replace("print(", "killed(", 1),
}


@pytest.mark.parametrize("ending", ENDS.values(), ids=ENDS)
def test_it_ends_with_its_parent(tree: Tree, ending: str) -> None:
    """All of standard error has been read only when nobody holds it any more."""
    done = subprocess.run(
        [sys.executable, "-c", MANY + ending], cwd=tree.root, capture_output=True, timeout=60
    )
    assert done.returncode == -signal.SIGKILL
    assert done.stderr == b""
