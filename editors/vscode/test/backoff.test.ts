import assert from "node:assert/strict";
import { test } from "node:test";
import { crashed, DELAYS, WINDOW } from "../src/backoff";

test("each new start waits longer, and the last crash ends it", () => {
  let crashes: number[] = [];
  const waits = [...DELAYS, undefined].map((_, at) => {
    const [next, wait] = crashed(crashes, at * 100);
    crashes = next;
    return wait;
  });
  assert.deepEqual(waits, [...DELAYS, undefined]);
});

test("old crashes are forgiven", () => {
  const [crashes, wait] = crashed([0, 1, 2, 3, 4], WINDOW + 3);
  assert.deepEqual(crashes, [4, WINDOW + 3]);
  assert.equal(wait, DELAYS[1]);
});
