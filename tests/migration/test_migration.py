"""``protohome migration``: where each shim stands, and the names that generators give contracts."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from literate import ROOT
from protohome import cli
from protohome.consumers import mentions
from protohome.consumers.names import language_of
from protohome.syntax import read
from protohome.workspace.snapshot import Located

PROTO = """
syntax = "proto3";
package shop.old.v1;
option java_package = "com.shop.old";
option java_multiple_files = true;
message HTTPOrder { message Line {} }
enum OrderState { ORDER_STATE_UNSPECIFIED = 0; }
service OrderService { rpc Get(HTTPOrder) returns (HTTPOrder); }
message Unused {}
"""

# As the generators have it; protoc's Python is asked below.
USES = {
    "prost.rs": """
        use shop::old::v1::{HttpOrder, OrderState};
        fn of(line: http_order::Line) {}
        let client = shop::old::v1::order_service_client::OrderServiceClient::new(channel);
    """,
    "ts_proto.ts": """
        import { HTTPOrder, OrderState, OrderServiceClientImpl } from "./gen/shop/old/v1/order";
        const service: OrderServiceClient = new OrderServiceClientImpl(rpc);
    """,
    "protobuf_es.ts": """
        import { HTTPOrderSchema, OrderState, OrderService } from "./gen/shop/old/v1/order_pb";
        const order = create(HTTPOrderSchema);
    """,
    "use.go": """
        import oldv1 "example.com/gen/shop/old/v1"
        var o oldv1.HTTPOrder_Line
        const s = oldv1.OrderState_ORDER_STATE_UNSPECIFIED
        c := oldv1.NewOrderServiceClient(conn)
    """,
    "Use.swift": """
        let order = Shop_Old_V1_HTTPOrder()
        let state: Shop_Old_V1_OrderState = .unspecified
        let client = Shop_Old_V1_OrderServiceClient()
    """,
    "Use.java": """
        import com.shop.old.HTTPOrder;
        OrderState state = OrderState.ORDER_STATE_UNSPECIFIED;
        OrderServiceGrpc.newBlockingStub(channel);
    """,
    "use.php": """
        use Shop\\Old\\V1\\HTTPOrder;
        use Shop\\Old\\V1\\OrderState;
        $client = new \\Shop\\Old\\V1\\OrderServiceClient($host, []);
    """,
    "use.py": """
        from shop.old.v1 import order_pb2, order_pb2_grpc
        order = order_pb2.HTTPOrder(state=order_pb2.ORDER_STATE_UNSPECIFIED)
        stub = order_pb2_grpc.OrderServiceStub(channel)
    """,
    "notes.txt": "shop.old.v1.HTTPOrder, OrderState and OrderService",
}
OTHERS = {
    "other.rs": "use shop::cart::v1::HttpOrder;",
    "other.ts": 'import { HTTPOrder } from "./gen/shop/cart/v1/order_pb";',
    "Other.swift": "let order = Shop_Cart_V1_HTTPOrder()",
    "words.ts": 'import { HTTPOrders, Reorder } from "./gen/shop/old/v1/other";',
}
USED = {f"shop.old.v1.{name}" for name in ("HTTPOrder", "OrderState", "OrderService")}


def contracts() -> list[Located]:
    file = read("shop/old/v1/order.proto", PROTO.encode())
    return [Located(file, contract) for contract in file.contracts]


@pytest.mark.parametrize("path", USES)
def test_names_of_generators(path: str) -> None:
    assert mentions([(path, USES[path])], contracts()).keys() == USED


@pytest.mark.parametrize("path", OTHERS)
def test_other_contracts_are_no_mention(path: str) -> None:
    assert mentions([(path, OTHERS[path])], contracts()) == {}


def test_what_protoc_generates_for_python(tmp_path: Path) -> None:
    """What it declares for a contract is what a consumer names."""
    from grpc_tools import protoc

    (tmp_path / "shop/old/v1").mkdir(parents=True)
    (tmp_path / "shop/old/v1/order.proto").write_text(PROTO)
    words = [f"-I{tmp_path}", f"--pyi_out={tmp_path}", f"--grpc_python_out={tmp_path}"]
    assert protoc.main(["protoc", *words, "shop/old/v1/order.proto"]) == 0
    declared = "".join(path.read_text() for path in sorted(tmp_path.rglob("*.py*")))
    found = mentions([("use.py", f"import shop.old.v1.order_pb2\n{declared}")], contracts())
    assert found.keys() == {*USED, "shop.old.v1.Unused"}


def test_places_are_lines() -> None:
    (mention,) = mentions([("use.go", USES["use.go"])], contracts())["shop.old.v1.OrderState"]
    assert (mention.path, mention.line, mention.language) == ("use.go", 4, "Go")
    assert language_of("x.unknown") is None


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(ROOT / "examples/openagents", tmp_path / "tree")
    monkeypatch.chdir(tmp_path / "tree")
    return tmp_path / "tree"


def rows(capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, object]]:
    assert cli.main(["migration", "--no-cache", "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert sum(sum(counts.values()) for counts in report["lanes"].values()) == len(report["shims"])
    phases = [row["phase"] for row in report["shims"]]
    assert phases == sorted(
        phases, key=["ready to retire", "dual-read", "added", "not begun"].index
    )
    return {row["fqn"].rpartition(".")[2]: row for row in report["shims"]}


def test_phases(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody is asked without ``consumers``; what a source mentions keeps its shim."""
    found = rows(capsys)
    assert found["CommsSendIntent"]["phase"] == "not begun"
    assert found["CodexWorker"]["phase"] == "added"
    assert found["CodexWorkerEvent"]["phase"] == "ready to retire"
    assert "ask them first" in str(found["CodexWorkerEvent"]["next"])
    (tree / "protohome.toml").write_text('consumers = ["apps/**/*.ts"]\n')
    (tree / "apps/web").mkdir(parents=True)
    old = 'import { CodexWorkerEvent } from "@gen/openagents/protocol/v1/codex_workers_pb";\n'
    (tree / "apps/web/events.ts").write_text(old)
    found = rows(capsys)
    assert found["CodexWorkerEvent"]["phase"] == "added"
    assert found["CodexWorkerEvent"]["next"] == "dual-read in consumers during transition"
    assert found["CodexWorkerEvent"]["mentions"] == [
        {"path": "apps/web/events.ts", "line": 1, "language": "TypeScript"}
    ]
    new = 'import { CodexWorkerEvent as New } from "@gen/openagents/codex/v1/workers_pb";\n'
    (tree / "apps/web/events.ts").write_text(old + new)
    event = rows(capsys)["CodexWorkerEvent"]
    assert (event["phase"], event["next"]) == (
        "dual-read",
        "remove legacy usage after all consumers migrate",
    )
    (tree / "apps/web/events.ts").write_text(new)
    event = rows(capsys)["CodexWorkerEvent"]
    assert event["phase"] == "ready to retire"
    assert "ask" not in str(event["next"])


def test_drift_comes_before_the_next_step(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    every = tree.rglob("codex/v1/*.proto")
    home = next(path for path in every if "message CodexWorkerEvent " in path.read_text())
    text = home.read_text()
    start = text.index("message CodexWorkerEvent ")
    line = next(one for one in text[start:].splitlines() if "= 1;" in one)
    home.write_text(text[:start] + text[start:].replace(line, line.replace("= 1;", "= 99;"), 1))
    event = rows(capsys)["CodexWorkerEvent"]
    assert str(event["next"]).startswith("make the two alike (")
    assert len(list(event["drift"])) == 1  # type: ignore[call-overload]


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_tables(form: str, tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["migration", "--no-cache", "--format", form]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "38 shims left, 32 with a successor, 10 ready to retire" in lines[0]
    table = [line for line in lines if line.startswith("|")] if form == "markdown" else lines
    assert any("CodexWorkerEvent" in line and "ready to retire" in line for line in table)
    assert any("owner:runtime" in line for line in lines)
    assert any("dual-read in consumers during transition" in line for line in lines)


def test_nothing_frozen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "PACKAGE_MAP.md").write_text(
        "| Package | Domain | Owner lane | Contains | Does not contain |\n"
        "| --- | --- | --- | --- | --- |\n| `a.v1` | A | `owner:a` | Things | |\n"
    )
    (tmp_path / "protohome.toml").write_text("")
    words = ["migration", "--no-cache", "--config", str(tmp_path / "protohome.toml")]
    assert cli.main(words) == 2
    assert "freezes no package" in capsys.readouterr().err
