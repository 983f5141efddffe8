#!/bin/sh
# together.sh DIRECTORY   Runs the examples of DIRECTORY with each other, on the broker at FANFARE_BROKER_ADDRESS.
set -eu
bin=$1
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT

# Waits until FILE says TEXT, at most 10 seconds.
said() {
  for _ in $(seq 100); do
    if grep -qs "$2" "$1"; then return 0; fi
    sleep 0.1
  done
  echo "\"$2\" did not come:" && cat "$1" && return 1
}

"$bin/subscribe" 'example.*' 1 >"$work/subscribe" 2>&1 &
said "$work/subscribe" subscribed
"$bin/publish" example.hello hi
said "$work/subscribe" 'example.hello: hi'

"$bin/publish" chat.example one
"$bin/durable" chat.example "$work/position" >"$work/durable"
grep -q 'chat.example: one' "$work/durable"
"$bin/publish" chat.example two
test "$("$bin/durable" chat.example "$work/position")" = 'chat.example: two'
test "$("$bin/work" example 'chat.example' 2 | tail -n 1)" = 'chat.example: two'

"$bin/serve" example.shout 1 >"$work/serve" 2>&1 &
said "$work/serve" serving
test "$("$bin/request" example.shout hi)" = HI

"$bin/presence" example.one 'example.*' example.two >"$work/presence" 2>&1 &
said "$work/presence" 'example.one is online'
"$bin/presence" example.two 'example.*' example.one >/dev/null
said "$work/presence" 'example.two is online'
wait
