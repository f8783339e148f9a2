//! The pages about the house: the contents page of the library, the architecture, what pages name, links.

use super::imports::{PARTS, WINGS};
use super::rules::{LINES, RULES};
use super::source::{read, root};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn the_contents_page_names_the_wings() {
    let library = read("src/lib.rs");
    let modules: Vec<&str> = library
        .lines()
        .filter_map(|line| {
            let lower = line.strip_prefix("pub use standpoint_data::");
            lower.or_else(|| line.strip_prefix("pub mod "))?.strip_suffix(';')
        })
        .collect();
    let contents: Vec<&str> = library
        .lines()
        .filter_map(|line| line.strip_prefix("//! - [`")?.split_once("`]"))
        .map(|(name, _)| name)
        .collect();
    // Re-exports are sorted by the formatter, so their order says nothing.
    let sorted = |names: &[&str]| names.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
    assert_eq!(sorted(&modules), sorted(WINGS), "the modules of src/lib.rs");
    assert_eq!(contents, WINGS, "the contents page of src/lib.rs");
}

#[test]
fn the_readme_names_every_command() {
    let readme = read("README.md");
    for command in standpoint::cli::command().get_subcommands() {
        let name = command.get_name();
        assert!(readme.contains(&format!("`{name}`")), "the README never mentions `{name}`");
    }
}

/// The pages of the repository, by their paths. Sessions are tests, and name files that they make themselves.
fn pages() -> Vec<PathBuf> {
    let mut pages = Vec::new();
    for folder in ["", "docs", "benches", "data"] {
        collect(&root().join(folder), !folder.is_empty(), &mut pages);
    }
    pages
}

fn collect(folder: &Path, deep: bool, pages: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder lists its files") {
        let path = entry.expect("a folder lists its files").path();
        if path.is_dir() && deep {
            collect(&path, deep, pages);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(path);
        }
    }
}

#[test]
fn documentation_names_files_that_exist() {
    let pages = pages();
    for needed in ["README.md", "CONTRIBUTING.md", "STYLE.md", "docs/architecture.md"] {
        assert!(pages.contains(&root().join(needed)), "{needed} is looked at");
    }
    for page in pages {
        let text = fs::read_to_string(&page).expect("a page is text");
        let links = text.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
        let targets: BTreeSet<&str> =
            links.map(|(target, _)| target).filter(|target| !target.contains("://")).collect();
        for target in targets {
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let there = page.parent().expect("a page is in a folder").join(file);
            let there = if file.is_empty() { page.clone() } else { there };
            assert!(there.exists(), "{} links to {target}, which is not there", page.display());
            assert!(
                anchor.is_empty() || anchors(&fs::read_to_string(&there).unwrap()).contains(anchor),
                "{} links to {target}, which has no such heading",
                page.display()
            );
        }
    }
}

/// The words of this page that follow this one, up to the end of a name: `make ` gives targets.
fn named(page: &str, word: &str) -> BTreeSet<String> {
    let after = page.split(word).skip(1);
    let name = |rest: &str| rest.chars().take_while(|c| c.is_alphanumeric() || "-_".contains(*c)).collect();
    after.map(name).filter(|name: &String| !name.is_empty()).collect()
}

#[test]
fn contributors_are_sent_to_targets_and_tests_that_exist() {
    let (page, makefile) = (read("CONTRIBUTING.md"), read("Makefile"));
    let targets: BTreeSet<String> =
        ["`make ", "\nmake "].iter().flat_map(|before| named(&page, before)).collect();
    assert!(targets.contains("check"));
    for target in targets {
        assert!(makefile.contains(&format!("\n{target}:")), "CONTRIBUTING.md names `make {target}`");
    }
    let tests = named(&page, "--test ");
    assert!(tests.contains("sessions"));
    for test in tests {
        let file = root().join(format!("tests/{test}/main.rs"));
        assert!(file.exists(), "CONTRIBUTING.md names `--test {test}`");
    }
}

/// The first column of the table under a heading, without backticks.
fn first_column(page: &str, heading: &str) -> Vec<String> {
    let section =
        page.split_once(&format!("\n{heading}\n")).unwrap_or_else(|| panic!("no heading {heading}")).1;
    let rows = section.lines().take_while(|line| !line.starts_with('#')).filter(|line| line.starts_with('|'));
    let cell = |row: &str| row.split('|').nth(1).unwrap_or_default().trim().trim_matches('`').to_owned();
    // Behind the head and the line below it.
    rows.skip(2).map(cell).collect()
}

#[test]
fn the_architecture_page_lists_the_wings_in_their_order() {
    let page = read("docs/architecture.md");
    assert_eq!(first_column(&page, "## The ten wings"), WINGS);
}

#[test]
fn the_architecture_page_lists_the_parts_of_store_and_query() {
    let page = read("docs/architecture.md");
    for wing in ["store", "query"] {
        let listed = first_column(&page, &format!("### The parts of `{wing}`"));
        let listed: BTreeSet<&str> =
            listed.iter().filter_map(|cell| Some(cell.strip_prefix('[')?.split_once(']')?.0)).collect();
        let of_wing = |part: &&str| part.starts_with(&format!("{wing}::"));
        let parts: Vec<&str> = PARTS.iter().map(|(part, _)| *part).filter(of_wing).collect();
        // A part with parts of its own is listed by those.
        let has_none = |part: &&&str| !parts.iter().any(|other| other.starts_with(&format!("{part}::")));
        let leaves = parts.iter().filter(has_none);
        let expected: BTreeSet<String> =
            leaves.map(|part| part[wing.len() + 2..].replace("::", "/")).collect();
        assert_eq!(listed, expected.iter().map(String::as_str).collect(), "parts of {wing}");
    }
}

#[test]
fn the_architecture_page_promises_what_is_held() {
    let page = read("docs/architecture.md");
    for rule in RULES {
        assert!(page.contains(&format!("- {};", rule.promise)), "docs/architecture.md: {}", rule.promise);
    }
    assert!(page.contains(&format!("no file has more than {LINES} lines")));
}

#[test]
fn the_citation_is_of_this_version() {
    assert!(read("CITATION.cff").contains(&format!("\nversion: {}\n", env!("CARGO_PKG_VERSION"))));
}

/// What headings can be linked to by.
fn anchors(page: &str) -> BTreeSet<String> {
    let headings = page.lines().filter(|line| line.starts_with('#'));
    let anchor = |line: &str| {
        let words = line.trim_start_matches('#').trim().to_lowercase();
        words
            .chars()
            .filter(|c| c.is_alphanumeric() || " -".contains(*c))
            .collect::<String>()
            .replace(' ', "-")
    };
    headings.map(anchor).collect()
}
