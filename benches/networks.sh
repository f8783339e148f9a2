#!/bin/sh
# Networks and aggregates beside DuckDB and scipy on the table that we export: a part of `make bench`, or
#
#     sh benches/networks.sh [--statements N …] [--runs N]
#
# Fetches the others from PyPI, builds the release, and hands over to peers/networks.py.
set -eu
cd "$(dirname "$0")/.."

target=${CARGO_TARGET_DIR:-target}
bench=$target/bench

say() { echo "bench: $*" >&2; }

. tests/peers/fetch.sh
mkdir -p "$bench"
venv "$bench/venv" || exit 1
pip "$bench/venv" numpy==2.4.6 scipy==1.17.1 duckdb==2.0.0
cargo build --release --locked --bin standpoint
exec "$bench/venv/bin/python" -B benches/peers/networks.py \
    --standpoint "$target/release/standpoint" --work "$bench/work" "$@"
