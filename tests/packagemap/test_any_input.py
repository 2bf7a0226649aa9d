"""Whatever the bytes, ``read`` answers, and every place it names is inside them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from protohome.packagemap import Cell, PackageMap, read
from protohome.packagemap.understood import render
from protohome.positions import LineIndex, Span

OWNERSHIP = """
| Package | Owner lane | Contains | Does not contain |
| --- | --- | --- | --- |
"""
AUDIT = """
| Current file | Current package | Canonical package home | Owner lane | Follow-on issue |
| --- | --- | --- | --- | --- |
"""
FRAGMENTS = st.sampled_from(
    [
        *(
            "\n",
            "\n\n",
            "\r\n",
            "\r",
            " ",
            "  ",
            "\t",
            "    ",
            "> ",
            "- ",
            "1. ",
            "## ",
            "\x00",
            "\f",
        ),
        *(
            "|",
            "\\|",
            "\\",
            "`",
            "``",
            "**",
            "_",
            "~~",
            "~~~",
            "<!--",
            "-->",
            "[",
            "](x)",
            "]: ",
            "(",
        ),
        *("Package", "Owner lane", "Contains", "Does not contain", "Domain", "Placement Rules"),
        *("Current file", "Current package", "Canonical package home", "Follow-on issue"),
        *("| --- | --- | --- | --- |\n", "| :-: |", "---", "===", "|-|-|-|-|-|\n"),
        OWNERSHIP,
        AUDIT,
        *("`acme.a.v1`", "acme.b.v1", "`a/b.proto`", "../x", "`owner:x`", "v1", "`v2`", "sync"),
        *(" live in ", " are ", " are additive-only", " carries x only", "; ", ", ", " and ", ". "),
        *(
            "New contracts are forbidden in ",
            " remain ",
            " contracts",
            "🗺",
            "é",
            "\u00a0",
            "\u2028",
        ),
    ]
)
DOCUMENTS = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.lists(FRAGMENTS, max_size=60).map(lambda parts: "".join(parts).encode()),
    st.lists(FRAGMENTS, max_size=60).map(lambda parts: ("\ufeff" + "".join(parts)).encode()),
)


def places(package_map: PackageMap) -> list[tuple[int, Span]]:
    """Everything that has a line and a span."""
    return [
        *((row.line, row.span) for row in package_map.packages),
        *((row.line, row.span) for row in package_map.audit),
        *((sentence.line, sentence.span) for sentence in package_map.sentences),
        *((problem.line, problem.span) for problem in package_map.problems),
    ]


def cells(package_map: PackageMap) -> list[tuple[Span, Cell]]:
    """Every cell with the span of its row."""
    return [
        *((row.span, cell) for row in package_map.packages for cell in row.cells),
        *((row.span, cell) for row in package_map.audit for cell in row.cells),
    ]


@settings(max_examples=400, deadline=None)
@given(DOCUMENTS)
def test_places_are_inside_the_source(source: bytes) -> None:
    package_map = read("m.md", source)
    lines = LineIndex(source)
    for line, span in places(package_map):
        assert 0 <= span.start <= span.end <= len(source)
        assert lines.position(span.start).line == line - 1
    for row, cell in cells(package_map):
        assert row.start <= cell.span.start <= cell.span.end <= row.end
        assert source[cell.span.start : cell.span.end].decode() == cell.text


@settings(max_examples=200, deadline=None)
@given(DOCUMENTS)
def test_the_listing_is_printable(source: bytes) -> None:
    listing = render(read("m.md", source))
    assert all(line.isprintable() or "\u00a0" in line for line in listing.splitlines())
    render(read("m.md", source), "json")
