"""How names and cells become words that can meet."""

from __future__ import annotations

import pytest

from protohome.packagemap.stems import stem
from protohome.packagemap.terms import phrases, read_terms, tokens


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("RuntimeRunEvent", "runtim run event"),
        ("WSEnvelope", "ws envelop"),
        ("HTTPServer", "http server"),
        ("XMLHttpRequest", "xml http request"),
        ("OAuth2Token", "oauth 2 token"),
        ("gRPCService", "grpc servic"),
        ("IPv4Address", "ipv 4 address"),
        ("userIDs", "user id"),
        ("sync_token_minted", "sync token mint"),
        ("CODEX_WORKER_STATE_UNSPECIFIED", "codex worker state unspecifi"),
        ("sha256Hash", "sha 256 hash"),
        ("openagents.control.v1", "openagent control v 1"),
        ("ÜberweisungErhalten", "überweisung erhalten"),
        ("_", ""),
        ("", ""),
    ],
)
def test_names_are_split_and_stemmed(name: str, expected: str) -> None:
    assert " ".join(tokens(name)) == expected


@pytest.mark.parametrize(
    "words",
    [
        "policy policies",
        "authority authorities",
        "receipt receipts",
        "mint minting minted mints",
        "replay replays replayed replaying",
        "subscribe subscribes subscribed subscription subscriptions",
        "project projects projection projections",
        "session sessions",
        "mutate mutation mutations",
        "authorize authorizes authorization authorizing",
        "notify notifies notified notification",
        "execute executing execution",
        "resolve resolution",
        "create created creation",
        "configure configuration",
        "route routes routing",
        "price prices pricing priced",
        "state states stated",
        "tag tags tagged tagging",
        "address addresses",
        "batch batches",
        "cache caches cached",
        "envelope envelopes",
        "identity identities",
        "status statuses",
        "key keys",
        "api apis",
        "id ids",
    ],
)
def test_forms_of_a_word_meet(words: str) -> None:
    stems = {stem(word) for word in words.split()}
    assert len(stems) == 1, stems


@pytest.mark.parametrize(
    "words",
    [
        "author authority",
        "auth author",
        "run runtime",
        "sync synthesis",
        "policy police",
        "state station",
        "string stringent",
        "thing think",
        "session sess",
        "work worker",
        "control controller",
    ],
)
def test_other_words_stay_apart(words: str) -> None:
    first, second = words.split()
    assert stem(first) != stem(second)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (
            "Auth/session/device, policy/comms intents, sync-token minting contracts",
            ["auth", "session", "devic", "polici intent", "comm intent", "sync token mint"],
        ),
        ("Runtime run state, WS replay internals", ["runtim run state", "ws replay"]),
        (
            "Run lifecycle, worker lifecycle, authority events, receipts/replay artifacts",
            ["run lifecycl", "worker lifecycl", "authoriti event", "receipt", "replay artifact"],
        ),
        (
            "Codex auth/worker projections consumed by web/desktop/iOS",
            ["codex auth project", "codex worker project"],
        ),
        ("Generic runtime-agnostic auth/session contracts", ["auth", "session"]),
        (
            "WS envelope, topic/cursor semantics, replay/bootstrap errors, subscription contracts",
            ["ws envelop", "topic", "cursor", "replay error", "bootstrap error", "subscrib"],
        ),
        (
            "Migration shims only for contracts not yet moved to canonical package",
            ["migrat shim"],
        ),
        ("delivery/replay protocol", ["deliveri", "replay"]),
        (
            "Runtime authority events/receipts",
            ["runtim authoriti event", "runtim authoriti receipt"],
        ),
        ("worker and run lifecycle", ["worker lifecycl", "run lifecycl"]),
        ("run lifecycle and receipts; invoices", ["run lifecycl", "receipt", "invoic"]),
        ("auth, session and device contracts", ["auth", "session", "devic"]),
        ("payloads for invoices", ["invoic"]),
        ("records of payments and refunds", ["payment", "refund"]),
        ("lifecycle of runs", ["run lifecycl"]),
        ("`RunEvent` envelopes (start, stop)", ["run event envelop"]),
        ("**Bold** [links](x), bold links", ["bold link"]),
        ("cross-process events that cross teams", ["event"]),
        ("Payloads", ["payload"]),
        ("Any new contract additions", []),
        ("none", []),
        ("n/a", []),
        ("—", []),
        ("", []),
    ],
)
def test_cells_are_lists_of_phrases(cell: str, expected: list[str]) -> None:
    assert [" ".join(phrase) for phrase in phrases(cell)] == expected


def test_a_term_keeps_the_words_a_person_reads() -> None:
    (first, second) = read_terms("Policy/comms intents")
    assert (first.tokens, first.words) == (("polici", "intent"), "policy intents")
    assert (second.tokens, second.words) == (("comm", "intent"), "comms intents")


def test_a_cell_that_explodes_is_read_as_it_stands() -> None:
    (term,) = read_terms(" ".join(["a/b/c/d"] * 8) + " work")
    assert term.tokens[-1] == "work"
