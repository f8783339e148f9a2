//! What was found: each thing with the words that stand in it.

use super::{Links, name, text};
use crate::analysis::find::{Hit, Hits};
use crate::base::diagnostic::printable;
use maud::{Markup, html};

/// The search box, with what is looked for.
#[must_use]
pub fn form(words: &str) -> Markup {
    html! {
        form.search role="search" method="get" action="/find" {
            label for="words" { "Find" } " "
            input id="words" type="search" name="q" value=(words);
            " " button type="submit" { "Find" }
        }
    }
}

/// The hits, the best first.
#[must_use]
pub fn hits(hits: &Hits, words: &str, links: &dyn Links) -> Markup {
    html! {
        @if hits.hits.is_empty() && !words.is_empty() {
            p { "No matches for “" (text(words)) "”." }
            @if !hits.nearest.is_empty() { p { "Did you mean " (text(&hits.nearest.join(", "))) "?" } }
        }
        ul.hits {
            @for hit in &hits.hits {
                li {
                    span.how { (hit.kind.word()) } " "
                    @if hit.is_named() {
                        a href=[links.thing(&hit.iri)] { bdi { (marked(hit)) } }
                    } @else {
                        (name(&hit.label, Some(&hit.iri), links))
                        p.how { (hit.field.word()) ": " bdi { (marked(hit)) } }
                    }
                    @if !hit.in_force { " " span.how { "not in force" } }
                }
            }
        }
        @if hits.more { p.omitted { "There are more: add a word." } }
    }
}

/// The text with its words marked.
fn marked(hit: &Hit) -> Markup {
    let mut end = 0;
    html! {
        @for word in &hit.words {
            (printable(&hit.text[end..word.start]))
            mark.found { (printable(&hit.text[word.clone()])) }
            @let _ = end = word.end;
        }
        (printable(&hit.text[end..]))
    }
}
