//! Files of shapes, data and what is found, side by side: `UPDATE=1` writes the last part.

use super::{below, read, triples};
use oxrdf::Term;
use standpoint::audit::check::shacl::{Outcome, Severity, Shapes, validate};
use standpoint::model::vocab::sh;
use standpoint::store::index::Index;
use std::collections::{BTreeMap, BTreeSet};
use std::{env, fs};

/// What begins a line about something found.
const FOUND: &str = "#> ";

#[test]
fn cases_find_what_they_say() {
    let mut files: Vec<_> = fs::read_dir(below("tests/shacl"))
        .expect("a folder lists its files")
        .map(|entry| entry.expect("a folder lists its files").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "ttl"))
        .collect();
    files.sort();
    let mut components = BTreeSet::new();
    for path in files {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = read(&path);
        let body: String = text.split_inclusive('\n').filter(|line| !line.starts_with(FOUND)).collect();
        let shapes = Shapes::parse(&body).unwrap_or_else(|error| panic!("{name}: {error}"));
        let index = Index::from_triples(triples(&name, &body));
        let outcomes = validate(&index, &shapes, None);
        assert!(!outcomes.is_empty(), "{name} finds nothing");
        components.extend(outcomes.iter().map(|outcome| outcome.component.clone()));
        let found: String = outcomes.iter().map(|outcome| lines(&shapes, outcome)).collect();
        let now = format!("{}\n\n{found}", body.trim_end());
        if env::var_os("UPDATE").is_some() {
            fs::write(&path, &now).expect("the file can be written");
        }
        assert!(read(&path) == now, "{name} finds, now (UPDATE=1 writes it):\n{found}");
    }
    let all: BTreeSet<_> = sh::TERMS
        .iter()
        // What breaks a property shape is reported as itself.
        .filter(|term| term.as_str().ends_with("Component") && **term != sh::PROPERTY_CONSTRAINT)
        .map(|term| term.into_owned())
        .collect();
    assert_eq!(components, all, "components found and components there are");
}

/// What encloses the components in `docs/conformance.md`.
const BEGIN: &str = "<!-- components of SHACL Core, written by `UPDATE=1 cargo test --test shacl` -->\n";
const END: &str = "<!-- end of components -->";

#[test]
fn the_page_of_conformance_has_these_components() {
    let mut cases: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for entry in fs::read_dir(below("tests/shacl")).expect("a folder lists its files") {
        let path = entry.expect("a folder lists its files").path();
        if path.extension().is_none_or(|extension| extension != "ttl") {
            continue;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for line in read(&path).lines().filter_map(|line| line.strip_prefix(FOUND)) {
            if let Some(component) = line.split(" | ").nth(3) {
                cases.entry(component.to_owned()).or_default().insert(name.clone());
            }
        }
    }
    let mut table = String::from("\n| Component | Cases |\n| - | - |\n");
    for (component, names) in &cases {
        let links: Vec<String> =
            names.iter().map(|name| format!("[{name}](../tests/shacl/{name})")).collect();
        table += &format!("| {component} | {} |\n", links.join(", "));
    }
    table += &format!("\nAll {} constraint components have cases.\n\n", cases.len());
    let page = below("docs/conformance.md");
    let text = read(&page);
    let (before, rest) = text.split_once(BEGIN).expect("the page has a place for components");
    let (_, after) = rest.split_once(END).expect("the page ends its components");
    let now = format!("{before}{BEGIN}{table}{END}{after}");
    if env::var_os("UPDATE").is_some() {
        fs::write(&page, &now).expect("the page can be written");
    }
    assert!(read(&page) == now, "docs/conformance.md lacks (UPDATE=1 writes it):\n{table}");
}

/// Where, what, by which component, under which shape; then why.
fn lines(shapes: &Shapes, outcome: &Outcome) -> String {
    let prefixes = shapes.prefixes();
    let term = |term: &Term| match term {
        Term::NamedNode(iri) => prefixes.shorten(iri.as_ref()),
        Term::BlankNode(_) => "[]".to_owned(),
        other => other.to_string().replace("http://www.w3.org/2001/XMLSchema#", "xsd:"),
    };
    let component = outcome.component.as_str().trim_start_matches(sh::NAMESPACE);
    let mut columns = vec![
        term(&outcome.focus),
        outcome.path.as_ref().map_or_else(|| "-".to_owned(), |path| path.shortened(prefixes)),
        outcome.value.as_ref().map_or_else(|| "-".to_owned(), term),
        component.trim_end_matches("ConstraintComponent").to_owned(),
        prefixes.shorten(outcome.shape.as_ref()),
    ];
    if outcome.severity != Severity::Violation {
        columns.push(format!("{:?}", outcome.severity));
    }
    columns.extend(outcome.messages.iter().map(ToString::to_string));
    format!("{FOUND}{}\n{FOUND}    {}\n", columns.join(" | "), outcome.explanation)
}
