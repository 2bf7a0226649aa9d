// What each setting does, seen in VS Code as it is changed.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { Code, type Window } from "./code";
import { COMMS, MAP, Repository } from "./repository";

const folder = mkdtempSync(join(tmpdir(), "protohome-vscode-"));
const STRAY = "proto/openagents/sync/v1/stray.proto";
let repository: Repository;
let code: Code;
let window: Window;
let count = 0;

before(async () => {
  code = await Code.start(folder);
});

beforeEach(async () => {
  repository = new Repository(join(folder, `repository-${++count}`, "openagents"));
  mkdirSync(join(repository.root, ".vscode"));
  window = await code.open(repository.root);
});

afterEach(async (context) => {
  await window.picture(context.name.replace(/\W+/g, "-"));
  await code.leave(window);
});

after(async () => {
  await code.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The workspace's settings from now on. */
function set(settings: Record<string, unknown>): void {
  const named = Object.entries(settings).map(([name, value]) => [`protohome.${name}`, value]);
  repository.write(".vscode/settings.json", JSON.stringify(Object.fromEntries(named)));
}

test("severity, code lens and the switch for all change what is shown at once", async () => {
  await window.edit(COMMS);
  await window.sees(".squiggly-info");
  await window.sees(".codelens-decoration a", "home: openagents.control.v1");
  set({ severity: { "transitional-shim": "warning" } });
  await window.sees(".squiggly-warning");
  set({ codeLens: false });
  await window.sawLast(".codelens-decoration a");
  await window.sees(".squiggly-info");
  set({ severity: { "transitional-shim": "off", "ready-to-retire": "off" } });
  await window.sawLast(".squiggly-info");
  set({});
  await window.sees(".squiggly-info");
  set({ enable: false });
  await window.sawLast(".squiggly-info");
});

test("what was inferred, and what the baseline accepts, is left out on request", async () => {
  repository.write(STRAY, 'syntax = "proto3";\n\npackage openagents.sync.v1;\n\nmessage RuntimeAuthorityReceipt {\n  string run_id = 1;\n}\n');
  await window.edit(STRAY);
  await window.problem("RuntimeAuthorityReceipt");
  set({ inference: false });
  await window.noProblem("RuntimeAuthorityReceipt");
  await window.problem("no row in the audit table");

  const accepted = { rule: "file-not-audited", path: STRAY, symbol: "openagents.sync.v1", member: "", why: "" };
  repository.write("protohome.baseline.json", JSON.stringify({ version: 1, findings: [accepted], frozen: [], retired: [] }));
  await window.sawLast(".squiggly-error");
  await window.problem("no row in the audit table");
  set({ showBaselined: false });
  await window.noProblem("no row in the audit table");
});

test("findings come when a file is saved, if that is wished for", async () => {
  set({ checkOn: "save" });
  await window.edit(COMMS);
  await window.sees(".squiggly-info");
  await window.press("Control+End");
  await window.type("\nmessage CommsDigestIntent {}");
  await window.goTo("CommsSendIntent {");
  await window.pressUntil(["Control+K", "Control+I"], ".monaco-hover", "openagents.control.v1");
  await window.press("Escape", "Control+End");
  assert.equal(await window.find(".squiggly-error").count(), 0);
  await window.press("Control+S");
  await window.sees(".squiggly-error");
});

test("the server inside the extension, another map and a trace are used where they are asked for", async () => {
  repository.write("HOMES.md", repository.read(MAP).replaceAll("owner:openagents.com", "owner:identity"));
  rmSync(join(repository.root, MAP));
  set({ importStrategy: "useBundled", map: "${workspaceFolder}/HOMES.md", "trace.server": "messages" });
  await window.edit(COMMS);
  await window.sees(".codelens-decoration", "owner:identity");
  await window.run("protohome: Show the Server's Version");
  assert.match(await window.told("from"), /from the extension/);
  set({ path: "${workspaceFolder}/none/protohome-lsp", interpreter: "/nowhere/python", map: "HOMES.md" });
  await window.sees(".codelens-decoration", "owner:identity");
});
