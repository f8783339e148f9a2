//! The project file: what a team has agreed on for its case.
//!
//! `standpoint.yaml` stands beside the case or above it. What it holds is settled for everybody
//! who works there, and kept under version control with the sheets:
//!
//! ```yaml
//! check:
//!   off:
//!     article-without-publisher: leaflets have none
//!   rules: rules/          # a folder of rules of one's own, beside those of the program
//!   hedges: hedges.yaml    # hedging words; a language given here replaces the program's own
//! prefixes:                # names that queries need not declare, beside those of the program
//!   ex: https://example.org/terms/
//! registry: names.yaml     # where `load --register` adds names; registry.yaml if not given
//! defaults:                # fields of positions that sheets leave out
//!   mode: demand
//! vocabulary:              # concepts of one's own, with the fields that they have in sheets
//!   - {list: mode, label: heckling, definition: an interjection, broader: public statement}
//! ```

use crate::base::error::{Error, Result};
use crate::base::fold::normalize_name;
use crate::base::header;
use crate::base::header::Header;
use crate::model::prefixes;
use crate::model::prefixes::Prefixes;
use crate::model::vocab;
use crate::model::{Certainty, Concept, Explicitness, Family, List, Mode};
use oxrdf::NamedNode;
use std::path::{Component, Path, PathBuf};

/// The project file's name.
pub const NAME: &str = "standpoint.yaml";

/// The part that defines concepts of the case's own. A load reads it as it reads the same part of a sheet.
pub const VOCABULARY: &str = "vocabulary";

/// What a project file says. Paths are as seen from where the program runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Project {
    /// The file.
    pub file: PathBuf,
    /// Rules that are switched off, each with the reason.
    pub off: Vec<(String, String)>,
    /// Folders of rules, or single ones.
    pub rules: Vec<PathBuf>,
    /// Lists of hedging words.
    pub hedges: Option<PathBuf>,
    /// Prefixes of the team's own, each with its namespace, an absolute IRI.
    pub prefixes: Vec<(String, String)>,
    /// The registry of the case, where another file than `registry.yaml` is.
    pub registry: Option<PathBuf>,
    /// Fields of positions that sheets leave out.
    pub defaults: Defaults,
}

/// Values of the fields that a position need not give. What is open here is built in: a public statement,
/// certain; and explicit, or reported if somebody else is a source of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Defaults {
    /// How it was expressed. It is part of the position's IRI.
    pub mode: Option<String>,
    /// How openly the text gives it to the actor.
    pub explicitness: Option<Explicitness>,
    /// How far the wording commits itself.
    pub certainty: Option<Certainty>,
    /// In whose name it is taken: names, as sheets write them.
    pub on_behalf_of: Vec<String>,
    /// What an issue is that gets registered, where the stances on it fit both.
    pub family: Option<Family>,
}

impl Defaults {
    fn of(header: &Header, own_modes: &[String]) -> Result<Self> {
        let part = header.part("defaults", &["mode", "explicitness", "certainty", "onBehalfOf", "family"])?;
        Ok(Self {
            mode: mode(&part, own_modes)?,
            explicitness: concept(&part)?,
            certainty: concept(&part)?,
            on_behalf_of: part.texts("onBehalfOf")?,
            family: concept(&part)?,
        })
    }
}

/// A mode of the model, or one that the project file defines.
fn mode(part: &Header, own: &[String]) -> Result<Option<String>> {
    let Some(word) = part.text(Mode::FIELD)? else { return Ok(None) };
    let is_own = own.iter().any(|label| normalize_name(label) == normalize_name(&word));
    if is_own || Mode::from_word(&word).is_some() {
        return Ok(Some(word));
    }
    let known = Mode::ALL.iter().map(|mode| mode.word()).chain(own.iter().map(String::as_str));
    Err(header::unknown(Mode::FIELD, &word, known))
}

/// Names of the modes that the project file defines.
fn own_modes(settings: &Header) -> Result<Vec<String>> {
    let mut modes = Vec::new();
    for concept in settings.records(VOCABULARY)? {
        if concept.text("list")?.as_deref().and_then(List::from_word) == Some(List::Mode) {
            modes.extend(concept.text("id")?);
            // A label in another language is no default's name.
            modes.extend(concept.text("label").ok().flatten());
        }
    }
    Ok(modes)
}

/// The value of a closed list that its field names.
fn concept<C: Concept>(part: &Header) -> Result<Option<C>> {
    let unknown = |word: String| {
        C::from_word(&word).ok_or_else(|| header::unknown(C::FIELD, &word, C::ALL.iter().map(|c| c.word())))
    };
    part.text(C::FIELD)?.map(unknown).transpose()
}

/// Whether a project file has a vocabulary. What is wrong with the file is told when it is read.
#[must_use]
pub fn defines_vocabulary(file: &Path) -> bool {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let begins =
        |line: &str| line.strip_prefix(VOCABULARY).is_some_and(|rest| rest.trim_start().starts_with(':'));
    text.lines().any(begins)
}

impl Project {
    /// The nearest project file, in this folder or above it, as seen from the folder.
    ///
    /// The folder's path may be a relative one, whose own ancestors end where the program runs; those above
    /// it are found all the same.
    #[must_use]
    pub fn find(folder: &Path) -> Option<PathBuf> {
        let folder = folder.strip_prefix(".").unwrap_or(folder);
        let full = std::path::absolute(Path::new(".").join(folder)).ok()?;
        let above = full.ancestors().position(|folder| folder.join(NAME).is_file())?;
        let is_plain = folder.components().all(|part| matches!(part, Component::Normal(_)));
        let depth = folder.components().count();
        Some(match folder.ancestors().nth(above) {
            Some(named) if is_plain => named.join(NAME),
            _ if is_plain => Path::new(&"../".repeat(above - depth)).join(NAME),
            _ if above == 0 => folder.join(NAME),
            _ => full.ancestors().nth(above)?.join(NAME),
        })
    }

    /// Reads a project file.
    ///
    /// # Errors
    /// It cannot be read, or says what is not understood.
    pub fn read(file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(file).map_err(Error::file("read", file))?;
        Self::parse(file, &text).map_err(header::in_file(&file.display().to_string()))
    }

    fn parse(file: &Path, text: &str) -> Result<Self> {
        let beside = |path: String| file.parent().unwrap_or(Path::new("")).join(path);
        let settings =
            header::settings(text, Some(&["check", "prefixes", "registry", "defaults", VOCABULARY]))?;
        let check = settings.part("check", &["off", "rules", "hedges"])?;
        let off = check.named_texts("off")?;
        if let Some((rule, _)) = off.iter().find(|(_, reason)| reason.trim().is_empty()) {
            return Err(Error::usage(format!("`{rule}` is switched off without a reason")).with_help(
                format!("write the reason after it: `{rule}: we code offices as the article has them`"),
            ));
        }
        Ok(Self {
            file: file.to_owned(),
            off,
            rules: check.texts("rules")?.into_iter().map(beside).collect(),
            hedges: check.text("hedges")?.map(beside),
            prefixes: own_prefixes(settings.named_texts("prefixes")?)?,
            registry: settings.text("registry")?.map(beside),
            defaults: Defaults::of(&settings, &own_modes(&settings)?)?,
        })
    }

    /// The known prefixes with the team's own.
    #[must_use]
    pub fn all_prefixes(&self) -> Prefixes {
        let mut all = Prefixes::known();
        for (prefix, namespace) in &self.prefixes {
            all.insert(prefix, namespace);
        }
        all
    }
}

/// Prefixes that can be written before a colon, of namespaces that are IRIs. A thing's kind may get
/// another namespace, that of a case with a base of its own; a vocabulary may not.
fn own_prefixes(named: Vec<(String, String)>) -> Result<Vec<(String, String)>> {
    for (prefix, namespace) in &named {
        if !prefixes::is_plain(prefix) || !prefix.starts_with(char::is_alphabetic) {
            return Err(Error::usage(format!("`{prefix}` cannot be a prefix"))
                .with_help("a prefix begins with a letter; letters, digits, `-` and `_` follow"));
        }
        if NamedNode::new(namespace).is_err() {
            return Err(Error::usage(format!("the namespace of `{prefix}` is not an IRI: `{namespace}`"))
                .with_help(format!("write the whole IRI: `{prefix}: https://example.org/terms/`")));
        }
        let fixed = vocab::PREFIXES.iter().find(|(known, iri)| known == prefix && iri != namespace);
        if let Some((_, iri)) = fixed {
            return Err(Error::usage(format!("`{prefix}` is already the prefix of <{iri}>"))
                .with_help("choose another prefix for yours"));
        }
    }
    Ok(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_says_what_is_off_and_why() {
        let text = "check:\n  off:\n    issue-is-topic: ours are slogans\n  rules: own\n";
        let project = Project::parse(Path::new("case/standpoint.yaml"), text).unwrap();
        assert_eq!(project.off, [("issue-is-topic".to_owned(), "ours are slogans".to_owned())]);
        assert_eq!(project.rules, [Path::new("case/own")]);
        assert_eq!(Project::parse(Path::new("x"), "").unwrap().off, []);
        let text = "prefixes:\n  ex: https://e.x/\n  actor: https://mill.example/actor/\n";
        let prefixes = Project::parse(Path::new("x"), text).unwrap().all_prefixes();
        assert_eq!(prefixes.expand("ex:a").unwrap(), "https://e.x/a");
        assert_eq!(prefixes.expand("actor:a").unwrap(), "https://mill.example/actor/a");
    }

    #[test]
    fn faults_name_what_would_do() {
        let fault = |text: &str| {
            let fault = Project::parse(Path::new("x"), text).unwrap_err();
            format!("{fault}; {}", fault.help().unwrap_or_default())
        };
        assert_eq!(fault("chek: {}"), "unknown field `chek`; did you mean `check`?");
        assert_eq!(fault("check: {of: {}}"), "unknown field `of`; did you mean `off`?");
        assert_eq!(fault("prefix: {}"), "unknown field `prefix`; did you mean `prefixes`?");
        assert!(fault("prefixes: {9: 'https://e.x/'}").starts_with("`9` cannot be a prefix"));
        assert!(fault("prefixes: {ex: terms/}").starts_with("the namespace of `ex` is not an IRI: `terms/`"));
        assert!(
            fault("prefixes: {skos: 'https://e.x/'}").starts_with("`skos` is already the prefix of <http")
        );
        assert!(fault("check: {off: {a: }}").starts_with("`a` is switched off without a reason"));
        assert!(fault("check: {off: {a: ''}}").starts_with("`a` is switched off without a reason"));
    }
}
