// The commands of the palette and of menus. The server's own commands have other names (answers.ts).
import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { ask, type Choice, type Choices, type Status, type Total } from "./answers";
import { here } from "./documents";
import { perform, REVEAL, reveal } from "./fixes";
import type { Pages } from "./pages";
import type { ServerLife } from "./server";
import { summary } from "./telling";

type At = NonNullable<ReturnType<typeof here>>;

export function registerCommands(life: ServerLife, pages: Pages, log: vscode.LogOutputChannel): vscode.Disposable {
  const commands: Record<string, (...given: string[]) => unknown> = {
    "protohome.moveTo": () => atCursor(life, moveTo),
    "protohome.declareHere": () => atCursor(life, declareHere),
    "protohome.mapRow": () => atCursor(life, mapRow),
    "protohome.explainHere": () =>
      atCursor(life, async (client, at) => {
        const page = await ask<string>(client, "protohome.explain", at.uri, at.position);
        await pages.show("Where this belongs", page);
      }),
    "protohome.mapReading": () =>
      withServer(life, async (client) => {
        const uri = here()?.uri ?? (await anyMap());
        if (uri === undefined) {
          throw new Error("There is no PACKAGE_MAP.md in this workspace.");
        }
        await pages.show("How the map was read", await ask<string>(client, "protohome.showMap", uri));
      }),
    "protohome.checkAll": () =>
      withServer(life, async (client) => {
        const total = await ask<Total>(client, "protohome.checkWorkspace");
        void vscode.window.showInformationMessage(summary(total));
        await vscode.commands.executeCommand("workbench.actions.view.problems");
      }),
    "protohome.restart": () => life.restartAfresh(),
    "protohome.showOutput": () => { log.show(); },
    "protohome.serverVersion": () =>
      withServer(life, async () => {
        const server = life.server;
        await vscode.window.showInformationMessage(`protohome ${server?.version ?? ""} from ${server?.from ?? ""}`);
      }),
    [REVEAL]: reveal,
  };
  const registered = Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(name, run));
  return vscode.Disposable.from(...registered);
}

async function moveTo(client: LanguageClient, at: At): Promise<void> {
  const choices = await choicesAt(client, at);
  const picked = await pick(choices.packages, `Move ${choices.contract} to`);
  if (picked !== undefined) {
    const title = `Move ${choices.contract} to ${picked}`;
    await perform(client, at.uri, title, "move-contract", { contract: choices.contract, package: picked });
  }
}

async function declareHere(client: LanguageClient, at: At): Promise<void> {
  const { contract, packages } = await choicesAt(client, at);
  const own = contract.slice(0, contract.lastIndexOf("."));
  const stay = { package: own, domain: "where it is", owner: "", contains: "", likely: false };
  const picked = await pick([stay, ...packages], `The home of ${contract} is`);
  if (picked !== undefined) {
    const title = `Declare ${picked} the home of ${contract}`;
    await perform(client, at.uri, title, "declare-home", { contract, package: picked });
  }
}

async function mapRow(client: LanguageClient, at: At): Promise<void> {
  const status = await ask<Status | null>(client, "protohome.status", at.uri, at.position);
  if (status === null) {
    throw new Error("No package map governs this file.");
  }
  const selection = client.protocol2CodeConverter.asRange(status.map.range);
  await vscode.window.showTextDocument(client.protocol2CodeConverter.asUri(status.map.uri), { selection });
}

async function choicesAt(client: LanguageClient, at: At): Promise<Choices> {
  const choices = await ask<Choices>(client, "protohome.packages", at.uri, at.position);
  if (choices.contract === "") {
    throw new Error("Put the cursor on a message, enum or service first.");
  }
  return choices;
}

async function pick(packages: readonly Choice[], title: string): Promise<string | undefined> {
  const items = packages.map((each) => ({
    label: each.likely ? `$(home) ${each.package}` : each.package,
    description: [each.domain, each.owner].filter((part) => part !== "").join(" · "),
    detail: each.contains,
    package: each.package,
  }));
  const picked = await vscode.window.showQuickPick(items, { title, matchOnDescription: true, matchOnDetail: true });
  return picked?.package;
}

async function anyMap(): Promise<vscode.Uri | undefined> {
  return (await vscode.workspace.findFiles("**/PACKAGE_MAP.md", undefined, 1))[0];
}

function atCursor(life: ServerLife, run: (client: LanguageClient, at: At) => Promise<void>): Promise<void> {
  return withServer(life, async (client) => {
    const at = here();
    if (at === undefined) {
      throw new Error("Open a .proto file or the package map first.");
    }
    await run(client, at);
  });
}

/** Runs a command that needs the server; what is wrong is told in a line. */
async function withServer(life: ServerLife, run: (client: LanguageClient) => Promise<void>): Promise<void> {
  try {
    if (life.client === undefined) {
      throw new Error("the server is not running; see the output of protohome.");
    }
    await run(life.client);
  } catch (error) {
    void vscode.window.showWarningMessage(`protohome: ${error instanceof Error ? error.message : String(error)}`);
  }
}
