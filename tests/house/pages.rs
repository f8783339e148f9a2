//! The pages about the house: the contents page of the library, the commands that the README names, links.

use super::source::{read, root};
use std::collections::BTreeSet;
use std::fs;

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
    assert_eq!(modules.len(), 9, "src/lib.rs lists the nine wings");
    assert_eq!(contents, modules, "the contents page of src/lib.rs, left, and the modules below it");
}

#[test]
fn the_readme_names_every_command() {
    let readme = read("README.md");
    for command in standpoint::cli::command().get_subcommands() {
        let name = command.get_name();
        assert!(readme.contains(&format!("`{name}`")), "the README never mentions `{name}`");
    }
}

#[test]
fn documentation_names_files_that_exist() {
    let mut pages = vec![root().join("README.md")];
    pages.extend(fs::read_dir(root().join("docs")).expect("there is docs/").map(|page| page.unwrap().path()));
    assert!(pages.len() > 1);
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
