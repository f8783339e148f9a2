//! The columns of each table, and what its rows are about.

use super::reader::{Reader, Row, joined};
use super::{Column, Table};
use crate::export::value::{Kind, Value};
use crate::model::vocab::{dcterms, oa, org, prov, rdf, rdfs, schema, skos, stp};
use crate::model::{ActorKind, Concept};
use crate::store::index::read::id::Id;
use jiff::civil::Date;
use oxrdf::{NamedNode, NamedNodeRef};

/// What the rows are about, in order.
pub(super) fn rows<'r>(reader: &'r Reader<'_>, table: Table) -> Box<dyn Iterator<Item = Row> + 'r> {
    let of_class = |class| {
        let members = reader.members(class).into_iter();
        Box::new(members.map(|thing| Row { owner: thing, thing }))
    };
    match table {
        Table::Positions => of_class(stp::POSITION),
        Table::Actors => of_class(stp::ACTOR),
        Table::Issues => of_class(stp::ISSUE),
        Table::Articles => of_class(stp::ARTICLE),
        Table::Evidence => parts(reader, stp::prop::EVIDENCE, place),
        Table::Conditions => parts(reader, stp::prop::CONDITION, |_, _| 0),
        Table::Attributions => parts(reader, stp::prop::ATTRIBUTION, order),
    }
}

/// The parts of all positions by a property, those of one in this order.
fn parts<'r>(
    reader: &'r Reader<'_>,
    property: NamedNodeRef<'static>,
    order: fn(&Reader<'_>, Id) -> i64,
) -> Box<dyn Iterator<Item = Row> + 'r> {
    Box::new(reader.positions().into_iter().flat_map(move |owner| {
        let mut parts = reader.objects(owner, property);
        parts.sort_by_key(|part| order(reader, *part));
        parts.into_iter().map(move |thing| Row { owner, thing })
    }))
}

fn order(reader: &Reader<'_>, step: Id) -> i64 {
    number(reader.integer(step, stp::prop::ORDER))
}

/// Where words begin in the text.
fn place(reader: &Reader<'_>, span: Id) -> i64 {
    number(start(reader, span))
}

fn number(value: Value) -> i64 {
    if let Value::Integer(number) = value { number } else { i64::MAX }
}

/// The month in which a position was stated; none where that is not known.
pub(super) fn month(reader: &Reader<'_>, row: Row) -> Option<String> {
    let day =
        reader.day(row.thing, stp::prop::STATED_FROM).or(reader.day(row.thing, stp::prop::STATED_UNTIL));
    day.map(|day: Date| day.strftime("%Y-%m").to_string())
}

/// First code point of the words of a span.
fn start(reader: &Reader<'_>, span: Id) -> Value {
    of_selectors(reader, span, |selector| reader.integer(selector, oa::START))
}

/// Its words, no more than are wished.
fn exact(reader: &Reader<'_>, span: Id) -> Value {
    reader.cut(of_selectors(reader, span, |selector| reader.texts(selector, oa::EXACT)))
}

/// Of the selectors of a span what the first has.
fn of_selectors(reader: &Reader<'_>, span: Id, read: impl Fn(Id) -> Value) -> Value {
    let selectors = reader.objects(span, oa::HAS_SELECTOR).into_iter();
    selectors.map(read).find(|value| *value != Value::Absent).unwrap_or_default()
}

/// The words of the spans that a thing has as its evidence.
fn quotes(reader: &Reader<'_>, thing: Id, property: NamedNodeRef<'static>) -> Value {
    let mut spans = reader.objects(thing, property);
    spans.sort_by_key(|span| place(reader, *span));
    joined(spans.into_iter().filter_map(|span| exact(reader, span).text()))
}

/// What kind of actor it is: a word of the scheme, else the label of a class of the case's own.
fn kind_of_actor(reader: &Reader<'_>, actor: Id) -> Value {
    let classes = reader.objects(actor, rdf::TYPE);
    let word = |class: &Id| {
        let class = NamedNode::new_unchecked(reader.iri(*class));
        ActorKind::from_iri(class.as_ref()).map(|kind| kind.word())
    };
    if let Some(word) = classes.iter().find_map(word) {
        return word.into();
    }
    let own =
        |class: &Id| ![stp::ACTOR.as_str(), prov::AGENT.as_str()].contains(&reader.iri(*class).as_str());
    classes.into_iter().find(own).map(|class| reader.label(class)).into()
}

const fn text(name: &'static str, description: &'static str, read: fn(&Reader<'_>, Row) -> Value) -> Column {
    Column { name, kind: Kind::Text, description, read }
}

const fn integer(
    name: &'static str,
    description: &'static str,
    read: fn(&Reader<'_>, Row) -> Value,
) -> Column {
    Column { name, kind: Kind::Integer, description, read }
}

const fn decimal(
    name: &'static str,
    description: &'static str,
    read: fn(&Reader<'_>, Row) -> Value,
) -> Column {
    Column { name, kind: Kind::Decimal, description, read }
}

const fn day(name: &'static str, description: &'static str, read: fn(&Reader<'_>, Row) -> Value) -> Column {
    Column { name, kind: Kind::Day, description, read }
}

/// The columns of a table.
pub(super) fn columns(table: Table) -> &'static [Column] {
    match table {
        Table::Positions => POSITIONS,
        Table::Actors => ACTORS,
        Table::Issues => ISSUES,
        Table::Articles => ARTICLES,
        Table::Evidence => EVIDENCE,
        Table::Conditions => CONDITIONS,
        Table::Attributions => ATTRIBUTIONS,
    }
}

const POSITION: Column =
    text("position", "Handle of the position, as `show` takes it", |r, row| Value::Text(r.handle(row.owner)));
const POSITION_IRI: Column =
    text("position_iri", "IRI of the position", |r, row| Value::Text(r.iri(row.owner)));

const POSITIONS: &[Column] = &[
    POSITION,
    text("actor", "Whose stance it is", |r, row| r.labels(row.thing, stp::prop::ACTOR)),
    text("on_behalf_of", "Whom the actor speaks for", |r, row| r.labels(row.thing, stp::prop::ON_BEHALF_OF)),
    text("stance", "The stance", |r, row| r.labels(row.thing, stp::prop::STANCE)),
    decimal("stance_value", "The stance as a number, from -1 (against) to 1 (for)", |r, row| {
        r.decimal(row.thing, stp::prop::STANCE_VALUE)
    }),
    text("issue", "What it is about", |r, row| r.labels(row.thing, stp::prop::ISSUE)),
    text("intensity", "How strongly it is put", |r, row| r.labels(row.thing, stp::prop::INTENSITY)),
    text("mode", "How it was expressed", |r, row| r.labels(row.thing, stp::prop::MODE)),
    text("explicitness", "How openly the text gives it to the actor", |r, row| {
        r.labels(row.thing, stp::prop::EXPLICITNESS)
    }),
    text("certainty", "How far its wording commits itself", |r, row| {
        r.labels(row.thing, stp::prop::CERTAINTY)
    }),
    text("status", "Whether it is in force", |r, row| r.labels(row.thing, stp::prop::STATUS)),
    day("stated_from", "First day on which it may have been expressed", |r, row| {
        r.day(row.thing, stp::prop::STATED_FROM).into()
    }),
    day("stated_until", "Last such day", |r, row| r.day(row.thing, stp::prop::STATED_UNTIL).into()),
    text("time_expression", "When, in the words of the text", |r, row| {
        let times = r.objects(row.thing, stp::prop::TIME_EXPRESSION).into_iter();
        joined(times.filter_map(|time| r.texts(time, rdf::VALUE).text()))
    }),
    day("valid_from", "First day on which the stance holds, where the text says so", |r, row| {
        r.day(row.thing, stp::prop::VALID_FROM).into()
    }),
    day("valid_until", "Last such day", |r, row| r.day(row.thing, stp::prop::VALID_UNTIL).into()),
    text("source", "Who the article has it from, the nearest to the words first", |r, row| {
        let mut steps = r.objects(row.thing, stp::prop::ATTRIBUTION);
        steps.sort_by_key(|step| order(r, *step));
        joined(steps.into_iter().filter_map(|step| r.labels(step, stp::prop::SOURCE).text()))
    }),
    text("condition", "Under what condition", |r, row| r.labels(row.thing, stp::prop::CONDITION)),
    text("reason", "Reasons that are given", |r, row| r.labels(row.thing, stp::prop::REASON)),
    text("target", "Whom it addresses or presses", |r, row| r.labels(row.thing, stp::prop::TARGET)),
    text("quote", "The words that prove it", |r, row| quotes(r, row.thing, stp::prop::EVIDENCE)),
    text("hedge", "Words that hedge it", |r, row| quotes(r, row.thing, stp::prop::HEDGE)),
    text("article", "The article it was read in", |r, row| r.labels(row.thing, prov::WAS_DERIVED_FROM)),
    text("note", "Notes of the coder", |r, row| r.texts(row.thing, skos::NOTE)),
    POSITION_IRI,
    text("actor_iri", "IRI of the actor", |r, row| r.iris(row.thing, stp::prop::ACTOR)),
    text("alternative_holder_iri", "IRIs of others whom the words may mean", |r, row| {
        r.iris(row.thing, stp::prop::ALTERNATIVE_HOLDER)
    }),
    text("on_behalf_of_iri", "IRIs of whom the actor speaks for", |r, row| {
        r.iris(row.thing, stp::prop::ON_BEHALF_OF)
    }),
    text("stance_iri", "IRI of the stance", |r, row| r.iris(row.thing, stp::prop::STANCE)),
    text("issue_iri", "IRI of the issue", |r, row| r.iris(row.thing, stp::prop::ISSUE)),
    text("mode_iri", "IRI of the mode", |r, row| r.iris(row.thing, stp::prop::MODE)),
    text("target_iri", "IRIs of the addressed", |r, row| r.iris(row.thing, stp::prop::TARGET)),
    text("article_iri", "IRI of the article", |r, row| r.iris(row.thing, prov::WAS_DERIVED_FROM)),
    text("supersedes_iri", "IRIs of earlier positions that it replaces", |r, row| {
        r.iris(row.thing, stp::prop::SUPERSEDES)
    }),
    text("alternative_reading_iri", "IRIs of other readings of the same words", |r, row| {
        r.iris(row.thing, stp::prop::ALTERNATIVE_READING)
    }),
    text("coding_iri", "IRI of the coding that it comes from", |r, row| {
        r.iris(row.thing, prov::WAS_GENERATED_BY)
    }),
];

const ACTORS: &[Column] = &[
    text("actor", "Name", |r, row| Value::Text(r.label(row.thing))),
    text("other_names", "Other names", |r, row| r.texts(row.thing, skos::ALT_LABEL)),
    text("kind", "What kind of actor: person, government, state …", |r, row| kind_of_actor(r, row.thing)),
    text("sector", "Sector", |r, row| r.labels(row.thing, stp::prop::SECTOR)),
    text("member_of", "Groups that it belongs to", |r, row| r.labels(row.thing, org::MEMBER_OF)),
    integer("positions", "Number of positions", |r, row| r.count(row.thing, stp::prop::ACTOR)),
    integer("spoken_for", "Number of positions that others take in its name", |r, row| {
        r.count(row.thing, stp::prop::ON_BEHALF_OF)
    }),
    text("same_as_iri", "IRIs of the same actor elsewhere", |r, row| r.iris(row.thing, skos::EXACT_MATCH)),
    text("note", "Notes", |r, row| r.texts(row.thing, skos::NOTE)),
    text("actor_iri", "IRI", |r, row| Value::Text(r.iri(row.thing))),
];

const ISSUES: &[Column] = &[
    text("issue", "What one can be for or against", |r, row| Value::Text(r.label(row.thing))),
    text("other_names", "Other names", |r, row| r.texts(row.thing, skos::ALT_LABEL)),
    text("definition", "What exactly is meant", |r, row| r.texts(row.thing, skos::DEFINITION)),
    text("family", "proposal, which is to be done, or claim, which is held true", |r, row| {
        r.labels(row.thing, stp::prop::FAMILY)
    }),
    text("topic", "Topics that it belongs to", |r, row| r.labels(row.thing, skos::BROADER)),
    integer("positions", "Number of positions", |r, row| r.count(row.thing, stp::prop::ISSUE)),
    text("opposite", "Its negation", |r, row| r.labels(row.thing, stp::prop::OPPOSITE)),
    text("incompatible_with", "What cannot come true beside it", |r, row| {
        r.labels(row.thing, stp::prop::INCOMPATIBLE_WITH)
    }),
    text("entails", "What it brings with it", |r, row| r.labels(row.thing, stp::prop::ENTAILS)),
    text("same_as_iri", "IRIs of the same issue elsewhere", |r, row| r.iris(row.thing, skos::EXACT_MATCH)),
    text("note", "Notes", |r, row| r.texts(row.thing, skos::NOTE)),
    text("issue_iri", "IRI", |r, row| Value::Text(r.iri(row.thing))),
];

const ARTICLES: &[Column] = &[
    text("article", "Title", |r, row| Value::Text(r.label(row.thing))),
    text("author", "Authors", |r, row| r.labels(row.thing, dcterms::CREATOR)),
    text("publisher", "Outlet", |r, row| r.labels(row.thing, dcterms::PUBLISHER)),
    text("issued", "Date of publication, in EDTF", |r, row| r.texts(row.thing, dcterms::ISSUED)),
    day("published_from", "First day on which it may have been published", |r, row| {
        r.day(row.thing, stp::prop::PUBLISHED_FROM).into()
    }),
    day("published_until", "Last such day", |r, row| r.day(row.thing, stp::prop::PUBLISHED_UNTIL).into()),
    text("language", "Language", |r, row| r.texts(row.thing, dcterms::LANGUAGE)),
    text("link", "Where it can be read", |r, row| r.iris(row.thing, dcterms::SOURCE)),
    integer("text_length", "Length of the text, in Unicode code points", |r, row| {
        r.integer(row.thing, stp::prop::TEXT_LENGTH)
    }),
    text("text_sha256", "SHA-256 of the text in UTF-8", |r, row| r.texts(row.thing, schema::SHA256)),
    text("note", "Notes", |r, row| r.texts(row.thing, skos::NOTE)),
    text("article_iri", "IRI", |r, row| Value::Text(r.iri(row.thing))),
];

const EVIDENCE: &[Column] = &[
    POSITION,
    text("quote", "The words", |r, row| exact(r, row.thing)),
    integer("start", "First code point of the words in the text, from 0", |r, row| start(r, row.thing)),
    integer("end", "Code point after the last", |r, row| {
        of_selectors(r, row.thing, |selector| r.integer(selector, oa::END))
    }),
    text(
        "kind",
        "span: words with their place; words: without; record: a vote, a row of a table",
        |r, row| {
            if start(r, row.thing) != Value::Absent {
                return "span".into();
            }
            match exact(r, row.thing) {
                Value::Absent => "record".into(),
                _ => "words".into(),
            }
        },
    ),
    text("record", "Key of a record", |r, row| r.texts(row.thing, dcterms::IDENTIFIER)),
    text("article", "The article", |r, row| r.labels(row.thing, oa::HAS_SOURCE)),
    POSITION_IRI,
    text("span_iri", "IRI of the words or the record", |r, row| Value::Text(r.iri(row.thing))),
    text("article_iri", "IRI of the article", |r, row| r.iris(row.thing, oa::HAS_SOURCE)),
];

const CONDITIONS: &[Column] = &[
    POSITION,
    text("kind", "if, unless, until, provided that, only if", |r, row| {
        r.labels(row.thing, stp::prop::CONDITION_KIND)
    }),
    text("condition", "The condition", |r, row| r.texts(row.thing, rdfs::LABEL)),
    text("requires", "The issue that has to come true", |r, row| r.labels(row.thing, stp::prop::REQUIRES)),
    text("quote", "The words", |r, row| quotes(r, row.thing, stp::prop::EVIDENCE)),
    POSITION_IRI,
    text("requires_iri", "IRI of that issue", |r, row| r.iris(row.thing, stp::prop::REQUIRES)),
    text("condition_iri", "IRI of the condition", |r, row| Value::Text(r.iri(row.thing))),
];

const ATTRIBUTIONS: &[Column] = &[
    POSITION,
    integer("order", "1 is the nearest to the words", |r, row| r.integer(row.thing, stp::prop::ORDER)),
    text("source", "Who reports it", |r, row| r.labels(row.thing, stp::prop::SOURCE)),
    text("source_kind", "actor or article", |r, row| {
        let kinds = r.objects(row.thing, stp::prop::SOURCE).into_iter();
        joined(kinds.map(|id| if r.is_a(id, stp::ARTICLE) { "article" } else { "actor" }.to_owned()))
    }),
    text("verb", "The reporting verb", |r, row| r.texts(row.thing, stp::prop::VERB)),
    text("quote", "The words", |r, row| quotes(r, row.thing, stp::prop::EVIDENCE)),
    POSITION_IRI,
    text("source_iri", "IRI of the source", |r, row| r.iris(row.thing, stp::prop::SOURCE)),
    text("attribution_iri", "IRI of the step", |r, row| Value::Text(r.iri(row.thing))),
];
