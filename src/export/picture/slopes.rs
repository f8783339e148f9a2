//! Slopes: from where to where somebody moved, the earlier stance on the left, the later on the right.
//!
//! Stances are bands, those for above those against. In a band each end of a slope has a line of its own, so that
//! names never collide, however many stand at the same stance.

use super::heatmap::Name;
use super::palette::stance_class;
use super::text::{Face, shortened, width, wrapped};
use super::{Anchor, Canvas, Heading, MARGIN, Mark, Picture, Shape, point};
use std::cmp::Reverse;

/// Moves between stances, a panel an issue.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Slopes {
    /// What it shows.
    pub heading: Heading,
    /// The panels from top to bottom.
    pub panels: Vec<Panel>,
    /// What the colours mean.
    pub legend: Vec<(f64, String)>,
}

/// Slopes with a name above them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Panel {
    /// What they have in common.
    pub name: Name,
    /// The slopes.
    pub slopes: Vec<Slope>,
}

/// A move.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Slope {
    /// Who moved.
    pub name: Name,
    /// Where they stood.
    pub before: End,
    /// Where they stand.
    pub after: End,
    /// Whether it is a move, and not only looks like one.
    pub is_move: bool,
    /// All there is to say of it.
    pub title: String,
}

/// One end of a slope.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct End {
    /// From -1 to 1, if it is on the axis.
    pub value: Option<f64>,
    /// The stance, in words.
    pub stance: String,
    /// When, in a few characters.
    pub when: String,
    /// All there is to say of it.
    pub title: String,
    /// What it stands for.
    pub iri: Option<String>,
}

impl Slope {
    /// 1 towards for, -1 towards against, 0 neither.
    fn way(&self) -> f64 {
        match (self.before.value, self.after.value) {
            (Some(before), Some(after)) if after != before => (after - before).signum(),
            _ => 0.0,
        }
    }
}

/// Height of a line in a band, and of the name of a band.
const LINE: f64 = 19.0;
/// The same where the day stands below the name, for both do not fit beside each other.
const TWO_LINES: f64 = 33.0;
const HEAD: f64 = 17.0;
/// Most room between the ends: longer slopes are not clearer.
const BETWEEN: f64 = 420.0;
/// Radius of the dot at an end.
const DOT: f64 = 5.0;

/// The picture of slopes, `wide` pixels wide.
#[must_use]
pub fn picture(slopes: &Slopes, wide: f64) -> Picture {
    let mut canvas = Canvas::new(&slopes.heading, wide);
    let wide = canvas.width;
    let mut legend: Vec<(&str, &str)> =
        slopes.legend.iter().map(|(value, words)| (stance_class(*value), words.as_str())).collect();
    let all = || slopes.panels.iter().flat_map(|panel| &panel.slopes);
    for (class, words, is_there) in [
        ("tie tie-for w3", "towards for", all().any(|slope| slope.way() > 0.0)),
        ("tie tie-against w3", "towards against", all().any(|slope| slope.way() < 0.0)),
        ("tie axis w3", "neither", all().any(|slope| slope.way() == 0.0)),
        ("tie axis w1", "thin: no shift of the same speaker", all().any(|slope| !slope.is_move)),
    ] {
        if is_there {
            legend.push((class, words));
        }
    }
    canvas.legend(&legend);
    let ends = || all().flat_map(|slope| [(slope, &slope.before), (slope, &slope.after)]);
    let longest = |words: &dyn Fn(&Slope, &End) -> String| {
        ends().map(|(slope, end)| width(&words(slope, end), Face::Note)).fold(0.0, f64::max)
    };
    let beside = longest(&|slope, end| [&*slope.name.label, &end.when].join(", "));
    let most = (wide * 0.34).min(280.0);
    let is_below = beside > most;
    let below = longest(&|_, end| end.when.clone()).max(longest(&|slope, _| slope.name.label.clone()));
    let names = if is_below { below.min(most) } else { beside };
    let left = MARGIN + names + 8.0 + DOT;
    let right = (wide - MARGIN - names - 8.0 - DOT).min(left + BETWEEN);
    let room = Room { left, right, names, is_below };
    for panel in &slopes.panels {
        canvas.y += 12.0;
        for line in wrapped(&panel.name.label, Face::Head, wide - 2.0 * MARGIN, 3) {
            canvas.y += Face::Head.line();
            let at = point(MARGIN, canvas.y - 5.0);
            let mark = Mark::text(at, Anchor::Start, Face::Head, line).titled(&panel.name.label);
            canvas.draw(mark.about(panel.name.iri.as_deref()));
        }
        draw(&mut canvas, panel, &room);
    }
    canvas.finish(0.0)
}

/// Where slopes begin and end, and how their names stand beside them.
struct Room {
    left: f64,
    right: f64,
    /// Room of a name.
    names: f64,
    /// Whether days stand below names.
    is_below: bool,
}

impl Room {
    /// Height of an end.
    fn line(&self) -> f64 {
        if self.is_below { TWO_LINES } else { LINE }
    }
}

/// Bands of a panel from top to bottom: stances with the same value, those without one last.
fn bands(panel: &Panel) -> Vec<Option<f64>> {
    let mut bands: Vec<Option<f64>> =
        panel.slopes.iter().flat_map(|slope| [slope.before.value, slope.after.value]).collect();
    bands.sort_by(|one, next| next.partial_cmp(one).unwrap_or(std::cmp::Ordering::Equal));
    bands.dedup();
    bands
}

fn draw(canvas: &mut Canvas, panel: &Panel, room: &Room) {
    let Room { left, right, names, is_below } = *room;
    let bands = bands(panel);
    let rank = |end: &End| bands.iter().position(|band| *band == end.value).unwrap_or_default();
    let mut at: Vec<[f64; 2]> = vec![[0.0; 2]; panel.slopes.len()];
    for (number, band) in bands.iter().enumerate() {
        // Ends are in the order of where they come from or lead to, so that few slopes cross.
        let side = |of: fn(&Slope) -> (&End, &End)| {
            let here = |slope: &usize| of(&panel.slopes[*slope]).0.value == *band;
            let mut here: Vec<usize> = (0..panel.slopes.len()).filter(here).collect();
            here.sort_by_key(|slope| (rank(of(&panel.slopes[*slope]).1), *slope));
            here
        };
        let sides =
            [side(|slope| (&slope.before, &slope.after)), side(|slope| (&slope.after, &slope.before))];
        let mut stances: Vec<&str> = Vec::new();
        for end in panel.slopes.iter().flat_map(|slope| [&slope.before, &slope.after]) {
            if rank(end) == number && !stances.contains(&end.stance.as_str()) {
                stances.push(&end.stance);
            }
        }
        let top = canvas.y;
        let said = stances.join(", ");
        let shown = shortened(&said, Face::Note, canvas.width - 2.0 * MARGIN);
        let head = Mark::text(point(MARGIN, top + 12.0), Anchor::Start, Face::Note, shown);
        canvas.draw(head.titled(&said).of_class("quiet"));
        let line = Shape::Line(point(MARGIN, top + HEAD), point(canvas.width - MARGIN, top + HEAD));
        canvas.draw(Mark::new(line, "grid", &said));
        for (column, side) in sides.iter().enumerate() {
            for (line, slope) in side.iter().enumerate() {
                at[*slope][column] = top + HEAD + room.line() * (line as f64 + 0.5) + 2.0;
            }
        }
        canvas.y =
            top + HEAD + room.line() * sides.iter().map(Vec::len).max().unwrap_or_default() as f64 + 6.0;
    }
    let mut order: Vec<usize> = (0..panel.slopes.len()).collect();
    // Moves lie on top of what only looks like one.
    order.sort_by_key(|slope| (panel.slopes[*slope].is_move, Reverse(*slope)));
    for number in &order {
        let slope = &panel.slopes[*number];
        let kind = match slope.way() {
            way if way > 0.0 => "tie-for",
            way if way < 0.0 => "tie-against",
            _ => "axis",
        };
        let strength = if slope.is_move { "w3" } else { "w1" };
        let [from, to] = at[*number];
        let line = Shape::Line(point(left, from), point(right, to));
        let mark = Mark::new(line, format!("tie {kind} {strength}"), &slope.title);
        canvas.draw(mark.about(slope.after.iri.as_deref()));
    }
    for (slope, [from, to]) in panel.slopes.iter().zip(&at) {
        let ends = [(&slope.before, left, -1.0, *from), (&slope.after, right, 1.0, *to)];
        for (end, x, way, y) in ends {
            let class =
                end.value.map_or("dot mark".to_owned(), |value| format!("{} edge", stance_class(value)));
            let circle = Shape::Circle(point(x, y), DOT);
            canvas.draw(Mark::new(circle, class, &end.title).about(end.iri.as_deref()));
            let anchor = if way < 0.0 { Anchor::End } else { Anchor::Start };
            let title = format!("{}\n{}", slope.name.label, end.title);
            let lines = match (end.when.is_empty(), is_below) {
                (true, _) => vec![slope.name.label.clone()],
                (false, true) => vec![slope.name.label.clone(), end.when.clone()],
                (false, false) => vec![format!("{}, {}", slope.name.label, end.when)],
            };
            for (line, words) in lines.iter().enumerate() {
                let down = Face::Note.line() * (line as f64 - (lines.len() as f64 - 1.0) / 2.0);
                let at = point(x + way * (DOT + 6.0), y + 4.0 + down);
                let mark = Mark::text(at, anchor, Face::Note, shortened(words, Face::Note, names));
                let mark = if line > 0 { mark.of_class("quiet") } else { mark };
                canvas.draw(mark.titled(&title).about(slope.name.iri.as_deref()));
            }
        }
    }
}
