// A team's repository, made from the example, with one commit.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The top of protohome's own work tree; the tests run in `editors/vscode`. */
export const TOP = join(process.cwd(), "..", "..");

/** The compiler, beside the Python that the tests were given. */
const BUF = join(dirname(process.env.PYTHON ?? join(TOP, ".venv/bin/python")), "buf");

export const COMMS = "proto/openagents/protocol/v1/comms.proto";
export const CONTROL = "proto/openagents/control/v1/comms.proto";
export const MAP = "proto/PACKAGE_MAP.md";

export class Repository {
  constructor(readonly root: string) {
    cpSync(join(TOP, "examples/openagents"), root, { recursive: true });
    this.git("init", "--quiet", "--initial-branch=main");
    this.git("add", ".");
    this.git("-c", "user.name=Test", "-c", "user.email=test@example.com", "commit", "--quiet", "--message=Begin");
  }

  read(path: string): string {
    return existsSync(join(this.root, path)) ? readFileSync(join(this.root, path), "utf8") : "";
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.root, path), text);
  }

  /** Whether git sees a change on disk. */
  isTouched(): boolean {
    return this.git("status", "--porcelain").trim() !== "";
  }

  /** The compiler accepts what is on disk; throws with what it says if not. */
  build(): void {
    execFileSync(BUF, ["build"], { cwd: this.root, stdio: "pipe" });
  }

  private git(...args: string[]): string {
    return execFileSync("git", args, { cwd: this.root, encoding: "utf8" });
  }
}
