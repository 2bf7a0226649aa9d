import assert from "node:assert/strict";
import { test } from "node:test";
import { isAtLeast } from "../src/versions";

for (const [version, minimum, expected] of [
  ["0.1.0", "0.1.0", true],
  ["0.1", "0.1.0", true],
  ["0.10.0", "0.9.9", true],
  ["1.0.0", "0.9", true],
  ["0.0.9", "0.1.0", false],
  ["0.1.0rc1", "0.1.0", false],
  ["0.1.0.dev3", "0.1.0", false],
  ["0.2.0a1", "0.1.0", true],
  ["0.1.0.post1", "0.1.0", true],
  ["3.9.18", "3.10", false],
  ["", "0.1.0", false],
] as const) {
  test(`${version || "nothing"} is ${expected ? "" : "not "}at least ${minimum}`, () => {
    assert.equal(isAtLeast(version, minimum), expected);
  });
}
