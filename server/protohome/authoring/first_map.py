"""A first package map for a tree that has none: what is there, and guesses marked as such.

All pure: ``commands/init`` reads the tree and writes the text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from itertools import combinations, dropwhile, takewhile

from ..loading.beside.codeowners import lanes
from ..model import ProtoFile
from ..named import NamedTuple
from ..packagemap.terms import tokens

MARK = "*(check this)*"
NOBODY = "owner:tbd"

# First components of packages that trees carry along and do not own.
VENDORED = """
    google grpc buf validate envoy xds udpa opencensus opentelemetry gogoproto cosmos_proto amino
    protoc_gen_openapiv2 pgv k8s istio bazel io
"""
_ABOUT = """\
Which package owns which contracts. protohome reads the tables and the rules below: they are the
policy, and `protohome map` shows how each was understood."""
_MARKED = f"What is marked {MARK} was guessed from names and comments: correct it, delete the mark."
_LEGACY = re.compile(
    r"(?:^|[._])(?:legacy|old|deprecated|compat|transitional|archive|v0)(?=$|[._])"
)
_VERSION = re.compile(r"v\d+")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SAY_NOTHING = """
    request response service type kind status state info config options reply result error event
    create get list update delete set add remove batch id data unspecified
"""
_LINKS = """
    and or not for by with without of in on at to from into per via as is are was has have
"""
_MOST_TERMS = 5  # as many as a person reads in a cell
_MOST_RULES = 6
_TWINS = 3  # fewer are a coincidence
_LONGEST = 70  # code points of a guessed domain: a line of a table


class Tree(NamedTuple):
    """What a first map is drawn from.

    ``files`` are those to be governed; ``owners`` the CODEOWNERS handles of a file, ``readmes`` the
    text of a README beside a package's files, by package.
    """

    files: tuple[ProtoFile, ...]
    owners: Mapping[str, tuple[str, ...]]
    readmes: Mapping[str, str]
    imports: Mapping[str, str]


def governed(files: Iterable[ProtoFile]) -> tuple[ProtoFile, ...]:
    """Those of the files that are the team's own: vendored ones only where there are no others."""
    every = [file for file in files if file.package]
    vendored = VENDORED.split()
    own = [file for file in every if file.package.partition(".")[0] not in vendored]
    return tuple(own or every)


def handles(tree: Tree) -> dict[str, tuple[str, ...]]:
    """The handles of each owner lane that the map names, for ``[owners]``."""
    found: dict[str, tuple[str, ...]] = {}
    for package in _packages(tree):
        owning = _owners(tree, package)
        if owning:
            found.setdefault(_lane(owning), owning)
    return found


def draft(tree: Tree, *, audited: bool, silent: frozenset[str] = frozenset()) -> str:
    """The text of the map; ``silent`` are packages whose *Contains* cell is left to a person."""
    packages = _packages(tree)
    contains = _contains(packages)
    parts = [
        "# Package map",
        _ABOUT,
        _MARKED,
        "## Ownership",
        _table(
            ("Package", "Domain", "Owner lane", "Contains", "Does not contain"),
            [
                (
                    f"`{package}`",
                    f"{_domain(tree, package, files)} {MARK}",
                    f"`{_lane(_owners(tree, package))}`",
                    f"{', '.join(contains[package])} {MARK}"
                    if contains[package] and package not in silent
                    else "",
                    "",
                )
                for package, files in packages.items()
            ],
        ),
    ]
    rules = [*_additive(packages), *_directions(tree, packages)]
    parts.append("## Placement rules")
    if rules:
        parts.append("These hold today. Write more in the same way, a sentence each.")
        parts.append("\n".join(f"- {rule}" for rule in rules))
    else:
        parts.append("Write them in a list here, a sentence each.")
    questions = list(_questions(packages))
    if questions:
        parts.append("## Questions")
        parts.append("\n".join(f"- {question}" for question in questions))
    if audited:
        rows = [
            (
                f"`{file.path}`",
                f"`{package}`",
                f"`{package}`",
                f"`{_lane(_owners(tree, package))}`",
                "",
            )
            for package, files in packages.items()
            for file in files
        ]
        header = ("Current file", "Current package", "Canonical package home", "Owner lane")
        parts += ["## Audit", _table((*header, "Follow-on issue"), rows)]
    return "\n\n".join(parts) + "\n"


def _packages(tree: Tree) -> dict[str, list[ProtoFile]]:
    found: dict[str, list[ProtoFile]] = {}
    for file in sorted(tree.files, key=lambda file: (file.package, file.path)):
        found.setdefault(file.package, []).append(file)
    return found


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [header, ("---",) * len(header), *rows]
    return re.sub(r"\|  (?=\|)", "| ", "\n".join(f"| {' | '.join(line)} |" for line in lines))


# Cells


def _owners(tree: Tree, package: str) -> tuple[str, ...]:
    """Who owns most files of the package."""
    counted = Counter(
        tree.owners[file.path]
        for file in tree.files
        if file.package == package and tree.owners.get(file.path)
    )
    return counted.most_common(1)[0][0] if counted else ()


def _lane(owning: tuple[str, ...]) -> str:
    return next(lanes(owning), NOBODY)


def _domain(tree: Tree, package: str, files: list[ProtoFile]) -> str:
    """A README's title, a comment above a ``package`` statement, or the package's own name."""
    said = _title(tree.readmes.get(package, "")) or next(filter(None, map(_comment, files)), "")
    if not said:
        names = [part for part in package.split(".") if not _VERSION.match(part)]
        said = " ".join(names[1:] or names).replace("_", " ")
    said = " ".join(re.sub(r"[`|<>*]", "", said).split()).rstrip(".: ")
    if len(said) > _LONGEST:
        said = said[:_LONGEST].rpartition(" ")[0] + " …"
    return said[:1].upper() + said[1:]


def _title(readme: str) -> str:
    found = re.search(r"^#+\s*(.+?)\s*#*$", readme, re.MULTILINE)
    return found[1] if found else ""


def _comment(file: ProtoFile) -> str:
    """The first sentence of the comment that ends right above the package statement."""
    before = file.source[: file.package_span.start].decode("utf-8", "replace").splitlines()[:-1]
    said: list[str] = []
    for line in reversed(before):
        if not line.lstrip().startswith("//"):
            break
        said.insert(0, line.lstrip().lstrip("/ "))
    return re.split(r"(?<=[.!?])\s", " ".join(said), maxsplit=1)[0]


def _contains(packages: Mapping[str, list[ProtoFile]]) -> dict[str, list[str]]:
    """The commonest subjects of each package's contracts that no other package has, as spelled by
    most of them.
    """
    subjects = {package: _subjects(files) for package, files in packages.items()}
    spread = Counter(stems for counted in subjects.values() for stems in counted)
    return {
        package: [
            spelled.most_common(1)[0][0]
            for stems, spelled in sorted(counted.items(), key=lambda each: -each[1].total())
            if spread[stems] == 1
        ][:_MOST_TERMS]
        for package, counted in subjects.items()
    }


def _subjects(files: Iterable[ProtoFile]) -> dict[tuple[str, ...], Counter[str]]:
    """How often each subject is spelled how, by its stems."""
    every = [declaration.outline for file in files for declaration in file.declarations]
    names = {outline.name for outline in every}
    asked = {name.removesuffix("Request") for name in names if name.endswith("Request")}
    calls = {name for name in asked if f"{name}Response" in names}
    calls.update(rpc for outline in every for rpc in outline.rpcs)
    found: dict[tuple[str, ...], Counter[str]] = {}
    for outline in every:
        if subject := _subject(outline.name, calls):
            found.setdefault(tokens(subject), Counter())[subject] += 1
    return found


def _subject(name: str, calls: Container[str]) -> str:
    """``run event`` for ``RunEventRequest``, ``usage`` for ``UsageByOrg``: the first two words that
    say something, less what a link between words ties to them.

    What is asked of or answered by one of ``calls``, rpcs by name, is less its verb.
    """
    links = _LINKS.split()
    idle = [*_SAY_NOTHING.split(), *links]
    words = [word.lower() for word in _WORD.findall(name)]
    if len(words) > 2 and name.removesuffix("Request").removesuffix("Response") in calls:
        del words[0]
    words = list(dropwhile(idle.__contains__, words))
    words = list(takewhile(lambda word: word not in links, words))
    while words and words[-1] in idle:
        words.pop()
    return " ".join(words[:2])


# Sentences


def _additive(packages: Iterable[str]) -> Iterator[str]:
    versions = {package.rpartition(".")[2] for package in packages}
    for version in sorted(filter(_VERSION.fullmatch, versions)):
        yield f"`{version}` packages are additive-only."


def _directions(tree: Tree, packages: Mapping[str, list[ProtoFile]]) -> list[str]:
    """What must not depend on what: the commonest dependencies that have no way back."""
    uses = Counter(
        (package, tree.imports[each.path])
        for package, files in packages.items()
        for file in files
        for each in file.imports
        if tree.imports.get(each.path, package) != package
    )
    reached = {package: _reached(package, uses) for package in packages}
    return [
        f"`{used}` must not depend on `{user}`."
        for (user, used), _ in sorted(uses.items(), key=lambda each: (-each[1], each[0]))
        if used in packages and user not in reached[used]
    ][:_MOST_RULES]


def _reached(package: str, uses: Iterable[tuple[str, str]]) -> set[str]:
    edges: dict[str, set[str]] = {}
    for user, used in uses:
        edges.setdefault(user, set()).add(used)
    seen: set[str] = set()
    left = [package]
    while left:
        for used in edges.get(left.pop(), set()) - seen:
            seen.add(used)
            left.append(used)
    return seen


def _questions(packages: Mapping[str, list[ProtoFile]]) -> Iterator[str]:
    """What only a person knows: never a sentence that would be read as a rule."""
    for package in packages:
        if _LEGACY.search(package):
            yield (
                f"Is `{package}` the legacy that is being emptied? Then a rule may say so, and its"
                " audit rows where each file goes."
            )
    names = {
        package: {contract.name for file in files for contract in file.contracts}
        for package, files in packages.items()
    }
    for one, other in combinations(packages, 2):
        twins = len(names[one] & names[other])
        if twins >= _TWINS and twins * 2 > min(len(names[one]), len(names[other])):
            yield f"Are `{one}` and `{other}` old and new of the same {twins} contracts?"
