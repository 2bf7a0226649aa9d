"""``protohome-hook``: check what is staged before it is committed."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NoReturn


def console() -> NoReturn:
    """What a hook starts: ``main`` in a process of its own."""
    from protohome.system.ending import exit_after

    exit_after(main)


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``protohome check --staged`` on every map of the work tree; return its exit code.

    A commit that only deletes files or edits a map can be wrong too, so file names are never
    passed. ``argv`` is the hook's ``args``: flags of ``protohome check``.
    """
    from protohome.cli import main as protohome

    code = protohome(["check", "--staged", "--quiet", *(sys.argv[1:] if argv is None else argv)])
    if code == 1:
        print(
            "protohome explain FQN    where a contract belongs, and why\n"
            "protohome fix --unsafe   makes the moves that are named above; --diff only shows them"
        )
    return code


if __name__ == "__main__":
    console()
