//! What was done to a store, newest first.

use crate::base::error::{Result, count};
use crate::store::archive::{Archive, Change, ContentHash, Entry, Loss, Revision, find_in};
use oxrdf::NamedNode;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};

/// Which revisions are listed.
#[derive(Clone, Debug)]
pub enum Of {
    /// All of them.
    Everything,
    /// Those that changed a document, named as `remove` takes it; it may be gone by now.
    Document(String),
    /// Those that changed a document which spoke of this article before or speaks of it after.
    Article(NamedNode),
}

/// A revision and the hash of its file, by which the next one, or anybody, can name it.
#[derive(Clone, Debug)]
pub struct Logged {
    /// The revision.
    pub revision: Revision,
    /// SHA-256 of its file.
    pub hash: Option<ContentHash>,
}

/// The revisions of a store, newest first.
///
/// # Errors
/// The history is damaged; there was never such a document.
pub fn log(archive: &Archive, of: &Of) -> Result<Vec<Logged>> {
    let newest = archive.head().map_or(0, |head| head.number);
    let revisions = archive.revisions(1..=newest)?;
    let wanted: Vec<bool> = match of {
        Of::Everything => vec![true; revisions.len()],
        Of::Document(name) => {
            let document = find_in(&revisions, name)?;
            let changes = |revision: &Revision| revision.changes.iter().any(|c| c.document == *document);
            revisions.iter().map(changes).collect()
        }
        Of::Article(article) => about(archive, &revisions, article)?,
    };
    // Each revision names the one before it, and the newest is named by the archive.
    let parents = revisions.iter().skip(1).map(|next| next.parent).chain([archive.head_hash()]);
    let hashes: Vec<_> = parents.collect();
    let logged = revisions.into_iter().zip(hashes).zip(wanted);
    let mut logged: Vec<Logged> =
        logged.filter(|(_, wanted)| *wanted).map(|((revision, hash), _)| Logged { revision, hash }).collect();
    logged.reverse();
    Ok(logged)
}

/// Which revisions changed documents that spoke of the article before or after.
fn about(archive: &Archive, revisions: &[Revision], article: &NamedNode) -> Result<Vec<bool>> {
    let mention = format!("<{}>", article.as_str());
    // Nobody knows any more what contents that are lost for good spoke of.
    let lost: HashSet<&ContentHash> = revisions
        .iter()
        .flat_map(|revision| &revision.lost)
        .filter_map(|loss| if let Loss::Content(hash) = loss { Some(hash) } else { None })
        .collect();
    let speaks = |entry: Entry| match lost.contains(&entry.hash) {
        true => Ok(false),
        false => archive.read(&entry).map(|ntriples| ntriples.contains(&mention)),
    };
    let mut speaking: HashMap<&NamedNode, bool> = HashMap::new();
    let mut wanted = Vec::with_capacity(revisions.len());
    for revision in revisions {
        let mut touched = false;
        for change in &revision.changes {
            let after = change.entry(revision.number).map(speaks).transpose()?.unwrap_or(false);
            let before = speaking.insert(&change.document, after).unwrap_or(false);
            touched |= before || after;
        }
        wanted.push(touched);
    }
    Ok(wanted)
}

impl Logged {
    /// What was done: "load", "load with 2 violations", "undo of 3".
    #[must_use]
    pub fn action(&self) -> String {
        match self.revision.undoes {
            Some(number) => format!("{} of {number}", self.revision.action.word()),
            None if self.revision.violations > 0 => {
                let violations = count(self.revision.violations, "violation");
                format!("{} with {violations}", self.revision.action.word())
            }
            None => self.revision.action.word().into(),
        }
    }

    /// All that is known of it, for programs.
    #[must_use]
    pub fn json(&self) -> Value {
        let revision = &self.revision;
        let document = |change: &Change| {
            json!({
                "document": change.document.as_str(),
                "name": change.short_name(),
                "change": change.word(),
                "triples": change.triples,
                "bytes": change.bytes,
                "origin": change.origin,
                "source": change.source,
                "before": change.before,
                "after": change.after,
            })
        };
        json!({
            "revision": revision.number,
            "time": revision.time,
            "by": revision.by,
            "action": revision.action,
            "undoes": revision.undoes,
            "message": revision.message,
            "tool": revision.tool,
            "violations": revision.violations,
            "hash": self.hash,
            "texts": revision.texts,
            "purged": revision.purged,
            "documents": revision.changes.iter().map(document).collect::<Vec<_>>(),
        })
    }
}
