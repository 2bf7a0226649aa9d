#!/bin/sh
# make demo: check the example tree, then a copy of it with two contracts in the wrong place.
set -eu
cd "$(dirname "$0")/.."

venv=build/demo
frozen=proto/openagents/protocol/v1/digests.proto
stray=proto/openagents/sync/v1/receipts.proto

say() { printf '\n== %s\n' "$*"; }

say "Installing protohome into $venv"
"${PYTHON:-python3}" -m venv "$venv"
"$venv/bin/python" -m pip --disable-pip-version-check -qq install .
PATH="$PWD/$venv/bin:$PATH"
protohome --version

say "examples/openagents: every contract is at home, or a shim that its map knows"
cd examples/openagents
protohome check

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp -R . "$scratch"
cd "$scratch"

say "A copy with two new files: $frozen"
tee "$frozen" <<'PROTO'
syntax = "proto3";

package openagents.protocol.v1;

// Asks for the daily digest of an organisation to be sent.
message CommsDigestIntent {
  string org_id = 1;
  string template_id = 2;
}
PROTO
say "and $stray"
tee "$stray" <<'PROTO'
syntax = "proto3";

package openagents.sync.v1;

// Proof that a worker's run was accepted by the runtime.
message RuntimeAuthorityReceipt {
  string run_id = 1;
  string receipt_id = 2;
}
PROTO

say "protohome check"
code=0
protohome check >findings 2>summary || code=$?
cat findings summary
say "(exit code $code)"

say "protohome explain openagents.sync.v1.RuntimeAuthorityReceipt"
protohome explain openagents.sync.v1.RuntimeAuthorityReceipt

receipt=openagents.sync.v1.RuntimeAuthorityReceipt
say "protohome move $receipt openagents.runtime.v1"
protohome move "$receipt" openagents.runtime.v1
grep -n "RuntimeAuthorityReceipt" -B1 -r proto

say "protohome check: only the contract in the frozen package is left"
protohome check >left 2>summary || true
cat left summary

test "$code" -eq 1
test ! -e "$stray"
! grep -q wrong-package left
grep -q "^$frozen:6:9: error: .*openagents.control.v1.*\[frozen-package-addition\]" findings
grep -q "^$stray:6:9: .*\[wrong-package\]" findings
