//! The W3C's tests of the SPARQL 1.1 Protocol, over TCP.

use crate::absent;
use crate::client::{Response, Server, dataset};
use libtest_mimic::{Failed, Trial};
use oxigraph::io::{RdfFormat, RdfParser};
use oxrdf::{NamedNode, Term, Triple};
use standpoint::serve::http::Options;
use std::fs;
use std::path::Path;
use std::sync::Arc;

const SUITE: &str = "w3c-sparql11/protocol";
const HT: &str = "http://www.w3.org/2011/http#";
const CNT: &str = "http://www.w3.org/2011/content#";
const MF: &str = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#";
const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";

/// Why the tests that change data are left out. Those that must fail are run.
const UPDATES: &str = "updates: documents change through the archive";

/// The manifest.
struct Manifest(Vec<Triple>);

impl Manifest {
    fn values<'a>(
        &'a self,
        subject: &'a Term,
        namespace: &'a str,
        name: &'a str,
    ) -> impl Iterator<Item = &'a Term> {
        self.0
            .iter()
            .filter(move |triple| {
                Term::from(triple.subject.clone()) == *subject
                    && triple.predicate.as_str().strip_prefix(namespace) == Some(name)
            })
            .map(|triple| &triple.object)
    }

    fn value<'a>(&'a self, subject: &'a Term, namespace: &'a str, name: &'a str) -> Option<&'a Term> {
        self.values(subject, namespace, name).next()
    }

    fn text(&self, subject: &Term, namespace: &str, name: &str) -> Option<String> {
        match self.value(subject, namespace, name)? {
            Term::Literal(literal) => Some(literal.value().to_owned()),
            _ => None,
        }
    }

    fn list(&self, head: Option<&Term>) -> Vec<Term> {
        let (mut items, mut at) = (Vec::new(), head.cloned());
        while let Some(node) = at {
            items.extend(self.value(&node, RDF, "first").cloned());
            at = self.value(&node, RDF, "rest").cloned();
        }
        items
    }
}

fn triples(path: &Path, format: RdfFormat) -> Vec<Triple> {
    let bytes = fs::read(path).expect("the suite is readable");
    let parser = RdfParser::from_format(format).with_base_iri("http://example.org/manifest");
    let quads = parser.expect("it is an IRI").for_slice(&bytes);
    quads.map(|quad| quad.expect("the suite is valid").into()).collect()
}

/// A test for each entry.
pub fn trials() -> Vec<Trial> {
    let suite = absent::reference(SUITE).filter(|suite| suite.join("manifest.ttl").exists());
    let Some(suite) = suite else { return vec![absent::without_reference("the_protocol", SUITE)] };
    let manifest = Arc::new(Manifest(triples(&suite.join("manifest.ttl"), RdfFormat::Turtle)));
    let entries = manifest.0.iter().filter(|triple| triple.predicate.as_str() == format!("{MF}entries"));
    let entries: Vec<Term> = entries.flat_map(|triple| manifest.list(Some(&triple.object))).collect();
    assert_eq!(entries.len(), 34, "the suite's tests");
    let trial = |entry: Term| {
        let name = entry.to_string();
        let name = name.rsplit('#').next().unwrap_or_default().trim_end_matches('>').to_owned();
        if name.starts_with("update_") {
            return Trial::test(name, || Ok(())).with_kind(UPDATES).with_ignored_flag(true);
        }
        let (manifest, suite) = (Arc::clone(&manifest), suite.clone());
        Trial::test(name, move || run(&manifest, &entry, &suite))
    };
    entries.into_iter().map(trial).collect()
}

fn run(manifest: &Manifest, entry: &Term, suite: &Path) -> Result<(), Failed> {
    let graph = |number: usize| {
        let name = format!("http://kasei.us/2009/09/sparql/data/data{number}.rdf");
        let triples = triples(&suite.join(format!("data{number}.nt")), RdfFormat::NTriples);
        (NamedNode::new_unchecked(name), triples)
    };
    let server = Server::new(dataset((1..=3).map(graph).collect()), Options::default());
    let action = manifest.value(entry, MF, "action").ok_or("no action")?;
    let requests = manifest.list(manifest.value(action, HT, "requests"));
    assert!(!requests.is_empty(), "a test asks something");
    for request in requests {
        let text = |name| manifest.text(&request, HT, name).unwrap_or_default();
        let mut bytes = format!(
            "{} {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n",
            text("methodName"),
            text("absolutePath"),
            server.address
        );
        for header in manifest.list(manifest.value(&request, HT, "headers")) {
            let part = |name| manifest.text(&header, HT, name).unwrap_or_default();
            bytes += &format!("{}: {}\r\n", part("fieldName"), part("fieldValue"));
        }
        let body = manifest.value(&request, HT, "body").map_or_else(Vec::new, |body| {
            let text = manifest.text(body, CNT, "chars").unwrap_or_default();
            match manifest.text(body, CNT, "characterEncoding").as_deref() {
                Some("UTF-16") => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
                _ => text.into_bytes(),
            }
        });
        bytes += &format!("Content-Length: {}\r\n\r\n", body.len());
        let response = server.send_bytes(&[bytes.as_bytes(), &body].concat());
        let expected = manifest.value(&request, HT, "resp").ok_or("no response")?;
        compare(manifest, expected, &response)?;
    }
    Ok(())
}

fn compare(manifest: &Manifest, expected: &Term, response: &Response) -> Result<(), Failed> {
    let class = response.status / 100;
    let is_expected = |status: &Term| status.to_string().ends_with(&format!("StatusCode{class}xx>"));
    if !manifest.values(expected, MF, "expectedStatus").any(is_expected) {
        return Err(format!("{response:?}").into());
    }
    let media_type = response.header("content-type").split(';').next().unwrap_or_default().to_owned();
    let possible: &[&str] = match manifest.text(expected, MF, "expectedFormat").as_deref() {
        Some("boolean") => &["application/sparql-results+xml", "application/sparql-results+json"],
        Some("tabular") => &[
            "application/sparql-results+xml",
            "application/sparql-results+json",
            "text/tab-separated-values",
            "text/csv",
        ],
        Some("RDF") => {
            &["application/rdf+xml", "application/rdf+n-triples", "text/turtle", "application/n-triples"]
        }
        _ => return Ok(()),
    };
    assert!(possible.contains(&media_type.as_str()), "{media_type}");
    if let Some(truth) = manifest.text(expected, MF, "expectedBoolean") {
        assert!(response.text().contains(&format!("\"boolean\":{truth}")), "{}", response.text());
    }
    Ok(())
}
