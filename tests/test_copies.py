"""Copies of the process learn and judge a part, and nothing of what a check says tells so.

Each case runs in a process of its own, as only one without threads is copied.
"""

from __future__ import annotations

import marshal
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from protohome import check
from protohome.findings import Evidence, Finding, FixRequest, of_plain, plain
from protohome.loading import discovery
from protohome.positions import Span
from trees import Repository, Tree, protohome

pytestmark = [
    pytest.mark.usefixtures("cache_folder"),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="no process can be copied here"),
]

MAP = "proto/PACKAGE_MAP.md"
SAID = b"a copy worked"

# As if these were thousands of contracts; each copy says on standard error that it worked.
MANY = f"""
import os, sys
from protohome import check
from protohome.runs import judging
from protohome.system import copies
from protohome.verdicts.learning import sharing
sharing.PAYS, sharing._CHUNK = 0, 10
judging.PAYS, parent, work, check_file = 0, os.getpid(), copies._work, check.check_file
def told(*given):
    os.write(2, {SAID!r})
    work(*given)
copies._work = told
"""
CHECK = "from protohome.cli import main; sys.exit(main(sys.argv[1:]))"


@pytest.fixture
def tree(tmp_path: Path, root: Path) -> Tree:
    """The example without its audit table, in which words are asked of every file."""
    tree = Tree(tmp_path / "tree")
    shutil.rmtree(tree.root)
    shutil.copytree(root / "examples" / "openagents", tree.root)
    text = (tree.root / MAP).read_text("utf-8").splitlines()
    rows = [line for line in text if ".proto` |" not in line and "| Current file" not in line]
    tree.write(MAP, "\n".join(rows) + "\n")
    draft = (
        b"package openagents.sync.v1; message CodexWorkerProjection { string codex_worker = 1; }"
    )
    tree.write("proto/openagents/sync/v1/draft.proto", draft)
    return tree


def checked(
    tree: Tree, jobs: int, arranged: str = "", *more: str
) -> subprocess.CompletedProcess[bytes]:
    argv = ("check", "--format=json", f"--jobs={jobs}", *more)
    return protohome(tree.root, *argv, code=MANY + arranged + CHECK)


def outcome(done: subprocess.CompletedProcess[bytes]) -> tuple[int, bytes, bytes]:
    return done.returncode, done.stdout, done.stderr.replace(SAID, b"")


@pytest.mark.parametrize("jobs", [2, 3])
def test_several_processes_say_what_one_says(tree: Tree, jobs: int) -> None:
    alone = checked(tree, 1, "", "--no-cache")
    assert b"CodexWorkerProjection" in alone.stdout
    assert SAID not in alone.stderr
    shared = checked(tree, jobs, "", "--no-cache")
    assert shared.stderr.count(SAID) == 2 * (jobs - 1) + 1, "to read, to weigh, and to judge"
    assert outcome(shared) == outcome(alone)


# What may happen to a copy, or keep it from being made.
MISHAPS = {
    "killed at once": "copies._work = lambda *given: os.kill(os.getpid(), 9)\n",
    "killed at some file": """
def killed(judge, rules, path):
    if os.getpid() != parent:
        os.kill(os.getpid(), 9)
    return check_file(judge, rules, path)
check.check_file = killed
""",
    "failing where it is": """
def failing(judge, rules, path):
    if os.getpid() != parent:
        raise MemoryError
    return check_file(judge, rules, path)
check.check_file = failing
""",
    "refused": """
def refused():
    raise BlockingIOError(11, "Resource temporarily unavailable")
os.fork = refused
""",
    "unknown to the system": "del os.fork\n",
    "beside another thread": """
import threading
threading.active_count = lambda: 2
""",
    "of which nobody hears": """
import signal
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
""",
}


@pytest.mark.parametrize("mishap", MISHAPS.values(), ids=MISHAPS)
def test_whatever_happens_to_a_copy_changes_nothing(tree: Tree, mishap: str) -> None:
    shared = checked(tree, 2, mishap, "--no-cache")
    assert outcome(shared) == outcome(checked(tree, 1, "", "--no-cache"))


def test_a_mistake_of_ours_is_seen_as_without_copies(tree: Tree) -> None:
    mistaken = """
def mistaken(judge, rules, path):
    if path.endswith("draft.proto"):
        raise LookupError("which file was it?")
    return check_file(judge, rules, path)
check.check_file = mistaken
"""
    shared = checked(tree, 2, mistaken, "--no-cache")
    assert b"which file was it?" in shared.stderr
    assert shared.returncode == checked(tree, 1, mistaken, "--no-cache").returncode


def test_who_interrupts_ends_the_copies(tree: Tree) -> None:
    """The copy would wait for ever, the first process is asked to stop meanwhile."""
    code = """
import os
from protohome.system import copies
parent, (never, _), (began, beginning) = os.getpid(), os.pipe(), os.pipe()
def work(chunk):
    if os.getpid() != parent:
        os.write(beginning, b"!")
        os.read(never, 1)
    os.read(began, 1)
    raise KeyboardInterrupt
try:
    list(copies.share(work, [1, 2], 2))
except KeyboardInterrupt:
    print("stopped")
try:
    os.waitpid(-1, 0)
except ChildProcessError:
    print("nobody is left")
"""
    assert protohome(tree.root, code=code).stdout.splitlines() == [b"stopped", b"nobody is left"]


def test_results_come_in_the_order_of_the_chunks_whoever_made_them(tree: Tree) -> None:
    code = """
import os
from protohome.system import copies
parent, mine, theirs = os.getpid(), os.pipe(), os.pipe()
def who(chunk):  # each waits until the other has begun
    own, other = (mine, theirs) if os.getpid() == parent else (theirs, mine)
    os.write(other[1], b"!")
    os.read(own[0], 1)
    return os.getpid()
print(len({*copies.share(who, [1, 2], 2)}))
print([*copies.share(lambda chunk: chunk * 2, [*range(3000)], 3)] == [*range(0, 6000, 2)])
print([*copies.share(str, [], 3)])
"""
    assert protohome(tree.root, code=code).stdout.splitlines() == [b"2", b"True", b"[]"]


def test_results_are_given_while_copies_still_work(tree: Tree) -> None:
    """The copy goes on with its second chunk only after somebody was given its first result."""
    code = """
import os
from protohome.system import copies
parent, begun, given, made = os.getpid(), os.pipe(), os.pipe(), []
def work(chunk):
    if os.getpid() == parent:
        os.read(begun[0], 1)
    elif made:
        os.write(begun[1], b"!")
        os.read(given[0], 1)
    made.append(chunk)
    return os.getpid()
for pid in copies.share(work, [1, 2, 3], 2):
    print(pid == parent)
    if pid != parent:
        os.write(given[1], b"!")
"""
    told = protohome(tree.root, code=code).stdout.splitlines()
    assert sorted(told) == [b"False", b"False", b"True"]


def test_results_may_be_larger_than_a_pipe_holds(tree: Tree) -> None:
    code = """
from protohome.system import copies
print({*map(len, copies.share(bytes, [3_000_000] * 6, 3))})
"""
    assert protohome(tree.root, code=code).stdout.splitlines() == [b"{3000000}"]


def test_who_wants_no_more_ends_the_copies(tree: Tree) -> None:
    code = """
import os
from protohome.system import copies
results = copies.share(lambda chunk: chunk, [1, 2, 3], 3)
print(next(results))
del results
try:
    os.waitpid(-1, 0)
except ChildProcessError:
    print("nobody is left")
"""
    assert protohome(tree.root, code=code).stdout.splitlines() == [b"1", b"nobody is left"]


def test_a_finding_comes_back_as_it_was(root: Path) -> None:
    """All that the example has, and one that says something everywhere."""
    example = str(root / "examples" / "openagents")
    report = check.run(discovery.read(discovery.look(example), cache=False))
    cited = (Evidence("file", "a.proto", 1, "\udcff"),)
    fixes = (FixRequest("suppress", {"rule": "a"}), FixRequest("none"))
    said = ("a", "error", "b", Span(1, 2), "c", "d", "e", "f", "g", cited, cited, fixes, ("h",))
    every = [placed.finding for placed in report.findings]
    for finding in (*every, Finding(*said, True, "i", True, False, "j")):
        back = of_plain(marshal.loads(marshal.dumps(plain(finding))))
        assert repr(back) == repr(finding)
    assert every


def test_what_copies_think_of_a_reference_is_kept_too(
    tree: Tree, git_environment: dict[str, str]
) -> None:
    Repository(tree.root, git_environment)
    counted = """
from protohome.verdicts.inference import Inference
judged, look = [], Inference._judged
def counting(self, located, explained):
    judged.append(located.fqn)
    return look(self, located, explained)
Inference._judged = counting
import atexit
atexit.register(lambda: print(*judged, file=sys.stderr))
"""
    first = checked(tree, 2)
    assert SAID in first.stderr
    draft = tree.root / "proto" / "openagents" / "sync" / "v1" / "draft.proto"
    draft.write_bytes(draft.read_bytes() + b" message SyncTopicNote {}")
    again = checked(tree, 1, counted)
    judged = again.stderr.decode().splitlines()[-1].split()
    assert "openagents.sync.v1.SyncTopicNote" in judged
    assert {fqn.rpartition(".")[0] for fqn in judged} <= {
        "openagents.sync.v1",
        "openagents.protocol.v1",
    }, "all but shims, which teach nothing and so are no examples"
    assert again.stdout == checked(tree, 1, "", "--no-cache").stdout
