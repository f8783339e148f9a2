//! Views: plain facts as HTML.
//!
//! Every text is escaped by `maud`. Pages carry classes and no `style` attributes, so that a strict content
//! security policy can stand; the sheet is [`STYLE`]. Deliberately absent: scripts, which the server adds.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use oxrdf::NamedNode;

/// The style sheet of every page.
pub const STYLE: &str = include_str!("view/style.css");

/// Where things are found: on anchors of one page, or at addresses of a server.
pub trait Links {
    /// The address of the page about an actor, issue, article or position; none where there is no such page.
    fn thing(&self, iri: &NamedNode) -> Option<String>;

    /// The address of a span of an article's text, given in code points; none where the text is not shown.
    fn span(&self, article: &NamedNode, start: u32) -> Option<String>;
}

/// How a page gets its style.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sheet<'a> {
    /// The sheet stands in the page.
    Inline,
    /// The sheet is at this address.
    At(&'a str),
}

/// A whole page: the title as it stands in the browser, what navigates, and the content of `main`.
#[must_use]
pub fn page(title: &str, sheet: Sheet<'_>, navigation: &Markup, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                @match sheet {
                    Sheet::Inline => style { (PreEscaped(STYLE)) },
                    Sheet::At(address) => link rel="stylesheet" href=(address);,
                }
            }
            body {
                a.skip href="#content" { "Skip to the content" }
                (navigation)
                main id="content" { (content) }
            }
        }
    }
}
