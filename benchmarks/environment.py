"""The environment of a command that is measured."""

from __future__ import annotations

import os

# Not every installer compiles modules, but whoever runs a command twice has them compiled.
ENVIRONMENT = {name: told for name, told in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
