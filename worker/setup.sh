#!/usr/bin/env bash
# Makes worker/.venv from nothing; ends at once when it is current. Needs Debian or any machine with python >= 3.11.
set -euo pipefail
cd "$(dirname "$0")"

locks=(requirements-setup.lock requirements.lock)
if command -v nvidia-smi >/dev/null; then locks+=(requirements-cuda.lock); fi
wanted=$(cat setup.sh "${locks[@]}" | sha256sum)
if [ "$(cat .venv/current 2>/dev/null)" = "$wanted $PWD" ]; then exit 0; fi

# A python that is new enough and can make environments.
fits() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
find_python() {
    local name
    for name in python3.13 python3.12 python3.11 python3; do
        if command -v "$name" >/dev/null && fits "$name"; then echo "$name"; return; fi
    done
    return 1
}
if ! python=$(find_python); then
    sudo=; [ "$(id -u)" = 0 ] || sudo=sudo
    $sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq python3-venv >&2
    python=$(find_python) || { echo "setup.sh: no python >= 3.11 with venv, and none to install" >&2; exit 1; }
fi

echo "setup.sh: making $PWD/.venv with $("$python" --version)" >&2
rm -rf .venv
"$python" -m venv .venv
.venv/bin/pip --disable-pip-version-check --quiet install --require-hashes -r requirements-setup.lock
for lock in "${locks[@]:1}"; do
    .venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes --no-deps -r "$lock"
done
# The package is used where it lies.
echo "$PWD" > "$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/brightrun_worker.pth"
echo "$wanted $PWD" > .venv/current
