"""A process that is done ends at once: all is said and cleaned up, nothing let go one by one."""

from __future__ import annotations

import os
import subprocess
import sys

WORK = """
import atexit
from protohome.system.ending import exit_after

class Held:
    def __del__(self):
        print("let go")

def work():
    global held
    held = Held()
    atexit.register(print, "cleaned up")
    print("done")
    {last}

exit_after(work)
"""


def ended(last: str, stdout: int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-c", WORK.format(last=last))
    # Standard output is buffered, as where it is no terminal.
    buffered = {name: told for name, told in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, text=True, env=buffered)


def test_all_is_said_and_cleaned_up_before_and_the_code_is_kept() -> None:
    done = ended("return 1")
    assert (done.returncode, done.stdout, done.stderr) == (1, "done\ncleaned up\n", "")


def test_work_that_fails_ends_as_ever() -> None:
    done = ended("raise SystemExit(3)")
    assert (done.returncode, done.stdout) == (3, "done\ncleaned up\nlet go\n")
    assert "ZeroDivisionError" in ended("1 / 0").stderr


def test_a_reader_that_is_gone_is_told_of_as_ever() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = ended("return 0", stdout=writer)
    os.close(writer)
    assert done.returncode == 120  # what the interpreter exits with where it cannot flush
    assert "BrokenPipeError" in done.stderr
