#!/usr/bin/env bash
# Puts Prism, which plays a server from an OpenAPI document, into target/prism; ends at once when it is there. Needs node and npm.
set -euo pipefail
cd "$(dirname "$0")/.."
version=5.16.0
if [ "$(cat target/prism/version 2>/dev/null)" = "$version" ]; then exit 0; fi
echo "prism.sh: installing Prism $version into target/prism" >&2
rm -rf target/prism
mkdir -p target/prism
npm install --silent --no-fund --no-audit --ignore-scripts --prefix target/prism "@stoplight/prism-cli@$version"
echo "$version" > target/prism/version
