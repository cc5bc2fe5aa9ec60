#!/usr/bin/env bash
# What the image runs. Without arguments: a pod where BRIGHTRUN_RUN is set, else a worker behind RunPod's queue.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
cd "$here"
[ -x .venv/bin/python ] || { echo "start.sh: $here/.venv is missing" >&2; exit 1; }
if [ $# = 0 ]; then set -- start; fi
exec .venv/bin/python -m brightrun_worker "$@"
