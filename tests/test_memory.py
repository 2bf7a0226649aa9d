"""A server gives back the memory of what was large and is gone."""

from __future__ import annotations

import subprocess
import sys

import pytest

# A block of 8 MB was freed; is the next of 4 MB one of its own, or between small ones?
MEASURED = """
import ctypes
from protohome.system.memory import return_large_blocks

class Blocks(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in (
        "arena", "ordblks", "smblks", "hblks", "hblkhd",
        "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost")]

mallinfo = ctypes.CDLL(None).mallinfo2
mallinfo.restype = Blocks
{before}
large = bytes(8 << 20)
del large
own = mallinfo().hblkhd
large = bytes(4 << 20)
print(mallinfo().hblkhd - own >= len(large))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it is done so, or cannot be asked")
@pytest.mark.parametrize(
    ("before", "goes_back"), [("", "False"), ("return_large_blocks()", "True")]
)
def test_a_large_block_goes_back_to_the_system(before: str, goes_back: str) -> None:
    program = MEASURED.format(before=before)
    command = [sys.executable, "-c", program]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if "mallinfo2" in ran.stderr:
        pytest.skip("another libc")
    assert ran.stdout.strip() == goes_back, ran.stderr
