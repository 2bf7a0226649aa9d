"""Draws TOML in all its spellings: keys, strings, tables, comments, line ends."""

from __future__ import annotations

from hypothesis import strategies as st

from protohome.config import keys

_PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), max_size=6)
_QUOTES = ('"', "'", '"""', "'''")
_SCALARS = ("7", "-1_000", "0xFF", "3.5e2", "inf", "true", "1979-05-27 07:32:00", "07:32:00.5")
_GAPS = st.sampled_from(["", " ", "\t "])
_COMMENTS = st.sampled_from(["", "# [a] = 'b'", ' # "', "\t# größe 🦀"])


@st.composite
def strings(draw: st.DrawFn, quotes: tuple[str, ...] = _QUOTES) -> str:
    """A string in one of TOML's four kinds of quotes."""
    quote = draw(st.sampled_from(quotes))
    said = draw(_PLAIN)
    if quote.startswith("'"):
        said = said.replace("'", "")
    else:
        said = said.replace("\\", "\\\\").replace('"', '\\"')
    if len(quote) == 3:
        inside = (
            ("", "\\\\", "\\\n  ", "\n", '"', "''") if quote == '"""' else ("", "\n", '"""', "'")
        )
        said = f"{said}{draw(st.sampled_from(inside))}"
    return f"{quote}{said}{quote}"


@st.composite
def names(draw: st.DrawFn) -> str:
    """One part of a key."""
    bare = st.from_regex(r"[a-z0-9_-]{1,3}", fullmatch=True)
    words = st.sampled_from([key.name for key in keys.KEYS])
    return draw(bare | words | strings(_QUOTES[:2]) | st.just('"\\u0061.b"'))


@st.composite
def dotted(draw: st.DrawFn) -> str:
    """A key of one to three parts."""
    parts = draw(st.lists(names(), min_size=1, max_size=3))
    return f"{draw(_GAPS)}.{draw(_GAPS)}".join(parts)


@st.composite
def values(draw: st.DrawFn, depth: int = 2) -> str:
    """A value, with lists and inline tables ``depth`` deep."""
    scalar = st.sampled_from(_SCALARS) | strings()
    if not depth or draw(st.booleans()):
        return draw(scalar)
    gap = draw(_GAPS)
    if draw(st.booleans()):
        items = draw(st.lists(values(depth=depth - 1), max_size=3))
        line = draw(st.sampled_from(["", "\n", " # ], \n\t"]))
        return f"[{line}{gap}{f'{gap},{line}'.join(items)}{line}]"
    entries = draw(st.lists(st.tuples(names(), values(depth=depth - 1)), max_size=3))
    return f"{{{gap}{f',{gap}'.join(f'{key}{gap}={gap}{value}' for key, value in entries)}{gap}}}"


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    """A document; it may say a key twice, else it is TOML."""
    lines: list[str] = []
    for _ in range(draw(st.integers(0, 8))):
        comment, gap = draw(_COMMENTS), draw(_GAPS)
        kind = draw(st.sampled_from(["pair", "pair", "pair", "table", "tables", "blank"]))
        if kind == "pair":
            lines.append(f"{gap}{draw(dotted())}{gap}={gap}{draw(values())}{comment}")
        elif kind == "blank":
            lines.append(f"{gap}{comment}")
        else:
            opening, closing = ("[", "]") if kind == "table" else ("[[", "]]")
            lines.append(f"{gap}{opening}{gap}{draw(dotted())}{gap}{closing}{comment}")
    end = draw(st.sampled_from(["\n", "\r\n"]))
    text = "\n".join(lines) + draw(st.sampled_from(["", "\n"]))
    mark = draw(st.sampled_from([b"", b"\xef\xbb\xbf"]))
    return mark + text.replace("\n", end).encode()


@st.composite
def configurations(draw: st.DrawFn) -> bytes:
    """A ``protohome.toml`` without a mistake; its ``[homes]`` is spelt in any way, or absent."""
    package = st.from_regex(r"[a-z]{1,3}\.v[12]", fullmatch=True)
    homes = draw(st.dictionaries(package.map(lambda name: f"{name}.Ping"), package, max_size=3))
    quote = draw(st.sampled_from("\"'"))
    gap, comment = draw(_GAPS), draw(_COMMENTS)
    entries = [
        f"{quote}{name}{quote}{gap}={gap}{quote}{home}{quote}" for name, home in homes.items()
    ]
    map_line = f"map = 'PACKAGE_MAP.md'{comment}"
    severity = ["", "[severity]", "wrong-package = 'error'"]
    style = draw(st.sampled_from(["table", "first table", "dotted", "inline", "none"]))
    if style == "inline":
        lines = [
            f"homes{gap}={gap}{{{gap}{f',{gap}'.join(entries)}{gap}}}{comment}",
            map_line,
            *severity,
        ]
    elif style == "dotted":
        lines = [
            *(f"{gap}homes{gap}.{gap}{entry}{comment}" for entry in entries),
            map_line,
            *severity,
        ]
    else:
        table = [
            f"{gap}[{gap}homes{gap}]{comment}",
            *(f"{gap}{entry}{comment}" for entry in entries),
        ]
        order = [severity, table] if style == "table" else [table, severity]
        lines = (
            [map_line, *(line for part in order for line in part)] if style != "none" else severity
        )
    end = draw(st.sampled_from(["\n", "\r\n"]))
    return (end.join(lines) + draw(st.sampled_from(["", end]))).encode()
