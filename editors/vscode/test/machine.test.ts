// Programs on the PATH, as they are on a disk.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, test } from "node:test";
import { onPath, thisMachine } from "../src/machine";

const top = mkdtempSync(join(tmpdir(), "protohome-machine-"));
after(() => { rmSync(top, { recursive: true }); });

function place(folder: string, name: string): string {
  mkdirSync(join(top, folder), { recursive: true });
  symlinkSync(process.execPath, join(top, folder, name));
  return join(top, folder, name);
}

test("all of a name are found in order; relative folders, folders and the workspace are not", () => {
  const [first, second, own] = [place("one", "tool"), place("two", "tool"), place("work/bin", "tool")];
  mkdirSync(join(top, "three/tool"), { recursive: true });
  const folders = ["one", "three", "work/bin", "two"].map((name) => join(top, name));
  const PATH = ["bin", ...folders].join(delimiter);
  assert.deepEqual(onPath("tool", { PATH }), [first, own, second]);
  assert.deepEqual(onPath("tool", { PATH }, [join(top, "work")]), [first, second]);
});

test("a program's words are what it prints, none when it fails", async () => {
  const machine = thisMachine([]);
  assert.equal(await machine.output(process.execPath, ["-p", "process.cwd()"], top), `${top}\n`);
  assert.equal(await machine.output(process.execPath, ["-e", "process.exit(3)"], top), undefined);
  assert.equal(await machine.output(join(top, "absent"), [], top), undefined);
});
