# shellcheck shell=bash
# Installs the Debian 12 packages that are missing; packages.txt lists them by what they are needed for.
# Sourced by the scripts, from the source root.

# need GROUP…: asks no network when nothing is missing.
need() {
  if ! command -v dpkg-query >/dev/null; then
    echo "Not a Debian system: scripts/lib/packages.txt lists what has to be installed." >&2
    return
  fi
  local installed group package wanted=() missing=()
  installed=" $(dpkg-query --show --showformat '${db:Status-Status}:${Package} ')"
  for group; do
    read -r -d '' -a wanted < <(sed -n "s/^$group //p" scripts/lib/packages.txt; printf '\0')
    for package in "${wanted[@]}"; do
      [[ $installed == *" installed:$package "* ]] || missing+=("$package")
    done
  done
  [[ ${#missing[@]} -eq 0 ]] || install_packages "${missing[@]}"
}

install_packages() {
  local as_root=()
  if [[ $EUID -ne 0 ]]; then
    # sudo may ask for a password only where somebody can type one.
    if ! command -v sudo >/dev/null || { ! [[ -t 0 ]] && ! sudo -n true 2>/dev/null; }; then
      printf 'These packages are missing. As root:\n\n  apt-get install --no-install-recommends %s\n\n' "$*" >&2
      exit 1
    fi
    as_root=(sudo)
  fi
  echo "Installing: $*"
  "${as_root[@]}" apt-get update >/dev/null
  [[ " $* " != *" postgresql-15 "* ]] || prepare_postgresql
  local package services=()
  for package; do
    case $package in nats-server | redis-server | mosquitto | rabbitmq-server) services+=("$package") ;; esac
  done
  if [[ ${#services[@]} -eq 0 ]]; then install_now "$@"; else install_without_starting "${services[@]}" -- "$@"; fi
}

# install_without_starting SERVICE… -- PACKAGE…: benchmarks start servers of their own, so those that packages bring are
# neither started by the installation nor when the machine starts.
install_without_starting() {
  local policy=/usr/sbin/policy-rc.d services=() now=()
  while [[ $1 != -- ]]; do services+=("$1"); shift; done
  shift
  (
    if [[ ! -e $policy ]]; then  # whoever has put one there decides
      trap '"${as_root[@]}" rm --force "$policy"' EXIT
      printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" install --mode=755 /dev/stdin "$policy"
    fi
    install_now "$@"
  ) || return
  [[ ! -d /run/systemd/system ]] || now=(--now)
  if command -v systemctl >/dev/null; then "${as_root[@]}" systemctl disable --quiet "${now[@]}" "${services[@]}"; fi
}

install_now() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install --yes --no-install-recommends "$@" >/dev/null </dev/null
}

# The tests start servers of their own: the package shall make none.
prepare_postgresql() {
  install_now postgresql-common
  "${as_root[@]}" sed --in-place 's/^#\?create_main_cluster .*/create_main_cluster = false/' \
    /etc/postgresql-common/createcluster.conf
}
