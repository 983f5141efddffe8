# shellcheck shell=bash
# Configuring and compiling a preset, the same way for every script. Sourced after packages.sh, from the source root.

# compile PRESET [-DOPTION=VALUE…] [TARGET…]: into build/PRESET, all targets if none is named. An option stays set until
# it is given again: scripts/build does not undo what scripts/test asked for.
compile() {
  local preset=$1 options=() targets=() argument
  shift
  for argument; do
    if [[ $argument == -D* ]]; then options+=("$argument"); else targets+=("$argument"); fi
  done
  mkdir -p "build/$preset"
  (
    flock 9  # two commands at once take turns: Ninja does not share a folder
    export CCACHE_STATSLOG=$PWD/build/$preset/ccache.log
    : >"$CCACHE_STATSLOG"
    cmake --preset "$preset" "${options[@]}" >"build/$preset/configure.log" 2>&1 ||
      { cat "build/$preset/configure.log" >&2; exit 1; }
    cmake --build "build/$preset" --parallel 2 ${targets:+--target "${targets[@]}"}
    print_hit_rate "$CCACHE_STATSLOG"
  ) 9>"build/$preset/.lock"
}

# ccache's own counters are shared by everybody who uses the cache; its log tells what this build did.
print_hit_rate() {
  awk '/^(direct|preprocessed)_cache_hit$/ { hits++ }
       /^cache_miss$/ { misses++ }
       END { if (hits + misses) printf "ccache: %d of %d compiled files found in the cache (%d %%)\n",
                                       hits, hits + misses, 100 * hits / (hits + misses) }' "$1"
}
