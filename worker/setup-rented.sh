#!/usr/bin/env bash
# Makes worker/.venv-rented: RunPod's worker loop on top of worker/.venv, which has to be there; ends at once when it is current.
# Only the tests and rented machines need it (in the image both locks lie in one environment, see Dockerfile).
set -euo pipefail
cd "$(dirname "$0")"
[ -x .venv/bin/python ] || { echo "setup-rented.sh: $PWD/.venv is missing; run setup.sh first" >&2; exit 1; }
below=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
wanted="$(cat setup-rented.sh requirements-rented.lock .venv/current | sha256sum) $PWD"
if [ "$(cat .venv-rented/current 2>/dev/null)" = "$wanted" ]; then exit 0; fi
echo "setup-rented.sh: making $PWD/.venv-rented on top of $PWD/.venv" >&2
rm -rf .venv-rented
.venv/bin/uv venv --quiet --python .venv/bin/python .venv-rented
.venv/bin/uv pip install --quiet --python .venv-rented/bin/python --require-hashes --no-deps -r requirements-rented.lock
# This package first: what lies in the environment below may belong to another checkout.
printf '%s\n%s\n' "$PWD" "$below" > "$(.venv-rented/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/worker.pth"
echo "$wanted" > .venv-rented/current
