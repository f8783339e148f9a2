//! The source as text: every file, its lines without comments, and which of them are unit tests.

use std::fs;
use std::path::{Path, PathBuf};

/// A file of the source.
pub struct File {
    /// Its path from the root, with `/`.
    pub path: String,
    /// All of it.
    pub text: String,
}

/// A line of code.
pub struct Line<'a> {
    /// Its number, from 1.
    pub number: usize,
    /// What it says, without a comment that begins it.
    pub text: &'a str,
    /// Whether it is part of a unit test.
    pub is_test: bool,
}

impl File {
    /// Its lines of code, comments left out. All of them: what follows a module of tests is code again.
    pub fn code(&self) -> Vec<Line<'_>> {
        let is_test_file = self.path.ends_with("tests.rs");
        let (mut lines, mut tests, mut announced) = (Vec::new(), None::<String>, false);
        for (number, text) in (1..).zip(self.text.lines()) {
            let bare = text.trim_start();
            let indent = &text[..text.len() - bare.len()];
            if tests.is_none() && announced && bare.starts_with("mod ") && bare.ends_with('{') {
                tests = Some(format!("{indent}}}"));
            }
            announced = bare == "#[cfg(test)]" || announced && bare.starts_with('#');
            if !bare.starts_with("//") {
                lines.push(Line { number, text, is_test: is_test_file || tests.is_some() });
            }
            if tests.as_deref() == Some(text) {
                tests = None;
            }
        }
        lines
    }
}

/// Every file of `src/`, by its path.
pub fn files() -> Vec<File> {
    let mut paths = Vec::new();
    collect(&root().join("src"), &mut paths);
    let mut files: Vec<File> = paths
        .iter()
        .map(|path| {
            let text = fs::read_to_string(path).expect("source is text");
            let path = path.strip_prefix(root()).expect("below the root");
            File { path: path.to_string_lossy().replace('\\', "/"), text }
        })
        .collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(files.len() > 100, "the source is there");
    files
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

/// A file of the repository.
pub fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn lines_after_a_module_of_tests_are_code() {
    let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\nfn c() {}\n".to_owned();
    let file = File { path: "src/x.rs".into(), text };
    let tests: Vec<bool> = file.code().iter().map(|line| line.is_test).collect();
    assert_eq!(tests, [false, false, true, true, true, false]);
}
