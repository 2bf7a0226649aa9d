// What the server's commands are asked and answer (server/protohome/lsp/questions.py).
import type * as vscode from "vscode";
import { ExecuteCommandRequest, type LanguageClient, type Range } from "vscode-languageclient/node";

export interface Status {
  readonly path: string;
  readonly package: string;
  /** Full name of the contract at the position, empty where there is none. */
  readonly contract: string;
  readonly home: string;
  readonly misplaced: boolean;
  readonly owner: string;
  readonly counts: { readonly error: number; readonly warning: number; readonly information: number };
  readonly map: { readonly uri: string; readonly range: Range };
}

export interface Choices {
  readonly contract: string;
  readonly packages: readonly Choice[];
}

export interface Choice {
  readonly package: string;
  readonly domain: string;
  readonly owner: string;
  readonly contains: string;
  readonly likely: boolean;
}

export interface Total {
  readonly files: number;
  readonly contracts: number;
  readonly errors: number;
  readonly warnings: number;
  readonly information: number;
}

/** The answer to a command about a document, and a position or name in it. Rejects where none is known. */
export function ask<Answer>(
  client: LanguageClient,
  command: string,
  uri?: vscode.Uri,
  about?: vscode.Position | string,
): Promise<Answer> {
  const given: unknown[] = uri ? [client.code2ProtocolConverter.asUri(uri)] : [];
  if (typeof about === "string") {
    given.push(about);
  } else if (about !== undefined) {
    given.push(client.code2ProtocolConverter.asPosition(about));
  }
  return client.sendRequest(ExecuteCommandRequest.type, { command, arguments: given }) as Promise<Answer>;
}
