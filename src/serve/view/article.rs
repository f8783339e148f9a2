//! An article: its text with the words that positions rest on, and the positions in the order of the text.

use super::position::card;
use super::{View, heading, side, stance_value, text as shown};
use crate::analysis::show::{Entry, Page};
use crate::base::error::count;
use crate::model::text::{ArticleText, is_quoted_as};
use maud::{Markup, html};
use std::collections::BTreeSet;

/// A span of a text that an entry rests on.
struct Span {
    start: u32,
    end: u32,
    /// Number of the entry, from 1.
    number: usize,
    /// `for`, `against`, `neither`; `other` of what is no position.
    class: &'static str,
}

/// An article with its text, if that is at hand.
#[must_use]
pub fn article(page: &Page, text: Option<&ArticleText>, view: View<'_>) -> Markup {
    // Entries are numbered through all sections, as the marks in the text are.
    let numbered = page.sections.iter().filter(|section| !section.only_names).scan(1, |next, section| {
        let first = *next;
        *next += section.entries.len();
        Some((first, section))
    });
    html! {
        (super::thing::title(page, view))
        (super::thing::fields(page, view))
        div.reading {
        @if let Some(text) = text { (marked(page, text, view)) }
        div.statements {
        @for (first, section) in numbered {
            (heading(view.level + 1, &html! {
                (shown(&section.heading)) " "
                span.number { (section.entries.len() + section.omitted) }
            }))
            ol.numbered start=(first) {
                @for (number, entry) in (first..).zip(&section.entries) {
                    li id=(format!("{}p{number}", prefix(page, view))) { (card(entry, View { within: Some(&page.iri), ..view })) }
                }
            }
            @let label = page.title.as_ref().map_or("", |(label, _)| label);
            (super::omitted(section.omitted, &page.iri, label, view.links))
        }
        }
        }
    }
}

/// What the ids of this article's spans and entries begin with.
fn prefix(page: &Page, view: View<'_>) -> String {
    view.links.id(&page.iri).map(|id| format!("{id}-")).unwrap_or_default()
}

/// The places of a text at which the words of an article's entries stand: where each begins.
#[must_use]
pub fn places(page: &Page, text: &ArticleText) -> BTreeSet<u32> {
    spans(page, text).0.into_iter().map(|span| span.start).collect()
}

/// The spans whose words stand at their place, and how many do not.
fn spans(page: &Page, text: &ArticleText) -> (Vec<Span>, usize) {
    let entries = page.sections.iter().filter(|section| !section.only_names).flat_map(|s| &s.entries);
    let (mut spans, mut misplaced) = (Vec::new(), 0);
    for (number, entry) in (1..).zip(entries) {
        for quote in entry.quotes.iter().filter(|quote| quote.source.as_ref() == Some(&page.iri)) {
            let Some((start, end)) = quote.place() else { continue };
            match text.words(start..end) {
                Some(words) if start < end && is_quoted_as(words, &quote.exact) => {
                    spans.push(Span { start, end, number, class: class(entry) });
                }
                _ => misplaced += 1,
            }
        }
    }
    spans.sort_by_key(|span| (span.start, span.end, span.number));
    (spans, misplaced)
}

fn class(entry: &Entry) -> &'static str {
    entry.position().map_or("other", |line| side(stance_value(line.stance)))
}

/// The text in paragraphs, the words of each entry marked and numbered.
fn marked(page: &Page, text: &ArticleText, view: View<'_>) -> Markup {
    let (spans, misplaced) = spans(page, text);
    let prefix = prefix(page, view);
    html! {
        @if misplaced > 0 {
            p.warning {
                (count(misplaced, "quote")) " not at the place that is given: the text has changed since it was coded. "
                code { "standpoint verify" } " says more."
            }
        }
        div.text dir="auto" role="region" aria-label="Text of the article" tabindex="0" {
            @for (start, end) in paragraphs(text) {
                p { @for piece in pieces(&spans, start, end) { (drawn(&piece, text, &prefix)) } }
            }
        }
    }
}

/// Begin and end of the paragraphs, in code points; blank lines part them.
#[must_use]
pub fn paragraphs(text: &ArticleText) -> Vec<(u32, u32)> {
    let (mut paragraphs, mut start, mut at) = (Vec::new(), 0, 0);
    let mut is_blank = true;
    for line in text.as_str().split_inclusive('\n') {
        let length = u32::try_from(line.chars().count()).unwrap_or(u32::MAX);
        if line.trim().is_empty() {
            if !is_blank {
                paragraphs.push((start, at));
            }
            is_blank = true;
        } else if is_blank {
            (start, is_blank) = (at, false);
        }
        at += length;
    }
    if !is_blank {
        paragraphs.push((start, at));
    }
    paragraphs
}

/// Words that the same spans cover.
struct Piece<'s> {
    start: u32,
    end: u32,
    covering: Vec<&'s Span>,
}

fn pieces(spans: &[Span], start: u32, end: u32) -> Vec<Piece<'_>> {
    let inside: Vec<&Span> = spans.iter().filter(|span| span.start < end && span.end > start).collect();
    let mut bounds: BTreeSet<u32> = [start, end].into();
    let ends = inside.iter().flat_map(|span| [span.start, span.end]);
    bounds.extend(ends.filter(|bound| (start..end).contains(bound)));
    let bounds: Vec<u32> = bounds.into_iter().collect();
    let piece = |pair: &[u32]| {
        let covering = inside.iter().filter(|span| span.start <= pair[0] && pair[1] <= span.end);
        Piece { start: pair[0], end: pair[1], covering: covering.copied().collect() }
    };
    bounds.windows(2).map(piece).collect()
}

fn drawn(piece: &Piece<'_>, text: &ArticleText, prefix: &str) -> Markup {
    let words = crate::base::diagnostic::printable(text.words(piece.start..piece.end).unwrap_or_default());
    let mut classes: Vec<&str> = piece.covering.iter().map(|span| span.class).collect();
    classes.dedup();
    let class = match classes.as_slice() {
        [class] => class,
        _ => "mixed",
    };
    let depth = if piece.covering.len() > 1 { "deep" } else { "flat" };
    let begins = piece.covering.iter().any(|span| span.start == piece.start);
    let id = begins.then(|| format!("{prefix}s{}", piece.start));
    let numbers: Vec<String> = piece.covering.iter().map(|span| span.number.to_string()).collect();
    html! {
        @if piece.covering.is_empty() {
            (words)
        } @else {
            mark.(class).(depth) id=[id] data-positions=(numbers.join(" ")) { (words) }
            @for span in piece.covering.iter().filter(|span| span.end == piece.end) {
                sup { a href=(format!("#{prefix}p{}", span.number)) aria-label=(format!("statement {}", span.number)) {
                    (span.number)
                } }
            }
        }
    }
}
