#!/bin/sh
# Our shapes, questions and queries beside other engines, on the same data: `make test-peers`.
#
# `sh tests/peers/run.sh PART…` runs the parts it names, without one all of them; each takes two minutes
# at most. Peers are fetched from PyPI, npm and Debian and need no compiler; they stay below the target
# directory.
#
#   questions  the golden answers, asked of the oxigraph command, of Jena and of Virtuoso
#   shapes     the shapes, held against pySHACL and Jena, with STANDPOINT_PEERS_CRATE=1 also against
#              the crate `shacl`, which takes minutes to build and is no part of the program
#   jena       thousands of random queries over graphs of odd spellings, answered by Jena
#              (STANDPOINT_JENA_PAIRS, STANDPOINT_DIFFERENTIAL_SEED)
#   networks   every format of networks, read by networkx, igraph, graphology, Graphviz and ndex2
#   serve      the server, asked by rdflib, SPARQLWrapper, Jena, curl, pandas and oxigraph, 10,000 times
#   tables     CSV, workbooks and Parquet, read by frictionless, pandas, openpyxl, DuckDB and pyarrow; JSON-LD by
#              rdflib and pyld, databases of DNA by SQLite and our import, projects of REFI-QDA by qualitative-coding,
#              Cypher by ladybug, references by citeproc
#   browser    the pages in chromium: an article coded by keyboard and mouse, contrast and roles by axe-core
#   nanopubs   trusty URIs of nanopublications, checked by the package nanopub
#   measures   communities beside leidenalg, alpha beside krippendorff, clusters beside scipy, layouts beside networkx,
#              networks and aggregates beside scipy, networkx and DuckDB on exported Parquet
#
# A machine without pip or apt misses a peer, and is told so; anything else that is wrong is an error.
set -eu
cd "$(dirname "$0")/../.."

all='questions shapes jena networks tables nanopubs serve measures browser'
parts=${*:-$all}
for part in $parts; do
    case " $all " in
    *" $part "*) ;;
    *)
        echo "peers: no part \`$part\`; the parts are: $all" >&2
        exit 2
        ;;
    esac
done

target=${CARGO_TARGET_DIR:-target}
peers=$target/peers
version=0.40.1
# That of the engine in Cargo.toml.
oxigraph=0.5.13
mkdir -p "$peers"

say() { echo "peers: $*" >&2; }

. tests/peers/fetch.sh

case " $parts " in
*' questions '* | *' shapes '* | *' jena '* | *' serve '*)
    jena=$(jena "$peers")
    [ -n "$jena" ] || say 'Jena is left out'
    ;;
esac

# Asks for what several parts need, once.
python() {
    venv "$peers/venv" || exit 0
    pip "$peers/venv" "pyshacl==$version" "oxigraph==$oxigraph"
    cargo build --locked --quiet --bin standpoint
    cargo build --locked --quiet -p xtask --bin outcomes
}

questions() {
    python
    "$peers/venv/bin/python" -B tests/peers/questions.py --standpoint "$target/debug/standpoint" \
        --oxigraph "$peers/venv/bin/oxigraph" --jena "$jena" --virtuoso "$(virtuoso "$peers/apt.log")" \
        --work "$peers/questions"
}

shapes() {
    python
    crate=
    if [ "${STANDPOINT_PEERS_CRATE:-0}" = 1 ]; then
        cargo build --release --quiet --manifest-path tests/peers/shacl/Cargo.toml --target-dir "$peers/crate"
        crate=$peers/crate/release/shacl-peer
    fi
    "$peers/venv/bin/python" -B -W ignore tests/peers/compare.py --standpoint "$target/debug/standpoint" \
        --ours "$target/debug/outcomes" --jena "$jena" --crate "$crate" --work "$peers/work"
}

jena_queries() {
    [ -n "$jena" ] || return 0
    has_javac "$peers" || return 0
    mkdir -p "$peers/answer"
    javac -nowarn -d "$peers/answer" -cp "$jena" tests/peers/jena/Answer.java
    STANDPOINT_JENA=$peers/answer:$jena \
        cargo test --locked --quiet --test differential -- jena/
}

networks() {
    venv "$peers/venv" || return 0
    pip "$peers/venv" networkx==3.6.1 igraph==1.0.0 ndex2==3.12.0 numpy==2.4.6
    cargo build --locked --quiet --bin standpoint
    graphviz=
    if command -v dot >/dev/null || debian "$peers/apt.log" Graphviz graphviz; then graphviz=--graphviz; fi
    "$peers/venv/bin/python" -B tests/peers/networks.py --standpoint "$target/debug/standpoint" $graphviz \
        --npm "$(npm_packages "$peers/npm" graphology@0.26.0 graphology-gexf@0.13.2)" \
        --work "$peers/networks"
}

serve() {
    venv "$peers/venv" || return 0
    pip "$peers/venv" rdflib==7.6.0 SPARQLWrapper==2.0.0 pandas==3.1.1 "oxigraph==$oxigraph"
    cargo build --locked --quiet --bin standpoint
    "$peers/venv/bin/python" -B -W ignore tests/peers/serve.py --standpoint "$target/debug/standpoint" \
        --oxigraph "$peers/venv/bin/oxigraph" --jena "$jena" --work "$peers/serve"
}

tables() {
    venv "$peers/venv" || return 0
    pip "$peers/venv" frictionless==5.21.0 pandas==3.1.1 openpyxl==3.1.5 duckdb==2.0.1 pyarrow==26.0.1 \
        rdflib==7.6.0 PyLD==3.3.0 citeproc-py==0.11.1 ladybug==0.22.0 qualitative-coding==1.7.8
    cargo build --locked --quiet --bin standpoint
    "$peers/venv/bin/python" -B -W ignore tests/peers/tables.py --standpoint "$target/debug/standpoint" \
        --work "$peers/tables"
    "$peers/venv/bin/python" -B -W ignore tests/peers/documents.py --standpoint "$target/debug/standpoint" \
        --work "$peers/documents" --reference ../shared/data
}

measures() {
    venv "$peers/venv" || return 0
    pip "$peers/venv" numpy==2.4.6 scipy==1.17.1 networkx==3.6.1 igraph==1.0.0 leidenalg==0.12.0 \
        krippendorff==0.9.0 duckdb==2.0.1
    cargo build --locked --quiet --bin standpoint
    cargo build --locked --quiet -p xtask --bin measures
    "$peers/venv/bin/python" -B -W ignore tests/peers/measures.py --standpoint "$target/debug/standpoint" \
        --measures "$target/debug/measures" --reference ../shared/data --work "$peers/measures"
}

nanopubs() {
    venv "$peers/venv" || return 0
    pip "$peers/venv" nanopub==2.0.1 frictionless==5.21.0 pandas==3.1.1 openpyxl==3.1.5 duckdb==2.0.1 pyarrow==26.0.1
    cargo build --locked --quiet --bin standpoint
    "$peers/venv/bin/python" -B -W ignore tests/peers/nanopubs.py --standpoint "$target/debug/standpoint" \
        --work "$peers/nanopubs"
}

browser() {
    chromium=$(browser_program "$peers/apt.log")
    [ -n "$chromium" ] || return 0
    npm=$(npm_packages "$peers/browser-npm" playwright-core@1.65.1 axe-core@4.14.1)
    [ -n "$npm" ] || return 0
    cargo build --locked --quiet --bin standpoint
    NODE_PATH=$npm node tests/peers/browser.cjs "$target/debug/standpoint" data/night-ferry \
        "$peers/browser" "$chromium" "$peers/browser-pictures"
}

for part in $parts; do
    say "part $part"
    case $part in
    jena) jena_queries ;;
    *) "$part" ;;
    esac
done
