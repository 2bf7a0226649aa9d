"""Puts the server into ``bundled/libs``: our wheel and what it needs, for one platform.

usage: bundle.py TARGET    as ``vsce package --target``: linux-x64, darwin-arm64, win32-x64 …

Everything comes as wheels from the registry that pip is set up for. tree-sitter has one wheel for
each Python; they differ in one file whose name says the Python, so all of them share a folder.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from zipfile import ZipFile

HERE = Path(__file__).resolve().parent.parent
ROOT = HERE.parent.parent
LIBS = HERE / "bundled" / "libs"

PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")

# The wheel tags that a target runs, newest first. PyPI has no grammar for Alpine on ARM and Windows
# on ARM: https://pypi.org/project/tree-sitter-language-pack/0.13.0/#files
PLATFORMS = {
    "linux-x64": ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"),
    "linux-arm64": ("manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64"),
    "alpine-x64": ("musllinux_1_2_x86_64",),
    "darwin-x64": ("macosx_10_15_x86_64", "macosx_10_15_universal2"),
    "darwin-arm64": ("macosx_11_0_arm64", "macosx_11_0_universal2"),
    "win32-x64": ("win_amd64",),
}

# What the language server imports. protobuf is not among it, and PyYAML works without its C part.
NEEDED = (
    "attrs",
    "cattrs",
    "exceptiongroup",
    "lsprotocol",
    "markdown-it-py",
    "mdurl",
    "pathspec",
    "pygls",
    "pyyaml",
    "tomli",
    "typing-extensions",
)
# Not needed to run: types, tests, other programs, what an installer notes.
LEFT_OUT = ("*.pyi", "*.dist-info/RECORD", "*.dist-info/entry_points.txt", "_yaml/*", "yaml/_yaml*")
GRAMMAR = "tree_sitter_language_pack/bindings/proto.*"


def main(target: str) -> int:
    if target not in PLATFORMS:
        print(f"bundle.py: {target!r} is none of {', '.join(PLATFORMS)}", file=sys.stderr)
        return 2
    shutil.rmtree(LIBS, ignore_errors=True)
    with tempfile.TemporaryDirectory() as scratch:
        wheels = Path(scratch)
        pip("wheel", "--no-deps", "--wheel-dir", str(wheels / "ours"), str(ROOT))
        [ours] = (wheels / "ours").glob("*.whl")
        unpack(ours, LIBS)
        download(wheels / "pure", target, PYTHONS[0], NEEDED)
        parser = "tree-sitter>=0.25.2,<0.27"
        for python in PYTHONS:
            download(wheels / python, target, python, (parser,))
        parsers = {wheel.name.split("-")[1] for wheel in wheels.glob("3.*/*.whl")}
        if len(parsers) > 1:
            print(f"bundle.py: tree-sitter differs by Python: {parsers}", file=sys.stderr)
            return 1
        download(wheels / "pack", target, PYTHONS[0], ("tree-sitter-language-pack>=0.13,<1",))
        for wheel in sorted(wheels.glob("[!op]*/*.whl")) + sorted(wheels.glob("pure/*.whl")):
            unpack(wheel, LIBS)
        place_grammar(next(wheels.glob("pack/*.whl")))
    strip(target)
    size = sum(path.stat().st_size for path in LIBS.rglob("*") if path.is_file())
    print(f"bundled/libs for {target}: {size / 1e6:.1f} MB")
    return 0


def download(folder: Path, target: str, python: str, names: tuple[str, ...]) -> None:
    platforms = [part for tag in PLATFORMS[target] for part in ("--platform", tag)]
    only = ["--no-deps", "--only-binary=:all:", "--python-version", python]
    pip("download", *only, *platforms, "--dest", str(folder), *names)


def pip(*arguments: str) -> None:
    quiet = ["--disable-pip-version-check", "--quiet", "--quiet"]
    subprocess.run([sys.executable, "-m", "pip", *quiet, *arguments], check=True)


def unpack(wheel: Path, folder: Path) -> None:
    with ZipFile(wheel) as archive:
        for name in archive.namelist():
            path = Path(name)
            if not any(path.match(pattern) for pattern in LEFT_OUT):
                archive.extract(name, folder)


def place_grammar(pack: Path) -> None:
    """Replace the grammar in our wheel, which is this machine's, by the target's."""
    bindings = LIBS / "protohome" / "syntax" / "bindings"
    for old in bindings.glob("proto.*"):
        old.unlink()
    with ZipFile(pack) as archive:
        [name] = (name for name in archive.namelist() if Path(name).match(GRAMMAR))
        (bindings / Path(name).name).write_bytes(archive.read(name))


def strip(target: str) -> None:
    """Drop debugging symbols, four fifths of a Linux binary, where there is a tool that can."""
    if target.startswith(("linux", "alpine")):
        machine = "aarch64" if target.endswith("arm64") else "x86_64"
        tool = shutil.which(f"{machine}-linux-gnu-strip")
        for binary in LIBS.rglob("*.so") if tool else ():
            subprocess.run([str(tool), "--strip-debug", str(binary)], check=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
