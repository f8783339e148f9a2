//! The agreed sheet, begun with what two codings have in common.
//!
//! What differs stands in comments at its place, to be settled by people: the first coder's record, and the
//! values of both where they differ. So the sheet loads as it is, and again after each step.

use super::{Comparison, FIELDS, Reading, Unit};
use crate::analysis::facts::{Facts, QuoteFacts};
use crate::base::error::{Result, count};
use crate::model::identity::{Base, id_of, slug};
use crate::model::registry::Kind;
use crate::model::vocab::{dcterms, rdf, rdfs, skos, stp};
use crate::model::{Concept, Status};
use crate::store::GraphReader;
use crate::store::index::reading;
use crate::store::names;
use crate::store::names::coders::Coder;
use oxrdf::{NamedNode, NamedNodeRef};
use std::collections::{HashMap, HashSet};

/// The sheet as YAML; `index` is the graph of all codings that was compared.
///
/// # Errors
/// A damaged index.
pub fn agreed(index: &dyn GraphReader, comparison: &Comparison) -> Result<String> {
    Ok(reading(|| Writer::new(index, comparison).sheet())?)
}

struct Writer<'a> {
    index: &'a dyn GraphReader,
    facts: Facts<'a>,
    comparison: &'a Comparison,
    /// Keys of the positions that are agreed on and that another refers to.
    keys: HashMap<NamedNode, String>,
    /// The positions that are compared: the agreed sheet takes their place.
    compared: HashSet<NamedNode>,
}

impl<'a> Writer<'a> {
    fn new(index: &'a dyn GraphReader, comparison: &'a Comparison) -> Self {
        let facts = Facts::new(index);
        let agreed =
            || comparison.units().filter(|unit| unit.is_agreed()).filter_map(|unit| unit.present().next());
        let mut keys = HashMap::new();
        for reading in agreed() {
            for referred in [stp::prop::SUPERSEDES, stp::prop::ALTERNATIVE_READING]
                .into_iter()
                .flat_map(|property| facts.links(&reading.position, property))
            {
                if agreed().any(|other| other.position == referred) {
                    let own = record_key(&facts, &referred).map(|key| quoted(&key));
                    let key = own.unwrap_or_else(|| format!("p{}", keys.len() + 1));
                    keys.entry(referred).or_insert(key);
                }
            }
        }
        let compared = comparison.units().flat_map(Unit::present).map(|reading| reading.position.clone());
        Self { index, facts, comparison, keys, compared: compared.collect() }
    }

    fn sheet(&self) -> String {
        let names: Vec<&str> = self.comparison.coders.iter().map(|coder| coder.name.as_str()).collect();
        let agreed = self.comparison.units().filter(|unit| unit.is_agreed()).count();
        let open = self.comparison.units().count() - agreed;
        let from: Vec<String> = self.comparison.coders.iter().map(coder).collect();
        let mut text = format!(
            "# Agreed coding of {}.\n\
             # {} alike; {} to be settled, in comments:\n\
             # correct a record, and remove the `# ` before its lines; or delete it.\n\
             coding: {{role: agreed, from: [{}]}}\n",
            names.join(" and "),
            count(agreed, "position"),
            count(open, "other"),
            from.join(", ")
        );
        if agreed == 0 {
            text += "\npositions: []\n";
        } else {
            text += "\npositions:\n";
        }
        for compared in &self.comparison.articles {
            let article = thing(&compared.article.iri, "article");
            text += &format!("\n  # ── {} ──\n", printable(&compared.article.label));
            for unit in &compared.units {
                let Some(reading) = unit.present().next() else { continue };
                let record = self.record(reading, &article);
                if unit.is_agreed() {
                    text += &format!("\n{record}");
                } else {
                    let record: String = record.lines().map(|line| format!("  # {}\n", &line[2..])).collect();
                    text += &format!("\n  # {}\n{record}", printable(&self.open(unit)));
                }
            }
        }
        text
    }

    /// What is to be settled.
    fn open(&self, unit: &Unit) -> String {
        let names = || self.comparison.coders.iter().map(|coder| coder.name.as_str());
        let present: Vec<(&str, &Reading)> = names()
            .zip(&unit.readings)
            .filter_map(|(name, reading)| Some((name, reading.as_ref()?)))
            .collect();
        if let [(name, _)] = present.as_slice() {
            return format!("Only {name} has this.");
        }
        let field = |field: &&'static str| {
            let at = FIELDS.iter().position(|known| known == field).unwrap_or_default();
            let values = present.iter().map(|(name, reading)| {
                let shown = &reading.values[at].shown;
                format!("{name}: {}", if shown.is_empty() { "–" } else { shown })
            });
            format!("{field} ({})", values.collect::<Vec<_>>().join("; "))
        };
        format!("Differs: {}.", unit.differing.iter().map(field).collect::<Vec<_>>().join(", "))
    }

    /// A position as a sheet has it, two columns in.
    fn record(&self, reading: &Reading, article: &str) -> String {
        let (facts, s) = (&self.facts, &reading.position);
        let mut fields: Vec<(&str, String)> = Vec::new();
        if let Some(key) = record_key(facts, s).map(|key| quoted(&key)).or_else(|| self.keys.get(s).cloned())
        {
            fields.push(("key", key));
        }
        fields.push(("article", article.to_owned()));
        let one = |property| facts.link(s, property).map(|node| quoted(&facts.label(&node)));
        let named = |kind, property| {
            facts.links(s, property).iter().map(|node| self.name(kind, node)).collect::<Vec<String>>()
        };
        let list = |items: Vec<String>| (!items.is_empty()).then(|| format!("[{}]", items.join(", ")));
        let mut add =
            |name: &'static str, value: Option<String>| fields.extend(value.map(|value| (name, value)));
        add("actor", named(Kind::Actor, stp::prop::ACTOR).into_iter().next());
        add("onBehalfOf", list(named(Kind::Actor, stp::prop::ON_BEHALF_OF)));
        add("stance", one(stp::prop::STANCE));
        add("issue", named(Kind::Issue, stp::prop::ISSUE).into_iter().next());
        add("intensity", one(stp::prop::INTENSITY));
        add("mode", one(stp::prop::MODE));
        add("explicitness", one(stp::prop::EXPLICITNESS));
        add("certainty", one(stp::prop::CERTAINTY));
        let quotes = facts.quotes(s);
        add("quote", list(quotes.iter().filter(|words| !words.record).map(quote).collect()));
        let hedges = facts.links(s, stp::prop::HEDGE);
        add(
            "hedge",
            list(hedges.iter().flat_map(|span| facts.spans(span)).map(|words| quote(&words)).collect()),
        );
        add("condition", list(self.conditions(s)));
        add("reason", list(self.reasons(s)));
        add("attribution", list(self.attribution(s)));
        add("target", list(named(Kind::Actor, stp::prop::TARGET)));
        add("time", self.time(s));
        let bound =
            |name: &str, property| facts.text(s, property).map(|day| format!("{name}: {}", quoted(&day)));
        let bounds = [bound("from", stp::prop::VALID_FROM), bound("until", stp::prop::VALID_UNTIL)];
        let bounds: Vec<String> = bounds.into_iter().flatten().collect();
        add("valid", (!bounds.is_empty()).then(|| format!("{{{}}}", bounds.join(", "))));
        let status = facts.link(s, stp::prop::STATUS).and_then(|status| Status::from_iri(status.as_ref()));
        add("status", status.filter(|s| *s != Status::InForce).map(|status| status.word().to_owned()));
        add("supersedes", list(self.references(s, stp::prop::SUPERSEDES)));
        add("alternativeReading", list(self.references(s, stp::prop::ALTERNATIVE_READING)));
        add("note", list(facts.texts(s, skos::NOTE).iter().map(|note| quoted(note)).collect()));
        let line = |(at, (name, value)): (usize, (&str, String))| {
            format!("  {} {name}: {value}\n", if at == 0 { "-" } else { " " })
        };
        fields.into_iter().enumerate().map(line).collect()
    }

    fn conditions(&self, position: &NamedNode) -> Vec<String> {
        let facts = &self.facts;
        let one = |condition: &NamedNode| {
            let kind = facts.labels(condition, stp::prop::CONDITION_KIND);
            let requires = facts.link(condition, stp::prop::REQUIRES);
            flow([
                ("kind", kind.first().map(|kind| quoted(kind))),
                ("text", facts.text(condition, rdfs::LABEL).map(|text| quoted(&text))),
                ("requires", requires.map(|issue| self.name(Kind::Issue, &issue))),
                ("quote", facts.quotes(condition).first().map(quote)),
            ])
        };
        facts.links(position, stp::prop::CONDITION).iter().map(one).collect()
    }

    fn reasons(&self, position: &NamedNode) -> Vec<String> {
        let facts = &self.facts;
        let one = |reason: &NamedNode| {
            flow([
                ("text", facts.text(reason, rdfs::LABEL).map(|text| quoted(&text))),
                ("quote", facts.quotes(reason).first().map(quote)),
            ])
        };
        facts.links(position, stp::prop::REASON).iter().map(one).collect()
    }

    fn attribution(&self, position: &NamedNode) -> Vec<String> {
        let facts = &self.facts;
        let mut steps = facts.links(position, stp::prop::ATTRIBUTION);
        steps.sort_by_cached_key(|step| facts.attribution_step(step).0);
        let one = |step: &NamedNode| {
            let source =
                facts.link(step, stp::prop::SOURCE).map(|source| match facts.is_a(&source, stp::ARTICLE) {
                    true => thing(&source, "article"),
                    false => self.name(Kind::Actor, &source),
                });
            flow([
                ("source", source),
                ("verb", facts.text(step, stp::prop::VERB).map(|verb| quoted(&verb))),
                ("quote", facts.quotes(step).first().map(quote)),
            ])
        };
        steps.iter().map(one).collect()
    }

    fn time(&self, position: &NamedNode) -> Option<String> {
        let facts = &self.facts;
        let time = facts.link(position, stp::prop::TIME_EXPRESSION)?;
        let words = facts.quotes(&time).into_iter().next();
        let text = words.as_ref().map(|words| words.exact.clone()).or_else(|| facts.text(&time, rdf::VALUE));
        Some(flow([
            ("text", text.map(|text| quoted(&text))),
            ("start", words.and_then(|words| words.start).map(|start| start.to_string())),
            ("edtf", facts.text(&time, stp::prop::EDTF).map(|edtf| quoted(&edtf))),
            ("basis", facts.labels(&time, stp::prop::DATING_BASIS).first().map(|basis| quoted(basis))),
            ("note", facts.text(&time, skos::NOTE).map(|note| quoted(&note))),
        ]))
    }

    /// What a position refers to: by key in the sheet, by IRI elsewhere. What is still to be settled has neither.
    fn references(&self, position: &NamedNode, property: NamedNodeRef<'_>) -> Vec<String> {
        let reference = |other: NamedNode| match self.keys.get(&other) {
            Some(key) => Some(key.clone()),
            None if self.compared.contains(&other) => None,
            None => Some(quoted(other.as_str())),
        };
        self.facts.links(position, property).into_iter().filter_map(reference).collect()
    }

    /// The label of a thing if it means nothing else, or else its IRI.
    fn name(&self, kind: Kind, node: &NamedNode) -> String {
        let label = self
            .facts
            .texts(node, skos::PREF_LABEL)
            .into_iter()
            .find(|label| names::one(self.index, kind, label).is_ok_and(|found| found.iri == *node));
        quoted(label.as_deref().unwrap_or(node.as_str()))
    }
}

/// The key of the record that proves a position, where there are no words.
fn record_key(facts: &Facts<'_>, position: &NamedNode) -> Option<String> {
    let evidence = facts.links(position, stp::prop::EVIDENCE);
    evidence.iter().find_map(|record| facts.text(record, dcterms::IDENTIFIER))
}

/// The id of a thing that has its IRI from the usual base, or else its IRI.
fn thing(node: &NamedNode, kind: &str) -> String {
    let id = id_of(node);
    quoted(if Base::default().thing(kind, id) == *node { id } else { node.as_str() })
}

/// A coder by name, if the name gives the IRI.
fn coder(coder: &Coder) -> String {
    let by_name = Base::default().thing("coder", &slug(&coder.name)) == coder.iri;
    quoted(if by_name { &coder.name } else { coder.iri.as_str() })
}

fn quote(words: &QuoteFacts) -> String {
    flow([("exact", Some(quoted(&words.exact))), ("start", words.start.map(|start| start.to_string()))])
}

/// The fields that there are, in braces.
fn flow<const N: usize>(fields: [(&str, Option<String>); N]) -> String {
    let fields = fields.into_iter().filter_map(|(name, value)| Some(format!("{name}: {}", value?)));
    format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
}

/// A text that YAML takes for a text, wherever it stands.
fn quoted(text: &str) -> String {
    let is_plain = text.starts_with(|c: char| c.is_alphabetic())
        && text.ends_with(char::is_alphanumeric)
        && text.chars().all(|c| c.is_alphanumeric() || " '-".contains(c))
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
            .contains(&text.to_lowercase().as_str());
    if is_plain { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}

/// A text in one line of a comment.
fn printable(text: &str) -> String {
    crate::base::diagnostic::printable(&text.replace(['\n', '\r'], " "))
}
