"""What belongs together shares one stem, and the invariants of ``docs/architecture.md`` hold."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import literate
from protohome import output
from protohome.config import toml
from protohome.findings import SEVERITIES
from protohome.rules import RULES, Rule

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "server" / "protohome"
SOURCES = sorted([*ROOT.glob("server/**/*.py"), *ROOT.glob("hooks/**/*.py")])
RULE_MODULES = sorted(
    path for path in (PACKAGE / "rules").glob("*/*.py") if not path.stem.startswith("_")
)


def stems(folder: str, suffix: str) -> set[str]:
    return {path.stem for path in (ROOT / folder).glob(f"*{suffix}")}


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
each_source = pytest.mark.parametrize("source", SOURCES, ids=named)
each_rule_module = pytest.mark.parametrize("source", RULE_MODULES, ids=named)


# A rule has a module, a page of the docs, a page of cases and a row in the README


def test_every_module_is_a_rule_and_every_rule_a_module() -> None:
    modules = {path.stem.replace("_", "-") for path in RULE_MODULES}
    assert modules == {rule.id for rule in RULES}
    assert len(RULES) == len(modules)


def test_no_page_is_without_its_rule() -> None:
    rules = {rule.id for rule in RULES}
    assert stems("docs/rules", ".md") - {"README"} == rules
    assert stems("tests/rules", ".md") == rules


@each_rule
def test_a_rule_has_a_page_that_begins_with_one_sentence(rule: Rule) -> None:
    summary, blank, *rest = rule.page.split("\n")
    assert summary.endswith(".")
    assert blank == ""
    assert any(line.startswith("## ") for line in rest)
    assert rule.severity in SEVERITIES
    page = (ROOT / "docs" / "rules" / f"{rule.id}.md").read_text("utf-8")
    assert f"\n# {rule.id}\n\n{summary}\n" in page


@each_rule
def test_a_rule_has_a_row_in_the_readme(rule: Rule) -> None:
    row = f"| [`{rule.id}`](docs/rules/{rule.id}.md) | {rule.severity} | {rule.summary} |"
    assert row in (ROOT / "README.md").read_text("utf-8").splitlines()


def test_a_room_of_rules_says_what_they_are_about_and_heads_their_table() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for room in dict.fromkeys(rule.room for rule in RULES):
        said = import_module(f"protohome.rules.{room}").__doc__ or ""
        heading, colon, about = said.partition(": ")
        assert colon
        assert about.endswith(".")
        assert f"\n### {heading}\n\n{about[0].upper()}{about[1:]}\n\n| Rule |" in readme


@each_rule
def test_a_rule_has_a_case_that_wants_it_and_a_clean_one(rule: Rule) -> None:
    cases = literate.cases(ROOT / "tests" / "rules" / f"{rule.id}.md")
    wanting = [case for case in cases if wants(case, rule)]
    assert wanting
    assert len(wanting) < len(cases)


def wants(case: literate.Case, rule: Rule) -> bool:
    """Whether a comment or a ``want`` block of the case asks for the rule."""
    blocks = [block.text for block in case.blocks if block.language == "want"]
    lines = [line for block in blocks for line in block.splitlines() if line.strip()]
    comments = [line for block in case.blocks for line in block.text.split("// want ")[1:]]
    about = [line for line in lines if not line.endswith("]") or line.endswith(f"[{rule.id}]")]
    return bool(about) or any(rule.id in comment.split(":")[0].split() for comment in comments)


# A format has a module and a part on every page of cases


def test_every_format_is_a_module_that_renders() -> None:
    rendering = {
        path.stem
        for path in (PACKAGE / "output").glob("*.py")
        if path.stem != "__init__" and "\ndef render(" in path.read_text("utf-8")
    }
    assert rendering == set(output.FORMATS)


@pytest.mark.parametrize("page", sorted((ROOT / "tests" / "output").glob("*.md")), ids=named)
def test_every_format_has_its_part_on_a_page(page: Path) -> None:
    headings = {line[3:] for line in page.read_text("utf-8").splitlines() if line[:3] == "## "}
    assert set(output.FORMATS) <= headings


# Invariants


def test_what_the_architecture_page_names_is_there() -> None:
    """The modules of its code map, and of every ``module.name`` that name."""
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| `")]
    code_map = rows[: rows.index(next(row for row in rows if "editors/" in row[1])) + 1]
    places = (PACKAGE, ROOT, ROOT / "hooks")
    parts = set()
    for row in code_map:
        for name in re.findall("`([^`]+)`", row[1]):
            assert any((at / name).exists() or (at / f"{name}.py").exists() for at in places), name
        (folder,) = re.findall("`([a-z]+)/`", row[1])[:1] or [""]
        inside = {path.stem for path in (PACKAGE / folder).rglob("*") if folder}
        parts |= {name for name in re.findall("`([a-z]+)`", row[2]) if name in inside}
    assert len(code_map) > 20
    assert parts > {"git", "discovery", "snapshot"}
    paths = re.findall(r"`([a-z_]+(?:/[a-z_]+)+)`", page)
    assert len(paths) > 10
    for path in paths:
        assert any((at / path).exists() or (at / f"{path}.py").exists() for at in places), path
    dotted = re.findall(r"`([a-z]+)\.([A-Za-z]+)`", page)
    modules = [
        (m, n) for m, n in dotted if (PACKAGE / f"{m}.py").exists() or (PACKAGE / m).exists()
    ]
    assert len(modules) > 4
    for module, name in modules:
        assert hasattr(import_module(f"protohome.{module}"), name), (module, name)


def test_what_the_import_contracts_name_is_there() -> None:
    settings = toml.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    layered = [c for c in settings["contracts"] if c["type"] == "layers" and "containers" in c]
    assert layered
    for contract in layered:
        (container,) = contract["containers"]
        folder = ROOT / "server" / Path(*container.split("."))
        for name in re.findall(r"\w+", " ".join(contract["layers"])):
            assert (folder / name).exists() or (folder / f"{name}.py").exists(), (container, name)


def test_the_architecture_page_is_short_and_names_every_module() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    modules = {path.stem for path in PACKAGE.glob("[a-z]*") if path.suffix in ("", ".py")}
    assert not [name for name in modules if f"`{name}`" not in page and f"`{name}/`" not in page]
    page, _, words = page.partition("\n## Words\n")
    words, _, rest = words.partition("\n## ")
    assert len((page + rest).splitlines()) <= 120
    assert 0 < len(words.strip().splitlines()) <= 15


def test_server_and_hooks_are_source_roots_not_packages() -> None:
    assert not (ROOT / "server" / "__init__.py").exists()
    assert not (ROOT / "hooks" / "__init__.py").exists()


@each_source
def test_no_file_is_long(source: Path) -> None:
    assert len(source.read_bytes().splitlines()) <= 400


@pytest.mark.parametrize("room", sorted({source.parent for source in SOURCES}), ids=named)
def test_no_room_is_large(room: Path) -> None:
    """A room is a package without its subpackages."""
    assert sum(len(source.read_bytes().splitlines()) for source in room.glob("*.py")) <= 1500


@each_source
def test_nothing_at_module_level_waits_to_be_filled(source: Path) -> None:
    tree = ast.parse(source.read_bytes())
    assert not [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Global)]
    values = [node.value for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign)]
    assert not [value.lineno for value in values if value is not None and is_empty(value)]


def is_empty(value: ast.expr) -> bool:
    """Whether it makes an empty list, dict or set."""
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        made = value.func.id in ("list", "dict", "set", "defaultdict", "deque", "OrderedDict")
        return made and not [arg for arg in value.args if not isinstance(arg, ast.Name)]
    return (isinstance(value, ast.List) and not value.elts) or (
        isinstance(value, ast.Dict) and not value.keys
    )


@each_source
def test_pygls_and_tree_sitter_have_one_address_each(source: Path) -> None:
    addresses = {"lsp": {"pygls", "lsprotocol"}, "syntax": {"tree_sitter", "tree_sitter_proto"}}
    here = source.relative_to(PACKAGE).parts[0] if source.is_relative_to(PACKAGE) else ""
    imported = {module.partition(".")[0] for module in imports(source)}
    for address, tools in addresses.items():
        if here != address:
            assert not imported & tools


@each_rule_module
def test_a_rule_reads_a_snapshot_and_does_nothing_else(source: Path) -> None:
    doing = {"os", "io", "pathlib", "shutil", "subprocess", "socket", "tempfile", "urllib"}
    assert not {module.partition(".")[0] for module in imports(source)} & doing
    assert not {"edits", "fixes", "loading", "system"} & {
        part for module in imports(source) for part in module.split(".")
    }
    calls = [
        node for node in ast.walk(ast.parse(source.read_bytes())) if isinstance(node, ast.Call)
    ]
    called = {call.func.id for call in calls if isinstance(call.func, ast.Name)}
    assert not called & {"open", "print", "input", "exec", "eval"}


def imports(source: Path) -> Iterator[str]:
    """The modules that a file imports anywhere, relative ones by what follows the dots."""
    for node in ast.walk(ast.parse(source.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ([node.module] if node.module else [alias.name for alias in node.names])
