// Which server runs, when none can, and what happens when it dies.
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { Code, type Profile, serversOf, until, type Window } from "./code";
import { COMMS, MAP, Repository } from "./repository";

const SHIM = ".squiggly-info";
let folder = "";
let code: Code | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "protohome-vscode-"));
});

afterEach(async () => {
  await code?.close();
  code = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function open(path: string, profile: Profile = {}): Promise<Window> {
  code = await Code.start(folder, profile);
  return code.open(path);
}

test("a Python without protohome is passed over for the server inside the extension, which starts again when it is killed", async () => {
  const repository = new Repository(join(folder, "openagents"));
  execFileSync("python3", ["-m", "venv", "--without-pip", join(repository.root, ".venv")]);
  const window = await open(repository.root);
  await window.edit(COMMS);
  await window.sees(SHIM);
  await window.run("protohome: Show the Server's Version");
  assert.match(await window.told("from"), /protohome \d+\.\d+\.\d+ from the extension, on Python .*openagents\/\.venv/);

  const [killed] = serversOf(folder);
  assert.ok(killed !== undefined);
  process.kill(killed.pid, "SIGKILL");
  await until("another server runs", () => serversOf(folder).some((each) => each.pid !== killed.pid));
  await window.sees(SHIM);
  assert.equal(await window.find(".notifications-toasts .codicon-error").count(), 0);
});

test("without a Python there is one message that says what to do", async () => {
  const repository = new Repository(join(folder, "openagents"));
  const bin = join(folder, "bin");
  mkdirSync(bin);
  for (const name of ["sh", "bash", "env", "git", "rg", "ps", "uname", "cat", "sed"]) {
    const found = execFileSync("/bin/sh", ["-c", `command -v ${name} || true`], { encoding: "utf8" }).trim();
    if (found !== "") {
      symlinkSync(found, join(bin, name));
    }
  }
  const window = await open(repository.root, { environment: { PATH: bin } });
  await window.edit(COMMS);
  assert.match(await window.told("protohome"), /found no Python 3\.10 or newer.*Install Python, or set “protohome\.interpreter”/);
  for (const button of ["Open Settings", "Restart", "Show Output"]) {
    await window.sees(".notifications-toasts .monaco-button", button);
  }
});

test("nothing of an untrusted workspace is started", async () => {
  const repository = new Repository(join(folder, "openagents"));
  const python = join(repository.root, ".venv/bin/python");
  const witness = join(folder, "started");
  mkdirSync(join(repository.root, ".venv/bin"), { recursive: true });
  writeFileSync(python, `#!/bin/sh\ntouch ${witness}\nexec python3 "$@"\n`);
  chmodSync(python, 0o755);
  mkdirSync(join(repository.root, ".vscode"));
  writeFileSync(join(repository.root, ".vscode/settings.json"), JSON.stringify({ "protohome.path": python, "protohome.interpreter": python }));
  const window = await open(repository.root, {
    settings: { "security.workspace.trust.enabled": true, "security.workspace.trust.startupPrompt": "never" },
  });
  await window.edit(COMMS);
  await window.sees(SHIM);
  assert.ok(!existsSync(witness));
  await window.run("protohome: Show the Server's Version");
  assert.match(await window.told("from"), /from the extension/);
});

test("beside an extension that has .proto files, they stay its own", async () => {
  const repository = new Repository(join(folder, "openagents"));
  const other = join(folder, "other");
  mkdirSync(other);
  const languages = [{ id: "proto3", aliases: ["Somebody's Protobuf"], extensions: [".proto"] }];
  const about = { name: "other", publisher: "somebody", version: "1.0.0", engines: { vscode: "^1.82.0" }, contributes: { languages } };
  writeFileSync(join(other, "package.json"), JSON.stringify(about));
  writeFileSync(join(other, "README.md"), "# Other\n\nHas a language.\n");
  const vsce = join(process.cwd(), "node_modules/@vscode/vsce/vsce");
  execFileSync(process.execPath, [vsce, "package", "--out", "other.vsix", "--skip-license", "--allow-missing-repository"], { cwd: other, stdio: "pipe" });
  code = await Code.start(folder, { extensions: [join(other, "other.vsix")] });
  const window = await code.open(repository.root);
  await window.edit(COMMS);
  await window.sees(SHIM);
  await window.sees(".statusbar-item", "Somebody's Protobuf");
});

test("two folders with a map each are judged by their own", async () => {
  const [one, two] = ["one", "two"].map((name) => new Repository(join(folder, name)));
  assert.ok(one && two);
  // The second keeps its map where only a setting finds it.
  two.write("HOMES.md", two.read(MAP).replaceAll("owner:openagents.com", "owner:identity"));
  rmSync(join(two.root, MAP));
  mkdirSync(join(two.root, ".vscode"));
  two.write(".vscode/settings.json", JSON.stringify({ "protohome.map": "HOMES.md" }));
  const workspace = join(folder, "both.code-workspace");
  writeFileSync(workspace, JSON.stringify({ folders: [{ path: one.root }, { path: two.root }] }));
  const window = await open(workspace);
  for (const [repository, name, owner] of [[one, "one", "owner:openagents.com"], [two, "two", "owner:identity"]] as const) {
    await window.edit(join(repository.root, COMMS), name);
    await window.sees(".codelens-decoration", owner);
  }
  assert.equal(serversOf(folder).length, 1);
});
