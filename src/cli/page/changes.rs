//! Typed changes as people and as programs read them.

use crate::analysis::facts::QuoteFacts;
use crate::audit::history::change::{Change, Changes, Held, Kind};
use crate::base::error::count;
use crate::base::page::Page;
use serde_json::{Value, json};

fn kind_heading(kind: Kind) -> &'static str {
    match kind {
        Kind::Shift => "Shift of the same speaker",
        Kind::ConditionFulfilled => "Condition fulfilled",
        Kind::ConditionDropped => "Condition no longer stated",
        Kind::OtherSpeaker => "Another speaker",
        Kind::Unordered => "Another stance, order unknown",
        Kind::Correction => "Correction of the coding",
        Kind::Restated => "Restated",
        Kind::New => "New",
        Kind::Gone => "Gone",
    }
}

/// As lines at most `width` columns wide where words allow it, earlier beside later;
/// `title` says of what.
#[must_use]
pub fn page(changes: &Changes, title: &str, width: usize) -> String {
    let mut page = Page::new(width);
    page.title(title, "");
    page.detail(&summary(changes));
    for kind in Kind::ALL {
        let changes: Vec<&Change> = of(changes, *kind).collect();
        if changes.is_empty() {
            continue;
        }
        page.heading(kind_heading(*kind), changes.len());
        let (unchanged, listed): (Vec<&Change>, Vec<&Change>) =
            changes.into_iter().partition(|change| change_is_unchanged(change));
        for change in listed {
            change_entry(change, &mut page);
            page.gap();
        }
        if !unchanged.is_empty() {
            page.entry(&format!(
                "not listed: {} with the same words, coded as before",
                count(unchanged.len(), "position")
            ));
        }
    }
    page.finish()
}

/// "shift: 1, restated: 2, new: 1".
#[must_use]
pub fn summary(changes: &Changes) -> String {
    let number = |kind: &Kind| (of(changes, *kind).count(), kind.name().replace('-', " "));
    let counts = Kind::ALL.iter().map(number).filter(|(number, _)| *number > 0);
    let words: Vec<String> = counts.map(|(number, name)| format!("{name}: {number}")).collect();
    if words.is_empty() { "no positions on either side".into() } else { words.join(", ") }
}

fn of(changes: &Changes, kind: Kind) -> impl Iterator<Item = &Change> {
    changes.changes.iter().filter(move |change| change.kind == kind)
}

/// All of it, for programs.
#[must_use]
pub fn json(changes: &Changes) -> Value {
    changes.changes.iter().map(change_json).collect()
}

/// Whether it is the same position again, so that there is nothing to tell.
fn change_is_unchanged(change: &Change) -> bool {
    let ends = change.before.as_ref().zip(change.after.as_ref());
    change.kind == Kind::Restated && ends.is_some_and(|(before, after)| held_rows(before) == held_rows(after))
}

fn change_entry(change: &Change, page: &mut Page) {
    match (&change.before, &change.after) {
        (Some(before), Some(after)) => {
            held_rows(before).iter().zip(&held_rows(after)).for_each(|(one, other)| page.beside(one, other));
        }
        (None, Some(held)) | (Some(held), None) => {
            page.quote(&held.quote());
            page.entry(&held.sentence);
            page.detail(&[held.how.as_str(), &held.stated, &held.attribution].join(" · "));
        }
        (None, None) => {}
    }
    change.reasons.iter().for_each(|reason| page.entry(&format!("because: {reason}")));
    if change.proposed {
        page.entry("proposed: the later supersedes the earlier (--propose FILE)");
    }
}

fn change_json(change: &Change) -> Value {
    json!({
        "type": change.kind.name(),
        "reasons": change.reasons,
        "before": change.before.as_ref().map(held_json),
        "after": change.after.as_ref().map(held_json),
        "supersedesProposed": change.proposed,
    })
}

/// What stands beside the same of another position.
fn held_rows(held: &Held) -> [String; 7] {
    let conditions: Vec<&str> = held.conditions.iter().map(|condition| condition.words.as_str()).collect();
    let quotes: Vec<String> = held.spans.iter().map(QuoteFacts::words).collect();
    [
        quotes.join(" … "),
        held.sentence.clone(),
        conditions.join("; "),
        held.how.clone(),
        held.stated.clone(),
        held.attribution.clone(),
        held.article_name.clone(),
    ]
}

fn held_json(held: &Held) -> Value {
    json!({
        "position": held.position.as_str(),
        "sentence": held.sentence,
        "quotes": held.spans,
        "stance": held.stance.map(crate::model::Concept::word),
        "stated": held.stated,
        "attribution": held.attribution,
        "speaker": held.speaker.as_ref().map(|speaker| speaker.as_str()),
        "conditions": held.conditions.iter().map(|condition| condition.words.as_str()).collect::<Vec<_>>(),
        "article": held.article.as_ref().map(|article| article.as_str()),
    })
}
