"""Services: rpcs by name."""

from __future__ import annotations

from collections.abc import Iterator

from ....model import ANY, Rpc, Service
from ..model import GONE, Change
from .sides import Scope, same_type


def service_changes(
    symbol: str, one: Service, other: Service, old: Scope, new: Scope, moving: bool
) -> Iterator[Change]:
    here = {rpc.name: rpc for rpc in other.rpcs}
    for rpc in one.rpcs:
        counterpart = here.get(rpc.name)
        if counterpart is not None:
            yield from _rpc(symbol, rpc, counterpart, old, new, moving)
        elif rpc.name:
            place = new.place(other.name_span), old.place(rpc.name_span)
            said = f"rpc {rpc.name}"
            yield Change(("RPC_NO_DELETE",), "rpc", symbol, rpc.name, GONE, said, "", *place)


def _rpc(
    symbol: str, one: Rpc, other: Rpc, old: Scope, new: Scope, moving: bool
) -> Iterator[Change]:
    place = new.place(other.name_span), old.place(one.name_span)
    for rule, what, was, now in (
        ("RPC_SAME_REQUEST_TYPE", "request type", one.input, other.input),
        ("RPC_SAME_RESPONSE_TYPE", "response type", one.output, other.output),
    ):
        if was is not None and now is not None:
            before, after = old.meaning(was, ANY), new.meaning(now, ANY)
            if not same_type(before, after, moving):
                said = before.name, after.name
                yield Change((rule,), "rpc", symbol, one.name, what, *said, *place)
    for rule, what, streamed, streams in (
        ("RPC_SAME_CLIENT_STREAMING", "request", one.client_streaming, other.client_streaming),
        ("RPC_SAME_SERVER_STREAMING", "response", one.server_streaming, other.server_streaming),
    ):
        if streamed != streams:
            words = _streaming(streamed), _streaming(streams)
            yield Change((rule,), "rpc", symbol, one.name, what, *words, *place)
    levels = _idempotency(one), _idempotency(other)
    if levels[0] != levels[1]:
        rules = ("RPC_SAME_IDEMPOTENCY_LEVEL",)
        yield Change(rules, "rpc", symbol, one.name, "idempotency_level", *levels, *place)


def _streaming(streams: bool) -> str:
    return "a stream" if streams else "one message"


def _idempotency(rpc: Rpc) -> str:
    levels = [option.value for option in rpc.options if option.name == "idempotency_level"]
    return levels[0] if levels else "IDEMPOTENCY_UNKNOWN"
