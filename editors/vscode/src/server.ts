// The server's life: found, started, watched, started again when it crashes, stopped.
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import { CloseAction, ErrorAction, LanguageClient, RevealOutputChannelOn, State } from "vscode-languageclient/node";
import { crashed } from "./backoff";
import { OURS } from "./documents";
import { type Server, servers, type Wishes } from "./finding";
import { isProgram, thisMachine } from "./machine";
import { middleware } from "./middleware";
import { chosenInterpreter } from "./pythonExtension";
import { type Settings, settings, virtualEnvironments } from "./settings";

export class ServerLife implements vscode.Disposable {
  client: LanguageClient | undefined;
  server: Server | undefined;
  private crashes: number[] = [];
  private timer: NodeJS.Timeout | undefined;
  private turn: Promise<void> = Promise.resolve();
  private readonly emitter = new vscode.EventEmitter<void>();
  private readonly trace = vscode.window.createOutputChannel("protohome trace");
  /** The server runs now, or does not any more. */
  readonly onDidChange = this.emitter.event;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** Start, or start anew with the settings as they are now. Starts follow each other. */
  restart(): Promise<void> {
    this.turn = this.turn.then(async () => {
      await this.stop();
      const wishes = settings();
      if (wishes.enable) {
        await this.start(wishes);
      }
    });
    return this.turn;
  }

  /** As `restart` when a person asks for it: earlier crashes are forgiven. */
  restartAfresh(): Promise<void> {
    this.crashes = [];
    return this.restart();
  }

  async stop(): Promise<void> {
    clearTimeout(this.timer);
    const client = this.client;
    this.became(undefined, undefined);
    await client?.dispose().catch((error: unknown) => {
      this.log.warn(`Stopping the server: ${String(error)}`);
    });
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.emitter.dispose();
    this.trace.dispose();
  }

  private async start(wishes: Settings): Promise<void> {
    const about = await this.wishes(wishes);
    const roots = (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath);
    const machine = thisMachine(vscode.workspace.isTrusted ? [] : roots);
    for await (const server of servers(about, machine, (line) => { this.log.info(line); })) {
      const client = this.makeClient(server, wishes, about.folder);
      try {
        await client.start();
        this.log.info(`protohome ${server.version} from ${server.from}.`);
        this.became(client, server);
        return;
      } catch (error) {
        this.log.warn(`protohome from ${server.from} does not start: ${String(error)}`);
        await client.dispose().catch(() => undefined);
      }
    }
    void this.tell(
      "protohome found no Python 3.10 or newer to run its server with. Install Python, or set “protohome.interpreter”.",
      "Open Settings",
    );
  }

  private async wishes(wishes: Settings): Promise<Wishes> {
    const folder = vscode.workspace.workspaceFolders?.[0];
    const trusted = vscode.workspace.isTrusted;
    const bundled = this.context.asAbsolutePath("bundled");
    const chosen = trusted ? await chosenInterpreter(folder?.uri) : undefined;
    const own = trusted && folder ? virtualEnvironments(folder.uri.fsPath).filter(isProgram) : [];
    const packageJSON = this.context.extension.packageJSON as { version: string };
    return {
      ...wishes,
      trusted,
      environments: [chosen ?? "", ...own],
      folder: trusted && folder ? folder.uri.fsPath : bundled,
      bundled,
      inside: existsSync(join(bundled, "libs", "protohome")) ? packageJSON.version : "",
    };
  }

  private makeClient(server: Server, wishes: Settings, folder: string): LanguageClient {
    const environment = { ...process.env, PYTHONUTF8: "1" };
    const client: LanguageClient = new LanguageClient(
      "protohome",
      "protohome",
      { command: server.command, args: [...server.args], options: { cwd: folder, env: environment } },
      {
        documentSelector: OURS,
        initializationOptions: { map: wishes.map },
        diagnosticCollectionName: "protohome",
        diagnosticPullOptions: { onChange: wishes.checkOn === "type", onSave: true },
        outputChannel: this.log,
        traceOutputChannel: this.trace,
        revealOutputChannelOn: RevealOutputChannelOn.Never,
        middleware: middleware(() => client, wishes),
        initializationFailedHandler: () => false,
        errorHandler: {
          error: () => ({ action: ErrorAction.Continue, handled: true }),
          closed: () => {
            this.crashed(client);
            return { action: CloseAction.DoNotRestart, handled: true };
          },
        },
      },
    );
    return client;
  }

  /** The conversation with a running server ended without our asking. */
  private crashed(client: LanguageClient): void {
    if (client !== this.client || client.state !== State.Running) {
      return;
    }
    const [crashes, delay] = crashed(this.crashes, Date.now());
    this.crashes = crashes;
    this.became(undefined, undefined);
    if (delay === undefined) {
      void this.tell(`protohome's server has stopped ${crashes.length} times; it is not started again.`);
      return;
    }
    this.log.warn(`The server has stopped; starting it again in ${delay / 1000} s.`);
    this.timer = setTimeout(() => void this.restart(), delay);
  }

  private became(client: LanguageClient | undefined, server: Server | undefined): void {
    [this.client, this.server] = [client, server];
    void vscode.commands.executeCommand("setContext", "protohome.running", client !== undefined);
    this.emitter.fire();
  }

  /** One message with what can be done. */
  private async tell(message: string, ...more: string[]): Promise<void> {
    this.log.error(message);
    const choice = await vscode.window.showErrorMessage(message, ...more, "Restart", "Show Output");
    if (choice === "Restart") {
      await this.restartAfresh();
    } else if (choice === "Show Output") {
      this.log.show(true);
    } else if (choice === "Open Settings") {
      await vscode.commands.executeCommand("workbench.action.openSettings", "protohome.interpreter");
    }
  }
}
