//! From what a coder wrote to what the model holds: names become IRIs, quotes get their places.
//!
//! First every sheet of a load *declares* what it defines, so that sheets may refer to each
//! other in any order; then each is *resolved*. Everything that is wrong is collected.

use super::dates::{date_of, is_number, meant};
use super::faults::{a, noun};
use super::read::MOST_PLACED;
use super::record::Sheet;
use super::scalar::{Name, Text, Word};
use super::tree::Step;
use super::{Written, record};
use crate::base::diagnostic::{Diagnostic, did_you_mean, nearest};
use crate::base::error::count;
use crate::ingest::Previous;
use crate::model::identity::{Base, slug};
use crate::model::project::Defaults;
use crate::model::registry::{Kind, Lookup, MEDIA, Registry};
use crate::model::stance_words;
use crate::model::text::ArticleText;
use crate::model::{ActorKind, Concept, Content, Position, Stance};
use jiff::civil::Date;
use oxrdf::NamedNode;
use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::str::FromStr;
use std::sync::Arc;

/// The part of a path that a record stands at: its section and its place in it.
type At = (&'static str, usize);

mod defaults;
mod polls;
mod quotes;
mod references;
mod registry;
mod stated;
mod twins;
mod unknown;
mod vocabulary;

/// A path from a record's place onwards.
macro_rules! way {
    ($at:expr $(, $step:expr)*) => {
        &[Step::from($at.0), Step::from($at.1) $(, Step::from($step))*]
    };
}
use defaults::PositionDefaults;
pub use references::{Field, Reference, Referred};
pub use unknown::UnknownName;
use way;

/// A sheet whose own things have their IRIs.
#[derive(Debug)]
pub struct Declared {
    /// The sheet.
    pub written: Written,
    /// Its base.
    pub base: Base,
    /// The name that it gives itself.
    pub document: Option<String>,
    ids: HashMap<At, NamedNode>,
    problems: Vec<Diagnostic>,
}

/// Makes a sheet's actors, offices, topics, issues and articles known to the registry.
#[must_use]
pub fn declare(written: Written, registry: &mut Registry) -> Declared {
    let mut problems = Vec::new();
    let base = match written.sheet.base.as_ref().map(|base| Base::new(&base.0)) {
        None => Base::default(),
        Some(Ok(base)) => base,
        Some(Err(error)) => {
            problems.push(
                Diagnostic::error("`base` is not an IRI")
                    .expected(error.to_string())
                    .at(written.place(&["base".into()])),
            );
            Base::default()
        }
    };
    let (mut ids, mut defined) = (HashMap::new(), HashSet::new());
    let sheet = &written.sheet;
    let mut declare = |kind: Kind, at: At, id: Option<&Text>, label: Option<&Name>, aliases: &[Name]| {
        let written_id = id.is_some();
        let id = match (id, label) {
            (Some(id), _) => id.0.clone(),
            (None, Some(label)) => slug(&label.text),
            (None, None) => return,
        };
        if id.is_empty() {
            problems.push(
                Diagnostic::error(format!("no id can be made for this {}", kind.word()))
                    .expected("its label has neither letters nor digits")
                    .help("give it an `id:` of letters, digits and hyphens")
                    .at(written.place(way!(at, if written_id { "id" } else { "label" }))),
            );
            return;
        }
        let iri = base.thing(kind.word(), &id);
        if id.contains(['/', '#']) || NamedNode::new(iri.as_str()).is_err() {
            problems.push(
                Diagnostic::error(format!("`{id}` cannot be part of an IRI"))
                    .expected("expected an id of letters, digits and hyphens")
                    .help(format!("write `{}`", slug(&id)))
                    .at(written.place(way!(at, "id"))),
            );
            return;
        }
        if !defined.insert((at.0, iri.clone())) {
            problems.push(
                Diagnostic::error(format!("a second {} with the id `{id}`", kind.word()))
                    .expected(format!("{} above has it too", a(kind.word())))
                    .help("combine both into one record, or give this one another `id:`")
                    .at(written.place(way!(at, if written_id { "id" } else { "label" }))),
            );
            return;
        }
        registry.add_thing(kind, &iri);
        for name in label.into_iter().chain(aliases) {
            registry.add_name(kind, &iri, &name.text);
        }
        ids.insert(at, iri);
    };
    for (i, r) in sheet.articles.iter().enumerate() {
        let title = r.title.as_ref().map(|t| Name { language: "en".to_owned(), text: t.0.clone() });
        declare(Kind::Article, ("articles", i), r.id.as_ref(), title.as_ref(), &[]);
    }
    for (i, r) in sheet.actors.iter().enumerate() {
        declare(Kind::Actor, ("actors", i), r.id.as_ref(), r.label.as_ref(), &r.aliases.0);
    }
    for (i, r) in sheet.posts.iter().enumerate() {
        declare(Kind::Post, ("posts", i), r.id.as_ref(), r.label.as_ref(), &r.aliases.0);
    }
    for (i, r) in sheet.vocabulary.iter().enumerate() {
        if let Some(list) = r.list.as_ref().and_then(Word::concept) {
            declare(Kind::Concept(list), ("vocabulary", i), r.id.as_ref(), r.label.as_ref(), &r.aliases.0);
        }
    }
    for (i, r) in sheet.topics.iter().enumerate() {
        declare(Kind::Topic, ("topics", i), r.id.as_ref(), r.label.as_ref(), &r.aliases.0);
    }
    for (i, r) in sheet.issues.iter().enumerate() {
        declare(Kind::Issue, ("issues", i), r.id.as_ref(), r.label.as_ref(), &r.aliases.0);
    }
    vocabulary::declare_wider_kinds(sheet, &ids, registry);
    for (i, r) in sheet.actors.iter().enumerate() {
        let kind = r.kind.as_ref().and_then(|kind| vocabulary::actor_kind(kind, registry));
        let is_medium = r.sector.as_ref().is_some_and(|sector| sector.0.trim().eq_ignore_ascii_case(MEDIA))
            || kind == Some(ActorKind::Media);
        if let Some(iri) = ids.get(&("actors", i)).filter(|_| is_medium) {
            registry.add_medium(iri);
        }
    }
    for (i, r) in sheet.issues.iter().enumerate() {
        if let (Some(iri), Some(family)) =
            (ids.get(&("issues", i)), r.family.as_ref().and_then(Word::concept))
        {
            registry.add_family(iri, family);
        }
    }
    for (i, r) in sheet.articles.iter().enumerate() {
        if let Some(iri) = ids.get(&("articles", i)) {
            let edtf = r.published.as_ref().and_then(|p| date_of(&written, &p.0.edtf.0).parse().ok());
            registry.set_published(iri, edtf.as_ref());
            let facts = registry.article_mut(iri);
            facts.publisher = r.publisher.as_ref().map(|p| p.0.clone()).or(facts.publisher.take());
            facts.length = r.length.map(|l| l.0).or(facts.length);
            facts.sha256 = r.sha256.as_ref().map(|h| h.0.to_ascii_lowercase()).or(facts.sha256.take());
        }
    }
    let document = sheet.document.as_ref().map(|d| d.0.clone());
    Declared { base, document, ids, problems, written }
}

impl Declared {
    /// Places in a section of the records that define a thing.
    #[must_use]
    pub fn places_of(&self, section: &str, iri: &NamedNode) -> Vec<usize> {
        let is_it = |(at, id): (&At, &NamedNode)| (at.0 == section && id == iri).then_some(at.1);
        let mut places: Vec<usize> = self.ids.iter().filter_map(is_it).collect();
        places.sort_unstable();
        places
    }

    /// The keys of its records.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        let sheet = &self.written.sheet;
        let events = sheet.events.iter().filter_map(|r| r.key.as_ref());
        let polls = sheet.polls.iter().chain(&sheet.poll).filter_map(|r| r.key.as_ref());
        let all = sheet.positions.iter().filter_map(|r| r.key.as_ref()).chain(events).chain(polls);
        all.map(|key| key.0.as_str())
    }

    /// Whether the sheet may refer to positions that it does not hold itself.
    #[must_use]
    pub fn refers_elsewhere(&self) -> bool {
        let positions = &self.written.sheet.positions;
        let mut names = positions.iter().flat_map(|r| r.supersedes.0.iter().chain(&r.alternative_reading.0));
        names.any(|name| {
            Referred::of(&name.0, Field::Supersedes).is_some()
                && !positions.iter().any(|r| r.key.as_ref() == Some(name))
        })
    }

    /// The article whose text this sheet is, if it is a coded text and names an article that is known.
    #[must_use]
    pub fn coded_article(&self, registry: &Registry) -> Option<(NamedNode, Arc<ArticleText>)> {
        let text = self.written.article_text.as_ref()?;
        match registry.look_up(Kind::Article, &self.written.sheet.article.as_ref()?.0) {
            Lookup::Found(article) => Some((article, text.clone())),
            Lookup::Ambiguous(_) | Lookup::Unknown => None,
        }
    }

    /// The names of the articles that its positions are of, those that it says of all of them first.
    pub fn article_names(&self) -> impl Iterator<Item = &str> {
        let sheet = &self.written.sheet;
        let own = sheet.positions.iter().filter_map(|position| position.article.as_ref());
        sheet.article.iter().chain(own).map(|name| name.0.as_str())
    }

    /// The articles that this sheet defines, with the `text` that it names for each and its place.
    pub fn articles(&self) -> impl Iterator<Item = (&NamedNode, &record::Article, At)> {
        self.written.sheet.articles.iter().enumerate().filter_map(|(i, article)| {
            let at = ("articles", i);
            Some((self.ids.get(&at)?, article, at))
        })
    }
}

/// What a sheet says.
#[derive(Debug)]
pub struct Resolved {
    /// Its records.
    pub content: Content,
    /// References to positions that the sheet does not hold itself.
    pub references: Vec<Reference>,
    /// What somebody should look at.
    pub warnings: Vec<Diagnostic>,
}

/// Resolves a sheet against everything that is known. `previous` is what its document said before, `defaults`
/// are those of its project.
///
/// # Errors
/// Every name that nothing has; every other name, and every word, quote, date or number that cannot be resolved,
/// each at its place.
pub fn resolve(
    declared: &Declared,
    document: &NamedNode,
    registry: &Registry,
    previous: Option<&Previous>,
    defaults: &Defaults,
) -> Result<Resolved, Unresolved> {
    let resolver = Resolver {
        declared,
        sheet: &declared.written.sheet,
        registry,
        previous,
        base: &declared.base,
        project_defaults: defaults,
        defaults: OnceCell::new(),
        default_article: OnceCell::new(),
        coding: OnceCell::new(),
        record_base: OnceCell::new(),
        problems: RefCell::new(declared.problems.clone()),
        warnings: RefCell::default(),
        missing: RefCell::default(),
        unplaced: RefCell::default(),
        words_only: RefCell::default(),
        without_words: RefCell::default(),
        quoted: RefCell::default(),
        references: RefCell::default(),
        unknown: RefCell::default(),
        unknown_places: RefCell::default(),
    };
    let content = resolver.content(document);
    if resolver.problems.borrow().is_empty() && resolver.unknown.borrow().is_empty() {
        resolver.twins(&content);
        resolver.tell_weak_evidence();
    }
    let (references, warnings) = (resolver.references.take(), resolver.warnings.take());
    let unknown = resolver.unknown.take();
    let problems = resolver.told();
    match problems.is_empty() && unknown.is_empty() {
        true => Ok(Resolved { content, references, warnings }),
        false => Err(Unresolved { problems, unknown }),
    }
}

/// Why a sheet cannot be resolved.
#[derive(Debug)]
pub struct Unresolved {
    /// What is wrong, each at its place.
    pub problems: Vec<Diagnostic>,
    /// Names that nothing has.
    pub unknown: Vec<UnknownName>,
}

struct Resolver<'a> {
    declared: &'a Declared,
    sheet: &'a Sheet,
    registry: &'a Registry,
    previous: Option<&'a Previous>,
    base: &'a Base,
    project_defaults: &'a Defaults,
    defaults: OnceCell<PositionDefaults>,
    default_article: OnceCell<Option<NamedNode>>,
    coding: OnceCell<Option<NamedNode>>,
    /// Base of what the sheet's articles state, for a coding that is not the first.
    record_base: OnceCell<Base>,
    problems: RefCell<Vec<Diagnostic>>,
    warnings: RefCell<Vec<Diagnostic>>,
    /// Fields that records lack, and the problem that tells it: one a record.
    missing: RefCell<HashMap<At, (usize, Vec<&'static str>)>>,
    /// Articles without their text, the problem that tells it, and how many quotes need it.
    unplaced: RefCell<HashMap<NamedNode, (usize, usize)>>,
    /// References that only all sheets together resolve.
    references: RefCell<Vec<Reference>>,
    /// Articles of which words have no place, as their texts are not at hand; how many words, and the path
    /// to the first.
    words_only: RefCell<(HashSet<NamedNode>, usize, Option<Vec<Step>>)>,
    /// Number of records that have neither words nor a key, and the first.
    without_words: RefCell<(usize, Option<At>)>,
    /// Words of texts that are not at hand, by article.
    quoted: RefCell<HashMap<NamedNode, Quoted>>,
    /// Names that nothing has, in the order in which they are met, and the place of each among them.
    unknown: RefCell<Vec<UnknownName>>,
    unknown_places: RefCell<HashMap<(Kind, String), usize>>,
}

/// Words by where they begin and end.
type Quoted = HashMap<(u32, u32), String>;

impl Resolver<'_> {
    fn content(&self, document: &NamedNode) -> Content {
        let mut content = Content::default();
        if let Some(coding) = self.coding(document) {
            let _ = self.coding.set(Some(coding.iri.clone()));
            let _ = self.record_base.set(self.base.of_coding(&coding));
            content.codings.push(coding);
        }
        let sheet = self.sheet;
        content.articles = self.each("articles", &sheet.articles, Self::article);
        content.actors = self.each("actors", &sheet.actors, Self::actor);
        content.posts = self.each("posts", &sheet.posts, Self::post);
        content.memberships = self.each("memberships", &sheet.memberships, Self::membership);
        content.vocabulary = self.each("vocabulary", &sheet.vocabulary, Self::own_concept);
        content.topics = self.each("topics", &sheet.topics, Self::topic);
        content.issues = self.each("issues", &sheet.issues, Self::issue);
        // Positions and events are kept beside their records, because others refer to them by key.
        let mut keys: HashMap<&str, NamedNode> = HashMap::new();
        let mut positions = Vec::with_capacity(sheet.positions.len());
        for (i, r) in sheet.positions.iter().enumerate() {
            let position = self.position(r, ("positions", i));
            if let (Some(key), Some(position)) = (&r.key, &position) {
                self.key(&mut keys, key, &position.iri, ("positions", i));
            }
            positions.push(position);
        }
        for (i, r) in sheet.events.iter().enumerate() {
            let event = self.event(r, ("events", i));
            if let (Some(key), Some(event)) = (&r.key, &event) {
                self.key(&mut keys, key, &event.iri, ("events", i));
            }
            content.events.extend(event);
        }
        let mut polls = Vec::new();
        for (at, r) in self.polls() {
            let poll = self.poll(r, at);
            if let (Some(key), Some(poll)) = (&r.key, &poll) {
                self.key(&mut keys, key, &poll.event.iri, at);
            }
            polls.extend(poll.map(|poll| (at, poll)));
        }
        for (i, (r, position)) in sheet.positions.iter().zip(&mut positions).enumerate() {
            let at = ("positions", i);
            let supersedes = self.references(&r.supersedes.0, &keys, at, Field::Supersedes);
            let others = self.references(&r.alternative_reading.0, &keys, at, Field::AlternativeReading);
            if let Some(position) = position {
                self.not_itself(&position.iri, &supersedes, at, "supersedes");
                self.not_itself(&position.iri, &others, at, "alternativeReading");
                position.supersedes = supersedes;
                position.alternative_readings = others;
            }
        }
        let without_mode = |(i, _): &(usize, &Position)| sheet.positions[*i].mode.is_none();
        let all = positions.iter().enumerate().filter_map(|(i, position)| Some((i, position.as_ref()?)));
        content.default_modes =
            all.enumerate().filter(|(_, position)| without_mode(position)).map(|(place, _)| place).collect();
        self.readings(&mut positions);
        for (r, position) in sheet.positions.iter().zip(&mut positions) {
            position.iter_mut().filter(|_| r.certainty.is_none()).for_each(defaults::certainty_of_reading);
        }
        content.positions = positions.into_iter().flatten().collect();
        for (i, r) in sheet.measures.iter().enumerate() {
            content.measures.extend(self.measure(r, &keys, ("measures", i)));
        }
        for (at, poll) in polls {
            poll.add_to(&mut content, at);
        }
        content.relations = self.each("relations", &sheet.relations, Self::relation);
        content.office_claims = self.each("officeClaims", &sheet.office_claims, Self::office_claim);
        content.nothing = self.each("nothingToEncode", &sheet.nothing_to_encode, Self::nothing);
        let articles =
            content.positions.iter().map(|p| &p.article).chain(content.events.iter().map(|e| &e.article));
        for article in articles.chain(content.office_claims.iter().map(|c| &c.article)) {
            if !content.published.contains_key(article) {
                let published = self.registry.article(article).map_or((None, None), |facts| facts.published);
                content.published.insert(article.clone(), published);
            }
        }
        content
    }

    fn each<R, M>(
        &self,
        section: &'static str,
        records: &[R],
        one: impl Fn(&Self, &R, At) -> Option<M>,
    ) -> Vec<M> {
        records.iter().enumerate().filter_map(|(i, record)| one(self, record, (section, i))).collect()
    }

    // What can be wrong, and how it is said.

    fn problem(&self, diagnostic: Diagnostic, path: &[Step]) {
        let written = &self.declared.written;
        let place = if self.are_enough() { written.unplaced() } else { written.place(path) };
        self.problems.borrow_mut().push(diagnostic.at(place));
    }

    /// Whether there are so many problems that further ones are only counted.
    fn are_enough(&self) -> bool {
        self.problems.borrow().len() >= MOST_PLACED
    }

    /// A field that must be there.
    fn required<'r, T>(&self, value: Option<&'r T>, at: At, field: &'static str) -> Option<&'r T> {
        if value.is_none() && !self.declared.written.is_left_out(way!(at, field)) {
            let mut missing = self.missing.borrow_mut();
            let (_, fields) = missing.entry(at).or_insert_with(|| {
                let place = self.problems.borrow().len();
                // Its words are found when all fields are known.
                self.problem(Diagnostic::error(""), way!(at));
                (place, Vec::new())
            });
            fields.push(field);
        }
        value
    }

    /// A text that must be there, and be more than blanks.
    fn required_text<'r>(&self, text: Option<&'r Text>, at: At, field: &'static str) -> Option<&'r Text> {
        self.required(text.filter(|text| !text.0.trim().is_empty()), at, field)
    }

    /// Tells a record that refers to itself where only another can be meant.
    fn not_itself(&self, own: &NamedNode, others: &[NamedNode], at: At, field: &'static str) {
        if let Some(i) = others.iter().position(|other| other == own) {
            self.problem(
                Diagnostic::error(format!("this {} names itself under `{field}`", noun(at.0)))
                    .expected("expected another record"),
                way!(at, field, i),
            );
        }
    }

    /// Bounds of which the later one comes first.
    fn in_order(&self, from: Option<Date>, until: Option<Date>, path: &[Step]) {
        if let (Some(from), Some(until)) = (from, until)
            && until < from
        {
            self.problem(
                Diagnostic::error("an impossible date")
                    .expected(format!("this is before its beginning, {from}")),
                path,
            );
        }
    }

    /// A field that a part of a record must have, which `path` leads to.
    fn lacks(&self, field: &str, why: &str, path: &[Step]) {
        if !self.declared.written.is_left_out(&[path, &[Step::from(field)]].concat()) {
            self.problem(Diagnostic::error(format!("`{field}` is missing")).expected(why), path);
        }
    }

    /// Everything that is wrong, in the order of the file.
    fn told(self) -> Vec<Diagnostic> {
        let mut problems = self.problems.into_inner();
        for ((section, _), (place, fields)) in self.missing.into_inner() {
            let fields: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
            let are = if fields.len() == 1 { "is" } else { "are" };
            problems[place].message = format!("{} {are} missing", and(&fields));
            problems[place].label = Some(format!(
                "this {} needs {}",
                noun(section),
                if fields.len() == 1 { "it" } else { "them" }
            ));
        }
        for (place, quotes) in self.unplaced.into_inner().into_values() {
            if quotes > 1 {
                problems[place]
                    .notes
                    .push(format!("so do {} of this sheet", count(quotes - 1, "more quote")));
            }
        }
        problems.sort_by_key(|problem| problem.place.as_ref().map(crate::base::diagnostic::Place::order));
        problems
    }

    fn word<C: Concept>(&self, word: &Word<C>, path: &[Step]) -> Option<C> {
        let concept = word.concept();
        if concept.is_none() {
            let words: Vec<&str> = C::ALL.iter().map(|c| c.word()).collect();
            let mut near = nearest(&word.text, words.iter().copied(), 3);
            if near.is_empty() && C::FIELD == Stance::FIELD {
                near = nearest(&word.text, stance_words::short_words(), 3);
            }
            self.unknown_word(C::FIELD, &word.text, &near, &words, path);
        }
        concept
    }

    fn unknown_word(&self, field: &str, word: &str, near: &[&str], all: &[&str], path: &[Step]) {
        let help = did_you_mean(near).unwrap_or_else(|| format!("one of: {}", all.join(", ")));
        self.problem(
            Diagnostic::error(format!("unknown {field} `{word}`"))
                .expected(format!("no {field} has this name"))
                .help(help),
            path,
        );
    }

    fn required_word<C: Concept>(&self, word: Option<&Word<C>>, at: At, field: &'static str) -> Option<C> {
        self.required(word, at, field).and_then(|word| self.word(word, way!(at, field)))
    }

    fn named(&self, kind: Kind, name: &Text, path: &[Step]) -> Option<NamedNode> {
        let what = kind.word();
        match self.registry.look_up(kind, &name.0) {
            Lookup::Found(iri) => return Some(iri),
            Lookup::Ambiguous(ids) => {
                let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
                self.problem(
                    Diagnostic::error(format!("`{}` is a name of {} {what}s", name.0, ids.len()))
                        .expected("write the id of the one you mean")
                        .help(did_you_mean(&ids).unwrap_or_default()),
                    path,
                );
            }
            Lookup::Unknown => self.unknown_name(kind, &name.0, path),
        }
        None
    }

    fn required_name(
        &self,
        kind: Kind,
        name: Option<&Text>,
        at: At,
        field: &'static str,
    ) -> Option<NamedNode> {
        self.required(name, at, field).and_then(|name| self.named(kind, name, way!(at, field)))
    }

    fn all_named(&self, kind: Kind, names: &[Text], at: At, field: &'static str) -> Vec<NamedNode> {
        names.iter().enumerate().filter_map(|(i, name)| self.named(kind, name, way!(at, field, i))).collect()
    }

    fn parsed<T: FromStr>(&self, text: &Text, path: &[Step]) -> Option<T>
    where
        T::Err: std::fmt::Display,
    {
        date_of(&self.declared.written, &text.0)
            .parse()
            .map_err(|error: T::Err| {
                let meant = meant(&text.0);
                if is_number(&text.0) && !meant.is_empty() {
                    let diagnostic = Diagnostic::error("a date as a number")
                        .expected("spreadsheets count the days like this")
                        .help(format!("format the column as dates, or write {}", meant.join(" or ")));
                    return self.problem(diagnostic, path);
                }
                if !meant.is_empty() {
                    let meant: Vec<&str> = meant.iter().map(String::as_str).collect();
                    let diagnostic = Diagnostic::error("unknown form of date")
                        .expected("expected year-month-day")
                        .help(did_you_mean(&meant).unwrap_or_default());
                    return self.problem(diagnostic, path);
                }
                let why = error.to_string();
                // The date itself is underlined already.
                let why = why.strip_prefix(&format!("`{}` ", text.0.trim())).unwrap_or(&why);
                let diagnostic = Diagnostic::error("an impossible date");
                let diagnostic = match why.split_once(": write ") {
                    Some((why, form)) => diagnostic.expected(why).help(format!("write {form}")),
                    None => diagnostic.expected(why),
                };
                self.problem(diagnostic, path);
            })
            .ok()
    }

    /// An IRI from elsewhere.
    fn iri(&self, text: &Text, path: &[Step]) -> Option<NamedNode> {
        NamedNode::new(text.0.trim())
            .map_err(|error| {
                self.problem(
                    Diagnostic::error(format!("`{}` is not an IRI", text.0))
                        .expected(error.to_string())
                        .help(match text.0.trim().strip_prefix('Q') {
                            Some(number)
                                if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) =>
                            {
                                format!("Wikidata's is http://www.wikidata.org/entity/Q{number}")
                            }
                            _ => "an IRI is absolute and has no blanks: https://example.org/thing".to_owned(),
                        }),
                    path,
                );
            })
            .ok()
    }

    fn key<'r>(&self, keys: &mut HashMap<&'r str, NamedNode>, key: &'r Text, iri: &NamedNode, at: At) {
        if keys.insert(&key.0, iri.clone()).is_some() {
            self.problem(
                Diagnostic::error(format!("a second key `{}`", key.0))
                    .expected("another record of this sheet has the same key"),
                way!(at, "key"),
            );
        }
    }

    fn is_key(&self, name: &Text) -> bool {
        self.declared.keys().any(|key| key == name.0)
    }
}

/// "a", "a and b", "a, b and c".
fn and(items: &[String]) -> String {
    match items.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => items.concat(),
    }
}

fn texts(texts: &[Text]) -> Vec<String> {
    texts.iter().map(|text| text.0.clone()).collect()
}
