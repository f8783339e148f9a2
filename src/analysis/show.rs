//! The page about one thing: an actor, issue, article or position with everything around it,
//! the words that prove it first.
//!
//! A [`Page`] is a plain value that says what the page says; how it is laid out (text, HTML, JSON) is not
//! decided here. Nothing here asks in SPARQL: a page is a walk from one node, which the index answers
//! directly.

use crate::analysis::codebook;
use crate::analysis::facts::{Facts, PositionFacts, between};
pub use crate::analysis::facts::{QuoteFacts, Value};
use crate::base::error::count;
use crate::model::ontology;
use crate::model::prefixes::Prefixes;
use crate::model::registry::Kind;
use crate::model::vocab::{dcterms, oa, org, prov, rdf, schema, sem, skos, stp};
use crate::model::{Concept, Stance, Status};
use crate::store::GraphReader;
use crate::store::index::{Corruption, reading};
use oxrdf::{NamedNode, NamedNodeRef};
use std::collections::BTreeMap;

/// A page about one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The thing.
    pub iri: NamedNode,
    /// Kind of an actor, issue, article or position; none of other things.
    pub kind: Option<Kind>,
    /// Its name and what it is; none for a position, which its words stand for.
    pub title: Option<(String, String)>,
    /// The words that prove it, each with its place.
    pub quotes: Vec<QuoteFacts>,
    /// Its fields in reading order, none of them empty: name and values.
    pub fields: Vec<(String, Vec<Value>)>,
    /// Lists of what is around it, none of them empty.
    pub sections: Vec<Section>,
    /// Most entries of a list, of positions on an issue those of one side.
    most: usize,
}

/// A list on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Kind of things that it lists.
    pub heading: String,
    /// The entries in reading order.
    pub entries: Vec<Entry>,
    /// Whether the entries are names of things, which no words prove.
    pub only_names: bool,
    /// Number of entries left out at its end.
    pub omitted: usize,
}

/// An entry of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The thing that it is about.
    pub iri: NamedNode,
    /// The words that prove it, each with its place.
    pub quotes: Vec<QuoteFacts>,
    /// The articles that state it, by title and day.
    pub articles: Vec<Value>,
    /// Statement.
    pub statement: Statement,
}

/// What an entry says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    /// A position.
    Position(Box<PositionLine>),
    /// Anything else.
    Other {
        /// Statement in one line; none where the words stand for themselves.
        text: Option<String>,
        /// Further lines.
        details: Vec<String>,
    },
}

/// A position as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PositionLine {
    /// What the line has to say, because the list does not.
    pub side: Side,
    /// Who takes it.
    pub actor: Option<Value>,
    /// Stance, if it is one of the model's.
    pub stance: Option<Stance>,
    /// On what.
    pub issue: Option<Value>,
    /// Mode, explicitness, certainty; status unless it is in force.
    pub how: Vec<String>,
    /// In whose name.
    pub on_behalf_of: Vec<Value>,
    /// Who else may hold it.
    pub alternative_holders: Vec<Value>,
    /// Sources, the one nearest to the words first.
    pub attribution: Vec<Value>,
    /// Conditions, each in a few words.
    pub conditions: Vec<String>,
    /// First and last day on which it can have been expressed.
    pub stated: (Option<String>, Option<String>),
}

impl PositionLine {
    /// "Putin: supports – Russia and Ukraine reach …", without what the list is about.
    #[must_use]
    pub fn text(&self) -> String {
        let text = |value: &Option<Value>| value.as_ref().map(|v| v.text.clone()).unwrap_or_default();
        line(&text(&self.actor), self.stance, &text(&self.issue), self.side)
    }

    /// Whether it is no longer in force: superseded or retracted.
    #[must_use]
    pub fn is_past(&self) -> bool {
        let past = [Status::Superseded, Status::Retracted];
        self.how.last().is_some_and(|status| past.iter().any(|past| past.word() == status))
    }

    /// How it was expressed, by whose word, under which conditions and when, in one line.
    #[must_use]
    pub fn detail(&self) -> String {
        let mut how = self.how.clone();
        how.extend(self.alternative_holders.iter().map(|other| format!("or held by {other}")));
        if !self.attribution.is_empty() {
            let steps: Vec<&str> = self.attribution.iter().map(|step| step.text.as_str()).collect();
            how.push(format!("via {}", steps.join(" ← ")));
        }
        how.extend(self.conditions.iter().cloned());
        how.extend(self.stated.1.as_ref().map(|day| format!("by {day}")));
        how.retain(|part| !part.is_empty());
        how.join(" · ")
    }
}

impl Entry {
    fn named(thing: &NamedNode, text: String, detail: String) -> Self {
        let statement = Statement::Other { text: Some(text), details: vec![detail] };
        Self { iri: thing.clone(), quotes: Vec::new(), articles: Vec::new(), statement }
    }

    /// The position that it is.
    #[must_use]
    pub fn position(&self) -> Option<&PositionLine> {
        match &self.statement {
            Statement::Position(position) => Some(position),
            Statement::Other { .. } => None,
        }
    }

    /// Statement in one line; none where the words stand for themselves.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        match &self.statement {
            Statement::Position(position) => Some(position.text()),
            Statement::Other { text, .. } => text.clone(),
        }
    }

    /// Further lines.
    #[must_use]
    pub fn details(&self) -> Vec<String> {
        match &self.statement {
            Statement::Position(position) => {
                vec![position.detail(), Prefixes::known().shorten(self.iri.as_ref())]
            }
            Statement::Other { details, .. } => details.clone(),
        }
    }
}

impl Section {
    /// Leaves no more entries than these; of positions on an issue, no more on each side of it.
    pub fn shorten(&mut self, most: usize) {
        let (all, mut kept) = (self.entries.len(), Kept::new(most));
        self.entries
            .retain(|entry| kept.keeps(entry.position().and_then(|line| side_of(line.side, line.stance))));
        self.omitted += all - self.entries.len();
    }
}

/// The side of an issue that a position is on: against, for, or neither; none in other lists.
fn side_of(side: Side, stance: Option<Stance>) -> Option<bool> {
    let value = stance.filter(|_| side == Side::Actor).and_then(Stance::value).unwrap_or("0");
    (value != "0").then(|| value.starts_with('-'))
}

/// How many entries of each side a list has so far.
struct Kept {
    most: usize,
    of_side: BTreeMap<Option<bool>, usize>,
}

impl Kept {
    fn new(most: usize) -> Self {
        Self { most, of_side: BTreeMap::new() }
    }

    /// Counts an entry of a side, and says whether there is still room for it.
    fn keeps(&mut self, side: Option<bool>) -> bool {
        let kept = self.of_side.entry(side).or_default();
        *kept += 1;
        *kept <= self.most
    }
}

impl Page {
    /// The page about a thing; none if the graph says nothing about it.
    ///
    /// # Errors
    /// A file of the index is damaged.
    pub fn of(graph: &dyn GraphReader, thing: &NamedNode) -> Result<Option<Self>, Corruption> {
        Self::short(graph, thing, usize::MAX)
    }

    /// The same with lists of at most so many entries, as [`Section::shorten`] leaves them: what is left out is counted,
    /// and not looked up.
    ///
    /// # Errors
    /// A file of the index is damaged.
    pub fn short(
        graph: &dyn GraphReader,
        thing: &NamedNode,
        most: usize,
    ) -> Result<Option<Self>, Corruption> {
        reading(|| Self::read(graph, thing, most))
    }

    fn read(graph: &dyn GraphReader, thing: &NamedNode, most: usize) -> Option<Self> {
        let facts = Facts::new(graph);
        let mut page = Self {
            iri: thing.clone(),
            kind: None,
            title: None,
            quotes: Vec::new(),
            fields: Vec::new(),
            sections: Vec::new(),
            most,
        };
        let classes = facts.links(thing, rdf::TYPE);
        let is = |class: NamedNodeRef<'_>| classes.iter().any(|c| c.as_ref() == class);
        page.kind = [
            (stp::POSITION, Kind::Position),
            (stp::ACTOR, Kind::Actor),
            (stp::ISSUE, Kind::Issue),
            (stp::ARTICLE, Kind::Article),
        ]
        .into_iter()
        .find_map(|(class, kind)| is(class).then_some(kind));
        if page.kind == Some(Kind::Position) {
            position(&facts, thing, &mut page);
        } else if page.kind == Some(Kind::Actor) {
            actor(&facts, thing, &mut page);
        } else if page.kind == Some(Kind::Issue) {
            issue(&facts, thing, &mut page);
        } else if page.kind == Some(Kind::Article) {
            article(&facts, thing, &mut page);
        } else if facts.is_known(thing) {
            anything(&facts, thing, &mut page);
            explain(thing, &mut page);
        } else {
            return None;
        }
        Some(page)
    }

    fn title(&mut self, title: &str, kind: &str) {
        self.title = Some((title.to_owned(), kind.to_owned()));
    }

    fn field(&mut self, name: &str, value: &str) {
        self.list(name, [value.to_owned()]);
    }

    fn list(&mut self, name: &str, values: impl IntoIterator<Item = impl Into<Value>>) {
        let values = values.into_iter().map(Into::into);
        let values: Vec<Value> = values.filter(|value| !value.text.trim().is_empty()).collect();
        if !values.is_empty() {
            self.fields.push((name.to_owned(), values));
        }
    }

    fn section(&mut self, heading: &str, entries: Vec<Entry>, only_names: bool, omitted: usize) {
        if !entries.is_empty() || omitted > 0 {
            self.sections.push(Section { heading: heading.to_owned(), entries, only_names, omitted });
        }
    }
}

fn texts(quotes: &[QuoteFacts]) -> Vec<String> {
    quotes.iter().map(ToString::to_string).collect()
}

/// What the graph does not hold of a term of the ontology: scope note, example, near miss.
fn explain(thing: &NamedNode, page: &mut Page) {
    let Some(term) = ontology::definition(thing.as_ref()) else { return };
    for (name, text) in codebook::entry(thing.as_ref(), term) {
        if matches!(name, "Note" | "Example" | "Near miss") {
            page.field(&name.to_lowercase(), &text);
        }
    }
}

/// What a position or anything else that an article states says, in one line.
pub(crate) fn sentence(index: &dyn GraphReader, stated: &NamedNode) -> String {
    let facts = Facts::new(index);
    let position = facts.position(stated);
    if position.stance.is_some() { said(&facts, &position) } else { facts.sentence(stated) }
}

fn actor(facts: &Facts<'_>, actor: &NamedNode, page: &mut Page) {
    let mut kind = vec!["actor".to_owned()];
    kind.extend(facts.actor_kind(actor));
    kind.extend(facts.text(actor, stp::prop::SECTOR));
    page.title(&facts.label(actor), &kind.join(" · "));
    names(facts, actor, page);
    for membership in facts.subjects(org::MEMBER, actor) {
        let Some(post) = facts.link(&membership, stp::prop::POST) else { continue };
        let from = facts.text(&membership, schema::START_DATE);
        let until = facts.text(&membership, schema::END_DATE);
        let text = format!("{}{}", facts.label(&post), between(from, until));
        page.list("held", [Value { text, thing: Some(post), address: None }]);
    }
    for claim in facts.subjects(stp::prop::HOLDER, actor) {
        if let Some(post) = facts.link(&claim, stp::prop::POST) {
            let quotes = texts(&facts.quotes(&claim));
            page.field("called", &format!("{} in {}", facts.label(&post), quotes.join(", ")));
        }
    }
    page.list("part of", facts.all_named(actor, org::MEMBER_OF));
    let members = facts.subjects(org::MEMBER_OF, actor);
    page.list("includes", members.iter().map(|m| facts.named(m)));
    common(facts, actor, page);
    let mut own = facts.positions(stp::prop::ACTOR, actor);
    own.sort_by(|a, b| b.stated.cmp(&a.stated).then_with(|| a.place.cmp(&b.place)));
    positions(facts, "Positions", &own, Side::Issue, page);
    let mut for_it = facts.positions(stp::prop::ON_BEHALF_OF, actor);
    for_it.retain(|p| p.actor.as_ref() != Some(actor));
    positions(facts, "Taken in its name", &for_it, Side::Both, page);
    let unclear = facts.positions(stp::prop::ALTERNATIVE_HOLDER, actor);
    positions(facts, "May be its own, the holder is unclear", &unclear, Side::Both, page);
    positions(facts, "Addressed to it", &facts.positions(stp::prop::TARGET, actor), Side::Both, page);
    let vouched = facts.attributed_to(actor);
    positions(facts, "Attributed to it as a source", &vouched, Side::Both, page);
    relations(facts, actor, page);
    let events = facts.subjects(sem::HAS_ACTOR, actor);
    stated(facts, "Events", &events, page);
    stated(facts, "Figures", &facts.subjects(stp::prop::MEASURE_OF, actor), page);
}

fn issue(facts: &Facts<'_>, issue: &NamedNode, page: &mut Page) {
    let family = facts.link(issue, stp::prop::FAMILY).map(|f| facts.label(&f)).unwrap_or_default();
    page.title(&facts.label(issue), &format!("issue · {family}"));
    names(facts, issue, page);
    page.list("topic", facts.all_named(issue, skos::BROADER));
    page.list("negation", both_ways(facts, issue, stp::prop::OPPOSITE));
    page.list("excludes", both_ways(facts, issue, stp::prop::INCOMPATIBLE_WITH));
    page.list("contrasts", both_ways(facts, issue, stp::prop::CONTRASTS_WITH));
    page.list("entails", facts.all_named(issue, stp::prop::ENTAILS));
    page.list(
        "entailed by",
        facts.subjects(stp::prop::ENTAILS, issue).iter().map(|other| facts.named(other)),
    );
    common(facts, issue, page);
    let mut all = facts.positions(stp::prop::ISSUE, issue);
    let rank = |p: &PositionFacts| Stance::ALL.iter().position(|s| Some(*s) == p.stance);
    all.sort_by(|a, b| {
        rank(a).cmp(&rank(b)).then_with(|| b.stated.cmp(&a.stated)).then_with(|| a.place.cmp(&b.place))
    });
    positions(facts, "Who stands where", &all, Side::Actor, page);
    let needed = facts.subjects(stp::prop::REQUIRES, issue);
    let dependent: Vec<PositionFacts> =
        needed.iter().flat_map(|c| facts.positions(stp::prop::CONDITION, c)).collect();
    positions(facts, "Demanded as a condition", &dependent, Side::Both, page);
    stated(facts, "Events and figures about it", &facts.subjects(schema::ABOUT, issue), page);
}

/// What a relation ties an issue to that need be said of one of the two only.
fn both_ways(facts: &Facts<'_>, issue: &NamedNode, property: NamedNodeRef<'_>) -> Vec<Value> {
    let mut others = facts.links(issue, property);
    for other in facts.subjects(property, issue) {
        if !others.contains(&other) {
            others.push(other);
        }
    }
    others.iter().map(|other| facts.named(other)).collect()
}

fn article(facts: &Facts<'_>, article: &NamedNode, page: &mut Page) {
    page.title(&facts.label(article), "article");
    page.list("outlet", facts.texts(article, dcterms::PUBLISHER));
    page.list("author", facts.texts(article, dcterms::CREATOR));
    let basis = facts.link(article, stp::prop::DATING_BASIS).map(|b| format!(" ({})", facts.label(&b)));
    if let Some(issued) = facts.text(article, dcterms::ISSUED) {
        page.field("published", &format!("{issued}{}", basis.unwrap_or_default()));
    }
    page.list("language", facts.texts(article, dcterms::LANGUAGE));
    let source = |source: NamedNode| Value {
        text: facts.label(&source),
        thing: None,
        address: Some(source.into_string()),
    };
    page.list("read at", facts.links(article, dcterms::SOURCE).into_iter().map(source));
    if let Some(length) = facts.text(article, stp::prop::TEXT_LENGTH) {
        page.field("length", &format!("{length} code points"));
    }
    page.list("SHA-256", facts.texts(article, schema::SHA256));
    common(facts, article, page);
    let mut all = facts.positions(prov::WAS_DERIVED_FROM, article);
    all.sort_by(|a, b| a.place.cmp(&b.place).then_with(|| a.iri.as_str().cmp(b.iri.as_str())));
    positions(facts, "Positions, in the order of the text", &all, Side::Both, page);
    let of_class = |class: NamedNodeRef<'_>| -> Vec<NamedNode> {
        let from = facts.subjects(prov::WAS_DERIVED_FROM, article);
        from.into_iter().filter(|s| facts.is_a(s, class)).collect()
    };
    stated(facts, "Events", &of_class(stp::EVENT), page);
    stated(facts, "Figures", &of_class(stp::MEASURE), page);
    stated(facts, "Relations", &of_class(stp::RELATION), page);
    stated(facts, "Offices as the article gives them", &of_class(stp::OFFICE_CLAIM), page);
    let nothing = facts.links(article, stp::prop::NOTHING_TO_ENCODE);
    stated(facts, "Nothing to encode", &nothing, page);
}

fn position(facts: &Facts<'_>, iri: &NamedNode, page: &mut Page) {
    let position = facts.position(iri);
    let named = |node: &Option<NamedNode>| node.as_ref().map(|n| facts.named(n));
    page.list("who", named(&position.actor));
    page.list("or held by", facts.all_named(iri, stp::prop::ALTERNATIVE_HOLDER));
    page.list("in name of", facts.all_named(iri, stp::prop::ON_BEHALF_OF));
    let value = facts.text(iri, stp::prop::STANCE_VALUE).map(|v| format!(" ({v})")).unwrap_or_default();
    page.field("stance", &format!("{}{value}", position.stance.map_or("", |s| s.word())));
    page.list("issue", named(&position.issue));
    page.quotes = position.quotes;
    for (name, property) in [
        ("intensity", stp::prop::INTENSITY),
        ("mode", stp::prop::MODE),
        ("explicitness", stp::prop::EXPLICITNESS),
        ("certainty", stp::prop::CERTAINTY),
        ("status", stp::prop::STATUS),
    ] {
        page.list(name, facts.labels(iri, property));
    }
    for (order, step) in (1..).zip(facts.sources(iri)) {
        page.list(&format!("via {order}"), [step]);
    }
    page.list(
        "hedged by",
        facts.links(iri, stp::prop::HEDGE).iter().flat_map(|s| facts.spans(s)).map(|q| q.to_string()),
    );
    for condition in facts.links(iri, stp::prop::CONDITION) {
        page.field("condition", &facts.condition(&condition));
    }
    page.list("reason", facts.labels(iri, stp::prop::REASON));
    page.list("addressed", facts.all_named(iri, stp::prop::TARGET));
    for time in facts.links(iri, stp::prop::TIME_EXPRESSION) {
        page.field("time", &facts.time(&time));
    }
    let stated = between(facts.text(iri, stp::prop::STATED_FROM), facts.text(iri, stp::prop::STATED_UNTIL));
    page.field("stated", stated.trim());
    let valid = between(facts.text(iri, stp::prop::VALID_FROM), facts.text(iri, stp::prop::VALID_UNTIL));
    page.field("holds", valid.trim());
    for (name, property) in
        [("supersedes", stp::prop::SUPERSEDES), ("or else", stp::prop::ALTERNATIVE_READING)]
    {
        for other in facts.links(iri, property) {
            let text = said(facts, &facts.position(&other));
            page.list(name, [Value { text, thing: Some(other), address: None }]);
        }
    }
    for later in facts.positions(stp::prop::SUPERSEDES, iri) {
        let since = later.stated.as_ref().map(|day| format!(", by {day}")).unwrap_or_default();
        let handle = Prefixes::known().shorten(later.iri.as_ref());
        let text = format!("{}{since} ({handle})", said(facts, &later));
        page.list("superseded by", [Value { text, thing: Some(later.iri), address: None }]);
    }
    for article in articles(facts, iri) {
        page.list("article", [article]);
    }
    for coding in facts.links(iri, prov::WAS_GENERATED_BY) {
        let who = facts.labels(&coding, prov::WAS_ASSOCIATED_WITH).join(", ");
        let date = facts.text(&coding, dcterms::DATE).map(|d| format!(", {d}")).unwrap_or_default();
        page.field("coded by", &format!("{who}{date}"));
    }
    common(facts, iri, page);
}

/// A thing that has no page of its own: everything said of it and of what points at it.
fn anything(facts: &Facts<'_>, thing: &NamedNode, page: &mut Page) {
    page.title(&facts.label(thing), "");
    page.quotes = facts.quotes(thing);
    page.quotes.extend(facts.spans(thing));
    for (property, value) in facts.everything(thing) {
        page.field(&property, &value);
    }
    held(facts, thing, page);
    common(facts, thing, page);
    below(facts, thing, page);
}

/// Who held an office, and who is said to.
fn held(facts: &Facts<'_>, post: &NamedNode, page: &mut Page) {
    for record in facts.subjects(stp::prop::POST, post) {
        if let Some(member) = facts.link(&record, org::MEMBER) {
            let from = facts.text(&record, schema::START_DATE);
            let until = facts.text(&record, schema::END_DATE);
            let text = format!("{}{}", facts.label(&member), between(from, until));
            page.list("held by", [Value { text, thing: Some(member), address: None }]);
        } else if let Some(holder) = facts.link(&record, stp::prop::HOLDER) {
            let quotes = texts(&facts.quotes(&record));
            page.field("given to", &format!("{} in {}", facts.label(&holder), quotes.join(", ")));
        }
    }
}

/// The issues and topics below a topic.
fn below(facts: &Facts<'_>, topic: &NamedNode, page: &mut Page) {
    let (issues, topics): (Vec<NamedNode>, Vec<NamedNode>) =
        facts.subjects(skos::BROADER, topic).into_iter().partition(|thing| facts.is_a(thing, stp::ISSUE));
    for (heading, mut things) in [("Topics", topics), ("Issues", issues)] {
        things.sort_by_key(|thing| facts.label(thing));
        let entry = |thing: NamedNode| {
            let shortened = Prefixes::known().shorten(thing.as_ref());
            let detail = match facts.positions(stp::prop::ISSUE, &thing).len() {
                0 => shortened,
                positions => format!("{} · {shortened}", count(positions, "position")),
            };
            Entry::named(&thing, facts.label(&thing), detail)
        };
        page.section(heading, things.into_iter().map(entry).collect(), true, 0);
    }
}

fn names(facts: &Facts<'_>, thing: &NamedNode, page: &mut Page) {
    page.list("also", facts.other_names(thing));
    let same = |same: NamedNode| Value {
        text: same.as_str().to_owned(),
        thing: None,
        address: Some(same.into_string()),
    };
    page.list("same as", facts.links(thing, skos::EXACT_MATCH).into_iter().map(same));
}

fn common(facts: &Facts<'_>, thing: &NamedNode, page: &mut Page) {
    for note in facts.texts(thing, skos::NOTE) {
        page.field("note", &note);
    }
    page.field("IRI", thing.as_str());
}

/// What an entry about a position has to say, because the list that it stands in does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Who takes it: the list is about an issue.
    Actor,
    /// On what it is taken: the list is about an actor.
    Issue,
    /// Both.
    Both,
}

/// "Putin: supports – Russia and Ukraine reach …".
fn said(facts: &Facts<'_>, position: &PositionFacts) -> String {
    let label = |node: &Option<NamedNode>| node.as_ref().map(|n| facts.label(n)).unwrap_or_default();
    line(&label(&position.actor), position.stance, &label(&position.issue), Side::Both)
}

/// An article by its title, with the day on which it appeared.
fn dated(facts: &Facts<'_>, article: NamedNode) -> Value {
    let issued = facts.text(&article, dcterms::ISSUED).map(|d| format!(", {d}")).unwrap_or_default();
    Value { text: format!("{}{issued}", facts.label(&article)), thing: Some(article), address: None }
}

fn articles(facts: &Facts<'_>, stated: &NamedNode) -> Vec<Value> {
    let articles = facts.links(stated, prov::WAS_DERIVED_FROM).into_iter();
    articles.map(|article| dated(facts, article)).collect()
}

fn line(actor: &str, stance: Option<Stance>, issue: &str, side: Side) -> String {
    let stance = stance.map_or("", Stance::word);
    match side {
        Side::Actor => format!("{actor}: {stance}"),
        Side::Issue => format!("{stance}: {issue}"),
        Side::Both => format!("{actor}: {stance} – {issue}"),
    }
}

fn positions(facts: &Facts<'_>, heading: &str, positions: &[PositionFacts], side: Side, page: &mut Page) {
    let entry = |position: &PositionFacts| {
        let iri = &position.iri;
        let mut how: Vec<String> = Vec::new();
        for property in [stp::prop::MODE, stp::prop::EXPLICITNESS, stp::prop::CERTAINTY] {
            how.extend(facts.labels(iri, property));
        }
        how.extend(facts.labels(iri, stp::prop::STATUS).into_iter().filter(|status| status != "in force"));
        let conditions = facts.links(iri, stp::prop::CONDITION);
        let line = PositionLine {
            side,
            actor: position.actor.as_ref().map(|actor| facts.named(actor)),
            stance: position.stance,
            issue: position.issue.as_ref().map(|issue| facts.named(issue)),
            how,
            on_behalf_of: facts.all_named(iri, stp::prop::ON_BEHALF_OF),
            alternative_holders: facts.all_named(iri, stp::prop::ALTERNATIVE_HOLDER),
            attribution: facts.sources(iri),
            conditions: conditions.iter().map(|condition| facts.condition(condition)).collect(),
            stated: (facts.text(iri, stp::prop::STATED_FROM), position.stated.clone()),
        };
        Entry {
            iri: iri.clone(),
            quotes: position.quotes.clone(),
            articles: articles(facts, iri),
            statement: Statement::Position(Box::new(line)),
        }
    };
    let mut shown = Kept::new(page.most);
    let kept: Vec<&PositionFacts> =
        positions.iter().filter(|position| shown.keeps(side_of(side, position.stance))).collect();
    let omitted = positions.len() - kept.len();
    page.section(heading, kept.into_iter().map(entry).collect(), false, omitted);
}

fn relations(facts: &Facts<'_>, actor: &NamedNode, page: &mut Page) {
    let mut all = facts.subjects(stp::prop::RELATION_FROM, actor);
    all.extend(facts.subjects(stp::prop::RELATION_TO, actor));
    stated(facts, "Relations", &all, page);
}

/// Anything that an article states, words first.
fn stated(facts: &Facts<'_>, heading: &str, things: &[NamedNode], page: &mut Page) {
    let entry = |thing: &NamedNode| {
        let quotes = facts.quotes(thing);
        let spans = if quotes.is_empty() { facts.spans(thing) } else { quotes };
        let is_span = facts.link(thing, oa::HAS_SELECTOR).is_some();
        Entry {
            iri: thing.clone(),
            quotes: spans,
            articles: articles(facts, thing),
            statement: Statement::Other {
                text: (!is_span).then(|| facts.sentence(thing)),
                details: vec![facts.texts(thing, skos::NOTE).join(" · ")],
            },
        }
    };
    let shown = &things[..things.len().min(page.most)];
    page.section(heading, shown.iter().map(entry).collect(), false, things.len() - shown.len());
}

#[cfg(test)]
mod tests;
