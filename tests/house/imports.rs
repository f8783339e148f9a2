//! Which part may import which: a strict order of the wings, of the parts of `store` and `query`, and no
//! circle between files of different folders.

use super::source::{File, files};
use std::collections::{BTreeMap, BTreeSet};

/// The wings; each imports only those before it.
pub const WINGS: &[&str] =
    &["base", "model", "store", "ingest", "export", "query", "analysis", "audit", "serve", "cli"];

/// Inside two wings, which part may import which other parts of that wing. What is not listed stands at the
/// wing's own level: the files that put the parts together.
pub const PARTS: &[(&str, &[&str])] = &[
    ("store::files", &[]),
    ("store::archive", &["store::files"]),
    ("store::index::read", &["store::files"]),
    ("store::index::write", &["store::archive", "store::index::read"]),
    ("store::index", &["store::archive", "store::files", "store::index::read", "store::index::write"]),
    ("store::graph", &["store::index"]),
    ("store::names", &["store::index"]),
    ("store::load", &["store::archive", "store::index"]),
    ("query::parse", &[]),
    ("query::exec", &["query::parse"]),
    ("query::answer", &[]),
    ("query::complete", &[]),
    ("query::diagnose", &["query::parse", "query::exec"]),
    ("query::ask", &[]),
];

/// A module by its path: `["store", "index", "read", "id"]`.
type Module = Vec<String>;

/// The modules of the source, and what each imports of the others.
struct Imports {
    modules: BTreeSet<Module>,
    /// Importing module, number of the line, imported path.
    paths: Vec<(Module, usize, Vec<String>)>,
}

impl Imports {
    fn of(files: &[File]) -> Self {
        let modules: BTreeSet<Module> = files.iter().map(|file| module(&file.path)).collect();
        let paths = files
            .iter()
            .flat_map(|file| {
                let from = module(&file.path);
                paths(file)
                    .into_iter()
                    .filter_map(move |(number, path)| Some((from.clone(), number, absolute(&path, &from)?)))
            })
            .filter(|(_, _, path)| !path.is_empty())
            .collect();
        Self { modules, paths }
    }

    /// The module that a path leads into.
    fn target(&self, path: &[String]) -> Option<Module> {
        (1..=path.len()).rev().map(|n| path[..n].to_vec()).find(|module| self.modules.contains(module))
    }

    /// Which module imports which other.
    fn graph(&self) -> BTreeMap<Module, BTreeSet<Module>> {
        let mut graph: BTreeMap<Module, BTreeSet<Module>> = BTreeMap::new();
        for (from, _, path) in &self.paths {
            if let Some(to) = self.target(path).filter(|to| to != from) {
                graph.entry(from.clone()).or_default().insert(to);
            }
        }
        graph
    }

    fn upward(&self) -> Vec<String> {
        let rank = |wing: &str| WINGS.iter().position(|other| *other == wing);
        let up = self.paths.iter().filter(|(from, _, path)| {
            let (Some(from), Some(to)) = (from.first(), path.first()) else { return false };
            matches!((rank(from), rank(to)), (Some(from), Some(to)) if to > from)
        });
        up.map(described).collect()
    }

    /// Imports of one part of a wing by another: the line, the importing part, the imported one.
    fn between_parts(&self) -> impl Iterator<Item = (String, &'static str, &'static str)> {
        self.paths.iter().filter_map(|line @ (from, _, path)| {
            let (part, _) = part_of(from)?;
            let (other, _) = part_of(&self.target(path)?)?;
            (part != other && from.first() == path.first()).then(|| (described(line), part, other))
        })
    }

    fn across_parts(&self) -> Vec<String> {
        let allowed = |part: &str, other: &str| PARTS.iter().any(|(p, a)| *p == part && a.contains(&other));
        let across = self.between_parts().filter(|(_, part, other)| !allowed(part, other));
        across.map(|(line, ..)| line).collect()
    }

    /// Circles of modules that stand in different folders.
    fn circles(&self) -> Vec<Vec<String>> {
        let graph = self.graph();
        let reach = |from: &Module| {
            let (mut seen, mut next) = (BTreeSet::new(), vec![from]);
            while let Some(module) = next.pop() {
                for to in graph.get(module).into_iter().flatten() {
                    if seen.insert(to) {
                        next.push(to);
                    }
                }
            }
            seen
        };
        let reached: BTreeMap<&Module, BTreeSet<&Module>> =
            graph.keys().map(|module| (module, reach(module))).collect();
        let mut circles = BTreeSet::new();
        for (module, reaches) in &reached {
            let circle: Vec<&Module> = reaches
                .iter()
                .copied()
                .filter(|other| reached.get(other).is_some_and(|back| back.contains(module)))
                .collect();
            let folders: BTreeSet<&[String]> = circle.iter().map(|module| folder(module)).collect();
            if folders.len() > 1 {
                circles.insert(circle.into_iter().map(|module| module.join("::")).collect::<Vec<_>>());
            }
        }
        circles.into_iter().collect()
    }
}

/// The folder that a file stands in. A module whose parts have a folder of its name counts as standing in it.
fn folder(module: &Module) -> &[String] {
    &module[..module.len().saturating_sub(1)]
}

fn described((from, number, path): &(Module, usize, Vec<String>)) -> String {
    format!("src/{}.rs:{number}: imports {}", from.join("/"), path.join("::"))
}

fn part_of(module: &[String]) -> Option<(&'static str, &'static [&'static str])> {
    let name = module.join("::");
    let of = |part: &str| name == part || name.starts_with(&format!("{part}::"));
    PARTS.iter().copied().filter(|(part, _)| of(part)).max_by_key(|(part, _)| part.len())
}

/// `src/store/index/read/id.rs` → store, index, read, id.
fn module(path: &str) -> Module {
    let path = path.strip_prefix("src/").and_then(|path| path.strip_suffix(".rs")).expect("a file of src/");
    if ["lib", "data", "main"].contains(&path) {
        Vec::new()
    } else {
        path.split('/').map(str::to_owned).collect()
    }
}

/// All paths of a file that begin with `crate`, `super` or `self`, with the numbers of their lines.
fn paths(file: &File) -> Vec<(usize, Vec<String>)> {
    let mut found = Vec::new();
    let code = file.code();
    let mut lines = code.iter().peekable();
    while let Some(line) = lines.next() {
        let mut text = unrestricted(line.text);
        if is_use(&text) {
            while !text.contains(';') {
                let Some(next) = lines.next() else { break };
                text += next.text.trim();
            }
            let tree = text.split_once("use ").map_or("", |(_, tree)| tree);
            let tree = tree.split(';').next().unwrap_or_default();
            // Inside a module of the file, `super` is the file.
            let depth = usize::from(line.text.starts_with(' '));
            found.extend(flattened(tree).into_iter().map(|path| (line.number, inner(path, depth))));
        } else {
            let depth = usize::from(line.is_test && !file.path.ends_with("tests.rs"));
            for path in inline(&text) {
                found.push((line.number, inner(path, depth)));
            }
        }
    }
    found.retain(|(_, path)| {
        path.first().is_some_and(|first| ["crate", "super", "self"].contains(&first.as_str()))
    });
    found
}

/// A line without the path to which it restricts what it declares: `pub(in crate::query)`.
fn unrestricted(line: &str) -> String {
    match line.split_once("pub(in ") {
        Some((before, after)) => {
            format!("{before}pub {}", after.split_once(')').map_or("", |(_, rest)| rest))
        }
        None => line.to_owned(),
    }
}

/// Whether a line begins an import: `use`, `pub use`, `pub(in crate::query) use`.
fn is_use(line: &str) -> bool {
    let bare = line.trim_start();
    bare.starts_with("use ") || bare.starts_with("pub") && !bare.contains('=') && bare.contains(" use ")
}

/// A path as it is read one module further out.
fn inner(mut path: Vec<String>, depth: usize) -> Vec<String> {
    for _ in 0..depth {
        match path.first().map(String::as_str) {
            Some("super") if path.get(1).map(String::as_str) == Some("super") => drop(path.remove(0)),
            Some("super") => path[0] = "self".into(),
            _ => {}
        }
    }
    path
}

/// `a::{b, c::d}` → `a::b`, `a::c::d`.
fn flattened(tree: &str) -> Vec<Vec<String>> {
    let tree = tree.trim();
    let Some((prefix, rest)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap_or_default();
        return vec![path.split("::").map(|part| part.trim().to_owned()).collect()];
    };
    let prefix: Vec<String> =
        prefix.split("::").filter(|part| !part.is_empty()).map(|part| part.trim().to_owned()).collect();
    let inside = rest.strip_suffix('}').unwrap_or(rest);
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (at, c) in inside.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&inside[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&inside[start..]);
    let parts = parts.into_iter().filter(|part| !part.trim().is_empty());
    parts.flat_map(flattened).map(|path| [prefix.clone(), path].concat()).collect()
}

/// Paths in the middle of code: `crate::model::Mode::Vote`.
fn inline(text: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for head in ["crate::", "super::", "self::"] {
        for (at, _) in text.match_indices(head) {
            let is_inner = text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
            let within: String =
                text[at..].chars().take_while(|c| c.is_alphanumeric() || *c == '_' || *c == ':').collect();
            if !is_inner {
                found.push(within.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect());
            }
        }
    }
    found
}

fn absolute(path: &[String], from: &Module) -> Option<Vec<String>> {
    let mut base = match path.first()?.as_str() {
        "crate" => return Some(path[1..].to_vec()),
        _ => from.clone(),
    };
    let mut rest = path;
    while let Some((first, others)) = rest.split_first() {
        match first.as_str() {
            "self" => {}
            "super" => drop(base.pop()?),
            _ => break,
        }
        rest = others;
    }
    Some([base.as_slice(), rest].concat())
}

#[test]
fn wings_import_only_wings_before_them() {
    let files = files();
    let wings: BTreeSet<String> =
        files.iter().filter_map(|file| module(&file.path).into_iter().next()).collect();
    assert_eq!(wings, WINGS.iter().map(ToString::to_string).collect(), "the folders of src/ are the wings");
    let upward = Imports::of(&files).upward();
    assert!(upward.is_empty(), "\n{}", upward.join("\n"));
}

#[test]
fn parts_import_what_the_table_allows() {
    let imports = Imports::of(&files());
    for (part, allowed) in PARTS {
        for part in [part].into_iter().chain(*allowed) {
            let path: Vec<String> = part.split("::").map(str::to_owned).collect();
            assert!(imports.modules.contains(&path), "{part} is in the table, and nowhere else");
        }
    }
    for (part, allowed) in PARTS {
        for other in *allowed {
            let is_used = imports.between_parts().any(|(_, from, to)| (from, to) == (*part, *other));
            assert!(is_used, "{part} may import {other}, and does not");
        }
    }
    let across = imports.across_parts();
    assert!(across.is_empty(), "\n{}", across.join("\n"));
}

#[test]
fn no_circle_runs_across_folders() {
    let circles = Imports::of(&files()).circles();
    let listed: Vec<String> = circles.iter().map(|circle| circle.join(", ")).collect();
    assert!(listed.is_empty(), "\n{}", listed.join("\n"));
}

/// A tree with one file of each wing, and one more.
fn with(path: &str, text: &str) -> Vec<File> {
    let file = |path: String, text: &str| File { path, text: text.to_owned() };
    let mut files: Vec<File> = WINGS.iter().map(|wing| file(format!("src/{wing}.rs"), "")).collect();
    let parts = PARTS.iter().map(|(part, _)| file(format!("src/{}.rs", part.replace("::", "/")), ""));
    files.extend(parts);
    files.push(file(path.to_owned(), text));
    files
}

#[test]
fn what_is_forbidden_is_noticed() {
    for text in [
        "use crate::store::Archive;",
        "use crate::{\n    base,\n    store::Archive,\n};",
        "fn a() -> crate::query::Query {}",
        "#[cfg(test)]\nmod tests {\n    use crate::query::Query;\n}",
        "#[cfg(test)]\nmod tests {}\n\npub(crate) use crate::store::names;",
        "use super::super::store;",
    ] {
        let imports = Imports::of(&with("src/model/new.rs", text));
        assert_eq!(imports.upward().len(), 1, "{text}");
    }
    let imports = Imports::of(&with("src/store/index/read/new.rs", "use crate::store::index::write::Run;"));
    assert_eq!(imports.across_parts().len(), 1);
    let circle = [
        with("src/model/a.rs", "use super::b::c;"),
        with("src/model/b/c.rs", "fn f() { crate::model::a::g() }"),
        with("src/model/b.rs", ""),
    ];
    assert_eq!(Imports::of(&circle.into_iter().flatten().collect::<Vec<_>>()).circles().len(), 1);
}
