#!/bin/sh
# Standpoint beside other engines, on the same data, in one run: `make bench-peers`, or
#
#     sh benches/run.sh [--standpoint PROGRAM] [--generate PROGRAM] [--positions N …] [--engines NAME …] …
#
# Fetches the others from PyPI and Debian, none of which needs a compiler, builds the release unless
# told which program to take, and hands over to peers/bench.py, whose --help has all options. What is
# fetched and made stays below the target directory; an engine that cannot be had is left out.
#
# Options that may have several values (--positions, --engines, --sheets, --only) end with the next one.
set -eu
cd "$(dirname "$0")/.."

target=${CARGO_TARGET_DIR:-target}
bench=$target/bench
# That of the engine in Cargo.toml.
oxigraph=0.5.13

say() { echo "bench: $*" >&2; }

. tests/peers/fetch.sh
mkdir -p "$bench"

# asked NAME ARGUMENT …: whether that engine is to be compared with; all are where nobody says.
asked() {
    name=$1 said='' listing=''
    shift
    for word; do
        case $word in
        --engines) said=1 listing=1 ;;
        -*) listing='' ;;
        "$name") [ -z "$listing" ] || return 0 ;;
        esac
    done
    [ -z "$said" ]
}

venv "$bench/venv" || exit 1
asked oxigraph "$@" && pip "$bench/venv" "oxigraph==$oxigraph"
asked 'oxigraph in memory' "$@" && pip "$bench/venv" "pyoxigraph==$oxigraph"
asked sparq "$@" && pip "$bench/venv" sparq-rdf==0.1.6
asked maplib "$@" && pip "$bench/venv" maplib==0.20.26
asked duckdb "$@" && pip "$bench/venv" duckdb==2.0.0
command=$bench/venv/bin/oxigraph
[ -x "$command" ] || command=
server=
if asked virtuoso "$@"; then server=$(virtuoso "$bench/apt.log"); fi

# Only what is not given is built.
given() {
    name=$1
    shift
    for word; do
        case $word in "$name" | "$name"=*) return 0 ;; esac
    done
    return 1
}
given --standpoint "$@" || cargo build --release --locked --bin standpoint
given --generate "$@" || cargo build --release --locked -p xtask --bin generate

exec "$bench/venv/bin/python" -B benches/peers/bench.py \
    --standpoint "$target/release/standpoint" --generate "$target/release/generate" \
    --oxigraph "$command" --virtuoso "$server" --work "$bench/work" "$@"
