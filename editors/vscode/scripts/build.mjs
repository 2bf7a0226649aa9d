// Bundles the extension into dist/extension.js; with --tests, the tests into .test/ as well.
import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(dirname(fileURLToPath(import.meta.url)));
const common = { bundle: true, platform: "node", target: "node18", format: "cjs", logLevel: "warning", absWorkingDir: here };

await build({ ...common, entryPoints: ["src/extension.ts"], outfile: "dist/extension.js", external: ["vscode"], minify: true });

if (process.argv.includes("--tests")) {
  rmSync(join(here, ".test"), { recursive: true, force: true });
  for (const [folder, out] of [["test", "unit"], ["e2e", "e2e"]]) {
    const entryPoints = readdirSync(join(here, folder)).filter((name) => name.endsWith(".test.ts")).map((name) => join(folder, name));
    if (entryPoints.length > 0) {
      await build({ ...common, entryPoints, outdir: `.test/${out}`, external: ["vscode", "playwright-core"], sourcemap: "inline" });
    }
  }
}
