//! Finding the texts of articles.

use super::Origin;
use crate::base::diagnostic::Diagnostic;
use crate::base::error::{Error, Result, reason};
use crate::ingest::sheet::{Declared, Step};
use crate::model::document::Document;
use crate::model::identity::id_of;
use crate::model::registry::Registry;
use crate::model::text::ArticleText;
use crate::model::vocab::schema;
use oxrdf::NamedNode;
use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// Article texts, found by their hash or by the name of their file.
#[derive(Clone, Debug, Default)]
pub struct Texts(Vec<(String, Arc<ArticleText>)>);

impl Texts {
    /// Reads text files, and every `.txt` in folders.
    ///
    /// # Errors
    /// A file that cannot be read or is no UTF-8.
    pub fn read(paths: &[PathBuf]) -> Result<Self> {
        let mut texts = Vec::new();
        for file in files(paths)? {
            let bytes = std::fs::read(&file).map_err(Error::file("read", &file))?;
            let content = String::from_utf8(bytes).map_err(|error| {
                Error::Input(vec![super::invalid_utf8(&file.display().to_string(), &error)])
            })?;
            texts.push((stem(&file), Arc::new(ArticleText::new(content))));
        }
        Ok(Self(texts))
    }

    /// Texts whose hash these documents state: those of articles that come as RDF.
    pub(super) fn named_in(&self, documents: &[Document]) -> Result<Vec<Arc<ArticleText>>> {
        let mut named = Vec::new();
        for (_, text) in &self.0 {
            let hash = format!("{} \"{}\"", schema::SHA256, text.sha256());
            for document in documents {
                if document.ntriples.contains(&hash).map_err(Error::temporary)? {
                    named.push(text.clone());
                    break;
                }
            }
        }
        Ok(named)
    }

    fn find(&self, article: &NamedNode, sha256: Option<&str>) -> Option<Arc<ArticleText>> {
        let by_hash = self.0.iter().find(|(_, text)| Some(text.sha256()) == sha256);
        let by_name = || self.0.iter().find(|(stem, _)| stem == id_of(article));
        by_hash.or_else(by_name).map(|(_, text)| text.clone())
    }
}

/// Files that are meant as texts: those named, and every `.txt` in the folders named.
pub fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    for path in paths {
        if !path.is_dir() {
            all.push(path.clone());
            continue;
        }
        let mut files: Vec<PathBuf> = std::fs::read_dir(path)
            .and_then(|entries| entries.map(|entry| entry.map(|e| e.path())).collect())
            .map_err(Error::file("read", path))?;
        files.retain(|file| file.extension().is_some_and(|e| e == "txt"));
        files.sort();
        all.extend(files);
    }
    Ok(all)
}

/// Name of a text file that may be an article's id.
pub fn stem(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// Gives every article of the sheets its text, as far as it is at hand, and checks it against
/// the hash and length that the registry states.
pub(super) fn attach(
    sheets: &[(Origin<'_>, Declared)],
    texts: &Texts,
    registry: &mut Registry,
) -> Result<Vec<Diagnostic>> {
    let mut faults = Vec::new();
    for (origin, declared) in sheets {
        let folder = origin.input.path.as_deref().and_then(Path::parent);
        for (iri, article, at) in declared.articles() {
            let place = |field: &str| declared.written.place(&[at.0.into(), at.1.into(), Step::from(field)]);
            let (mut found, mut named) = (None, false);
            if let Some(name) = &article.text {
                named = true;
                let path = Path::new(&name.0);
                let outside =
                    path.components().any(|c| !matches!(c, Component::Normal(_) | Component::CurDir));
                // A link may lead outside as well.
                let leads_outside = |folder: &Path| {
                    let real = (folder.join(path).canonicalize(), nonempty(folder).canonicalize());
                    matches!(real, (Ok(text), Ok(folder))
                        if !text.starts_with(&folder) || !(text.is_file() || text.is_dir()))
                };
                match folder {
                    Some(folder) if !outside && !leads_outside(folder) => {
                        match std::fs::read_to_string(folder.join(path)) {
                            Ok(content) => found = Some(Arc::new(ArticleText::new(content))),
                            Err(error) => faults.push(
                                Diagnostic::error(format!(
                                    "the text `{}` cannot be read",
                                    folder.join(path).display()
                                ))
                                .expected(reason(&error))
                                .at(place("text")),
                            ),
                        }
                    }
                    _ => faults.push(
                        Diagnostic::error(format!("the text `{}` is outside the sheet's folder", name.0))
                            .expected("expected a path inside the sheet's folder")
                            .help("move the text into the sheet's folder, or name it with `--text FILE`")
                            .at(place("text")),
                    ),
                }
            }
            let stated = registry.article(iri).and_then(|facts| facts.sha256.clone());
            let text = match (found, named) {
                (Some(text), _) => text,
                (None, true) => {
                    registry.article_mut(iri).refused = true;
                    continue;
                }
                (None, false) => match texts.find(iri, stated.as_deref()) {
                    Some(text) => text,
                    None => continue,
                },
            };
            let facts = registry.article_mut(iri);
            facts.refused = true;
            if let Some(stated) = stated.filter(|hash| hash != text.sha256()) {
                faults.push(
                    Diagnostic::error(format!("the text of `{}` is not the one that was coded", id_of(iri)))
                        .expected("its SHA-256 differs")
                        .note(format!("was {stated}"))
                        .note(format!("is  {}", text.sha256()))
                        .help("find the text that was coded, or code this one as another article")
                        .at(place("sha256")),
                );
                continue;
            }
            if let Some(length) = facts.length.filter(|length| *length != text.length()) {
                faults.push(
                    Diagnostic::error(format!(
                        "the length of `{}` is {}, not {length}",
                        id_of(iri),
                        text.length()
                    ))
                    .expected("expected the length in Unicode code points")
                    .at(place("length")),
                );
                continue;
            }
            facts.refused = false;
            facts.sha256 = Some(text.sha256().to_owned());
            facts.length = Some(text.length());
            facts.text = Some(text);
        }
    }
    // Articles that the store or a graph knows, whose text is named on the command line or lies
    // beside a sheet. A text that is not the one that was coded is not taken for it.
    let beside = sheets.iter().filter_map(|(origin, _)| origin.input.path.as_deref()?.parent());
    let mut folders: Vec<PathBuf> = Vec::new();
    for folder in beside.flat_map(|folder| [folder.to_owned(), folder.join("texts")]) {
        if folders.last() != Some(&folder) && !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    let near: HashSet<String> = folders.iter().flat_map(|folder| stems(folder)).collect();
    let stems = texts.0.iter().map(|(stem, _)| stem).chain(&near).map(String::as_str).collect();
    registry.recall_articles(&stems, &texts.0.iter().map(|(_, text)| text.sha256()).collect());
    for (iri, hash) in registry.articles_without_text() {
        let Some(text) = texts.find(&iri, hash.as_deref()).or_else(|| text_beside(&folders, &iri)) else {
            continue;
        };
        if hash.as_deref().is_none_or(|hash| hash == text.sha256()) {
            let facts = registry.article_mut(&iri);
            facts.sha256.get_or_insert_with(|| text.sha256().to_owned());
            facts.length = Some(text.length());
            facts.sha256 = Some(text.sha256().to_owned());
            facts.text = Some(text);
        }
    }
    Ok(faults)
}

/// The folder of a file that is named without one is the current one.
fn nonempty(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() { Path::new(".") } else { folder }
}

/// The names of the texts in a folder; none where there is no folder.
fn stems(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(nonempty(folder)).into_iter().flatten().flatten();
    let texts = entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "txt"));
    texts.map(|path| stem(&path)).collect()
}

/// The text that lies in one of these folders under the article's id.
fn text_beside(folders: &[PathBuf], article: &NamedNode) -> Option<Arc<ArticleText>> {
    let name = format!("{}.txt", id_of(article));
    let paths = folders.iter().map(|folder| folder.join(&name));
    let content = paths.filter(|path| path.is_file()).find_map(|path| std::fs::read_to_string(path).ok())?;
    Some(Arc::new(ArticleText::new(content)))
}
