//! Finding the texts of articles.

use super::Origin;
use crate::base::diagnostic::Diagnostic;
use crate::base::error::{Error, Result, reason};
use crate::ingest::sheet::{self, Declared, Step};
use crate::model::document::ContentHash;
use crate::model::document::Document;
use crate::model::identity::id_of;
use crate::model::registry::{Kind, Lookup, Registry};
use crate::model::text::ArticleText;
use crate::model::vocab::schema;
use crate::store::archive::Archive;
use oxrdf::NamedNode;
use std::collections::HashSet;
use std::fmt;
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// Article texts, found by their hash or by the name of their file.
#[derive(Clone, Default)]
pub struct Texts {
    at_hand: Vec<(String, Arc<ArticleText>)>,
    /// Gives the text of a hash, if a store keeps it.
    kept: Option<Arc<Kept>>,
}

type Kept = dyn Fn(ContentHash) -> Option<String> + Send + Sync;

impl Texts {
    /// Reads text files, and every `.txt` and coded text in folders.
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
            texts.push((stem(&file), Arc::new(ArticleText::new(without_marks(&file, content)?))));
        }
        Ok(Self { at_hand: texts, kept: None })
    }

    /// Texts that are at hand already, each with the id of its article.
    #[must_use]
    pub fn of(texts: impl IntoIterator<Item = (String, String)>) -> Self {
        let text = |(id, content)| (id, Arc::new(ArticleText::new(content)));
        Self { at_hand: texts.into_iter().map(text).collect(), kept: None }
    }

    /// With those that the store in this directory keeps, which are asked for by the hash that an article states. What
    /// is at hand goes before them; one that is damaged is none here: `repair` tells of it.
    #[must_use]
    pub fn with_kept_in(self, store: &Path) -> Self {
        let (store, archive) = (store.to_owned(), OnceLock::new());
        let kept =
            move |hash| archive.get_or_init(|| Archive::open(&store).ok()).as_ref()?.text(hash).ok()?;
        Self { kept: Some(Arc::new(kept)), ..self }
    }

    /// Texts whose hash these documents state: those of articles that come as RDF.
    pub(super) fn named_in(&self, documents: &[Document]) -> Result<Vec<Arc<ArticleText>>> {
        let mut named = Vec::new();
        for (_, text) in &self.at_hand {
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

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &ArticleText> {
        self.at_hand.iter().map(|(_, text)| &**text)
    }

    fn find(&self, article: &NamedNode, sha256: Option<&str>) -> Option<Arc<ArticleText>> {
        let by_hash = self.at_hand.iter().find(|(_, text)| Some(text.sha256()) == sha256);
        let by_name = || self.at_hand.iter().find(|(stem, _)| stem == id_of(article));
        let kept = || {
            let text = (self.kept.as_ref()?)(sha256?.parse().ok()?)?;
            Some(Arc::new(ArticleText::new(text)))
        };
        by_hash.or_else(by_name).map(|(_, text)| text.clone()).or_else(kept)
    }
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Texts").field("at_hand", &self.at_hand).finish_non_exhaustive()
    }
}

/// Files that are meant as texts: those named, and every `.txt` and coded text in the folders named.
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
        files.retain(|file| match file.extension().and_then(|extension| extension.to_str()) {
            Some("txt") => true,
            Some("md") => is_coded_file(file),
            _ => false,
        });
        files.sort();
        all.extend(files);
    }
    Ok(all)
}

/// Whether a file is a coded text, by its name and its first line.
pub(super) fn is_coded_file(file: &Path) -> bool {
    let mut begin = [0; 64];
    let read = std::fs::File::open(file).and_then(|mut file| file.read(&mut begin));
    is_named_coded(file)
        && read.is_ok_and(|bytes| sheet::is_coded_text(&String::from_utf8_lossy(&begin[..bytes])))
}

fn is_named_coded(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("md"))
}

/// The text that a file holds: of a coded text, what is left without front matter and marks.
///
/// # Errors
/// Marks that cannot be read.
pub fn without_marks(file: &Path, content: String) -> Result<String> {
    if !is_named_coded(file) || !sheet::is_coded_text(&content) {
        return Ok(content);
    }
    let bare = content.strip_prefix(super::BYTE_ORDER_MARK).unwrap_or(&content);
    sheet::article_text(&file.display().to_string(), bare).map_err(Error::Input)
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
    let (coded, contested) = coded_texts(sheets, registry, &mut faults);
    for article in contested {
        registry.article_mut(&article).refused = true;
    }
    for (origin, declared) in sheets {
        let folder = origin.input.path.as_deref().and_then(Path::parent);
        for (iri, article, at) in declared.articles() {
            if registry.article(iri).is_some_and(|facts| facts.refused) {
                continue;
            }
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
                        let path = folder.join(path);
                        let content = std::fs::read_to_string(&path);
                        match content.map(|content| without_marks(&path, content)) {
                            Ok(Ok(content)) => found = Some(Arc::new(ArticleText::new(content))),
                            // Loaded beside this sheet, it is reported there.
                            Ok(Err(Error::Input(_))) if is_input(sheets, &path) => {}
                            Ok(Err(Error::Input(found))) => faults.extend(found),
                            Ok(Err(error)) => return Err(error),
                            Err(error) => faults.push(
                                Diagnostic::error(format!("the text `{}` cannot be read", path.display()))
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
                (None, false) => {
                    let own = coded.iter().find(|own| own.article == *iri).map(|own| own.text.clone());
                    match own.or_else(|| texts.find(iri, stated.as_deref())) {
                        Some(text) => text,
                        None => continue,
                    }
                }
            };
            let facts = registry.article_mut(iri);
            facts.refused = true;
            if let Some(stated) = stated.filter(|hash| hash != text.sha256()) {
                faults.push(
                    not_the_one(iri, &stated, &text)
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
    for own in &coded {
        own.attach(registry, &mut faults);
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
    let stems = texts.at_hand.iter().map(|(stem, _)| stem).chain(&near).map(String::as_str).collect();
    registry.recall_articles(&stems, &texts.at_hand.iter().map(|(_, text)| text.sha256()).collect());
    if texts.kept.is_some() {
        for name in sheets.iter().flat_map(|(_, declared)| declared.article_names()) {
            if let Lookup::Found(article) = registry.look_up(Kind::Article, name) {
                registry.article_mut(&article);
            }
        }
    }
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

/// A sheet that holds the text of its article.
struct Coded<'s> {
    declared: &'s Declared,
    article: NamedNode,
    text: Arc<ArticleText>,
}

/// The coded texts among the sheets, and the articles of which there are two; these are reported.
fn coded_texts<'s>(
    sheets: &'s [(Origin<'_>, Declared)],
    registry: &Registry,
    faults: &mut Vec<Diagnostic>,
) -> (Vec<Coded<'s>>, Vec<NamedNode>) {
    let (mut coded, mut contested): (Vec<Coded<'s>>, Vec<NamedNode>) = (Vec::new(), Vec::new());
    for (_, declared) in sheets {
        let Some((article, text)) = declared.coded_article(registry) else { continue };
        let own = Coded { declared, article, text };
        if let Some(other) = coded.iter().find(|other| other.article == own.article) {
            let fault = own.differs_from(other);
            contested.extend(fault.is_some().then(|| own.article.clone()));
            faults.extend(fault);
        }
        coded.push(own);
    }
    (coded, contested)
}

impl Coded<'_> {
    /// What is wrong if both are coded texts of one article: their texts differ, or nobody says that two people
    /// coded it.
    fn differs_from(&self, other: &Self) -> Option<Diagnostic> {
        let (file, article) = (&other.declared.written.file, id_of(&self.article));
        let coder =
            |own: &Self| own.declared.written.sheet.coding.as_ref().and_then(|coding| coding.coder.clone());
        let diagnostic = if self.text != other.text {
            let (one, two) = (self.text.as_str(), other.text.as_str());
            let same = one.chars().zip(two.chars()).take_while(|(one, two)| one == two).count();
            let at = u32::try_from(same).unwrap_or(u32::MAX);
            let around =
                |own: &Self| own.text.passage(at..at.saturating_add(1).min(own.text.length())).context;
            Diagnostic::error(format!("`{file}` has another text of `{article}`"))
                .expected("both files say that they are this article")
                .note(format!("the texts differ from {same} on"))
                .note(format!("there: {}", around(other)))
                .note(format!("here:  {}", around(self)))
                .help("give one of them another `id:`; or make the texts the same")
        } else if coder(self) == coder(other) {
            Diagnostic::error(format!("`{file}` codes `{article}` too"))
                .expected("both files say that they are this article")
                .help("load one of them; if two people coded the article, name each: coding: {coder: …}")
        } else {
            return None;
        };
        Some(diagnostic.at(self.place()))
    }

    /// Where the article is named.
    fn place(&self) -> crate::base::diagnostic::Place {
        self.declared.written.place(&["article".into()])
    }

    /// Gives the article its text, if nothing else did; reports a text that is not the one elsewhere.
    fn attach(&self, registry: &mut Registry, faults: &mut Vec<Diagnostic>) {
        let known = registry.article(&self.article).unwrap_or_default();
        let stated = match &known.text {
            Some(text) => Some(text.sha256().to_owned()),
            None => known.sha256.clone(),
        };
        if known.refused {
            return;
        }
        let facts = registry.article_mut(&self.article);
        if let Some(stated) = stated.filter(|hash| hash != self.text.sha256()) {
            facts.refused = true;
            faults.push(
                not_the_one(&self.article, &stated, &self.text)
                    .help("the article is defined elsewhere with that text: load that file again together with this one, or give this text an `id:` of its own")
                    .at(self.place()),
            );
            return;
        }
        facts.sha256 = Some(self.text.sha256().to_owned());
        facts.length = Some(self.text.length());
        facts.text = Some(self.text.clone());
    }
}

/// A text that has another hash than the article's is said to have.
fn not_the_one(article: &NamedNode, stated: &str, text: &ArticleText) -> Diagnostic {
    Diagnostic::error(format!("the text of `{}` is not the one that was coded", id_of(article)))
        .expected("its SHA-256 differs")
        .note(format!("was {stated}"))
        .note(format!("is  {}", text.sha256()))
}

/// Whether a file is one of the sheets that are being read.
fn is_input(sheets: &[(Origin<'_>, Declared)], file: &Path) -> bool {
    let file = file.canonicalize().ok();
    sheets.iter().any(|(origin, _)| {
        let input = origin.input.path.as_deref().and_then(|path| path.canonicalize().ok());
        input.is_some() && input == file
    })
}

/// The folder of a file that is named without one is the current one.
fn nonempty(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() { Path::new(".") } else { folder }
}

/// The names of the texts in a folder; none where there is no folder.
fn stems(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(nonempty(folder)).into_iter().flatten().flatten();
    let is_text = |path: &PathBuf| path.extension().is_some_and(|e| e == "txt") || is_coded_file(path);
    let texts = entries.map(|entry| entry.path()).filter(is_text);
    texts.map(|path| stem(&path)).collect()
}

/// The text that lies in one of these folders under the article's id.
fn text_beside(folders: &[PathBuf], article: &NamedNode) -> Option<Arc<ArticleText>> {
    let names = [format!("{}.txt", id_of(article)), format!("{}.md", id_of(article))];
    let paths = folders.iter().flat_map(|folder| names.iter().map(|name| folder.join(name)));
    let text = |path: PathBuf| without_marks(&path, std::fs::read_to_string(&path).ok()?).ok();
    let content = paths.filter(|path| path.is_file()).find_map(text)?;
    Some(Arc::new(ArticleText::new(content)))
}
