"""A small fleet for the tests: bare repositories of a few files, with copies, and some unwell."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

from protohome.fleet.dealing import OtherCode

MAP = """\
| Package | Domain | Owner lane | Contains | Does not contain |
| --- | --- | --- | --- | --- |
| `{0}.old.v1` | Legacy | `owner:core` | What was there | any new contracts |
| `{0}.pay.v1` | Payments | `owner:{1}` | Invoices, receipts | |
| `{0}.ship.v1` | Shipping | `owner:ship` | Parcels, routes | |

## Rules

1. New contracts are forbidden in `{0}.old.v1`.
2. Every name ending in `Parcel` lives in `{0}.ship.v1`.
3. Every name ending in `Invoice` lives in `{0}.pay.v1`.
"""
COMMON = {
    f"third_party/shared/{name}.proto": f"""\
syntax = "proto3";
package shared;
// What everybody copies.
message {name.title()} {{
  string value = 1;
}}
"""
    for name in ("money", "address", "clock")
}
DAY = 86400
START = 1767225600  # 2026-01-01T00:00:00Z


def files(team: str, lane: str, *, late: bool = False) -> dict[str, str]:
    """The files of a repository; ``late`` with what came in its second commit."""
    more = "message LateParcel {\n  string id = 1;\n}\n" if late else ""
    return {
        "PACKAGE_MAP.md": MAP.format(team, lane),
        f"{team}/old/v1/old.proto": f"""\
syntax = "proto3";
package {team}.old.v1;
message Invoice {{
  string id = 1;
}}
message BigParcel {{
  Invoice invoice = 1;
}}
{more}""",
        f"{team}/pay/v1/pay.proto": f"""\
syntax = "proto3";
package {team}.pay.v1;
message Invoice {{
  string id = 1;
}}
message LostParcel {{}} // one that is elsewhere
""",
        f"{team}/ship/v1/ship.proto": f"""\
syntax = "proto3";
package {team}.ship.v1;
import "{team}/pay/v1/pay.proto";
message BigParcel {{
  {team}.pay.v1.Invoice invoice = 1;
}}
""",
        **COMMON,
    }


def repository(place: Path, *commits: Mapping[str, str | bytes], packed: bool = False) -> Path:
    """A bare repository with these commits on its branch, a day after the other."""
    place.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", place], check=True)
    parts: list[bytes] = []
    for number, found in enumerate(commits):
        when = START + number * DAY
        who = f"committer A Developer <developer@example.com> {when} +0000\n"
        head = f"commit refs/heads/main\n{who}data 2\nit\ndeleteall\n"
        parts.append(head.encode())
        for path, text in found.items():
            data = text.encode() if isinstance(text, str) else text
            parts += [f"M 100644 inline {path}\ndata {len(data)}\n".encode(), data, b"\n"]
    made = ["git", "-c", f"fastimport.unpackLimit={0 if packed else 100}", "fast-import", "--quiet"]
    subprocess.run(made, cwd=place, input=b"".join(parts), check=True)
    return place


def make(folder: Path, well: int = 6) -> Path:
    """A folder of repositories: so many that can be judged, and one of each that cannot."""
    for number in range(well):
        team, lane = f"team{number}", ("pay", "money")[number % 2]
        now = files(team, lane, late=True)
        repository(folder / "good" / f"{team}.git", files(team, lane), now)
    repository(
        folder / "good" / "mirror.git", files("team0", "pay"), files("team0", "pay", late=True)
    )
    unwell = folder / "unwell"
    repository(unwell / "without-map.git", COMMON)
    headless = repository(unwell / "headless.git", files("gone", "pay"))
    (headless / "HEAD").write_text("ref: refs/heads/nowhere\n")
    lost = repository(unwell / "lost.git", files("lost", "pay"))
    blob = subprocess.run(
        ["git", "--git-dir=.", "rev-parse", "main:lost/pay/v1/pay.proto"],
        cwd=lost,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    (lost / "objects" / blob[:2] / blob[2:]).unlink()
    odd = {**files("odd", "pay"), "protohome.toml": 'map = "NOWHERE.md"\n'}
    repository(unwell / "odd.git", odd)
    (unwell / "empty.git").mkdir()
    subprocess.run(["git", "init", "-q", "--bare", unwell / "empty.git"], check=True)
    return folder


class Ran(NamedTuple):
    """How a run ended and what it said, the last line being the summary."""

    code: int
    said: list[str]

    def counted(self, what: str) -> int:
        """The number before some words of the summary."""
        found = re.search(rf"(\d+) {what}", self.said[-1])
        assert found, self.said
        return int(found[1])


def command(*argv: str | Path) -> list[str]:
    return [sys.executable, "-m", "protohome", "fleet", *map(str, argv)]


def run(*argv: str | Path, environment: Mapping[str, str] | None = None) -> Ran:
    """``protohome fleet ARGV`` in a process of its own, as users start it."""
    done = subprocess.run(
        command(*argv, *(() if "--scheduler" in argv else ("--workers", "2"))),
        capture_output=True,
        text=True,
        env={**os.environ, **(environment or {})},
    )
    assert not done.stdout
    return Ran(done.returncode, done.stderr.splitlines())


@contextmanager
def started(
    *argv: str, until: str = "", environment: Mapping[str, str] | None = None
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A program for as long as it is needed, and what its first line with ``until`` matched."""
    command = [sys.executable, "-m", *argv]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        assert process.stderr is not None
        found = (re.search(until, line) for line in process.stderr)
        said = next((match[0] for match in found if match), "") if until else ""
        # Whatever else it says must be taken, or it waits.
        taking = Thread(target=process.stderr.read)
        taking.start()
        yield process, said
        process.kill()
        taking.join()
    finally:
        process.kill()
        process.communicate()


# What workers are asked for


def doubled(items: Sequence[int]) -> list[int]:
    return [2 * item for item in items]


def fragile(items: Sequence[str]) -> bool:
    if "wrong" in items:
        raise ValueError("it is wrong\nin two lines")
    if "fatal" in items:
        os._exit(1)
    return True


def other(items: Sequence[int]) -> None:
    raise OtherCode("another")


def tables(out: Path) -> dict[str, list[dict[str, Any]]]:
    """The rows of each table, in order."""
    found: dict[str, list[dict[str, Any]]] = {}
    for file in sorted(out.glob("*/*.ndjson")):
        rows = [json.loads(line) for line in file.read_text().splitlines()]
        found.setdefault(file.parent.name, []).extend(rows)
    return found


def everything(out: Path) -> dict[str, bytes]:
    """The bytes of all that people read, by path."""
    every = (path for path in out.rglob("*") if path.is_file() and "store" not in path.parts)
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(every)}
