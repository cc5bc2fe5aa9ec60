#!/usr/bin/env bash
# Installs what is missing on a Debian machine that has Rust (packages, the worker's Python environment), then runs every test there is.
#   bash tests/all.sh            everything
#   BRIGHTRUN_REFERENCE=DIR      also the tests that compare with the platform's real files (default: ../shared, if it is there)
set -euo pipefail
cd "$(dirname "$0")/.."
step() { printf '\n== %s (%s)\n' "$1" "$(date +%T)"; }

if [ -z "${BRIGHTRUN_REFERENCE:-}" ] && [ -d ../shared/data ]; then BRIGHTRUN_REFERENCE=$(cd ../shared && pwd); fi
if [ -n "${BRIGHTRUN_REFERENCE:-}" ]; then export BRIGHTRUN_REFERENCE; BRIGHTRUN_REFERENCE=$(cd "$BRIGHTRUN_REFERENCE" && pwd); fi

step "what is missing"
need=()
# Prism, which judges the client of RunPod by the vendor's document, runs on node.
if [ -n "${BRIGHTRUN_REFERENCE:-}" ]; then
  command -v node >/dev/null || need+=(nodejs)
  command -v npm >/dev/null || need+=(npm)
fi
command -v cc >/dev/null || need+=(build-essential)
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || need+=(postgresql postgresql-contrib)
[ -x /usr/sbin/pgbouncer ] || [ -x /usr/bin/pgbouncer ] || need+=(pgbouncer)
if [ ${#need[@]} -gt 0 ]; then
  sudo=; [ "$(id -u)" = 0 ] || sudo=sudo
  $sudo apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${need[@]}"
fi
for component in rustfmt clippy; do
  cargo "${component/rust/}" --version >/dev/null 2>&1 || rustup component add "$component"
done
cargo nextest --version >/dev/null 2>&1 || cargo install cargo-nextest --locked
echo "nothing more"

unset NO_COLOR DATABASE_URL COLORTERM || true

step "format"
cargo fmt --all --check

step "lints"
cargo clippy --workspace --all-targets --locked -- -D warnings

step "the worker's Python environment (worker/.venv), without which tests that train say SKIPPED"
bash worker/setup.sh

step "RunPod's worker loop on top of it (worker/.venv-rented), without which tests of rented machines say SKIPPED"
bash worker/setup-rented.sh

step "other trainers' loggers on top of it, without which tests/foreign.rs says SKIPPED"
bash tests/python/setup.sh

# Everything is there now: a test that finds something missing has failed.
export BRIGHTRUN_NO_SKIPS=1

step "tests"
cargo nextest run --workspace --locked --no-fail-fast

# What compares with the platform's files says so in its name; everything else that takes minutes needs nothing.
reference='binary(=reference) | binary(=platform) | test(/(^|::)reference(_|::)/)'
step "long tests: crashes, killed runs, failures, large stores and runs, a thousand bad files"
cargo nextest run --workspace --locked --no-fail-fast --run-ignored only --profile long -E "not ($reference)"

if [ -n "${BRIGHTRUN_REFERENCE:-}" ]; then
  step "Prism (target/prism), without which the tests of the client of RunPod fail"
  bash tests/prism.sh
  step "tests against the platform's files in $BRIGHTRUN_REFERENCE"
  cargo nextest run --workspace --locked --no-fail-fast --run-ignored only --profile long -E "$reference"
fi

step "the worker: its tests"
bash worker/test.sh

step "documentation"
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked --quiet

step "done"
