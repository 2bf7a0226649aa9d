"""Twice the map is twice the work, also where its text is made of what each reader looks for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from growth import is_linear
from protohome.packagemap import inline, read, terms

MARKS = ["<!--", "-->", "`", "``", "~~", "~", "[", "](", ")", "<", ">", "*", "_", "\\", "\\|", "!"]
LANES = ["owner:a", "@a/", ".", "-", "/", " with ", "(", ",", " ", "`owner:b`"]
PHRASES = ["as/bs ", "a/b", " and ", " or ", ", ", "; ", ". ", " of ", "(", ")", "[", "]", "ed by "]
NAMES = ["A", "a", "IDs", "OAuth", "IPv4", "1", "_", "-", "É"]
CLAUSES = [
    *("`acme.a.v1`", "acme.a", " live in ", " only ", ", ", " and ", " or ", "; ", ". ", " must "),
    *(
        " not ",
        "no ",
        "new ",
        "contracts ",
        " even when ",
        " (",
        ")",
        "`v1`",
        ": ",
        "?",
        " \u2014 ",
    ),
]
BLOCKS = ["\n", "- ", "> ", "# ", "|", "---", "|-|\n", "```\n", "<!--", "=", "    ", "1. ", "[a]: "]

OWNERSHIP = "| Package | Owner lane | Contains | Does not contain |\n| --- | --- | --- | --- |\n"
AUDIT = (
    "\n| Current file | Current package | Canonical package home | Owner lane | Follow-on issue |\n"
    "| --- | --- | --- | --- | --- |\n"
)
HEAD = OWNERSHIP + "| `acme.a.v1` | owner:a | Runs | |\n"


def document(text: str) -> object:
    return read("m.md", text.encode())


READERS: list[tuple[str, Callable[[str], object], list[str], int]] = [
    ("plain", inline.plain, MARKS, 8_000),
    ("owner", inline.owner, MARKS + LANES, 8_000),
    ("package_name", inline.package_name, MARKS + LANES, 8_000),
    ("read_terms", terms.read_terms, MARKS + PHRASES, 2_000),
    ("tokens", terms.tokens, NAMES, 4_000),
    ("a sentence", lambda s: document(f"{HEAD}\n## Rules\n\n- {s}"), MARKS + CLAUSES, 2_000),
    ("a cell", lambda s: document(f"{OWNERSHIP}| {s} | {s} | {s} | {s} |"), MARKS + PHRASES, 2_000),
    ("a document", lambda s: document(HEAD + s), BLOCKS + MARKS, 4_000),
]


@pytest.mark.parametrize(
    ("work", "tokens", "size"), [r[1:] for r in READERS], ids=[r[0] for r in READERS]
)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_reader_of_text_is_linear(
    work: Callable[[str], object], tokens: list[str], size: int, data: st.DataObject
) -> None:
    unit = "".join(data.draw(st.lists(st.sampled_from(tokens), min_size=1, max_size=4)))
    start = "".join(data.draw(st.lists(st.sampled_from(tokens), max_size=2)))
    assume(not is_quoted_by_halves(start + unit * 2))
    assert is_linear(work, lambda length: start + unit * (length // len(unit) + 1), size), unit


def is_quoted_by_halves(text: str) -> bool:
    """Whether lines of no quote follow lines of one: markdown-it looks for its end, as far as an
    empty line, at each line that may go on with it.
    """
    return len({">" in line for line in text.split("\n") if line.strip()}) > 1


@pytest.mark.parametrize("unit", ["<!--", "[a](", "~~", "_a", "`", "owner:a-", "@a/-", "(", "a("])
def test_what_opens_and_never_closes_is_linear(unit: str) -> None:
    assert is_linear(inline.plain, lambda n: unit * n, 8_000)
    assert is_linear(inline.owner, lambda n: unit * n, 8_000)
    assert is_linear(terms.read_terms, lambda n: unit * n, 500)


def test_alternatives_do_not_multiply() -> None:
    (term,) = terms.read_terms("as/bs " * 70)
    assert is_linear(terms.read_terms, lambda n: "as/bs " * n, 20)
    assert len(term.tokens) == 70


def rows(number: int) -> str:
    """Ownership rows, audit rows of other packages, and a rule a package."""
    owned = "".join(f"| `acme.p{n}.v1` | owner:a | Runs{n} | |\n" for n in range(number))
    return OWNERSHIP + owned


@pytest.mark.parametrize(
    "grown",
    [
        pytest.param(
            lambda n: (
                rows(n) + "\n## Rules\n\n" + "".join(f"- R{i} live in p{i}.\n" for i in range(n))
            ),
            id="a rule a package",
        ),
        pytest.param(
            lambda n: (
                rows(n)
                + "\n## Rules\n\n"
                + "".join(f"- R{i} live in `acme.p{i}`.\n" for i in range(n))
            ),
            id="a rule in code a package",
        ),
        pytest.param(
            lambda n: (
                OWNERSHIP
                + "".join(f"| acme p{i} of old | owner:a | Runs | |\n" for i in range(n))
                + AUDIT
                + "".join(f"| a{i}.proto | acme.q{i}.v1 | acme.r{i}.v1 | a | |\n" for i in range(n))
            ),
            id="rows without a package, and files of unknown ones",
        ),
        pytest.param(
            lambda n: (
                HEAD
                + AUDIT
                + "".join(f"| a{i}.proto | acme.a.v1 | acme.a.v1 | a | |\n" for i in range(4 * n))
            ),
            id="audit rows",
        ),
        pytest.param(lambda n: HEAD + "\n## R\n\n- A.\n" * n, id="headings and items"),
        pytest.param(lambda n: (HEAD + "\n") * n, id="tables"),
        pytest.param(lambda n: HEAD + "\n## R\n\n" + "A!\n" * 8 * n, id="lines of a paragraph"),
    ],
)
def test_a_map_of_many_rows_and_rules_is_linear(grown: Callable[[int], str]) -> None:
    assert is_linear(document, grown, 250)
