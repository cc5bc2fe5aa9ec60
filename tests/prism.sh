#!/usr/bin/env bash
# Puts Prism, which plays a server from an OpenAPI document, and the node that it wants into target/prism; ends at once when they are there.
# Needs npm and any node.
set -euo pipefail
cd "$(dirname "$0")/.."
node="node-$(node -p 'process.platform + "-" + process.arch')"
wanted="$node@24.22.3 @stoplight/prism-cli@5.16.0"
if [ "$(cat target/prism/current 2>/dev/null)" = "$wanted" ]; then exit 0; fi
echo "prism.sh: installing $wanted into target/prism" >&2
rm -rf target/prism
mkdir -p target/prism
# shellcheck disable=SC2086
npm install --silent --no-fund --no-audit --ignore-scripts --prefix target/prism $wanted
ln -s "node_modules/$node/bin/node" target/prism/node
ln -s node_modules/@stoplight/prism-cli/dist/index.js target/prism/prism.js
echo "$wanted" > target/prism/current
