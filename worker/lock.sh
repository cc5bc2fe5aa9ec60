#!/usr/bin/env bash
# Writes the lock files anew from pyproject.toml. For developers, after a change of versions.
set -euo pipefail
cd "$(dirname "$0")"
uv() { .venv/bin/uv "$@"; }
compile() { uv pip compile --quiet --generate-hashes --python-version 3.11 --no-annotate --no-header "$@"; }
compile pyproject.toml --extra test --output-file requirements.lock
# bitsandbytes alone: all that it needs is in requirements.lock.
compile pyproject.toml --extra cuda --extra test --output-file .venv/all.lock
awk '/^[^ ]/ {mine = /^bitsandbytes==/} mine' .venv/all.lock > requirements-cuda.lock
# What a rented machine needs beside requirements.lock, in the versions that fit it.
compile pyproject.toml --extra rented --constraint requirements.lock --output-file .venv/all.lock
awk 'FNR == NR { if (/^[^ ]/) have[$1] = 1; next } /^[^ ]/ { mine = !($1 in have) } mine' \
    requirements.lock .venv/all.lock > requirements-rented.lock
echo "uv==$(uv --version | cut -d' ' -f2)" | compile - --output-file requirements-setup.lock
