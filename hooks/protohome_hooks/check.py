"""``protohome-hook``: check the whole governed tree before a commit."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``protohome check`` on everything the map governs; return its exit code.

    A commit that only deletes files or edits the map can be wrong too, so file names are never
    passed. What git does not track is no part of a commit, so it is left out. ``argv`` is the
    hook's ``args``: flags of ``protohome check``.
    """
    from protohome.cli import main as protohome

    return protohome(["check", "--tracked", "--quiet", *(sys.argv[1:] if argv is None else argv)])


if __name__ == "__main__":
    sys.exit(main())
