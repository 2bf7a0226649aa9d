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

test("a review is asked for by a change of nothing, so that all others are ticked", () => {
  const asked = reviewed(MOVE, "Move Parcel", true);
  const needed = Object.entries(asked.changeAnnotations ?? {}).filter(([, each]) => each.needsConfirmation);
  assert.deepEqual(needed.map(([name]) => name), ["review"]);
  const changes = JSON.stringify(asked.documentChanges);
  assert.equal(changes.split('"newText":"","annotationId":"review"').length, 2);
  assert.equal(changes.split('"annotationId":"change"').length, 3);
});

test("without a review the server's own wish for one is dropped", () => {
  const annotationId = "server";
  const wished: WorkspaceEdit = {
    documentChanges: [{ textDocument: { uri: "file:///a", version: 1 }, edits: [{ range: RANGE, newText: "x", annotationId }] }],
    changeAnnotations: { [annotationId]: { label: "Sure?", needsConfirmation: true } },
  };
  const edits = [{ range: RANGE, newText: "x" }];
  assert.deepEqual(reviewed(wished, "", false), { documentChanges: [{ textDocument: { uri: "file:///a", version: 1 }, edits }] });
});

test("a moved contract is found where it is declared", () => {
  assert.equal(destination(MOVE, "acme.legacy.v1.Parcel"), "file:///b.proto");
  assert.equal(destination(MOVE, "acme.legacy.v1.Par"), undefined);
  const found = declaration("acme.v1.Parcel").exec("message ParcelKind {}\nenum Parcel {}");
  assert.equal(found?.[1], "Parcel");
  assert.ok(found[0].trim().startsWith("enum"));
});
