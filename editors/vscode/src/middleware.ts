// What happens between VS Code and the server: the settings that are this editor's own are applied here.
import * as vscode from "vscode";
import type { LanguageClient, Middleware } from "vscode-languageclient/node";
import { perform, resolved } from "./fixes";
import { shown } from "./findings";
import { type Settings, showingIn } from "./settings";

/** Every that many rounds of two seconds the whole workspace is asked for, even if nothing has changed. */
const ROUNDS = 15;

export function middleware(client: () => LanguageClient, wishes: Settings): Middleware {
  let changed = true;
  let rounds = 0;
  return {
    didOpen: (document, next) => ((changed = true), next(document)),
    didChange: (event, next) => ((changed = true), next(event)),
    didClose: (document, next) => ((changed = true), next(document)),
    workspace: {
      didChangeWatchedFile: (event, next) => ((changed = true), next(event)),
    },

    async provideDiagnostics(document, previous, token, next) {
      const report = await next(document, previous, token);
      if (token.isCancellationRequested) {
        // The library makes an empty report of a request that it cancels: the squiggle would blink.
        throw new vscode.CancellationError();
      }
      if (report && "items" in report) {
        report.items = shown(report.items, showingIn(document instanceof vscode.Uri ? document : document.uri));
      }
      return report;
    },

    async provideWorkspaceDiagnostics(previous, token, reporter, next) {
      if (!changed && ++rounds < ROUNDS) {
        return undefined;
      }
      [changed, rounds] = [false, 0];
      return next(previous, token, (chunk) => {
        for (const report of chunk?.items ?? []) {
          if ("items" in report) {
            report.items = shown(report.items, showingIn(report.uri));
          }
        }
        reporter(chunk);
      });
    },

    provideCodeLenses: (document, token, next) => (wishes.codeLens ? next(document, token) : []),

    async resolveCodeAction(item, token) {
      const action = await client().code2ProtocolConverter.asCodeAction(item, token);
      const made = await resolved(client(), action);
      const result = await client().protocol2CodeConverter.asCodeAction(made, token);
      return result instanceof vscode.CodeAction ? result : item;
    },

    executeCommand(command, given, next): unknown {
      const [uri, contract, target, ...more] = given as unknown[];
      const isMove = command === "protohome.moveContract" && more.length === 0;
      if (!isMove || typeof uri !== "string" || typeof contract !== "string" || typeof target !== "string") {
        return next(command, given) as unknown;
      }
      const title = `Move ${contract} to ${target}`;
      return perform(client(), vscode.Uri.parse(uri), title, "move-contract", { contract, package: target });
    },
  };
}
