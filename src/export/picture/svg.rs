//! SVG: any picture, as a file of its own or as part of a page.

use super::palette::{EDGE, GRID, GROUND, GROUPS, INK, ON_GROUP, QUIET, STANCES, TIES, Tint};
use super::text::Face;
use super::{Anchor, Mark, Picture, Point, Shape, Step};
use std::fmt::Write;

/// Where things have their pages: an address for an IRI, if there is one.
pub type Links<'l> = &'l dyn Fn(&str) -> Option<String>;

/// No pages at all.
pub const NO_LINKS: Links<'static> = &|_| None;

impl Picture {
    /// The picture as a file that needs nothing else.
    #[must_use]
    pub fn svg(&self, links: Links<'_>) -> String {
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        self.element(&mut out, links, true);
        out
    }

    /// The picture as an element of a page whose style sheet has [`style`] in it.
    #[must_use]
    pub fn inline_svg(&self, links: Links<'_>) -> String {
        let mut out = String::new();
        self.element(&mut out, links, false);
        out
    }

    fn element(&self, out: &mut String, links: Links<'_>, is_file: bool) {
        let (width, height, title) = (number(self.width), number(self.height), escaped(&self.title));
        let _ = writeln!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"picture\" role=\"group\" aria-label=\"{title}\" \
             width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n<title>{title}</title>"
        );
        if is_file {
            let _ = writeln!(out, "<style>{}</style>", style());
        }
        let _ = writeln!(
            out,
            "<rect class=\"ground\" width=\"{width}\" height=\"{height}\"><title>{title}</title></rect>"
        );
        self.marks.iter().for_each(|mark| write(out, mark, links));
        out.push_str("</svg>\n");
    }
}

/// The style sheet of all pictures: classes below `.picture`, for light and for dark screens.
#[must_use]
pub fn style() -> String {
    let mut out = String::from(
        "\n.picture{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif}",
    );
    for face in Face::ALL {
        let weight = if matches!(face, Face::Title | Face::Head) { ";font-weight:600" } else { "" };
        let _ = write!(out, "\n.picture .{}{{font-size:{}px{weight}}}", face.class(), number(face.size()));
    }
    out.push_str(
        "\n.picture .mark{stroke-width:1}\n.picture .hollow{fill:none}\n.picture .weak{fill-opacity:.38}\n\
         .picture .bare{fill:none;stroke:none;pointer-events:all}\
         \n.picture .tie{fill:none;stroke-linecap:round}\n.picture .tie-against{stroke-dasharray:5 4}\
         \n.picture .open{stroke-dasharray:3 3}\n.picture .faint{stroke-opacity:.55}\
         \n.picture .w1{stroke-width:1}\n.picture .w2{stroke-width:2}\n.picture .w3{stroke-width:3.5}\n.picture .w4{stroke-width:5.5}\
         \n.picture .halo{paint-order:stroke;stroke-width:3;stroke-linejoin:round}\n.picture a:hover .mark,.picture a:focus .mark{stroke-width:3}",
    );
    colours(&mut out, |tint| tint.light);
    out.push_str("\n@media (prefers-color-scheme:dark){");
    colours(&mut out, |tint| tint.dark);
    out.push_str("\n}\n");
    out
}

fn colours(out: &mut String, colour: fn(&Tint) -> &'static str) {
    let mut rule = |tint: &Tint, properties: &[&str]| {
        let set: Vec<String> = properties.iter().map(|name| format!("{name}:{}", colour(tint))).collect();
        let _ = write!(out, "\n.picture .{}{{{}}}", tint.class, set.join(";"));
    };
    rule(&GROUND, &["fill"]);
    rule(&Tint { class: "halo", ..GROUND }, &["stroke"]);
    rule(&Tint { class: "mark", ..GROUND }, &["stroke"]);
    rule(&Tint { class: "words", ..INK }, &["fill"]);
    rule(&QUIET, &["fill"]);
    rule(&Tint { class: "axis", ..QUIET }, &["stroke"]);
    rule(&GRID, &["stroke"]);
    rule(&Tint { class: "band", ..GRID }, &["fill"]);
    rule(&EDGE, &["stroke"]);
    rule(&INK, &["fill"]);
    rule(&Tint { class: "dot", ..QUIET }, &["fill"]);
    for (tint, words) in &STANCES {
        rule(tint, &["fill"]);
        rule(words, &["fill"]);
    }
    GROUPS.iter().for_each(|tint| rule(tint, &["fill"]));
    for (tint, line) in GROUPS.iter().zip(GROUP_LINES) {
        rule(&Tint { class: line, ..*tint }, &["stroke"]);
    }
    rule(&ON_GROUP, &["fill"]);
    TIES.iter().for_each(|tint| rule(tint, &["stroke"]));
}

/// Classes of lines in the colours of groups.
pub(super) const GROUP_LINES: [&str; 8] = ["l0", "l1", "l2", "l3", "l4", "l5", "l6", "l7"];

fn write(out: &mut String, mark: &Mark, links: Links<'_>) {
    let link = mark.about.as_deref().and_then(links);
    if let Some(link) = &link {
        let _ = write!(out, "<a href=\"{}\">", escaped(link));
    }
    let at = |name: &str, point: &Point| {
        let (x, y) = if name.is_empty() { ("x", "y") } else { ("cx", "cy") };
        format!("{x}=\"{}\" {y}=\"{}\"", number(point.x), number(point.y))
    };
    let class = |more: &str| {
        let class = [more, &mark.class].join(" ");
        format!("class=\"{}\"", class.trim())
    };
    let iri = mark.about.as_ref().map(|iri| format!(" data-iri=\"{}\"", escaped(iri))).unwrap_or_default();
    let title = format!("<title>{}</title>", escaped(&mark.title));
    let _ = match &mark.shape {
        Shape::Text { at: point, anchor, face, turned, words } => {
            let anchor = match anchor {
                Anchor::Start => "",
                Anchor::Middle => " text-anchor=\"middle\"",
                Anchor::End => " text-anchor=\"end\"",
            };
            let turn = match *turned == 0.0 {
                true => String::new(),
                false => {
                    format!(
                        " transform=\"rotate({} {} {})\"",
                        number(*turned),
                        number(point.x),
                        number(point.y)
                    )
                }
            };
            // A class of the mark's own has another colour.
            let ink = if mark.class.split(' ').any(is_ink) { "" } else { " words" };
            let class = class(&format!("{}{ink}", face.class()));
            write!(out, "<text {class} {}{anchor}{turn}{iri}>{title}{}</text>", at("", point), escaped(words))
        }
        Shape::Line(one, two) => write!(
            out,
            "<line {} x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"{iri}>{title}</line>",
            class(""),
            number(one.x),
            number(one.y),
            number(two.x),
            number(two.y)
        ),
        Shape::Rect(corner, width, height, radius) => {
            let round = if *radius > 0.0 { format!(" rx=\"{}\"", number(*radius)) } else { String::new() };
            let size = format!("width=\"{}\" height=\"{}\"", number(*width), number(*height));
            write!(out, "<rect {} {} {size}{round}{iri}>{title}</rect>", class(""), at("", corner))
        }
        Shape::Circle(centre, radius) => {
            write!(
                out,
                "<circle {} {} r=\"{}\"{iri}>{title}</circle>",
                class(""),
                at("c", centre),
                number(*radius)
            )
        }
        Shape::Path(steps) => write!(out, "<path {} d=\"{}\"{iri}>{title}</path>", class(""), path(steps)),
    };
    out.push_str(if link.is_some() { "</a>\n" } else { "\n" });
}

/// Whether a class gives words a colour.
fn is_ink(class: &str) -> bool {
    class == QUIET.class || class.starts_with("on")
}

fn path(steps: &[Step]) -> String {
    let pair = |point: &Point| format!("{} {}", number(point.x), number(point.y));
    let step = |step: &Step| match step {
        Step::Move(to) => format!("M{}", pair(to)),
        Step::Line(to) => format!("L{}", pair(to)),
        Step::Curve(one, two, to) => format!("C{} {} {}", pair(one), pair(two), pair(to)),
        Step::Close => "Z".to_owned(),
    };
    steps.iter().map(step).collect()
}

/// A length with one digit behind the point; nothing of what is no number.
fn number(value: f64) -> String {
    let text = format!("{:.1}", if value.is_finite() { value } else { 0.0 });
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A text as content or attribute. What XML has no form for becomes the character for what cannot be shown; names
/// that are written from right to left keep to themselves.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::picture::point;

    fn picture(words: &str) -> Picture {
        let mark =
            Mark::text(point(5.0, 9.05), Anchor::Middle, Face::Label, words).about(Some("https://x.org/a&b"));
        Picture { title: "A & B".into(), width: 320.0, height: 40.0, marks: vec![mark] }
    }

    #[test]
    fn markup_in_names_is_text() {
        let svg = picture("<b>\"x\"</b>\u{0}").svg(NO_LINKS);
        assert!(svg.contains("&lt;b&gt;&quot;x&quot;&lt;/b&gt;\u{fffd}</text>"), "{svg}");
        assert!(
            svg.contains("aria-label=\"A &amp; B\"") && svg.contains("data-iri=\"https://x.org/a&amp;b\"")
        );
        assert!(!svg.contains("<a ") && !svg.contains("style=\""), "{svg}");
        let mut reader = quick_xml::Reader::from_str(&svg);
        while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
    }

    #[test]
    fn a_page_gives_style_and_links() {
        let svg = picture("Orrin").inline_svg(&|iri| Some(format!("#{}", iri.len())));
        assert!(svg.starts_with("<svg ") && !svg.contains("<style>"), "{svg}");
        assert!(svg.contains("<a href=\"#17\"><text class=\"label words\" x=\"5\" y=\"9.1\""), "{svg}");
    }

    #[test]
    fn lengths_are_short() {
        assert_eq!([1.0, -0.04, 2.25, f64::NAN].map(number), ["1", "0", "2.2", "0"]);
    }
}
