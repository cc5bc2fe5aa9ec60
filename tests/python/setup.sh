#!/usr/bin/env bash
# Makes tests/python/.venv: other trainers' loggers on top of the worker's environment, which has to be there; ends at once when it is current.
set -euo pipefail
cd "$(dirname "$0")"
worker=$(cd ../../worker && pwd -P)/.venv
[ -x "$worker/bin/python" ] || { echo "setup.sh: $worker is missing; run worker/setup.sh first" >&2; exit 1; }
below=$("$worker/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
wanted="$(cat setup.sh requirements.lock "$worker/current" | sha256sum) $PWD"
if [ "$(cat .venv/current 2>/dev/null)" = "$wanted" ]; then exit 0; fi
echo "setup.sh: making $PWD/.venv on top of $worker" >&2
rm -rf .venv
"$worker/bin/uv" venv --quiet --python "$worker/bin/python" .venv
"$worker/bin/uv" pip install --quiet --python .venv/bin/python --require-hashes --no-deps -r requirements.lock
echo "$below" > "$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/worker.pth"
echo "$wanted" > .venv/current
