"""``workspace/executeCommand``: what lenses and menus call, with a document's URI first.

Commands that only answer are in ``questions``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ....findings import FixRequest
from ....fixes import Refused
from ....upkeep.reach import Reach
from ....verdicts.successors import resembling
from ... import to_lsp
from ...state.asking import FolderDocument
from ...state.session import Session
from ..arguments import document, text
from ..showing.questions import line_about, named, packages
from .actions import edit_for

# A question with more answers than a screen has lines is none.
_CHOICES = 30


async def move_contract(session: Session, *arguments: Any) -> bool:
    """``protohome.moveContract``: URI, full name, package and, if wanted, ``keepShim``."""
    doc, contract, package = _about_contract(session, arguments)
    keep = {"keep_shim": "true"} if "keepShim" in arguments[3:] else {}
    request = FixRequest("move-contract", {"contract": contract, "package": package, **keep})
    there = doc.places.uri(doc.state.snapshot.map.path)
    done = await _apply(session, doc, f"Move {contract} to {package}", request)
    if done:
        await show_contract(session, there, f"{package}.{contract.rpartition('.')[2]}")
    return done


async def _chosen(session: Session, question: str, names: Sequence[str]) -> str:
    """Which of ``names`` a person picks, ``""`` for none."""
    asked = to_lsp.choice(question, names)
    answer = await session.host.request("window/showMessageRequest", asked)
    title = str(getattr(answer, "title", ""))
    return title if title in names else ""


async def choose_home(session: Session, *arguments: Any) -> bool:
    """``protohome.chooseHome``: URI and full name; asks for the package, then moves there."""
    contract = text(arguments, 1, "a contract's full name")
    found = await packages(session, *arguments)
    names = [str(each["package"]) for each in found["packages"]][:_CHOICES]
    if not names:
        return False
    package = await _chosen(session, f"Where does {contract} belong?", names)
    return bool(package) and await move_contract(session, arguments[0], contract, package)


async def choose_successor(session: Session, *arguments: Any) -> bool:
    """``protohome.chooseSuccessor``: URI and a shim's full name; asks for it, and declares it."""
    doc, legacy = document(session, arguments), text(arguments, 1, "a contract's full name")
    located = named(doc, legacy)
    if located is None:
        return False
    like = await session.work(
        doc, lambda state: resembling(state.snapshot, state.judge.frozen, located)
    )
    names = [each.fqn for each in like[:_CHOICES]]
    if not names:
        told = f"No contract outside of the frozen packages is like {legacy}."
        session.host.show(to_lsp.information(told))
        return False
    chosen = await _chosen(session, f"Which contract succeeds {legacy}?", names)
    if not chosen:
        return False
    request = FixRequest("declare-successor", {"legacy": legacy, "canonical": chosen})
    return await _apply(session, doc, f"Declare {chosen} the successor of {legacy}", request)


async def show_contract(session: Session, *arguments: Any) -> bool:
    """``protohome.showContract``: URI and full name; whether the client is asked to show it."""
    doc = document(session, arguments)
    located = named(doc, text(arguments, 1, "a contract's full name"))
    if located is None or not session.client.shows_documents:
        return False
    location = doc.places.location(located.file.path, located.contract.name_span)
    session.host.ask("window/showDocument", to_lsp.showing(location))
    return True


async def declare_home(session: Session, *arguments: Any) -> bool:
    """``protohome.declareHome``: URI, full name, package."""
    doc, contract, package = _about_contract(session, arguments)
    request = FixRequest("declare-home", {"contract": contract, "package": package})
    return await _apply(session, doc, f"Declare {package} the home of {contract}", request)


async def open_map(session: Session, *arguments: Any) -> Any:
    """``protohome.openMap``: URI and, if wanted, a full name, package or path; where it stands."""
    doc = document(session, arguments)
    name = text(arguments, 1, "a name") if len(arguments) > 1 else ""
    line = line_about(doc.state, name) if name else 1
    location = to_lsp.at_line(doc.places, doc.state.snapshot.map.path, line)
    if session.client.shows_documents:
        session.host.ask("window/showDocument", to_lsp.showing(location))
    return location


async def show_decided(session: Session, *arguments: Any) -> bool:
    """``protohome.showDecided``: the map's URI and a sentence's line; asks which to show."""
    doc = document(session, arguments)
    line = text(arguments, 1, "a line")
    sentences = [one for one in doc.state.settings.map.sentences if str(one.line) == line]
    decided = await session.work(
        doc, lambda state: [fqn for one in sentences for fqn in Reach(state.snapshot).of(one)]
    )
    if len(decided) > 1:
        question = to_lsp.choice("Which contract?", decided[:_CHOICES])
        answer = await session.host.request("window/showMessageRequest", question)
        decided = [fqn for fqn in decided if fqn == getattr(answer, "title", "")]
    return bool(decided) and await show_contract(session, arguments[0], decided[0])


async def tell(session: Session, *arguments: Any) -> bool:
    """``protohome.tell``: URI and a line, which is shown; of an answer, clients show nothing."""
    document(session, arguments)
    session.host.show(to_lsp.information(text(arguments, 1, "a line of text")))
    return True


async def say_it(session: Session, *arguments: Any) -> bool:
    """``protohome.sayIt``: the map's URI and the line of a sentence that is to be followed."""
    doc, line = document(session, arguments), text(arguments, 1, "a line")
    request = FixRequest("say-it-as", {"line": line})
    return await _apply(session, doc, "Say it so that it is followed", request)


async def _apply(session: Session, doc: FolderDocument, label: str, request: FixRequest) -> bool:
    """Have the client apply a fix; whether it did."""
    try:
        edit = await session.work(doc, lambda _state: edit_for(doc, request))
    except Refused as refused:
        session.host.show(to_lsp.warning(f"{label}: {refused.reason}"))
        return False
    params = to_lsp.applying(label, to_lsp.workspace_edit(doc.places, session.client, edit))
    answer = await session.host.request("workspace/applyEdit", params)
    return bool(getattr(answer, "applied", False))


def _about_contract(
    session: Session, arguments: tuple[Any, ...]
) -> tuple[FolderDocument, str, str]:
    """URI, full name and package."""
    doc = document(session, arguments)
    return doc, text(arguments, 1, "a contract's full name"), text(arguments, 2, "a package")
