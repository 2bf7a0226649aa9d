// Which server is used, in order: a path in the settings, the environment's, the PATH's, the bundle.
// Knows nothing of VS Code and starts nothing itself, so that tests can say what there is.
import { isAtLeast, MINIMUM, PYTHON } from "./versions";

/** What decides about the server; paths are absolute, empty where there is none. */
export interface Wishes {
  /** `protohome.path` and `protohome.interpreter`. */
  readonly path: string;
  readonly interpreter: string;
  readonly importStrategy: "fromEnvironment" | "useBundled";
  readonly trusted: boolean;
  /** Interpreters of the workspace: the Python extension's choice, then its `.venv`. */
  readonly environments: readonly string[];
  /** Where programs run when they are asked for their version. */
  readonly folder: string;
  /** The extension's `bundled` folder. */
  readonly bundled: string;
  /** The version in `bundled/libs`, empty where there is none. */
  readonly inside: string;
}

/** The machine: what a name on the PATH stands for, and what a program says (undefined: it failed). */
export interface Machine {
  onPath(name: string): string[];
  output(command: string, args: readonly string[], folder: string): Promise<string | undefined>;
}

/** A server that can be started; `from` completes "protohome 0.1.0 from …". */
export interface Server {
  readonly from: string;
  readonly version: string;
  readonly command: string;
  readonly args: readonly string[];
}

/** What a Python said of itself. */
interface Python {
  readonly command: string;
  readonly version: string;
  readonly protohome: string | undefined;
}

const NAMES = ["python3", "python", "py"];

/** The servers there are, the best first; each is looked for only when the one before will not do. */
export async function* servers(
  wishes: Wishes,
  machine: Machine,
  log: (line: string) => void,
): AsyncGenerator<Server> {
  if (wishes.trusted) {
    if (wishes.path) {
      yield* executable(wishes.path, "the setting protohome.path", wishes, machine, log);
    }
    if (wishes.importStrategy === "fromEnvironment") {
      for (const interpreter of interpreters(wishes)) {
        yield* environment(interpreter, wishes, machine, log);
      }
      for (const found of machine.onPath("protohome-lsp")) {
        yield* executable(found, "the PATH", wishes, machine, log);
      }
    }
  } else {
    log("The workspace is not trusted: only the server inside the extension is used.");
  }
  yield* bundle(wishes, machine, log);
}

function interpreters(wishes: Wishes): string[] {
  return [...new Set([wishes.interpreter, ...wishes.environments])].filter((each) => each !== "");
}

async function* executable(
  command: string,
  from: string,
  wishes: Wishes,
  machine: Machine,
  log: (line: string) => void,
): AsyncGenerator<Server> {
  const answer = await machine.output(command, ["--version"], wishes.folder);
  const version = /(\d+\.\d+\S*)/.exec(answer ?? "")?.[1];
  if (version === undefined) {
    log(`${command} (${from}) does not tell its version; skipped.`);
  } else if (!isAtLeast(version, MINIMUM)) {
    log(`${command} (${from}) is protohome ${version}, older than ${MINIMUM}; skipped.`);
  } else {
    yield { from: `${from} (${command})`, version, command, args: [] };
  }
}

async function* environment(
  interpreter: string,
  wishes: Wishes,
  machine: Machine,
  log: (line: string) => void,
): AsyncGenerator<Server> {
  const python = await ask(interpreter, wishes, machine, log);
  if (python === undefined) {
    return;
  }
  if (python.protohome === undefined) {
    log(`${interpreter} has no protohome[lsp]; skipped.`);
  } else if (!isAtLeast(python.protohome, MINIMUM)) {
    log(`${interpreter} has protohome ${python.protohome}, older than ${MINIMUM}; skipped.`);
  } else {
    yield {
      from: `the environment of ${interpreter}`,
      version: python.protohome,
      command: interpreter,
      args: [`${wishes.bundled}/start.py`],
    };
  }
}

/** The bundle, by each Python that is recent enough; the workspace's own only when it is trusted. */
async function* bundle(wishes: Wishes, machine: Machine, log: (line: string) => void): AsyncGenerator<Server> {
  if (wishes.inside === "") {
    log("This build of the extension has no server inside.");
    return;
  }
  const own = wishes.trusted ? interpreters(wishes) : [];
  for (const command of new Set([...own, ...NAMES.flatMap((name) => machine.onPath(name))])) {
    const python = await ask(command, wishes, machine, log);
    if (python !== undefined) {
      yield {
        from: `the extension, on Python ${python.version} (${command})`,
        version: wishes.inside,
        command,
        args: [`${wishes.bundled}/start.py`, "--bundled"],
      };
    }
  }
}

/** What a Python is, undefined for one that fails (the shims of pyenv and asdf do) or is too old. */
async function ask(
  command: string,
  wishes: Wishes,
  machine: Machine,
  log: (line: string) => void,
): Promise<Python | undefined> {
  const answer = await machine.output(command, [`${wishes.bundled}/probe.py`], wishes.folder);
  const said = parsed(answer ?? "");
  if (said === undefined) {
    log(`${command} does not run; skipped.`);
    return undefined;
  }
  const version = said.python.join(".");
  if (!isAtLeast(version, PYTHON)) {
    log(`${command} is Python ${version}, older than ${PYTHON}; skipped.`);
    return undefined;
  }
  return { command, version, protohome: said.protohome ?? undefined };
}

function parsed(answer: string): { python: number[]; protohome: string | null } | undefined {
  try {
    const said: unknown = JSON.parse(answer.trim().split("\n").at(-1) ?? "");
    if (typeof said === "object" && said !== null && "python" in said && Array.isArray(said.python)) {
      const protohome = "protohome" in said && typeof said.protohome === "string" ? said.protohome : null;
      return { python: said.python.map(Number), protohome };
    }
  } catch {
    // Not JSON: the program is no Python.
  }
  return undefined;
}
