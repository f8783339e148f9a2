//! Views: plain facts as HTML.
//!
//! Every text is escaped by `maud`, and isolated so that one written from right to left stays in its place.
//! Pages carry classes and no `style` attributes, so that a strict content security policy can stand; the sheet is
//! [`style`]. Deliberately absent: scripts, which the server adds.

pub mod article;
pub mod camps;
pub mod checks;
pub mod coding;
pub mod matrix;
pub mod overview;
pub mod position;
pub mod source;
pub mod thing;

pub use crate::analysis::show::Value;
use crate::base::diagnostic::printable;
use crate::export::picture::{Picture, svg};
use crate::model::Stance;
use crate::serve::pictures::Drawing;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use oxrdf::NamedNode;

/// The style sheet of every page, pictures included.
#[must_use]
pub fn style() -> String {
    include_str!("view/style.css").to_owned() + &svg::style()
}

/// Where things are found: on anchors of one page, or at addresses of a server.
pub trait Links {
    /// The address of what is shown about an actor, issue, article or position; none where nothing is.
    fn thing(&self, iri: &NamedNode) -> Option<String>;

    /// The address of a span of an article's text, which begins at this code point; none where it is not shown.
    fn span(&self, article: &NamedNode, start: u32) -> Option<String>;

    /// The address of an actor's positions on an issue.
    fn cell(&self, actor: &NamedNode, issue: &NamedNode) -> Option<String>;

    /// The id that a thing's part of this page carries; none where a page is about one thing.
    fn id(&self, iri: &NamedNode) -> Option<String>;

    /// The id that the card of a position or other statement carries; given once for each on a page.
    fn card(&self, iri: &NamedNode) -> Option<String>;

    /// The address of a list that is not shortened.
    fn all(&self, iri: &NamedNode) -> Option<String>;
}

/// How a view is drawn.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// Where things are found.
    pub links: &'a dyn Links,
    /// Level of the first heading, from 1 to 4.
    pub level: u8,
    /// The article that this is a part of, and which quotes need not name.
    pub within: Option<&'a NamedNode>,
}

impl<'a> View<'a> {
    /// A view of a whole part of a page, whose heading has this level.
    #[must_use]
    pub fn new(links: &'a dyn Links, level: u8) -> Self {
        Self { links, level, within: None }
    }

    /// The same, this many levels further down.
    #[must_use]
    pub fn below(self, levels: u8) -> Self {
        Self { level: self.level + levels, ..self }
    }
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
                title { (printable(title)) }
                @match sheet {
                    Sheet::Inline => style { (PreEscaped(style())) },
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

/// A picture, whose marks lead to what they are about.
#[must_use]
pub fn picture(picture: &Picture, links: &dyn Links) -> Markup {
    drawn(picture, "", links)
}

/// A picture in two widths, of which a page shows the one that fits.
#[must_use]
pub fn drawing(drawing: &Drawing, links: &dyn Links) -> Markup {
    html! {
        (drawn(&drawing.wide, "on-screen", links))
        (drawn(&drawing.narrow, "on-phone", links))
    }
}

fn drawn(picture: &Picture, class: &str, links: &dyn Links) -> Markup {
    let address = |iri: &str| links.thing(&NamedNode::new(iri).ok()?);
    html! {
        div class=(["wide", class].join(" ").trim_end()) role="region" aria-label=(printable(&picture.title)) tabindex="0" {
            (PreEscaped(picture.inline_svg(&address)))
        }
    }
}

/// A heading of this level.
#[must_use]
pub fn heading(level: u8, content: &Markup) -> Markup {
    html! {
        @match level {
            0 | 1 => h1 { (content) },
            2 => h2 { (content) },
            3 => h3 { (content) },
            4 => h4 { (content) },
            5 => h5 { (content) },
            _ => h6 { (content) },
        }
    }
}

/// A text that somebody wrote: its direction is its own, and nothing in it is obeyed.
#[must_use]
pub fn text(text: &str) -> Markup {
    html! { bdi { (printable(text)) } }
}

/// A text of the program itself: what stands between backticks is typed.
#[must_use]
pub fn prose(text: &str) -> Markup {
    html! {
        @for (number, part) in text.split('`').enumerate() {
            @if number % 2 == 1 { code { (printable(part)) } } @else { (printable(part)) }
        }
    }
}

/// The name of a thing, which leads to it where it is shown.
#[must_use]
pub fn name(label: &str, thing: Option<&NamedNode>, links: &dyn Links) -> Markup {
    linked(&text(label), thing.and_then(|thing| links.thing(thing)).as_deref())
}

/// A value of a page, which leads where it can.
#[must_use]
pub fn value(value: &Value, links: &dyn Links) -> Markup {
    match &value.address {
        Some(address) => {
            let shown = if value.text.is_empty() { address } else { &value.text };
            outward(shown, address)
        }
        None => name(&value.text, value.thing.as_ref(), links),
    }
}

/// Values side by side.
#[must_use]
pub fn values(all: &[Value], links: &dyn Links) -> Markup {
    html! {
        @for (number, one) in all.iter().enumerate() {
            @if number > 0 { ", " }
            (value(one, links))
        }
    }
}

fn linked(shown: &Markup, address: Option<&str>) -> Markup {
    html! {
        @match address {
            Some(address) => a href=(address) { (shown) },
            None => (shown),
        }
    }
}

/// A text that leads out, if the address is one of the web: no other scheme is ever followed.
#[must_use]
pub fn outward(shown: &str, address: &str) -> Markup {
    let scheme = address.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    let is_web = matches!(scheme.as_deref(), Some("http" | "https"))
        && !address.contains(|c: char| c.is_control() || c.is_whitespace());
    html! {
        @if is_web {
            a href=(address) rel="noreferrer noopener external" { (text(shown)) }
        } @else {
            (text(shown))
        }
    }
}

/// The side of the axis that a value lies on, as a class: `for`, `against` or `neither`.
#[must_use]
pub fn side(value: Option<f64>) -> &'static str {
    match value {
        Some(value) if value > 0.0 => "for",
        Some(value) if value < 0.0 => "against",
        _ => "neither",
    }
}

/// The value of a stance, where it has one.
#[must_use]
pub fn stance_value(stance: Option<Stance>) -> Option<f64> {
    stance.and_then(Stance::value).and_then(|value| value.parse().ok())
}

/// A stance with a sign and a colour: no meaning is carried by colour alone.
#[must_use]
pub fn stance(stance: Option<Stance>) -> Markup {
    use crate::model::Concept;
    let value = stance_value(stance);
    let sign = match value {
        Some(value) if value >= 1.0 => "▲",
        Some(value) if value > 0.0 => "△",
        Some(value) if value <= -1.0 => "▼",
        Some(value) if value < 0.0 => "▽",
        Some(_) => "◆",
        None => "○",
    };
    html! {
        span.stance.(side(value)) {
            span aria-hidden="true" { (sign) } " "
            (stance.map_or("own stance", Stance::word))
        }
    }
}

/// Note that a list was shortened, with where the whole of it is.
#[must_use]
pub fn omitted(number: usize, of: &NamedNode, label: &str, links: &dyn Links) -> Markup {
    use crate::base::error::grouped;
    html! {
        @if number > 0 {
            p.omitted {
                "… and " (grouped(number)) " more: "
                @match links.all(of) {
                    Some(address) => a href=(address) { "show all" },
                    None => { code { "standpoint show '" (printable(label)) "'" } " lists all of them" },
                }
            }
        }
    }
}
