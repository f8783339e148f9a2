//! A position: in a list as a card, and with all that is known about it.

use super::{View, heading, name, stance, text, value, values};
use crate::analysis::show::{Entry, Page, PositionLine, QuoteFacts, Side, Statement, Value};
use crate::base::diagnostic::printable;
use crate::model::identity::handle;
use crate::model::prefixes::Prefixes;
use maud::{Markup, html};
use oxrdf::NamedNode;

/// An entry of a list: a position or anything else that an article states, with its words.
#[must_use]
pub fn card(entry: &Entry, view: View<'_>) -> Markup {
    let id = view.links.card(&entry.iri);
    html! {
        @match &entry.statement {
            Statement::Position(line) => {
                article.card.(super::side(super::stance_value(line.stance))).past[line.is_past()] id=[id] {
                    (said(line, view))
                    (quotes(&entry.quotes, &entry.articles, view))
                    (how(&entry.iri, line, view))
                }
            }
            Statement::Other { text: line, details } => {
                article.card id=[id] {
                    @if let Some(line) = line { p.said { (name(line, Some(&entry.iri), view.links)) } }
                    (quotes(&entry.quotes, &entry.articles, view))
                    @for detail in details.iter().filter(|detail| !detail.is_empty()) {
                        p.how { (text(detail)) }
                    }
                }
            }
        }
    }
}

/// Who takes which stance on what, as far as the list does not say so.
fn said(line: &PositionLine, view: View<'_>) -> Markup {
    html! {
        p.said {
            @if line.side != Side::Issue {
                @if let Some(actor) = &line.actor { strong { (value(actor, view.links)) } " " }
            }
            (stance(line.stance))
            @if line.side != Side::Actor {
                @if let Some(issue) = &line.issue { " " (value(issue, view.links)) }
            }
        }
    }
}

/// The words that prove it, those of one article together, with that article.
#[must_use]
pub fn quotes(quotes: &[QuoteFacts], articles: &[Value], view: View<'_>) -> Markup {
    let same = |a: &QuoteFacts, b: &QuoteFacts| {
        a.record == b.record && a.article == b.article && a.source == b.source
    };
    html! {
        @for together in quotes.chunk_by(same) {
            figure.quote {
                @if together[0].record {
                    @for record in together { p.record { (text(&record.exact)) } }
                } @else {
                    blockquote dir="auto" { p {
                        @for (number, quote) in together.iter().enumerate() {
                            @if number > 0 { " … " }
                            "“" (printable(&quote.exact)) "”"
                        }
                    } }
                }
                @if let Some(caption) = place(&together[0], articles, view) { figcaption { (caption) } }
            }
        }
    }
}

/// The article that a quote is from, which leads to the words in its text where that is shown.
fn place(quote: &QuoteFacts, articles: &[Value], view: View<'_>) -> Option<Markup> {
    let source = quote.source.as_ref();
    let span = || view.links.span(source?, quote.start?);
    if view.within.is_some() && view.within == source {
        return span().map(|address| html! { a href=(address) { "in the text" } });
    }
    let article = articles.iter().find(|article| article.thing == quote.source);
    let label = article.map_or(quote.article.as_str(), |article| article.text.as_str());
    let address = span().or_else(|| view.links.thing(source?));
    Some(super::linked(&text(label), address.as_deref()))
}

/// How it was expressed, by whose word, under which conditions and when.
fn how(iri: &NamedNode, line: &PositionLine, view: View<'_>) -> Markup {
    html! {
        @for condition in &line.conditions { p.condition { (text(condition)) } }
        p.how {
            @if !line.on_behalf_of.is_empty() {
                span { "in the name of " (values(&line.on_behalf_of, view.links)) }
            }
            @if !line.alternative_holders.is_empty() {
                span { "or held by " (values(&line.alternative_holders, view.links)) }
            }
            @if !line.attribution.is_empty() {
                span {
                    "via "
                    @for (number, step) in line.attribution.iter().enumerate() {
                        @if number > 0 { " ← " }
                        (value(step, view.links))
                    }
                }
            }
            @for word in &line.how { span { (text(word)) } }
            @if let Some(days) = days(line) { span { (days) } }
            span { (short(iri, view)) }
        }
    }
}

/// "2025-03-04", "2025-03-01 – 2025-03-04", "by 2025-03-04".
fn days(line: &PositionLine) -> Option<String> {
    match (&line.stated.0, &line.stated.1) {
        (Some(from), Some(until)) if from == until => Some(from.clone()),
        (Some(from), Some(until)) => Some(format!("{from} – {until}")),
        (Some(from), None) => Some(format!("since {from}")),
        (None, Some(until)) => Some(format!("by {until}")),
        (None, None) => None,
    }
}

/// The handle of a position, which leads to it.
fn short(iri: &NamedNode, view: View<'_>) -> Markup {
    let shown = handle(iri.as_str()).map_or_else(|| Prefixes::known().shorten(iri.as_ref()), str::to_owned);
    let code = html! { code { (text(&shown)) } };
    super::linked(&code, view.links.thing(iri).as_deref())
}

/// A page about one position: its words first, then all that is known about it.
#[must_use]
pub fn position(page: &Page, view: View<'_>) -> Markup {
    let shown = Prefixes::known().shorten(page.iri.as_ref());
    html! {
        (heading(view.level, &html! { "Position " (text(&shown)) }))
        @let articles = page.fields.iter().filter(|(name, _)| name == "article").flat_map(|(_, of)| of.clone());
        (quotes(&page.quotes, &articles.collect::<Vec<_>>(), view))
        (super::thing::fields(page, view))
        (super::thing::sections(page, view.below(1)))
    }
}
