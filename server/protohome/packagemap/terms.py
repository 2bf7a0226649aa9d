"""Terms: the words of a cell and of an identifier as stemmed tokens that can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from ..named import NamedTuple
from ..positions import Span
from .inline import plain
from .model import Cell
from .stems import stem

_LONGEST_CELL = 10_000  # code points; more is no list that a person wrote
_MOST_PHRASES = 64  # of one item of a cell; more are no alternatives that a person had in mind

_WORDS = re.compile(
    r"OAuth(?![a-z])|IPv(?=[46])|gRPC|GraphQL|iOS(?![a-z])|macOS(?![a-z])"  # spelt as they please
    r"|[A-Z]{2,}s(?![^\W\d_A-Z])"  # IDs
    r"|[A-Z]+(?=[A-Z][^\W\d_A-Z])"  # HTTP in HTTPServer
    r"|[A-Z]?[^\W\d_A-Z]+|[A-Z]+|[0-9]+"
)
_LISTED = re.compile(r"\[([^\[\]]*)\]")  # a whole cell: [invoices, receipts]
_ITEM = re.compile(r"\s*[,;]\s*(?![^()]*\))")
_BRACKET = re.compile(r"([()\[\]])")
_QUALIFIER = re.compile(
    r"\b(?:[\w-]+-(?:agnostic|free|independent|neutral|unrelated)|cross-\w+)\b", re.IGNORECASE
)
_CLAUSE = re.compile(
    r"\s(?:(?:we|you|they|that|which|who|whose|where|when|while|unless|until|if|because|from|by|via|with|within"
    r"|without|across|between|during|through|into|onto|per|not)\b"
    r"|\w+ed\s+(?:by|in|to|from|via|as|on|with|through|for)\b).*"
)
_OF = re.compile(r"\s(?:of|for|about|on|to|in)\s")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_STOP = _words(
    "a an the any all each every new other various related common shared generic general only its "
    "their our also as be is are no non additional further such like eg ie etc plus and or "
    "specific canonical everything anything nothing else none tbd thing "
    "things stuff"
)
_FILLERS = _words(
    "contract contracts payload payloads record records message messages semantics semantic "
    "internals data definition definitions declaration declarations type types schema schemas "
    "object objects model models item items structure structures detail details information info "
    "protocol protocols surface surfaces domain domains concern concerns "
    "addition additions package packages namespace namespaces"
)


class Term(NamedTuple):
    """A phrase of a cell: its stemmed tokens, and its words as written, in lower case."""

    tokens: tuple[str, ...]
    words: str


def items(cell: str) -> list[str]:
    """The items of a cell as written, between its commas."""
    return [item for item in _ITEM.split(cell) if item]


def placed_items(cell: Cell) -> Iterator[Cell]:
    """As ``items``, each with its place in the map."""
    at = 0
    for end in [*(match.start() for match in _ITEM.finditer(cell.text)), len(cell.text)]:
        text = cell.text[at:end].strip(" ,;")
        if text:
            first = cell.span.start + len(cell.text[: cell.text.index(text, at)].encode())
            yield Cell(text, Span(first, first + len(text.encode())))
        at = end


def tokens(identifier: str) -> tuple[str, ...]:
    """The stemmed words of a name in any case: ``WSEnvelope_v2`` is ws, envelop, v, 2."""
    return tuple(stem(word.lower()) for word in _WORDS.findall(identifier))


def phrases(cell: str) -> tuple[tuple[str, ...], ...]:
    """What a *Contains* or *Does not contain* cell lists, each phrase as stemmed tokens.

    ``policy/comms intents, sync-token minting contracts`` is (polici, intent), (comm, intent),
    (sync, token, mint).
    """
    return tuple(term.tokens for term in read_terms(cell))


def read_terms(cell: str) -> tuple[Term, ...]:
    """The phrases of a cell with their words, in its order, each once."""
    text = plain(cell[:_LONGEST_CELL])
    listed = _LISTED.fullmatch(text)
    text = _without_brackets(listed[1] if listed else text)
    found: dict[tuple[str, ...], Term] = {}
    for item in re.split(r"[,;]|\.(?:\s|$)", re.sub(r"\s*/\s*", "/", text)):
        for part in _joined(_head(_QUALIFIER.sub(" ", f" {item.strip()}"))):
            for words in _alternatives(part.split()):
                term = _term(words)
                if any(len(token) > 1 for token in term.tokens):
                    found.setdefault(term.tokens, term)
    return tuple(found.values())


def _without_brackets(text: str) -> str:
    """``text`` without what stands in brackets, nested ones too; a bracket without its pair stays.

    One pass, a stack of where the open ones stand in what is kept.
    """
    kept: list[str] = []
    opened: list[tuple[str, int]] = []
    for part in _BRACKET.split(text):
        if part in ("(", "["):
            opened.append((part, len(kept)))
        elif part in (")", "]") and opened and opened[-1][0] + part in ("()", "[]"):
            del kept[opened.pop()[1] :]
            part = " "
        elif part in (")", "]"):
            opened.clear()
        kept.append(part)
    return "".join(kept)


def _head(item: str) -> str:
    """The noun phrase of an item: no trailing clause, and *records of runs* as *runs records*."""
    item = _CLAUSE.sub("", item)
    head, *rest = _OF.split(item)
    if not rest:
        return item
    if _content(head.replace("/", " ").split()):
        return head if " of " not in item else f"{item.split(' of ', 1)[1]} {head}"
    return " ".join(rest)


def _joined(item: str) -> list[str]:
    """Split at *and* and *or*, or join what shares a head: *worker and run lifecycle*."""
    parts = [part.strip() for part in re.split(r"\s(?:and|or|&|\+)\s|^\s*(?:and|or)\s", item)]
    parts = [part for part in parts if part]
    joined: list[list[str]] = []
    for part in parts:
        if joined and " " not in joined[-1][-1]:
            joined[-1].append(part)
        else:
            joined.append([part])
    return ["/".join(alternatives) for alternatives in joined]


def _alternatives(words: list[str]) -> list[list[str]]:
    """Distribute alternatives over the words around them.

    A plural that other words follow is a whole item by itself: *receipts/replay artifacts* are
    receipts and replay artifacts, while *auth/worker projections* are two sorts of projections.
    """
    whole: list[list[str]] = []
    choices: list[list[str]] = []
    size = 1
    for at, word in enumerate(words):
        options = [option for option in word.split("/") if option]
        if len(options) > 1 and at + 1 < len(words):
            plurals = [option for option in options[:-1] if _is_plural(option)]
            if len(whole) + size * len(plurals) > _MOST_PHRASES:
                return [words]
            whole += [[*choice, plural] for plural in plurals for choice in product(*choices)]
            options = [option for option in options if option not in plurals]
        if options:
            choices.append(options)
            size *= len(options)
        if size > _MOST_PHRASES:
            return [words]
    return whole + [list(choice) for choice in product(*choices)]


def _is_plural(word: str) -> bool:
    return word.endswith("s") and not word.endswith(("ss", "us", "is"))


def _content(words: list[str]) -> list[str]:
    return [word for word in words if word.lower() not in _STOP and word.lower() not in _FILLERS]


def _term(words: list[str]) -> Term:
    pieces = [piece for word in words for piece in _WORDS.findall(word)]
    named = [piece for piece in pieces if piece.lower() not in _STOP]
    # "Any new contracts" names nothing; "payloads" alone is at least a word to go by.
    kept = _content(named) or (named if named == pieces else [])
    lower = [piece.lower() for piece in kept]
    return Term(tuple(stem(word) for word in lower), " ".join(lower))
