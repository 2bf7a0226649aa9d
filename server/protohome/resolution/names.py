"""Every name in a file that protobuf resolves by scope, in source order.

Types of fields, map values and rpcs, extendees, extension names in options, and the names inside
option values (``[ext.name]``, ``[type.googleapis.com/a.B]``, the strings of extension
declarations).
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model import ProtoFile, field_refs, type_refs
from ..named import NamedTuple
from ..positions import Span
from ..syntax.tokens import Token, tokens

# Beside TYPE and ANY of the model: how a name is looked up.
EXTENSION, LITERAL, FULL, DECLARED = "extension", "literal", "full", "declared"


class Name(NamedTuple):
    """A name as written.

    ``scope`` is the path of names below the package from which it is looked up. ``kind`` is TYPE
    (messages and enums only), ANY (whatever is nearest: rpc types, extendees), EXTENSION (an
    option's name), LITERAL (an extension inside an option's value), FULL (fully qualified) or
    DECLARED (in the string of an extension declaration, which needs no import).
    """

    text: str
    span: Span
    scope: str
    kind: str


class _Block(NamedTuple):
    """``kind``: the keyword, ``group`` as message, ``[`` of options, ``value`` inside one."""

    kind: str
    scope: tuple[str, ...]
    statement: list[Token]


def names(file: ProtoFile) -> tuple[Name, ...]:
    """The names of a file, in the order of their places."""
    found = {name.span: name for name in _type_names(file)}
    if b"(" in file.source or b"[" in file.source:
        every = list(tokens(file.source))
        found.update((name.span, name) for name in _option_names(every))
    return tuple(name for _, name in sorted(found.items()))


def _type_names(file: ProtoFile) -> Iterator[Name]:
    found = field_refs(file.extensions, "")
    for contract in file.contracts:
        found += type_refs(contract)
    return (Name(ref.name, ref.span, scope, kind) for scope, ref, kind in found)


def _option_names(every: list[Token]) -> Iterator[Name]:
    stack: list[_Block] = [_Block("file", (), [])]
    for at, token in enumerate(every):
        block = stack[-1]
        text = token.text if token.kind == "symbol" else b""
        if text == b"{":
            stack.append(_opened(block, token))
        elif text == b"<" and block.kind == "value":
            stack.append(_Block("value", block.scope, []))
        elif (text == b"}" and len(stack) > 1) or (text == b">" and block.kind == "value"):
            stack.pop()
            if block.kind != "value":
                stack[-1].statement.clear()
        elif text == b"[":
            if block.kind in ("value", "["):
                name = _literal(every, at) if every[at - 1].text != b":" else None
                if name is not None:
                    yield name
                stack.append(_Block("value", block.scope, []))
            else:
                stack.append(_Block("[", _options_scope(block), list(block.statement)))
        elif text == b"]" and len(stack) > 1:
            stack.pop()
        elif text == b";" and block.kind not in ("value", "["):
            block.statement.clear()
        elif text == b"(" and _names_option(block):
            scope = block.scope if block.kind == "[" else _options_scope(block)
            yield _bracketed(every, at + 1, scope)
        else:
            if token.kind == "string" and _declares(stack):
                yield from _declared(token)
            if len(block.statement) < 8:
                block.statement.append(token)


def _opened(block: _Block, token: Token) -> _Block:
    """The block that ``{`` opens, from the statement that stands before it."""
    words = [each.text for each in block.statement]
    if block.kind in ("value", "[") or words[:1] == [b"option"]:
        return _Block("value", block.scope, [])
    if words[:1] in ([b"export"], [b"local"]):
        words = words[1:]
    kind = words[0].decode("utf-8", "replace") if words else ""
    if b"group" in words[:2] and len(words) > words.index(b"group") + 1:
        kind, words = "message", words[words.index(b"group") :]
    scope = block.scope
    if kind in ("message", "service") and len(words) > 1:
        scope = (*scope, words[1].decode("utf-8", "replace"))
    return _Block(kind, scope, [])


def _options_scope(block: _Block) -> tuple[str, ...]:
    """Where the names of a statement's options are looked up: around what they are options of."""
    words = [each.text for each in block.statement[:1]]
    of_block = words in ([b"option"], [b"extensions"]) and block.kind in ("message", "service")
    return block.scope[:-1] if of_block else block.scope


def _names_option(block: _Block) -> bool:
    """Whether a bracket that opens here holds an option's name."""
    if block.kind == "[":
        return True
    words = [each.text for each in block.statement]
    return words[:1] == [b"option"] and b"=" not in words


def _bracketed(every: list[Token], at: int, scope: tuple[str, ...]) -> Name:
    end = at
    while end < len(every) and every[end].text != b")":
        end += 1
    parts = every[at:end]
    text = b"".join(part.text for part in parts).decode("utf-8", "replace")
    first = parts[0].start if parts else every[at].start
    span = Span(first, parts[-1].end if parts else first)
    return Name(text, span, ".".join(scope), EXTENSION)


def _literal(every: list[Token], at: int) -> Name | None:
    """The name in ``[ext.name]`` or ``[domain/a.B]``, where it stands for a field."""
    end = at + 1
    slash = at
    while end < len(every) and (every[end].kind == "name" or every[end].text in b"./-"):
        if every[end].text == b"/":
            slash = end
        end += 1
    if end + 1 >= len(every) or every[end].text != b"]" or end == at + 1:
        return None
    if every[end + 1].text not in (b":", b"{", b"<"):
        return None
    parts = every[slash + 1 : end]
    text = b"".join(part.text for part in parts).decode("utf-8", "replace")
    span = Span(parts[0].start, parts[-1].end) if parts else Span(0, 0)
    return Name(text, span, "", LITERAL if slash == at else FULL)


def _declares(stack: list[_Block]) -> bool:
    """Whether this is inside the options of an ``extensions`` statement."""
    options = next((block for block in stack if block.kind == "["), None)
    return options is not None and [t.text for t in options.statement[:1]] == [b"extensions"]


def _declared(token: Token) -> Iterator[Name]:
    text = token.text[1:-1]
    if text.startswith(b".") and text.replace(b".", b"").replace(b"_", b"").isalnum():
        span = Span(token.start + 2, token.end - 1)
        yield Name(text[1:].decode("utf-8", "replace"), span, "", DECLARED)
