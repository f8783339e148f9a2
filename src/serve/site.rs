//! The pages of the server: what each address shows.
//!
//! Pages are made of the views that the report is made of; here is only which facts they need. How a request comes
//! in, and how long it may take, is not known here.
//!
//! | address | page |
//! |---|---|
//! | `/` | overview |
//! | `/issues`, `/actors`, `/articles` | lists |
//! | `/issue/ID`, `/actor/ID`, `/article/ID`, `/position/ID`, `/thing?iri=IRI` | a thing; `?all` for the whole of it |
//! | `/positions?actor=IRI&issue=IRI` | positions of an actor on an issue |
//! | `/matrix`, `/timeline` | with `actor`, `issue`, `article`, `since`, `until` |
//! | `/find?q=WORDS` | search |
//! | `/questions`, `/questions/NAME` | questions by name, and the form and answer of one |
//! | `/checks`, `/history` | what the checks find; every revision |

mod addresses;

use crate::analysis::find;
use crate::analysis::matrix::{self, Matrix, Wanted};
use crate::analysis::show::Page;
use crate::analysis::summary::Summary;
use crate::audit::check::Checks;
use crate::audit::history::{self, Of};
use crate::base::error::{Result, count};
use crate::export::Selection;
use crate::model::registry;
use crate::model::text::ArticleText;
use crate::model::vocab::DEFAULT_BASE;
use crate::query::ask::{Kind, library};
use crate::query::{Answer, Query};
use crate::serve::pictures;
use crate::serve::view::{self, View, checks, overview, thing};
use crate::store::archive::Archive;
use crate::store::index::{Index, reading};
use crate::store::names;
pub use addresses::{Addresses, decoded, encoded};
use maud::{Markup, html};
use oxrdf::{NamedNode, NamedNodeRef, Term};

/// Entries that a list of a page shows.
const ENTRIES: usize = 100;
/// Things that a list of things shows.
const LISTED: usize = 1000;
/// Names that a form offers for completion.
const OFFERED: usize = 500;
/// Rows and columns of the matrix.
const ROWS: usize = 60;
const COLUMNS: usize = 40;
/// Hits of a search.
const HITS: usize = 50;
/// Revisions that are shown.
const REVISIONS: usize = 200;

/// What the pages are about.
pub struct Site<'a> {
    /// The graph.
    pub index: &'a Index,
    /// The checks to run.
    pub checks: &'a Checks,
    /// The store, for texts and history; none of files.
    pub archive: Option<&'a Archive>,
    /// Answers a query within the limits of whoever serves.
    pub answer: &'a dyn Fn(&Query) -> Result<Answer>,
}

/// A page: what stands in its `main`.
pub struct Content {
    /// Its title.
    pub title: String,
    /// Its content, the heading included.
    pub body: Markup,
}

impl Content {
    fn new(title: &str, body: &Markup) -> Self {
        Self { title: title.to_owned(), body: html! { h1 { (title) } (body) } }
    }
}

/// What stands above every page: where to go, and the search box.
#[must_use]
pub fn navigation() -> Markup {
    let places = [
        ("/", "Overview"),
        ("/issues", "Issues"),
        ("/actors", "Actors"),
        ("/articles", "Articles"),
        ("/matrix", "Matrix"),
        ("/timeline", "Timeline"),
        ("/questions", "Questions"),
        ("/checks", "Checks"),
        ("/history", "History"),
        ("/sparql", "SPARQL"),
    ];
    html! {
        nav.contents aria-label="Pages" {
            ul { @for (address, name) in places { li { a href=(address) { (name) } } } }
            (view::find::form(""))
        }
    }
}

type Given<'g> = &'g dyn Fn(&str) -> Option<String>;

impl Site<'_> {
    /// The page at a path, with what is given behind its question mark; none where no page is. The path is as it
    /// came, with its escapes; what is given has none.
    ///
    /// # Errors
    /// Names that nothing has, queries that take too long, a damaged store.
    pub fn content(&self, path: &str, given: Given<'_>) -> Result<Option<Content>> {
        reading(|| self.at(path, given))?
    }

    fn at(&self, path: &str, given: Given<'_>) -> Result<Option<Content>> {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let whole = given("all").is_some();
        Ok(Some(match parts.as_slice() {
            [] => self.overview()?,
            ["issues"] => self.issues()?,
            ["actors"] => self.actors()?,
            ["articles"] => self.articles()?,
            ["matrix"] => self.matrix(given)?,
            ["timeline"] => self.timeline(given)?,
            ["find"] => self.find(&given("q").unwrap_or_default())?,
            ["questions"] => Content::new("Questions", &view::question::list(library())),
            ["questions", name] => return self.question(name, given),
            ["checks"] => self.findings()?,
            ["history"] => self.history()?,
            ["positions"] => return self.cell(given),
            ["thing"] => {
                let Some(iri) = given("iri").and_then(|iri| NamedNode::new(iri).ok()) else {
                    return Ok(None);
                };
                return self.thing(&iri, whole);
            }
            [_, _, ..] => {
                let iri = format!("{DEFAULT_BASE}{}", decoded(path.trim_matches('/')));
                let Ok(iri) = NamedNode::new(iri) else { return Ok(None) };
                return self.thing(&iri, whole);
            }
            _ => return Ok(None),
        }))
    }

    fn overview(&self) -> Result<Content> {
        let summary = Summary::of(self.index)?;
        let cells = matrix::cells(self.index)?;
        let mut divisions = matrix::divisions(cells.iter());
        divisions.truncate(20);
        let labelled =
            divisions.into_iter().map(|of| (of.clone(), self.label(&of.issue))).collect::<Vec<_>>();
        let body = html! {
            p.lead { (overview::sentence(&summary)) }
            @if summary.positions == 0 { p { "There are no positions: " code { "standpoint load" } " loads them." } }
            (overview::overview(&summary))
            @if !labelled.is_empty() {
                h2 { "Issues by disagreement" }
                (overview::divisions(&labelled, &Addresses))
                p { a href="/issues" { "All issues" } }
            }
        };
        Ok(Content::new("Who stands where", &body))
    }

    fn issues(&self) -> Result<Content> {
        let cells = matrix::cells(self.index)?;
        let divisions = matrix::divisions(cells.iter());
        let shown = divisions.iter().take(LISTED).map(|of| (of.clone(), self.label(&of.issue)));
        let shown: Vec<_> = shown.collect();
        let body = html! {
            p.lead { "Those first that divide most actors." }
            (overview::divisions(&shown, &Addresses))
            (more(divisions.len(), "issue"))
        };
        Ok(Content::new("Issues", &body))
    }

    fn actors(&self) -> Result<Content> {
        let matrix = Matrix::of(self.index, &Wanted::all())?;
        let body = html! {
            ul.names {
                @for actor in matrix.actors.iter().take(LISTED) {
                    @let issues = matrix.cells.keys().filter(|(of, _)| *of == actor.iri).count();
                    li { (view::name(&actor.label, Some(&actor.iri), &Addresses)) " " span.how { (count(issues, "issue")) } }
                }
            }
            (more(matrix.actors.len(), "actor"))
        };
        Ok(Content::new("Actors", &body))
    }

    fn articles(&self) -> Result<Content> {
        let articles = Summary::articles(self.index)?;
        let body = html! {
            p.lead { "Those first that were published first." }
            ol {
                @for article in articles.iter().take(LISTED) {
                    li { (view::name(&self.label(article), Some(article), &Addresses)) }
                }
            }
            (more(articles.len(), "article"))
        };
        Ok(Content::new("Articles", &body))
    }

    fn matrix(&self, given: Given<'_>) -> Result<Content> {
        let narrowed = self.narrowed(given)?;
        let mut matrix = Matrix::of(narrowed.as_ref().unwrap_or(self.index), &Wanted::all())?;
        let divisions = matrix::divisions(matrix.cells.iter());
        matrix.issues.sort_by_cached_key(|issue| divisions.iter().position(|of| of.issue == issue.iri));
        matrix.issues.truncate(COLUMNS);
        let Matrix { actors, issues, cells, .. } = &mut matrix;
        actors
            .retain(|actor| issues.iter().any(|of| cells.contains_key(&(actor.iri.clone(), of.iri.clone()))));
        actors.truncate(ROWS);
        let body = html! {
            (filters("/matrix", given))
            @if matrix.is_empty() { p { "No position passes the filters." } }
            @else { (view::matrix::matrix(&matrix, &Addresses)) }
            @if (matrix.actors.len(), matrix.issues.len()) < matrix.of {
                p.omitted {
                    (count(matrix.actors.len(), "actor")) " of " (matrix.of.0) ", " (count(matrix.issues.len(), "issue"))
                    " of " (matrix.of.1) ": filters show others, " code { "standpoint matrix --format csv" } " all."
                }
            }
        };
        Ok(Content::new("Who stands where on what", &body))
    }

    fn timeline(&self, given: Given<'_>) -> Result<Content> {
        let narrowed = self.narrowed(given)?;
        let index = narrowed.as_ref().unwrap_or(self.index);
        let cells = matrix::cells(index)?;
        let divisions = matrix::divisions(cells.iter());
        let body = html! {
            (filters("/timeline", given))
            @match pictures::timeline(index, &divisions, None)? {
                Some((picture, issues)) => {
                    (view::picture(&picture, &Addresses))
                    @if issues < divisions.len() {
                        p.omitted { (count(issues, "issue")) " of " (divisions.len()) ": filters show others." }
                    }
                }
                None => p { "No position with a day passes the filters." },
            }
        };
        Ok(Content::new("Timeline", &body))
    }

    fn find(&self, words: &str) -> Result<Content> {
        let hits = find::find(self.index, words, None, HITS)?;
        let body = html! { (view::find::form(words)) (view::find::hits(&hits, words, &Addresses)) };
        Ok(Content::new("Find", &body))
    }

    fn question(&self, name: &str, given: Given<'_>) -> Result<Option<Content>> {
        let Some(question) = library().iter().find(|question| question.name == name) else { return Ok(None) };
        // A field of a form that was left empty is not given.
        let given = |name: &str| given(name).filter(|value| !value.is_empty());
        let names = |kind: Kind| kind.things().map(|kind| self.names(kind.class())).unwrap_or_default();
        let answered = match given("ask") {
            Some(_) => {
                let (query, values) = question.query(self.index, &given)?;
                let answer = (self.answer)(&query)?;
                let why = match &answer {
                    Answer::Rows { rows, .. } if rows.is_empty() => {
                        Some(question.why_empty(self.index, &values)?)
                    }
                    _ => None,
                };
                Some((answer, why))
            }
            None => None,
        };
        let body = html! {
            (view::question::form(question, &given, &names))
            @if let Some((answer, why)) = &answered {
                h2 { "Answer" }
                @if let Some(why) = why { p { (view::prose(why)) } }
                (view::answer::answer(answer, self.index, &Addresses))
            }
            p { a href=(format!("/sparql?query={}", encoded(&question.text))) { "The query as SPARQL" } ", with its parameters open." }
        };
        Ok(Some(Content::new(&question.summary, &body)))
    }

    fn findings(&self) -> Result<Content> {
        let findings = self.checks.run(self.index)?;
        let (rules, shapes) = self.checks.count();
        let groups = reading(|| checks::groups(&findings, self.checks, self.index))?;
        let body = html! {
            p.lead { (checks::sentence(&findings)) " by " (count(rules, "rule")) " and " (count(shapes, "shape")) "." }
            (checks::checks(&groups, View::new(&Addresses, 2)))
        };
        Ok(Content::new("Checks", &body))
    }

    fn history(&self) -> Result<Content> {
        let body = match self.archive {
            None => html! { p { "Files have no history: a store has." } },
            Some(archive) => {
                let mut logged = history::log(archive, &Of::Everything)?;
                let omitted = logged.len().saturating_sub(REVISIONS);
                logged.truncate(REVISIONS);
                view::history::history(&logged, omitted)
            }
        };
        Ok(Content::new("History", &body))
    }

    /// What an actor says about an issue.
    fn cell(&self, given: Given<'_>) -> Result<Option<Content>> {
        let node = |name| given(name).and_then(|iri| NamedNode::new(iri).ok());
        let (Some(actor), Some(issue)) = (node("actor"), node("issue")) else { return Ok(None) };
        let Some(page) = Page::of(self.index, &issue)? else { return Ok(None) };
        let is_of = |value: &Option<view::Value>, thing: &NamedNode| {
            value.as_ref().is_some_and(|value| value.thing.as_ref() == Some(thing))
        };
        let entries = page.sections.iter().flat_map(|section| &section.entries);
        let entries = entries.filter(|entry| {
            entry.position().is_some_and(|line| is_of(&line.actor, &actor) && is_of(&line.issue, &issue))
        });
        let body = html! {
            p.lead {
                (view::name(&self.label(&actor), Some(&actor), &Addresses)) " on "
                (view::name(&self.label(&issue), Some(&issue), &Addresses))
            }
            div.cards { @for entry in entries { (view::position::card(entry, View::new(&Addresses, 2))) } }
        };
        Ok(Some(Content::new("Positions", &body)))
    }

    fn thing(&self, iri: &NamedNode, whole: bool) -> Result<Option<Content>> {
        let Some(mut page) = Page::of(self.index, iri)? else { return Ok(None) };
        if !whole {
            page.sections.iter_mut().for_each(|section| section.shorten(ENTRIES));
        }
        let view = View::new(&Addresses, 1);
        let title = page.title.as_ref().map_or_else(|| "Position".to_owned(), |(label, _)| label.clone());
        let body = match page.kind {
            Some(registry::Kind::Article) => view::article::article(&page, self.text(&page)?.as_ref(), view),
            Some(registry::Kind::Issue | registry::Kind::Actor) => {
                let cells = matrix::cells(self.index)?;
                let picture = pictures::timeline(self.index, &matrix::divisions(cells.iter()), Some(iri))?;
                html! {
                    (thing::thing(&page, view))
                    @if let Some((picture, _)) = picture {
                        h2 { "Timeline" }
                        (view::picture(&picture, &Addresses))
                    }
                }
            }
            _ => thing::thing(&page, view),
        };
        Ok(Some(Content { title, body }))
    }

    /// The text of an article, if the store keeps it.
    fn text(&self, page: &Page) -> Result<Option<ArticleText>> {
        let hash = page.fields.iter().find(|(name, _)| name == "SHA-256").and_then(|(_, of)| of.first());
        let hash = hash.and_then(|hash| hash.text.parse().ok());
        let Some((archive, hash)) = self.archive.zip(hash) else { return Ok(None) };
        Ok(archive.text(hash)?.map(ArticleText::new))
    }

    /// The graph with no positions but those that pass the filters of an address; none where there are none.
    fn narrowed(&self, given: Given<'_>) -> Result<Option<Index>> {
        let one = |kind: registry::Kind| -> Result<Vec<NamedNode>> {
            match given(kind.word()).filter(|name| !name.is_empty()) {
                Some(name) => Ok(vec![names::one(self.index, kind, &name)?.iri]),
                None => Ok(Vec::new()),
            }
        };
        let day = |name| given(name).and_then(|day| day.parse().ok());
        let selection = Selection {
            actors: one(registry::Kind::Actor)?,
            issues: one(registry::Kind::Issue)?,
            articles: one(registry::Kind::Article)?,
            from: day("since"),
            until: day("until"),
            ..Selection::default()
        };
        if selection.is_everything() {
            return Ok(None);
        }
        let positions = selection.positions(self.index)?;
        Ok(Some(self.index.with_positions(&positions)))
    }

    fn label(&self, thing: &NamedNode) -> String {
        names::thing(self.index, thing.clone()).label
    }

    /// Names of things of a class, for completion.
    fn names(&self, class: NamedNodeRef<'_>) -> Vec<String> {
        let members = self.index.matching(None, Some(crate::model::vocab::rdf::TYPE), Some(class.into()));
        let things = members.filter_map(|triple| NamedNode::try_from(Term::from(triple.subject)).ok());
        let mut names: Vec<String> = things.take(OFFERED).map(|thing| self.label(&thing)).collect();
        names.sort();
        names.dedup();
        names
    }
}

/// Note that a list of things is not whole.
fn more(all: usize, noun: &str) -> Markup {
    html! { @if all > LISTED { p.omitted { (count(all - LISTED, &format!("more {noun}"))) ": the search finds them." } } }
}

/// The form of the filters that pages of many positions have.
fn filters(action: &str, given: Given<'_>) -> Markup {
    html! {
        form.filters method="get" action=(action) {
            @for (name, kind) in [("actor", "text"), ("issue", "text"), ("article", "text"), ("since", "date"), ("until", "date")] {
                span {
                    label for=(format!("filter-{name}")) { (name) } " "
                    input id=(format!("filter-{name}")) type=(kind) name=(name) value=(given(name).unwrap_or_default());
                }
                " "
            }
            button type="submit" { "Filter" }
        }
    }
}
