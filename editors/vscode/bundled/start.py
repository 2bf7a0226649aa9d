"""Starts protohome's language server from this Python's environment.

With --bundled, from the libraries beside this file, whatever else is installed.
"""

import os
import sys

here = os.path.dirname(os.path.abspath(__file__))
arguments = sys.argv[1:]
# This folder is the only one that starting a file adds: nothing of the workspace can be imported.
sys.path[:] = [path for path in sys.path if path != here]
if arguments[:1] == ["--bundled"]:
    sys.path.insert(0, os.path.join(here, "libs"))
    arguments = arguments[1:]

from protohome.lsp.server import main  # noqa: E402

sys.exit(main(arguments))
