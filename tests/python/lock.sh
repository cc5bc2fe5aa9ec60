#!/usr/bin/env bash
# Writes requirements.lock anew from requirements.in. For developers, after a change of versions here or in the worker's lock.
set -euo pipefail
cd "$(dirname "$0")"
worker=../../worker
all=$(mktemp)
trap 'rm -f "$all"' EXIT
"$worker/.venv/bin/uv" pip compile --quiet --generate-hashes --python-version 3.11 --no-annotate --no-header \
  --constraint "$worker/requirements.lock" requirements.in --output-file "$all"
# What the worker's environment has is used from there: the same versions, once.
awk 'FNR == NR { if (/^[^ ]/) have[$1] = 1; next } /^[^ ]/ { mine = !($1 in have) } mine' "$worker/requirements.lock" "$all" > requirements.lock
