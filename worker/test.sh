#!/usr/bin/env bash
# Makes the environment where needed and runs the worker's tests. Arguments go to pytest.
set -euo pipefail
cd "$(dirname "$0")"
bash setup.sh
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-2}
exec .venv/bin/python -m pytest "$@"
