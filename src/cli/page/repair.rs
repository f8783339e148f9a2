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
        0 => format!("{} proved", grouped(number)),
        _ => format!("{} proved, {} lost", grouped(number), grouped(lost)),
    };
    page.field("Revisions", &proved(report.revisions, lost(|lost| matches!(lost, Lost::Revision { .. }))));
    page.field("Contents", &proved(report.contents, lost(|lost| matches!(lost, Lost::Content { .. }))));
    let lost_texts = lost(|lost| matches!(lost, Lost::Text { .. }));
    if report.texts + lost_texts > 0 {
        page.field("Kept texts", &proved(report.texts, lost_texts));
    }
    for path in &report.rebuilt {
        let made = if report.dry_run { "would be made anew" } else { "was made anew" };
        page.field("Cache", &format!("{} {made}", path.display()));
    }
    if report.known > 0 {
        page.field("Lost earlier", &format!("{}, put down by earlier repairs", grouped(report.known)));
    }
    for (number, time) in report.out_of_order.iter().take(LISTED) {
        let day = time.strftime("%Y-%m-%d");
        page.field(
            "Clock",
            &format!("revision {number} says {day}, out of order; `--known-on` passes over it"),
        );
    }
    if report.interrupted > 0 {
        let contents = count(report.interrupted, "content");
        page.field("Interrupted", &format!("{contents} of a load that was interrupted; harmless"));
    }
    match report.expected {
        Some(Ok(number)) => page.field("Expected", &format!("revision {number} has that hash")),
        Some(Err(_)) => page.field("Expected", "no revision has that hash"),
        None => {}
    }
    if !report.mended.is_empty() {
        page.heading(if report.dry_run { "Can be mended" } else { "Mended" }, report.mended.len());
        for mended in &report.mended {
            page.entry(&said(&mended.path, &mended.why));
            page.detail(&mended_remedy(mended));
        }
    }
    if !report.lost.is_empty() || gone.is_some() {
        page.heading("Lost", report.lost.len() + usize::from(gone.is_some()));
        for lost in &report.lost {
            tell(report, lost, &mut page);
        }
        if let Some(revision) = gone {
            page.entry("The end of the history");
            page.detail(&format!(
                "The index was made of revision {revision}, which the store no longer has."
            ));
            page.detail(
                "If an older copy or another branch took the store's place, that is why. If not, put the newest \
                 files of `revisions` back from a backup.",
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
    if let Some(Err(hash)) = report.expected {
        return format!(
            "The history does not lead through {hash}: it was made anew, has lost its end, or is another store's. \
             Nothing was written."
        );
    }
    if is_headless(report) {
        return "Nothing was written: put the files of `revisions` back from a backup.".into();
    }
    match (&report.written, report.is_well()) {
        (Some(revision), _) => {
            let number = revision.number;
            format!("Revision {number} puts the losses down. The rest of the store is whole.")
        }
        (None, true) if gone.is_some() => "What is left of the store is whole.".into(),
        (None, true) if report.mended.is_empty() => "The store is whole.".into(),
        (None, true) => "The store is whole again.".into(),
        (None, false) if report.dry_run => "Nothing was written: `standpoint repair` does it.".into(),
        (None, false) => "The rest of the store is whole.".into(),
    }
}

fn tell(report: &Report, lost: &Lost, page: &mut Page) {
    match lost {
        Lost::Content { entry, path, why, readable, present, earlier } => {
            let name = entry.short_name();
            page.entry(&format!("What `{name}` said after revision {}", entry.revision));
            page.detail(&said(path, why));
            page.detail(&match readable {
                0 => "Nothing of it can be read.".into(),
                _ => format!(
                    "{} of its {} triples can still be unpacked; nothing proves them.",
                    grouped(usize::try_from(*readable).unwrap_or(usize::MAX)),
                    grouped(usize::try_from(entry.triples).unwrap_or(usize::MAX)),
                ),
            });
            if !present {
                page.detail("The present is not concerned: the document has changed since.");
                return;
            }
            page.detail(&did(report, "The document is taken out.", "The document would be taken out."));
            if let Some(earlier) = earlier {
                page.detail(&format!(
                    "What it said after revision {earlier} can be read: `--known-on {earlier}`."
                ));
            }
            page.detail(&format!("To put it back, load `{}` again.", entry.origin));
            if let Some(revision) = &report.written {
                page.detail(&format!(
                    "Or put its file back from a backup, then `standpoint undo {}`.",
                    revision.number
                ));
            }
        }
        Lost::Revision { number, path, why, hash, known, complete } => {
            page.entry(&format!("Revision {number}"));
            page.detail(&said(path, why));
            if let Some(hash) = hash {
                page.detail(&format!("Its neighbour names it by the hash {hash}."));
            }
            if !known.is_empty() {
                let did = known.iter().map(|c| format!("`{}` was {}", c.short_name(), c.word()));
                page.detail(&format!("Known: {}.", did.collect::<Vec<_>>().join(", ")));
            }
            page.detail(match (known.is_empty(), complete) {
                (_, true) => "A checkpoint witnesses what the store held after it.",
                (false, false) => "What else it did and nothing later mentions is not known.",
                (true, false) => "What it did is not known: nothing later mentions it.",
            });
            page.detail(match hash {
                Some(_) => "What led to it is unproven; from that hash on, the history is proved.",
                None => "No neighbour tells its hash, so all before it is unproven.",
            });
            if has_unnamed(report) && !complete {
                page.detail("One of the unnamed contents may be what it put in: load the files again.");
            }
        }
        Lost::Text { path, why, documents, .. } => {
            page.entry("A kept text");
            page.detail(&said(path, why));
            for (document, origin) in documents {
                page.detail(&format!("Of an article in `{document}`."));
                page.detail(&format!("To keep it again: `standpoint load --keep-text {origin}`."));
            }
        }
        Lost::Unnamed { paths } => {
            page.entry(&format!("{} that no revision names", count(paths.len(), "content")));
            page.detail("The revisions that named them are gone, or files of another store were copied in.");
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
        Remedy::Bit => "One bit had turned; its seal fits again.".into(),
        Remedy::Wrapping => "Its content is whole; only the wrapping was damaged.".into(),
        Remedy::Elsewhere(path) => format!("The content was found in `{}`.", path.display()),
        Remedy::Origin(origin) => format!("The content was read again from `{origin}`; its hash fits."),
        Remedy::Derived => "It follows from the rest of the store.".into(),
    }
}

/// A file and what is wrong with it. Names of contents are long, and the hash begins to tell
/// after a few digits; but a person has to find the file, so they stay whole.
fn said(path: &Path, why: &str) -> String {
    format!("`{}` {why}", path.display())
}
