"""Who answers questions about documents, and where: at once, or in threads, one by one."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from functools import partial
from operator import is_
from typing import TypeVar
from weakref import WeakKeyDictionary

from ...findings import Finding
from ...named import NamedTuple
from ...verdicts import Judge
from ...workspace.early import NotYet
from ..places import Places
from ..schedule import Coalescing, in_thread, uncollected
from ..wire.progress import Progress
from .folders import Folder
from .moment import FolderState

Answer = TypeVar("Answer")


class FolderDocument(NamedTuple):
    """A document of a folder that has been read; ``path`` is relative to the folder's root."""

    folder: Folder
    path: str
    state: FolderState
    source: bytes
    places: Places

    @property
    def is_map(self) -> bool:
        """Whether the document is the package map."""
        return self.path == self.state.settings.map.path


class Asking:
    """Judges in threads, and prepares them. ``on_more`` hears of which folder more is known;
    ``progress`` is to show work by a title.
    """

    def __init__(
        self,
        on_more: Callable[[Folder], None],
        on_error: Callable[[Exception], None],
        progress: Callable[[str], Progress],
    ) -> None:
        self._on_more, self._progress = on_more, progress
        self._turn = asyncio.Lock()
        self._apart: WeakKeyDictionary[Folder, Judge] = WeakKeyDictionary()
        # Who answers at once, and for whom.
        self._hasty: WeakKeyDictionary[Folder, tuple[Judge, Judge]] = WeakKeyDictionary()
        # On what all findings in a document rested, by path.
        self._judged: WeakKeyDictionary[Folder, dict[str, tuple[object, ...]]] = WeakKeyDictionary()
        self._wanted: dict[str, tuple[FolderDocument, bool]] = {}
        self._preparing = Coalescing(self._prepare, on_error)

    async def ask(self, doc: FolderDocument, question: Callable[[FolderState], Answer]) -> Answer:
        """What a document's folder answers; in a thread, one after the other, if it takes long."""
        if not doc.state.is_slow(doc.path):
            return question(doc.state)
        return await self._in_turn(doc, question)

    async def work(self, doc: FolderDocument, question: Callable[[FolderState], Answer]) -> Answer:
        """As ``ask``, for what takes long in every large workspace, such as a fix."""
        if not doc.state.is_large:
            return question(doc.state)
        return await self._in_turn(doc, question)

    async def findings(self, doc: FolderDocument) -> list[Finding]:
        """All findings in a document."""
        found = await self.ask(doc, lambda state: state.findings(doc.path))
        if doc.state.is_large:
            self._judged.setdefault(doc.folder, {})[doc.path] = self._rests_on(doc)
        return found

    async def findings_now(self, doc: FolderDocument) -> list[Finding]:
        """The findings in a document; before they were all looked for, those known by now."""
        if not doc.state.is_large or self._is_judged(doc):
            return await self.findings(doc)
        return await self.now(doc, lambda state: state.findings(doc.path)) or []

    def _is_judged(self, doc: FolderDocument) -> bool:
        """Whether all findings were looked for before, so that nothing is to be learned again."""
        before = self._judged.get(doc.folder, {}).get(doc.path)
        return before is not None and all(map(is_, before, self._rests_on(doc)))

    def _rests_on(self, doc: FolderDocument) -> tuple[object, ...]:
        return self._judge_of(doc).base, doc.state.snapshot.map, doc.state.snapshot.config

    async def now(
        self, doc: FolderDocument, question: Callable[[FolderState], Answer]
    ) -> Answer | None:
        """What a document's folder answers by what is known by now, None where that is too little.

        Nobody waits until a workspace was read, looked at or learned from; who asks again after
        that, which is begun, has all of the answer.
        """
        answer = await self.so_far(doc, question)
        if doc.state.is_large and not doc.state.is_early and not self.is_prepared(doc):
            self._prepare_for(doc)
        return answer

    async def so_far(
        self, doc: FolderDocument, question: Callable[[FolderState], Answer]
    ) -> Answer | None:
        """As ``now``, for one who asks for more himself."""
        state = doc.state
        with_little = not state.is_large or (state.is_early and not state.is_slow(doc.path))
        try:
            if with_little:
                return question(state)
            if state.is_early:
                return await in_thread(partial(question, state))
            if self.is_prepared(doc):
                return await self._in_turn(doc, question)
            judge = self._hasty_judge(doc)
            state = state._replace(judge=judge, snapshot=judge.snapshot)
            return await in_thread(partial(question, state))
        except NotYet:
            return None

    def is_prepared(self, doc: FolderDocument) -> bool:
        """Whether all that may be asked about a document is answered without learning first."""
        state = doc.state
        if state.is_early or not state.is_large:
            return not state.is_early
        return state.snapshot.is_looked_at and self._judge_of(doc).has_learnt

    async def _in_turn(
        self, doc: FolderDocument, question: Callable[[FolderState], Answer]
    ) -> Answer:
        async with self._turn:
            judge = self._judge_of(doc)
            with uncollected, self._learning(doc.folder, judge):
                answer = await in_thread(partial(question, doc.state._replace(judge=judge)))
        self._keep(doc.folder, judge)
        return answer

    def _learning(self, folder: Folder, judge: Judge) -> Progress:
        """What shows learning, where one who may not learn was asked for what takes it."""
        progress = self._progress(f"Learning what words tell in {os.path.basename(folder.root)}")
        of, hasty = self._hasty.get(folder, (None, judge))
        if of is judge and hasty.was_to_learn and not judge.has_learnt:
            progress.start()
        return progress

    def _judge_of(self, doc: FolderDocument) -> Judge:
        """Who answers in threads, where the folder's own judge is left to the event loop."""
        snapshot, learnt, judge = doc.state.snapshot, doc.folder.learnt, self._apart.get(doc.folder)
        if judge is None or (judge.snapshot, judge.learnt_of) != (snapshot, learnt):
            judge = Judge(snapshot, judge, learnt, doc.state.judge.kept)
            self._apart[doc.folder] = judge
        return judge

    def _keep(self, folder: Folder, judge: Judge) -> None:
        """Keep what was learned, if anything was; whoever asked does not wait for it."""
        if judge.has_learnt and not self._apart[folder].has_learnt:
            self._apart[folder] = judge  # the next one goes on from there
        if judge.kept is not None and judge.kept.is_learnt_anew:
            in_thread(judge.kept.save)

    def _hasty_judge(self, doc: FolderDocument) -> Judge:
        """Who answers by what is known by now."""
        judge = self._judge_of(doc)
        of, hasty = self._hasty.get(doc.folder, (None, judge))
        if of is not judge or hasty.snapshot.is_looked_at != judge.snapshot.is_looked_at:
            hasty = judge.at_once()
            self._hasty[doc.folder] = judge, hasty
        return hasty

    def _prepare_for(self, doc: FolderDocument) -> None:
        """Have looked at, or learned, what the hasty judge was asked in vain."""
        hasty = self._hasty_judge(doc)
        if hasty.was_to_learn or not hasty.snapshot.is_looked_at:
            self._wanted[doc.folder.root] = doc, hasty.was_to_learn
            self._preparing.request()

    async def _prepare(self) -> None:
        while self._wanted:
            _, (doc, is_to_learn) = self._wanted.popitem()
            await self._in_turn(doc, partial(_ready, is_to_learn))  # as others may begin to
            self._hasty.pop(doc.folder, None)
            doc.folder.take_lookups(doc.state.snapshot)
            self._on_more(doc.folder)


def _ready(is_to_learn: bool, state: FolderState) -> None:
    """Look at all files, and learn what words tell."""
    state.snapshot.look()
    if is_to_learn:
        state.judge.learn()
