//! The rules of the house: what the README's code map promises about the source, held against it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// No file of the source is longer.
const LINES: usize = 700;

/// What only some places may say.
struct Rule {
    /// Why, as the code map puts it.
    promise: &'static str,
    /// Any of these breaks it …
    words: &'static [&'static str],
    /// … except below these paths, each of which needs its reason here.
    allowed: &'static [&'static str],
}

const RULES: &[Rule] = &[
    Rule {
        promise: "the library never prints",
        words: &[
            "println!",
            "print!",
            "eprintln!",
            "eprint!",
            "dbg!",
            "stdout()",
            "stderr()",
            "process::exit",
            "indicatif::",
        ],
        allowed: &["src/cli.rs", "src/commands/", "src/main.rs"],
    },
    Rule {
        promise: "the library reads neither the environment nor the clock",
        words: &[
            "std::env",
            "env::var",
            "env::args",
            "current_dir()",
            "Timestamp::now",
            "Zoned::now",
            "SystemTime::now",
        ],
        allowed: &["src/cli.rs", "src/commands/", "src/main.rs"],
    },
    Rule {
        promise: "only `index` and `query` name the SPARQL engine",
        words: &["oxigraph::store", "oxigraph::sparql", "spareval", "spargebra", "sparopt"],
        allowed: &["src/index.rs", "src/index/", "src/query.rs", "src/query/"],
    },
    Rule {
        promise: "only `encode` builds triples of the model",
        words: &["Triple::new(", "Quad::new(", "Triple {", "Quad {"],
        allowed: &[
            "src/encode.rs",
            "src/encode/",
            // Triples that a file states are put in the model's shape; none is thought up.
            "src/load/canonical.rs",
            "src/load/graph.rs",
            "src/load/rdf.rs",
            "src/load/star.rs",
            // Views of what is there: as of a day, and for writing.
            "src/index/as_of.rs",
            // What a change brings and takes, as terms again.
            "src/index/keep/prospect.rs",
            // What a query's own template asks for.
            "src/query/batch/graph.rs",
            // A proposal about places, for a person to accept.
            "src/verify/reanchor.rs",
            // A proposal about what replaces what, for a person to accept.
            "src/history/change/propose.rs",
            "src/export/view.rs",
        ],
    },
    Rule {
        promise: "commands hold no SPARQL and no triples",
        words: &["crate::vocab", "SELECT ", "CONSTRUCT ", "WHERE {", "ASK {", "matching("],
        // What the help of `query` shows is SPARQL, of course.
        allowed: &["src/commands/query.rs"],
    },
    Rule {
        promise: "analysis runs no SPARQL",
        words: &["crate::query", "Query::parse", "matching("],
        allowed: &[],
    },
];

/// Rules that are about one part of the source only.
fn concerns(rule: &Rule, path: &str) -> bool {
    match rule.promise.split(' ').next() {
        Some("commands") => path.starts_with("src/commands"),
        Some("analysis") => path.starts_with("src/analysis"),
        _ => true,
    }
}

#[test]
fn promises_are_kept() {
    let mut broken = String::new();
    for (path, text) in source() {
        for rule in RULES.iter().filter(|rule| concerns(rule, &path)) {
            if rule.allowed.iter().any(|allowed| path.starts_with(allowed)) {
                continue;
            }
            for (number, line) in code(&text) {
                if let Some(word) = rule.words.iter().find(|word| says(line, word)) {
                    broken += &format!("{path}:{number}: `{word}`, but {}\n", rule.promise);
                }
            }
        }
    }
    assert!(broken.is_empty(), "\n{broken}");
}

#[test]
fn every_exception_is_needed() {
    let files = source();
    for rule in RULES {
        for allowed in rule.allowed.iter().filter(|path| path.contains("/load/") || path.contains("/export/"))
        {
            let (_, text) = files
                .iter()
                .find(|(path, _)| path == allowed)
                .unwrap_or_else(|| panic!("{allowed} is an exception, but no file"));
            assert!(
                code(text).any(|(_, line)| rule.words.iter().any(|word| says(line, word))),
                "{allowed} is an exception to “{}”, and needs none",
                rule.promise
            );
        }
    }
}

#[test]
fn no_file_is_too_long() {
    for (path, text) in source() {
        let lines = text.lines().count();
        assert!(lines <= LINES, "{path} has {lines} lines, and {LINES} are enough for one subject");
    }
}

#[test]
fn every_module_begins_with_what_it_is() {
    for (path, text) in source() {
        let is_tests = path.ends_with("tests.rs");
        assert!(is_tests || text.starts_with("//! "), "{path} does not say what it is");
    }
}

#[test]
fn the_contents_page_and_the_code_map_name_the_modules() {
    let library = read("src/lib.rs");
    let modules: Vec<&str> =
        library.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert!(modules.len() > 10, "src/lib.rs lists its modules");

    let contents: Vec<&str> = library
        .lines()
        .filter_map(|line| line.strip_prefix("//! - [`")?.split_once("`]"))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(contents, modules, "the contents page of src/lib.rs, left, and the modules below it");

    let readme = read("README.md");
    let (_, map) = readme.split_once("\n## The code map\n").expect("the README has a code map");
    let map = map.split_once("\n## ").map_or(map, |(map, _)| map);
    let mapped: Vec<&str> = map
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` |"))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(mapped, modules, "the README's code map, left, and the modules of src/lib.rs");
}

#[test]
fn the_readme_names_every_command() {
    let readme = read("README.md");
    for command in standpoint::cli::args::command().get_subcommands() {
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

/// Whether a line of code uses a word, and not just one that it is the end of.
fn says(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        !line[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_')
            || !word.starts_with(|first: char| first.is_alphanumeric())
    })
}

/// The lines of code with their numbers: no comments, and no unit tests, which end a file.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..)
        .zip(text.lines())
        .take_while(|(_, line)| *line != "#[cfg(test)]")
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
}

/// Every file of the source but unit tests, by its path.
fn source() -> Vec<(String, String)> {
    let mut files = Vec::new();
    collect(&root().join("src"), &mut files);
    let mut texts: Vec<(String, String)> = files
        .iter()
        .map(|file| {
            let path =
                file.strip_prefix(root()).expect("below the root").to_string_lossy().replace('\\', "/");
            (path, fs::read_to_string(file).expect("source is text"))
        })
        .collect();
    texts.sort();
    texts
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder lists its files") {
        let path = entry.expect("a folder lists its files").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
