//! A proposal that somebody has read, and maybe cut down: what it links becomes `supersedes` in sheets.
//!
//! Only the rows that add `stp:supersedes` count. The status of the earlier position follows from them, and
//! what RDF files say is for an RDF Patch reader.

use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::error::{Error, Result};
use crate::ingest::Loaded;
use crate::ingest::file_edits::FileEdits;
use crate::model::document;
use crate::model::identity::handle;
use crate::model::vocab::stp;
use oxrdf::{NamedNode, NamedOrBlankNode, Term};
use std::collections::BTreeMap;
use std::path::Path;

/// Marks of the rows of an RDF Patch that add nothing.
const OTHER_ROWS: &[&str] = &["TX", "TC", "TA", "H", "PA", "PD", "D"];

/// A position and the earlier one that it supersedes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The later position.
    pub later: NamedNode,
    /// The earlier one.
    pub earlier: NamedNode,
}

/// What accepting a proposal does with its links.
#[derive(Debug)]
pub struct Accepted {
    /// The changes of the files.
    pub edits: FileEdits,
    /// Links that are written.
    pub written: Vec<Link>,
    /// Links that are there already.
    pub known: Vec<Link>,
    /// Links of positions that no sheet states.
    pub elsewhere: Vec<Link>,
}

/// The links of a proposal.
///
/// # Errors
/// Rows that are no RDF Patch; no links at all.
pub fn links(file: &str, patch: &str) -> Result<Vec<Link>> {
    let (mut links, mut faults, mut at) = (Vec::new(), Vec::new(), 0);
    for line in patch.split_inclusive('\n') {
        let place = at..at + line.trim_end().len();
        at += line.len();
        let row = line.trim();
        if row.is_empty() || row.starts_with('#') {
            continue;
        }
        let mark = row.split_whitespace().next().unwrap_or_default();
        if OTHER_ROWS.contains(&mark) {
            continue;
        }
        let added = if mark == "A" { document::parse(row[1..].trim_start()).next() } else { None };
        let Some(Ok(triple)) = added else {
            faults.push(
                Diagnostic::error("not a row of an RDF Patch")
                    .expected("expected `A`, a triple of N-Triples and a full stop")
                    .help("delete whole blocks, from `TX .` to `TC .`")
                    .at(Place::in_source(file, patch, place)),
            );
            continue;
        };
        if triple.predicate == stp::prop::SUPERSEDES
            && let (NamedOrBlankNode::NamedNode(later), Term::NamedNode(earlier)) =
                (triple.subject, triple.object)
        {
            links.push(Link { later, earlier });
        }
    }
    if !faults.is_empty() {
        return Err(Error::Input(faults));
    }
    if links.is_empty() {
        return Err(Error::usage(format!("`{file}` proposes nothing"))
            .with_help("`standpoint changes EARLIER LATER --propose FILE` writes proposals"));
    }
    Ok(links)
}

/// Works out which sheets get which links; `folder` is that of the case.
///
/// # Errors
/// A sheet that has no place for the field, or was changed meanwhile.
pub fn accept(loaded: &Loaded, links: Vec<Link>, folder: &Path, title: &str) -> Result<Accepted> {
    let mut accepted = Accepted {
        edits: FileEdits::new(folder, title),
        written: Vec::new(),
        known: Vec::new(),
        elsewhere: Vec::new(),
    };
    // By file and record, what is written.
    let mut records: BTreeMap<(String, usize), Vec<Link>> = BTreeMap::new();
    for link in links {
        let line = format!("{} {} {} .", link.later, stp::prop::SUPERSEDES, link.earlier);
        let mut is_known = false;
        for document in &loaded.documents {
            is_known |= document.ntriples.contains(&line).map_err(Error::temporary)?;
        }
        match loaded.sources.record(&link.later) {
            _ if is_known => accepted.known.push(link),
            None => accepted.elsewhere.push(link),
            Some((written, _, at)) => records.entry((written.file.clone(), at)).or_default().push(link),
        }
    }
    let mut files: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for ((file, _), links) in records {
        let Some((written, section, at)) = loaded.sources.record(&links[0].later) else { continue };
        let name = |link: &Link| handle(link.earlier.as_str()).unwrap_or(link.earlier.as_str()).to_owned();
        let names: Vec<String> = links.iter().map(name).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        if let Some(form) = written.fixed_form() {
            return Err(Error::usage(format!("`{file}` is a {form}, which is not changed in place"))
                .with_help(format!("write `{}` as `supersedes` into the record", names.join("|"))));
        }
        let edit =
            written.append(&[section.into(), at.into()], "supersedes", &names, None).ok_or_else(|| {
                Error::usage(format!("`{file}` has no column `supersedes`"))
                    .with_help("add the column to the header, and run the command again")
            })?;
        files.entry(file).or_default().push((written, edit));
        accepted.written.extend(links);
    }
    for (file, edits) in files {
        let text = edits[0].0.text();
        accepted.edits.edit(Path::new(&file), text, edits.iter().map(|(_, edit)| edit.clone()).collect())?;
    }
    Ok(accepted)
}
