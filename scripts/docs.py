"""Write what the docs say about rules and configuration from the source that says it.

``python scripts/docs.py`` writes ``docs/rules/``, ``docs/configuration.md``,
``docs/map-language.md``, the rules table in
``README.md`` and ``protohome.schema.json``; with ``--check`` it writes nothing, names what is
stale and exits 1.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from importlib import import_module
from itertools import groupby
from pathlib import Path

from protohome import rules
from protohome.config.keys import KEYS, Key
from protohome.config.schema import schema
from protohome.fixes import FIXES, fix
from protohome.packagemap.markdown.tables import SYNONYMS
from protohome.rules import RULES, Rule

BEGIN, END = "<!-- rules:begin -->", "<!-- rules:end -->"
CASES = "tests/packagemap/statements.md"
SCHEMA = "server/protohome/protohome.schema.json"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Write the generated docs.")
    parser.add_argument("--check", action="store_true", help="only name what is stale")
    parser.add_argument("--root", type=Path, default=Path(__file__).parent.parent)
    arguments = parser.parse_args(argv)
    root: Path = arguments.root
    readme = _read(root / "README.md")
    if readme.count(BEGIN) != 1 or readme.count(END) != 1:
        print(f"README.md: put {BEGIN} and {END} where the rules table belongs", file=sys.stderr)
        return 1
    texts = {**generated(), "README.md": with_table(readme)}
    pages = {path.relative_to(root).as_posix() for path in root.glob("docs/rules/*")}
    stale = [path for path, text in texts.items() if _read(root / path) != text]
    orphans = sorted(pages - texts.keys())
    for path in (*stale, *orphans):
        if arguments.check:
            print(f"{path} is stale: run `make docs`", file=sys.stderr)
        elif path in texts:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(texts[path].encode())
        else:
            (root / path).unlink()
    return int(arguments.check and bool(stale or orphans))


def generated() -> dict[str, str]:
    """The whole text of every generated file, by its path."""
    summaries = {rule.id: rule.summary for rule in RULES}
    return {
        **{f"docs/rules/{rule.id}.md": rule_page(rule) for rule in RULES},
        "docs/rules/README.md": rules_page(),
        "docs/configuration.md": configuration_page(),
        "docs/map-language.md": language_page(),
        SCHEMA: json.dumps(schema(summaries), indent=2, ensure_ascii=False) + "\n",
    }


def rule_page(rule: Rule) -> str:
    source = f"server/protohome/rules/{rule.room}/{rule.id.replace('-', '_')}.py"
    cases = f"tests/rules/{rule.id}.md"
    _, _, rest = rule.page.partition("\n")
    return f"""<!-- made by `make docs` from {source} -->

# {rule.id}

{rule.summary}

Severity: **{rule.severity}** · since {rule.since} · {fixes_of(rule)} · \
[all rules](README.md) · [source](../../{source}) · [cases](../../{cases})

{rest.strip()}
"""


def fixes_of(rule: Rule) -> str:
    """Which fixes its findings may offer, as its module and what that shares with others ask."""
    folder = Path(rules.__file__).parent / rule.room
    own = (folder / f"{rule.id.replace('-', '_')}.py").read_text("utf-8")
    shared = re.findall(r"^from \.(_\w+) import", own, re.MULTILINE)
    texts = [own, *((folder / f"{name}.py").read_text("utf-8") for name in shared)]
    asked = re.findall(r'FixRequest\(\s*"([\w-]+)"', "".join(texts))
    names = [name for name in FIXES if name in asked and name != "suppress"]
    marked = [f"`{name}`{'' if fix(name).safe else ' (unsafe)'}" for name in names]
    return f"fixes: {', '.join(marked)}" if marked else "no fix"


def language_page() -> str:
    """What the reader understands: the columns, then its cases, sentence by sentence."""
    columns = "\n".join(
        f"| *{name}* | {', '.join(f'*{synonym}*' for synonym in synonyms)} |"
        for name, synonyms in SYNONYMS.items()
    )
    cases = _read(Path(__file__).parent.parent / CASES)
    start = cases.index("\n## ")
    sections = re.sub(r"(?m)^( +)-> (.*)$", r"\1→ `\2`", cases[start:]).strip()
    return f"""<!-- made by `make docs` from {CASES} and the columns' names -->

# The map's language

The package map is prose that people write for each other. These are the sentences that protohome
follows, each with what it reads from it; every one below is a test. A rule stands where you like:
in a list, a paragraph, a quote, a check box, a table of rules; not below a heading such as
*Examples*, *History*, *Proposals* or *Open questions*.

A sentence is read wholly or not at all: hedged ("ideally"), conditional ("unless"), past ("used
to") and asked sentences are prose. What looks like a rule and was not read is told by
[`unread-sentence`](rules/unread-sentence.md), with a way to say it; `protohome map` lists all.
Packages are named in full or short (`acme.sync.v1`, `sync.v1`, `sync`, *the sync package*).

## Columns of the tables

| column | also called |
| --- | --- |
{columns}

{sections}
"""


def rules_page() -> str:
    return f"""<!-- made by `make docs` -->

# Rules

{rules_tables("", "##")}

The severities are the default ones; `[severity]`, `select` and `ignore` change what runs and how
loud it is, see [configuration](../configuration.md). `protohome explain RULE` prints a page.

A comment silences one line, or a file when it stands near the top, and says why:

```proto
message Ping {{}} // protohome:ignore wrong-package -- moves with OA-RUST-042
```

```proto
// protohome:ignore-file file-not-audited -- generated
```
"""


def rules_tables(folder: str, level: str) -> str:
    """A table a room, below a heading of that ``level`` and what the room says of itself."""
    tables: list[str] = []
    for room, some in groupby(RULES, lambda rule: rule.room):
        said = import_module(f"{rules.__name__}.{room}").__doc__ or ""
        heading, _, about = said.partition(": ")
        rows = [
            f"| [`{rule.id}`]({folder}{rule.id}.md) | {rule.severity} | {rule.summary} |"
            for rule in some
        ]
        table = "\n".join(["| Rule | Severity | Says |", "| --- | --- | --- |", *rows])
        tables.append(f"{level} {heading}\n\n{about[:1].upper()}{about[1:]}\n\n{table}")
    return "\n\n".join(tables)


def with_table(readme: str) -> str:
    """``readme`` with the rules table between its marks."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{rules_tables('docs/rules/', '###')}\n{END}{after}"


def configuration_page() -> str:
    sections = "\n".join(map(key_section, KEYS))
    return f"""<!-- made by `make docs` from server/protohome/config/keys.py -->

# Configuration

None is needed: the package map is the configuration. `protohome.toml`, or the same keys below
`[tool.protohome]` in `pyproject.toml`, says what the map does not. The file is searched for in the
folder of the run and those above it; its folder is the workspace root, to which all paths are
relative.

A mistake in it stops the run with exit code 2 and one line that tells file, line and column.
Editors with a TOML server complete and check it with
[protohome.schema.json](../{SCHEMA}).

{sections}"""


def key_section(key: Key) -> str:
    values = f"One of: {', '.join(f'`{choice}`' for choice in key.value.choices)}.\n"
    return f"""## `{key.name}`

{key.description}
{values if key.value.choices else ""}
Default: {key.default}.

```toml
{key.example}
```
"""


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except FileNotFoundError:
        return ""


if __name__ == "__main__":
    sys.exit(main())
