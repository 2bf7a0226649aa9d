"""What the disk and the index ask git alike."""

from __future__ import annotations

import os
from collections.abc import Collection

from ...system import git


def searched(
    folder: str,
    where: str,
    patterns: Collection[str],
    flags: Collection[str],
    globs: Collection[str],
) -> list[str]:
    marks = (part for pattern in patterns for part in ("-e", pattern))
    answer = git.run(folder, "grep", "-l", "-z", *flags, where, *marks, "--", *globs)
    return [os.path.join(folder, os.fsdecode(path)) for path in git.records(answer.output)]


def listed_at(root: str, place: str, *others: str) -> list[str]:
    answer = git.run(root, "ls-files", "-z", "--cached", *others, "--", f":(literal){place}")
    return [os.fsdecode(path) for path in git.records(answer.output)]


def subjects(root: str, commit: str, most: int) -> list[bytes]:
    asked = ("-z", "--format=%h %s", f"--max-count={most}", "--end-of-options", commit)
    return git.records(git.run(root, "log", *asked).output)
