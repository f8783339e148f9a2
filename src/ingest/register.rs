//! Names that nothing has yet: told together, or added to the registry of the case.
//!
//! A load with `--register` reads its sheets twice. The first reading finds the names that nothing has; they
//! are added to the registry's text, and the second reading sees a registry that always had them. The file is
//! written when everything else has succeeded: [`Registered::write`].

use crate::base::diagnostic::{Diagnostic, did_you_mean, nearest};
use crate::base::error::{Error, Result, count};
use crate::base::fold::normalize_name;
use crate::ingest::file_edits::{FileEdits, Made};
use crate::ingest::input::Input;
use crate::ingest::insert::{self, Addition};
use crate::ingest::sheet::UnknownName;
use crate::model::identity::slug;
use crate::model::registry::{Kind, Lookup, Registry};
use crate::model::{Concept, Family};
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

/// Kinds of things that can be registered by their name alone, in the order in which they are told.
const KINDS: [Kind; 3] = [Kind::Actor, Kind::Issue, Kind::Article];
/// So many names are listed of each kind.
const LISTED: usize = 10;
/// So many issues are named whose family was guessed.
const GUESSED: usize = 5;
/// So many names are compared with others that they may be misspellings of.
const COMPARED: usize = 200;

/// Where names go that nothing has yet.
#[derive(Clone, Debug)]
pub struct Destination {
    /// The registry of the case as an input; none where there is no one case to add names to, and they are
    /// only told.
    pub registry: Option<Input>,
}

/// Names that a load adds to a registry.
#[derive(Clone, Debug)]
pub struct Registered {
    /// The registry; none where there is none to add them to.
    pub file: Option<PathBuf>,
    /// Hash of its bytes before; none of a file that is made.
    before: Option<String>,
    /// Its text with them.
    pub(super) text: String,
    /// The names alone, as they are added.
    pub block: String,
    /// "2 actors and 1 issue".
    pub counts: String,
    /// What somebody should look at: names that come near others, families that were guessed.
    pub notes: Vec<String>,
}

/// The same names of several sheets as one.
pub(super) fn merged(unknown: impl IntoIterator<Item = UnknownName>) -> Vec<UnknownName> {
    let mut places: BTreeMap<(usize, String), usize> = BTreeMap::new();
    let mut merged: Vec<UnknownName> = Vec::new();
    for name in unknown {
        match places.get(&name.key()) {
            Some(at) => merged[*at].add(name),
            None => {
                places.insert(name.key(), merged.len());
                merged.push(name);
            }
        }
    }
    merged
}

/// Tells the names that nothing has: one by one where there is one or it cannot be registered on the way, else
/// all in one report.
pub(super) fn report(unknown: &[UnknownName], registry: &Registry) -> Vec<Diagnostic> {
    let (grouped, single): (Vec<&UnknownName>, Vec<&UnknownName>) =
        unknown.iter().partition(|name| KINDS.contains(&name.kind));
    let mut told: Vec<Diagnostic> = single.iter().map(|name| one(name, registry)).collect();
    match grouped.as_slice() {
        [] => {}
        [name] => told.push(one(name, registry)),
        several => {
            let mut report = Diagnostic::error(format!("{} are not registered", counts(several)));
            let near = near(several, registry);
            for kind in KINDS {
                let all: Vec<_> = several.iter().zip(&near).filter(|(name, _)| name.kind == kind).collect();
                for (name, near) in all.iter().take(LISTED) {
                    let near = did_you_mean(&near.iter().map(String::as_str).collect::<Vec<_>>());
                    let near = near.map(|near| format!("; {near}")).unwrap_or_default();
                    let times = if name.count == 1 {
                        "at".to_owned()
                    } else {
                        format!("{} times, first at", name.count)
                    };
                    report =
                        report.note(format!("{} `{}`, {times} {}{near}", kind.word(), name.name, name.place));
                }
                if all.len() > LISTED {
                    report = report.note(format!("and {} more", count(all.len() - LISTED, kind.word())));
                }
            }
            told.push(
                report.help("correct what is misspelled; `load --register` adds the others to the registry"),
            );
        }
    }
    told
}

/// One name that nothing has, at its place.
fn one(name: &UnknownName, registry: &Registry) -> Diagnostic {
    let what = name.kind.word();
    let mut diagnostic = Diagnostic::error(format!("unknown {what} `{}`", name.name))
        .expected(format!("no {what} has this id, label or alias"))
        .at(name.place.clone());
    if name.count > 1 {
        diagnostic = diagnostic.note(format!("the name is used {} times", name.count));
    }
    let near = registry.nearest(name.kind, &name.name);
    let near = did_you_mean(&near.iter().map(String::as_str).collect::<Vec<_>>());
    let define = match KINDS.contains(&name.kind) {
        true => format!("`load --register` adds it to the registry; or define it there under `{what}s:`"),
        false => format!("define it under `{what}s:` in the registry, or load the registry too"),
    };
    diagnostic.help(near.unwrap_or(define))
}

/// "7 actors, 11 issues and 1 article".
fn counts(names: &[&UnknownName]) -> String {
    let number = |kind: Kind| names.iter().filter(|name| name.kind == kind).count();
    let parts = KINDS.into_iter().filter(|kind| number(*kind) > 0);
    let parts: Vec<String> = parts.map(|kind| count(number(kind), kind.word())).collect();
    match parts.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => parts.concat(),
    }
}

/// For each name, the known names and the other new ones that it comes near to.
fn near(names: &[&UnknownName], registry: &Registry) -> Vec<Vec<String>> {
    let near = |(at, name): (usize, &&UnknownName)| {
        if at >= COMPARED {
            return Vec::new();
        }
        let mut near = registry.nearest(name.kind, &name.name);
        if near.is_empty() {
            let others = names[..at].iter().filter(|other| other.kind == name.kind);
            let others = nearest(&name.name, others.map(|other| other.name.as_str()), 1);
            near.extend(others.into_iter().map(str::to_owned));
        }
        near
    };
    names.iter().enumerate().map(near).collect()
}

/// The registry with these names: its text before, and with them.
///
/// # Errors
/// An issue that is taken as a proposal and as a claim; a name that no id can be made of; a name of another kind;
/// a registry that names cannot be added to.
pub(super) fn register(
    unknown: &[UnknownName],
    registry: &Registry,
    file: Option<&Path>,
    text: Option<(&str, String)>,
) -> Result<Registered, Vec<Diagnostic>> {
    let faults: Vec<Diagnostic> = unknown.iter().filter_map(|name| fault(name, registry)).collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    let (mut additions, mut notes, mut ids) = (Vec::new(), Vec::new(), HashSet::new());
    let names: Vec<&UnknownName> = unknown.iter().collect();
    for (name, near) in names.iter().zip(near(&names, registry)) {
        let (section, item) = item(name, registry, &mut ids);
        additions.push(Addition { section, item });
        let near: Vec<&str> = near.iter().map(String::as_str).collect();
        if let Some(near) = near.first() {
            notes.push(format!(
                "{} `{}` is close to `{near}`; if it is the same, correct the name",
                name.kind.word(),
                name.name
            ));
        }
    }
    for family in [Family::Proposal, Family::Claim] {
        let is_guessed = |name: &&&UnknownName| {
            name.kind == Kind::Issue && name.families.is_empty() && name.default_family == family
        };
        let guessed: Vec<String> =
            names.iter().filter(is_guessed).map(|name| format!("`{}`", name.name)).collect();
        let more = match guessed.len() {
            0 => continue,
            number if number > GUESSED => format!(" and {} more", number - GUESSED),
            _ => String::new(),
        };
        let listed = guessed[..guessed.len().min(GUESSED)].join(", ");
        let (family, stances) = match guessed.len() {
            1 => (format!("a {}", family.word()), "its stances"),
            _ => (format!("{}s", family.word()), "their stances"),
        };
        notes.push(format!("registered as {family}, because {stances} fit both families: {listed}{more}"));
    }
    let (before, hash) = text.map_or(("", None), |(text, hash)| (text, Some(hash)));
    let block = insert::block(&additions);
    let name = file.map_or_else(|| "the registry".to_owned(), |file| file.display().to_string());
    let text = insert::inserted(&name, before, &additions).map_err(|fault| vec![*fault])?;
    Ok(Registered {
        file: file.map(Path::to_owned),
        before: hash,
        text,
        block,
        counts: counts(&names),
        notes,
    })
}

/// Why a name cannot be registered.
fn fault(name: &UnknownName, registry: &Registry) -> Option<Diagnostic> {
    if !KINDS.contains(&name.kind) {
        return Some(one(name, registry));
    }
    let what = name.kind.word();
    if let (Some(proposal), Some(claim)) =
        (name.families.get(&Family::Proposal), name.families.get(&Family::Claim))
    {
        return Some(
            Diagnostic::error(format!("`{}` is taken as a proposal and as a claim", name.name))
                .expected("this stance fits a claim only")
                .note(format!("the stance at {proposal} fits a proposal only"))
                .help("correct one of the stances; or write two issues: something to be done, and something held to be true")
                .at(claim.clone()),
        );
    }
    slug(&name.name).is_empty().then(|| {
        Diagnostic::error(format!("`{}` cannot be registered", name.name))
            .expected("it has neither letters nor digits")
            .help(format!("write the {what}'s name, or define it in the registry with an `id:`"))
            .at(name.place.clone())
    })
}

/// Section and item of a name. Two names that would get one id get different ones.
pub(super) fn item(
    name: &UnknownName,
    registry: &Registry,
    ids: &mut HashSet<(Kind, String)>,
) -> (&'static str, String) {
    let plain = slug(&name.name);
    let is_free = |id: &str| registry.look_up(name.kind, id) == Lookup::Unknown;
    let numbered = (2..).map(|number| format!("{plain}-{number}"));
    let mut candidates = std::iter::once(plain.clone()).chain(numbered);
    let id = candidates.find(|id| {
        (is_free(id) || normalize_name(id) == normalize_name(&name.name))
            && ids.insert((name.kind, id.clone()))
    });
    let id = id.unwrap_or_else(|| plain.clone());
    let own_id = (id != plain).then_some(id);
    let label = insert::scalar(&name.name);
    match name.kind {
        Kind::Article if name.name == plain && own_id.is_none() => ("articles", label),
        Kind::Article => ("articles", format!("{{id: {}, title: {label}}}", own_id.unwrap_or(plain))),
        Kind::Issue => {
            let family = name.families.keys().next().copied().unwrap_or(name.default_family).word();
            (
                "issues",
                match own_id {
                    Some(id) => format!("{{id: {id}, label: {label}, family: {family}}}"),
                    None => insert::scalar(&format!("{} ({family})", name.name)),
                },
            )
        }
        // A name that ends in brackets would be read as a name and a kind.
        _ if own_id.is_some() || name.name.ends_with(')') => {
            let id = own_id.map(|id| format!("id: {id}, ")).unwrap_or_default();
            ("actors", format!("{{{id}label: {label}}}"))
        }
        _ => ("actors", label),
    }
}

impl Registered {
    /// Writes the registry, as a change of the case's files that can be undone.
    ///
    /// # Errors
    /// It was changed since it was read, is read-only, or cannot be written. Then it is as it was.
    pub fn write(&self) -> Result<Option<Made>> {
        let Some(file) = &self.file else { return Ok(None) };
        let name = file.display();
        // Of a link, the file that it leads to.
        let target = file.canonicalize().unwrap_or_else(|_| file.clone());
        let before = match std::fs::read(&target) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(Error::file("read", file)(error)),
        };
        if before.as_deref().map(crate::model::document::sha256) != self.before {
            return Err(Error::usage(format!(
                "`{name}` was changed meanwhile; nothing was loaded or registered"
            ))
            .with_help("run the command again"));
        }
        let permissions = before.is_some().then(|| std::fs::metadata(&target).map(|m| m.permissions()));
        let permissions = permissions.transpose().map_err(Error::file("read", file))?;
        if permissions.as_ref().is_some_and(std::fs::Permissions::readonly) {
            return Err(Error::usage(format!("`{name}` is read-only; nothing was loaded or registered"))
                .with_help("make it writable; or use `--register=print` and add what it prints yourself"));
        }
        let mut edits = FileEdits::of_case_with(file, format!("load --register: {}", self.counts));
        match before.map(String::from_utf8) {
            None => edits.create(file, &self.text),
            Some(Ok(before)) => {
                let mark = before.chars().next().filter(|first| *first == super::BYTE_ORDER_MARK);
                let mark = mark.map(String::from).unwrap_or_default();
                edits.rewrite(file, &before, &format!("{mark}{}", self.text));
            }
            Some(Err(error)) => {
                return Err(Error::Input(vec![super::invalid_utf8(&name.to_string(), &error)]));
            }
        }
        edits.make().map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registered(file: &Path, before: Option<&str>) -> Registered {
        Registered {
            file: Some(file.to_owned()),
            before: before.map(|text| crate::model::document::sha256(text.as_bytes())),
            text: "actors:\n  - Bo\n".to_owned(),
            block: String::new(),
            counts: String::new(),
            notes: Vec::new(),
        }
    }

    #[test]
    fn a_registry_is_written_and_put_back() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("registry.yaml");
        let replaced = registered(&file, None).write().unwrap().unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "actors:\n  - Bo\n");
        replaced.take_back().unwrap();
        assert!(!file.exists());
        std::fs::write(&file, "\u{feff}actors:\n").unwrap();
        let replaced = registered(&file, Some("\u{feff}actors:\n")).write().unwrap().unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "\u{feff}actors:\n  - Bo\n");
        replaced.take_back().unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "\u{feff}actors:\n");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn a_registry_that_was_changed_meanwhile_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("registry.yaml");
        std::fs::write(&file, "actors: [Cy]\n").unwrap();
        for before in [None, Some("actors:\n")] {
            let error = registered(&file, before).write().unwrap_err().to_string();
            assert!(error.ends_with("was changed meanwhile; nothing was loaded or registered"), "{error}");
        }
        std::fs::remove_file(&file).unwrap();
        assert!(registered(&file, Some("actors:\n")).write().is_err());
        assert!(!file.exists());
    }
}
