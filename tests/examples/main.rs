//! The programs of `examples/`, each run as it is: what it prints stands in `tests/examples/NAME.txt`.
//!
//! `cargo test` compiles them as programs. Here they are modules, so that what is run is what stands there, and
//! not what was built before a change. `UPDATE=1 cargo test --test examples` writes the answers anew, to be
//! read before they are committed.

#![allow(dead_code, reason = "`main` of each is for running it as a program")]

#[path = "../../examples/export_query.rs"]
mod export_query;
#[path = "../../examples/load_and_ask.rs"]
mod load_and_ask;
#[path = "../../examples/own_rule.rs"]
mod own_rule;
#[path = "../../examples/position_table.rs"]
mod position_table;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

type Example = fn(&mut Vec<u8>) -> standpoint::Result<()>;

const EXAMPLES: &[(&str, Example)] = &[
    ("export_query", |out| export_query::run(out)),
    ("load_and_ask", |out| {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        load_and_ask::run(&folder.path().join("standpoint.db"), out)
    }),
    ("own_rule", |out| own_rule::run(out)),
    ("position_table", |out| position_table::run(out)),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_example_prints_what_it_should() {
    for (name, run) in EXAMPLES {
        let mut out = Vec::new();
        run(&mut out).unwrap_or_else(|error| panic!("examples/{name}.rs: {error}"));
        let printed = String::from_utf8(out).expect("what is printed is text");
        let file = root().join(format!("tests/examples/{name}.txt"));
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&file, &printed).expect("the repository can be written to");
        }
        let expected = fs::read_to_string(&file).unwrap_or_default();
        assert!(!expected.is_empty(), "tests/examples/{name}.txt is missing: UPDATE=1 writes it");
        assert_eq!(printed, expected, "examples/{name}.rs");
    }
}

#[test]
fn every_example_is_run() {
    let files = fs::read_dir(root().join("examples")).expect("there are examples");
    let there: BTreeSet<String> = files
        .map(|file| file.expect("a folder lists its files").path())
        .filter(|file| file.extension().is_some_and(|extension| extension == "rs"))
        .map(|file| file.file_stem().expect("a file has a name").to_string_lossy().into_owned())
        .collect();
    assert_eq!(there, EXAMPLES.iter().map(|(name, _)| (*name).to_owned()).collect());
}
