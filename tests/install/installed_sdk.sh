#!/usr/bin/env bash
# installed_sdk.sh SOURCE BUILD   The installed SDK is all that a program needs: installs BUILD into a temporary folder,
# builds a copy of SOURCE/examples against it, outside the source tree, and runs each example against an installed broker.
set -euo pipefail
source_dir=$1 build_dir=$2
work=$(mktemp -d)
trap 'kill "${up:-}" 2>/dev/null && wait "$up" || true; rm -rf "$work"' EXIT

cmake --install "$build_dir" --prefix "$work/prefix" >"$work/install.log" || { cat "$work/install.log"; exit 1; }
cp -r "$source_dir/examples" "$work/examples"
cmake -S "$work/examples" -B "$work/build" -G Ninja -DCMAKE_PREFIX_PATH="$work/prefix" -DCMAKE_BUILD_TYPE=Release
cmake --build "$work/build" --parallel 2

port=$(/usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export FANFARE_BROKER_LISTEN=tcp://127.0.0.1:$port FANFARE_BROKER_ADDRESS=tcp://127.0.0.1:$port
export FANFARE_DATA_DIR=$work/data
cd "$work"
"$work/prefix/bin/fanfare" up &
up=$!
"$work/prefix/bin/fanfare" status --wait 30s

ctest --test-dir "$work/build" --no-tests=error --output-on-failure --timeout 60
