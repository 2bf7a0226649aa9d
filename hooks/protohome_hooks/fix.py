"""``protohome-fix-hook``: make the safe fixes before a commit, and fail when any was made."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NoReturn


def console() -> NoReturn:
    """What a hook starts: ``main`` in a process of its own."""
    from protohome.system.ending import exit_after

    exit_after(main)


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``protohome fix`` on every map of the work tree; return the worst exit code.

    A file that is only partly staged is not touched: the commit would take what was held back.
    ``argv`` is the hook's ``args``: flags of ``protohome fix``.
    """
    from protohome.cli import main as protohome
    from protohome.loading.discovery import find_all

    flags = ["--refuse-partly-staged", "--exit-non-zero-on-fix", *(argv or sys.argv[1:])]
    return max(protohome(["fix", place.root, *flags]) for place in find_all(os.getcwd()))


if __name__ == "__main__":
    console()
