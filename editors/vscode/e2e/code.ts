// A real VS Code: code-server with our .vsix in it, seen in Chromium and driven by the keyboard.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { TOP } from "./repository";

/** How long a thing may take that comes at all, in milliseconds; machines may be busy. */
export const PATIENCE = 60_000;

const ENTRY = join(TOP, ".cache/editors/node_modules/code-server/out/node/entry.js");
const SCREENSHOTS = join(TOP, ".cache/screenshots");

export interface Profile {
  /** VS Code's own settings for the user, beside those that keep it quiet. */
  readonly settings?: Record<string, unknown>;
  readonly environment?: Record<string, string>;
  /** Packages of extensions beside ours. */
  readonly extensions?: readonly string[];
}

/** One VS Code with a profile of its own in `folder`. */
export class Code {
  private constructor(
    private readonly address: string,
    private readonly process: ChildProcess,
    private readonly browser: Browser,
  ) {}

  static async start(folder: string, profile: Profile = {}): Promise<Code> {
    const data = join(folder, "data");
    mkdirSync(join(data, "User"), { recursive: true });
    mkdirSync(SCREENSHOTS, { recursive: true });
    writeFileSync(join(folder, "config.yaml"), "");
    writeFileSync(join(data, "User/settings.json"), JSON.stringify({ ...QUIET, ...profile.settings }));
    // As if it was started from a terminal: the environment is taken as given, not from a login shell.
    const environment = { ...process.env, PATH: barePath(), VSCODE_CLI: "1", ...scratch(folder), ...profile.environment };
    const common = ["--config", join(folder, "config.yaml"), "--user-data-dir", data, "--extensions-dir", join(folder, "extensions")];
    const options = { cwd: folder, env: environment };
    const installed = [vsix(), ...(profile.extensions ?? [])].flatMap((each) => ["--install-extension", each]);
    execFileSync(process.execPath, [ENTRY, ...common, ...installed], { ...options, stdio: "pipe" });

    const port = await freePort();
    const address = `http://127.0.0.1:${port}`;
    const serving = ["--bind-addr", `127.0.0.1:${port}`, "--auth", "none", "--disable-telemetry", "--disable-update-check", "--disable-getting-started-override"];
    const running = spawn(process.execPath, [ENTRY, ...common, ...serving], { ...options, stdio: "ignore" });
    try {
      await until("code-server answers", async () => (await fetch(`${address}/healthz`)).ok);
      const browser = await chromium.launch({ executablePath: chromiumPath(), args: CHROMIUM });
      return new Code(address, running, browser);
    } catch (error) {
      end(family(running.pid));
      throw error;
    }
  }

  /** Ends the editor, its extension hosts, the language servers and the browser. */
  async close(): Promise<void> {
    try {
      await this.browser.close();
    } finally {
      end(family(this.process.pid));
    }
  }

  /** Closes a window, and what worked for it: that would wait for hours for somebody to come back. */
  async leave(window: Window): Promise<void> {
    await window.page.close();
    end(family(this.process.pid).filter((pid) => readProcess(pid, "cmdline").includes("--type=extensionHost")).flatMap(family));
  }

  /** A window with a folder, or with a `.code-workspace` file. */
  async open(path: string): Promise<Window> {
    const page = await this.browser.newPage({ viewport: { width: 1180, height: 640 } });
    const kind = path.endsWith(".code-workspace") ? "workspace" : "folder";
    await page.goto(`${this.address}/?${kind}=${encodeURIComponent(path)}`);
    await page.locator(".monaco-workbench").waitFor({ timeout: PATIENCE });
    return new Window(page);
  }
}

export class Window {
  constructor(readonly page: Page) {}

  /** The first that is on the screen: what is scrolled away is there, but hidden. */
  find(selector: string, text?: string | RegExp): Locator {
    const found = this.page.locator(selector, text === undefined ? {} : { hasText: text });
    return found.filter({ visible: true }).first();
  }

  /** Waits until it is seen. */
  async sees(selector: string, text?: string | RegExp): Promise<Locator> {
    const found = this.find(selector, text);
    await found.waitFor({ timeout: PATIENCE });
    return found;
  }

  /** Waits until it is not seen any more. */
  async sawLast(selector: string, text?: string | RegExp): Promise<void> {
    await this.find(selector, text).waitFor({ state: "hidden", timeout: PATIENCE });
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) {
      await this.page.keyboard.press(key);
    }
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  /** Presses keys until something is seen: a key may come before whoever listens. */
  async pressUntil(keys: string[], selector: string, text?: string | RegExp): Promise<Locator> {
    const found = this.find(selector, text);
    await until(`${keys.join(" ")} shows ${selector} ${text ?? ""}`, async () => {
      await this.press(...keys);
      return await found.waitFor({ timeout: 5_000 }).then(() => true, () => false);
    });
    return found;
  }

  /** Opens a file by its path; where there are several folders, of the one named. */
  async edit(path: string, root = ""): Promise<void> {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const folder = path.split("/").slice(-3, -1).join("/");
    await this.pressUntil(["Escape", "Control+P"], ".quick-input-widget input");
    await this.type(path);
    await this.sees(".quick-input-list .monaco-list-row.focused", new RegExp(`${escaped(name)}.*${root}.*${escaped(folder)}`));
    await this.press("Enter");
    await this.sees(".tab.active", name);
    await this.sees(".editor-instance .monaco-editor.focused");
  }

  /** Runs a command of the palette. */
  async run(title: string): Promise<void> {
    const input = ".quick-input-widget input";
    const entry = this.find(".quick-input-list .monaco-list-row.focused", title);
    // A page that comes up meanwhile takes the focus, and the palette is gone.
    for (let isThere = false; !isThere; ) {
      await this.pressUntil(["Escape", "Control+Shift+P"], input);
      await this.type(title);
      const comes = entry.waitFor({ timeout: PATIENCE }).then(() => true);
      isThere = await Promise.race([comes, this.sawLast(input).then(() => false)]);
    }
    await this.press("Enter");
  }

  /** Puts the cursor on the first place with a text in the editor. */
  async goTo(text: string): Promise<void> {
    await this.press("Control+Home");
    await this.pressUntil(["Control+F"], ".find-widget.visible .input[aria-label='Find'], .find-widget.visible textarea");
    await this.press("Control+A");
    await this.type(text);
    await this.sees(".find-widget.visible .matchesCount", /of/);
    await this.press("Escape");
    await this.sees(".editor-instance .monaco-editor.focused");
    await this.press("ArrowLeft");
  }

  /** The entry of the Problems panel with a text; the panel shows only those. */
  async problem(text: string): Promise<Locator> {
    await this.filterProblems(text);
    return this.sees(".markers-panel .monaco-list-row .marker-message", text);
  }

  async noProblem(text: string): Promise<void> {
    await this.filterProblems(text);
    await this.sawLast(".markers-panel .monaco-list-row .marker-message", text);
  }

  private async filterProblems(text: string): Promise<void> {
    const filter = this.find("input[placeholder^='Filter (e.g. text']");
    if (!(await filter.isVisible())) {
      await this.run("Problems: Focus on Problems View");
      await filter.waitFor({ timeout: PATIENCE });
    }
    await filter.fill(text);
    await this.press("Control+1");
    await this.sees(".editor-instance .monaco-editor.focused");
  }

  /** Chooses a quick-fix at the cursor. */
  async fix(title: string): Promise<void> {
    await this.menu(title);
    for (let left = 20; left > 0; left--) {
      if (await this.find(".action-widget .monaco-list-row.focused", title).isVisible()) {
        await this.press("Enter");
        return;
      }
      await this.press("ArrowDown");
    }
    throw new Error(`“${title}” cannot be reached in the menu`);
  }

  /** Opens the menu of quick-fixes at the cursor, with a title among them. */
  async menu(title: string): Promise<Locator> {
    return this.pressUntil(["Escape", "Control+."], ".action-widget .monaco-list-row", title);
  }

  /** Saves all, again and again, until what is on disk is as expected: an edit may come late. */
  async saved(what: string, onDisk: () => boolean): Promise<void> {
    await until(`${what} is on disk`, async () => {
      await this.press("Escape", "Control+K", "s");
      await this.find(".tab.dirty").waitFor({ state: "hidden", timeout: 5_000 });
      return onDisk();
    });
  }

  /** What notifications say, once one does. */
  async told(text: string | RegExp): Promise<string> {
    const notification = await this.sees(".notifications-toasts .notification-list-item-message", text);
    return (await notification.textContent()) ?? "";
  }

  async picture(name: string): Promise<string> {
    const path = join(SCREENSHOTS, `${name}.png`);
    await this.page.screenshot({ path });
    return path;
  }
}

/** Waits until a condition is true; one that throws is not. */
export async function until(what: string, condition: () => Promise<boolean> | boolean): Promise<void> {
  const start = performance.now();
  let error: unknown;
  while (performance.now() - start < PATIENCE) {
    try {
      if (await condition()) {
        return;
      }
    } catch (thrown) {
      error = thrown;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`never came true: ${what}`, { cause: error });
}

/**
 * The language servers that run below a folder of extensions: process ids and resident kilobytes.
 * A server's copy, which waits in case there is much to read, is a part of it.
 */
export function serversOf(folder: string): { pid: number; resident: number }[] {
  const every = processes().filter((pid) =>
    [join(folder, "extensions"), "start.py"].every((part) => readProcess(pid, "cmdline").includes(part)),
  );
  return every
    .filter((pid) => !every.includes(parentOf(pid)))
    .map((pid) => ({ pid, resident: Number(/VmRSS:\s*(\d+)/.exec(readProcess(pid, "status"))?.[1] ?? 0) }));
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function readProcess(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

/** The package that was built for this machine. */
export function vsix(): string {
  const ending = `-${process.platform}-${process.arch}-`;
  const name = readdirSync(process.cwd()).find((each) => each.endsWith(".vsix") && each.includes(ending));
  if (name === undefined) {
    throw new Error("there is no .vsix; run: npm run package");
  }
  return join(process.cwd(), name);
}

/** Ends processes. They are no group of their own: who ends the tests ends them as well. */
function end(pids: number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended already.
    }
  }
}

/** A process and all that it started. */
function family(parent: number | undefined): number[] {
  const children = processes().filter((pid) => parentOf(pid) === parent);
  return parent === undefined ? [] : [parent, ...children.flatMap(family)];
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s*(\d+)/m.exec(readProcess(pid, "status"))?.[1] ?? 0);
}

function processes(): number[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number);
}

/** The PATH without the folders that have a protohome: users of the extension need none. */
function barePath(): string {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.filter((folder) => !existsSync(join(folder, "protohome-lsp"))).join(delimiter);
}

function scratch(folder: string): Record<string, string> {
  const kinds = ["XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "TMPDIR"];
  const folders = Object.fromEntries(kinds.map((kind) => [kind, join(folder, kind.toLowerCase())]));
  Object.values(folders).forEach((each) => { mkdirSync(each, { recursive: true, mode: 0o700 }); });
  return folders;
}

function chromiumPath(): string {
  const found = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path));
  if (found === undefined) {
    throw new Error("there is no Chromium; run: make test-editors");
  }
  return found;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => { resolve(typeof address === "object" && address ? address.port : 0); });
    });
  });
}

const QUIET = {
  "workbench.startupEditor": "none",
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "security.workspace.trust.enabled": false,
  "workbench.colorTheme": "Default Dark Modern",
  "editor.minimap.enabled": false,
  "editor.wordWrap": "off",
  "git.openRepositoryInParentFolders": "never",
  "files.autoSave": "off",
  "files.hotExit": "off",
  "editor.quickSuggestions": { other: "off", comments: "off", strings: "off" },
};

const CHROMIUM = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
