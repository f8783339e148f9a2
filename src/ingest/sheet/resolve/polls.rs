//! Polls: one record that becomes an event, figures, and positions of those who were asked.
//!
//! Two designs were weighed for the positions. A group for each answer ("respondents who oppose X") would keep every
//! share as a position; but such a group is made from its own stance, which the rules of coding exclude, and answers
//! would list holders that exist nowhere else. Instead the population holds what more than half of it answered, and
//! a group that the text describes, which a share may name, holds its answer. Every share is a figure in any case.

use super::stated::fitting;
use super::{At, Resolver, way};
use crate::base::diagnostic::{Diagnostic, did_you_mean, nearest};
use crate::ingest::sheet::record;
use crate::ingest::sheet::scalar::{ShareFields, Text};
use crate::ingest::sheet::tree::Step;
use crate::model::identity::Evidence;
use crate::model::registry::Kind;
use crate::model::{
    Attestation, AttributionStep, Comparator, Concept, Content, Event, EventKind, Explicitness, Family,
    Listed, Measure, Mode, Position, Stance, Status, squash, stance_words,
};
use oxrdf::NamedNode;

/// Answers that are no stance.
const NO_STANCE: [&str; 6] = ["don't know", "no answer", "undecided", "refused", "none", "other"];

/// What one poll becomes.
pub(super) struct Polled {
    pub(super) event: Event,
    measures: Vec<Measure>,
    positions: Vec<Position>,
}

/// An answer with its share.
struct Answer {
    /// The stance's word, else the answer as it is written.
    word: String,
    /// Percent, as the lexical form of an `xsd:decimal`.
    percent: String,
    value: f64,
    stance: Option<Stance>,
    /// The group that gave it, where the text describes one.
    group: Option<NamedNode>,
}

impl Polled {
    /// Adds its records, with the record of the sheet that they come from.
    pub(super) fn add_to(self, content: &mut Content, at: At) {
        let measures = self.measures.iter().map(|measure| &measure.iri);
        let positions = self.positions.iter().map(|position| &position.iri);
        let all = std::iter::once(&self.event.iri).chain(measures).chain(positions);
        content.polled.extend(all.map(|iri| (iri.clone(), at)));
        content.events.push(self.event);
        content.measures.extend(self.measures);
        content.positions.extend(self.positions);
    }
}

impl Resolver<'_> {
    /// The polls of the sheet, each with its place.
    pub(super) fn polls(&self) -> impl Iterator<Item = (At, &record::Poll)> {
        let polls = self.sheet.polls.iter().enumerate().map(|(i, poll)| (("polls", i), poll));
        polls.chain(self.sheet.poll.iter().map(|poll| (("poll", 0), poll)))
    }

    pub(super) fn poll(&self, r: &record::Poll, at: At) -> Option<Polled> {
        let population = self.required_name(Kind::Actor, r.population.as_ref(), at, "population");
        let named = |kind, name: Option<&Text>, field: &'static str| {
            name.map(|name| self.named(kind, name, way!(at, field)))
        };
        let pollster = named(Kind::Actor, r.pollster.as_ref(), "pollster");
        let issue = named(Kind::Issue, r.issue.as_ref(), "issue");
        let family = issue.as_ref().and_then(|issue| self.registry.family(issue.as_ref()?));
        let shares = self.required(r.shares.as_ref(), at, "shares");
        let attested = self.attestation(r, at);
        let sample = r.sample.as_ref().map(|sample| self.sample(sample, way!(at, "sample")));
        let shares = shares.map(|shares| shares.0.as_slice()).unwrap_or_default();
        let answers: Vec<Option<Answer>> = shares
            .iter()
            .map(|(answer, share)| self.answer(answer, &share.0, (r.issue.is_some(), family), at))
            .collect();
        let whole: f64 = answers.iter().flatten().map(|answer| answer.value).sum();
        self.adds_up(whole, answers.len(), at);
        if r.wording.is_none() {
            self.warn(
                Diagnostic::warning("a poll without its `wording`")
                    .expected("nobody can judge an answer without the question")
                    .help("write the question as it was put, if the text gives it"),
                way!(at),
            );
        }
        let (article, attestation) = attested?;
        let (population, pollster, issue) = (population?, flat(pollster)?, flat(issue)?);
        let answers: Vec<Answer> = answers.into_iter().collect::<Option<_>>()?;
        let label = r.label.as_ref().map(|label| label.0.clone()).unwrap_or_else(|| label_of(r));
        let kind = Listed::Model(EventKind::Poll);
        let event = Event {
            iri: self.identify(r, &article, &attestation, |evidence| {
                self.record_base().stated("event", &label, &article, &[kind.key(), &label], evidence)
            }),
            participants: pollster.iter().cloned().chain([population.clone()]).collect(),
            place: None,
            about: issue.iter().cloned().collect(),
            attestation: Attestation {
                notes: wording_of(r).into_iter().chain(attestation.notes.clone()).collect(),
                ..attestation.clone()
            },
            label: label.clone(),
            kind,
            article: article.clone(),
            coding: self.coding_iri(),
        };
        let reported = Attestation {
            attribution: chain(pollster, &attestation.attribution),
            notes: Vec::new(),
            ..attestation
        };
        let figure = |what: &str, value: &str, unit: &str, of: &NamedNode, about: Vec<NamedNode>| {
            let label = format!("{what} ({label})");
            Measure {
                iri: self.identify(r, &article, &part_of(&reported, what), |evidence| {
                    self.record_base().stated("measure", &label, &article, &[&label, value, unit], evidence)
                }),
                label,
                value: value.to_owned(),
                comparator: Comparator::Exactly,
                unit: unit.to_owned(),
                of: vec![of.clone()],
                about,
                attestation: part_of(&reported, what),
                article: article.clone(),
                coding: self.coding_iri(),
            }
        };
        let (mut measures, mut positions) = (Vec::new(), Vec::new());
        if let Some(sample) = flat(sample)? {
            measures.push(figure("sample", &sample, "respondents", &population, vec![event.iri.clone()]));
        }
        for answer in &answers {
            let holder = answer.group.as_ref().or((answer.value > 50.0).then_some(&population));
            let mut about: Vec<NamedNode> =
                [Some(&event.iri), issue.as_ref()].into_iter().flatten().cloned().collect();
            if let (Some(holder), Some(stance), Some(issue)) = (holder, answer.stance, &issue) {
                let position = self.polled_position(
                    r,
                    &article,
                    holder,
                    (stance, issue),
                    &part_of(&reported, &answer.word),
                );
                about.push(position.iri.clone());
                positions.push(position);
            }
            let of = answer.group.as_ref().unwrap_or(&population);
            measures.push(figure(&answer.word, &answer.percent, "percent", of, about));
        }
        if issue.is_some() && positions.is_empty() && !answers.is_empty() {
            self.warn(
                Diagnostic::warning("a poll that makes no position")
                    .expected("no stance has more than half of the answers")
                    .help("the shares are kept as figures; if the text describes those who gave an answer, name them: `supports: {percent: 45, actor: …}`"),
                way!(at, "shares"),
            );
        }
        Some(Polled { event, measures, positions })
    }

    fn polled_position(
        &self,
        r: &record::Poll,
        article: &NamedNode,
        holder: &NamedNode,
        (stance, issue): (Stance, &NamedNode),
        reported: &Attestation,
    ) -> Position {
        Position {
            iri: self.identify(r, article, reported, |evidence: Evidence<'_>| {
                let mode = Mode::PollResult.iri();
                self.record_base().position(article, holder, issue, stance, mode, evidence)
            }),
            actor: holder.clone(),
            alternative_holders: Vec::new(),
            on_behalf_of: Vec::new(),
            stance,
            issue: issue.clone(),
            intensity: None,
            mode: Listed::Model(Mode::PollResult),
            explicitness: Explicitness::Reported,
            attestation: Attestation {
                certainty: reported.certainty.or(Some(self.defaults().certainty)),
                ..reported.clone()
            },
            conditions: Vec::new(),
            reasons: Vec::new(),
            targets: Vec::new(),
            valid_from: None,
            valid_until: None,
            status: Status::InForce,
            supersedes: Vec::new(),
            alternative_readings: Vec::new(),
            article: article.clone(),
            coding: self.coding_iri(),
        }
    }

    fn answer(
        &self,
        answer: &str,
        share: &ShareFields,
        (on_issue, family): (bool, Option<Family>),
        at: At,
    ) -> Option<Answer> {
        let path = way!(at, "shares", answer);
        let percent = share.percent.0.trim().trim_end_matches('%').trim_end();
        let value = percent.parse::<f64>().ok().filter(|value| (0.0..=100.0).contains(value));
        let value = value.filter(|_| !percent.contains(['e', 'E', 'n', 'N']));
        if value.is_none() {
            self.problem(
                Diagnostic::error(format!("`{}` is no share", share.percent.0))
                    .expected("expected a number of percent from 0 to 100"),
                path,
            );
        }
        let group = share
            .actor
            .as_ref()
            .map(|name| self.named(Kind::Actor, name, way!(at, "shares", answer, "actor")));
        let stance = if on_issue { self.stance_of(answer, family, at)? } else { None };
        Some(Answer {
            word: stance.map_or_else(|| answer.trim().to_owned(), |stance| stance.word().to_owned()),
            percent: percent.to_owned(),
            value: value?,
            stance,
            group: flat(group)?,
        })
    }

    /// The stance that an answer is, if it is one; none where that cannot be said, which is told.
    fn stance_of(&self, answer: &str, family: Option<Family>, at: At) -> Option<Option<Stance>> {
        if NO_STANCE.iter().any(|word| squash(word) == squash(answer)) {
            return Some(None);
        }
        let stance = stance_words::stance(answer, family);
        if let (Some(stance), Some(family)) = (stance, family)
            && !stance.fits(family)
        {
            self.answer_problem(
                Diagnostic::error(format!("`{}` is not a stance on a {}", stance.word(), family.word()))
                    .expected(format!("the issue is a {}", family.word()))
                    .help(fitting(stance, family)),
                answer,
                at,
            );
            return None;
        }
        if stance.is_none() {
            let words = Stance::ALL.iter().map(|stance| stance.word());
            let near = nearest(answer, words.chain(stance_words::short_words()).chain(NO_STANCE), 3);
            let help = did_you_mean(&near).unwrap_or_else(|| {
                format!("an answer is a stance such as `supports`, or one of: {}", NO_STANCE.join(", "))
            });
            self.answer_problem(
                Diagnostic::error(format!("unknown answer `{answer}`"))
                    .expected("expected a stance on the issue")
                    .help(help),
                answer,
                at,
            );
            return None;
        }
        Some(stance)
    }

    fn answer_problem(&self, diagnostic: Diagnostic, answer: &str, at: At) {
        let place = self.declared.written.place_of_key(way!(at, "shares"), answer);
        self.problems.borrow_mut().push(diagnostic.at(place));
    }

    /// The number of those who were asked.
    fn sample(&self, sample: &Text, path: &[Step]) -> Option<String> {
        let number: String =
            sample.0.chars().filter(|c| !matches!(c, ',' | '\u{a0}' | '\u{202f}' | ' ')).collect();
        if number.parse::<u32>().is_ok_and(|number| number > 0) {
            return Some(number);
        }
        self.problem(
            Diagnostic::error(format!("`{}` is no size of a sample", sample.0))
                .expected("expected the number of people who were asked"),
            path,
        );
        None
    }

    /// Tells shares that are more than the whole: of rounded ones each may be half a percent too large.
    fn adds_up(&self, whole: f64, answers: usize, at: At) {
        let rounding = 0.5 * f64::from(u32::try_from(answers).unwrap_or(u32::MAX));
        let told = format!("the shares add to {} percent", (whole * 100.0).round() / 100.0);
        if whole > 100.0 + rounding {
            self.problem(
                Diagnostic::error(told)
                    .expected("expected 100 at most")
                    .help("correct a share; if several answers could be given, write each as a measure"),
                way!(at, "shares"),
            );
        } else if whole > 100.0 {
            self.warn(Diagnostic::warning(told).expected("rounding may explain it"), way!(at, "shares"));
        }
    }

    fn warn(&self, diagnostic: Diagnostic, path: &[Step]) {
        self.warnings.borrow_mut().push(diagnostic.at(self.declared.written.place(path)));
    }
}

/// What a field that may be absent holds; none only where it could not be read.
#[allow(clippy::option_option)]
fn flat<T>(value: Option<Option<T>>) -> Option<Option<T>> {
    value.map_or(Some(None), |value| value.map(Some))
}

/// The same for one answer: of a poll without words, what tells it from the others goes into the key.
fn part_of(poll: &Attestation, answer: &str) -> Attestation {
    let record = poll.record.as_ref().map(|key| format!("{key} {answer}").trim().to_owned());
    Attestation { record, ..poll.clone() }
}

fn label_of(r: &record::Poll) -> String {
    let name = |name: &Option<Text>| name.as_ref().map(|name| name.0.trim().to_owned());
    let of = name(&r.population).unwrap_or_default();
    match name(&r.pollster) {
        Some(by) => format!("Poll of {of} by {by}"),
        None => format!("Poll of {of}"),
    }
}

fn wording_of(r: &record::Poll) -> Option<String> {
    r.wording.as_ref().map(|wording| format!("Wording: {}", wording.0.trim()))
}

/// The pollster is nearest to the words of those who were asked.
fn chain(pollster: Option<NamedNode>, others: &[AttributionStep]) -> Vec<AttributionStep> {
    let is_first = |source: &NamedNode| others.first().is_some_and(|step| step.source == *source);
    let first = pollster.filter(|source| !is_first(source));
    let first = first.map(|source| AttributionStep { source, verb: None, span: None });
    first.into_iter().chain(others.iter().cloned()).collect()
}
