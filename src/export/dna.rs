//! Databases of the Discourse Network Analyzer, version 3: SQLite.
//!
//! What the import takes for a position becomes a statement again: the actor is the person, whom they speak for
//! the organization, the issue the concept, and a stance for or against the agreement. An actor that is no person
//! and speaks for nobody is an organization. DNA has one span, one organization and two stances; an [`Outcome`]
//! counts what that leaves out.
//!
//! Offsets are in units of UTF-16, as Java counts. Where the text of an article is not at hand, its quotes stand in
//! blanks at their places: that is what DNA shows of it.

mod layout;

use super::placed::{Placed, Quote};
use super::table::Reader;
use super::value::Value;
use crate::base::error::{Error, Result};
use crate::model::vocab::{dcterms, foaf, org, prov, schema, skos, stp};
use crate::model::{Concept, Status};
use crate::store::index::read::id::Id;
use crate::store::index::{Index, reading};
use jiff::civil::{Date, date};
use oxrdf::NamedNodeRef;
use rusqlite::{Connection, ToSql, Transaction};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

/// Password of all coders of a database that is written: DNA opens none without.
pub const PASSWORD: &str = "standpoint";

/// Maximum number of characters of names.
const NAME: usize = 190;
/// Variables of statements, by their numbers.
const PERSON: i64 = 1;
const ORGANIZATION: i64 = 2;
const CONCEPT: i64 = 3;
const AGREEMENT: i64 = 4;
/// Day from which dates are counted.
const EPOCH: Date = date(1970, 1, 1);
/// Attributes of entities.
const ATTRIBUTES: [&str; 3] = ["Type", "Alias", "Notes"];

/// What was written, and what DNA has no form for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Number of statements.
    pub statements: usize,
    /// Number of documents.
    pub documents: usize,
    /// Positions left out because they are not in force.
    pub not_in_force: usize,
    /// Positions left out because their stance is neither for nor against, or they lack an actor, issue or article.
    pub no_side: usize,
    /// Statements with several spans, of which the first is written.
    pub several_spans: usize,
    /// Statements for several organizations, of which the first is written.
    pub several_organizations: usize,
    /// Documents without their text: quotes stand in blanks.
    pub no_text: usize,
    /// Documents without a date: DNA has them on 1 January 1970.
    pub undated: usize,
}

/// Text of an article by its SHA-256; none where it is not at hand.
pub type Texts<'t> = dyn Fn(&str) -> Result<Option<String>> + 't;

/// Writes a graph as a database into a new file; quotes of texts that are not at hand are cut to so many words.
///
/// # Errors
/// A damaged index, a text that cannot be read, a full disk.
pub fn write(index: &Index, texts: &Texts<'_>, quotes_max: Option<usize>, file: &Path) -> Result<Outcome> {
    let reader = Reader::new(index, quotes_max);
    let mut outcome = Outcome::default();
    let statements = reading(|| statements(&reader, &mut outcome))?;
    let documents = documents(&reader, &statements, texts, &mut outcome)?;
    let mut database = Connection::open(file).map_err(failed)?;
    database.execute_batch("PRAGMA journal_mode = OFF; PRAGMA foreign_keys = ON").map_err(failed)?;
    database.execute_batch(&layout::tables()).map_err(failed)?;
    let transaction = database.transaction().map_err(failed)?;
    reading(|| fill(&transaction, &reader, &statements, &documents))?.map_err(failed)?;
    transaction.commit().map_err(failed)?;
    database.close().map_err(|(_, error)| failed(error))?;
    (outcome.statements, outcome.documents) = (statements.len(), documents.len());
    Ok(outcome)
}

/// A statement, by ids of the index.
struct Statement {
    number: i64,
    article: Id,
    span: Option<Id>,
    coder: String,
    person: Option<Id>,
    organization: Option<Id>,
    concept: Id,
    agrees: bool,
}

/// A document, and where its statements stand.
struct Document {
    article: Id,
    text: String,
    /// By number of the statement, first unit and the one after the last.
    places: HashMap<i64, (usize, usize)>,
}

/// The positions that DNA has a form for.
fn statements(reader: &Reader<'_>, outcome: &mut Outcome) -> Vec<Statement> {
    let mut statements = Vec::new();
    let mut numbers: Vec<Option<i64>> = Vec::new();
    for position in reader.positions() {
        let all = |property| reader.objects(position, property);
        let is_in_force =
            all(stp::prop::STATUS).iter().any(|status| reader.iri(*status) == Status::InForce.iri().as_str());
        if !is_in_force {
            outcome.not_in_force += 1;
            continue;
        }
        let value = match reader.decimal(position, stp::prop::STANCE_VALUE) {
            Value::Decimal(value) => value,
            _ => 0.0,
        };
        let first = |property| all(property).first().copied();
        let (Some(actor), Some(concept), Some(article), true) =
            (first(stp::prop::ACTOR), first(stp::prop::ISSUE), first(prov::WAS_DERIVED_FROM), value != 0.0)
        else {
            outcome.no_side += 1;
            continue;
        };
        let represented = all(stp::prop::ON_BEHALF_OF);
        outcome.several_organizations += usize::from(represented.len() > 1);
        let is_person = reader.is_a(actor, foaf::PERSON) || !represented.is_empty();
        let spans = reader.in_text_order(all(stp::prop::EVIDENCE));
        outcome.several_spans += usize::from(spans.len() > 1);
        let coders = all(prov::WAS_GENERATED_BY).into_iter();
        let coders = coders.flat_map(|coding| reader.objects(coding, prov::WAS_ASSOCIATED_WITH));
        let coder = coders.map(|coder| reader.label(coder)).next().unwrap_or_default();
        let number = reader.texts(position, dcterms::IDENTIFIER).text();
        numbers.push(number.and_then(|number| number.parse().ok()).filter(|number| *number > 0));
        statements.push(Statement {
            number: 0,
            article,
            span: spans.first().copied(),
            coder,
            person: is_person.then_some(actor),
            organization: if is_person { represented.first().copied() } else { Some(actor) },
            concept,
            agrees: value > 0.0,
        });
    }
    // The numbers that they had, if each has one of its own.
    let own: BTreeSet<i64> = numbers.iter().copied().flatten().collect();
    for (place, (statement, number)) in (1..).zip(statements.iter_mut().zip(&numbers)) {
        statement.number = number.filter(|_| own.len() == numbers.len()).unwrap_or(place);
    }
    statements.sort_by_key(|statement| statement.number);
    statements
}

/// The documents that the statements are of, and all other articles.
fn documents(
    reader: &Reader<'_>,
    statements: &[Statement],
    texts: &Texts<'_>,
    outcome: &mut Outcome,
) -> Result<Vec<Document>> {
    let mut by_article: HashMap<Id, Vec<&Statement>> = HashMap::new();
    for statement in statements {
        by_article.entry(statement.article).or_default().push(statement);
    }
    let mut articles = reading(|| reader.members(stp::ARTICLE))?;
    let named: BTreeSet<Id> = articles.iter().copied().collect();
    let mut others: Vec<Id> = by_article.keys().copied().filter(|id| !named.contains(id)).collect();
    others.sort_by_cached_key(|id| reader.iri(*id));
    articles.extend(others);
    let mut documents = Vec::new();
    for article in articles {
        let own = by_article.remove(&article).unwrap_or_default();
        let hash = reading(|| reader.texts(article, schema::SHA256))?.text();
        let text = hash.map(|hash| texts(&hash)).transpose()?.flatten();
        outcome.no_text += usize::from(text.is_none());
        outcome.undated += usize::from(reading(|| published(reader, article))?.is_none());
        documents.push(reading(|| document(reader, article, text, &own))?);
    }
    Ok(documents)
}

fn published(reader: &Reader<'_>, article: Id) -> Option<Date> {
    reader.day(article, stp::prop::PUBLISHED_FROM).or(reader.day(article, stp::prop::PUBLISHED_UNTIL))
}

/// The text of a document with the places of its statements.
fn document(reader: &Reader<'_>, article: Id, text: Option<String>, own: &[&Statement]) -> Document {
    let quotes: Vec<Quote> = own
        .iter()
        .map(|statement| statement.span.map_or_else(Quote::default, |span| reader.quote(span)))
        .collect();
    let Placed { letters, places } = Placed::new(text.as_deref(), reader.length(article), quotes.iter());
    let mut units = Vec::with_capacity(letters.len() + 1);
    let mut unit = 0;
    for letter in &letters {
        units.push(unit);
        unit += letter.len_utf16();
    }
    units.push(unit);
    let places = own.iter().zip(places);
    let places = places.map(|(statement, (start, end))| (statement.number, (units[start], units[end])));
    Document { article, text: letters.iter().collect(), places: places.collect() }
}

/// Entities as they are numbered.
struct Entities {
    ids: HashMap<(i64, Option<Id>), i64>,
    values: BTreeSet<(i64, String)>,
}

impl Entities {
    /// The number of the entity that a thing is as the value of a variable.
    fn add(&mut self, into: &Transaction<'_>, variable: i64, thing: Option<Id>, label: String) -> Sql<i64> {
        if let Some(id) = self.ids.get(&(variable, thing)) {
            return Ok(*id);
        }
        // Two things of one label are two entities, and entities differ in their value.
        let mut value = shortened(&label);
        let mut number = 1;
        while !self.values.insert((variable, value.clone())) {
            number += 1;
            let end = format!(" ({number})");
            value = label.chars().take(NAME - end.len()).chain(end.chars()).collect();
        }
        let id = self.ids.len() as i64 + 1;
        let entity: [&dyn ToSql; 3] = [&id, &variable, &value];
        into.execute(
            "INSERT INTO ENTITIES (ID, VariableId, Value, Red, Green, Blue) VALUES (?1, ?2, ?3, 0, 0, 0)",
            &entity[..],
        )?;
        self.ids.insert((variable, thing), id);
        Ok(id)
    }
}

type Sql<T> = std::result::Result<T, rusqlite::Error>;

fn fill(
    into: &Transaction<'_>,
    reader: &Reader<'_>,
    statements: &[Statement],
    documents: &[Document],
) -> Sql<()> {
    into.execute_batch(layout::SETUP)?;
    let coders = fill_coders(into, statements)?;
    let mut numbers: HashMap<Id, i64> = HashMap::new();
    for (number, document) in (1_i64..).zip(documents) {
        numbers.insert(document.article, number);
        fill_document(into, reader, number, document)?;
    }
    let mut entities = Entities { ids: HashMap::new(), values: BTreeSet::new() };
    // DNA has an empty value of each variable.
    for variable in [PERSON, ORGANIZATION, CONCEPT] {
        entities.add(into, variable, None, String::new())?;
    }
    let used = [PERSON, ORGANIZATION, CONCEPT].map(|variable| -> Vec<Id> {
        let thing = |statement: &Statement| match variable {
            PERSON => statement.person,
            ORGANIZATION => statement.organization,
            _ => Some(statement.concept),
        };
        let things: BTreeSet<(String, Id)> =
            statements.iter().filter_map(thing).map(|id| (reader.iri(id), id)).collect();
        things.into_iter().map(|(_, id)| id).collect()
    });
    for (variable, things) in [PERSON, ORGANIZATION, CONCEPT].into_iter().zip(&used) {
        for thing in things {
            entities.add(into, variable, Some(*thing), reader.label(*thing))?;
        }
    }
    fill_attributes(into, reader, &entities, &used)?;
    let mut value = 0_i64;
    for statement in statements {
        let number = numbers[&statement.article];
        let document = &documents[number as usize - 1];
        let (start, stop) = document.places[&statement.number];
        let row: [&dyn ToSql; 5] =
            [&statement.number, &number, &(start as i64), &(stop as i64), &coders[&statement.coder]];
        into.execute(
            "INSERT INTO STATEMENTS (ID, StatementTypeId, DocumentId, Start, Stop, Coder)
             VALUES (?1, 1, ?2, ?3, ?4, ?5)",
            &row[..],
        )?;
        for (variable, thing) in [
            (PERSON, statement.person),
            (ORGANIZATION, statement.organization),
            (CONCEPT, Some(statement.concept)),
        ] {
            value += 1;
            into.execute(
                "INSERT INTO DATASHORTTEXT (ID, StatementId, VariableId, Entity) VALUES (?1, ?2, ?3, ?4)",
                [value, statement.number, variable, entities.ids[&(variable, thing)]],
            )?;
        }
        into.execute(
            "INSERT INTO DATABOOLEAN (StatementId, VariableId, Value) VALUES (?1, ?2, ?3)",
            [statement.number, AGREEMENT, i64::from(statement.agrees)],
        )?;
    }
    Ok(())
}

/// The coders by name. The first has all rights, as DNA needs one such.
fn fill_coders(into: &Transaction<'_>, statements: &[Statement]) -> Sql<HashMap<String, i64>> {
    let mut coders: HashMap<String, i64> = HashMap::from([("Admin".to_owned(), 1), (String::new(), 1)]);
    let named: BTreeSet<&String> = statements.iter().map(|statement| &statement.coder).collect();
    let new = named.into_iter().filter(|name| !["", "Admin"].contains(&name.as_str()));
    for (number, name) in (2..).zip(new) {
        coders.insert(name.clone(), number);
    }
    let password = password();
    let ordered: BTreeMap<i64, &String> =
        coders.iter().filter(|(name, _)| !name.is_empty()).map(|(name, number)| (*number, name)).collect();
    for (number, name) in &ordered {
        let row: [&dyn ToSql; 3] = [number, &shortened(name), &password];
        into.execute("INSERT INTO CODERS (ID, Name, Refresh, Password) VALUES (?1, ?2, 0, ?3)", &row[..])?;
    }
    for (one, other) in
        ordered.keys().flat_map(|one| ordered.keys().map(move |other| (one, other))).filter(|(a, b)| a != b)
    {
        into.execute("INSERT INTO CODERRELATIONS (Coder, OtherCoder) VALUES (?1, ?2)", [one, other])?;
    }
    Ok(coders)
}

fn fill_document(into: &Transaction<'_>, reader: &Reader<'_>, number: i64, document: &Document) -> Sql<()> {
    let article = document.article;
    let texts = |property: NamedNodeRef<'static>| reader.texts(article, property).text().unwrap_or_default();
    let labels = |property| shortened(&reader.labels(article, property).text().unwrap_or_default());
    let mut notes = Vec::new();
    let (mut section, mut kind, mut seconds) = (String::new(), String::new(), 0);
    for note in reader.objects(article, skos::NOTE).into_iter().map(|note| reader.iri(note)) {
        // As the import has them.
        if let Some(value) = note.strip_prefix("Section: ") {
            section = shortened(value);
        } else if let Some(value) = note.strip_prefix("Type: ") {
            kind = shortened(value);
        } else if let Some(time) = note.strip_prefix("Time: ").and_then(|time| time.parse().ok()) {
            seconds = jiff::civil::Time::since(time, jiff::civil::Time::midnight())
                .map_or(0, |span| span.total(jiff::Unit::Second).unwrap_or_default() as i64);
        } else {
            notes.push(note);
        }
    }
    let days = published(reader, article).map_or(0, |day| i64::from((day - EPOCH).get_days()));
    let title = match texts(dcterms::TITLE) {
        title if title.is_empty() => reader.label(article),
        title => title,
    };
    let row: [&dyn ToSql; 9] = [
        &number,
        &shortened(&title),
        &document.text,
        &labels(dcterms::CREATOR),
        &labels(dcterms::PUBLISHER),
        &section,
        &notes.join("\n"),
        &kind,
        &(days * 86_400 + seconds),
    ];
    into.execute(
        "INSERT INTO DOCUMENTS (ID, Title, Text, Coder, Author, Source, Section, Notes, Type, Date)
         VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6, ?7, ?8, ?9)",
        &row[..],
    )
    .map(drop)
}

/// Attributes of entities, and what stands above them.
fn fill_attributes(
    into: &Transaction<'_>,
    reader: &Reader<'_>,
    entities: &Entities,
    used: &[Vec<Id>; 3],
) -> Sql<()> {
    for (variable, things) in [PERSON, ORGANIZATION, CONCEPT].into_iter().zip(used) {
        let above = if variable == CONCEPT { skos::BROADER } else { org::MEMBER_OF };
        for thing in things {
            let id = entities.ids[&(variable, Some(*thing))];
            let parents = reader.objects(*thing, above).into_iter();
            let known = parents.filter(|parent| parent != thing);
            if let Some(parent) =
                known.filter_map(|parent| entities.ids.get(&(variable, Some(parent)))).next()
            {
                into.execute("UPDATE ENTITIES SET ChildOf = ?2 WHERE ID = ?1", [id, *parent])?;
            }
            let values = [
                reader.labels(*thing, stp::prop::SECTOR),
                reader.texts(*thing, skos::ALT_LABEL),
                reader.texts(*thing, skos::NOTE),
            ];
            for (attribute, value) in (0_i64..).zip(values) {
                let attribute = (variable - 1) * ATTRIBUTES.len() as i64 + attribute + 1;
                let row: [&dyn ToSql; 3] = [&id, &attribute, &shortened(&value.text().unwrap_or_default())];
                into.execute(
                    "INSERT INTO ATTRIBUTEVALUES (EntityId, AttributeVariableId, AttributeValue)
                     VALUES (?1, ?2, ?3)",
                    &row[..],
                )?;
            }
        }
    }
    Ok(())
}

/// As many characters as a name may have.
fn shortened(text: &str) -> String {
    text.chars().take(NAME).collect()
}

/// The password as DNA keeps it: SHA-256, 100,000 times, with a salt before it, in Base64. The salt is fixed: the
/// same graph is the same file, and the password is no secret.
fn password() -> String {
    let salt = *b"standpoint's own";
    let mut digest = Sha256::new().chain_update(salt).chain_update(PASSWORD).finalize();
    for _ in 1..100_000 {
        digest = Sha256::digest(digest);
    }
    base64(&[&salt[..], &digest[..]].concat())
}

/// Base64 of bytes whose number is a multiple of three.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let groups = bytes.chunks(3).flat_map(|group| {
        let number = group.iter().fold(0, |number, byte| number << 8 | usize::from(*byte));
        [18, 12, 6, 0].map(|shift| char::from(DIGITS[number >> shift & 63]))
    });
    groups.collect()
}

fn failed(error: rusqlite::Error) -> Error {
    Error::usage(format!("the database cannot be written: {error}"))
}
