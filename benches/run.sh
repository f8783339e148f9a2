#!/bin/sh
# Standpoint beside the real oxigraph command, on the same data, in one run:
#
#     sh benches/run.sh [--runs N] [--positions N …] [--markdown]
#
# Builds the release, fetches oxigraph's own binary from PyPI (no compiler needed) into a virtual
# environment below the target directory, and hands over to peers.py. Nothing is left elsewhere.
set -eu
cd "$(dirname "$0")/.."

target=${CARGO_TARGET_DIR:-target}
venv=$target/bench/venv
version=0.5.13

if [ "$("$venv/bin/oxigraph" --version 2>/dev/null)" != "oxigraph $version" ]; then
    rm -rf "$venv"
    mkdir -p "$target/bench"
    if ! python3 -m venv "$venv"; then
        rm -rf "$venv"
        echo "bench: Python cannot make a virtual environment;" >&2
        echo "       on Debian and Ubuntu: apt-get install python3-venv" >&2
        exit 1
    fi
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "oxigraph==$version"
fi

cargo build --release --locked --bin standpoint --example generate
exec "$venv/bin/python" benches/peers.py \
    --standpoint "$target/release/standpoint" --generate "$target/release/examples/generate" \
    --oxigraph "$venv/bin/oxigraph" --work "$target/bench/work" "$@"
