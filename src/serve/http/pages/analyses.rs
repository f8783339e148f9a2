//! Pages of what is read off many positions: matrix, timeline, network, camps; filters stand in the address.

use super::{At, Drawn, Shown};
use crate::analysis::camps::{Camps, Question};
use crate::analysis::matrix::{self, Matrix, Wanted};
use crate::analysis::network::evidence::{Evidence, Said};
use crate::analysis::network::{Counting, Duplicates, Mode, Normalisation, Options, one_mode};
use crate::analysis::pictures::{self, Frame, Written};
use crate::analysis::show::Page;
use crate::analysis::statements::{self, Node, Statements, Variable};
use crate::analysis::timeline::Timeline;
use crate::base::error::{Error, count};
use crate::export::Selection;
use crate::export::picture::Picture;
use crate::model::registry::Kind;
use crate::serve::http::reply::Failure;
use crate::serve::view::{self, View, position, thing};
use crate::serve::{cells, pictures as bounded};
use crate::store::index::Index;
use crate::store::names;
use jiff::civil::Date;
use maud::{Markup, html};
use oxrdf::NamedNode;

/// Width of pictures, in pixels.
const WIDTH: f64 = 1000.0;
/// Ties, camps' members and positions that a page lists; the data have all of them.
const LISTED: usize = 200;
/// What nodes of a network can be, with what ties them.
const NODES: &[(&str, Variable, Variable)] = &[
    ("actor", Variable::Actor, Variable::Issue),
    ("represented", Variable::Represented, Variable::Issue),
    ("issue", Variable::Issue, Variable::Represented),
];
/// What ties can count.
const TIES: &[(&str, Counting)] = &[
    ("congruence", Counting::Congruence),
    ("conflict", Counting::Conflict),
    ("subtract", Counting::Subtract),
    ("ignore", Counting::Ignore),
];

fn frame() -> Frame {
    Frame { title: None, source: String::new(), width: WIDTH }
}

impl At<'_> {
    /// The positions that the filters of the address choose.
    fn selection(&self) -> Result<Selection, Failure> {
        let things = |kind: Kind| -> Result<Vec<NamedNode>, Failure> {
            let named = self.asked.parameters.all(kind.word()).filter(|name| !name.is_empty());
            let one = |name| names::one(&self.state.index, kind, name).map(|thing| thing.iri);
            named.map(one).collect::<Result<_, Error>>().map_err(|error| Failure::of_asking(&error))
        };
        Ok(Selection {
            actors: things(Kind::Actor)?,
            issues: things(Kind::Issue)?,
            articles: things(Kind::Article)?,
            from: self.day("since")?,
            until: self.day("until")?,
            ..Selection::default()
        })
    }

    fn day(&self, name: &str) -> Result<Option<Date>, Failure> {
        let day = self.asked.parameters.once(name)?.map(|text| {
            text.parse::<Date>().map_err(|_| {
                Failure::bad_request(format!("`{}` is not a day", text.escape_debug()))
                    .with_help(format!("write ?{name}=2025-04-17"))
            })
        });
        day.transpose()
    }

    /// The graph with no positions but those.
    fn narrowed(&self, selection: &Selection) -> Result<Index, Failure> {
        if selection.is_everything() {
            return Ok(self.state.index.clone());
        }
        let positions = selection.positions(&self.state.index);
        let positions = positions.map_err(|corruption| Failure::of_reading(&corruption.into()))?;
        Ok(self.state.index.with_positions(&positions))
    }

    /// The one of a few words that a parameter has, the first unless one is given.
    fn word<'w, T>(&self, name: &str, words: &'w [T], of: fn(&T) -> &str) -> Result<&'w T, Failure> {
        let Some(given) = self.asked.parameters.once(name)? else { return Ok(&words[0]) };
        words.iter().find(|word| of(word) == given).ok_or_else(|| {
            let words: Vec<&str> = words.iter().map(of).collect();
            Failure::bad_request(format!("`{}` is not a value of `{name}`", given.escape_debug()))
                .with_help(format!("choose one of {}", words.join(", ")))
        })
    }

    /// The form of the filters of a page, with further fields before them.
    fn filters(&self, further: &[(&str, Vec<&str>)]) -> Markup {
        let given = |name: &str| self.asked.parameters.all(name).next().unwrap_or_default().to_owned();
        let kept = ["as-of", "known-on"].map(|name| (name, given(name)));
        html! {
            form.filters method="get" action=(self.path) role="search" aria-label="Filters" {
                @for (name, words) in further {
                    span {
                        label for={ "filter-" (name) } { (name) } " "
                        select id={ "filter-" (name) } name=(name) {
                            @for word in words { option selected[given(name) == **word] { (word) } }
                        }
                    }
                }
                @for (name, kind) in [("actor", "text"), ("issue", "text"), ("article", "text"), ("since", "date"), ("until", "date")] {
                    span {
                        label for={ "filter-" (name) } { (name) } " "
                        input id={ "filter-" (name) } type=(kind) name=(name) value=(given(name));
                    }
                }
                @for (name, value) in kept.iter().filter(|(_, value)| !value.is_empty()) {
                    input type="hidden" name=(name) value=(value);
                }
                button type="submit" { "Filter" }
            }
        }
    }

    /// A picture, or why there is none.
    fn drawn(&self, picture: &Result<Picture, Error>) -> Markup {
        html! {
            @match picture {
                Ok(picture) => (view::picture(picture, &self.links())),
                Err(error) => p.omitted { "There is no picture: " (view::text(&error.to_string())) ". Filters show a part." },
            }
        }
    }
}

/// Who stands where on what.
pub(super) fn matrix_page(at: &At<'_>) -> Drawn {
    let selection = at.selection()?;
    if at.wants_graph() {
        return at.graph(selection);
    }
    let index = at.narrowed(&selection)?;
    let is_whole = at.asked.parameters.has("all") || !selection.is_everything() || at.format.is_some();
    let wanted = if is_whole { Wanted::all() } else { Wanted::default() };
    let matrix = Matrix::of(&index, &wanted).map_err(|error| Failure::of_asking(&error))?;
    if at.format.is_some() {
        return Ok(Shown::Rows(cells::matrix(&matrix, |cell| cells::value(cell, Written::Mean))));
    }
    let links = at.links();
    let content = html! {
        h1 { "Who stands where on what" }
        (at.filters(&[]))
        @if matrix.is_empty() { p { "No position passes: no actor takes a stance." } } @else {
            (at.drawn(&pictures::matrix(&matrix, Written::Mean, &frame())))
            h2 { "As a table" }
            (view::matrix::matrix(&matrix, &links))
            @if !is_whole { p { a href=(links.to("/matrix?all")) { "All actors and issues" } } }
        }
    };
    Ok(Shown::Page("Matrix".into(), content))
}

/// Who said what when.
pub(super) fn timeline_page(at: &At<'_>) -> Drawn {
    let selection = at.selection()?;
    if at.wants_graph() {
        return at.graph(selection);
    }
    let index = at.narrowed(&selection)?;
    let of_reading = |error: Error| Failure::of_reading(&error);
    let timeline = Timeline::of(&index).map_err(of_reading)?;
    if at.format.is_some() {
        return Ok(Shown::Rows(cells::timeline(&timeline)));
    }
    let cells = matrix::cells(&index).map_err(|corruption| Failure::of_reading(&corruption.into()))?;
    let divisions = matrix::divisions(cells.iter());
    let picture = bounded::timeline(&index, &divisions, None).map_err(of_reading)?;
    let links = at.links();
    let content = html! {
        h1 { "Timeline" }
        (at.filters(&[]))
        @match &picture {
            Some((picture, issues)) => {
                (view::drawing(picture, &links))
                @if *issues < divisions.len() {
                    p.omitted { "Shown: " (count(*issues, "issue")) " of " (divisions.len()) "; filters show others." }
                }
            }
            None => p { "No position with a day passes." },
        }
        @if !timeline.undated.is_empty() {
            p.omitted { (count(timeline.undated.len(), "position")) " without a day." }
        }
        @if !timeline.rows.is_empty() {
            h2 { "As a table" }
            div.wide role="region" aria-label="Positions" tabindex="0" { table {
                thead { tr { @for name in ["Day", "Actor", "Stance", "Issue"] { th scope="col" { (name) } } } }
                tbody { @for row in timeline.rows.iter().take(LISTED) {
                    tr {
                        td.amount { (view::name(&crate::analysis::timeline::range(row.stated), Some(&row.position), &links)) }
                        td { (view::name(&row.actor.label, Some(&row.actor.iri), &links)) }
                        td { (view::stance(Some(row.stance))) }
                        td { (view::name(&row.issue.label, Some(&row.issue.iri), &links)) }
                    }
                } }
            } }
            (more(timeline.rows.len(), "position"))
        }
    };
    Ok(Shown::Page("Timeline".into(), content))
}

/// Note that a list is not whole.
fn more(all: usize, noun: &str) -> Markup {
    html! { @if all > LISTED { p.omitted { "Shown: " (LISTED) " of " (count(all, noun)) "; the data below have all." } } }
}

/// The statements that the address chooses, with what a tie of them counts and the graph that they are in.
fn stated(at: &At<'_>, selection: &Selection) -> Result<(Index, Statements, Options), Failure> {
    let index = at.narrowed(selection)?;
    let (_, nodes, via) = *at.word("nodes", NODES, |word| word.0)?;
    let (_, counting) = *at.word("tie", TIES, |word| word.0)?;
    let sides =
        statements::Selection { nodes, via, dna_compat: false, days: (selection.from, selection.until) };
    let statements = Statements::of(&index, sides).map_err(|error| Failure::of_asking(&error))?;
    let options = Options {
        counting,
        normalisation: Normalisation::None,
        duplicates: Duplicates::Include,
        dna_compat: false,
    };
    Ok((index, statements, options))
}

fn fields() -> [(&'static str, Vec<&'static str>); 2] {
    [("tie", TIES.iter().map(|word| word.0).collect()), ("nodes", NODES.iter().map(|word| word.0).collect())]
}

fn node(node: &Node, at: &At<'_>) -> Markup {
    view::name(&node.label, NamedNode::new(&node.iri).ok().as_ref(), &at.links())
}

/// Who is tied to whom, by what they agree or disagree on.
pub(super) fn network_page(at: &At<'_>) -> Drawn {
    let selection = at.selection()?;
    if at.wants_graph() {
        return at.graph(selection);
    }
    let (_, statements, options) = stated(at, &selection)?;
    let network = one_mode(&statements, options);
    if at.format.is_some() {
        return Ok(Shown::Rows(cells::ties(&network)));
    }
    let (word, _) = at.word("tie", TIES, |word| word.0)?;
    let mut ties: Vec<_> = network.ties.iter().filter(|tie| tie.weight != 0.0).collect();
    ties.sort_by(|one, next| next.weight.abs().total_cmp(&one.weight.abs()));
    let content = html! {
        h1 { "Network" }
        p.lead { "Actors, bodies or issues, tied by what they agree or disagree on." }
        (at.filters(&fields()))
        @if ties.is_empty() { p { "There is no tie: nobody who passes takes a stance on the same as somebody else." } } @else {
            (at.drawn(&pictures::network(&network, &format!("Who is tied to whom by {word}"), &frame())))
            h2 { "As a table" }
            div.wide role="region" aria-label="Ties" tabindex="0" { table {
                thead { tr {
                    @for name in ["From", "To", "Tie"] { th scope="col" { (name) } }
                    @for name in ["Met", "Same", "Opposed"] { th.amount scope="col" { (name) } }
                } }
                tbody { @for tie in ties.iter().take(LISTED) {
                    @let ends = [tie.source, tie.target].map(|end| &network.nodes[end as usize]);
                    tr {
                        @for end in ends { td { (node(end, at)) } }
                        td.amount { a href=(at.with("/tie", &[("one", &ends[0].iri), ("other", &ends[1].iri)])) { (decimal(tie.weight)) } }
                        @for number in [tie.met, tie.same, tie.opposed] { td.amount { (decimal(number)) } }
                    }
                } }
            } }
            (more(ties.len(), "tie"))
        }
    };
    Ok(Shown::Page("Network".into(), content))
}

fn decimal(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// What two nodes of a network meet on, with the words of both.
pub(super) fn tie_page(at: &At<'_>) -> Drawn {
    let selection = at.selection()?;
    let (index, statements, options) = stated(at, &selection)?;
    let end = |name: &str| -> Result<u32, Failure> {
        let iri = at.asked.parameters.once(name)?.unwrap_or_default();
        let found = statements.nodes.iter().position(|node| node.iri == iri);
        found.and_then(|found| u32::try_from(found).ok()).ok_or_else(|| {
            Failure::not_found(format!("no node `{}` in this network", iri.escape_debug()))
                .with_help("/network lists the ties; each leads to what it is made of")
        })
    };
    let (one, other) = (end("one")?, end("other")?);
    let meetings = Evidence::new(&statements, options).open(&index, Mode::One, one, other);
    let meetings = meetings.map_err(|error| Failure::of_reading(&error))?;
    if at.format.is_some() || at.wants_graph() {
        let said = meetings.iter().flat_map(|meeting| meeting.one.iter().chain(&meeting.other));
        let only = said.map(|said| said.iri.clone()).collect();
        let selection = Selection { only: Some(only), ..selection };
        if at.wants_graph() {
            return at.graph(selection);
        }
        let timeline =
            Timeline::of(&at.narrowed(&selection)?).map_err(|error| Failure::of_reading(&error))?;
        return Ok(Shown::Rows(cells::timeline(&timeline)));
    }
    let ends = [one, other].map(|end| &statements.nodes[end as usize]);
    let links = at.links();
    let said = |node: &Node, said: &Said| {
        html! {
            article.card {
                p.said {
                    strong { (view::text(&node.label)) } " "
                    (view::name(said.stance.unwrap_or("own stance"), Some(&said.iri), &links))
                    @if let Some(day) = &said.day { " " span.how { (day) } }
                }
                (position::quotes(&said.quotes, &[], View::new(&links, 3)))
            }
        }
    };
    let content = html! {
        h1 { (node(ends[0], at)) " and " (node(ends[1], at)) }
        p { a href=(at.with("/network", &[])) { "The whole network" } }
        @if meetings.is_empty() { p { "Nothing ties them." } }
        @for meeting in &meetings {
            h2 { (node(&meeting.on, at)) }
            div.cards {
                @for one in &meeting.one { (said(ends[0], one)) }
                @for other in &meeting.other { (said(ends[1], other)) }
            }
        }
    };
    Ok(Shown::Page(format!("{} and {}", ends[0].label, ends[1].label), content))
}

/// Who goes together, and what each camp stands for.
pub(super) fn camps_page(at: &At<'_>) -> Drawn {
    let selection = at.selection()?;
    if at.wants_graph() {
        return at.graph(selection);
    }
    let index = at.narrowed(&selection)?;
    let (_, nodes, via) = *at.word("nodes", NODES, |word| word.0)?;
    let sides =
        statements::Selection { nodes, via, dna_compat: false, days: (selection.from, selection.until) };
    let question = Question { sides, ..Question::usual() };
    let camps = Camps::of(&index, &question);
    let filters = at.filters(&fields()[1..]);
    let camps = match camps {
        Ok(camps) => camps,
        Err(error) if at.format.is_some() => return Err(Failure::of_asking(&error)),
        Err(error) => {
            let content = html! { h1 { "Camps" } (filters) p { (view::text(&error.to_string())) "." } };
            return Ok(Shown::Page("Camps".into(), content));
        }
    };
    if at.format.is_some() {
        return cells::camps(&index, &camps).map(Shown::Rows).map_err(|error| Failure::of_reading(&error));
    }
    let links = at.links();
    let cell = |actor: &Node, issue: &Node| -> Option<String> {
        let (actor, issue) = (NamedNode::new(&actor.iri).ok()?, NamedNode::new(&issue.iri).ok()?);
        view::Links::cell(&links, &actor, &issue)
    };
    let content = html! {
        h1 { "Camps" }
        p.lead { "Who goes together: communities of those who agree on more than they disagree on." }
        (filters)
        (at.drawn(&pictures::camps(&camps, 0.0, &frame())))
        (view::camps::camps(&camps, View::new(&links, 2)))
        @if nodes == Variable::Actor && !camps.camps.is_empty() {
            h2 { "In their words" }
            @for (number, camp) in (1..).zip(&camps.camps) {
                @for telling in &camp.telling {
                    p.how {
                        span { "Camp " (number) ", " (node(&telling.issue, at)) }
                        @for member in camp.members.iter().take(LISTED).map(|member| &camps.nodes[*member].node) {
                            @if let Some(address) = cell(member, &telling.issue).filter(|_| speaks(&index, member, &telling.issue)) {
                                span { a href=(address) { (view::text(&member.label)) } }
                            }
                        }
                    }
                }
            }
        }
        h2 { "As a table" }
        div.wide role="region" aria-label="Members" tabindex="0" { table {
            thead { tr {
                th.amount scope="col" { "Camp" } th scope="col" { "Who" }
                @for name in ["Statements", "Bridging", "Stability"] { th.amount scope="col" { (name) } }
            } }
            tbody { @for member in camps.nodes.iter().take(LISTED) {
                tr {
                    td.amount { @if let Some(camp) = member.camp { (camp + 1) } }
                    td { (node(&member.node, at)) }
                    td.amount { (member.statements) }
                    td.amount { (decimal(member.bridging)) }
                    td.amount { @if let Some(stability) = member.stability { (decimal(stability)) } }
                }
            } }
        } }
        (more(camps.nodes.len(), "member"))
    };
    Ok(Shown::Page("Camps".into(), content))
}

/// Whether an actor takes a position on an issue.
fn speaks(index: &Index, actor: &Node, issue: &Node) -> bool {
    use crate::model::vocab::stp::prop;
    let (Ok(actor), Ok(issue)) = (NamedNode::new(&actor.iri), NamedNode::new(&issue.iri)) else {
        return false;
    };
    let of_issue = index.matching(None, Some(prop::ISSUE), Some(issue.as_ref().into()));
    let mut holders = of_issue.map(|triple| triple.subject);
    holders.any(|held| {
        index.matching(Some(held.as_ref()), Some(prop::ACTOR), Some(actor.as_ref().into())).next().is_some()
    })
}

/// What an actor says on an issue.
pub(super) fn positions_page(at: &At<'_>) -> Drawn {
    let iri = |name| -> Result<NamedNode, Failure> {
        let text = at.asked.parameters.once(name)?.unwrap_or_default();
        NamedNode::new(text).map_err(|_| Failure::bad_request(format!("`{name}` is not an IRI")))
    };
    let (actor, issue) = (iri("actor")?, iri("issue")?);
    let index = &at.state.index;
    if at.wants_graph() || at.format.is_some() {
        let selection = Selection { actors: vec![actor], issues: vec![issue], ..Selection::default() };
        if at.wants_graph() {
            return at.graph(selection);
        }
        let timeline =
            Timeline::of(&at.narrowed(&selection)?).map_err(|error| Failure::of_reading(&error))?;
        return Ok(Shown::Rows(cells::timeline(&timeline)));
    }
    let page = Page::of(index, &actor).map_err(|corruption| Failure::of_reading(&corruption.into()))?;
    let mut page = page.ok_or_else(|| Failure::not_found(format!("the data say nothing about {actor}")))?;
    for section in &mut page.sections {
        section.entries.retain(|entry| {
            let of = entry.position().and_then(|line| line.issue.as_ref());
            of.is_some_and(|of| of.thing.as_ref() == Some(&issue))
        });
    }
    page.sections.retain(|section| !section.entries.is_empty());
    let [of, on] = [&actor, &issue].map(|thing| names::thing(index, thing.clone()).label);
    let links = at.links();
    let content = html! {
        h1 { (view::name(&of, Some(&actor), &links)) " on " (view::name(&on, Some(&issue), &links)) }
        (thing::sections(&page, View::new(&links, 2)))
    };
    Ok(Shown::Page(format!("{of}: {on}"), content))
}
