"""``protohome-lsp``: the language server's entry point."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..loading.standby import Standby

if TYPE_CHECKING:
    import argparse


# What the `lsp` extra brings.
_EXTRA = ("cattrs", "lsprotocol", "pygls")


# Seconds that a thread keeps the interpreter while others wait. An answer takes a dozen turns: a
# tenth of a second beside two threads that each keep it for the 5 ms that Python gives them.
_TURN = 0.001


def main(argv: Sequence[str] | None = None) -> int:
    """Serve one client; the exit code is 0 when it said ``shutdown`` before it left, else 1."""
    arguments = _arguments(argv)
    # Nothing is garbage yet: while modules are imported, collecting only costs time.
    gc.disable()
    sys.setswitchinterval(_TURN)
    standby = Standby()
    try:
        from . import running
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            raise
        print(
            "protohome-lsp: the language server is an extra: pip install 'protohome[lsp]'",
            file=sys.stderr,
        )
        return 2
    return running.run(arguments.tcp, arguments.log_file, standby)


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    import argparse

    from .. import __version__

    parser = argparse.ArgumentParser(
        prog="protohome-lsp",
        description="Shows, as you type, where protobuf contracts belong by the package map.",
    )
    parser.add_argument("--version", action="version", version=f"protohome-lsp {__version__}")
    parser.add_argument("--stdio", action="store_true", help="talk on stdin and stdout (default)")
    parser.add_argument(
        "--tcp", metavar="HOST:PORT", type=_address, help="wait there for one client instead"
    )
    parser.add_argument("--log-file", metavar="FILE", help="write a log of the conversation")
    return parser.parse_args(argv)


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        from argparse import ArgumentTypeError

        raise ArgumentTypeError(f"{text!r} is no HOST:PORT")
    return host.strip("[]"), int(port)


if __name__ == "__main__":
    sys.exit(main())
