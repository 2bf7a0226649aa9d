#!/bin/sh
# A real VS Code for the tests: code-server 4.100.3 (VS Code 1.100.3), from npm and Debian only.
# usage: install-code-server.sh DIR    needs node 20 and npm; installs chromium and ripgrep if it may
# Later versions of code-server want node 24; earlier ones fetch from elsewhere.
set -eu
if ! command -v chromium >/dev/null || ! command -v rg >/dev/null; then
    apt-get update -qq
    apt-get install -qq --yes --no-install-recommends chromium fonts-dejavu-core ripgrep
fi
mkdir -p "$1"
cd "$1"
[ ! -e installed ] || exit 0
echo '{"private": true, "dependencies": {"code-server": "4.100.3"}}' >package.json
# Its install script would fetch from elsewhere and compile.
export npm_config_ignore_scripts=true npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
npm install --no-package-lock --loglevel=error
code=$PWD/node_modules/code-server/lib/vscode
# Its lock file lacks a peer dependency.
(cd "$code" && npm ci --omit=dev --legacy-peer-deps --loglevel=error)
# argon2 is the only native module needed at start, and hashes passwords: unused with --auth none.
rm -rf node_modules/argon2
mkdir node_modules/argon2
echo '{"name": "argon2", "version": "0.31.2", "main": "index.js"}' >node_modules/argon2/package.json
echo 'exports.hash = exports.verify = async () => { throw new Error("no passwords here") }' >node_modules/argon2/index.js
mkdir -p "$code/node_modules/@vscode/ripgrep/bin"
ln -sf "$(command -v rg)" "$code/node_modules/@vscode/ripgrep/bin/rg"
ln -sfn node_modules "$code/node_modules.asar"
ln -sf code-linux.sh "$code/bin/remote-cli/code-server"
ln -sf browser-linux.sh "$code/bin/helpers/browser.sh"
touch installed
