//! A curve: a number over time, with what chance gives behind it.

use super::palette::group_class;
use super::text::{Face, shortened, width};
use super::timeline::Axis;
use super::{Anchor, Canvas, Heading, MARGIN, Mark, Picture, Shape, Step, point};
use jiff::civil::Date;

/// A number from 0 to 1 at days.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve {
    /// What it shows.
    pub heading: Heading,
    /// What the number is.
    pub axis: String,
    /// The points, by day.
    pub points: Vec<Point>,
}

/// The number at a time.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// First day that it is of.
    pub first: Date,
    /// The day at which it is drawn.
    pub middle: Date,
    /// Last day that it is of.
    pub last: Date,
    /// From 0 to 1; none where there is nothing to measure, which leaves a gap.
    pub value: Option<f64>,
    /// All there is to say of it.
    pub title: String,
}

/// Height of the plane, in pixels.
const HIGH: f64 = 240.0;

/// The picture of a curve, `wide` pixels wide.
#[must_use]
pub fn picture(curve: &Curve, wide: f64) -> Picture {
    let mut canvas = Canvas::new(&curve.heading, wide);
    let wide = canvas.width;
    canvas.y += Face::Note.line() + 4.0;
    let words = shortened(&curve.axis, Face::Note, wide - 2.0 * MARGIN);
    let at = point(MARGIN, canvas.y);
    canvas.draw(Mark::text(at, Anchor::Start, Face::Note, words).titled(&curve.axis).of_class("quiet"));
    let days = || curve.points.iter().flat_map(|point| [point.first, point.last]);
    let Some((first, last)) = days().min().zip(days().max()) else { return canvas.finish(0.0) };
    let (left, right) = (MARGIN + 30.0, wide - MARGIN - 6.0);
    let axis = Axis::new(first, last, left, right);
    let top = canvas.y + 24.0;
    let bottom = top + HIGH;
    let y = |value: f64| bottom - HIGH * value.clamp(0.0, 1.0);
    for quarter in 0..=4 {
        let value = f64::from(quarter) / 4.0;
        let words = value.to_string();
        let line = Shape::Line(point(left, y(value)), point(right, y(value)));
        canvas.draw(Mark::new(line, if quarter == 0 { "axis" } else { "grid" }, &words));
        let at = point(left - 6.0, y(value) + 4.0);
        canvas.draw(Mark::text(at, Anchor::End, Face::Note, words).of_class("quiet"));
    }
    axis.marks(top, bottom, bottom + 16.0).into_iter().for_each(|mark| canvas.draw(mark));
    let at = |of: &Point| Some((axis.middle_of(of.middle), y(of.value?)));
    for run in curve.points.split(|point| point.value.is_none()) {
        let mut steps = Vec::new();
        for (x, y) in run.iter().filter_map(at) {
            steps.push(if steps.is_empty() { Step::Move(point(x, y)) } else { Step::Line(point(x, y)) });
        }
        if steps.len() > 1 {
            canvas.draw(Mark::new(Shape::Path(steps), "tie l0 w2", &curve.axis));
        }
    }
    // A dot a pixel column at most: of more only the line can be seen.
    let room = (right - left) / curve.points.len() as f64;
    let radius = (room * 0.4).clamp(1.5, 4.0);
    for of in &curve.points {
        match at(of) {
            Some((x, y)) => {
                let circle = Shape::Circle(point(x, y), radius);
                canvas.draw(Mark::new(circle, format!("{} mark", group_class(0)), &of.title));
            }
            None => {
                let x = axis.middle_of(of.middle);
                let line = Shape::Line(point(x, bottom - 4.0), point(x, bottom + 4.0));
                canvas.draw(Mark::new(line, "axis", &of.title));
            }
        }
    }
    label_ends(&mut canvas, &curve.points, &at, [left, right, bottom]);
    canvas.y = bottom + 22.0;
    canvas.finish(0.0)
}

/// Writes the greatest and the least value at their points, where there is room for both.
fn label_ends(
    canvas: &mut Canvas,
    points: &[Point],
    at: &dyn Fn(&Point) -> Option<(f64, f64)>,
    [left, right, bottom]: [f64; 3],
) {
    let valued = || points.iter().filter_map(|of| Some((of, of.value?)));
    let most = valued().reduce(|best, next| if next.1 > best.1 { next } else { best });
    let least = valued().reduce(|best, next| if next.1 < best.1 { next } else { best });
    let (Some(most), Some(least)) = (most, least) else { return };
    let both = if most.1 > least.1 { vec![(most, -8.0), (least, 16.0)] } else { vec![(most, -8.0)] };
    let mut taken: Option<(f64, f64)> = None;
    for ((of, value), down) in both {
        let Some((x, y)) = at(of) else { continue };
        let words = format!("{value:.2}");
        let wide = width(&words, Face::Note);
        let x = x.clamp(left + wide / 2.0, right - wide / 2.0);
        // Below the axis stand the days.
        let y = if y + down > bottom - 4.0 { y - 8.0 } else { y + down };
        if taken.is_some_and(|(one, other)| (one - x).abs() < wide && (other - y).abs() < Face::Note.line()) {
            continue;
        }
        taken = Some((x, y));
        let at = point(x, y);
        canvas.draw(Mark::text(at, Anchor::Middle, Face::Note, words).titled(&of.title).of_class("halo"));
    }
}
