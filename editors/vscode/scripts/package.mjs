// Packages the extension: `npm run package [TARGET …|--all]`; without one, for this machine.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(dirname(fileURLToPath(import.meta.url)));
const top = dirname(dirname(here));
const python = process.env.PYTHON ?? "python3";
const all = ["linux-x64", "linux-arm64", "alpine-x64", "darwin-x64", "darwin-arm64", "win32-x64"];
const given = process.argv.slice(2);
const targets = given.includes("--all") ? all : given.length > 0 ? given : [`${process.platform}-${process.arch}`];
const { version } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));

const run = (command, ...args) => execFileSync(command, args, { cwd: here, stdio: "inherit" });

cpSync(join(top, "LICENSE"), join(here, "LICENSE"));
mkdirSync(join(here, "schemas"), { recursive: true });
cpSync(join(top, "server/protohome/protohome.schema.json"), join(here, "schemas/protohome.schema.json"));
run(process.execPath, "scripts/build.mjs");
for (const target of targets) {
  run(python, "scripts/bundle.py", target);
  const file = `protohome-${target}-${version}.vsix`;
  run(process.execPath, "node_modules/@vscode/vsce/vsce", "package", "--target", target, "--out", file, "--no-dependencies");
  console.log(`${file}: ${(statSync(join(here, file)).size / 1e6).toFixed(2)} MB`);
}
