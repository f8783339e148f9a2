//! Bars from a middle line: how many are against on the left, how many for on the right.

use super::heatmap::Name;
use super::palette::{on_stance_class, stance_class};
use super::text::{Face, shortened, width, wrapped};
use super::{Anchor, Canvas, Heading, MARGIN, Mark, Picture, Shape, point};

/// Counts of values, a bar a name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bars {
    /// What it shows.
    pub heading: Heading,
    /// The bars from top to bottom.
    pub bars: Vec<Bar>,
    /// What the colours mean.
    pub legend: Vec<(f64, String)>,
}

/// A bar.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bar {
    /// Its name; under the name of a group it is indented.
    pub name: Name,
    /// Whether it belongs to the bar above it, as one kind of those that are counted there.
    pub is_part: bool,
    /// Its parts: value from -1 to 1, how many, and all there is to say of them. What is in the middle is drawn
    /// half on each side.
    pub parts: Vec<Part>,
    /// How many have no place on the axis; told beside the bar.
    pub without: usize,
}

/// A part of a bar.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Part {
    /// From -1 to 1.
    pub value: f64,
    /// How many.
    pub count: f64,
    /// All there is to say of it.
    pub title: String,
}

/// The picture of bars, `wide` pixels wide.
#[must_use]
pub fn picture(bars: &Bars, wide: f64) -> Picture {
    let mut canvas = Canvas::new(&bars.heading, wide);
    let wide = canvas.width;
    let legend: Vec<(&str, &str)> =
        bars.legend.iter().map(|(value, words)| (stance_class(*value), words.as_str())).collect();
    canvas.legend(&legend);
    let side = |bar: &Bar, is_left: bool| -> f64 {
        let share = |part: &Part| match part.value {
            0.0 => part.count / 2.0,
            value if (value < 0.0) == is_left => part.count,
            _ => 0.0,
        };
        bar.parts.iter().map(share).sum()
    };
    let most = |is_left| bars.bars.iter().map(|bar| side(bar, is_left)).fold(0.0, f64::max);
    let (contra, pro) = (most(true), most(false));
    let longest = bars.bars.iter().map(|bar| width(&bar.name.label, Face::Label) + 14.0).fold(0.0, f64::max);
    let names = longest.min(wide * 0.42).min(360.0);
    let (left, right) = (MARGIN + names + 10.0, wide - MARGIN - 34.0);
    let unit = (right - left) / (contra + pro).max(1.0);
    let middle = left + contra * unit;
    let top = canvas.y + 4.0;
    canvas.y = top;
    for bar in &bars.bars {
        let indent = if bar.is_part { 14.0 } else { 0.0 };
        let lines = wrapped(&bar.name.label, Face::Label, names - indent, 2);
        let high = match (lines.len() > 1, bar.is_part) {
            (true, _) => 34.0,
            (false, true) => 18.0,
            (false, false) => 22.0,
        };
        let thick = if bar.is_part { 14.0 } else { 18.0 };
        canvas.y += if bar.is_part { 0.0 } else { 3.0 };
        let (y, iri) = (canvas.y, bar.name.iri.as_deref());
        for (number, line) in lines.iter().enumerate() {
            let down = (high - Face::Label.line() * lines.len() as f64) / 2.0;
            let at = point(MARGIN + indent, y + down + Face::Label.line() * (number as f64 + 0.78));
            let mark = Mark::text(at, Anchor::Start, Face::Label, line).titled(&bar.name.label);
            let mark = if bar.is_part { mark.of_class("quiet") } else { mark };
            canvas.draw(mark.about(iri));
        }
        let mut parts: Vec<&Part> = bar.parts.iter().filter(|part| part.count > 0.0).collect();
        parts.sort_by(|one, next| one.value.total_cmp(&next.value));
        let mut x = middle - side(bar, true) * unit;
        for part in parts {
            let long = part.count * unit;
            let rect = Shape::Rect(point(x, y + (high - thick) / 2.0), long, thick, 0.0);
            let mark = Mark::new(rect, format!("{} mark", stance_class(part.value)), &part.title);
            canvas.draw(mark.about(iri));
            let words = part.count.to_string();
            if width(&words, Face::Cell) + 2.0 <= long {
                let at = point(x + long / 2.0, y + high / 2.0 + 3.5);
                let mark = Mark::text(at, Anchor::Middle, Face::Cell, words).titled(&part.title);
                canvas.draw(mark.of_class(on_stance_class(part.value)).about(iri));
            }
            x += long;
        }
        if bar.without > 0 {
            let title = format!("{} without a place on the axis", bar.without);
            let words = shortened(&format!("+{} ?", bar.without), Face::Note, 34.0);
            let at = point(x.max(middle) + 5.0, y + high / 2.0 + 4.0);
            canvas.draw(Mark::text(at, Anchor::Start, Face::Note, words).titled(title).of_class("quiet"));
        }
        canvas.y += high;
    }
    let line = Shape::Line(point(middle, top), point(middle, canvas.y + 2.0));
    canvas.draw(Mark::new(line, "axis", "against on the left, for on the right"));
    canvas.finish(0.0)
}
