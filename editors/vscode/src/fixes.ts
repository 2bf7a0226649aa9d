// Performs fixes: the server makes the edit, large ones are reviewed, and a moved contract is shown.
import * as vscode from "vscode";
import { CodeActionResolveRequest, type CodeAction, type LanguageClient } from "vscode-languageclient/node";
import { declaration, destination, isReviewed, reviewed } from "./edits";

/** The command that shows a contract that has just been moved: URI of its document, name. */
export const REVEAL = "protohome.reveal";

/** A code action's edit, made by the server; undefined where it is refused (the server says why). */
export async function resolved(client: LanguageClient, action: CodeAction): Promise<CodeAction> {
  const made = await client.sendRequest(CodeActionResolveRequest.type, action);
  if (made.edit === undefined) {
    return made;
  }
  const active = vscode.window.activeTextEditor?.document.uri;
  const uri = (each: vscode.Uri): string => client.code2ProtocolConverter.asUri(each);
  const unsaved = vscode.workspace.textDocuments.filter((document) => document.isDirty);
  const confirm = isReviewed(made.edit, new Set(unsaved.map((each) => uri(each.uri))), active ? uri(active) : "");
  const moved = movedContract(action.data);
  const target = moved === undefined ? undefined : destination(made.edit, moved);
  made.edit = reviewed(made.edit, made.title, confirm);
  if (moved !== undefined && target !== undefined && made.command === undefined) {
    made.command = { title: "Show it", command: REVEAL, arguments: [target, moved] };
  }
  return made;
}

/** Has the server make a fix of a document, and applies it; whether that was done. */
export async function perform(
  client: LanguageClient,
  uri: vscode.Uri,
  title: string,
  fix: string,
  fixArguments: Record<string, string>,
): Promise<boolean> {
  const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
  const data = {
    uri: client.code2ProtocolConverter.asUri(uri),
    version: document?.version ?? null,
    fix,
    arguments: fixArguments,
  };
  const action = await resolved(client, { title, kind: "quickfix", data });
  if (action.edit === undefined) {
    return false;
  }
  const edit = await client.protocol2CodeConverter.asWorkspaceEdit(action.edit);
  const applied = await vscode.workspace.applyEdit(edit, { isRefactoring: true });
  if (applied && action.command !== undefined) {
    await vscode.commands.executeCommand(action.command.command, ...((action.command.arguments ?? []) as unknown[]));
  }
  return applied;
}

/** Shows a contract in its document, with the cursor on its name. */
export async function reveal(uri: string, contract: string): Promise<void> {
  try {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri, true));
    const found = declaration(contract).exec(document.getText());
    const name = found?.[1] ?? "";
    const at = found ? found.index + found[0].length - name.length : 0;
    const selection = new vscode.Range(document.positionAt(at), document.positionAt(at + name.length));
    await vscode.window.showTextDocument(document, { selection });
  } catch {
    // The refactor preview was cancelled: there is nothing to show.
  }
}

function movedContract(data: unknown): string | undefined {
  const { fix, arguments: given } = (data ?? {}) as { fix?: unknown; arguments?: { contract?: unknown } };
  return fix === "move-contract" && typeof given?.contract === "string" ? given.contract : undefined;
}
