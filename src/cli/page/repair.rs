//! What was found, in lines for people.

use crate::base::error::{count, grouped};
use crate::base::page::Page;
use crate::store::archive::repair::{Lost, Mended, Remedy, Report};
use std::path::Path;

/// As lines at most `width` columns wide where words allow it.
#[must_use]
pub fn page(report: &Report, width: usize) -> String {
    let mut page = Page::new(width);
    let lost = |wanted: fn(&Lost) -> bool| report.lost.iter().filter(|lost| wanted(lost)).count();
    let proved = |number: usize, lost: usize| match lost {
        0 => format!("{} verified", grouped(number)),
        _ => format!("{} verified, {} lost", grouped(number), grouped(lost)),
    };
    page.field("Revisions", &proved(report.revisions, lost(|lost| matches!(lost, Lost::Revision { .. }))));
    page.field("Contents", &proved(report.contents, lost(|lost| matches!(lost, Lost::Content { .. }))));
    let lost_texts = lost(|lost| matches!(lost, Lost::Text { .. }));
    if report.texts + lost_texts > 0 {
        page.field("Kept texts", &proved(report.texts, lost_texts));
    }
    for path in &report.rebuilt {
        let made = if report.dry_run { "would be rebuilt" } else { "was rebuilt" };
        page.field("Cache", &format!("{} {made}", path.display()));
    }
    if report.known > 0 {
        page.field("Lost earlier", &format!("{}, recorded by earlier repairs", grouped(report.known)));
    }
    if report.unnamed > 0 {
        let contents = count(report.unnamed, "content");
        page.field("Unnamed", &format!("{contents} that no revision names; harmless"));
    }
    if !report.mended.is_empty() {
        page.heading(if report.dry_run { "Can be repaired" } else { "Repaired" }, report.mended.len());
        for mended in &report.mended {
            page.entry(&said(&mended.path, &mended.why));
            page.detail(&mended_remedy(mended));
        }
    }
    if !report.lost.is_empty() {
        page.heading("Lost", report.lost.len());
        for lost in &report.lost {
            tell(report, lost, &mut page);
        }
    }
    page.gap();
    page.field("", "");
    page.quote(&summary(report));
    page.finish()
}

/// What it comes to.
fn summary(report: &Report) -> String {
    match (&report.written, report.is_well()) {
        (Some(revision), _) => {
            let number = revision.number;
            format!("Revision {number} records the losses. The rest of the store is intact.")
        }
        (None, true) if report.mended.is_empty() => "The store is intact.".into(),
        (None, true) => "The store is intact again.".into(),
        (None, false) if report.dry_run => "Nothing was written: `standpoint repair` repairs.".into(),
        (None, false) => "The rest of the store is intact.".into(),
    }
}

fn tell(report: &Report, lost: &Lost, page: &mut Page) {
    match lost {
        Lost::Content { entry, path, why, readable, present, earlier } => {
            let name = entry.short_name();
            page.entry(&format!("Content of `{name}` after revision {}", entry.revision));
            page.detail(&said(path, why));
            page.detail(&match readable {
                0 => "None of it can be read.".into(),
                _ => format!(
                    "{} of its {} triples can still be unpacked, but not verified.",
                    grouped(usize::try_from(*readable).unwrap_or(usize::MAX)),
                    grouped(usize::try_from(entry.triples).unwrap_or(usize::MAX)),
                ),
            });
            if !present {
                page.detail("The current data are not affected: the document has changed since.");
                return;
            }
            page.detail(&did(report, "The document is removed.", "The document would be removed."));
            if let Some(earlier) = earlier {
                page.detail(&format!(
                    "Its content after revision {earlier} can be read: `--known-on {earlier}`."
                ));
            }
            page.detail(&format!("To restore it, load `{}` again.", entry.origin));
            if let Some(revision) = &report.written {
                page.detail(&format!(
                    "Or restore its file from a backup, then `standpoint undo {}`.",
                    revision.number
                ));
            }
        }
        Lost::Revision { number, path, why, hash, known, complete } => {
            page.entry(&format!("Revision {number}"));
            page.detail(&said(path, why));
            if let Some(hash) = hash {
                page.detail(&format!("The next revision gives its hash: {hash}."));
            }
            if !known.is_empty() {
                let did = known.iter().map(|c| format!("`{}` was {}", c.short_name(), c.word()));
                page.detail(&format!("Known: {}.", did.collect::<Vec<_>>().join(", ")));
            }
            page.detail(match (known.is_empty(), complete) {
                (_, true) => "A checkpoint records the state of the store after it.",
                (false, false) => "Its other changes are unknown, unless a later revision mentions them.",
                (true, false) => "Its changes are unknown: no later revision mentions them.",
            });
            page.detail(match hash {
                Some(_) => "The history before it is unverified; from that hash on, it is verified.",
                None => "No other revision gives its hash, so the history before it is unverified.",
            });
            if report.unnamed > 0 && !complete {
                page.detail("One of the unnamed contents may be its data: load the files again.");
            }
        }
        Lost::Text { path, why, documents } => {
            page.entry("A kept text");
            page.detail(&said(path, why));
            for (document, origin) in documents {
                page.detail(&format!("It is the text of an article in `{document}`."));
                page.detail(&format!("To store it again: `standpoint load --keep-text {origin}`."));
            }
        }
        Lost::Stray { path, why } => {
            page.entry("A file among the revisions");
            page.detail(&said(path, why));
        }
    }
}

fn did(report: &Report, done: &str, would: &str) -> String {
    if report.dry_run { would.into() } else { done.into() }
}

fn mended_remedy(mended: &Mended) -> String {
    match &mended.from {
        Remedy::Bit => "One bit had flipped; the seal matches again.".into(),
        Remedy::Wrapping => "Its content is intact; only the compression was damaged.".into(),
        Remedy::Elsewhere(path) => format!("The content was found in `{}`.", path.display()),
        Remedy::Origin(origin) => format!("The content was read again from `{origin}`; the hash matches."),
        Remedy::Derived => "It follows from the rest of the store.".into(),
    }
}

/// A file and what is wrong with it. Names of contents are long, and the hash begins to tell
/// after a few digits; but a person has to find the file, so they stay whole.
fn said(path: &Path, why: &str) -> String {
    format!("`{}` {why}", path.display())
}
