// What a developer sees in VS Code, from opening a folder to a contract moved home.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { Code, serversOf, until, type Window } from "./code";
import { COMMS, CONTROL, MAP, Repository } from "./repository";

const folder = mkdtempSync(join(tmpdir(), "protohome-vscode-"));
const DIGEST = "\nmessage CommsDigestIntent {\nstring org_id = 1;";
let repository: Repository;
let code: Code;
let window: Window;
let opened = 0;
let count = 0;

before(async () => {
  code = await Code.start(folder);
});

// Each has a repository, a window and a server of its own: nothing of the one before is in the way.
beforeEach(async () => {
  repository = new Repository(join(folder, `repository-${++count}`, "openagents"));
  opened = performance.now();
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

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(2)} s`;
}

/** Types a contract at the end of a file. */
async function type(path: string, contract: string, field: string): Promise<void> {
  await window.edit(path);
  await window.press("Control+End");
  // Both braces are typed: until the language is loaded, VS Code does not close one by itself.
  await window.type(`\nmessage ${contract} {}`);
  await window.press("ArrowLeft");
  await window.type(`\n${field}`);
}

/** As above, into a new file of the synchronisation package, where the runtime's contracts do not belong. */
async function typeStray(file: string, contract: string): Promise<string> {
  const path = `proto/openagents/sync/v1/${file}.proto`;
  repository.write(path, 'syntax = "proto3";\n\npackage openagents.sync.v1;\n');
  await type(path, contract, "string run_id = 1;");
  await window.sees(".squiggly-warning");
  return path;
}

test("a contract typed into a frozen package is underlined before it is saved", async (context) => {
  await window.edit(COMMS);
  await window.sees(".squiggly-info");
  context.diagnostic(`open folder to first squiggle: ${seconds(opened)}`);

  await window.press("Control+End");
  await window.type("\nmessage ");
  assert.equal(await window.find(".squiggly-error").count(), 0);
  const key = performance.now();
  await window.type("C");
  await window.sees(".squiggly-error");
  context.diagnostic(`key to squiggle: ${seconds(key)}`);
  await window.type(DIGEST.slice("\nmessage C".length));
  const entry = await window.problem("CommsDigestIntent");
  assert.match((await entry.textContent()) ?? "", /PACKAGE_MAP\.md:21/);
  assert.ok(!repository.isTouched());
  const resident = serversOf(folder).map((each) => Math.round(each.resident / 1024));
  context.diagnostic(`memory of the server: ${resident.join(", ")} MB`);

  await window.press("Control+B");
  await window.goTo("CommsDigestIntent {");
  await window.menu("Move CommsDigestIntent to openagents.control.v1");
  await window.picture("quick-fix");
  await window.press("Escape", "Control+B");
});

test("a contract typed into the wrong package is underlined, and its home is told", async () => {
  await typeStray("seen", "RuntimeAuthorityReceipt");
  const entry = await window.problem("RuntimeAuthorityReceipt");
  assert.match((await entry.textContent()) ?? "", /openagents\.runtime\.v1/);
});

test("the quick-fix moves the contract home and shows it, and the tree compiles", async () => {
  const stray = await typeStray("fixed", "RuntimeAuthorityReceipt");
  await window.goTo("RuntimeAuthorityReceipt");
  await window.fix("Move RuntimeAuthorityReceipt to openagents.runtime.v1");
  await window.sees(".editor-instance .view-line", "package openagents.runtime.v1");
  await window.saved("the move", () => repository.read("proto/openagents/runtime/v1/fixed.proto").includes("RuntimeAuthorityReceipt"));
  assert.doesNotMatch(repository.read(stray), /RuntimeAuthorityReceipt/);
  repository.build();
});

test("the command moves the contract to a package that is picked", async () => {
  await typeStray("moved", "RuntimeAuthorityEvent");
  await window.run("protohome: Move Contract to…");
  await window.sees(".quick-input-list .monaco-list-row.focused", "openagents.runtime.v1");
  await window.press("Enter");
  await window.sees(".editor-instance .view-line", "package openagents.runtime.v1");
});

test("hovering tells the home and the owner's lane", async () => {
  await window.edit(COMMS);
  await window.goTo("CommsSendIntent {");
  const hover = await window.pressUntil(["Control+K", "Control+I"], ".monaco-hover", "openagents.control.v1");
  assert.match((await hover.textContent()) ?? "", /owner:openagents\.com/);
});

test("the status item tells the home of the contract at the cursor, and opens the map", async () => {
  await window.edit(COMMS);
  await window.goTo("CommsSendIntent {");
  await until("the map is opened from the status", async () => {
    await window.find(".statusbar-item[id='status.languageStatus']").hover();
    const status = window.find(".hover-language-status", "openagents.control.v1");
    assert.match((await status.textContent({ timeout: 5_000 })) ?? "", /owner:openagents\.com/);
    await window.find(".hover-language-status a", "Open the map").click({ timeout: 5_000 });
    return await window.find(".tab.active", "PACKAGE_MAP.md").waitFor({ timeout: 5_000 }).then(() => true, () => false);
  });
});

test("a page explains where a contract belongs", async () => {
  await window.edit(COMMS);
  await window.sees(".squiggly-info");
  await window.goTo("CommsSendIntent {");
  await window.run("protohome: Explain Where This Belongs");
  await window.sees(".tab", "Where this belongs");
});

test("the whole workspace is checked", async () => {
  await window.edit(COMMS);
  await window.sees(".squiggly-info");
  await window.run("protohome: Check the Workspace");
  assert.match(await window.told(/contracts in/), /nothing wrong|error|warning/);
});

test("a row of the map that is wrong is underlined, and mended by its fix", async () => {
  await window.edit(MAP);
  await window.goTo("sync/v1/errors.proto");
  await window.press("ArrowRight", "ArrowLeft");
  await window.type("old/");
  await window.sees(".squiggly-error");
  await window.problem("old/sync/v1/errors.proto");
  await window.fix("Remove");
  await window.noProblem("old/sync/v1/errors.proto");
});

test("a lens in the map says which contracts a sentence decides, and that prose is prose", async () => {
  await window.edit(MAP);
  await window.goTo("New contracts are forbidden in");
  await window.sees(".codelens-decoration a", /enforced: \d+ contract/);
  await window.find(".codelens-decoration a", "prose").click();
  assert.match(await window.told("Prose"), /nothing follows from it/);
});

test("the other commands open pages, the map's row and the output, and start the server anew", async () => {
  await window.edit(COMMS);
  await window.sees(".squiggly-info");
  await window.goTo("CommsSendIntent {");
  await window.run("protohome: Open the Map at the Row for This");
  await window.sees(".tab.active", "PACKAGE_MAP.md");
  await window.run("protohome: Show How the Map Was Read");
  await window.sees(".tab", "How the map was read");
  const [old] = serversOf(folder);
  await window.run("protohome: Restart the Server");
  await until("another server runs", () => serversOf(folder).some((each) => each.pid !== old?.pid));
  await window.run("protohome: Show Output");
  await window.sees(".output-view-container, .output-view, [id='workbench.panel.output']");
});

test("the home of a contract is declared by a command", async () => {
  const stray = await typeStray("declared", "RuntimeAuthorityNotice");
  await window.run("protohome: Declare the Home of This Contract");
  await window.sees(".quick-input-list .monaco-list-row", "where it is");
  await window.type("where it is");
  await window.press("Enter");
  await window.saved("the declaration", () => repository.read("protohome.toml").includes('"openagents.sync.v1.RuntimeAuthorityNotice" = "openagents.sync.v1"'));
  await window.edit(stray);
  await window.sawLast(".squiggly-warning");
});

test("a move that touches another file's unsaved work is shown for review first", async () => {
  await window.edit(MAP);
  await window.press("Control+End");
  await window.type("\nTo be discussed on Monday.");
  await type(COMMS, "CommsMuteIntent", "string org_id = 1;");
  await window.sees(".squiggly-error");
  await window.goTo("CommsMuteIntent {");
  await window.fix("Move CommsMuteIntent to openagents.control.v1");
  await window.sees(".bulk-edit-panel", "PACKAGE_MAP.md");
  assert.ok(!repository.isTouched());
  await window.find(".bulk-edit-panel .monaco-button", "Apply").click();
  await window.sees(".editor-instance .view-line", "package openagents.control.v1");
  await window.saved("the move", () => repository.read(CONTROL).includes("CommsMuteIntent"));
  assert.doesNotMatch(repository.read(COMMS), /CommsMuteIntent/);
  assert.match(repository.read(MAP), /Monday/);
});

test("a lens above a contract tells its home and leads there", async () => {
  await window.edit(COMMS);
  await window.press("Control+Home");
  const lens = await window.sees(".codelens-decoration a", "home: openagents.control.v1 · owner:openagents.com · move");
  await lens.click();
  await window.sees(".editor-instance .view-line", "package openagents.control.v1");
  await window.saved("the move", () => repository.read(CONTROL).includes("message CommsSendIntent"));
  assert.match(repository.read(COMMS), /Deprecated: use openagents\.control\.v1\.CommsSendIntent/);
  repository.build();
});

test("a change of the map outside the editor is noticed at once", async () => {
  await window.edit(COMMS);
  await window.sees(".codelens-decoration", "owner:openagents.com");
  repository.write(MAP, repository.read(MAP).replaceAll("owner:openagents.com", "owner:identity"));
  await window.sees(".codelens-decoration", "owner:identity");
});
