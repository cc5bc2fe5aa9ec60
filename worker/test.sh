#!/usr/bin/env bash
# Makes the environments where needed and runs the worker's tests. Arguments go to pytest.
set -euo pipefail
cd "$(dirname "$0")"
bash setup.sh
bash setup-rented.sh
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-2}
exec .venv-rented/bin/python -m pytest "$@"
