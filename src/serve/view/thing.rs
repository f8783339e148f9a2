//! An actor, an issue, or anything else that has a page: its fields, and what is around it.

use super::position::card;
use super::{View, heading, side, stance_value, text, values};
use crate::analysis::show::{Entry, Page, Section, Side};
use crate::base::diagnostic::printable;
use crate::base::error::grouped;
use crate::model::registry::Kind;
use maud::{Markup, html};
use oxrdf::NamedNode;

/// Fields that programs need more than people.
const TECHNICAL: &[&str] = &["IRI", "SHA-256", "length", "same as"];

/// The page about a thing, whatever it is; of an article all but its text, which
/// [`article`](super::article::article) draws.
#[must_use]
pub fn thing(page: &Page, view: View<'_>) -> Markup {
    if page.kind == Some(Kind::Position) {
        return super::position::position(page, view);
    }
    html! {
        (title(page, view))
        (super::position::quotes(&page.quotes, &[], view))
        (fields(page, view))
        (sections(page, view.below(1)))
    }
}

/// Its name and what it is.
#[must_use]
pub fn title(page: &Page, view: View<'_>) -> Markup {
    let (label, kind) = page.title.clone().unwrap_or_default();
    html! {
        (heading(view.level, &text(&label)))
        @if !kind.is_empty() { p.kind { (text(&kind)) } }
    }
}

/// What is known about it, name by name.
#[must_use]
pub fn fields(page: &Page, view: View<'_>) -> Markup {
    let (technical, shown): (Vec<_>, Vec<_>) =
        page.fields.iter().partition(|(name, _)| TECHNICAL.contains(&name.as_str()));
    let list = |fields: &[&(String, Vec<crate::analysis::show::Value>)]| {
        html! {
            dl {
                @for (name, of) in fields {
                    div { dt { (text(name)) } dd { (values(of, view.links)) } }
                }
            }
        }
    };
    html! {
        @if !shown.is_empty() { (list(&shown)) }
        @if !technical.is_empty() {
            details.technical { summary { "Identifiers" } (list(&technical)) }
        }
    }
}

/// Lists of what is around it.
#[must_use]
pub fn sections(page: &Page, view: View<'_>) -> Markup {
    html! {
        @for section in &page.sections {
            (heading(view.level, &html! { (text(&section.heading)) " " (number(section)) }))
            (section_content(section, view))
            (super::omitted(section.omitted, &page.iri, label(page), view.links))
        }
    }
}

fn label(page: &Page) -> &str {
    page.title.as_ref().map_or(page.iri.as_str(), |(label, _)| label)
}

fn number(section: &Section) -> Markup {
    html! { span.number { (grouped(section.entries.len() + section.omitted)) } }
}

/// The entries of a list: positions on an issue by side, an actor's positions by issue, others in their order.
fn section_content(section: &Section, view: View<'_>) -> Markup {
    let about = section.entries.first().and_then(Entry::position).map(|line| line.side);
    html! {
        @match about {
            Some(Side::Actor) => (by_side(&section.entries, view)),
            Some(Side::Issue) => (by_issue(&section.entries, view)),
            _ if section.only_names => {
                ul.names {
                    @for entry in &section.entries {
                        li {
                            @let label = entry.text().unwrap_or_default();
                            (super::name(&label, Some(&entry.iri), view.links)) " "
                            span.how { (printable(&entry.details().join(" · "))) }
                        }
                    }
                }
            }
            _ => div.cards { @for entry in &section.entries { (card(entry, view)) } },
        }
    }
}

/// Who is for, who is against, and who is neither.
fn by_side(entries: &[Entry], view: View<'_>) -> Markup {
    let of = |wanted: &str| -> Vec<&Entry> {
        let is = |entry: &&Entry| side(stance_value(entry.position().and_then(|line| line.stance))) == wanted;
        entries.iter().filter(is).collect()
    };
    let sides = [("for", "For"), ("against", "Against"), ("neither", "Neither")];
    html! {
        div.sides {
            @for (class, title) in sides {
                @let of_side = of(class);
                @if !of_side.is_empty() {
                    div.side.(class) {
                        (heading(view.level + 1, &html! { (title) " " span.number { (of_side.len()) } }))
                        @for entry in of_side { (card(entry, view)) }
                    }
                }
            }
        }
    }
}

/// An actor's positions, those on one issue together, in the order of the first of each.
fn by_issue(entries: &[Entry], view: View<'_>) -> Markup {
    let issue = |entry: &Entry| -> Option<NamedNode> { entry.position()?.issue.as_ref()?.thing.clone() };
    let mut issues: Vec<Option<NamedNode>> = Vec::new();
    for entry in entries {
        let issue = issue(entry);
        if !issues.contains(&issue) {
            issues.push(issue);
        }
    }
    html! {
        div.cards {
            @for wanted in &issues {
                @for entry in entries.iter().filter(|entry| issue(entry) == *wanted) { (card(entry, view)) }
            }
        }
    }
}
