"""Says what a Python has, as one line of JSON, and imports nothing of it; runs on any Python."""

import json
import sys

found = {"python": list(sys.version_info[:3]), "executable": sys.executable, "protohome": None}
try:
    from importlib.metadata import version
    from importlib.util import find_spec

    if find_spec("pygls") and find_spec("lsprotocol"):
        found["protohome"] = version("protohome")
except Exception:  # whatever is wrong with it, it has no protohome to offer
    pass
print(json.dumps(found))
