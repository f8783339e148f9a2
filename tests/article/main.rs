//! The shipped case against the article's text, which the repository does not hold: skipped, by
//! name, where the reference data is absent.

#[path = "../absent/mod.rs"]
mod absent;

use libtest_mimic::{Arguments, Failed, Trial};
use standpoint::ingest;
use standpoint::ingest::{Options, Texts};
use std::path::Path;

const TEST: &str = "every_quote_stands_in_the_article_and_none_is_a_sentence";
const ARTICLE: &str = "witkoff-putin-article.txt";

fn main() {
    let trial = match absent::reference(ARTICLE) {
        Some(text) => Trial::test(TEST, move || check(&text)),
        None => absent::without_reference(TEST, ARTICLE),
    };
    libtest_mimic::run(&Arguments::from_args(), vec![trial]).exit();
}

fn check(text: &Path) -> Result<(), Failed> {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/witkoff-putin-2025");
    let inputs = ingest::find(&[case.join("registry.yaml"), case.join("positions.yaml")], None)?;
    let options = Options { texts: Texts::read(&[text.to_owned()])?, ..Options::default() };
    let loaded = ingest::read(&inputs, options, ingest::nothing_known())?;
    let article = std::fs::read_to_string(text)?;
    let sentences: Vec<&str> =
        article.split_inclusive(['.', '\n']).map(str::trim).filter(|sentence| sentence.len() > 20).collect();
    let texts: Vec<_> = loaded.documents.iter().map(|document| document.ntriples.text().unwrap()).collect();
    let lines = texts.iter().flat_map(|text| text.lines());
    let mut quotes = 0;
    for line in lines.filter(|line| line.contains("/ns/oa#exact>")) {
        let quote =
            line.split_once('"').and_then(|(_, rest)| rest.rsplit_once('"')).ok_or("a quoted text")?.0;
        quotes += 1;
        if sentences.iter().any(|sentence| quote.contains(sentence)) {
            return Err(format!("a whole sentence: {quote}").into());
        }
    }
    // A case without quotes would pass for the wrong reason.
    if quotes < 100 { Err(format!("{quotes} quotes only").into()) } else { Ok(()) }
}
