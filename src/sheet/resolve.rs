//! From what a coder wrote to what the model holds: names become IRIs, quotes get their places.
//!
//! First every sheet of a load *declares* what it defines, so that sheets may refer to each
//! other in any order; then each is *resolved*. Everything that is wrong is collected.

use super::record::{AttestationFields, Sheet, Stated};
use super::scalar::{Name, Quote, Text, When, Word};
use super::tree::Step;
use super::{Written, record};
use crate::diagnostic::{Diagnostic, did_you_mean, nearest};
use crate::identity::Base;
use crate::model::{
    Actor, Article, Attestation, AttributionStep, Coding, Concept, Condition, Content, Edtf, Event,
    Explicitness, Issue, LanguageText, Measure, Membership, Names, Nothing, OfficeClaim, Position, Post,
    Reason, Relation, Span, Status, Time, Topic,
};
use crate::registry::{Kind, Lookup, Registry, slug};
use crate::text::Misplaced;
use jiff::civil::Date;
use oxrdf::NamedNode;
use std::cell::RefCell;
use std::collections::HashMap;
use std::str::FromStr;

/// The part of a path that a record stands at: its section and its place in it.
type At = (&'static str, usize);

/// A path from a record's place onwards.
macro_rules! path {
    ($at:expr $(, $step:expr)*) => {
        &[Step::from($at.0), Step::from($at.1) $(, Step::from($step))*]
    };
}

/// A sheet whose own things have their IRIs.
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
                Diagnostic::error("`base` is no IRI")
                    .expected(error.to_string())
                    .at(written.place(&["base".into()])),
            );
            Base::default()
        }
    };
    let mut ids = HashMap::new();
    let sheet = &written.sheet;
    let mut declare = |kind: Kind, at: At, id: Option<&Text>, label: Option<&Name>, aliases: &[Name]| {
        let id = match (id, label) {
            (Some(id), _) => id.0.clone(),
            (None, Some(label)) => slug(&label.text),
            (None, None) => return,
        };
        let iri = base.thing(kind.word(), &id);
        if id.is_empty() || id.contains(['/', '#']) || NamedNode::new(iri.as_str()).is_err() {
            problems.push(
                Diagnostic::error(format!("`{id}` does not fit into an IRI"))
                    .expected("an id of letters, digits and hyphens")
                    .help(format!("write `{}`", slug(&id)))
                    .at(written.place(path!(at, "id"))),
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
    for (i, r) in sheet.topics.iter().enumerate() {
        declare(Kind::Topic, ("topics", i), r.id.as_ref(), r.label.as_ref(), &r.aliases.0);
    }
    for (i, r) in sheet.issues.iter().enumerate() {
        declare(Kind::Issue, ("issues", i), r.id.as_ref(), r.label.as_ref(), &r.aliases.0);
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
            let edtf = r.published.as_ref().and_then(|p| p.0.edtf.0.parse().ok());
            registry.set_published(iri, edtf.as_ref());
            let facts = registry.article_mut(iri);
            facts.length = r.length.map(|l| l.0).or(facts.length);
            facts.sha256 = r.sha256.as_ref().map(|h| h.0.to_ascii_lowercase()).or(facts.sha256.take());
        }
    }
    let document = sheet.document.as_ref().map(|d| d.0.clone());
    Declared { base, document, ids, problems, written }
}

impl Declared {
    /// The articles that this sheet defines, with the `text` that it names for each and its place.
    pub fn articles(&self) -> impl Iterator<Item = (&NamedNode, &record::Article, At)> {
        self.written.sheet.articles.iter().enumerate().filter_map(|(i, article)| {
            let at = ("articles", i);
            Some((self.ids.get(&at)?, article, at))
        })
    }
}

/// Resolves a sheet against everything that is known.
///
/// # Errors
/// Every name, word, quote, date or number that cannot be resolved, each at its place.
pub fn resolve(declared: &Declared, document: &NamedNode, registry: &Registry) -> Result<Content, Vec<Diagnostic>> {
    let resolver = Resolver {
        declared,
        sheet: &declared.written.sheet,
        registry,
        base: &declared.base,
        default_article: std::cell::OnceCell::new(),
        coding: std::cell::OnceCell::new(),
        problems: RefCell::new(declared.problems.clone()),
    };
    let content = resolver.content(document);
    let problems = resolver.problems.into_inner();
    if problems.is_empty() { Ok(content) } else { Err(problems) }
}

struct Resolver<'a> {
    declared: &'a Declared,
    sheet: &'a Sheet,
    registry: &'a Registry,
    base: &'a Base,
    default_article: std::cell::OnceCell<Option<NamedNode>>,
    coding: std::cell::OnceCell<Option<NamedNode>>,
    problems: RefCell<Vec<Diagnostic>>,
}

impl Resolver<'_> {
    fn content(&self, document: &NamedNode) -> Content {
        let mut content = Content::default();
        if let Some(coding) = self.coding(document) {
            let _ = self.coding.set(Some(coding.iri.clone()));
            content.codings.push(coding);
        }
        let sheet = self.sheet;
        content.articles = self.each("articles", &sheet.articles, Self::article);
        content.actors = self.each("actors", &sheet.actors, Self::actor);
        content.posts = self.each("posts", &sheet.posts, Self::post);
        content.memberships = self.each("memberships", &sheet.memberships, Self::membership);
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
        for (i, (r, position)) in sheet.positions.iter().zip(&mut positions).enumerate() {
            if let Some(position) = position {
                let at = ("positions", i);
                position.supersedes = self.references(&r.supersedes.0, &keys, at, "supersedes");
                position.alternative_readings =
                    self.references(&r.alternative_reading.0, &keys, at, "alternativeReading");
            }
        }
        content.positions = positions.into_iter().flatten().collect();
        for (i, r) in sheet.measures.iter().enumerate() {
            content.measures.extend(self.measure(r, &keys, ("measures", i)));
        }
        content.relations = self.each("relations", &sheet.relations, Self::relation);
        content.office_claims = self.each("officeClaims", &sheet.office_claims, Self::office_claim);
        content.nothing = self.each("nothingToEncode", &sheet.nothing_to_encode, Self::nothing);
        let articles = content.positions.iter().map(|p| &p.article).chain(content.events.iter().map(|e| &e.article));
        for article in articles.chain(content.office_claims.iter().map(|c| &c.article)) {
            if !content.published.contains_key(article) {
                let published = self.registry.article(article).map_or((None, None), |facts| facts.published);
                content.published.insert(article.clone(), published);
            }
        }
        content
    }

    fn each<R, M>(&self, section: &'static str, records: &[R], one: impl Fn(&Self, &R, At) -> Option<M>) -> Vec<M> {
        records.iter().enumerate().filter_map(|(i, record)| one(self, record, (section, i))).collect()
    }

    // What can be wrong, and how it is said.

    fn problem(&self, diagnostic: Diagnostic, path: &[Step]) {
        self.problems.borrow_mut().push(diagnostic.at(self.declared.written.place(path)));
    }

    /// A field that must be there.
    fn required<'r, T>(&self, value: Option<&'r T>, at: At, field: &'static str) -> Option<&'r T> {
        if value.is_none() {
            let record = at.0.trim_end_matches('s');
            self.problem(Diagnostic::error(format!("`{field}` is missing")).expected(format!("this {record} needs it")), path!(at));
        }
        value
    }

    fn word<C: Concept>(&self, word: &Word<C>, path: &[Step]) -> Option<C> {
        let concept = word.concept();
        if concept.is_none() {
            let words = C::ALL.iter().map(|c| c.word());
            let near = nearest(&word.text, words.clone(), 3);
            let all: Vec<&str> = words.collect();
            let help = did_you_mean(&near).unwrap_or_else(|| format!("one of: {}", all.join(", ")));
            let field = C::FIELD;
            self.problem(
                Diagnostic::error(format!("unknown {field} `{}`", word.text))
                    .expected(format!("not a word for {field}"))
                    .help(help),
                path,
            );
        }
        concept
    }

    fn required_word<C: Concept>(&self, word: Option<&Word<C>>, at: At, field: &'static str) -> Option<C> {
        self.required(word, at, field).and_then(|word| self.word(word, path!(at, field)))
    }

    fn named(&self, kind: Kind, name: &Text, path: &[Step]) -> Option<NamedNode> {
        let what = kind.word();
        match self.registry.look_up(kind, &name.0) {
            Lookup::Found(iri) => return Some(iri),
            Lookup::Ambiguous(ids) => {
                let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
                self.problem(
                    Diagnostic::error(format!("`{}` is a name of {} {what}s", name.0, ids.len()))
                        .expected("write the id of the one that is meant")
                        .help(did_you_mean(&ids).unwrap_or_default()),
                    path,
                );
            }
            Lookup::Unknown(near) => {
                let near: Vec<&str> = near.iter().map(String::as_str).collect();
                let mut diagnostic = Diagnostic::error(format!("unknown {what} `{}`", name.0))
                    .expected(format!("no {what} has this id, label or alias"));
                diagnostic.help = Some(did_you_mean(&near).unwrap_or_else(|| {
                    format!("define it under `{what}s:` in the registry, or load the registry too")
                }));
                self.problem(diagnostic, path);
            }
        }
        None
    }

    fn required_name(&self, kind: Kind, name: Option<&Text>, at: At, field: &'static str) -> Option<NamedNode> {
        self.required(name, at, field).and_then(|name| self.named(kind, name, path!(at, field)))
    }

    fn all_named(&self, kind: Kind, names: &[Text], at: At, field: &'static str) -> Vec<NamedNode> {
        names.iter().enumerate().filter_map(|(i, name)| self.named(kind, name, path!(at, field, i))).collect()
    }

    fn parsed<T: FromStr>(&self, text: &Text, path: &[Step]) -> Option<T>
    where
        T::Err: std::fmt::Display,
    {
        text.0
            .trim()
            .parse()
            .map_err(|error: T::Err| {
                self.problem(Diagnostic::error("an impossible date").expected(error.to_string()), path);
            })
            .ok()
    }

    /// An IRI from elsewhere.
    fn iri(&self, text: &Text, path: &[Step]) -> Option<NamedNode> {
        NamedNode::new(text.0.trim())
            .map_err(|error| {
                self.problem(
                    Diagnostic::error(format!("`{}` is no IRI", text.0))
                        .expected(error.to_string())
                        .help("an IRI is absolute and has no blanks: https://example.org/thing"),
                    path,
                );
            })
            .ok()
    }

    fn key<'r>(&self, keys: &mut HashMap<&'r str, NamedNode>, key: &'r Text, iri: &NamedNode, at: At) {
        if keys.insert(&key.0, iri.clone()).is_some() {
            self.problem(
                Diagnostic::error(format!("the key `{}` is taken", key.0))
                    .expected("another record of this sheet has it too"),
                path!(at, "key"),
            );
        }
    }

    /// Records referred to by key, or by IRI where they stand in another sheet.
    fn references(
        &self,
        names: &[Text],
        keys: &HashMap<&str, NamedNode>,
        at: At,
        field: &'static str,
    ) -> Vec<NamedNode> {
        let reference = |(i, name): (usize, &Text)| {
            if let Some(iri) = keys.get(name.0.as_str()) {
                return Some(iri.clone());
            }
            if name.0.contains("://") {
                return self.iri(name, path!(at, field, i));
            }
            let near = nearest(&name.0, keys.keys().copied(), 3);
            let mut diagnostic = Diagnostic::error(format!("no record has the key `{}`", name.0))
                .expected("a `key` of this sheet, or an IRI");
            diagnostic.help = did_you_mean(&near);
            self.problem(diagnostic, path!(at, field, i));
            None
        };
        names.iter().enumerate().filter_map(reference).collect()
    }

    // Quotes.

    fn span(&self, quote: &Quote, article: &NamedNode, path: &[Step]) -> Option<Span> {
        let fields = &quote.0;
        let exact = &fields.exact.0;
        let facts = self.registry.article(article);
        let text = facts.and_then(|facts| facts.text.as_deref());
        let length = u32::try_from(exact.chars().count()).unwrap_or(u32::MAX);
        let below = |step: &str| [path, &[Step::from(step)]].concat();
        let span = |start: u32| Span { article: article.clone(), start, end: start + length, exact: exact.clone() };
        if exact.trim().is_empty() {
            self.problem(Diagnostic::error("an empty quote").expected("the words of the article"), path);
            return None;
        }
        if let Some(start) = fields.start {
            let found = span(start.0);
            if fields.end.is_some_and(|end| end.0 != found.end) {
                self.problem(
                    Diagnostic::error("`end` does not fit the quote")
                        .expected(format!("{length} code points from {} end at {}", start.0, found.end)),
                    &below("end"),
                );
                return None;
            }
            if let Some(text) = text {
                let there = text.words(start.0..found.end);
                if there != Some(exact) {
                    let mut diagnostic = Diagnostic::error(format!("`{exact}` does not stand at {}", start.0))
                        .expected("the text has other words there");
                    if let Some(there) = there {
                        diagnostic = diagnostic.note(format!("there stands `{there}`"));
                    }
                    diagnostic.help = match text.find(exact) {
                        Ok(place) => Some(format!("the quote stands at {}", place.start)),
                        Err(why) => misplaced_help(&why),
                    };
                    self.problem(diagnostic, &below("start"));
                    return None;
                }
            } else if let Some(end) = facts.and_then(|facts| facts.length).filter(|end| found.end > *end) {
                self.problem(
                    Diagnostic::error("the quote ends after the article")
                        .expected(format!("it would end at {}, the article has {end} code points", found.end)),
                    &below("start"),
                );
                return None;
            }
            return Some(found);
        }
        let Some(text) = text else {
            self.problem(
                Diagnostic::error("a quote without a place").expected("the article's text is not at hand to find it in").help(
                    "name the file as `text:` of the article or with `--text FILE`, or write {exact: …, start: …}",
                ),
                path,
            );
            return None;
        };
        let place = match &fields.within {
            Some(within) => text.find_within(exact, &within.0),
            None => text.find(exact),
        };
        match place {
            Ok(place) => Some(span(place.start)),
            Err(why) => {
                let message = match &why {
                    Misplaced::Nowhere(_) => "the quote is not in the text".to_owned(),
                    Misplaced::Several(found) => format!("the quote stands in the text {} times", found.len()),
                };
                let mut diagnostic = Diagnostic::error(message).expected("these words must stand there once");
                if let Misplaced::Several(found) = &why {
                    for passage in found.iter().take(5) {
                        diagnostic = diagnostic.note(format!("at {}: {}", passage.start, passage.context));
                    }
                    if found.len() > 5 {
                        diagnostic = diagnostic.note(format!("and {} times more", found.len() - 5));
                    }
                }
                diagnostic.help = misplaced_help(&why);
                self.problem(diagnostic, path);
                None
            }
        }
    }

    fn spans(&self, quotes: &[Quote], article: &NamedNode, at: At, field: &'static str) -> Vec<Span> {
        let span = |(i, quote)| self.span(quote, article, path!(at, field, i));
        quotes.iter().enumerate().filter_map(span).collect()
    }

    fn time(&self, when: Option<&When>, article: &NamedNode, at: At) -> Time {
        let Some(When(fields)) = when else { return Time::default() };
        let quote = fields.text.as_ref().map(|text| {
            Quote(super::scalar::QuoteFields {
                exact: text.clone(),
                start: fields.start,
                end: fields.end,
                within: fields.within.clone(),
            })
        });
        let edtf = (!fields.edtf.0.is_empty()).then_some(&fields.edtf);
        Time {
            expression: quote.and_then(|quote| self.span(&quote, article, path!(at, "time", "text"))),
            edtf: edtf.and_then(|edtf| self.parsed(edtf, path!(at, "time", "edtf"))),
            basis: fields.basis.as_ref().and_then(|basis| self.word(basis, path!(at, "time", "basis"))),
            note: fields.note.as_ref().map(|note| note.0.clone()),
        }
    }

    // What articles state.

    fn article_of(&self, article: Option<&Text>, at: At) -> Option<NamedNode> {
        if let Some(article) = article {
            return self.named(Kind::Article, article, path!(at, "article"));
        }
        let default = self.default_article.get_or_init(|| {
            let path = ["article".into()];
            match (&self.sheet.article, self.sheet.articles.as_slice()) {
                (Some(article), _) => self.named(Kind::Article, article, &path),
                (None, [_]) => self.declared.ids.get(&("articles", 0)).cloned(),
                _ => {
                    self.problem(
                        Diagnostic::error("`article` is missing")
                            .expected("a record does not say which article states it")
                            .help("write `article: …` at the top of the sheet, or in each record"),
                        path!(at),
                    );
                    None
                }
            }
        });
        default.clone()
    }

    fn attestation(&self, record: &impl Stated, at: At) -> Option<(NamedNode, Attestation)> {
        let AttestationFields { article, quote, attribution, certainty, hedge, time, note } = record.attestation();
        let article = self.article_of(article, at)?;
        if quote.is_empty() {
            self.required(None::<&Quote>, at, "quote");
        }
        let evidence = self.spans(quote, &article, at, "quote");
        let step = |(i, step): (usize, &record::Attribution)| {
            let Some(source) = &step.source else {
                self.problem(
                    Diagnostic::error("`source` is missing").expected("who says so?"),
                    path!(at, "attribution", i),
                );
                return None;
            };
            Some(AttributionStep {
                source: self.source(source, path!(at, "attribution", i, "source"))?,
                verb: step.verb.as_ref().map(|verb| verb.0.clone()),
                span: step
                    .quote
                    .as_ref()
                    .and_then(|quote| self.span(quote, &article, path!(at, "attribution", i, "quote"))),
            })
        };
        let attestation = Attestation {
            attribution: attribution.iter().enumerate().filter_map(step).collect(),
            certainty: certainty.and_then(|word| self.word(word, path!(at, "certainty"))),
            hedges: self.spans(hedge, &article, at, "hedge"),
            time: self.time(time, &article, at),
            notes: texts(note),
            evidence,
        };
        (attestation.evidence.len() == quote.len() && !quote.is_empty()).then_some((article, attestation))
    }

    /// An actor, or a document that speaks.
    fn source(&self, name: &Text, path: &[Step]) -> Option<NamedNode> {
        if let Lookup::Found(article) = self.registry.look_up(Kind::Article, &name.0)
            && !matches!(self.registry.look_up(Kind::Actor, &name.0), Lookup::Found(_))
        {
            return Some(article);
        }
        self.named(Kind::Actor, name, path)
    }

    fn position(&self, r: &record::Position, at: At) -> Option<Position> {
        let actor = self.required_name(Kind::Actor, r.actor.as_ref(), at, "actor");
        let stance = self.required_word(r.stance.as_ref(), at, "stance");
        let issue = self.required_name(Kind::Issue, r.issue.as_ref(), at, "issue");
        let mode = self.required_word(r.mode.as_ref(), at, "mode");
        let explicitness = self.required_word(r.explicitness.as_ref(), at, "explicitness");
        self.required(r.certainty.as_ref(), at, "certainty");
        let attested = self.attestation(r, at);
        if let (Some(stance), Some(issue)) = (stance, &issue)
            && let Some(family) = self.registry.family(issue)
            && !stance.fits(family)
        {
            self.problem(
                Diagnostic::error(format!("`{}` is no stance on a {}", stance.word(), family.word()))
                    .expected(format!("the issue is a {}", family.word()))
                    .help(format!("{} take: {}", family.word().to_owned() + "s", fitting(family))),
                path!(at, "stance"),
            );
        }
        let conditions = r.condition.0.iter().enumerate();
        let reasons = r.reason.0.iter().enumerate();
        let on_behalf_of = self.all_named(Kind::Actor, &r.on_behalf_of.0, at, "onBehalfOf");
        let targets = self.all_named(Kind::Actor, &r.target.0, at, "target");
        let intensity = r.intensity.as_ref().and_then(|word| self.word(word, path!(at, "intensity")));
        let status = r.status.as_ref().map_or(Some(Status::InForce), |word| self.word(word, path!(at, "status")));
        let bound = |text: Option<&Text>, field: &'static str, last: bool| -> Option<Date> {
            let edtf: Edtf = self.parsed(text?, path!(at, "valid", field))?;
            if last { edtf.last() } else { edtf.first() }
        };
        let valid = r.valid.as_ref();
        let valid_from = bound(valid.and_then(|v| v.from.as_ref()), "from", false);
        let valid_until = bound(valid.and_then(|v| v.until.as_ref()), "until", true);
        let (article, attestation) = attested?;
        let conditions = conditions.filter_map(|(i, c)| self.condition(c, &article, at, i)).collect();
        let reasons = reasons.filter_map(|(i, c)| self.reason(c, &article, at, i)).collect();
        let (actor, stance, issue, mode) = (actor?, stance?, issue?, mode?);
        Some(Position {
            iri: self.base.position(&article, &actor, &issue, stance, mode, &attestation.evidence),
            actor,
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

    fn condition(&self, r: &record::Condition, article: &NamedNode, at: At, i: usize) -> Option<Condition> {
        let missing = |field: &str| {
            self.problem(
                Diagnostic::error(format!("`{field}` is missing")).expected("this condition needs it"),
                path!(at, "condition", i),
            );
        };
        let requires =
            r.requires.as_ref().and_then(|name| self.named(Kind::Issue, name, path!(at, "condition", i, "requires")));
        let span = r.quote.as_ref().and_then(|q| self.span(q, article, path!(at, "condition", i, "quote")));
        let Some(kind) = &r.kind else {
            missing("kind");
            return None;
        };
        let kind = self.word(kind, path!(at, "condition", i, "kind"))?;
        let Some(text) = &r.text else {
            missing("text");
            return None;
        };
        Some(Condition { kind, text: text.0.clone(), requires, span })
    }

    fn reason(&self, r: &record::Reason, article: &NamedNode, at: At, i: usize) -> Option<Reason> {
        let span = r.quote.as_ref().and_then(|q| self.span(q, article, path!(at, "reason", i, "quote")));
        let Some(text) = &r.text else {
            self.problem(
                Diagnostic::error("`text` is missing").expected("this reason needs it"),
                path!(at, "reason", i),
            );
            return None;
        };
        Some(Reason { text: text.0.clone(), span })
    }

    fn event(&self, r: &record::Event, at: At) -> Option<Event> {
        let label = self.required(r.label.as_ref(), at, "label");
        let kind = self.required_word(r.kind.as_ref(), at, "kind");
        let participants = self.all_named(Kind::Actor, &r.participant.0, at, "participant");
        let about = self.all_named(Kind::Issue, &r.about.0, at, "about");
        let (article, attestation) = self.attestation(r, at)?;
        let (label, kind) = (&label?.0, kind?);
        let iri = self.base.stated("event", label, &article, &[kind.word(), label], &attestation.evidence);
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

    fn measure(&self, r: &record::Measure, keys: &HashMap<&str, NamedNode>, at: At) -> Option<Measure> {
        let label = self.required(r.label.as_ref(), at, "label");
        let value = self.required(r.value.as_ref(), at, "value");
        let unit = self.required(r.unit.as_ref(), at, "unit");
        if let Some(value) = value
            && (value.0.parse::<f64>().is_err() || value.0.contains(['e', 'E', 'n', 'N']))
        {
            self.problem(
                Diagnostic::error(format!("`{}` is no number", value.0))
                    .expected("a decimal number such as 80 or 1.5; put the unit under `unit`"),
                path!(at, "value"),
            );
            return None;
        }
        let comparator = r.comparator.as_ref().map_or(Some(crate::model::Comparator::Exactly), |word| {
            self.word(word, path!(at, "comparator"))
        });
        let of = self.all_named(Kind::Actor, &r.of.0, at, "of");
        let about = r.about.0.iter().enumerate().filter_map(|(i, name)| {
            keys.get(name.0.as_str())
                .cloned()
                .or_else(|| self.named(Kind::Issue, name, path!(at, "about", i)))
        });
        let about = about.collect();
        let (article, attestation) = self.attestation(r, at)?;
        let (label, value, unit) = (&label?.0, &value?.0, &unit?.0);
        let iri = self.base.stated("measure", label, &article, &[label, value, unit], &attestation.evidence);
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

    fn relation(&self, r: &record::Relation, at: At) -> Option<Relation> {
        let from = self.required_name(Kind::Actor, r.from.as_ref(), at, "from");
        let kind = self.required_word(r.relation.as_ref(), at, "relation");
        let to = self.required_name(Kind::Actor, r.to.as_ref(), at, "to");
        let (article, attestation) = self.attestation(r, at)?;
        let (from, kind, to) = (from?, kind?, to?);
        let name = format!(
            "{} {} {}",
            crate::registry::id_of(&from),
            kind.word(),
            crate::registry::id_of(&to)
        );
        let parts = [from.as_str(), kind.word(), to.as_str()];
        let iri = self.base.stated("relation", &name, &article, &parts, &attestation.evidence);
        Some(Relation { iri, from, kind, to, attestation, article, coding: self.coding_iri() })
    }

    fn office_claim(&self, r: &record::OfficeClaim, at: At) -> Option<OfficeClaim> {
        let person = self.required_name(Kind::Actor, r.person.as_ref(), at, "person");
        let post = self.required_name(Kind::Post, r.post.as_ref(), at, "post");
        let (article, attestation) = self.attestation(r, at)?;
        let (person, post) = (person?, post?);
        let name =
            format!("{} {}", crate::registry::id_of(&person), crate::registry::id_of(&post));
        let parts = [person.as_str(), post.as_str()];
        let iri = self.base.stated("office-claim", &name, &article, &parts, &attestation.evidence);
        Some(OfficeClaim { iri, person, post, attestation, article, coding: self.coding_iri() })
    }

    fn nothing(&self, r: &record::Nothing, at: At) -> Option<Nothing> {
        let article = self.article_of(r.article.as_ref(), at)?;
        let quote = self.required(r.quote.as_ref(), at, "quote")?;
        let span = self.span(quote, &article, path!(at, "quote"))?;
        Some(Nothing { span, why: r.why.as_ref().map(|why| why.0.clone()) })
    }

    // The registry's own records.

    fn names(&self, label: Option<&Name>, aliases: &[Name], at: At) -> Option<Names> {
        let label = self.required(label, at, "label")?;
        let name = |n: &Name, step: &'static str| -> LanguageText {
            if oxrdf::Literal::new_language_tagged_literal("", &n.language).is_err() {
                self.problem(
                    Diagnostic::error(format!("`{}` is no language tag", n.language))
                        .expected("a BCP 47 tag such as en, uk or zh-Hant"),
                    path!(at, step),
                );
            }
            (n.language.to_ascii_lowercase(), n.text.clone())
        };
        Some(Names {
            label: name(label, "label"),
            aliases: aliases.iter().map(|alias| name(alias, "aliases")).collect(),
        })
    }

    fn article(&self, r: &record::Article, at: At) -> Option<Article> {
        if r.id.is_none() && r.title.is_none() {
            self.required(r.id.as_ref(), at, "id");
        }
        let iri = self.declared.ids.get(&at)?.clone();
        let facts = self.registry.article(&iri)?;
        let published = r.published.as_ref().map(|p| &p.0);
        let edtf = published.filter(|p| !p.edtf.0.is_empty());
        Some(Article {
            title: r.title.as_ref().map(|t| t.0.clone()),
            publisher: r.publisher.as_ref().map(|t| t.0.clone()),
            authors: texts(&r.author.0),
            published: edtf.and_then(|p| self.parsed(&p.edtf, path!(at, "published", "edtf"))),
            dating_basis: published.and_then(|p| {
                let path = path!(at, "published", "basis");
                p.basis.as_ref().map_or(Some(Explicitness::Explicit), |basis| self.word(basis, path))
            }),
            language: r.language.as_ref().map(|t| t.0.clone()),
            url: r.url.as_ref().and_then(|url| self.iri(url, path!(at, "url"))),
            sha256: facts.sha256.clone(),
            length: facts.length,
            notes: texts(&r.note.0)
                .into_iter()
                .chain(published.and_then(|p| p.note.as_ref()).map(|n| n.0.clone()))
                .collect(),
            iri,
        })
    }

    fn actor(&self, r: &record::Actor, at: At) -> Option<Actor> {
        let names = self.names(r.label.as_ref(), &r.aliases.0, at);
        let kind = self.required_word(r.kind.as_ref(), at, "kind");
        let matches = r.exact_match.0.iter().enumerate();
        Some(Actor {
            member_of: self.all_named(Kind::Actor, &r.member_of.0, at, "memberOf"),
            exact_match: matches.filter_map(|(i, iri)| self.iri(iri, path!(at, "exactMatch", i))).collect(),
            iri: self.declared.ids.get(&at)?.clone(),
            kind: kind?,
            names: names?,
            sector: r.sector.as_ref().map(|sector| sector.0.clone()),
            notes: texts(&r.note.0),
        })
    }

    fn post(&self, r: &record::Post, at: At) -> Option<Post> {
        let names = self.names(r.label.as_ref(), &r.aliases.0, at);
        Some(Post {
            organisation: r
                .organisation
                .as_ref()
                .and_then(|name| self.named(Kind::Actor, name, path!(at, "organisation"))),
            iri: self.declared.ids.get(&at)?.clone(),
            names: names?,
            single_holder: r.single_holder.0,
        })
    }

    fn membership(&self, r: &record::Membership, at: At) -> Option<Membership> {
        let person = self.required_name(Kind::Actor, r.person.as_ref(), at, "person");
        let post = self.required_name(Kind::Post, r.post.as_ref(), at, "post");
        let bound = |text: Option<&Text>, field: &'static str, last: bool| -> Option<Date> {
            let edtf: Edtf = self.parsed(text?, path!(at, field))?;
            if last { edtf.last() } else { edtf.first() }
        };
        let from = bound(r.from.as_ref(), "from", false);
        let until = bound(r.until.as_ref(), "until", true);
        if let (Some(from), Some(until)) = (from, until)
            && until < from
        {
            self.problem(
                Diagnostic::error("an impossible date").expected(format!("this is before {from}, when it began")),
                path!(at, "until"),
            );
        }
        let (person, post) = (person?, post?);
        let since = from.map_or_else(|| "undated".to_owned(), |day| day.to_string());
        let id = format!(
            "{}-{}-{since}",
            crate::registry::id_of(&person),
            crate::registry::id_of(&post)
        );
        let iri = self.base.thing("membership", &slug(&id));
        Some(Membership { iri, person, post, from, until, notes: texts(&r.note.0) })
    }

    fn topic(&self, r: &record::Topic, at: At) -> Option<Topic> {
        let names = self.names(r.label.as_ref(), &r.aliases.0, at);
        let broader = self.all_named(Kind::Topic, &r.broader.0, at, "broader");
        Some(Topic { iri: self.declared.ids.get(&at)?.clone(), names: names?, broader })
    }

    fn issue(&self, r: &record::Issue, at: At) -> Option<Issue> {
        let names = self.names(r.label.as_ref(), &r.aliases.0, at);
        let family = self.required_word(r.family.as_ref(), at, "family");
        let mut broader = self.all_named(Kind::Topic, &r.topic.0, at, "topic");
        broader.extend(self.all_named(Kind::Issue, &r.broader.0, at, "broader"));
        let opposite = r.opposite.as_ref().and_then(|name| self.named(Kind::Issue, name, path!(at, "opposite")));
        Some(Issue {
            incompatible_with: self.all_named(Kind::Issue, &r.incompatible_with.0, at, "incompatibleWith"),
            entails: self.all_named(Kind::Issue, &r.entails.0, at, "entails"),
            iri: self.declared.ids.get(&at)?.clone(),
            names: names?,
            family: family?,
            broader,
            opposite,
            notes: texts(&r.note.0),
        })
    }

    fn coding_iri(&self) -> Option<NamedNode> {
        self.coding.get().cloned().flatten()
    }

    fn coding(&self, document: &NamedNode) -> Option<Coding> {
        let r = self.sheet.coding.as_ref()?;
        let Some(coder) = &r.coder else {
            self.problem(
                Diagnostic::error("`coder` is missing").expected("who coded this sheet?"),
                &["coding".into()],
            );
            return None;
        };
        let date = r.date.as_ref();
        let id = format!(
            "{} {}",
            document.as_str().strip_prefix(self.base.thing("document", "").as_str()).unwrap_or(document.as_str()),
            coder.0
        );
        Some(Coding {
            iri: self.base.thing("coding", &slug(&id)),
            coder_iri: self.base.thing("coder", &slug(&coder.0)),
            coder: coder.0.clone(),
            date: date.and_then(|date| self.parsed(date, &["coding".into(), "date".into()])),
            tool: r.tool.as_ref().map(|tool| tool.0.clone()),
            model: r.model.as_ref().map(|model| model.0.clone()),
            accepted_by: r.accepted_by.as_ref().map(|who| who.0.clone()),
        })
    }
}

fn texts(texts: &[Text]) -> Vec<String> {
    texts.iter().map(|text| text.0.clone()).collect()
}

fn fitting(family: crate::model::Family) -> String {
    let words: Vec<&str> =
        crate::model::Stance::ALL.iter().filter(|s| s.fits(family)).map(|s| s.word()).collect();
    words.join(", ")
}

fn misplaced_help(why: &Misplaced) -> Option<String> {
    match why {
        Misplaced::Nowhere(Some(near)) => Some(format!("the nearest passage, at {}: `{}`", near.start, near.words)),
        Misplaced::Nowhere(None) => Some("nothing in the text resembles it; is it the right article?".to_owned()),
        Misplaced::Several(_) => {
            Some("quote more words, or write {exact: …, within: a longer passage} or {exact: …, start: …}".to_owned())
        }
    }
}
