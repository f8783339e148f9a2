//! What was found, in lines for people.

use crate::base::error::{count, grouped};
use crate::base::page::Page;
use crate::store::archive::repair::{Lost, Mended, Remedy, Report};
use std::path::Path;

/// Files of one finding that are listed.
const LISTED: usize = 5;

/// As lines at most `width` columns wide where words allow it. `gone` is the revision that the index was made
/// of, if the store no longer has it.
#[must_use]
pub fn page(report: &Report, gone: Option<u64>, width: usize) -> String {
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
    for (number, time) in report.out_of_order.iter().take(LISTED) {
        let day = time.strftime("%Y-%m-%d");
        page.field("Clock", &format!("revision {number} says {day}, out of order; `--known-on` ignores it"));
    }
    if report.purged > 0 {
        page.field("Purged", &format!("{}, each recorded by a purge", count(report.purged, "content")));
    }
    if report.purging {
        page.field(
            "Interrupted",
            "a purge: what it takes out is not deleted yet; `standpoint repair` finishes it",
        );
    }
    if report.interrupted > 0 {
        let contents = count(report.interrupted, "content");
        page.field("Interrupted", &format!("{contents} of an interrupted load; harmless"));
    }
    match report.expected {
        Some(Ok(number)) => page.field("Expected", &format!("revision {number} has this hash")),
        Some(Err(_)) => page.field("Expected", "no revision has this hash"),
        None => {}
    }
    if !report.mended.is_empty() {
        page.heading(if report.dry_run { "Can be repaired" } else { "Repaired" }, report.mended.len());
        for mended in &report.mended {
            page.entry(&said(&mended.path, &mended.why));
            page.detail(&mended_remedy(mended));
        }
    }
    if !report.lost.is_empty() || gone.is_some() {
        page.heading("Lost", report.lost.len() + usize::from(gone.is_some()));
        for lost in &report.lost {
            loss(report, lost, &mut page);
        }
        if let Some(revision) = gone {
            page.entry("The end of the history");
            page.detail(&format!("The index has revision {revision}, and the store does not."));
            page.detail(
                "An older copy or another branch may have replaced the store. If not, restore the newest files \
                 of `revisions` from a backup.",
            );
        }
    }
    page.gap();
    page.field("", "");
    page.quote(&summary(report, gone));
    page.finish()
}

/// What it comes to.
fn summary(report: &Report, gone: Option<u64>) -> String {
    if let Some(Err(_)) = report.expected {
        return "The history was rewritten, has lost its end, or belongs to another store. Nothing was written.".into();
    }
    if is_headless(report) {
        return "Nothing was written: restore the files of `revisions` from a backup.".into();
    }
    match (&report.written, report.is_well()) {
        (Some(revision), _) => {
            let number = revision.number;
            format!("Revision {number} records the losses. The rest of the store is intact.")
        }
        (None, true) if gone.is_some() => "The rest of the store is intact.".into(),
        (None, true) if report.mended.is_empty() => "The store is intact.".into(),
        (None, true) => "The store is intact again.".into(),
        (None, false) if report.dry_run => "Nothing was written: `standpoint repair` repairs.".into(),
        (None, false) => "The rest of the store is intact.".into(),
    }
}

fn loss(report: &Report, lost: &Lost, page: &mut Page) {
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
            if has_unnamed(report) && !complete {
                page.detail("One of the unnamed contents may be its data: load the files again.");
            }
        }
        Lost::Text { path, why, documents, .. } => {
            page.entry("A kept text");
            page.detail(&said(path, why));
            for (document, origin) in documents {
                page.detail(&format!("It is the text of an article in `{document}`."));
                page.detail(&format!("To store it again: `standpoint load --keep-text {origin}`."));
            }
        }
        Lost::Unnamed { paths } => {
            page.entry(&format!("{} that no revision names", count(paths.len(), "content")));
            page.detail(
                "The revisions that named them are missing, or files of another store were copied in.",
            );
            if !is_headless(report) {
                page.detail(&did(report, "Moved to `lost`:", "Would be moved to `lost`:"));
            }
            for path in paths.iter().take(LISTED) {
                page.detail(&format!("`{}`", path.display()));
            }
            if paths.len() > LISTED {
                page.detail(&format!("and {}", count(paths.len() - LISTED, "other")));
            }
        }
        Lost::Stray { path, why } => {
            page.entry("A file among the revisions");
            page.detail(&said(path, why));
        }
    }
}

fn has_unnamed(report: &Report) -> bool {
    report.lost.iter().any(|lost| matches!(lost, Lost::Unnamed { .. }))
}

/// Whether there are contents, and not one revision.
fn is_headless(report: &Report) -> bool {
    report.revisions == 0 && has_unnamed(report)
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
