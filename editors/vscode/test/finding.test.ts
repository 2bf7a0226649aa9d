// Which server is used, on machines made of a table: what programs say, and what is on the PATH.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Machine, servers, type Wishes } from "../src/finding";

const NOTHING: Wishes = {
  path: "",
  interpreter: "",
  importStrategy: "fromEnvironment",
  trusted: true,
  environments: [],
  folder: "/project",
  bundled: "/extension/bundled",
  inside: "0.1.0",
};

/** What a Python says of itself. */
function python(version: string, protohome: string | null = null): string {
  return JSON.stringify({ python: version.split(".").map(Number), protohome });
}

/** A machine on which programs answer by the table; all others fail. */
function machine(says: Record<string, string>, path: Record<string, string[]> = {}): Machine & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    onPath: (name) => path[name] ?? [],
    output: (command) => {
      asked.push(command);
      return Promise.resolve(says[command]);
    },
  };
}

async function all(wishes: Partial<Wishes>, on: Machine): Promise<{ found: string[][]; log: string[] }> {
  const [found, log]: [string[][], string[]] = [[], []];
  for await (const server of servers({ ...NOTHING, ...wishes }, on, (line) => log.push(line))) {
    found.push([server.command, ...server.args, server.version]);
  }
  return { found, log };
}

const BUNDLED = ["/extension/bundled/start.py", "--bundled", "0.1.0"];

test("the path in the settings goes before everything, then the environment, the PATH, the bundle", async () => {
  const on = machine(
    {
      "/mine/protohome-lsp": "protohome-lsp 0.3.0\n",
      "/env/bin/python": python("3.12.1", "0.2.0"),
      "/usr/bin/protohome-lsp": "protohome-lsp 0.1.0\n",
      "/usr/bin/python3": python("3.11.2"),
    },
    { "protohome-lsp": ["/usr/bin/protohome-lsp"], python3: ["/usr/bin/python3"] },
  );
  const { found } = await all({ path: "/mine/protohome-lsp", environments: ["/env/bin/python"] }, on);
  assert.deepEqual(found, [
    ["/mine/protohome-lsp", "0.3.0"],
    ["/env/bin/python", "/extension/bundled/start.py", "0.2.0"],
    ["/usr/bin/protohome-lsp", "0.1.0"],
    ["/env/bin/python", ...BUNDLED],
    ["/usr/bin/python3", ...BUNDLED],
  ]);
});

test("nothing is asked that is not needed", async () => {
  const on = machine({ "/env/bin/python": python("3.12.1", "0.2.0") }, { python3: ["/usr/bin/python3"] });
  const first = await servers({ ...NOTHING, environments: ["/env/bin/python"] }, on, () => undefined).next();
  assert.equal((first.value as { command: string }).command, "/env/bin/python");
  assert.deepEqual(on.asked, ["/env/bin/python"]);
});

test("what is too old, has no protohome or fails as shims do is passed over with a line in the log", async () => {
  const on = machine(
    { "/old/python": python("3.12.1", "0.0.9"), "/bare/python": python("3.12.1"), "/usr/bin/python": python("3.13.0") },
    { python3: ["/shims/python3", "/legacy/python3"], python: ["/usr/bin/python"] },
  );
  const { found, log } = await all({ environments: ["/old/python", "/bare/python"] }, on);
  assert.deepEqual(found.map(([command]) => command), ["/old/python", "/bare/python", "/usr/bin/python"]);
  assert.ok(found.every(([, , bundled]) => bundled === "--bundled"));
  assert.deepEqual(log.filter((line) => !line.includes("legacy")), [
    "/old/python has protohome 0.0.9, older than 0.1.0; skipped.",
    "/bare/python has no protohome[lsp]; skipped.",
    "/shims/python3 does not run; skipped.",
  ]);
});

test("a Python that is too old runs nothing", async () => {
  const on = machine({ "/usr/bin/python": python("3.9.18") }, { python: ["/usr/bin/python"] });
  const { found, log } = await all({}, on);
  assert.deepEqual(found, []);
  assert.match(log.join("\n"), /Python 3\.9\.18, older than 3\.10/);
});

test("an untrusted workspace gets the bundle, and none of its programs is asked", async () => {
  const on = machine(
    { "/project/.venv/bin/python": python("3.12.1", "9.0.0"), "/usr/bin/python3": python("3.11.2") },
    { "protohome-lsp": ["/usr/bin/protohome-lsp"], python3: ["/usr/bin/python3"] },
  );
  const own = "/project/.venv/bin/python";
  const { found } = await all({ trusted: false, path: own, interpreter: own, environments: [own] }, on);
  assert.deepEqual(found, [["/usr/bin/python3", ...BUNDLED]]);
  assert.deepEqual(on.asked, ["/usr/bin/python3"]);
});

test("useBundled passes over the environment", async () => {
  const on = machine({ "/env/bin/python": python("3.12.1", "0.2.0") });
  const { found } = await all({ importStrategy: "useBundled", environments: ["/env/bin/python"] }, on);
  assert.deepEqual(found, [["/env/bin/python", ...BUNDLED]]);
});

test("programs are asked from the workspace folder", async () => {
  const folders: string[] = [];
  const on: Machine = {
    onPath: () => [],
    output: (_command, _args, folder) => (folders.push(folder), Promise.resolve(undefined)),
  };
  await all({ path: "/mine/protohome-lsp" }, on);
  assert.deepEqual(folders, ["/project"]);
});
