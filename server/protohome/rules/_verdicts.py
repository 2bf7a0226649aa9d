"""Verdicts put into words, and the ways out of a misplaced contract."""

from __future__ import annotations

from ..findings import FixRequest
from ..verdicts import Verdict, explain
from ._places import at, cite


def because(verdict: Verdict) -> str:
    """Why a contract belongs where it does, as it stands in brackets after the claim."""
    first = next(iter(verdict.evidence), None)
    if first is None:
        return "by its words"
    if first.kind == "audit-row":
        return f"audit row {at(first)}"
    return explain(verdict) or cite(first)


def way_out(contract: str, home: str, rule: str) -> tuple[FixRequest, ...]:
    """Move it, or declare where it stands its home, or say why it may stay."""
    return (
        FixRequest("move-contract", {"contract": contract, "package": home}),
        FixRequest("declare-home", {"contract": contract, "package": contract.rpartition(".")[0]}),
        FixRequest("suppress", {"rule": rule}),
    )
