#!/bin/sh
# What is installed for systemd: `systemd-analyze verify` has nothing to say about it, and the hardening reaches each
# unit. It ends with 0 whatever it finds wrong with a key, so any output counts. Usage: systemd_units.sh BUILD_DIR
set -eu
build=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

fail() {
  echo "$1"
  exit 1
}

log=$(DESTDIR="$folder" cmake --install "$build/deploy/systemd" --component programs --prefix /usr 2>&1) || fail "$log"
units="$folder/usr/lib/systemd/system"
test -f "$folder/usr/lib/sysusers.d/fanfare.conf" || fail "no user"
# The programs are not where they will be installed; systemd wants to see them.
sed -i "s|^ExecStart=[^ ]*/|ExecStart=$FANFARE_BIN_DIR/|" "$units"/*.service
export SYSTEMD_UNIT_PATH="$units:"
for unit in fanfare.target fanfare-broker.service fanfare-accounts@1.service fanfare-persistence@1.service \
  fanfare-websocket.service fanfare-http.service fanfare-telegram@1.service; do
  said=$(systemd-analyze verify --man=no "$units/$unit" 2>&1) || fail "$unit: $said"
  test -z "$said" || fail "$unit: $said"
  case $unit in *.service) ;; *) continue ;; esac
  said=$(systemd-analyze security --offline=yes --threshold=20 --no-pager "$units/$unit" 2>&1) || fail "$unit: $said"
done
