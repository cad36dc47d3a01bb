#!/usr/bin/env bash
# Set up a real VS Code (code-server, by npm) in DIR, unless it is there, and run e2e.mjs in it.
# Usage: e2e.sh DIR [PICTURE.png], or e2e.sh --setup DIR for the set-up alone.
# Needs node, npm, and Debian's chromium and ripgrep (installed by apt-get when run as root).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
alone=
[ "${1:-}" != --setup ] || { alone=yes; shift; }
dir=${1:?usage: e2e.sh [--setup] DIR [PICTURE.png]}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
command -v chromium >/dev/null && command -v rg >/dev/null ||
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium ripgrep libkrb5-dev libx11-dev libxkbfile-dev libsecret-1-dev >/dev/null
if [ ! -e "$dir/ready" ]; then
  cd "$dir"
  npm install --ignore-scripts --no-audit --no-fund code-server playwright-core
  npm rebuild argon2
  cd node_modules/code-server/lib/vscode
  npm install --omit=dev --ignore-scripts --no-audit --no-fund
  (cd extensions && npm install --omit=dev --ignore-scripts --no-audit --no-fund)
  for module in @vscode/spdlog native-watchdog @parcel/watcher; do
    npm rebuild "$module" >/dev/null 2>&1 || echo "not built, VS Code starts without it: $module" >&2
  done
  mkdir -p node_modules/@vscode/ripgrep/bin
  ln -sf "$(command -v rg)" node_modules/@vscode/ripgrep/bin/rg
  touch "$dir/ready"
fi
cd "$here"
[ -e writing-assistant.vsix ] || make -C ../.. vsix
[ -z "$alone" ] || exit 0
exec node e2e.mjs "$dir" "$here/writing-assistant.vsix" "$here/../../drafts" "$here/../../.venv/bin/assistant" ${2:+"$2"}
