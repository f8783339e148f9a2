//! What only some places may say.

use super::source::{File, files};

/// No file of the source is longer.
pub const LINES: usize = 700;

/// What only some places may say.
pub struct Rule {
    /// The promise, as the architecture page puts it.
    pub promise: &'static str,
    /// Files below these paths are looked at; all where there are none.
    within: &'static [&'static str],
    /// Any of these breaks it …
    words: &'static [&'static str],
    /// … except below these paths, each of which needs its reason here.
    allowed: &'static [&'static str],
    /// Whether unit tests are held to it, too.
    tests: bool,
}

pub const RULES: &[Rule] = &[
    Rule {
        promise: "the library never prints",
        within: &[],
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
        allowed: &["src/cli/"],
        tests: true,
    },
    Rule {
        promise: "the library reads neither the environment nor the clock",
        within: &[],
        words: &[
            "std::env",
            "env::var",
            "env::args",
            "current_dir()",
            "Timestamp::now",
            "Zoned::now",
            "SystemTime::now",
        ],
        allowed: &["src/cli/"],
        tests: true,
    },
    Rule {
        promise: "only `store/index` and `query` name the SPARQL engine",
        within: &[],
        words: &["oxigraph::store", "oxigraph::sparql", "spareval", "spargebra", "sparopt"],
        allowed: &["src/store/index/", "src/query.rs", "src/query/"],
        tests: true,
    },
    Rule {
        promise: "only `encode` builds triples of the model",
        within: &[],
        words: &["Triple::new(", "Quad::new(", "Triple {", "Quad {"],
        allowed: &[
            "src/model/encode/",
            // Triples that a file states are put in the model's shape; none is thought up.
            "src/ingest/rdf/dataset.rs",
            "src/ingest/rdf/star.rs",
            "src/ingest/rdf/text.rs",
            // Views of what is there: as of a day, as terms again, and for writing.
            "src/store/index.rs",
            "src/store/index/read/as_of.rs",
            // What a change brings and takes, as terms again.
            "src/store/index/storage/staged.rs",
            // What a query's own template asks for.
            "src/query/exec/graph.rs",
            // A proposal about places, for a person to accept.
            "src/audit/verify/reanchor.rs",
            // A proposal about what replaces what, for a person to accept.
            "src/audit/history/change/propose.rs",
            "src/export/view.rs",
            // What a nanopublication says of itself and of its claim, which is nothing of the model.
            "src/export/nanopub.rs",
            // What the server says of itself, which is nothing of the model.
            "src/serve/http/description.rs",
        ],
        tests: false,
    },
    Rule {
        promise: "a store changes what is on the disk through `store/files` alone",
        within: &["src/store/"],
        words: &[
            "fs::write",
            "fs::rename",
            "fs::remove_",
            "fs::create_dir",
            "NamedTempFile::new",
            "persist(",
            "persist_noclobber(",
            "sync_all()",
            "sync_data()",
        ],
        allowed: &["src/store/files", "src/store/tests/"],
        tests: false,
    },
    Rule {
        promise: "commands hold no SPARQL and no triples",
        within: &["src/cli/commands"],
        words: &["model::vocab", "SELECT ", "CONSTRUCT ", "WHERE {", "ASK {", "matching("],
        // What the help of `query` shows is SPARQL, of course.
        allowed: &["src/cli/commands/query.rs"],
        tests: true,
    },
    Rule {
        promise: "analyses run no SPARQL",
        within: &["src/analysis"],
        words: &["crate::query", "Query::parse"],
        allowed: &[],
        tests: true,
    },
];

impl Rule {
    /// Whether it is about this file at all.
    fn concerns(&self, path: &str) -> bool {
        self.within.is_empty() || self.within.iter().any(|within| path.starts_with(within))
    }

    fn allows(&self, path: &str) -> bool {
        self.allowed.iter().any(|allowed| path.starts_with(allowed))
    }

    /// The lines of a file that say one of the words.
    fn said<'a>(&'a self, file: &'a File) -> impl Iterator<Item = (usize, &'static str)> + 'a {
        file.code().into_iter().filter(|line| self.tests || !line.is_test).filter_map(|line| {
            let word = self.words.iter().find(|word| says(line.text, word))?;
            Some((line.number, *word))
        })
    }

    /// What breaks it, a line each.
    fn broken(&self, files: &[File]) -> String {
        let concerned = files.iter().filter(|file| self.concerns(&file.path) && !self.allows(&file.path));
        concerned
            .flat_map(|file| {
                let said = self.said(file).collect::<Vec<_>>();
                said.into_iter().map(move |(number, word)| (file, number, word))
            })
            .map(|(file, number, word)| format!("{}:{number}: `{word}`, but {}\n", file.path, self.promise))
            .collect()
    }
}

/// Whether a line of code uses a word, and not just one that it is the end of.
fn says(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        !line[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_')
            || !word.starts_with(|first: char| first.is_alphanumeric())
    })
}

#[test]
fn promises_are_kept() {
    let files = files();
    let broken: String = RULES.iter().map(|rule| rule.broken(&files)).collect();
    assert!(broken.is_empty(), "\n{broken}");
}

#[test]
fn every_rule_matches_a_file_and_can_be_broken() {
    let files = files();
    for rule in RULES {
        let concerned = files.iter().find(|file| rule.concerns(&file.path) && !rule.allows(&file.path));
        let file = concerned.unwrap_or_else(|| panic!("no file is held to “{}”", rule.promise));
        for word in rule.words {
            // At its very end, behind any tests.
            let text = format!("{}\nfn planted() {{ {word} }}\n", file.text);
            let planted = File { path: file.path.clone(), text };
            assert_ne!(rule.broken(&[planted]), "", "`{word}` in {} breaks “{}”", file.path, rule.promise);
        }
    }
}

#[test]
fn every_exception_is_needed() {
    let files = files();
    for rule in RULES {
        for allowed in rule.allowed {
            let mut excepted = files.iter().filter(|file| file.path.starts_with(allowed)).peekable();
            assert!(
                excepted.peek().is_some(),
                "{allowed} is an exception to “{}”, but no file",
                rule.promise
            );
            assert!(
                excepted.any(|file| rule.said(file).next().is_some()),
                "{allowed} is an exception to “{}”, and needs none",
                rule.promise
            );
        }
    }
}

#[test]
fn no_file_is_too_long() {
    for file in files() {
        let lines = file.text.lines().count();
        assert!(lines <= LINES, "{} has {lines} lines, and {LINES} are enough for one subject", file.path);
    }
}

#[test]
fn every_module_begins_with_what_it_is() {
    for file in files() {
        let is_tests = file.path.ends_with("tests.rs");
        assert!(is_tests || file.text.starts_with("//! "), "{} does not say what it is", file.path);
    }
}
