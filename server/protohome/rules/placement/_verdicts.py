"""Verdicts put into words, and the ways out of a misplaced contract."""

from __future__ import annotations

from ...findings import DECLARED, FixRequest
from ...verdicts import Judge, Verdict
from ...workspace.snapshot import Located
from ..citing import at, cite


def because(verdict: Verdict) -> str:
    """Why a contract belongs where it does, as it stands in brackets after the claim."""
    first = next(iter(verdict.evidence), None)
    if first is None:
        return "by its words"
    if first.kind == "audit-row":
        return f"audit row {at(first)}"
    from ...verdicts.explanations import explain  # whose learning few files need

    return explain(verdict) or cite(first)


def twin(judge: Judge, located: Located, home: str) -> Located | None:
    """The contract of the same name that is in the home already."""
    same = judge.snapshot.contracts.get(f"{home}.{located.name}", ())
    return next((each for each in same if each.file.package != located.file.package), None)


def along(judge: Judge, located: Located) -> str:
    """The response of a request, or the request of a response, that moves with it.

    ``""`` for none, and where it is declared where that belongs.
    """
    package, name = located.file.package, located.name
    for one, other in (("Request", "Response"), ("Response", "Request")):
        if name.endswith(one) and package not in judge.frozen:
            fqn = f"{package}.{name.removesuffix(one)}{other}"
            for partner in judge.snapshot.contracts.get(fqn, ()):
                return "" if judge.home_of(partner).kind == DECLARED else fqn
    return ""


def way_out(
    contract: str, home: str, rule: str, along: str = "", instead: str = ""
) -> tuple[FixRequest, ...]:
    """Use the one at home instead, or move it, or declare where it stands, or say why it may stay.

    ``along`` is the FQN of what moves with it, ``instead`` that of a twin at home.
    """
    family = {"with": along} if along else {}
    move = FixRequest("move-contract", {"contract": contract, "package": home, **family})
    use = FixRequest("use-successor", {"legacy": contract, "successor": instead})
    return (
        *([use] if instead else []),
        move,
        FixRequest("declare-home", {"contract": contract, "package": contract.rpartition(".")[0]}),
        FixRequest("suppress", {"rule": rule}),
    )
