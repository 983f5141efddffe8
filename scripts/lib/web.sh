# shellcheck shell=bash
# Building the page with npm, beside CMake, the same way for every script. Sourced after packages.sh, from the source
# root. Each step is skipped while its inputs are what they were: a second run needs neither time nor network.

# build_page: from web/ into web/dist, where fanfare-http finds it.
build_page() {
  need_node
  take_turns npm_install web
  take_turns npm_build web
}

# Node.js and npm: Debian's, or whatever other is there (the packages of Node.js itself hold both and exclude Debian's).
need_node() {
  if ! command -v node >/dev/null || ! command -v npm >/dev/null; then need web; fi
}

# npm_install FOLDER: exactly what its package-lock.json names, into FOLDER/node_modules.
npm_install() {
  local lock
  lock=$(sha256sum <"$1/package-lock.json")
  if is_stamp "$1/node_modules/.installed" "$lock"; then return; fi
  echo "Installing the npm packages of $1"
  (cd "$1" && npm ci --silent) || { echo "npm ci failed in $1: it has to reach the npm registry once." >&2; return 1; }
  echo "$lock" >"$1/node_modules/.installed"
}

# npm_build FOLDER: into FOLDER/dist.
npm_build() {
  local sources
  sources=$(find "$1" \( -name node_modules -o -name dist \) -prune -o -type f -print0 | sort -z |
    xargs -0 sha256sum | sha256sum)
  if [[ -e $1/dist/index.html ]] && is_stamp "$1/node_modules/.built" "$sources"; then return; fi
  (cd "$1" && npm run --silent build -- --logLevel warn)
  echo "$sources" >"$1/node_modules/.built"
}

is_stamp() {
  [[ -e $1 && $(<"$1") == "$2" ]]
}

# Two scripts at once don't write the same folder.
take_turns() {
  mkdir -p build
  (
    flock 9
    "$@"
  ) 9>build/.web.lock
}
