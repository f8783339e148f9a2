//! What a position is, and everything around it: plain types, no triples.
//!
//! Names are resolved here: an actor is an IRI, a quote has its place in the text.
//! `sheet` makes these values from what a coder wrote, `encode` turns them into RDF.

pub mod canonical;
mod concept;
pub mod document;
mod edtf;
pub mod encode;
pub mod identity;
pub mod ontology;
pub mod prefixes;
pub mod project;
pub mod registry;
pub mod renamed;
pub mod stance_words;
pub mod text;
pub mod vocab;

pub(crate) use concept::squash;
pub use concept::{
    ActorKind, Certainty, CodingRole, Comparator, Concept, ConditionKind, EventKind, Explicitness,
    Extensible, Family, Intensity, List, Listed, Mode, RelationKind, Stance, Status,
};
pub use edtf::{Edtf, EdtfError};

use jiff::civil::Date;
use oxrdf::NamedNode;
use std::collections::HashMap;

/// A text in one language: `("en", "Vladimir Putin")`.
pub type LanguageText = (String, String);

/// Words of an article's text and their place, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The article that holds them.
    pub article: NamedNode,
    /// First code point, counted from 0, and the one after the last; none where the text was not at hand.
    pub place: Option<(u32, u32)>,
    /// The words themselves.
    pub exact: String,
}

/// When something was, as the text has it and as far as it could be resolved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Time {
    /// The words in the text: "last week".
    pub expression: Option<Span>,
    /// What they resolve to; none where nothing fixes them.
    pub edtf: Option<Edtf>,
    /// What the resolution rests on.
    pub basis: Option<Explicitness>,
    /// How it was concluded.
    pub note: Option<String>,
    /// Whether it was expressed on the day of its article, as a vote was in a roll call: then both bounds are known.
    pub is_of_article: bool,
}

impl Time {
    /// Last day on which something can have been expressed. What is undated was expressed before its article
    /// appeared: on the last day of `published` at the latest.
    #[must_use]
    pub fn stated_until(&self, published: Option<Date>) -> Option<Date> {
        self.edtf.as_ref().and_then(Edtf::last).or(published)
    }
}

/// One link of an attribution chain; its place in the chain is its place in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributionStep {
    /// Actor, article or anonymous source that says it.
    pub source: NamedNode,
    /// The verb or phrase of saying: "according to".
    pub verb: Option<String>,
    /// The words that attribute.
    pub span: Option<Span>,
}

/// Who vouches for a statement, and how firmly: common to all that an article states.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attestation {
    /// The words that prove it.
    pub evidence: Vec<Span>,
    /// Key of the record that it is, where there are no words: a vote, a row of a table. Empty where nothing
    /// tells it from others.
    pub record: Option<String>,
    /// Its number where it comes from, by which it differs from others that agree in everything else.
    pub number: Option<String>,
    /// From the source nearest to the words outwards.
    pub attribution: Vec<AttributionStep>,
    /// How far the wording commits itself.
    pub certainty: Option<Certainty>,
    /// The hedging words.
    pub hedges: Vec<Span>,
    /// When it was.
    pub time: Time,
    /// The coder's remarks.
    pub notes: Vec<String>,
}

/// What an actor demands before, or instead of, holding a position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// How it binds.
    pub kind: ConditionKind,
    /// The condition in the coder's words.
    pub text: String,
    /// The issue that would have to come true.
    pub requires: Option<NamedNode>,
    /// The words that state it.
    pub span: Option<Span>,
}

/// A reason that the actor gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The reason in the coder's words.
    pub text: String,
    /// The words that state it.
    pub span: Option<Span>,
}

/// The stance that one stakeholder takes on one issue, with the words that prove it.
#[derive(Clone, Debug, PartialEq)]
pub struct Position {
    /// Its IRI, computed from article, actor, issue, stance, mode and evidence.
    pub iri: NamedNode,
    /// Whose stance it is.
    pub actor: NamedNode,
    /// Who else the words may mean.
    pub alternative_holders: Vec<NamedNode>,
    /// In whose name it is taken.
    pub on_behalf_of: Vec<NamedNode>,
    /// The stance.
    pub stance: Stance,
    /// What it is about.
    pub issue: NamedNode,
    /// How strongly it is put.
    pub intensity: Option<Intensity>,
    /// How it was expressed.
    pub mode: Listed<Mode>,
    /// How openly the text gives it to the actor.
    pub explicitness: Explicitness,
    /// Evidence, attribution, certainty, hedges, time.
    pub attestation: Attestation,
    /// What it depends on.
    pub conditions: Vec<Condition>,
    /// Why, in the actor's words.
    pub reasons: Vec<Reason>,
    /// Who is addressed or pressed.
    pub targets: Vec<NamedNode>,
    /// When the stance begins to hold, where the text says so.
    pub valid_from: Option<Date>,
    /// When it ceases to.
    pub valid_until: Option<Date>,
    /// What has become of it.
    pub status: Status,
    /// Earlier positions that it replaces.
    pub supersedes: Vec<NamedNode>,
    /// Other readings of the same ambiguous words.
    pub alternative_readings: Vec<NamedNode>,
    /// The article that reports it.
    pub article: NamedNode,
    /// How it got coded.
    pub coding: Option<NamedNode>,
}

/// A stakeholder or source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Its IRI.
    pub iri: NamedNode,
    /// What sort of actor; none where it is left open.
    pub kind: Option<Listed<ActorKind>>,
    /// Of an actor whose kind is a case's own: the kind of the model that it is a sort of.
    pub wider_kind: Option<ActorKind>,
    /// Name and other names.
    pub names: Names,
    /// Field of activity.
    pub sector: Option<String>,
    /// Groups that it belongs to.
    pub member_of: Vec<NamedNode>,
    /// The same actor elsewhere.
    pub exact_match: Vec<NamedNode>,
    /// The coder's remarks.
    pub notes: Vec<String>,
}

/// A preferred name for people to read, and the other names that mean the same thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// The one preferred label.
    pub label: LanguageText,
    /// Aliases.
    pub aliases: Vec<LanguageText>,
}

/// A sentence that one can be for or against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Its IRI.
    pub iri: NamedNode,
    /// The sentence and its other wordings.
    pub names: Names,
    /// To be done, or held true.
    pub family: Family,
    /// Topics and wider issues.
    pub broader: Vec<NamedNode>,
    /// Issues that cannot come true together with this one.
    pub incompatible_with: Vec<NamedNode>,
    /// Issues that a text sets against this one.
    pub contrasts_with: Vec<NamedNode>,
    /// Issues that come true with this one.
    pub entails: Vec<NamedNode>,
    /// Its negation.
    pub opposite: Option<NamedNode>,
    /// The coder's remarks.
    pub notes: Vec<String>,
}

/// A concept that a case adds to one of the lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnConcept {
    /// Its IRI.
    pub iri: NamedNode,
    /// The list that it belongs to.
    pub list: List,
    /// The word that coders write, and other words for it.
    pub names: Names,
    /// What it is.
    pub definition: Option<String>,
    /// The wider concepts of the same list.
    pub broader: Vec<NamedNode>,
    /// A use of it.
    pub example: Option<String>,
    /// The coder's remarks.
    pub notes: Vec<String>,
}

/// What issues are about: "Territory".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// Its IRI.
    pub iri: NamedNode,
    /// Its name.
    pub names: Names,
    /// Wider topics.
    pub broader: Vec<NamedNode>,
}

/// An office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// Its IRI.
    pub iri: NamedNode,
    /// Its title.
    pub names: Names,
    /// The organisation or state that it belongs to.
    pub organisation: Option<NamedNode>,
    /// Whether at most one person holds it at a time.
    pub single_holder: bool,
}

/// Who held which office, or belonged to which body, when: reference knowledge, not a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Its IRI.
    pub iri: NamedNode,
    /// Who.
    pub person: NamedNode,
    /// Which office; none only where there is an organisation.
    pub post: Option<NamedNode>,
    /// The body or group that the person belonged to, where that is said.
    pub organisation: Option<NamedNode>,
    /// As what.
    pub role: Option<Role>,
    /// First day.
    pub from: Option<Date>,
    /// Last day; none while it lasts.
    pub until: Option<Date>,
    /// Where it is known from.
    pub notes: Vec<String>,
}

/// A document whose text positions point into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    /// Its IRI.
    pub iri: NamedNode,
    /// Headline.
    pub title: Option<String>,
    /// Outlet.
    pub publisher: Option<String>,
    /// Authors.
    pub authors: Vec<String>,
    /// When it appeared.
    pub published: Option<Edtf>,
    /// What that date rests on.
    pub dating_basis: Option<Explicitness>,
    /// BCP 47 tag of the text's language.
    pub language: Option<String>,
    /// Where it can be read.
    pub url: Option<NamedNode>,
    /// SHA-256 over the text's UTF-8 bytes, lower-case hexadecimal.
    pub sha256: Option<String>,
    /// Length of the text in code points.
    pub length: Option<u32>,
    /// The coder's remarks.
    pub notes: Vec<String>,
}

/// Something that happened, or is said to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its IRI.
    pub iri: NamedNode,
    /// What it was, in the coder's words.
    pub label: String,
    /// What sort.
    pub kind: Listed<EventKind>,
    /// Who took part.
    pub participants: Vec<NamedNode>,
    /// Where.
    pub place: Option<String>,
    /// Issues that were its matter.
    pub about: Vec<NamedNode>,
    /// Evidence, attribution, certainty, hedges, time.
    pub attestation: Attestation,
    /// The article that reports it.
    pub article: NamedNode,
    /// How it got coded.
    pub coding: Option<NamedNode>,
}

/// A figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// Its IRI.
    pub iri: NamedNode,
    /// What is measured, in the coder's words.
    pub label: String,
    /// The amount, as the lexical form of an `xsd:decimal`.
    pub value: String,
    /// How the figure relates to it.
    pub comparator: Comparator,
    /// What it counts: percent, USD, years.
    pub unit: String,
    /// Whose it is.
    pub of: Vec<NamedNode>,
    /// Issues, events or positions that it is about.
    pub about: Vec<NamedNode>,
    /// Evidence, attribution, certainty, hedges, time.
    pub attestation: Attestation,
    /// The article that reports it.
    pub article: NamedNode,
    /// How it got coded.
    pub coding: Option<NamedNode>,
}

/// How two actors stand to each other, as an article states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// Its IRI.
    pub iri: NamedNode,
    /// From whom.
    pub from: NamedNode,
    /// What relation.
    pub kind: Listed<RelationKind>,
    /// To whom.
    pub to: NamedNode,
    /// Evidence, attribution, certainty, hedges, time.
    pub attestation: Attestation,
    /// The article that reports it.
    pub article: NamedNode,
    /// How it got coded.
    pub coding: Option<NamedNode>,
}

/// An office as an article gives it to somebody; it may be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficeClaim {
    /// Its IRI.
    pub iri: NamedNode,
    /// Who.
    pub person: NamedNode,
    /// Which office.
    pub post: NamedNode,
    /// Evidence, attribution, certainty, hedges, time.
    pub attestation: Attestation,
    /// The article that reports it.
    pub article: NamedNode,
    /// How it got coded.
    pub coding: Option<NamedNode>,
}

/// Words that yield nothing to encode, so that nothing is skipped silently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nothing {
    /// The words.
    pub span: Span,
    /// Why they yield nothing.
    pub why: Option<String>,
}

/// How a set of records got coded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coding {
    /// Its IRI.
    pub iri: NamedNode,
    /// Who coded; of an agreed coding, who wrote down what was agreed, where that is said.
    pub coder: Option<Coder>,
    /// What it is to other codings of the same articles.
    pub role: CodingRole,
    /// The coders whose codings an agreed one settles.
    pub settles: Vec<Coder>,
    /// On which day.
    pub date: Option<Date>,
    /// With which tool.
    pub tool: Option<String>,
    /// The model that proposed the coding, for assisted coding.
    pub model: Option<String>,
    /// Who accepted what the model proposed.
    pub accepted_by: Option<Coder>,
}

/// What somebody is in a body or office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its IRI, the same wherever it has this name.
    pub iri: NamedNode,
    /// Its name, in English.
    pub name: String,
}

/// A person or project that codes or checks codings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coder {
    /// Its IRI.
    pub iri: NamedNode,
    /// Its name; none of a coder that is named by IRI.
    pub name: Option<String>,
}

impl Coding {
    /// Those whose work it is: the coder, or those who agreed.
    pub fn coders(&self) -> impl Iterator<Item = &Coder> {
        let agreed = if self.coder.is_none() { self.settles.as_slice() } else { &[] };
        self.coder.iter().chain(agreed)
    }
}

/// Everything that one sheet says, names resolved.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs)]
pub struct Content {
    pub articles: Vec<Article>,
    pub actors: Vec<Actor>,
    pub posts: Vec<Post>,
    pub memberships: Vec<Membership>,
    pub vocabulary: Vec<OwnConcept>,
    pub topics: Vec<Topic>,
    pub issues: Vec<Issue>,
    pub codings: Vec<Coding>,
    pub positions: Vec<Position>,
    pub events: Vec<Event>,
    pub measures: Vec<Measure>,
    pub relations: Vec<Relation>,
    pub office_claims: Vec<OfficeClaim>,
    pub nothing: Vec<Nothing>,
    /// Events, measures and positions that come from polls, each with the section and place of its poll. They
    /// stand behind those that the sheet writes itself.
    pub polled: Vec<(NamedNode, (&'static str, usize))>,
    /// Day bounds of the publication of every article referred to, the sheet's own or not:
    /// what an undated statement was expressed before.
    pub published: HashMap<NamedNode, (Option<Date>, Option<Date>)>,
    /// The positions, by their place, whose mode was not written but is a default.
    pub default_modes: Vec<usize>,
}

impl Content {
    /// What the records of a sheet define, section by section as a sheet calls them, each with its place in
    /// the section. Nothing is said of sentences with nothing to encode.
    #[must_use]
    pub fn records(&self) -> Vec<(&'static str, usize, NamedNode)> {
        let polled: HashMap<&NamedNode, (&'static str, usize)> =
            self.polled.iter().map(|(iri, at)| (iri, *at)).collect();
        let mut records = Vec::new();
        macro_rules! sections {
            ($($section:literal: $field:ident),* $(,)?) => {$(
                for (i, record) in self.$field.iter().enumerate() {
                    let (section, at) = polled.get(&record.iri).copied().unwrap_or(($section, i));
                    records.push((section, at, record.iri.clone()));
                }
            )*};
        }
        sections!(
            "articles": articles, "actors": actors, "posts": posts, "memberships": memberships,
            "vocabulary": vocabulary, "topics": topics, "issues": issues, "positions": positions,
            "events": events, "measures": measures, "relations": relations, "officeClaims": office_claims,
        );
        records
    }
}
