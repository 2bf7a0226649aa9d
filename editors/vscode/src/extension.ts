// The extension's entry: it only puts the parts together.
import * as vscode from "vscode";
import { registerCommands } from "./commands";
import { nameLanguage } from "./documents";
import { Pages } from "./pages";
import { whenChosen } from "./pythonExtension";
import { ServerLife } from "./server";
import { STARTING } from "./settings";
import { StatusItem } from "./status";

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel("protohome", { log: true });
  const life = new ServerLife(context, log);
  const pages = new Pages();
  const restart = (): void => void life.restartAfresh();
  context.subscriptions.push(
    log,
    life,
    { dispose: () => life.stop() },
    pages,
    nameLanguage(),
    new StatusItem(life),
    registerCommands(life, pages, log),
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (STARTING.some((name) => event.affectsConfiguration(name))) {
        restart();
      }
    }),
  );
  void whenChosen(restart).then((listening) => listening && context.subscriptions.push(listening));
  void life.restart();
}
