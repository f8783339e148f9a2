//! What kind of change leads from a position to a later one: typed, with the reasons.
//!
//! Two *sides* are held against each other: two articles or documents of one graph, or the
//! same ones in two revisions of a store. [`Diff`](super::Diff) tells what the data say
//! differently; this tells what that means.
//!
//! # Definitions
//!
//! The **speaker** of a position is the source nearest to its words that has a name: of its
//! attribution chain, in its order, the first that is no `stp:AnonymousSource`. Without a chain
//! the words are the actor's own. With unnamed sources alone the speaker is unknown, and an
//! unknown speaker is the same as nobody.
//!
//! Two positions rest on the **same words** if they have the same article and quotes in common:
//! overlapping offsets while the article's text has the same SHA-256, or else the same words.
//!
//! Their **stance is the same** if it is the same concept on the same issue; on issues that are
//! `stp:opposite` to each other, if their values add up to zero (or both have none, and are the same concept).
//!
//! Two positions are **about the same matter** if somebody is the actor of, or represented
//! (`stp:onBehalfOf`) in, both, and their issues are the same or opposite.
//!
//! A position is **later** than another if it begins later, as `index::as_of` says when
//! positions begin: `stp:validFrom`, else `stp:statedUntil`, else `stp:statedFrom`. So a change
//! that is found here is one that `--as-of` shows.
//!
//! # Which position is held against which
//!
//! First those with the same IRI, then those that rest on the same words and have actor or issue in
//! common, each with one other, the most alike first. Of the rest each is held against the one that is
//! most alike among those about the same matter: same actor, same issue rather than opposite,
//! same speaker, same stance.
//!
//! # The types; the first that fits is given
//!
//! 1. **correction of the coding**: the same words, and any field has another value, but for the
//!    coding activity, notes, `supersedes`, a status that has become superseded, and the places of words
//!    that are the same. The words did not change, so nobody's mind did.
//! 2. **restated**: the same stance, and no condition has gone.
//! 3. **another speaker**: another actor, or another speaker, or an unknown one.
//! 4. **condition fulfilled**: the earlier was conditional (has a condition, or a stance that is
//!    conditional by name), and the later side says of what a condition requires
//!    (`stp:requires`) that it came true: a position affirms or supports it, or an event is about it that
//!    is more than talk; then what was bound to *if*, *provided that* or *only if* is held without
//!    conditions on the same side, or what held *unless* or *until* is on that side no longer, and so is
//!    an opposition bound to *only if*.
//!    Also an *unless* that the later side denies or opposes, whose stance is now without conditions.
//! 5. **condition no longer stated**: the same side without conditions, and nothing said about
//!    what they required.
//! 6. **shift**: the same actor and speaker, another stance, later.
//! 7. **order unknown**: the same, but not later by its dates; or one of them is ambiguous,
//!    disputed or retracted, and nobody shifts from or to what they may not have said; or the article was
//!    rewritten between two revisions: then no condition counts as fulfilled either.
//! 8. **gone** and **new**: nothing on the other side is about the same matter. Between two articles nothing is gone:
//!    not to be mentioned again is no change.
//!
//! `stp:supersedes` is proposed for 4 to 6 where the later position is later, both are in
//! force and stand in one graph, and nothing supersedes the earlier yet. It is for a person to
//! accept (`accept`): nothing is written that nobody has read.

pub mod accept;
mod held;
mod propose;
pub mod shifts;
pub mod slopes;

pub use held::{Held, Side};
pub use propose::Proposal;

use crate::analysis::facts::Facts;
use crate::model::vocab::{schema, sem, stp};
use crate::model::{Concept, ConditionKind, EventKind, Stance, Status};
use crate::store::GraphReader;
use held::{Condition, Words};
use oxrdf::NamedNode;
use std::collections::{BTreeSet, HashMap, HashSet};

/// What kind of change it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The same speaker takes another stance.
    Shift,
    /// A condition came true.
    ConditionFulfilled,
    /// A condition is no longer stated.
    ConditionDropped,
    /// Somebody else's words for the same actor.
    OtherSpeaker,
    /// Another stance, and not known which is later.
    Unordered,
    /// The same words, coded otherwise.
    Correction,
    /// The same again.
    Restated,
    /// Only on the later side.
    New,
    /// Only on the earlier side.
    Gone,
}

/// What became of a position, or what a new one came from.
#[derive(Clone, Debug)]
pub struct Change {
    /// Its type.
    pub kind: Kind,
    /// Why it is this type, in sentences.
    pub reasons: Vec<String>,
    /// The earlier position; none where the later is new.
    pub before: Option<Held>,
    /// The later one; none where the earlier is gone.
    pub after: Option<Held>,
    /// Whether `stp:supersedes` is proposed.
    pub proposed: bool,
}

/// What became of the positions of one side on the other.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Changes by type, then in the order of the later side's text.
    pub changes: Vec<Change>,
}

impl Kind {
    /// Every type, in the order in which people should see them.
    pub const ALL: &[Self] = &[
        Self::Shift,
        Self::ConditionFulfilled,
        Self::ConditionDropped,
        Self::OtherSpeaker,
        Self::Unordered,
        Self::Correction,
        Self::Restated,
        Self::New,
        Self::Gone,
    ];

    /// Its name for programs, which stays the same in later versions.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Shift => "shift",
            Self::ConditionFulfilled => "condition-fulfilled",
            Self::ConditionDropped => "condition-dropped",
            Self::OtherSpeaker => "other-speaker",
            Self::Unordered => "order-unknown",
            Self::Correction => "correction",
            Self::Restated => "restated",
            Self::New => "new",
            Self::Gone => "gone",
        }
    }
}

impl Changes {
    /// What became of the positions of the earlier side on the later.
    #[must_use]
    pub fn between(earlier: &Side<'_>, later: &Side<'_>) -> Self {
        let before = Held::all(earlier);
        let after = Held::all(later);
        let words = Words::of(earlier.index, later.index);
        let Pairs { pairs, gone, new } = pair(&before, &after, &words);
        let judge = Judge::new(later.index, &after, &words);
        let mut changes: Vec<Change> =
            pairs.into_iter().map(|(p, q)| judge.change(&before[p], &after[q])).collect();
        changes.extend(new.into_iter().map(|q| Change::single(Kind::New, None, Some(&after[q]))));
        changes.extend(gone.into_iter().map(|p| Change::single(Kind::Gone, Some(&before[p]), None)));
        changes.sort_by_cached_key(|change| (change.kind, change.place()));
        Self { changes }
    }

    /// The same of two articles or documents: what the later one does not mention again has not changed.
    #[must_use]
    pub fn of_articles(earlier: &Side<'_>, later: &Side<'_>) -> Self {
        let mut changes = Self::between(earlier, later);
        changes.changes.retain(|change| change.kind != Kind::Gone);
        changes
    }
}

impl Change {
    fn single(kind: Kind, before: Option<&Held>, after: Option<&Held>) -> Self {
        Self { kind, reasons: Vec::new(), before: before.cloned(), after: after.cloned(), proposed: false }
    }

    fn place(&self) -> impl Ord + use<> {
        let held = self.after.as_ref().or(self.before.as_ref());
        held.map(|held| (held.spans.first().cloned(), held.position.as_str().to_owned()))
    }
}

/// Which position is held against which, by their places in the lists.
struct Pairs {
    pairs: Vec<(usize, usize)>,
    gone: Vec<usize>,
    new: Vec<usize>,
}

fn pair(before: &[Held], after: &[Held], words: &Words) -> Pairs {
    let by_iri: HashMap<&NamedNode, usize> =
        after.iter().enumerate().map(|(q, later)| (&later.position, q)).collect();
    let mut near: HashMap<(&NamedNode, &NamedNode), Vec<usize>> = HashMap::new();
    for (q, later) in after.iter().enumerate() {
        later.keys().for_each(|key| near.entry(key).or_default().push(q));
    }
    let (mut left_before, mut left_after) = (vec![true; before.len()], vec![true; after.len()]);
    let mut pairs = Vec::new();
    for (p, earlier) in before.iter().enumerate() {
        if let Some(q) = by_iri.get(&earlier.position) {
            (left_before[p], left_after[*q]) = (false, false);
            pairs.push((p, *q));
        }
    }
    let (mut alike, mut candidates) = (Vec::new(), Vec::new());
    for (p, earlier) in before.iter().enumerate().filter(|(p, _)| left_before[*p]) {
        let found = earlier.keys().chain(earlier.opposite_keys()).filter_map(|key| near.get(&key)).flatten();
        for q in found.copied().filter(|q| left_after[*q]).collect::<BTreeSet<usize>>() {
            let later = &after[q];
            let likeness = likeness(earlier, later);
            let coded_alike = earlier.actor == later.actor || earlier.issue == later.issue;
            if coded_alike && words.same(earlier, later) {
                alike.push((likeness, p, q));
            } else if same_matter(earlier, later) {
                candidates.push((likeness, p, q));
            }
        }
    }
    let by_likeness = |(likeness, p, q): &(u32, usize, usize)| (u32::MAX - likeness, p.abs_diff(*q), *p, *q);
    alike.sort_by_key(by_likeness);
    candidates.sort_by_key(by_likeness);
    for (_, p, q) in alike {
        if left_before[p] && left_after[q] {
            (left_before[p], left_after[q]) = (false, false);
            pairs.push((p, q));
        }
    }
    candidates.retain(|(_, p, q)| left_before[*p] && left_after[*q]);
    for (_, p, q) in &candidates {
        // Each once as what is held against another; it may be what another is held against.
        if left_after[*q] || left_before[*p] {
            (left_before[*p], left_after[*q]) = (false, false);
            pairs.push((*p, *q));
        }
    }
    let left = |flags: Vec<bool>| (0..flags.len()).filter(move |i| flags[*i]).collect();
    Pairs { pairs, gone: left(left_before), new: left(left_after) }
}

/// Whether two positions of different words are about the same matter.
fn same_matter(earlier: &Held, later: &Held) -> bool {
    let principals = |held: &Held| -> BTreeSet<NamedNode> {
        held.actor.iter().chain(&held.represented).cloned().collect()
    };
    !principals(earlier).is_disjoint(&principals(later)) && issues(earlier, later).is_some()
}

/// Whether the issues are the same (true) or opposite (false).
fn issues(earlier: &Held, later: &Held) -> Option<bool> {
    let (one, other) = (earlier.issue.as_ref()?, later.issue.as_ref()?);
    if one == other {
        return Some(true);
    }
    earlier.opposite.contains(other).then_some(false)
}

fn likeness(earlier: &Held, later: &Held) -> u32 {
    let points = [
        (16, earlier.actor == later.actor),
        (8, issues(earlier, later) == Some(true)),
        (4, earlier.speaker.is_some() && earlier.speaker == later.speaker),
        (2, same_stance(earlier, later)),
    ];
    points.into_iter().filter(|(_, alike)| *alike).map(|(points, _)| points).sum()
}

/// The value of a stance in halves: 2 supports, -1 critical; none where it has none.
fn halves(stance: Option<Stance>) -> Option<i32> {
    let value: f64 = stance?.value()?.parse().ok()?;
    Some((value * 2.0) as i32)
}

fn same_stance(earlier: &Held, later: &Held) -> bool {
    match issues(earlier, later) {
        Some(false) => match (halves(earlier.stance), halves(later.stance)) {
            (Some(one), Some(other)) => one == -other,
            _ => earlier.stance == later.stance,
        },
        _ => earlier.stance == later.stance,
    }
}

/// On which side of its own issue the later position is, seen from the issue of the earlier.
fn side_of_earlier(earlier: &Held, later: &Held) -> i32 {
    let value = halves(later.stance).unwrap_or(0).signum();
    if issues(earlier, later) == Some(false) { -value } else { value }
}

/// Decides the type of a change.
struct Judge<'a> {
    later: &'a dyn GraphReader,
    by_issue: HashMap<&'a NamedNode, Vec<&'a Held>>,
    articles: HashSet<&'a NamedNode>,
    words: &'a Words,
}

impl<'a> Judge<'a> {
    fn new(later: &'a dyn GraphReader, side: &'a [Held], words: &'a Words) -> Self {
        let mut by_issue: HashMap<&NamedNode, Vec<&Held>> = HashMap::new();
        for held in side {
            held.issue.iter().for_each(|issue| by_issue.entry(issue).or_default().push(held));
        }
        Self {
            later,
            by_issue,
            articles: side.iter().filter_map(|held| held.article.as_ref()).collect(),
            words,
        }
    }

    fn change(&self, before: &Held, after: &Held) -> Change {
        self.judged(before, after, self.kind(before, after))
    }

    /// The change from a position to one that supersedes it: so the coder says that the words differ, and which are
    /// later.
    fn linked_change(&self, before: &Held, after: &Held) -> Change {
        self.judged(before, after, self.moved(before, after, true))
    }

    fn judged(&self, before: &Held, after: &Held, (kind, reasons): (Kind, Vec<String>)) -> Change {
        let supersedes = matches!(kind, Kind::Shift | Kind::ConditionFulfilled | Kind::ConditionDropped);
        let proposed = supersedes
            && before.begin < after.begin
            && before.begin.is_some()
            && [before, after].iter().all(|held| held.status == Some(Status::InForce))
            && self.is_free(before);
        Change { kind, reasons, before: Some(before.clone()), after: Some(after.clone()), proposed }
    }

    /// Whether the later graph still has the position, and nothing that supersedes it.
    fn is_free(&self, before: &Held) -> bool {
        let facts = Facts::new(self.later);
        facts.is_a(&before.position, stp::POSITION)
            && facts.subjects(stp::prop::SUPERSEDES, &before.position).is_empty()
    }

    fn kind(&self, before: &Held, after: &Held) -> (Kind, Vec<String>) {
        if before.position == after.position || self.words.same(before, after) {
            let fields = before.differing_fields(after);
            return match fields.is_empty() {
                true => (Kind::Restated, vec!["the same words, coded as before".into()]),
                false => (Kind::Correction, vec![format!("the same words, another {}", fields.join(", "))]),
            };
        }
        self.moved(before, after, false)
    }

    /// What kind it is of positions that rest on different words.
    fn moved(&self, before: &Held, after: &Held, linked: bool) -> (Kind, Vec<String>) {
        let (was, is) = (before.is_conditional(), after.is_conditional());
        if same_stance(before, after) && (is || !was) {
            let mirrored = issues(before, after) == Some(false);
            let stance =
                if mirrored { "the same stance, seen from the opposite issue" } else { "the same stance" };
            let mut reasons = vec![stance.to_owned()];
            reasons.extend(self.another_speaker(before, after));
            return (Kind::Restated, reasons);
        }
        if let Some(reason) = self.another_speaker(before, after) {
            return (Kind::OtherSpeaker, vec![reason]);
        }
        let whose = format!("the same speaker, {}", after.speaker_name);
        if self.words.rewritten(before, after) {
            let why = "one article in two versions: its text has changed, not necessarily the actor's mind";
            return (Kind::Unordered, vec![whose, why.into()]);
        }
        for held in [before, after] {
            if let Some(status @ (Status::Ambiguous | Status::Disputed | Status::Retracted)) = held.status {
                return (Kind::Unordered, vec![whose, format!("one of them is {}", status.word())]);
            }
        }
        if was && let Some((kind, reason)) = self.condition(before, after) {
            return (kind, vec![whose, reason]);
        }
        match (before.begin, after.begin) {
            (Some(from), Some(to)) if from < to => {
                (Kind::Shift, vec![whose, format!("another stance, later: {from} → {to}")])
            }
            _ if linked => {
                (Kind::Shift, vec![whose, "another stance, which supersedes the earlier one".into()])
            }
            (Some(from), Some(to)) => (
                Kind::Unordered,
                vec![whose, format!("another stance, not later by its dates: {from}, {to}")],
            ),
            _ => (Kind::Unordered, vec![whose, "another stance, and one has no date".into()]),
        }
    }

    fn another_speaker(&self, before: &Held, after: &Held) -> Option<String> {
        if before.actor != after.actor {
            return Some(format!(
                "another speaker for the same represented actor: {} → {}",
                before.actor_name, after.actor_name
            ));
        }
        if before.speaker.is_none() || after.speaker.is_none() {
            return Some("only unnamed sources, so the speaker may be another".into());
        }
        (before.speaker != after.speaker)
            .then(|| format!("another speaker: {} → {}", before.speaker_name, after.speaker_name))
    }

    /// What became of the conditions, if that explains the change.
    fn condition(&self, before: &Held, after: &Held) -> Option<(Kind, String)> {
        let was = halves(before.stance).unwrap_or(0).signum();
        let side = side_of_earlier(before, after);
        let kept = was != 0 && side == was;
        let unconditional = !after.is_conditional();
        let mut silent = true;
        for condition in &before.conditions {
            let Some(required) = &condition.requires else { continue };
            let exception = match condition.kind {
                Some(ConditionKind::Unless | ConditionKind::Until) => true,
                // Support waits for what is required, opposition lasts until then.
                Some(ConditionKind::OnlyIf) => was < 0,
                _ => false,
            };
            let said = self.came_true(required, after);
            silent &= said.is_none();
            let Some((true_now, how)) = said else { continue };
            let explains = match (exception, true_now) {
                (false, true) => kept && unconditional,
                (true, true) => !kept,
                (true, false) => kept && unconditional && condition.kind == Some(ConditionKind::Unless),
                (false, false) => false,
            };
            if explains {
                return Some((Kind::ConditionFulfilled, format!("condition “{}”: {how}", condition.words)));
            }
        }
        let words: Vec<String> =
            before.conditions.iter().map(|c: &Condition| format!("“{}”", c.words)).collect();
        let named = if words.is_empty() {
            "its condition, which the data do not describe,".into()
        } else {
            words.join(", ")
        };
        (kept && unconditional && silent).then(|| {
            (
                Kind::ConditionDropped,
                format!("{named} is no longer stated, and the later side does not say that it was fulfilled"),
            )
        })
    }

    /// What the later side says of an issue, other than by this position: that it came true, or
    /// that it will not.
    fn came_true(&self, issue: &NamedNode, but: &Held) -> Option<(bool, String)> {
        let others = self.by_issue.get(issue).into_iter().flatten();
        let full =
            |held: &&Held| held.position != but.position && halves(held.stance).is_some_and(|v| v.abs() == 2);
        let said =
            |held: &Held| (halves(held.stance) == Some(2), format!("{}, {}", held.sentence, held.quote()));
        let facts = Facts::new(self.later);
        let happened = facts.subjects(schema::ABOUT, issue).into_iter().find(|event| {
            let kind = facts.link(event, sem::EVENT_TYPE).and_then(|kind| EventKind::from_iri(kind.as_ref()));
            let talk = [EventKind::Meeting, EventKind::Negotiation, EventKind::Broadcast, EventKind::Poll];
            let here = facts.link(event, crate::model::vocab::prov::WAS_DERIVED_FROM);
            facts.is_a(event, stp::EVENT)
                && kind.is_none_or(|kind| !talk.contains(&kind))
                && here.is_some_and(|article| self.articles.contains(&article))
        });
        let event = happened.map(|event| {
            let quote = facts.quotes(&event).first().map(|q| format!(", {q}")).unwrap_or_default();
            (true, format!("an event is about it: {}{quote}", facts.sentence(&event)))
        });
        event.or_else(|| others.copied().filter(full).map(said).max_by_key(|(truth, _)| *truth))
    }
}
