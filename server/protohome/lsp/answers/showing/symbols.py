"""Document and workspace symbols."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from lsprotocol import types

from ....model import Contract, Enum, Message, ProtoFile, Service
from ....packagemap.model import PackageMap
from ....workspace.snapshot import Snapshot
from ... import to_lsp
from ...places import Places
from ...shown import Symbol
from ...state.session import Session

_MOST = 256
# No outline is longer.
_MOST_OF_A_FILE = 10_000


def in_document(session: Session, params: types.DocumentSymbolParams) -> Any:
    """``textDocument/documentSymbol``."""
    doc = session.early_doc(params.text_document.uri)
    if doc is None:
        return []
    file = doc.state.snapshot.files.get(doc.path)
    if file is not None:
        found = list(islice(of_file(file), _MOST_OF_A_FILE))
    elif doc.path == doc.state.settings.map.path:
        found = list(of_map(doc.state.settings.map))
    else:
        found = []
    if session.client.nests_symbols:
        return to_lsp.document_symbols(doc.places, doc.path, found)
    return to_lsp.flat_symbols(doc.places, doc.path, found)


def in_workspace(session: Session, params: types.WorkspaceSymbolParams) -> Any:
    """``workspace/symbol``: the contracts whose full name has the query's letters in order."""
    found: list[Any] = []
    for folder in session.folders.values():
        state = session.state(folder)
        if state is not None:
            places = Places(folder, session.client.encoding)
            for path, symbol in search(state.snapshot, params.query, _MOST - len(found)):
                found += to_lsp.flat_symbols(places, path, [symbol])
    return found


def of_file(file: ProtoFile) -> Iterator[Symbol]:
    """The contracts of a file with what is in them."""
    for contract in file.contracts:
        yield _of_contract(contract, "")


def of_map(package_map: PackageMap) -> Iterator[Symbol]:
    """The rows and sentences of a map, in its order."""
    found = [
        *(Symbol(r.package, "package", r.owner.lane, r.span, r.span) for r in package_map.packages),
        *(Symbol(s.text, "sentence", "", s.span, s.span) for s in package_map.sentences),
        *(Symbol(r.file, "row", r.home, r.span, r.span) for r in package_map.audit),
    ]
    yield from sorted(found, key=lambda symbol: symbol.span)


def search(snapshot: Snapshot, query: str, most: int) -> Iterator[tuple[str, Symbol]]:
    """The contracts that a query means, each with its path; at most so many."""
    letters = query.lower().replace(" ", "")
    for fqn, every in snapshot.contracts.items():
        if most > 0 and _has(fqn.lower(), letters):
            for located in every:
                most -= 1
                yield located.file.path, _of_contract(located.contract, located.file.package)


def _has(name: str, letters: str) -> bool:
    rest = iter(name)
    return letters in name or all(letter in rest for letter in letters)


def _of_contract(contract: Contract, detail: str) -> Symbol:
    if isinstance(contract, Message):
        return Symbol(
            contract.name,
            "message",
            detail,
            contract.span,
            contract.name_span,
            tuple(sorted(_in_message(contract), key=lambda symbol: symbol.span)),
        )
    if isinstance(contract, Enum):
        values = tuple(
            Symbol(value.name, "value", str(value.number), value.span, value.name_span)
            for value in contract.values
        )
        return Symbol(contract.name, "enum", detail, contract.span, contract.name_span, values)
    return _of_service(contract, detail)


def _of_service(service: Service, detail: str) -> Symbol:
    rpcs = tuple(Symbol(rpc.name, "rpc", "", rpc.span, rpc.name_span) for rpc in service.rpcs)
    return Symbol(service.name, "service", detail, service.span, service.name_span, rpcs)


def _in_message(message: Message) -> Iterator[Symbol]:
    for field in message.fields:
        kind = f"{field.label} {field.type}".strip()
        inner = tuple(_in_message(field.group)) if field.group else ()
        yield Symbol(field.name, "field", kind, field.span, field.name_span, inner)
    inside: list[Contract] = [*message.messages, *message.enums]
    for nested in inside:
        yield _of_contract(nested, "")
