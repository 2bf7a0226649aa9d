"""The keys of the configuration: one table for the reader, the JSON Schema and the docs."""

from __future__ import annotations

from ..named import NamedTuple

TEXT, LIST, TABLE_OF_TEXT, TABLE_OF_LISTS = "text", "list", "table of text", "table of lists"


class Word(NamedTuple):
    """What a string of the configuration is.

    The whole string matches ``pattern``, a regular expression that Python and JSON Schema read
    alike, or is one of ``choices``; ``advice`` completes "… is no NOUN; ADVICE".
    """

    noun: str
    pattern: str = ""
    advice: str = ""
    choices: tuple[str, ...] = ()


class Key(NamedTuple):
    """A key: ``name`` as users write it, its ``form``, what its strings and its table's keys are.

    ``default`` is for the docs, in words; ``example`` is TOML.
    """

    name: str
    form: str
    value: Word
    description: str
    example: str
    default: str = "none"
    entry: Word | None = None


_NAME = r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*"

RULE = Word("rule")
SEVERITY = Word("severity", choices=("error", "warning", "information"))
PATH = Word(
    "path inside the workspace",
    r"(?!/)(?![A-Za-z]:)(?!(.*/)?\.\.(/|$))[^\\\x00-\x1f]+",
    "write it relative to the root, with `/` and without `..`",
)
PACKAGE = Word("package", _NAME, "write it as in the package statement")
SYMBOL = Word("full name", _NAME, "write package and contract, without a leading dot")
HANDLE = Word(
    "CODEOWNERS handle",
    r"(@|[^@\s]+@)[^@\s]+",
    "write `@user`, `@organisation/team` or an e-mail address",
)
REGEX = Word("regular expression")
GLOB = Word("pattern as in a .gitignore")
REVISION, PHRASE, LANE = Word("revision"), Word("phrase"), Word("owner lane")
REASON = Word("reason")

KEYS = (
    Key(
        "map",
        TEXT,
        PATH,
        "The package map.",
        'map = "contracts/PACKAGE_MAP.md"',
        "the first of `PACKAGE_MAP.md`, `proto/PACKAGE_MAP.md`, `docs/**/PACKAGE_MAP.md`",
    ),
    Key(
        "roots",
        LIST,
        PATH,
        "The module roots: the folders that import paths are relative to.",
        'roots = ["proto", "vendor/proto"]',
        "`buf.yaml` or `buf.work.yaml`, else the audit table's paths, else the root",
    ),
    Key(
        "exclude",
        LIST,
        GLOB,
        "Files and folders to leave alone, written as in a `.gitignore`. What git ignores is left "
        "alone anyway.",
        'exclude = ["proto/vendor/**"]',
    ),
    Key(
        "select",
        LIST,
        RULE,
        "The only rules to run.",
        'select = ["wrong-package", "frozen-package-addition"]',
        "all",
    ),
    Key("ignore", LIST, RULE, "Rules not to run.", 'ignore = ["transitional-shim"]'),
    Key(
        "severity",
        TABLE_OF_TEXT,
        SEVERITY,
        "Severities that replace a rule's own.",
        '[severity]\nmissing-follow-on = "error"',
        entry=RULE,
    ),
    Key(
        "terms",
        TABLE_OF_LISTS,
        PHRASE,
        "Phrases that belong to a package, beside those in the map's *Contains* cell.",
        '[terms]\n"openagents.sync.v1" = ["presence", "typing indicator"]',
        entry=PACKAGE,
    ),
    Key(
        "homes",
        TABLE_OF_TEXT,
        PACKAGE,
        "The home of a contract, whatever the map's words make of it.",
        '[homes]\n"openagents.sync.v1.ClientAuthFailure" = "openagents.sync.v1"',
        entry=SYMBOL,
    ),
    Key(
        "successors",
        TABLE_OF_TEXT,
        SYMBOL,
        "The canonical counterpart of a legacy contract that was renamed on its way.",
        '[successors]\n"openagents.protocol.v1.RunEvent" = "openagents.runtime.v1.RuntimeRunEvent"',
        entry=SYMBOL,
    ),
    Key(
        "waivers",
        TABLE_OF_TEXT,
        REASON,
        "Why a change that breaks an additive package, or leaves a number or name free, may stand: "
        "by the full name of a contract, of one of its members, or of a package.",
        '[waivers]\n"openagents.sync.v1.Topic.shard" = "no client ever read it (OA-SYNC-17)"',
        entry=SYMBOL,
    ),
    Key(
        "owners",
        TABLE_OF_LISTS,
        HANDLE,
        "The CODEOWNERS handles of an owner lane: one, or a list.",
        '[owners]\n"owner:runtime" = "@openagents/runtime"\n'
        '"owner:khala" = ["@openagents/khala", "@sam"]',
        entry=LANE,
    ),
    Key(
        "baseline",
        TEXT,
        PATH,
        "The committed record of what already existed or is accepted.",
        'baseline = "contracts/baseline.json"',
        "`protohome.baseline.json`",
    ),
    Key(
        "against",
        TEXT,
        REVISION,
        "What to compare with: a git revision, a folder, or an image of `buf build`.",
        'against = "origin/main"',
    ),
    Key(
        "migration-notes",
        TEXT,
        PATH,
        "Where the notes are that a new version of a package needs: a file or a folder.",
        'migration-notes = "docs/migrations"',
    ),
    Key(
        "follow-on-pattern",
        TEXT,
        REGEX,
        "What an issue looks like in the audit table's *Follow-on issue* column.",
        "follow-on-pattern = 'OA-[A-Z]+-\\d+'",
    ),
    Key(
        "consumers",
        LIST,
        GLOB,
        "Source that uses the contracts, written as in a `.gitignore`: while it mentions a shim, "
        "the shim stays.",
        'consumers = ["apps/**/*.ts", "crates/**/*.rs"]',
    ),
)


def key(name: str) -> Key | None:
    """The key of that name."""
    return next((each for each in KEYS if each.name == name), None)
