//! Questions: headers that somebody wrote, and values that somebody typed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use standpoint::query::ask::{Question, library};
use standpoint::store::index::Index;
use standpoint::ingest;
use standpoint::ingest::Options;
use standpoint::model::ontology;
use std::sync::LazyLock;

/// The shipped case.
static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/../data");
    let inputs = ingest::find(&[data.into()], None).expect("the case is there");
    let loaded = ingest::read(&inputs, Options::default(), ingest::nothing_known()).expect("the case loads");
    let documents = loaded.documents.iter().map(|document| document.ntriples.as_str());
    Index::from_ntriples(documents, ontology::schemes()).expect("documents are N-Triples")
});

fuzz_target!(|text: &str| {
    // Values for every parameter of a question of the library; or a question of its own.
    let mut lines = text.lines();
    let which = lines.next().unwrap_or_default();
    if let Some(question) = library().iter().find(|question| question.name == which) {
        let values: Vec<&str> = lines.collect();
        let value = |name: &str| {
            let at = question.parameters.iter().position(|parameter| parameter.name == name)?;
            values.get(at).map(|value| (*value).to_owned())
        };
        standpoint_fuzz::read_message(question.query(&INDEX, value).map(drop));
        return;
    }
    match Question::parse("trial", text) {
        Ok(question) => {
            let query = question.query(&INDEX, |_| Some("Russia".into()));
            standpoint_fuzz::read_message(query.map(drop));
        }
        Err(error) => standpoint_fuzz::read_message::<()>(Err(error)),
    }
});
