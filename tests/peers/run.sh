#!/bin/sh
# Our shapes and questions beside other engines, on the same data: `make test-peers`.
#
# Fetches pySHACL and the oxigraph command from PyPI and Jena and Virtuoso from Debian, none of which
# needs a compiler, and hands over to compare.py (shapes) and questions.py (questions). With STANDPOINT_PEERS_CRATE=1 also the crate `shacl`, which takes minutes to
# build and is no part of the program. What is fetched stays below the target directory.
#
# A machine without pip or apt misses a peer, and is told so; anything else that is wrong is an error.
set -eu
cd "$(dirname "$0")/../.."

target=${CARGO_TARGET_DIR:-target}
peers=$target/peers
version=0.40.1
# That of the engine in Cargo.toml.
oxigraph=0.5.13
mkdir -p "$peers"

say() { echo "peers: $*" >&2; }

. tests/peers/fetch.sh
venv=$peers/venv
venv "$venv" || exit 0
pip "$venv" "pyshacl==$version" "oxigraph==$oxigraph"

# Jena: the package has everything but Java, and its copy of Xerces looks for its messages in
# another folder than they are in.
has_jena() { command -v java >/dev/null && dpkg -s libapache-jena-java >/dev/null 2>&1; }
if ! has_jena && command -v apt-get >/dev/null; then
    packages=libapache-jena-java
    command -v java >/dev/null || packages="$packages default-jre-headless"
    debian "$peers/apt.log" Jena $packages || exit 1
fi
jena=
if has_jena; then
    if [ ! -d "$peers/jena/xerces" ]; then
        rm -rf "$peers/jena" && mkdir -p "$peers/jena"
        python3 - "$peers/jena" <<'EOF'
import pathlib, sys, zipfile
folder = "org/apache/jena/ext/xerces/"
with zipfile.ZipFile("/usr/share/java/jena-core.jar") as jar:
    for name in jar.namelist():
        if name.startswith(folder) and name.endswith(".properties"):
            file = pathlib.Path(sys.argv[1], "xerces", name[len(folder):])
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(jar.read(name))
EOF
    fi
    needs=$(dpkg-query -f '${Depends}' -W libapache-jena-java | tr ',' '\n' | awk '{print $1}')
    jars=$(dpkg-query -L libapache-jena-java libhttpcore-java libcommons-logging-java \
        libjackson2-annotations-java $needs 2>/dev/null | grep -E '^/usr/share/java/[^/]*\.jar$' |
        # One logger, and the silent one.
        grep -vE 'slf4j-(log4j12|simple|jcl|jdk14|migrator|ext)|over-slf4j|jul-to' | tr '\n' ':')
    jena=$peers/jena:$jars
else
    say 'neither Jena nor apt to install it with, so Jena is left out'
fi

virtuoso=$(virtuoso "$peers/apt.log")

crate=
if [ "${STANDPOINT_PEERS_CRATE:-0}" = 1 ]; then
    cargo build --release --quiet --manifest-path tests/peers/shacl/Cargo.toml --target-dir "$peers/crate"
    crate=$peers/crate/release/shacl-peer
fi

cargo build --locked --quiet --bin standpoint
cargo build --locked --quiet -p xtask --bin outcomes
"$venv/bin/python" -B tests/peers/questions.py --standpoint "$target/debug/standpoint" \
    --oxigraph "$venv/bin/oxigraph" --jena "$jena" --virtuoso "$virtuoso" --work "$peers/questions"
exec "$venv/bin/python" -B -W ignore tests/peers/compare.py --standpoint "$target/debug/standpoint" \
    --ours "$target/debug/outcomes" --jena "$jena" --crate "$crate" --work "$peers/work" "$@"
