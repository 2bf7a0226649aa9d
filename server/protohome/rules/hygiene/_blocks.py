"""What the rules about kept blocks share."""

from __future__ import annotations

from collections.abc import Iterator

from ...findings import WARNING, Finding, FixRequest
from ...verdicts import Judge


def drifted(judge: Judge, rule: str, path: str, what: str) -> Iterator[Finding]:
    """A finding for each block of a document that is not true."""
    from ...upkeep.drift import drifts  # few trees have a block that is kept

    for drift in drifts(judge, path):
        name = " ".join(drift.block.words)
        if drift.why:
            named = f"{what} “{name}”" if drift.block.begun else f"{what} that ends here"
            message = f"{named} cannot be kept: {drift.why}"
        else:
            counts = [
                f"{count} line{'s' * (count != 1)} {word}"
                for count, word in ((drift.missing, "missing"), (drift.extra, "too many"))
                if count
            ]
            message = (
                f"{what} “{name}” is not true any more ({', '.join(counts) or 'its order'}):"
                " `protohome fix` writes it anew"
            )
        yield Finding(
            rule,
            WARNING,
            path,
            drift.block.head,
            message,
            fixes=()
            if drift.why
            else (FixRequest("update-block", {"path": path, "number": str(drift.number)}),),
        )
