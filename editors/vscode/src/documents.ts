// Which documents protohome is about, and the language of .proto files where no other extension says it.
import * as vscode from "vscode";

/** Files that may have findings, whatever language another extension calls them. */
export const OURS = [
  { scheme: "file", pattern: "**/*.proto" },
  { scheme: "file", pattern: "**/*.md" },
  { scheme: "file", pattern: "**/protohome.toml" },
  { scheme: "file", pattern: "**/pyproject.toml" },
];

/** Gives .proto files a language where nobody has; the extensions of Buf and vscode-proto3 go first. */
export function nameLanguage(): vscode.Disposable {
  const name = (document: vscode.TextDocument): void => {
    if (document.languageId === "plaintext" && document.uri.path.endsWith(".proto")) {
      void vscode.languages.setTextDocumentLanguage(document, "protobuf");
    }
  };
  vscode.workspace.textDocuments.forEach(name);
  return vscode.workspace.onDidOpenTextDocument(name);
}

/** The document that the cursor is in, if it may be ours, and where. */
export function here(): { uri: vscode.Uri; position: vscode.Position } | undefined {
  const editor = vscode.window.activeTextEditor;
  const isOurs = editor !== undefined && vscode.languages.match(OURS, editor.document) > 0;
  return isOurs ? { uri: editor.document.uri, position: editor.selection.active } : undefined;
}
