// How settings change what is shown.
import assert from "node:assert/strict";
import { test } from "node:test";
import { rule, shown } from "../src/findings";

function finding(code: unknown, verdict = "declared"): { severity: number; code: unknown; data: unknown } {
  return { severity: 0, code, data: { verdict } };
}

test("a rule is its code, with or without a link to its page", () => {
  assert.equal(rule(finding("wrong-package")), "wrong-package");
  assert.equal(rule(finding({ value: "wrong-package", target: "https://example.com" })), "wrong-package");
  assert.equal(rule(finding(7)), "");
});

const ALL = { severity: {}, inference: true, showBaselined: true };

test("severities are replaced, and rules turned off", () => {
  const wishes = { ...ALL, severity: { "wrong-package": "hint", "stale-audit-row": "off" } } as const;
  const found = shown([finding("wrong-package"), finding("stale-audit-row"), finding("map-invalid")], wishes);
  assert.deepEqual(found.map((each) => [each.code, each.severity]), [["wrong-package", 3], ["map-invalid", 0]]);
});

test("what was inferred is left out on request", () => {
  const found = [finding("wrong-package", "inferred"), finding("wrong-package")];
  assert.equal(shown(found, { ...ALL, inference: false }).length, 1);
  assert.equal(shown(found, ALL).length, 2);
});

test("what the baseline accepts is left out on request, and stays quiet", () => {
  const accepted = { severity: 2, code: "wrong-package", data: { baselined: true } };
  assert.deepEqual(shown([accepted], { ...ALL, severity: { "wrong-package": "error" } }), [accepted]);
  assert.equal(accepted.severity, 2);
  assert.deepEqual(shown([accepted], { ...ALL, showBaselined: false }), []);
});
