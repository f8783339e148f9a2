//! Demands: who requires what, and of whom; a panel a matter, who demands on the left, what on the right.

use super::heatmap::Name;
use super::palette::stance_class;
use super::text::{Face, shortened, wrapped};
use super::{Anchor, Canvas, Heading, MARGIN, Mark, Picture, Shape, Step, point};

/// Demands in panels.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Demands {
    /// What it shows.
    pub heading: Heading,
    /// The panels from top to bottom.
    pub panels: Vec<Panel>,
    /// What the colours mean.
    pub legend: Vec<(f64, String)>,
}

/// Demands on one matter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Panel {
    /// The matter.
    pub name: Name,
    /// What becomes of it, in a line.
    pub note: String,
    /// Who demands.
    pub parties: Vec<Party>,
    /// What they demand.
    pub demanded: Vec<Demanded>,
    /// Who demands what.
    pub ties: Vec<Tie>,
}

/// Who demands something.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Party {
    /// Their name.
    pub name: Name,
    /// Their stance on the matter, from -1 to 1.
    pub value: f64,
    /// All there is to say of them.
    pub title: String,
}

/// What is demanded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Demanded {
    /// What has to come true, or to stay away.
    pub name: Name,
    /// Who would have to give way.
    pub of: Vec<Name>,
    /// All there is to say of it.
    pub title: String,
}

/// A demand.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tie {
    /// Number of the party.
    pub party: usize,
    /// Number of what they demand.
    pub demanded: usize,
    /// Whether it has to come true; else it has to stay away.
    pub must: bool,
    /// All there is to say of it.
    pub title: String,
    /// What it stands for.
    pub iri: Option<String>,
}

/// Names of those who would have to give way that are written; of more, the number.
const OF: usize = 4;
/// Room above and below what is in a box.
const PAD: f64 = 6.0;

/// The picture of demands, `wide` pixels wide.
#[must_use]
pub fn picture(demands: &Demands, wide: f64) -> Picture {
    let mut canvas = Canvas::new(&demands.heading, wide);
    let wide = canvas.width;
    let mut legend: Vec<(&str, &str)> =
        demands.legend.iter().map(|(value, words)| (stance_class(*value), words.as_str())).collect();
    let ties = || demands.panels.iter().flat_map(|panel| &panel.ties);
    if ties().any(|tie| tie.must) {
        legend.push(("tie tie-for w3", "has to come true"));
    }
    if ties().any(|tie| !tie.must) {
        legend.push(("tie tie-against w3", "has to stay away"));
    }
    canvas.legend(&legend);
    // A third of the width is for the ties, and no more than they need.
    let between = (wide * 0.2).clamp(56.0, 200.0);
    let inner = wide - 2.0 * MARGIN - between;
    let (one, other) = ((inner * 0.42).min(300.0), (inner * 0.58).min(460.0));
    for panel in &demands.panels {
        canvas.y += 14.0;
        for line in wrapped(&panel.name.label, Face::Head, wide - 2.0 * MARGIN, 3) {
            canvas.y += Face::Head.line();
            let at = point(MARGIN, canvas.y - 5.0);
            let mark = Mark::text(at, Anchor::Start, Face::Head, line).titled(&panel.name.label);
            canvas.draw(mark.about(panel.name.iri.as_deref()));
        }
        canvas.paragraph(&panel.note, Face::Note, "quiet");
        canvas.y += 8.0;
        draw(&mut canvas, panel, [one, between, other]);
    }
    canvas.finish(0.0)
}

fn draw(canvas: &mut Canvas, panel: &Panel, [one, between, other]: [f64; 3]) {
    let top = canvas.y;
    // What several demand stands near all of them.
    let mean = |demanded: usize| {
        let of: Vec<f64> =
            panel.ties.iter().filter(|tie| tie.demanded == demanded).map(|tie| tie.party as f64).collect();
        of.iter().sum::<f64>() / of.len().max(1) as f64
    };
    let mut order: Vec<usize> = (0..panel.demanded.len()).collect();
    order.sort_by(|a, b| mean(*a).total_cmp(&mean(*b)).then(a.cmp(b)));
    let high = |lines: usize, notes: usize| {
        2.0 * PAD + Face::Label.line() * lines as f64 + Face::Note.line() * notes as f64
    };
    let parties: Vec<Vec<String>> =
        panel.parties.iter().map(|party| wrapped(&party.name.label, Face::Label, one - 24.0, 2)).collect();
    let what: Vec<Vec<String>> =
        panel.demanded.iter().map(|of| wrapped(&of.name.label, Face::Label, other - 20.0, 3)).collect();
    let notes = |of: &Demanded| of.of.len().min(OF + 1);
    let left: Vec<f64> = parties.iter().map(|lines| high(lines.len().max(1), 0)).collect();
    let right: Vec<f64> =
        panel.demanded.iter().zip(&what).map(|(of, lines)| high(lines.len().max(1), notes(of))).collect();
    let sum = |of: &[f64]| of.iter().sum::<f64>() + 8.0 * of.len().saturating_sub(1) as f64;
    let all = sum(&left).max(sum(&right));
    // The shorter column stands in the middle of the longer.
    let mut middles = [vec![0.0; left.len()], vec![0.0; right.len()]];
    let mut y = top + (all - sum(&left)) / 2.0;
    for (number, high) in left.iter().enumerate() {
        middles[0][number] = y + high / 2.0;
        y += high + 8.0;
    }
    y = top + (all - sum(&right)) / 2.0;
    for number in &order {
        middles[1][*number] = y + right[*number] / 2.0;
        y += right[*number] + 8.0;
    }
    let (from, to) = (MARGIN + one, MARGIN + one + between);
    for tie in &panel.ties {
        draw_tie(canvas, tie, point(from, middles[0][tie.party]), point(to, middles[1][tie.demanded]));
    }
    for (number, party) in panel.parties.iter().enumerate() {
        let (high, iri) = (left[number], party.name.iri.as_deref());
        let y = middles[0][number] - high / 2.0;
        let rect = Shape::Rect(point(MARGIN, y), one, high, 4.0);
        canvas.draw(Mark::new(rect, "edge hollow", &party.title).about(iri));
        let band = Shape::Rect(point(MARGIN, y), 8.0, high, 2.0);
        canvas.draw(Mark::new(band, format!("{} edge", stance_class(party.value)), &party.title).about(iri));
        words(canvas, &parties[number], point(MARGIN + 16.0, y + PAD), &party.title, iri);
    }
    for (number, of) in panel.demanded.iter().enumerate() {
        let (high, iri) = (right[number], of.name.iri.as_deref());
        let y = middles[1][number] - high / 2.0;
        let class = if iri.is_some() { "edge hollow" } else { "edge hollow open" };
        let rect = Shape::Rect(point(to, y), other, high, 4.0);
        canvas.draw(Mark::new(rect, class, &of.title).about(iri));
        words(canvas, &what[number], point(to + 10.0, y + PAD), &of.title, iri);
        let below = y + PAD + Face::Label.line() * what[number].len().max(1) as f64;
        for (line, name) in of.of.iter().take(notes(of)).enumerate() {
            let is_rest = line == OF;
            let said = match is_rest {
                true => format!("against it: {} more", of.of.len() - OF),
                false => format!("against it: {}", name.label),
            };
            let at = point(to + 10.0, below + Face::Note.line() * (line as f64 + 0.8));
            let shown = shortened(&said, Face::Note, other - 20.0);
            let mark = Mark::text(at, Anchor::Start, Face::Note, shown).of_class("quiet");
            canvas.draw(match is_rest {
                true => mark.titled(&of.title),
                false => mark.titled(&said).about(name.iri.as_deref()),
            });
        }
    }
    canvas.y = top + all + 4.0;
}

fn words(canvas: &mut Canvas, lines: &[String], at: super::Point, title: &str, iri: Option<&str>) {
    for (number, line) in lines.iter().enumerate() {
        let at = point(at.x, at.y + Face::Label.line() * (number as f64 + 0.78));
        canvas.draw(Mark::text(at, Anchor::Start, Face::Label, line).titled(title).about(iri));
    }
}

fn draw_tie(canvas: &mut Canvas, tie: &Tie, from: super::Point, to: super::Point) {
    let class = if tie.must { "tie tie-for w2" } else { "tie tie-against w2" };
    let end = point(to.x - 8.0, to.y);
    let bow = (end.x - from.x) / 2.0;
    let steps =
        vec![Step::Move(from), Step::Curve(point(from.x + bow, from.y), point(end.x - bow, end.y), end)];
    let iri = tie.iri.as_deref();
    canvas.draw(Mark::new(Shape::Path(steps), class, &tie.title).about(iri));
    let head = vec![
        Step::Move(point(to.x - 10.0, to.y - 5.0)),
        Step::Line(point(to.x - 10.0, to.y + 5.0)),
        Step::Line(point(to.x - 1.0, to.y)),
        Step::Close,
    ];
    canvas.draw(Mark::new(Shape::Path(head), "dot", &tie.title).about(iri));
}
