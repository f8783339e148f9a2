//! A timeline: who said what when, with dates that may be ranges.
//!
//! A bar has two strengths. The weak part covers the days that the source leaves open: somewhere in it lies the
//! day that is meant. The strong part covers the days that are certain: the day itself where it is known, and the
//! days between which a stance is said to hold.

use super::heatmap::Name;
use super::palette::{on_stance_class, stance_class};
use super::text::{Face, shortened, width, wrapped};
use super::{Anchor, Canvas, Heading, MARGIN, Mark, Picture, Shape, point};
use jiff::civil::{Date, date};
use jiff::{ToSpan, Unit};

/// Bars in lanes, over days.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    /// What it shows.
    pub heading: Heading,
    /// Lanes below each other, in groups.
    pub groups: Vec<Group>,
    /// What the colours mean.
    pub legend: Vec<(f64, String)>,
}

/// Lanes with a name above them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Group {
    /// What they have in common.
    pub name: Name,
    /// The lanes.
    pub lanes: Vec<Lane>,
}

/// Bars with a name beside them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lane {
    /// Whose they are.
    pub name: Name,
    /// The bars.
    pub bars: Vec<Bar>,
}

/// Something at a time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bar {
    /// First and last day that it can be of; open on a side without one. One side has one.
    pub possible: (Option<Date>, Option<Date>),
    /// First and last day of which it certainly is; open on a side without one.
    pub certain: Option<(Option<Date>, Option<Date>)>,
    /// Its value from -1 to 1, if it has one.
    pub value: Option<f64>,
    /// The one to three characters on it.
    pub sign: String,
    /// All there is to say of it.
    pub title: String,
    /// What it stands for.
    pub iri: Option<String>,
}

/// Height of a bar, and from a bar to the next, in pixels.
const BAR: f64 = 16.0;
const STRIDE: f64 = 20.0;
/// Least width of a bar: room for its sign.
const LEAST: f64 = 27.0;

/// Days on an axis.
pub(super) struct Axis {
    first: Date,
    last: Date,
    days: f64,
    left: f64,
    right: f64,
}

impl Axis {
    /// From the beginning of one day to the end of another, between two edges.
    pub(super) fn new(first: Date, last: Date, left: f64, right: f64) -> Self {
        Self { first, last, days: days_between(first, last) + 1.0, left, right }
    }

    /// Where a day begins.
    fn x(&self, day: Date) -> f64 {
        self.left + (self.right - self.left) * days_between(self.first, day) / self.days
    }

    /// Where the middle of a day is.
    pub(super) fn middle_of(&self, day: Date) -> f64 {
        self.x(day) + (self.right - self.left) / self.days / 2.0
    }

    /// Where a bar begins and ends: at least as wide as its sign, around its middle, and on the axis. Of a bar that
    /// is open on one side only the day that is known counts.
    fn span(&self, (from, until): (Option<Date>, Option<Date>), sign: &str) -> (f64, f64) {
        let least = LEAST.max(width(sign, Face::Cell) + 6.0).min(self.right - self.left);
        let begin = from.or(until).map_or(self.left, |day| self.x(day));
        let end = until.or(from).map_or(self.right, |day| self.x(day) + (self.right - self.left) / self.days);
        if end - begin >= least {
            return (begin, end);
        }
        let middle = ((begin + end) / 2.0).clamp(self.left + least / 2.0, self.right - least / 2.0);
        (middle - least / 2.0, middle + least / 2.0)
    }

    /// Lines from `top` to `bottom` with the names of days on the baseline `words`, as far as there is room for them.
    pub(super) fn marks(&self, top: f64, bottom: f64, words: f64) -> Vec<Mark> {
        let mut marks = Vec::new();
        let mut free = f64::MIN;
        for (day, name) in ticks_of(self.first, self.last, self.right - self.left) {
            let x = self.x(day);
            let line = Shape::Line(point(x, top), point(x, bottom));
            marks.push(Mark::new(line, "grid", &name));
            let half = width(&name, Face::Note) / 2.0;
            let at = x.clamp(self.left + half.min(x - self.left), self.right - half);
            if at - half > free {
                let text = Mark::text(point(at, words), Anchor::Middle, Face::Note, name);
                marks.push(text.of_class("quiet"));
                free = at + half + 6.0;
            }
        }
        marks
    }
}

/// Number of days from one day to another.
fn days_between(from: Date, until: Date) -> f64 {
    from.until((Unit::Day, until)).map_or(0.0, |span| f64::from(span.get_days()))
}

/// The picture of a timeline, `wide` pixels wide.
#[must_use]
pub fn picture(timeline: &Timeline, wide: f64) -> Picture {
    let mut canvas = Canvas::new(&timeline.heading, wide);
    let wide = canvas.width;
    let mut legend: Vec<(&str, &str)> =
        timeline.legend.iter().map(|(value, words)| (stance_class(*value), words.as_str())).collect();
    legend.push(("v4 weak edge", "paler: one of these days"));
    legend.push(("edge open tie-time", "or earlier, or later"));
    canvas.legend(&legend);
    let bars = || timeline.groups.iter().flat_map(|group| &group.lanes).flat_map(|lane| &lane.bars);
    let days = bars().flat_map(|bar| {
        let certain = bar.certain.unwrap_or_default();
        [bar.possible.0, bar.possible.1, certain.0, certain.1].into_iter().flatten()
    });
    let (Some(first), Some(last)) = (days.clone().min(), days.max()) else {
        return canvas.finish(0.0);
    };
    let lanes = timeline.groups.iter().flat_map(|group| &group.lanes);
    let longest = lanes.map(|lane| width(&lane.name.label, Face::Label)).fold(0.0, f64::max);
    let names = longest.min((wide * 0.3).max(96.0)).min(240.0);
    let (left, right) = (MARGIN + names + 10.0, wide - MARGIN);
    let axis = Axis::new(first, last, left, right);
    let top = canvas.y + 6.0;
    canvas.y = top + 22.0;
    let ticks_at = canvas.marks.len();
    for group in &timeline.groups {
        if !group.name.label.is_empty() {
            canvas.y += 8.0;
            for line in wrapped(&group.name.label, Face::Head, wide - 2.0 * MARGIN, 3) {
                canvas.y += Face::Head.line();
                let at = point(MARGIN, canvas.y - 5.0);
                let mark = Mark::text(at, Anchor::Start, Face::Head, line).titled(&group.name.label);
                canvas.draw(mark.of_class("halo").about(group.name.iri.as_deref()));
            }
            canvas.y += 2.0;
        }
        group.lanes.iter().for_each(|lane| draw(&mut canvas, lane, &axis, names));
    }
    let bottom = canvas.y + 4.0;
    let ticks = axis.marks(top + 18.0, bottom, top + 12.0);
    canvas.marks.splice(ticks_at..ticks_at, ticks);
    canvas.y = bottom;
    canvas.finish(0.0)
}

/// A lane: bars that would overlap go below each other.
fn draw(canvas: &mut Canvas, lane: &Lane, axis: &Axis, names: f64) {
    let mut rows: Vec<Vec<(f64, f64)>> = Vec::new();
    let top = canvas.y;
    let words = shortened(&lane.name.label, Face::Label, names);
    let name = Mark::text(point(MARGIN, top + BAR * 0.5 + 6.0), Anchor::Start, Face::Label, words);
    canvas.draw(name.titled(&lane.name.label).about(lane.name.iri.as_deref()));
    let bars_at = canvas.marks.len();
    for bar in &lane.bars {
        let (begin, end) = axis.span(bar.possible, &bar.sign);
        let certain = bar.certain.map(|certain| axis.span(certain, &bar.sign));
        let (from, until) = certain.map_or((begin, end), |(one, other)| (one.min(begin), other.max(end)));
        let is_free =
            |row: &Vec<(f64, f64)>| row.iter().all(|(one, other)| until + 1.0 < *one || *other + 1.0 < from);
        let row = rows.iter().position(is_free).unwrap_or_else(|| {
            rows.push(Vec::new());
            rows.len() - 1
        });
        rows[row].push((from, until));
        let y = top + 2.0 + STRIDE * row as f64;
        let colour = bar.value.map_or("dot", stance_class);
        // A thin line leads to where an open side may end, behind all bars.
        for (is_open, one, other) in [
            (bar.possible.0.is_none(), axis.left, begin),
            (bar.possible.1.is_none(), end, axis.right),
            (bar.certain.is_some_and(|days| days.1.is_none()), certain.unwrap_or_default().1, axis.right),
        ] {
            if is_open && one < other {
                let line = Shape::Line(point(one, y + BAR / 2.0), point(other, y + BAR / 2.0));
                let mark = Mark::new(line, "edge open", &bar.title).about(bar.iri.as_deref());
                canvas.marks.insert(bars_at, mark);
            }
        }
        let mut sides = Vec::new();
        if certain != Some((begin, end)) {
            // What is behind a bar does not shine through it.
            sides.push((begin, end, "ground".to_owned()));
            sides.push((begin, end, format!("{colour} weak edge")));
        }
        if let Some((begin, end)) = certain {
            sides.push((begin, end, format!("{colour} mark")));
        }
        for (begin, end, class) in sides {
            let rect = Shape::Rect(point(begin, y), end - begin, BAR, 3.0);
            canvas.draw(Mark::new(rect, class, &bar.title).about(bar.iri.as_deref()));
        }
        let (begin, end) = certain.unwrap_or((begin, end));
        let at = point((begin + end) / 2.0, y + BAR / 2.0 + 3.5);
        let ink = match (certain, bar.value) {
            (Some(_), Some(value)) => on_stance_class(value),
            (Some(_), None) => "on-group",
            (None, _) => "ink",
        };
        let sign = shortened(&bar.sign, Face::Cell, (end - begin).max(LEAST));
        let mark = Mark::text(at, Anchor::Middle, Face::Cell, sign).titled(&bar.title).of_class(ink);
        canvas.draw(mark.about(bar.iri.as_deref()));
    }
    canvas.y = top + STRIDE * rows.len().max(1) as f64;
}

/// Days that an axis names, as many as there is room for: of days, months, quarters, years, decades.
fn ticks_of(first: Date, last: Date, room: f64) -> Vec<(Date, String)> {
    let days = days_between(first, last) + 1.0;
    let most = (room / 78.0).max(2.0);
    let month = |day: Date| date(day.year(), day.month(), 1);
    let (begin, step, form) = match days {
        days if days <= most => (first, 1.days(), "%e %b %Y"),
        days if days / 7.0 <= most => (first, 7.days(), "%e %b %Y"),
        days if days / 30.4 <= most => (month(first), 1.months(), "%b %Y"),
        days if days / 91.3 <= most => (date(first.year(), 1, 1), 3.months(), "%b %Y"),
        days if days / 365.25 <= most => (date(first.year(), 1, 1), 1.years(), "%Y"),
        days if days / 1826.0 <= most => (date(first.year() / 5 * 5, 1, 1), 5.years(), "%Y"),
        _ => (date(first.year() / 50 * 50, 1, 1), 50.years(), "%Y"),
    };
    let mut ticks = Vec::new();
    let mut day = begin;
    while day <= last && ticks.len() < 200 {
        if day >= first {
            ticks.push((day, day.strftime(form).to_string().trim().to_owned()));
        }
        match day.checked_add(step) {
            Ok(next) => day = next,
            Err(_) => break,
        }
    }
    // A short time that no month begins in.
    if ticks.is_empty() {
        ticks.push((first, first.strftime("%e %b %Y").to_string().trim().to_owned()));
    }
    ticks
}
