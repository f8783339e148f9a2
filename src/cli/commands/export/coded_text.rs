//! `standpoint export --format coded-text`: documents as articles with their words marked.

use super::Args;
use crate::base::error::{Error, Result, count};
use crate::cli::commands::context::{Context, Origin, documents};
use crate::cli::commands::output::{self, Outcome};
use crate::export::coded_text::{self, Unwritten};
use crate::export::{Export, Format, View, save};
use crate::ingest::Texts;
use crate::model::document::{self, Document};
use crate::model::text::ArticleText;
use crate::store::archive::Archive;
use crate::store::index::Index;
use oxrdf::NamedNode;
use std::collections::HashMap;
use std::io::Write;
use std::path::Path;

/// Where documents and texts are.
struct Sources {
    archive: Option<Box<Archive>>,
    documents: Vec<Document>,
    /// Files as they were written, by the names of their documents.
    written: HashMap<NamedNode, String>,
    /// Texts by their SHA-256.
    texts: HashMap<String, String>,
}

/// Runs it.
///
/// # Errors
/// Nothing to write, several documents for one file, no place to write them.
pub(super) fn run(context: &Context, args: &Args) -> Result<Outcome> {
    let (index, origin) = context.graph(&args.times)?;
    let mut rest = args.filters.selection(&index)?;
    let wanted = std::mem::take(&mut rest.articles);
    if !rest.is_everything() || args.view != View::default() {
        return Err(
            Error::usage("a coded text is written whole").with_help("choose documents with --article")
        );
    }
    let sources = Sources::new(context, args, origin)?;
    let mut written: Vec<(&Document, std::result::Result<String, Unwritten>)> = Vec::new();
    for document in &sources.documents {
        let articles = coded_text::articles(document)?;
        if wanted.is_empty() || articles.iter().any(|article| wanted.contains(article)) {
            written.push((document, sources.coded_text(document, &index)?));
        }
    }
    let output = args.output.as_deref().filter(|path| *path != Path::new("-"));
    match output {
        Some(folder) if folder.is_dir() || folder.to_string_lossy().ends_with(['/', '\\']) => {
            to_folder(folder, &written)?;
        }
        _ => to_one(output, &written)?,
    }
    Ok(Outcome::Done)
}

impl Sources {
    fn new(context: &Context, args: &Args, origin: Origin) -> Result<Self> {
        let mut sources =
            Self { archive: None, documents: Vec::new(), written: HashMap::new(), texts: HashMap::new() };
        match origin {
            Origin::Store(archive) => {
                sources.documents = documents(&archive)?;
                sources.archive = Some(archive);
            }
            Origin::Files(_) => {
                let loaded = context.loaded()?;
                for coded in loaded.coded {
                    sources.written.insert(coded.document, coded.source);
                }
                sources.texts = loaded
                    .texts
                    .iter()
                    .map(|text| (text.sha256().to_owned(), text.as_str().to_owned()))
                    .collect();
                sources.documents = loaded.documents;
            }
        }
        for text in Texts::read(&args.text)?.all() {
            sources.texts.insert(text.sha256().to_owned(), text.as_str().to_owned());
        }
        Ok(sources)
    }

    fn coded_text(
        &self,
        document: &Document,
        index: &Index,
    ) -> Result<std::result::Result<String, Unwritten>> {
        if let Some(written) = self.written.get(&document.name) {
            return Ok(Ok(written.clone()));
        }
        // Of what was loaded as a coded text, the store keeps the file.
        if let Some(written) =
            self.kept(&document.source_hash)?.filter(|text| crate::ingest::sheet::is_coded_text(text))
        {
            return Ok(Ok(written));
        }
        coded_text::coded_text(document, index, &|article| {
            for hash in coded_text::hashes(index, article) {
                let text = match self.texts.get(&hash) {
                    Some(text) => Some(text.clone()),
                    None => self.kept(&hash)?,
                };
                if let Some(text) = text {
                    return Ok(Some(ArticleText::new(text)));
                }
            }
            Ok(None)
        })
    }

    /// The text with this hash that the store keeps.
    fn kept(&self, hash: &str) -> Result<Option<String>> {
        match (&self.archive, hash.parse()) {
            (Some(archive), Ok(hash)) => Ok(archive.text(hash)?),
            _ => Ok(None),
        }
    }
}

fn to_one(
    output: Option<&Path>,
    written: &[(&Document, std::result::Result<String, Unwritten>)],
) -> Result<()> {
    let coded: Vec<(&Document, &String)> =
        written.iter().filter_map(|(document, text)| Some((*document, text.as_ref().ok()?))).collect();
    match (coded.as_slice(), output) {
        ([], _) => {
            let reasons =
                written.iter().filter_map(|(document, text)| Some((document, text.as_ref().err()?)));
            // A registry is never meant.
            let mut reasons: Vec<_> =
                reasons.filter(|(_, reason)| **reason != Unwritten::NoArticle).collect();
            reasons.sort_by_key(|(_, reason)| **reason != Unwritten::NoText);
            let error = Error::usage("no document can be written as a coded text");
            Err(match reasons.first() {
                Some((document, reason)) => {
                    let of = format!("{}: {}", document.short_name(), reason.reason());
                    let more = match reasons.len() {
                        1 => String::new(),
                        all => format!("; so for {}", count(all - 1, "other document")),
                    };
                    let text =
                        if **reason == Unwritten::NoText { "; name it with `--text FILE`" } else { "" };
                    error.with_help(format!("{of}{more}{text}"))
                }
                None => error.with_help("no document states anything about an article"),
            })
        }
        ([(_, text)], None) => {
            let mut out = output::stdout();
            out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(output::to_stdout)
        }
        ([(document, text)], Some(path)) => {
            save(path, text.as_bytes())?;
            output::note(&format!("wrote {} to {}", document.short_name(), path.display()));
            Ok(())
        }
        (several, _) => {
            let names: Vec<&str> =
                several.iter().take(5).map(|(document, _)| document.short_name()).collect();
            let more = if several.len() > names.len() { " …" } else { "" };
            Err(Error::usage(format!("{} and one file", count(several.len(), "coded text"))).with_help(
                format!(
                    "name a folder with `-o FOLDER/`, or choose one with --article: {}{more}",
                    names.join(", ")
                ),
            ))
        }
    }
}

/// Writes a file a document: coded texts, and as Turtle what cannot be one, so that the folder loads to the same
/// graph.
fn to_folder(folder: &Path, written: &[(&Document, std::result::Result<String, Unwritten>)]) -> Result<()> {
    std::fs::create_dir_all(folder).map_err(Error::file("create", folder))?;
    let last = |document: &Document| {
        let name = document.short_name();
        name.rsplit(['/', '#']).next().unwrap_or(name).to_owned()
    };
    let mut taken: HashMap<String, usize> = HashMap::new();
    written.iter().for_each(|(document, _)| *taken.entry(last(document)).or_default() += 1);
    let mut coded = 0;
    for (document, text) in written {
        let mut name = last(document);
        if taken[&name] > 1 {
            name = crate::model::identity::slug(document.short_name());
        }
        match text {
            Ok(text) => {
                save(&folder.join(format!("{name}.md")), text.as_bytes())?;
                coded += 1;
            }
            Err(reason) => {
                let text = document.ntriples.text().map_err(Error::temporary)?;
                let triples: Vec<_> = document::parse(&text).filter_map(std::result::Result::ok).collect();
                Export::of_triples(triples, Format::Turtle)?.save(&folder.join(format!("{name}.ttl")))?;
                output::note(&format!("{}: as Turtle, because {}", document.short_name(), reason.reason()));
            }
        }
    }
    output::note(&format!("wrote {} to {}", count(coded, "coded text"), folder.display()));
    Ok(())
}
