//! The shipped case against the article's text, which the repository does not hold: skipped, by
//! name, where the reference data is absent.

#[path = "../absent/mod.rs"]
mod absent;

use libtest_mimic::{Arguments, Failed, Trial};
use standpoint::export::coded_text::coded_text;
use standpoint::ingest;
use standpoint::ingest::{Options, Texts};
use standpoint::model::ontology;
use standpoint::model::text::ArticleText;
use standpoint::store::index::Index;
use std::path::{Path, PathBuf};

const TEST: &str = "every_quote_stands_in_the_article_and_none_is_a_sentence";
const ARTICLE: &str = "witkoff-putin-article.txt";

const CODED: &str = "the_case_as_a_coded_text_is_the_same_graph";

fn main() {
    type Check = fn(&Path) -> Result<(), Failed>;
    let tests: [(&str, Check); 2] = [(TEST, check), (CODED, coded)];
    let trials = tests.map(|(name, test)| match absent::reference(ARTICLE) {
        Some(text) => Trial::test(name, move || test(&text)),
        None => absent::without_reference(name, ARTICLE),
    });
    libtest_mimic::run(&Arguments::from_args(), trials.into()).exit();
}

/// The article's coded text, whose text is not ours to publish: written to a temporary folder, and loaded from there.
fn coded(text: &Path) -> Result<(), Failed> {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/witkoff-putin-2025");
    let read = |files: &[PathBuf], texts: &[PathBuf]| {
        let options = Options { texts: Texts::read(texts)?, ..Options::default() };
        ingest::read(&ingest::find(files, None)?, options, ingest::nothing_known())
    };
    let registry = case.join("registry.yaml");
    let loaded = read(&[registry.clone(), case.join("positions.yaml")], &[text.to_owned()])?;
    let ntriples: Vec<_> =
        loaded.documents.iter().map(|document| document.ntriples.text().unwrap()).collect();
    let index = Index::from_ntriples(ntriples.iter().map(AsRef::as_ref), ontology::schemes())?;
    let positions = loaded.documents.iter().find(|document| document.short_name().ends_with("positions"));
    let positions = positions.ok_or("a document of positions")?;
    let content = std::fs::read_to_string(text)?;
    let written = coded_text(positions, &index, &|_| Ok(Some(ArticleText::new(content.clone()))))?;
    let written = written.map_err(|why| why.reason())?;
    let folder = tempfile::tempdir()?;
    let (file, copy) = (folder.path().join("article.md"), folder.path().join("registry.yaml"));
    std::fs::write(&file, &written)?;
    // The registry names no file: the coded text is the article's text.
    std::fs::copy(registry, &copy)?;
    let again = read(&[copy, file.clone()], &[])?;
    for document in &loaded.documents {
        let same = again.documents.iter().find(|other| other.name == document.name);
        if same.is_none_or(|same| same.ntriples != document.ntriples) {
            return Err(format!("{} differs", document.short_name()).into());
        }
    }
    let input = ingest::find(&[file], None)?;
    if ingest::article_text(&input[0])? != content { Err("the text differs".into()) } else { Ok(()) }
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
