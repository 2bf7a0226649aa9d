import assert from "node:assert/strict";
import { test } from "node:test";
import type { Status } from "../src/answers";
import { summary, told } from "../src/telling";

const RANGE = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
const STATUS: Status = {
  path: "acme/legacy/v1/parcel.proto",
  package: "acme.legacy.v1",
  contract: "acme.legacy.v1.Parcel",
  home: "acme.shipping.v1",
  misplaced: true,
  owner: "owner:shipping",
  counts: { error: 1, warning: 2, information: 0 },
  map: { uri: "file:///PACKAGE_MAP.md", range: RANGE },
};

test("the status tells the contract's home, its owner and the findings", () => {
  assert.deepEqual(told(STATUS), {
    text: "$(home) Parcel: acme.shipping.v1",
    detail: "owner:shipping · 1 error, 2 warnings",
    misplaced: true,
  });
});

test("outside a contract it is about the file; without a map it says so", () => {
  const counts = { error: 0, warning: 0, information: 0 };
  const quiet = told({ ...STATUS, contract: "", misplaced: false, counts });
  assert.deepEqual([quiet.text, quiet.detail], ["$(home) acme.shipping.v1", "owner:shipping · nothing wrong here"]);
  assert.match(told(null).text, /no package map/);
});

test("a check of the workspace is summed up in a line", () => {
  const total = { files: 20, contracts: 1, errors: 1, warnings: 0, information: 40 };
  assert.equal(summary(total), "protohome: 1 contract in 20 files, 1 error.");
  assert.match(summary({ ...total, errors: 0 }), /nothing wrong\.$/);
});
