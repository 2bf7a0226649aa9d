"""Which commit is the reference: one that was asked for, else where this branch began."""

from __future__ import annotations

import os
from itertools import takewhile

from ..named import NamedTuple
from ..system import git
from ..system.disk import LoadError
from ..workspace.revision import Revision

# Where CI services say what a change will be merged into: a branch of the remote, or a commit.
_CI_BRANCHES = (
    "GITHUB_BASE_REF",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
    "BITBUCKET_PR_DESTINATION_BRANCH",
    "SYSTEM_PULLREQUEST_TARGETBRANCH",
    "BUILDKITE_PULL_REQUEST_BASE_BRANCH",
    "CHANGE_TARGET",
    "DRONE_TARGET_BRANCH",
)
_CI_COMMITS = ("CI_MERGE_REQUEST_DIFF_BASE_SHA",)
_USUAL = ("main", "master")
_HEADS = "refs/heads/"
_DEFAULT = "refs/remotes/origin/HEAD"
_DEEPER = "fetch the history (`git fetch --unshallow`, in CI `fetch-depth: 0`)"
_OR_ASK = "or name one with --against"


class _Here(NamedTuple):
    """What is checked out: whether it is a work tree, its commit and its branch.

    ``commit`` and ``branch`` are ``""`` for none, ``why`` is git's complaint. ``default`` is
    whether the remote may have told its default branch.
    """

    default: bool
    inside: bool
    shallow: bool
    commit: str
    branch: str
    why: str


class _Branch(NamedTuple):
    """A revision that ends in the branch ``name``."""

    name: str
    revision: str


def asked(root: str, name: str, here: str) -> Revision | None:
    """The commit that ``name`` means; None where it means none and is a path from ``here``.

    Raises LoadError for what is neither, such as a revision that a shallow clone lacks.
    """
    commit = _commit(root, name)
    if commit:
        return Revision(name, commit)
    if name and os.path.lexists(os.path.join(here, name)):
        return None
    if not git.top(root):
        raise LoadError(f"--against {name}: no such file or folder, and this is no git work tree")
    shallow = f"; the clone is shallow: {_DEEPER}" if _is_shallow(root) else ""
    raise LoadError(f"--against {name}: no such revision, file or folder{shallow}")


def implied(root: str) -> Revision:
    """The merge base with what the work will be merged into; on that branch itself, HEAD.

    That is what CI says, else the default branch: ``origin/HEAD``, else the branch's upstream, else
    ``main`` or ``master``. ``why`` says why there is none: a wrong reference would be quiet.
    """
    if not git.top(root):
        return Revision(why=f"not a git work tree; {_OR_ASK[3:]}")
    here = _here(root)
    if not here.inside:
        return Revision(why=f"git says: {here.why or 'not a work tree'}")
    if not here.commit:
        return Revision(why="there is no commit yet")
    for name in _CI_COMMITS:
        said = os.environ.get(name, "")
        if said:
            commit = _commit(root, said)
            return Revision(name, commit) if commit else _missing(root, f"{name}={said}")
    target = _target(root, here)
    if target is None:
        return Revision(why=f"there is no default branch; set origin/HEAD, {_OR_ASK}")
    if not target.revision:
        return _missing(root, f"the branch {target.name}")
    if here.branch == target.name:
        if here.shallow and _begins(root, here.commit):
            return _missing(root, "the commit before HEAD")
        return Revision("HEAD", here.commit)
    base = git.run(root, "merge-base", "HEAD", target.revision)
    commit = base.output.decode().strip()
    shown = target.revision.removeprefix("refs/remotes/").removeprefix(_HEADS)
    if base.code or not commit:
        return _missing(root, f"a common ancestor with {shown}")
    return Revision(f"merge base with {shown}", commit)


def _here(root: str) -> _Here:
    paths = ("--git-path", _DEFAULT, "--git-path", "reftable")
    asked = ("--is-inside-work-tree", "--is-shallow-repository", "HEAD^{commit}")
    answer = git.run(root, "rev-parse", *paths, *asked, "--symbolic-full-name", "HEAD", "--")
    lines = os.fsdecode(answer.output).splitlines()
    places = list(takewhile(lambda line: line not in ("true", "false"), lines))
    # A symbolic reference is a file of its own, or in the tables that hold them all.
    there = any(os.path.lexists(os.path.join(root, place)) for place in places)
    default = there or len(places) != 2  # a folder's name may hold a line break
    # It prints as far as it comes: without a commit, two lines more.
    inside, shallow, commit, head = [*lines[len(places) :], "", "", "", ""][:4]
    branch = "" if head == "HEAD" else head.removeprefix(_HEADS)
    return _Here(default, inside == "true", shallow == "true", commit, branch, answer.why)


def _target(root: str, here: _Here) -> _Branch | None:
    """What this work will be merged into; without a revision where it has not been fetched."""
    for name in _CI_BRANCHES:
        said = os.environ.get(name, "").removeprefix(_HEADS)
        if said:
            known = (f"refs/remotes/origin/{said}", _HEADS + said)
            return _Branch(said, next((one for one in known if _commit(root, one)), ""))
    default = _symbolic(root, _DEFAULT) if here.default else ""
    if default:
        name = default.removeprefix("refs/remotes/origin/")
        return _Branch(name, default if _commit(root, default) else "")
    if here.branch in _USUAL:
        return _Branch(here.branch, _HEADS + here.branch)
    upstream = git.run(root, "rev-parse", "--symbolic-full-name", "--verify", "-q", "@{upstream}")
    if upstream.code == 0 and upstream.output.strip():
        revision = upstream.output.decode("utf-8", "replace").strip()
        return _Branch("", revision)
    for name in _USUAL:
        if _commit(root, _HEADS + name):
            return _Branch(name, _HEADS + name)
    return None


def _missing(root: str, what: str) -> Revision:
    if _is_shallow(root):
        return Revision(why=f"{what} is not in this shallow clone; {_DEEPER}, {_OR_ASK}")
    return Revision(why=f"{what} is not in this clone; fetch it, {_OR_ASK}")


def _commit(root: str, name: str) -> str:
    """The id of the commit that ``name`` means, ``""`` for none."""
    if not name or "\0" in name or "\n" in name:
        return ""
    answer = git.run(
        root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"
    )
    return answer.output.decode().strip() if answer.code == 0 else ""


def _symbolic(root: str, name: str) -> str:
    return git.run(root, "symbolic-ref", "-q", name).output.decode("utf-8", "replace").strip()


def _is_shallow(root: str) -> bool:
    return git.run(root, "rev-parse", "--is-shallow-repository").output.strip() == b"true"


def _begins(root: str, commit: str) -> bool:
    """Whether a clone holds a commit without the ones before it."""
    parents = git.run(root, "rev-list", "--max-count=1", "--parents", commit).output.split()
    return len(parents) < 2
