//! The report: everything that a case says on one page, which opens from disk and fetches nothing.
//!
//! What is shown is bounded, and what is left out is said: a page of a hundred thousand quotes is read by nobody.
//! The same graph, findings and texts give the same bytes; there is no clock in it.

mod anchors;

use crate::analysis::camps::Camps;
use crate::analysis::matrix::{self, Division, Matrix, Wanted};
use crate::analysis::show::Page;
use crate::analysis::summary::Summary;
use crate::audit::check::{Checks, Finding};
use crate::audit::receipt::Source;
use crate::audit::verify::{self, ArticleReport, Outcome, TextAtHand};
use crate::base::error::{Result, count, grouped};
use crate::model::registry::Kind;
use crate::model::text::ArticleText;
use crate::serve::pictures::{self, Drawing};
use crate::serve::view::{self, Sheet, View, checks, overview, thing};
use crate::store::index::{Index, reading};
use crate::store::names;
use anchors::Anchors;
use maud::{Markup, html};
use oxrdf::{NamedNode, Term};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Issues that have a section.
const ISSUES: usize = 30;
/// Actors that have a section.
const ACTORS: usize = 30;
/// Articles whose text is shown.
const TEXTS: usize = 20;
/// Articles that are listed.
const ARTICLES: usize = 100;
/// Rows and columns of the matrix.
const ROWS: usize = 40;
const COLUMNS: usize = 24;
/// Positions that a list of a section shows, on an issue those of one side.
const POSITIONS: usize = 20;
/// Statements that are listed below an article's text.
const STATEMENTS: usize = 200;

/// What a report is made of, besides the graph.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// Title; the program's own without one.
    pub title: Option<&'a str>,
    /// The one issue, actor or article that it is about.
    pub only: Option<&'a NamedNode>,
    /// What the checks found in the graph.
    pub findings: &'a [Finding],
    /// The checks that were run.
    pub checks: &'a Checks,
    /// Texts of articles, as far as they are at hand.
    pub texts: &'a [TextAtHand],
    /// What the graph was made of.
    pub source: &'a Source,
    /// Name and version of the program.
    pub program: &'a str,
    /// Filters and times, each with its value.
    pub filters: &'a [(String, String)],
}

/// An article and what is known of its text.
struct ArticlePart<'a> {
    page: Page,
    report: Option<&'a ArticleReport>,
    text: Option<&'a ArticleText>,
}

/// The facts of a report, gathered before anything is drawn: only then is known what a name can lead to.
struct Facts<'a> {
    summary: Summary,
    divisions: Vec<(Division, String)>,
    matrix: Matrix,
    /// Positions for and against, number of issues that are shown, and of all.
    bars: Option<(Drawing, usize, usize)>,
    /// Camps of those actors who have most positions.
    camps: Option<(Drawing, Camps)>,
    /// Conditions, number of issues that are shown, and of all that have any.
    conditions: Option<(Drawing, usize, usize)>,
    /// The timeline as a picture, and number of its issues; none where nothing has a day.
    timeline: Option<(Drawing, usize)>,
    issues: Vec<Page>,
    actors: Vec<Page>,
    /// Number of actors that take a stance.
    all_actors: usize,
    articles: Vec<ArticlePart<'a>>,
    groups: Vec<checks::Group>,
    anchors: Anchors,
}

/// The report as one HTML page.
///
/// # Errors
/// A damaged index.
pub fn report(index: &Index, inputs: Inputs<'_>) -> Result<String> {
    let verified = verify::verify(verify::articles(index), inputs.texts);
    let facts = Facts::gather(index, &verified.articles, &inputs)?;
    Ok(facts.draw(&inputs).into_string() + "\n")
}

impl<'a> Facts<'a> {
    fn gather(index: &Index, verified: &'a [ArticleReport], inputs: &Inputs<'a>) -> Result<Self> {
        let mut matrix = Matrix::of(index, &Wanted::all())?;
        let divisions = matrix::divisions(matrix.cells.iter());
        let mut taken: BTreeMap<&NamedNode, usize> = BTreeMap::new();
        for ((actor, _), cell) in &matrix.cells {
            *taken.entry(actor).or_default() += cell.in_force.len() + cell.open.len();
        }
        let mut actors: Vec<NamedNode> = taken.keys().map(|actor| (*actor).clone()).collect();
        actors.sort_by_key(|actor| Reverse(taken[actor]));
        let all_actors = actors.len();
        let page =
            |iri: &NamedNode, most: usize| -> Result<Option<Page>> { Ok(Page::short(index, iri, most)?) };
        let pages = |things: &mut dyn Iterator<Item = &NamedNode>, most: usize| -> Result<Vec<Page>> {
            things.filter_map(|thing| page(thing, most).transpose()).collect()
        };
        let (mut issues, mut actor_pages, mut wanted_articles) = (Vec::new(), Vec::new(), Vec::new());
        match inputs.only {
            None => {
                issues =
                    pages(&mut divisions.iter().take(ISSUES).map(|division| &division.issue), POSITIONS)?;
                actor_pages = pages(&mut actors.iter().take(ACTORS), POSITIONS)?;
                wanted_articles = all_articles(index)?;
            }
            Some(only) => {
                if let Some(page) = page(only, usize::MAX)? {
                    wanted_articles = quoted(&page);
                    match page.kind {
                        Some(Kind::Issue) => issues.push(page),
                        Some(Kind::Article) => wanted_articles = vec![only.clone()],
                        _ => actor_pages.push(page),
                    }
                }
            }
        }
        let articles = articles(&wanted_articles, verified, inputs, page)?;
        matrix.issues.sort_by_cached_key(|issue| divisions.iter().position(|of| of.issue == issue.iri));
        matrix.issues.truncate(COLUMNS);
        matrix.actors.sort_by_cached_key(|actor| actors.iter().position(|of| *of == actor.iri));
        let Matrix { actors: rows, issues: columns, cells, .. } = &mut matrix;
        rows.retain(|actor| {
            columns.iter().any(|of| cells.contains_key(&(actor.iri.clone(), of.iri.clone())))
        });
        rows.truncate(ROWS);
        let labelled = |division: &Division| {
            let label = names::thing(index, division.issue.clone()).label;
            (division.clone(), label)
        };
        let labelled = reading(|| divisions.iter().take(COLUMNS.max(ISSUES)).map(labelled).collect())?;
        let findings = match inputs.only {
            None => inputs.findings.to_vec(),
            Some(only) => about(inputs.findings, only, issues.iter().chain(&actor_pages)),
        };
        let (is_whole, is_issue) = (inputs.only.is_none(), !issues.is_empty());
        let anchors = Anchors::new(&issues, &actor_pages, &articles);
        Ok(Self {
            summary: Summary::of(index)?,
            divisions: labelled,
            matrix,
            bars: if is_whole || is_issue { pictures::bars(index, inputs.only)? } else { None },
            camps: if is_whole { pictures::camps(index, &actors)? } else { None },
            conditions: if is_whole || is_issue { pictures::conditions(index, inputs.only)? } else { None },
            timeline: pictures::timeline(index, &divisions, inputs.only)?,
            issues,
            actors: actor_pages,
            all_actors,
            articles,
            groups: reading(|| checks::groups(&findings, inputs.checks, index))?,
            anchors,
        })
    }

    fn draw(&self, inputs: &Inputs<'_>) -> Markup {
        let view = View::new(&self.anchors, 3);
        let subject =
            self.issues.iter().chain(&self.actors).chain(self.articles.iter().map(|part| &part.page));
        let subject = subject.take(usize::from(inputs.only.is_some())).next();
        let subject = subject.and_then(|page| page.title.as_ref()).map(|(label, _)| label.as_str());
        let title = inputs.title.or(subject).unwrap_or("Who stands where");
        let parts: Vec<(&str, &str, Markup)> = match inputs.only {
            None => vec![
                ("overview", "Overview", self.overview(inputs)),
                ("disagreement", "Issues by disagreement", self.disagreement()),
                ("bars", "For and against", self.bars()),
                ("matrix", "Who stands where on what", self.stances()),
                ("camps", "Camps", self.camps(view)),
                ("conditions", "Conditions", self.conditions()),
                ("timeline", "Timeline", self.timeline()),
                ("issues", "Issues", self.issues(view)),
                ("actors", "Actors", self.actors(view)),
                ("articles", "Articles", self.articles(view)),
                ("checks", "Checks", self.checks(inputs, view)),
                ("made", "How this was made", made(inputs)),
            ],
            Some(_) => vec![
                ("issues", "Issue", self.issues(view)),
                ("actors", "Actor", self.actors(view)),
                ("bars", "For and against", self.bars()),
                ("conditions", "Conditions", self.conditions()),
                ("timeline", "Timeline", self.timeline()),
                ("articles", "Articles", self.articles(view)),
                ("checks", "Checks", self.checks(inputs, view)),
                ("made", "How this was made", made(inputs)),
            ],
        };
        let parts: Vec<_> = parts.into_iter().filter(|(.., content)| !content.0.is_empty()).collect();
        let navigation = html! {
            nav.contents aria-label="Contents" {
                ul { @for (id, name, _) in &parts { li { a href=(format!("#{id}")) { (name) } } } }
            }
        };
        let content = html! {
            h1 { (view::text(title)) }
            p.lead { (overview::sentence(&self.summary)) }
            @for (id, name, content) in &parts {
                section id=(id) aria-labelledby=(format!("{id}-title")) {
                    h2 id=(format!("{id}-title")) { (name) }
                    (content)
                }
            }
        };
        view::page(title, Sheet::Inline, &navigation, &content)
    }

    fn overview(&self, inputs: &Inputs<'_>) -> Markup {
        html! {
            @if self.summary.positions == 0 { p { "There are no positions." } }
            (overview::overview(&self.summary))
            p { a href="#checks" { "Checks" } ": " (checks::sentence(inputs.findings)) "." }
        }
    }

    fn disagreement(&self) -> Markup {
        html! {
            @if !self.divisions.is_empty() {
                (overview::divisions(&self.divisions, &self.anchors))
                (left_out(self.divisions.len(), self.matrix.of.1, "issue", "that divide most"))
            }
        }
    }

    fn stances(&self) -> Markup {
        html! {
            @if !self.matrix.is_empty() {
                (view::matrix::matrix(&self.matrix, &self.anchors))
                (left_out(self.matrix.issues.len(), self.matrix.of.1, "issue", "that divide most"))
                (left_out(self.matrix.actors.len(), self.matrix.of.0, "actor", "with most positions"))
            }
        }
    }

    fn bars(&self) -> Markup {
        html! {
            @if let Some((drawing, shown, all)) = &self.bars {
                (view::drawing(drawing, &self.anchors))
                (left_out(*shown, *all, "issue", "with most positions"))
                @if shown < all { p.how { code { "standpoint barplot -o bars.svg" } " draws others." } }
            }
        }
    }

    fn camps(&self, view: View<'_>) -> Markup {
        html! {
            @if let Some((drawing, camps)) = &self.camps {
                (view::drawing(drawing, &self.anchors))
                @if camps.nodes.len() < self.all_actors {
                    p.omitted {
                        "Shown: " (count(camps.nodes.len(), "actor")) ", of " (grouped(self.all_actors))
                        ": those with most positions, as far as they share an issue. "
                        code { "standpoint camps" } " looks at all of them."
                    }
                }
                (view::camps::camps(camps, view))
            }
        }
    }

    fn conditions(&self) -> Markup {
        html! {
            @if let Some((drawing, shown, all)) = &self.conditions {
                (view::drawing(drawing, &self.anchors))
                (left_out(*shown, *all, "issue", "that come first by name"))
                @if shown < all {
                    p.how { code { "standpoint bargain --show terms" } " lists all conditions." }
                }
            }
        }
    }

    fn timeline(&self) -> Markup {
        html! {
            @if let Some((picture, issues)) = &self.timeline {
                (view::drawing(picture, &self.anchors))
                (left_out(*issues, self.matrix.of.1.max(*issues), "issue", "that divide most"))
            } @else if self.summary.undated < self.summary.positions {
                p.omitted {
                    "There are too many positions for a picture: "
                    code { "standpoint timeline --issue NAME -o timeline.svg" } " draws those on one issue."
                }
            }
        }
    }

    fn issues(&self, view: View<'_>) -> Markup {
        html! {
            @for page in &self.issues { (self.section(page, view)) }
            @if self.issues.len() > 1 {
                (left_out(self.issues.len(), self.matrix.of.1, "issue", "that divide most"))
            }
        }
    }

    fn actors(&self, view: View<'_>) -> Markup {
        html! {
            @for page in &self.actors { (self.section(page, view)) }
            @if self.actors.len() > 1 {
                (left_out(self.actors.len(), self.all_actors, "actor", "with most positions"))
            }
        }
    }

    fn section(&self, page: &Page, view: View<'_>) -> Markup {
        html! { section.thing id=[self.anchors.of(&page.iri)] { (thing::thing(page, view)) } }
    }

    fn articles(&self, view: View<'_>) -> Markup {
        let without = self.articles.iter().filter(|part| part.text.is_none()).count();
        html! {
            @if without > 0 {
                p.how {
                    (count(without, "article")) " shown without text: it is kept with "
                    code { "standpoint load --keep-text" } ", or named with " code { "--text" } "."
                }
            }
            @for part in &self.articles {
                section.thing id=[self.anchors.of(&part.page.iri)] {
                    @match part.text {
                        Some(text) => (view::article::article(&part.page, Some(text), view)),
                        None => {
                            (thing::title(&part.page, view))
                            (thing::fields(&part.page, view))
                        }
                    }
                    @if let Some(report) = part.report { (verified(report)) }
                }
            }
            @if self.articles.len() > 1 {
                (left_out(self.articles.len(), self.summary.articles, "article", "first by date"))
            }
        }
    }

    fn checks(&self, inputs: &Inputs<'_>, view: View<'_>) -> Markup {
        let (rules, shapes) = inputs.checks.count();
        let shown: Vec<Finding> = self
            .groups
            .iter()
            .flat_map(|group| &group.findings)
            .map(|(finding, _)| finding.clone())
            .collect();
        html! {
            p {
                @if inputs.only.is_some() { (checks::sentence(&shown)) " about what is shown here" }
                @else { (checks::sentence(inputs.findings)) }
                " by " (count(rules, "rule")) " and " (count(shapes, "shape")) "."
            }
            (checks::checks(&self.groups, view))
        }
    }
}

/// How this page was made, and how to make it again.
fn made(inputs: &Inputs<'_>) -> Markup {
    html! {
        (view::source::source(inputs.source, inputs.program, inputs.filters))
        p.how {
            "The same data and options give the same page, byte for byte. It needs no network and no script; "
            "every quote is the words of an article, at the place that is given."
        }
    }
}

/// What the quotes of an article were found to be.
fn verified(report: &ArticleReport) -> Markup {
    let in_place = report.count(|outcome| matches!(outcome, Outcome::InPlace));
    html! {
        @if let Some(text) = &report.text {
            p.how {
                (in_place) " of " (count(report.outcomes.len(), "quote")) " in place; text recognised "
                (text.matched.words())
                @if report.is_another_text() { ", but it is not the text that was coded" }
                "."
            }
        }
    }
}

/// "Shown are the 30 issues that divide most, of 412."
fn left_out(shown: usize, all: usize, noun: &str, which: &str) -> Markup {
    html! {
        @if shown < all {
            p.omitted { "Shown: the " (count(shown, noun)) " " (which) ", of " (grouped(all)) "." }
        }
    }
}

/// All articles, the first published first.
fn all_articles(index: &Index) -> Result<Vec<NamedNode>> {
    let mut articles = Summary::articles(index)?;
    articles.truncate(ARTICLES);
    Ok(articles)
}

/// The articles that a page quotes, in the order of their first quotes.
fn quoted(page: &Page) -> Vec<NamedNode> {
    let mut articles: Vec<NamedNode> = Vec::new();
    let entries = page.sections.iter().flat_map(|section| &section.entries);
    for source in entries.flat_map(|entry| &entry.quotes).filter_map(|quote| quote.source.as_ref()) {
        if !articles.contains(source) {
            articles.push(source.clone());
        }
    }
    articles
}

fn articles<'a>(
    wanted: &[NamedNode],
    verified: &'a [ArticleReport],
    inputs: &Inputs<'a>,
    page: impl Fn(&NamedNode, usize) -> Result<Option<Page>>,
) -> Result<Vec<ArticlePart<'a>>> {
    let mut with_text = 0;
    let mut parts = Vec::new();
    for iri in wanted {
        let report = verified.iter().find(|report| report.article.iri == *iri);
        let text = report.and_then(|report| report.text_of(inputs.texts)).filter(|_| with_text < TEXTS);
        with_text += usize::from(text.is_some());
        let most = if text.is_some() { STATEMENTS } else { 0 };
        if let Some(page) = page(iri, most)? {
            parts.push(ArticlePart { page, report, text });
        }
    }
    Ok(parts)
}

/// The findings about a thing, or about what its page shows.
fn about<'p>(findings: &[Finding], thing: &NamedNode, pages: impl Iterator<Item = &'p Page>) -> Vec<Finding> {
    let entries = pages.flat_map(|page| &page.sections).flat_map(|section| &section.entries);
    let mut shown: BTreeSet<&NamedNode> = entries.map(|entry| &entry.iri).collect();
    shown.insert(thing);
    let is_about = |finding: &&Finding| {
        let subject = match &finding.subject {
            Term::NamedNode(node) => Some(node),
            _ => None,
        };
        subject.into_iter().chain(&finding.records).any(|node| shown.contains(node))
    };
    findings.iter().filter(is_about).cloned().collect()
}
