// Which edits are shown before they are made, and where a moved contract went; on the protocol's types.
import type { AnnotatedTextEdit, TextDocumentEdit, TextEdit, WorkspaceEdit } from "vscode-languageclient/node";

/** More files than that are reviewed first: source, home, map and a file that refers to it are seen at a glance. */
export const MANY = 4;

/** The documents that an edit touches, by URI. */
export function touched(edit: WorkspaceEdit): Set<string> {
  const uris = new Set(Object.keys(edit.changes ?? {}));
  for (const change of edit.documentChanges ?? []) {
    if ("textDocument" in change) {
      uris.add(change.textDocument.uri);
    } else if (change.kind === "rename") {
      uris.add(change.oldUri).add(change.newUri);
    } else {
      uris.add(change.uri);
    }
  }
  return uris;
}

/** Whether to show an edit first: it touches many files, or one with unsaved work other than `active`. */
export function isReviewed(edit: WorkspaceEdit, unsaved: ReadonlySet<string>, active: string): boolean {
  const uris = touched(edit);
  return uris.size > MANY || [...uris].some((uri) => uri !== active && unsaved.has(uri));
}

/**
 * The edit, to be shown in the refactor preview first or not.
 *
 * VS Code opens the preview where a change needs confirmation, and leaves that change unticked: so the
 * one that needs it changes nothing, and all others are ticked.
 */
export function reviewed(edit: WorkspaceEdit, label: string, confirm: boolean): WorkspaceEdit {
  const documentChanges = edit.documentChanges?.map((change) =>
    "textDocument" in change
      ? { textDocument: change.textDocument, edits: change.edits.map((one) => annotated(one, confirm)) }
      : { ...change, annotationId: confirm ? "change" : undefined },
  );
  const first = documentChanges?.find((change): change is TextDocumentEdit => "textDocument" in change);
  if (documentChanges === undefined || first === undefined) {
    return edit;
  }
  if (!confirm) {
    return { documentChanges };
  }
  const start = { line: 0, character: 0 };
  first.edits.push({ range: { start, end: start }, newText: "", annotationId: "review" } satisfies AnnotatedTextEdit);
  return {
    documentChanges,
    changeAnnotations: {
      change: { label, needsConfirmation: false },
      review: { label: "Review the changes, then apply them", needsConfirmation: true },
    },
  };
}

function annotated(edit: TextEdit, confirm: boolean): TextEdit | AnnotatedTextEdit {
  const plain = { range: edit.range, newText: edit.newText };
  return confirm ? { ...plain, annotationId: "change" } : plain;
}

/** The document that a contract is written into by an edit, by the last part of its name. */
export function destination(edit: WorkspaceEdit, contract: string): string | undefined {
  const declares = declaration(contract);
  for (const change of edit.documentChanges ?? []) {
    if ("textDocument" in change && change.edits.some((one) => declares.test(one.newText))) {
      return change.textDocument.uri;
    }
  }
  return undefined;
}

/** Finds the line that declares a contract; the name is its only group. */
export function declaration(contract: string): RegExp {
  const name = contract.slice(contract.lastIndexOf(".") + 1).replace(/\W/g, "");
  return new RegExp(`^\\s*(?:message|enum|service)\\s+(${name})\\b`, "m");
}
