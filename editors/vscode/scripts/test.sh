#!/bin/sh
# Everything about the extension, for `make test-editors`: checks, unit tests, the package, and that
# package in a real VS Code. Needs node and npm; PYTHON builds the server that goes into the package.
# Pictures of what was seen are in .cache/screenshots.
set -eu
cd "$(dirname "$0")/.."

scripts/install-code-server.sh "$PWD/../../.cache/editors"
npm ci --loglevel=error
npm run check
npm test
rm -f ./*.vsix
npm run package
# A hanging editor must not hang the build: -k ends what does not end by itself, and setsid makes
# a group of all of it, so that nothing is left.
setsid timeout -k 10 1500 npm run e2e &
group=$!
trap 'kill -KILL -- -"$group" 2>/dev/null || true' EXIT INT TERM
wait "$group"
