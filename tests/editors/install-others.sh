#!/bin/sh
# Emacs and Vim with the packages that their tests set up, from Debian; installs them if it may.
set -eu
packages="emacs-nox elpa-eglot elpa-lsp-mode elpa-markdown-mode elpa-protobuf-mode vim vim-ale"
if ! dpkg --status $packages >/dev/null 2>&1; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends $packages
fi
