"""One moment of a folder, to be judged: what there is to find in its documents, and for how long
that takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ... import check
from ...findings import ERROR, INFORMATION, Finding
from ...history import is_new, mark
from ...model import ProtoFile
from ...named import NamedTuple
from ...positions import LineIndex, Span
from ...system.disk import why_no_text
from ...verdicts import Judge
from ...workspace.early import EarlySnapshot
from ...workspace.snapshot import Snapshot
from . import loading
from .loading import Settings

_MANY = 300

# Bytes of a document that take too long to read between two messages: about a tenth of a second.
LARGE = 1 << 18


class FolderState(NamedTuple):
    """One moment of a folder; ``config_text`` is only there where the configuration is wrong."""

    snapshot: Snapshot
    judge: Judge
    settings: Settings
    config: str
    config_text: bytes

    def governs(self, path: str) -> bool:
        """Whether the document may have findings."""
        own = (self.settings.map.path, self.config)
        return path in self.snapshot.files or path in own or path in self.snapshot.documents

    @property
    def is_early(self) -> bool:
        """Whether only a part of the workspace was read yet."""
        return isinstance(self.snapshot, EarlySnapshot)

    @property
    def is_large(self) -> bool:
        """Whether what looks at every file, as a fix does, takes too long for that."""
        return self.is_early or len(self.snapshot.files) > _MANY or self._has_large

    @property
    def _has_large(self) -> bool:
        return any(file.size > LARGE for file in self.snapshot.files.values())

    def is_slow(self, path: str) -> bool:
        """Whether judging takes too long to be done between two messages.

        That is in a large document, in a large workspace that nobody has looked at yet, beside a
        large document before the judge is prepared, and where words decide, as the file has no row
        or has something new, in a workspace with many files.
        """
        files, package_map = self.snapshot.files, self.snapshot.map
        if len(files.get(path, package_map).source) > LARGE:
            return path in files or path == package_map.path
        if self.is_early:
            return False
        if self._has_large and not self.judge.is_prepared:
            return True
        if path not in files or not self.is_large:
            return False
        return not self.snapshot.is_looked_at or self._is_left_to_words(path)

    def _is_left_to_words(self, path: str) -> bool:
        file = self.snapshot.files[path]
        return path not in self.snapshot.rows or any(
            is_new(self.snapshot, file.fqn(contract)) for contract in file.contracts
        )

    def findings(self, path: str) -> list[Finding]:
        """The findings in one document: a governed file, the map or the configuration."""
        config = self.snapshot.config
        rules = check.chosen_rules(config.select, config.ignore)
        found: list[Finding] = []
        if path in self.snapshot.files:
            found, _silenced = check.check_file(self.judge, rules, path)
            found = self._accepted(found)
        elif path == self.settings.map.path:
            judge = self.judge
            if self.settings.map != self.snapshot.map:
                # The map is broken for the moment: only its own mistakes have a place in its text.
                rules = tuple(rule for rule in rules if rule.id == "map-invalid")
                judge = Judge(Snapshot(self.snapshot.root, config, self.settings.map, (), {}))
            found = self._accepted(check.check_map(judge, rules, path))
        elif path in self.snapshot.documents:
            found = self._accepted(check.check_map(self.judge, rules, path))
        elif path == self.config:
            found = [*check.check_map(self.judge, rules, path), *self._mistakes()]
        severity = config.severity
        return [
            one if one.baselined else one._replace(severity=severity.get(one.rule, one.severity))
            for one in found
        ]

    def _accepted(self, found: list[Finding]) -> list[Finding]:
        """The findings; those that the baseline accepts are no more than information."""
        found.sort(key=lambda finding: (finding.span, finding.rule))
        return [
            one._replace(severity=INFORMATION, message=f"{one.message} (accepted in the baseline)")
            if one.baselined
            else one
            for one in mark(self.snapshot, found).findings
        ]

    def _mistakes(self) -> Iterator[Finding]:
        """The configuration's mistake, from where it stands to the end of its line."""
        problem = self.settings.problem
        if problem is not None:
            lines = LineIndex(self.config_text)
            start = lines.offset(problem.line - 1, problem.column - 1)
            end = lines.line_span(min(problem.line, len(lines)) - 1).end
            span = Span(start, max(start, end))
            yield Finding("map-invalid", ERROR, self.config, span, problem.message)


def replaced(
    snapshot: Snapshot, files: Mapping[str, ProtoFile | None], failed: Mapping[str, str] = {}
) -> Snapshot:
    """The snapshot with these files; None for one that is gone, ``failed`` says why unread."""
    governed: dict[str, ProtoFile | None] = {}
    bystanders: dict[str, ProtoFile] = {}
    unreadable: dict[str, str] = {}
    for path, file in files.items():
        governed[path] = file if file and snapshot.governs(file) else None
        if governed[path] is None and file and loading.matters(snapshot, file):
            bystanders[path] = file
        why = failed.get(path) or (why_no_text(file.source) if file else "")
        if governed[path] and why:
            unreadable[path] = why
    return snapshot.with_files(governed, bystanders, unreadable)
