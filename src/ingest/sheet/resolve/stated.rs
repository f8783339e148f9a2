//! What articles state: positions, events, measures, relations, offices.

use super::{At, Resolver, texts, way};
use crate::base::diagnostic::Diagnostic;
use crate::base::error::count;
use crate::ingest::sheet::record;
use crate::ingest::sheet::record::{AttestationFields, Stated};
use crate::ingest::sheet::scalar::{Quote, Text, Word};
use crate::ingest::sheet::tree::Step;
use crate::model::identity::{Evidence, id_of};
use crate::model::registry::{Kind, Lookup};
use crate::model::renamed;
use crate::model::stance_words;
use crate::model::{
    Attestation, AttributionStep, Comparator, Concept, Condition, Edtf, Event, Family, Listed, Measure,
    Nothing, OfficeClaim, Position, Reason, Relation, Span, Stance, Status,
};
use jiff::civil::Date;
use oxrdf::NamedNode;
use std::collections::{HashMap, HashSet};

impl Resolver<'_> {
    pub(super) fn article_of(&self, article: Option<&Text>, at: At) -> Option<NamedNode> {
        if let Some(article) = article {
            return self.named(Kind::Article, article, way!(at, "article"));
        }
        if self.declared.written.is_left_out(way!(at)) {
            return None;
        }
        let default = self.default_article.get_or_init(|| {
            let path = ["article".into()];
            match (&self.sheet.article, self.sheet.articles.as_slice()) {
                (Some(article), _) => self.named(Kind::Article, article, &path),
                (None, [_]) => self.declared.ids.get(&("articles", 0)).cloned(),
                _ => {
                    self.problem(
                        Diagnostic::error("`article` is missing")
                            .expected("the record does not say which article it is from")
                            .help("write `article: …` at the top of the sheet or in each record; in CSV, add a column `article`"),
                        way!(at),
                    );
                    None
                }
            }
        });
        default.clone()
    }

    pub(super) fn attestation(&self, record: &impl Stated, at: At) -> Option<(NamedNode, Attestation)> {
        let AttestationFields {
            key,
            number,
            article,
            quote,
            attribution,
            certainty,
            hedge,
            time,
            time_field,
            note,
        } = record.attestation();
        let article = self.article_of(article, at)?;
        if self.declared.written.is_left_out(way!(at, "quote")) {
            return None;
        }
        let number = number.map(|number| number.0.trim()).filter(|number| !number.is_empty());
        let key = key.map(|key| key.0.trim()).filter(|key| !key.is_empty()).or(number).unwrap_or_default();
        if quote.is_empty() && key.is_empty() {
            let mut without = self.without_words.borrow_mut();
            without.0 += 1;
            without.1.get_or_insert(at);
        }
        let evidence = self.spans(quote, &article, at, "quote");
        let step = |(i, step): (usize, &record::Attribution)| {
            let Some(source) = &step.source else {
                self.lacks("source", "expected a source", way!(at, "attribution", i));
                return None;
            };
            Some(AttributionStep {
                source: self.source(source, way!(at, "attribution", i, "source"))?,
                verb: step.verb.as_ref().map(|verb| verb.0.clone()),
                span: step
                    .quote
                    .as_ref()
                    .and_then(|quote| self.span(quote, &article, way!(at, "attribution", i, "quote"))),
            })
        };
        let attestation = Attestation {
            attribution: attribution.iter().enumerate().filter_map(step).collect(),
            certainty: certainty.and_then(|word| self.word(word, way!(at, "certainty"))),
            hedges: self.spans(hedge, &article, at, "hedge"),
            time: self.time(time, &article, at, time_field),
            notes: texts(note),
            record: quote.is_empty().then(|| key.to_owned()),
            number: number.map(str::to_owned),
            evidence,
        };
        (attestation.evidence.len() == quote.len()).then_some((article, attestation))
    }

    /// The IRI that `make` gives to the evidence of a record; or the one that its document has for it since
    /// before the text was at hand.
    pub(super) fn identify(
        &self,
        record: &impl Stated,
        article: &NamedNode,
        attestation: &Attestation,
        make: impl Fn(Evidence<'_>) -> NamedNode,
    ) -> NamedNode {
        let iri = make(Evidence::of(attestation));
        let Some(previous) = self.previous.filter(|p| !p.is_empty() && !p.states(&iri)) else { return iri };
        let AttestationFields { key, quote, .. } = record.attestation();
        // As it is written: words have a place where an offset says so; or the offset has come with the text.
        let spans = |with_offsets: bool| -> Vec<Span> {
            let written = |(quote, found): (&Quote, &Span)| Span {
                article: article.clone(),
                place: found.place.filter(|_| with_offsets && quote.0.start.is_some()),
                exact: quote.0.exact.0.clone(),
            };
            quote.iter().zip(&attestation.evidence).map(written).collect()
        };
        let written = [spans(true), spans(false)];
        let by_words = written.iter().filter(|spans| !spans.is_empty());
        let by_words = by_words.map(|spans| make(Evidence::of_spans(spans, attestation.number.as_deref())));
        let by_key = key.map(|key| make(Evidence::Record(key.0.trim())));
        by_words.chain(by_key).find(|iri| previous.states(iri)).unwrap_or(iri)
    }

    /// Tells words without a place, and records without words that nothing tells from others.
    pub(super) fn tell_weak_evidence(&self) {
        let written = &self.declared.written;
        let (articles, words, first) = &*self.words_only.borrow();
        if let Some(path) = first {
            let articles = match articles.len() {
                1 => "1 text is".to_owned(),
                number => format!("{number} texts are"),
            };
            let kept = if *words == 1 { "is" } else { "are" };
            let warning =
                Diagnostic::warning(format!("{} {kept} kept without a place", count(*words, "quote")))
                    .expected(format!("{articles} not at hand"))
                    .help("if you have a text, name it with `--text FILE` and load again: IRIs stay");
            self.warnings.borrow_mut().push(warning.at(written.place(path)));
        }
        let (number, first) = *self.without_words.borrow();
        if let Some(at) = first {
            let have = if number == 1 { "has" } else { "have" };
            let warning = Diagnostic::warning(format!("{} {have} no quote", count(number, "statement")))
                .expected("kept without words, as a record")
                .help("add the `quote` that proves it; of a vote or a row of a table, a `key`: its number");
            self.warnings.borrow_mut().push(warning.at(written.place(way!(at))));
        }
    }

    /// An actor, or a document that speaks.
    pub(super) fn source(&self, name: &Text, path: &[Step]) -> Option<NamedNode> {
        if self.registry.look_up(Kind::Actor, &name.0) == Lookup::Unknown
            && let Lookup::Found(article) = self.registry.look_up(Kind::Article, &name.0)
        {
            return Some(article);
        }
        self.named(Kind::Actor, name, path)
    }

    pub(super) fn position(&self, r: &record::Position, at: At) -> Option<Position> {
        let actor = self.required_name(Kind::Actor, r.actor.as_ref(), at, "actor");
        let issue = self.required_name(Kind::Issue, r.issue.as_ref(), at, "issue");
        let stance = self.required(r.stance.as_ref(), at, "stance");
        let stance = stance.and_then(|word| self.stance(word, issue.as_ref(), way!(at, "stance")));
        let defaults = self.defaults();
        let mode = match &r.mode {
            Some(mode) => self.listed(mode, way!(at, "mode")),
            None => Some(defaults.mode.clone()),
        };
        let explicitness = r.explicitness.as_ref().map(|word| self.word(word, way!(at, "explicitness")));
        if issue.is_none() {
            self.stance_on_unknown(r, at);
        }
        let attested = self.attestation(r, at);
        if let (Some(stance), Some(issue)) = (stance, &issue)
            && let Some(family) = self.registry.family(issue)
            && !stance.fits(family)
        {
            self.problem(
                Diagnostic::error(format!("`{}` is not a stance on a {}", stance.word(), family.word()))
                    .expected(format!("the issue is a {}", family.word()))
                    .help(fitting(stance, family)),
                way!(at, "stance"),
            );
        }
        let conditions = r.condition.0.iter().enumerate();
        let reasons = r.reason.0.iter().enumerate();
        let alternative_holders =
            self.all_named(Kind::Actor, &r.alternative_holder.0, at, "alternativeHolder");
        if let Some(i) = alternative_holders.iter().position(|other| Some(other) == actor.as_ref()) {
            self.problem(
                Diagnostic::error("this alternative holder is the `actor` of the position")
                    .expected("expected another actor"),
                way!(at, "alternativeHolder", i),
            );
        }
        let on_behalf_of = match &r.on_behalf_of {
            Some(names) => self.all_named(Kind::Actor, &names.0, at, "onBehalfOf"),
            None => {
                defaults.on_behalf_of.iter().filter(|other| Some(*other) != actor.as_ref()).cloned().collect()
            }
        };
        let targets = self.all_named(Kind::Actor, &r.target.0, at, "target");
        let intensity = r.intensity.as_ref().and_then(|word| self.word(word, way!(at, "intensity")));
        let status =
            r.status.as_ref().map_or(Some(Status::InForce), |word| self.word(word, way!(at, "status")));
        let bound = |text: Option<&Text>, field: &'static str, last: bool| -> Option<Date> {
            let edtf: Edtf = self.parsed(text?, way!(at, "valid", field))?;
            if last { edtf.last() } else { edtf.first() }
        };
        let valid = r.valid.as_ref();
        let valid_from = bound(valid.and_then(|v| v.from.as_ref()), "from", false);
        let valid_until = bound(valid.and_then(|v| v.until.as_ref()), "until", true);
        self.in_order(valid_from, valid_until, way!(at, "valid", "until"));
        let (article, mut attestation) = attested?;
        if r.certainty.is_none() {
            attestation.certainty = Some(defaults.certainty);
        }
        let conditions = conditions.filter_map(|(i, c)| self.condition(c, &article, at, i)).collect();
        let reasons = reasons.filter_map(|(i, c)| self.reason(c, &article, at, i)).collect();
        let (actor, stance, issue, mode) = (actor?, stance?, issue?, mode?);
        let explicitness = explicitness.unwrap_or_else(|| {
            Some(self.default_explicitness(&article, &actor, &on_behalf_of, &attestation.attribution))
        });
        Some(Position {
            iri: self.identify(r, &article, &attestation, |evidence| {
                self.record_base().position(&article, &actor, &issue, stance, mode.iri(), evidence)
            }),
            actor,
            alternative_holders,
            on_behalf_of,
            stance,
            issue,
            intensity,
            mode,
            explicitness: explicitness?,
            attestation,
            conditions,
            reasons,
            targets,
            valid_from,
            valid_until,
            status: status?,
            supersedes: Vec::new(),
            alternative_readings: Vec::new(),
            article,
            coding: self.coding_iri(),
        })
    }

    /// The stance that a word means on an issue.
    fn stance(&self, word: &Word<Stance>, issue: Option<&NamedNode>, path: &[Step]) -> Option<Stance> {
        let family = issue.and_then(|issue| self.registry.family(issue));
        stance_words::stance(&word.text, family).or_else(|| self.word(word, path))
    }

    /// Gives readings of words that allow several the status of such, where they are written with the one
    /// that they had once.
    pub(super) fn readings(&self, positions: &mut [Option<Position>]) {
        let linked: HashSet<NamedNode> =
            positions.iter().flatten().flat_map(|position| position.alternative_readings.clone()).collect();
        let (mut first, mut number) = (None, 0);
        for (i, position) in positions.iter_mut().enumerate() {
            let Some(position) = position else { continue };
            let is_reading = !position.alternative_readings.is_empty() || linked.contains(&position.iri);
            let status = renamed::status(position.status, is_reading);
            if status != position.status {
                position.status = status;
                first.get_or_insert(i);
                number += 1;
            }
        }
        if let Some(first) = first {
            let place = self.declared.written.place(way!(("positions", first), "status"));
            let warning = renamed::RENAMED[0].warning(number).at(place);
            self.warnings.borrow_mut().push(warning);
        }
    }

    pub(super) fn condition(
        &self,
        r: &record::Condition,
        article: &NamedNode,
        at: At,
        i: usize,
    ) -> Option<Condition> {
        let missing = |field| self.lacks(field, "this condition needs it", way!(at, "condition", i));
        let requires = r
            .requires
            .as_ref()
            .and_then(|name| self.named(Kind::Issue, name, way!(at, "condition", i, "requires")));
        let span = r.quote.as_ref().and_then(|q| self.span(q, article, way!(at, "condition", i, "quote")));
        let Some(kind) = &r.kind else {
            missing("kind");
            return None;
        };
        let kind = self.word(kind, way!(at, "condition", i, "kind"))?;
        let Some(text) = r.text.as_ref().filter(|text| !text.0.trim().is_empty()) else {
            missing("text");
            return None;
        };
        Some(Condition { kind, text: text.0.clone(), requires, span })
    }

    pub(super) fn reason(&self, r: &record::Reason, article: &NamedNode, at: At, i: usize) -> Option<Reason> {
        let span = r.quote.as_ref().and_then(|q| self.span(q, article, way!(at, "reason", i, "quote")));
        let Some(text) = r.text.as_ref().filter(|text| !text.0.trim().is_empty()) else {
            self.lacks("text", "this reason needs it", way!(at, "reason", i));
            return None;
        };
        Some(Reason { text: text.0.clone(), span })
    }

    pub(super) fn event(&self, r: &record::Event, at: At) -> Option<Event> {
        let label = self.required_text(r.label.as_ref(), at, "label");
        let kind = self.required_listed(r.kind.as_ref(), at, "kind");
        let participants = self.all_named(Kind::Actor, &r.participant.0, at, "participant");
        let about = self.all_named(Kind::Issue, &r.about.0, at, "about");
        let (article, attestation) = self.attestation(r, at)?;
        let (label, kind) = (&label?.0, kind?);
        let iri = self.identify(r, &article, &attestation, |evidence| {
            self.record_base().stated("event", label, &article, &[kind.key(), label], evidence)
        });
        Some(Event {
            iri,
            label: label.clone(),
            kind,
            participants,
            place: r.place.as_ref().map(|place| place.0.clone()),
            about,
            attestation,
            article,
            coding: self.coding_iri(),
        })
    }

    pub(super) fn measure(
        &self,
        r: &record::Measure,
        keys: &HashMap<&str, NamedNode>,
        at: At,
    ) -> Option<Measure> {
        let label = self.required_text(r.label.as_ref(), at, "label");
        let value = self.required(r.value.as_ref(), at, "value");
        let unit = self.required_text(r.unit.as_ref(), at, "unit");
        if let Some(value) = value
            && (value.0.parse::<f64>().is_err() || value.0.contains(['e', 'E', 'n', 'N']))
        {
            self.problem(
                Diagnostic::error(format!("`{}` is not a number", value.0))
                    .expected("expected a decimal number such as 80 or 1.5; write the unit in `unit`"),
                way!(at, "value"),
            );
            return None;
        }
        let comparator = r
            .comparator
            .as_ref()
            .map_or(Some(Comparator::Exactly), |word| self.word(word, way!(at, "comparator")));
        let of = self.all_named(Kind::Actor, &r.of.0, at, "of");
        let about = r.about.0.iter().enumerate().filter_map(|(i, name)| {
            match keys.get(name.0.as_str()) {
                Some(iri) => Some(iri.clone()),
                // What is wrong with that record is told there.
                None if self.is_key(name) => None,
                // Where it stands in another sheet.
                None if name.0.contains("://") => self.iri(name, way!(at, "about", i)),
                None => self.named(Kind::Issue, name, way!(at, "about", i)),
            }
        });
        let about = about.collect();
        let (article, attestation) = self.attestation(r, at)?;
        let (label, value, unit) = (&label?.0, &value?.0, &unit?.0);
        let iri = self.identify(r, &article, &attestation, |evidence| {
            self.record_base().stated("measure", label, &article, &[label, value, unit], evidence)
        });
        Some(Measure {
            iri,
            label: label.clone(),
            value: value.clone(),
            comparator: comparator?,
            unit: unit.clone(),
            of,
            about,
            attestation,
            article,
            coding: self.coding_iri(),
        })
    }

    pub(super) fn relation(&self, r: &record::Relation, at: At) -> Option<Relation> {
        let from = self.required_name(Kind::Actor, r.from.as_ref(), at, "from");
        let kind = self.required_listed(r.relation.as_ref(), at, "relation");
        let to = self.required_name(Kind::Actor, r.to.as_ref(), at, "to");
        if let (Some(from), Some(to)) = (&from, &to)
            && from == to
        {
            self.problem(
                Diagnostic::error(format!("`from` and `to` are both {}", id_of(to)))
                    .expected("expected two different actors"),
                way!(at, "to"),
            );
        }
        let (article, attestation) = self.attestation(r, at)?;
        let (from, kind, to) = (from?, kind?, to?);
        let word = match &kind {
            Listed::Model(kind) => kind.word(),
            Listed::Own(kind) => id_of(kind),
        };
        let name = format!("{} {word} {}", id_of(&from), id_of(&to));
        let parts = [from.as_str(), kind.key(), to.as_str()];
        let iri = self.identify(r, &article, &attestation, |evidence| {
            self.record_base().stated("relation", &name, &article, &parts, evidence)
        });
        Some(Relation { iri, from, kind, to, attestation, article, coding: self.coding_iri() })
    }

    pub(super) fn office_claim(&self, r: &record::OfficeClaim, at: At) -> Option<OfficeClaim> {
        let person = self.required_name(Kind::Actor, r.person.as_ref(), at, "person");
        let post = self.required_name(Kind::Post, r.post.as_ref(), at, "post");
        let (article, attestation) = self.attestation(r, at)?;
        let (person, post) = (person?, post?);
        let name = format!("{} {}", id_of(&person), id_of(&post));
        let parts = [person.as_str(), post.as_str()];
        let iri = self.identify(r, &article, &attestation, |evidence| {
            self.record_base().stated("office-claim", &name, &article, &parts, evidence)
        });
        Some(OfficeClaim { iri, person, post, attestation, article, coding: self.coding_iri() })
    }

    pub(super) fn nothing(&self, r: &record::Nothing, at: At) -> Option<Nothing> {
        let article = self.article_of(r.article.as_ref(), at)?;
        let quote = self.required(r.quote.as_ref(), at, "quote")?;
        let span = self.span(quote, &article, way!(at, "quote"))?;
        Some(Nothing { span, why: r.why.as_ref().map(|why| why.0.clone()) })
    }
}

/// The stances that an issue of this family takes, the one of the same value first.
pub(super) fn fitting(stance: Stance, family: Family) -> String {
    let fitting = || Stance::ALL.iter().filter(|s| s.fits(family));
    let words: Vec<&str> = fitting().map(|s| s.word()).collect();
    let all = format!("a {} takes: {}", family.word(), words.join(", "));
    match fitting().find(|s| s.value() == stance.value()) {
        Some(same) => format!("did you mean `{}`? {all}", same.word()),
        None => all,
    }
}
