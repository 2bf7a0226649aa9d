"""The tables that people query: which columns they have, and how they are written.

A table is a folder of shards, each with the rows of some repositories: Parquet where ``pyarrow`` is
there, else a JSON object a line, with the same names.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

TEXT, NUMBER, YES_NO = "text", "number", "yes or no"
PARQUET, NDJSON = "parquet", "ndjson"
FORMATS = (PARQUET, NDJSON)

Rows: TypeAlias = list[list[Any]]
"""Rows of a table, values in the order of its columns after ``repository``."""

# A value that is not known is null. Every table begins with the repository's name.
TABLES: Mapping[str, Mapping[str, str]] = {
    "repositories": {
        "commit": TEXT,
        "committed": TEXT,  # ISO 8601
        "status": TEXT,  # checked, no map, failed, unfinished
        "reason": TEXT,
        "map": TEXT,  # its path; "given" for one that the repository was given
        "since": TEXT,  # the commit that tells what is new
        "workspaces": NUMBER,
        "protos": NUMBER,
        "files": NUMBER,  # governed ones; the columns from here are those of a check's summary
        "contracts": NUMBER,
        "errors": NUMBER,
        "warnings": NUMBER,
        "information": NUMBER,
        "baselined": NUMBER,
        "suppressed": NUMBER,
        "new": NUMBER,
    },
    "files": {
        "path": TEXT,
        "blob": TEXT,  # git's id of the bytes: copies have the same
        "bytes": NUMBER,
        "governed": YES_NO,
        "package": TEXT,  # null where the map does not govern the file
        "lane": TEXT,
        "contracts": NUMBER,
    },
    "contracts": {
        "contract": TEXT,
        "kind": TEXT,
        "path": TEXT,
        "line": NUMBER,
        "package": TEXT,
        "frozen": YES_NO,
        "home": TEXT,
        "verdict": TEXT,  # declared, inferred, successor, as it is
        "at_home": YES_NO,
        "lane": TEXT,
        "new": YES_NO,
    },
    "findings": {
        "rule": TEXT,
        "severity": TEXT,
        "verdict": TEXT,
        "path": TEXT,
        "line": NUMBER,
        "column": NUMBER,
        "symbol": TEXT,
        "home": TEXT,
        "lane": TEXT,
        "message": TEXT,
        "baselined": YES_NO,
        "new": YES_NO,
    },
    "shims": {
        "contract": TEXT,
        "kind": TEXT,
        "path": TEXT,
        "line": NUMBER,
        "home": TEXT,
        "successor": TEXT,
        "declared": YES_NO,
        "differences": NUMBER,
        "deprecated": YES_NO,
        "references": NUMBER,
        "phase": TEXT,
        "ready": YES_NO,
        "lane": TEXT,
        "follow_on": TEXT,
        "next": TEXT,
    },
    "owners": {
        "package": TEXT,
        "lane": TEXT,
        "domain": TEXT,
        "frozen": YES_NO,
        "files": NUMBER,
        "contracts": NUMBER,
    },
}


def has_parquet() -> bool:
    """Whether Parquet can be written here."""
    from importlib.util import find_spec

    return find_spec("pyarrow") is not None


def shard(table: str, rows: Sequence[tuple[str, Rows]], form: str) -> bytes:
    """The bytes of a shard with the rows of some repositories, each by its name."""
    names = ["repository", *TABLES[table]]
    every = [list(map(_encodable, (name, *row))) for name, several in rows for row in several]
    if form == NDJSON:
        lines = (json.dumps(dict(zip(names, row, strict=True))) + "\n" for row in every)
        return "".join(lines).encode()
    import pyarrow as pa
    from pyarrow import parquet

    kinds = {TEXT: pa.string(), NUMBER: pa.int64(), YES_NO: pa.bool_()}
    schema = pa.schema([(name, kinds[kind]) for name, kind in columns(table).items()])
    arrays = [
        pa.array([row[at] for row in every], schema.field(at).type) for at in range(len(names))
    ]
    stream = io.BytesIO()
    parquet.write_table(pa.Table.from_arrays(arrays, schema=schema), stream, compression="zstd")
    return stream.getvalue()


def columns(table: str) -> dict[str, str]:
    """The columns of a table with their kinds."""
    return {"repository": TEXT, **TABLES[table]}


def _encodable(value: Any) -> Any:
    """A path that is not UTF-8 with escapes: neither form has lone surrogates."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value
