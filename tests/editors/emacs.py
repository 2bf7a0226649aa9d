"""A real Emacs in a terminal of its own, told what to do in Lisp."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sysconfig
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

SCRIPTS = sysconfig.get_path("scripts")
DRIVER = Path(__file__).with_name("driver.el")
PATIENCE = 60  # seconds until a condition that does not come true is a failure


class Emacs:
    """An editor in ``folder`` that has read ``init``, with this Python's protohome-lsp.

    It has a terminal, as much is done only while somebody seems to look.
    """

    def __init__(self, folder: Path, init: Path, environment: Mapping[str, str]) -> None:
        assert shutil.which("emacs"), "Emacs is missing: make test-editors installs it"
        # The path of a socket must be short.
        self.folder, self.scratch = folder, tempfile.mkdtemp(prefix="emacs-")
        self.socket = os.path.join(self.scratch, "socket")
        path = os.pathsep.join([SCRIPTS, environment.get("PATH", os.defpath)])
        self.environment = {**environment, "PATH": path, "TERM": "xterm", "TMPDIR": self.scratch}
        self.terminal, inside = pty.openpty()
        self.process = subprocess.Popen(
            [
                "emacs", f"--terminal={os.ttyname(inside)}", "-q",
                "-l", init, "-l", DRIVER, "--eval", f'(serve "{self.socket}")',
            ],
            cwd=folder, env=self.environment, stdin=inside, stdout=inside, stderr=inside,
            start_new_session=True,
        )  # fmt: skip
        os.close(inside)
        self.screen, self.nothing = bytearray(), threading.Event()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        self._connect()

    def close(self) -> None:
        """Leave it, whatever is unsaved; its server ends with it."""
        self.process.kill()
        self.process.wait()
        self.reader.join()
        os.close(self.terminal)
        shutil.rmtree(self.scratch, ignore_errors=True)

    def _read(self) -> None:
        with suppress(OSError):
            while found := os.read(self.terminal, 1 << 16):
                self.screen += found

    def _connect(self) -> None:
        """Wait for its socket."""
        end = time.monotonic() + PATIENCE
        while not os.path.exists(self.socket):
            gone = self.process.poll() is not None or time.monotonic() > end
            assert not gone, self.screen.decode(errors="replace")
            self.nothing.wait(0.05)

    def lisp(self, form: str) -> Any:
        """The value of the last form, where the cursor is, as JSON can tell it."""
        done = subprocess.run(
            ["emacsclient", "--socket-name", self.socket, "--eval", f"(json-encode (here {form}))"],
            env=self.environment, capture_output=True, text=True, timeout=PATIENCE,
        )  # fmt: skip
        assert done.returncode == 0, f"{form}\n{done.stdout}{done.stderr}"
        return json.loads(json.loads(done.stdout))

    def until(self, form: str) -> Any:
        """The value of a form as soon as it is true; between two questions the editor works on."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if value := self.lisp(form):
                return value
            self.nothing.wait(0.05)
        raise AssertionError(f"never came true: {form}\n{self.lisp('(shown)')}")

    # What a user does

    def press(self, keys: str) -> None:
        """Press keys, as a terminal sends them."""
        os.write(self.terminal, keys.encode())

    def edit(self, path: str) -> None:
        """Visit a file, from the repository's top."""
        self.press(f"\x18\x06\x01\x0b{self.folder}/{path}\r")  # C-x C-f C-a C-k
        self.until(f"(string-suffix-p {lisp_string(path)} (or buffer-file-name {lisp_string('')}))")

    def append(self, text: str) -> None:
        """Type at the end of the file; it is not saved."""
        self.press("\x1b>" + text.replace("\n", "\r"))  # M->

    def find(self, text: str) -> None:
        """Put the cursor on the first place with a text."""
        self.lisp(
            f"(goto-char (point-min)) (search-forward {lisp_string(text)})"
            " (goto-char (match-beginning 0)) t"
        )

    def choose(self, command: str, title: str) -> None:
        """Call a command that asks, and answer with what begins like this."""
        self.lisp(f"(choose #'{command} {lisp_string(title)}) t")

    def save_all(self) -> None:
        self.lisp("(save-some-buffers t) t")

    # What a user sees

    def sees(self, words: str, text: str) -> str:
        """What a finding says, with some words, that underlines a text, as soon as it is shown."""
        return str(self.until(f"(finding {lisp_string(words)} {lisp_string(text)})"))


def lisp_string(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
