//! What the suite's manifests list.

use oxigraph::io::{RdfFormat, RdfParser};
use oxrdf::vocab::rdf;
use oxrdf::{
    Graph, NamedNode, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, Quad, Term, TermRef, Triple,
};
use std::fs;
use std::path::{Path, PathBuf};

/// Where the suite says that its files are: relative IRIs are relative to this.
pub const BASE: &str = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/";

const MF: &str = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#";
const QT: &str = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#";

/// A test of the suite.
pub struct Entry {
    /// Its folder and its name in the manifest, `aggregates/agg01`.
    pub name: String,
    /// The type of the test, without namespace.
    pub kind: String,
    /// The query.
    pub query: PathBuf,
    /// What goes into the default graph.
    pub data: Vec<PathBuf>,
    /// What goes into graphs of its own.
    pub named: Vec<PathBuf>,
    /// The answer, of an evaluation test.
    pub result: Option<PathBuf>,
}

/// Everything that `manifest-all.ttl` lists, in its order.
pub fn entries(suite: &Path) -> Vec<Entry> {
    let all = Manifest::read(suite, &suite.join("manifest-all.ttl"));
    let included = all.list(all.root(), "include");
    included.iter().flat_map(|term| Manifest::read(suite, &path(suite, term)).entries(suite)).collect()
}

struct Manifest {
    graph: Graph,
    folder: String,
}

impl Manifest {
    fn read(suite: &Path, file: &Path) -> Self {
        let graph = quads(suite, file).into_iter().map(Triple::from).collect();
        let folder = file.parent().and_then(Path::file_name).unwrap_or_default();
        Self { graph, folder: folder.to_string_lossy().into_owned() }
    }

    fn root(&self) -> NamedOrBlankNode {
        let manifest = node(MF, "Manifest");
        let root = self.graph.subject_for_predicate_object(rdf::TYPE, manifest.as_ref());
        root.expect("a manifest says that it is one").into_owned()
    }

    fn entries(&self, suite: &Path) -> Vec<Entry> {
        self.list(self.root(), "entries").iter().filter_map(|term| self.entry(suite, term)).collect()
    }

    /// None where the action is no query: protocol and service description.
    fn entry(&self, suite: &Path, term: &Term) -> Option<Entry> {
        let subject = NamedOrBlankNode::try_from(term.clone()).expect("a test is a node");
        let kinds = self.graph.objects_for_subject_predicate(&subject, rdf::TYPE);
        let kind =
            kinds.filter_map(name_of).find(|kind| kind.ends_with("Test") || kind.ends_with("Test11"))?;
        let (_, name) =
            term.to_string().rsplit_once(['#', '/']).map(|(a, b)| (a.to_owned(), b.to_owned()))?;
        let name = format!("{}/{}", self.folder, name.trim_end_matches('>'));
        let action = self.object(&subject, MF, "action");
        let (query, data, named) = match &action {
            Some(Term::BlankNode(action)) => {
                let action = NamedOrBlankNode::from(action.clone());
                let files = |what| self.objects(&action, QT, what).iter().map(|t| path(suite, t)).collect();
                let query = self.object(&action, QT, "query").map(|query| path(suite, &query));
                (query, files("data"), self.named(suite, &action))
            }
            Some(query @ Term::NamedNode(_)) => (Some(path(suite, query)), Vec::new(), Vec::new()),
            _ => (None, Vec::new(), Vec::new()),
        };
        let result = self.object(&subject, MF, "result").filter(Term::is_named_node);
        let result = result.map(|result| path(suite, &result));
        Some(Entry { name, kind, query: query.unwrap_or_default(), data, named, result })
    }

    fn named(&self, suite: &Path, action: &NamedOrBlankNode) -> Vec<PathBuf> {
        let graphs = self.objects(action, QT, "graphData");
        graphs.iter().filter(|graph| graph.is_named_node()).map(|graph| path(suite, graph)).collect()
    }

    fn object(&self, subject: &NamedOrBlankNode, namespace: &str, name: &str) -> Option<Term> {
        self.objects(subject, namespace, name).into_iter().next()
    }

    fn objects(&self, subject: &NamedOrBlankNode, namespace: &str, name: &str) -> Vec<Term> {
        let predicate = node(namespace, name);
        let objects = self.graph.objects_for_subject_predicate(subject, predicate.as_ref());
        objects.map(TermRef::into_owned).collect()
    }

    fn list(&self, subject: NamedOrBlankNode, name: &str) -> Vec<Term> {
        let mut items = Vec::new();
        let mut rest = self.object(&subject, MF, name);
        while let Some(cell) = rest.and_then(|rest| NamedOrBlankNode::try_from(rest).ok()) {
            let at = |predicate: NamedNodeRef<'_>| {
                let cell: NamedOrBlankNodeRef<'_> = cell.as_ref();
                self.graph.object_for_subject_predicate(cell, predicate).map(TermRef::into_owned)
            };
            items.extend(at(rdf::FIRST));
            rest = at(rdf::REST);
        }
        items
    }
}

/// The quads of a file of the suite.
pub fn quads(suite: &Path, file: &Path) -> Vec<Quad> {
    let format = file.extension().and_then(|e| RdfFormat::from_extension(&e.to_string_lossy()));
    let format = format.unwrap_or_else(|| panic!("{}: a format of RDF", file.display()));
    let bytes = fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let parser = RdfParser::from_format(format).with_base_iri(iri(suite, file)).expect("an IRI");
    parser
        .for_slice(&bytes)
        .collect::<Result<_, _>>()
        .unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// What the suite calls a file.
pub fn iri(suite: &Path, file: &Path) -> String {
    let below = file.strip_prefix(suite).expect("a file of the suite");
    format!("{BASE}{}", below.to_string_lossy().replace('\\', "/"))
}

/// The file that the suite calls so.
fn path(suite: &Path, term: &Term) -> PathBuf {
    let iri = term.to_string();
    let iri = iri.trim_matches(['<', '>']);
    suite.join(iri.strip_prefix(BASE).unwrap_or_else(|| panic!("{iri} is no file of the suite")))
}

fn node(namespace: &str, name: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("{namespace}{name}"))
}

fn name_of(term: TermRef<'_>) -> Option<String> {
    let TermRef::NamedNode(node) = term else { return None };
    node.as_str().rsplit_once('#').map(|(_, name)| name.to_owned())
}
