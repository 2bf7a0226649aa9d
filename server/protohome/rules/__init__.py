"""The rules, in the order of the documentation. One module a rule; its docstring is its page.

They live in rooms by what they are about; what several rooms share lies beside these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import ModuleType

from ..findings import Finding
from ..model import ProtoFile
from ..named import NamedTuple
from ..suppressions import Suppression
from ..verdicts import Judge
from ..workspace.baseline import Baseline, Key
from .hygiene import (
    list_drift,
    owner_drift,
    stale_baseline_entry,
    suppression_without_reason,
    syntax_error,
    unused_suppression,
)
from .package_map import (
    file_not_audited,
    follow_on_landed,
    map_invalid,
    missing_follow_on,
    missing_package,
    owner_mismatch,
    package_path_mismatch,
    stale_audit_row,
    unlisted_package,
    unread_sentence,
)
from .placement import (
    excluded_content,
    forbidden_dependency,
    frozen_package_addition,
    wrong_package,
)
from .shims import (
    legacy_reference,
    ready_to_retire,
    retired_while_referenced,
    shim_drift,
    shim_without_successor,
    transitional_shim,
)
from .versioning import (
    breaking_change,
    missing_buf_gate,
    missing_migration_notes,
    reused_tombstone,
    unreserved_removal,
)

FIRST = "0.1.0"  # a rule that came later says so in SINCE

CheckMap = Callable[[Judge], Iterator[Finding]]
CheckFile = Callable[[Judge, ProtoFile], Iterator[Finding]]
CheckBaseline = Callable[[Baseline, Mapping[Key, int]], Iterator[Finding]]
CheckSuppressions = Callable[[ProtoFile, Sequence[Suppression], Sequence[str]], Iterator[Finding]]


class Rule(NamedTuple):
    """A rule as its module tells it; it has one or more of the four kinds of check.

    ``room`` is the package that it lives in, ``since`` the first version that has it.
    ``check_map`` is asked once a run, ``check_file`` once a governed file,
    ``check_suppressions`` once a file that has suppressions, when all others have run, with the ids
    of all rules that there are, and ``check_baseline`` once a run with the accepted findings that
    were not found, and their number.
    """

    id: str
    room: str
    severity: str
    page: str
    since: str
    check_map: CheckMap | None
    check_file: CheckFile | None
    check_suppressions: CheckSuppressions | None
    check_baseline: CheckBaseline | None

    @property
    def summary(self) -> str:
        """The first line of the page."""
        return self.page.partition("\n")[0]

    @property
    def url(self) -> str:
        """Where the page is published."""
        return f"https://github.com/protohome/protohome/blob/main/docs/rules/{self.id}.md"


def _rule(module: ModuleType) -> Rule:
    *_, room, stem = module.__name__.split(".")
    return Rule(
        stem.replace("_", "-"),
        room,
        module.SEVERITY,
        (module.__doc__ or "").strip() + "\n",
        getattr(module, "SINCE", FIRST),
        getattr(module, "check_map", None),
        getattr(module, "check_file", None),
        getattr(module, "check_suppressions", None),
        getattr(module, "check_baseline", None),
    )


RULES: tuple[Rule, ...] = tuple(
    _rule(module)
    for module in (
        map_invalid,
        unread_sentence,
        unlisted_package,
        missing_package,
        package_path_mismatch,
        file_not_audited,
        stale_audit_row,
        owner_mismatch,
        missing_follow_on,
        follow_on_landed,
        frozen_package_addition,
        wrong_package,
        excluded_content,
        forbidden_dependency,
        transitional_shim,
        shim_without_successor,
        shim_drift,
        legacy_reference,
        ready_to_retire,
        retired_while_referenced,
        breaking_change,
        unreserved_removal,
        reused_tombstone,
        missing_migration_notes,
        missing_buf_gate,
        owner_drift,
        list_drift,
        unused_suppression,
        suppression_without_reason,
        stale_baseline_entry,
        syntax_error,
    )
)
