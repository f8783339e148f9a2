//! The counts of `docs/conformance.md`.

use crate::listed::{BY_VALUE, LISTED};
use crate::manifest::Entry;
use crate::{Passed, left_out, ours, outcome};
use libtest_mimic::Failed;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

/// Folders of the suite, and the feature that each of them tests.
const FEATURES: &[(&str, &str)] = &[
    ("aggregates", "Aggregates (11, 18.5.1)"),
    ("bind", "BIND (10.1)"),
    ("bindings", "VALUES (10.2)"),
    ("cast", "Casts (17.5)"),
    ("construct", "CONSTRUCT (16.2)"),
    ("csv-tsv-res", "Results as CSV and TSV"),
    ("exists", "EXISTS, NOT EXISTS (8.1)"),
    ("functions", "Functions (17.4)"),
    ("grouping", "GROUP BY (11.2)"),
    ("json-res", "Results as JSON"),
    ("negation", "MINUS, NOT EXISTS (8)"),
    ("project-expression", "Expressions in SELECT (16.1.2)"),
    ("property-path", "Property paths (9)"),
    ("subquery", "Subqueries (12)"),
    ("syntax-fed", "Syntax of SERVICE"),
    ("syntax-query", "Syntax of queries (19)"),
];
const BEGIN: &str = "<!-- counts of SPARQL 1.1, written by `UPDATE=1 cargo test --test w3c` -->\n";
const END: &str = "<!-- end of counts -->";

#[derive(Default)]
struct Count {
    tests: usize,
    exactly: usize,
    by_value: usize,
    listed: usize,
}

/// Fails where the page has other counts, or another list, than the tests.
pub fn check(suite: &Path, entries: &[Entry]) -> Result<(), Failed> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/conformance.md");
    let page = fs::read_to_string(&path)?;
    let (before, rest) = page.split_once(BEGIN).ok_or("docs/conformance.md has no place for counts")?;
    let (_, after) = rest.split_once(END).ok_or("docs/conformance.md does not end its counts")?;
    let counted = format!("{before}{BEGIN}{}{END}{after}", counts(suite, entries)?);
    if env::var_os("UPDATE").is_some() {
        fs::write(&path, &counted)?;
    }
    if fs::read_to_string(&path)? == counted {
        return Ok(());
    }
    Err(format!("docs/conformance.md has other counts (UPDATE=1 writes them):\n{}", counts(suite, entries)?)
        .into())
}

fn counts(suite: &Path, entries: &[Entry]) -> Result<String, Failed> {
    let mut folders: BTreeMap<&str, Count> = BTreeMap::new();
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in entries {
        if let Some(reason) = left_out(entry) {
            *left.entry(reason).or_default() += 1;
            continue;
        }
        let (folder, _) = entry.name.split_once('/').ok_or("a test is in a folder")?;
        let count = folders.entry(folder).or_default();
        count.tests += 1;
        match outcome(suite, entry, ours) {
            Ok(Passed::Exactly) => count.exactly += 1,
            Ok(Passed::ByValue(_)) => count.by_value += 1,
            Err(_) => count.listed += 1,
        }
    }
    let mut text = String::from(
        "\n| Feature | Folder | Tests | Pass | Pass by value | Fail |\n| - | - | -: | -: | -: | -: |\n",
    );
    let mut sum = Count::default();
    for (folder, count) in &folders {
        let feature = FEATURES.iter().find(|(name, _)| name == folder).ok_or("a folder tests a feature")?.1;
        let Count { tests, exactly, by_value, listed } = count;
        writeln!(text, "| {feature} | `{folder}` | {tests} | {exactly} | {by_value} | {listed} |")?;
        sum.tests += tests;
        sum.exactly += exactly;
        sum.by_value += by_value;
        sum.listed += listed;
    }
    let Count { tests, exactly, by_value, listed } = sum;
    writeln!(text, "| **All** | | **{tests}** | **{exactly}** | **{by_value}** | **{listed}** |\n")?;
    for (title, list) in [
        ("Tests that fail:", LISTED.iter().map(|(name, why)| (*name, why.words())).collect::<Vec<_>>()),
        ("Tests that pass by value, with literals spelled otherwise than in the suite:", BY_VALUE.to_vec()),
    ] {
        let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        list.iter().for_each(|(name, why)| reasons.entry(why).or_default().push(name));
        writeln!(text, "{title}\n")?;
        for (why, names) in reasons {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            writeln!(text, "- {}: {why}.", names.join(", "))?;
        }
        writeln!(text)?;
    }
    writeln!(text, "Tests that are not run, since they ask for what this program is not:\n")?;
    for (reason, count) in left {
        writeln!(text, "- {count}: {reason}.")?;
    }
    writeln!(text)?;
    Ok(text)
}
