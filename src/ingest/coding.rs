//! Coding in the files of a case: positions marked in coded texts, articles added, the newest change undone.
//!
//! Every change is one of [`FileEdits`], as those of the commands are. Files are never named by a path from
//! outside: a name is looked up among the files that the case has, so that no path leads elsewhere.

use super::file_edits::{FileEdits, Made, Undo};
use super::insert::{Addition, inserted, scalar};
use super::sheet::{self, Format, UnknownName, attribute_value};
use super::{Content, Encoding, Input, case, register};
use crate::base::diagnostic::Place;
use crate::base::error::{Error, Result};
use crate::model::document::sha256;
use crate::model::identity::slug;
use crate::model::registry::{Kind, Lookup, Registry};
use crate::model::{Family, text::ArticleText};
use std::collections::HashSet;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The files of a case.
#[derive(Clone, Debug)]
pub struct CaseFiles {
    /// Without symbolic links.
    folder: PathBuf,
}

/// A coded text of a case.
#[derive(Clone, Debug)]
pub struct CodedFile {
    /// The path in the case's folder.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// The file as it is now.
    pub source: String,
    /// SHA-256 of it, as a form sends it back.
    pub digest: String,
    /// The name of its article, as the file writes it.
    pub article: Option<String>,
    /// The title of its article, if the file has it.
    pub title: Option<String>,
}

/// A position that is yet to be written.
#[derive(Clone, Debug, Default)]
pub struct NewPosition {
    /// The words, in code points of the text.
    pub words: Range<usize>,
    /// The stance, as a class of marks.
    pub stance: String,
    /// Attributes and their values, in the order in which they are written.
    pub fields: Vec<(&'static str, String)>,
    /// Actors and issues that the registry gets.
    pub things: Vec<NewThing>,
}

/// An actor or issue that a registry does not have yet.
#[derive(Clone, Debug)]
pub struct NewThing {
    /// What it is.
    pub kind: Kind,
    /// Its label.
    pub label: String,
    /// Of an issue, its family.
    pub family: Family,
}

/// An article that is yet to be written.
#[derive(Clone, Debug, Default)]
pub struct NewArticle {
    /// Its title.
    pub title: String,
    /// The outlet.
    pub publisher: String,
    /// The day, such as 2025-03-06.
    pub published: String,
    /// The text.
    pub text: String,
}

impl CaseFiles {
    /// Those of the case in this folder.
    ///
    /// # Errors
    /// There is no such folder.
    pub fn new(folder: &Path) -> Result<Self> {
        let real = folder.canonicalize().map_err(Error::file("read", folder))?;
        if !real.is_dir() {
            return Err(Error::usage(format!("`{}` is no folder", folder.display()))
                .with_help("name the folder of a case; `standpoint init DIR` makes one"));
        }
        Ok(Self { folder: real })
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn inputs(&self) -> Result<Vec<Input>> {
        super::find(std::slice::from_ref(&self.folder), None)
    }

    /// The files that a load of the case takes: its sheets, and graphs that are not the encoding of one of them.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub fn to_load(&self) -> Result<Vec<PathBuf>> {
        let inputs = self.inputs()?;
        let stem = |input: &Input| input.path.as_ref().map(|path| path.with_extension(""));
        let is_sheet = |input: &&Input| matches!(input.content, Content::Sheet(_));
        let sheets: HashSet<PathBuf> = inputs.iter().filter(is_sheet).filter_map(stem).collect();
        let is_taken =
            |input: &&Input| is_sheet(input) || stem(input).is_none_or(|stem| !sheets.contains(&stem));
        Ok(inputs.iter().filter(is_taken).filter_map(|input| input.path.clone()).collect())
    }

    /// The coded texts, by their names.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn coded_texts(&self) -> Result<Vec<CodedFile>> {
        let mut files = Vec::new();
        for input in self.inputs()? {
            if input.content != Content::Sheet(Format::CodedText) || input.encoding != Encoding::Plain {
                continue;
            }
            let Some(path) = input.path.filter(|path| self.holds(path)) else { continue };
            let source = fs::read_to_string(&path).map_err(Error::file("read", &path))?;
            files.push(self.coded(path, source));
        }
        files.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(files)
    }

    /// The coded text of this name; none where the case has none.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn coded_text(&self, name: &str) -> Result<Option<CodedFile>> {
        Ok(self.coded_texts()?.into_iter().find(|file| file.name == name))
    }

    fn coded(&self, path: PathBuf, source: String) -> CodedFile {
        let name = path.strip_prefix(&self.folder).unwrap_or(&path).to_string_lossy().into_owned();
        let written = sheet::read(&name, source.clone(), Format::CodedText).ok().map(|written| written.sheet);
        let own = written.as_ref().and_then(|sheet| sheet.articles.first());
        let article =
            own.and_then(|article| article.id.as_ref()).or(written.as_ref().and_then(|s| s.article.as_ref()));
        CodedFile {
            digest: sha256(source.as_bytes()),
            article: article.map(|article| article.0.clone()),
            title: own.and_then(|article| Some(article.title.as_ref()?.0.clone())),
            name,
            path,
            source,
        }
    }

    /// Whether a file lies in the folder, all links followed.
    fn holds(&self, path: &Path) -> bool {
        path.canonicalize().is_ok_and(|real| real.starts_with(&self.folder))
    }

    /// Marks a position in a coded text, and adds to the registry what it lacks.
    ///
    /// # Errors
    /// The file was changed since `file` was read; words that cannot be marked; a registry that cannot be changed.
    /// Then all files are as they were.
    pub fn add_position(&self, file: &CodedFile, position: &NewPosition, known: &Registry) -> Result<Made> {
        let after = self.with_position(file, position)?;
        let mut edits = FileEdits::new(&self.folder, format!("code {}", file.name));
        edits.rewrite(&file.path, &file.source, &after);
        self.register(&position.things, known, &mut edits)?;
        edits.make()
    }

    /// What a coded text would be with a position.
    ///
    /// # Errors
    /// Words that cannot be marked.
    pub fn with_position(&self, file: &CodedFile, position: &NewPosition) -> Result<String> {
        let mut attributes = format!(".{}", position.stance);
        for (key, value) in &position.fields {
            attributes += &format!(" {key}={}", attribute_value(value));
        }
        if file.source.contains('\r') {
            return Err(Error::usage(format!("`{}` has the line ends of Windows", file.name))
                .with_help("save it with line feeds, then mark its words here"));
        }
        sheet::marked(&file.source, position.words.clone(), &attributes).map_err(|why| {
            Error::usage(why.reason().to_owned())
                .with_help("mark words of one paragraph, as they stand in the text")
        })
    }

    fn register(&self, things: &[NewThing], known: &Registry, edits: &mut FileEdits) -> Result<()> {
        if things.is_empty() {
            return Ok(());
        }
        let inputs = self.inputs()?;
        let paths = [self.folder.clone()];
        let file = case::registry(&inputs, &paths, &mut case::Projects::default())?;
        let file = file.unwrap_or_else(|| self.folder.join("registry.yaml"));
        let before = match fs::read_to_string(&file) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(Error::file("read", &file)(error)),
        };
        let is_own = if before.is_some() {
            self.holds(&file)
        } else {
            file.parent().is_some_and(|dir| self.holds(dir))
        };
        if !is_own {
            return Err(Error::usage(format!(
                "the registry `{}` lies outside the case's folder",
                file.display()
            ))
            .with_help("add the name there, then choose it here"));
        }
        let mut additions = Vec::new();
        for NewThing { kind, label, family } in things {
            let id = slug(label);
            if id.is_empty() {
                return Err(Error::usage(format!("`{label}` has neither letters nor digits")));
            }
            if [label.as_str(), &id].iter().any(|name| known.look_up(*kind, name) != Lookup::Unknown) {
                return Err(Error::usage(format!("the {} `{label}` is there already", kind.word()))
                    .with_help("choose it from the list"));
            }
            let name = UnknownName {
                kind: *kind,
                name: label.clone(),
                place: Place::file(file.display().to_string()),
                count: 1,
                families: Default::default(),
                default_family: *family,
            };
            let (section, item) = register::item(&name, known, &mut HashSet::new());
            additions.push(Addition { section, item });
        }
        let text = before.as_deref().unwrap_or_default();
        let after = inserted(&file.display().to_string(), text, &additions)
            .map_err(|fault| Error::Input(vec![*fault]))?;
        match &before {
            None => edits.create(&file, &after),
            Some(before) => edits.rewrite(&file, before, &after),
        }
        Ok(())
    }

    /// Writes an article as a coded text without marks, and returns the name of the file with it.
    ///
    /// # Errors
    /// A field that is missing; a text that no coded text can hold; a file that cannot be written.
    pub fn add_article(&self, article: &NewArticle) -> Result<(Made, String)> {
        let fields =
            [("title", &article.title), ("publisher", &article.publisher), ("published", &article.published)];
        for (field, value) in fields.iter().copied().chain([("text", &article.text)]) {
            if value.trim().is_empty() {
                return Err(Error::usage(format!("`{field}` is missing")));
            }
        }
        let plain = slug(&format!("{} {}", article.publisher.trim(), article.published.trim()));
        let mut names = std::iter::once(plain.clone()).chain((2..).map(|number| format!("{plain}-{number}")));
        let id = names.find(|id| !self.folder.join(format!("{id}.md")).exists()).unwrap_or(plain);
        let mut front = format!("---\nid: {}\n", scalar(&id));
        for (field, value) in fields {
            let value = value.trim();
            // A date is written as people write it.
            let is_date = value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
            let written = if field == "published" && is_date { value.to_owned() } else { scalar(value) };
            front += &format!("{field}: {written}\n");
        }
        let text = ArticleText::new(article.text.replace("\r\n", "\n").trim().to_owned() + "\n");
        let file = format!("{front}---\n{}", unmarked(text.as_str()));
        let name = format!("{id}.md");
        if sheet::article_text(&name, &file).ok().as_deref() != Some(text.as_str()) {
            return Err(Error::usage("the text cannot be written as a coded text".to_owned())
                .with_help("take the backslashes before its brackets away"));
        }
        let mut edits = FileEdits::new(&self.folder, format!("add {name}"));
        edits.create(&self.folder.join(&name), &file);
        Ok((edits.make()?, name))
    }

    /// The newest change of the case's files; none where there is nothing to undo.
    #[must_use]
    pub fn last_change(&self) -> Option<Undo> {
        Undo::last(&self.folder).ok()
    }

    /// Undoes the newest change, and returns what it was.
    ///
    /// # Errors
    /// There is none; a file has changed since; the change is of files outside the folder.
    pub fn undo(&self) -> Result<(Made, String)> {
        let undo = Undo::last(&self.folder)?;
        let is_own = |path: &Path| match path.exists() {
            true => self.holds(path),
            false => path.parent().is_some_and(|folder| self.holds(folder)),
        };
        if !undo.paths().all(is_own) {
            return Err(Error::usage("the change is of files outside the case's folder".to_owned()));
        }
        let title = undo.title.clone();
        Ok((undo.make()?, title))
    }
}

/// A text whose brackets are all text: as it is where that is read so, else with a backslash before each.
fn unmarked(text: &str) -> String {
    let is_plain = sheet::article_text("", &format!("---\n---\n{text}")).is_ok_and(|read| read == text);
    if is_plain {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut slashes = 0;
    for sign in text.chars() {
        if matches!(sign, '[' | ']') {
            // Backslashes before a bracket count double.
            out.extend(std::iter::repeat_n('\\', slashes + 1));
        }
        out.push(sign);
        slashes = if sign == '\\' { slashes + 1 } else { 0 };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_text_has_no_marks() {
        for text in
            ["a\n", "[a]{.for}\n", "a \\[b\\] \\\\[c]{x}\n", "[[a]{.b}]{.c}\n", "a [b] \\ c\n", "a [ b\n"]
        {
            let file = format!("---\nid: a\n---\n{}", unmarked(text));
            assert_eq!(sheet::article_text("a.md", &file).unwrap(), text);
        }
    }

    #[test]
    fn only_files_of_the_case_are_found() {
        let dir = tempfile::tempdir().unwrap();
        let case = dir.path().join("case");
        fs::create_dir(&case).unwrap();
        fs::write(dir.path().join("out.md"), "---\nid: out\n---\nText.\n").unwrap();
        fs::write(case.join("in.md"), "---\nid: in\n---\nText.\n").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(dir.path().join("out.md"), case.join("link.md")).unwrap();
        let case = CaseFiles::new(&case).unwrap();
        let names: Vec<String> = case.coded_texts().unwrap().into_iter().map(|file| file.name).collect();
        assert_eq!(names, ["in.md"]);
        for name in ["../out.md", "link.md", "/etc/passwd", "./in.md", "in.md/../in.md", ""] {
            assert!(case.coded_text(name).unwrap().is_none(), "{name}");
        }
    }
}
