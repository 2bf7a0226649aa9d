// What is shown before it is done, and where a moved contract went.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { WorkspaceEdit } from "vscode-languageclient/node";
import { declaration, destination, isReviewed, MANY, reviewed, touched } from "../src/edits";

const RANGE = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

function edit(...documents: [uri: string, text: string][]): WorkspaceEdit {
  return {
    documentChanges: documents.map(([uri, newText]) => ({
      textDocument: { uri, version: null },
      edits: [{ range: RANGE, newText }],
    })),
  };
}

const MOVE = edit(["file:///a.proto", ""], ["file:///b.proto", "// A parcel.\nmessage Parcel {}\n"]);

test("every document of an edit is counted, renamed ones under both names", () => {
  const renamed: WorkspaceEdit = {
    documentChanges: [...(MOVE.documentChanges ?? []), { kind: "rename", oldUri: "file:///c", newUri: "file:///d" }],
  };
  assert.equal(touched(renamed).size, 4);
});

test("a small edit of saved files is not reviewed, nor one of the file being typed in", () => {
  assert.ok(!isReviewed(MOVE, new Set(), "file:///a.proto"));
  assert.ok(!isReviewed(MOVE, new Set(["file:///a.proto"]), "file:///a.proto"));
});

test("an edit of another file with unsaved work is reviewed, and one of many files", () => {
  assert.ok(isReviewed(MOVE, new Set(["file:///b.proto"]), "file:///a.proto"));
  const many = Array.from({ length: MANY + 1 }, (_, at): [string, string] => [`file:///${at}`, ""]);
  assert.ok(isReviewed(edit(...many), new Set(), ""));
});

test("a review confirms every change; without one the server's own wish for it is dropped", () => {
  const asked = reviewed(MOVE, "Move Parcel", true);
  assert.deepEqual(Object.values(asked.changeAnnotations ?? {}), [{ label: "Move Parcel", needsConfirmation: true }]);
  assert.ok(JSON.stringify(asked.documentChanges).includes("annotationId"));
  assert.deepEqual(reviewed(asked, "Move Parcel", false), { ...MOVE, changeAnnotations: undefined });
});

test("a moved contract is found where it is declared", () => {
  assert.equal(destination(MOVE, "acme.legacy.v1.Parcel"), "file:///b.proto");
  assert.equal(destination(MOVE, "acme.legacy.v1.Par"), undefined);
  const found = declaration("acme.v1.Parcel").exec("message ParcelKind {}\nenum Parcel {}");
  assert.equal(found?.[1], "Parcel");
  assert.ok(found[0].trim().startsWith("enum"));
});
