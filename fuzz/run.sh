#!/bin/sh
# Runs fuzz targets, each for FUZZ_SECONDS (600): `sh fuzz/run.sh [TARGET…]`. What is found is left
# in fuzz/artifacts/, to be mended and to become a fixture of tests/hostile/.
set -eu
cd "$(dirname "$0")/.."
seconds=${FUZZ_SECONDS:-600}
toolchain=${FUZZ_TOOLCHAIN:-nightly}
[ $# -gt 0 ] || set -- sheet coded_text rdf question query verify edtf revision

cargo "+$toolchain" fuzz --version >/dev/null 2>&1 || {
  echo "Fuzzing takes \`cargo install cargo-fuzz --locked\` and \`rustup toolchain install $toolchain\`." >&2
  exit 1
}

# A first byte says to `sheet` and `rdf` which format the rest is in.
seed() { # TARGET BYTE FILE…
  target=$1; byte=$2; shift 2
  for file; do
    [ -f "$file" ] || continue
    name=$byte-$(echo "$file" | tr / -)
    { printf "\\0$byte"; head -c 20000 "$file"; } > "fuzz/corpus/$target/$name"
  done
}

for target; do
  mkdir -p "fuzz/corpus/$target" fuzz/log
  case $target in
    sheet)
      seed sheet 054 data/*/*.yaml tests/fixtures/bad/*.yaml tests/fixtures/hostile/*.yaml
      seed sheet 000 tests/fixtures/good/*.yaml.gz
      seed sheet 004 tests/fixtures/good/*.yaml.zst
      seed sheet 055 tests/fixtures/bad/*.json tests/fixtures/hostile/*.json
      seed sheet 056 tests/fixtures/bad/*.jsonl tests/fixtures/hostile/*.jsonl
      seed sheet 057 tests/fixtures/bad/*.csv tests/fixtures/hostile/*.csv ;;
    rdf)
      for at in 0:ttl 1:trig 2:nt 3:nq 4:rdf 5:jsonld; do
        seed rdf "00${at%:*}" tests/fixtures/*/*."${at#*:}" tests/export/*."${at#*:}"
      done ;;
    query | question) cp queries/*.rq "fuzz/corpus/$target" ;;
  esac
  [ ! -d "fuzz/seeds/$target" ] || cp "fuzz/seeds/$target"/* "fuzz/corpus/$target"
  echo "$target: $seconds seconds"
  # A trial longer than 10 s, or that takes 2 GB, is a finding too.
  cargo "+$toolchain" fuzz run --release --debug-assertions "$target" -- -max_total_time="$seconds" \
    -timeout=10 -rss_limit_mb=2048 -max_len=20000 -print_final_stats=1 > "fuzz/log/$target" 2>&1 || {
    tail -n 30 "fuzz/log/$target" >&2
    echo "$target: a finding; see fuzz/log/$target and fuzz/artifacts/$target" >&2
    exit 1
  }
  grep -E 'number_of_executed_units|peak_rss' "fuzz/log/$target"
done
