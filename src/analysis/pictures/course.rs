//! Polarisation over time as a curve.

use super::Frame;
use crate::analysis::camps::parts::{Edge, fit, two_camps};
use crate::analysis::network::window::{Window, Windows, series};
use crate::analysis::network::{Counting, Mode, Network, Options};
use crate::analysis::statements::Statements;
use crate::base::error::{Error, Result, count};
use crate::export::picture::Picture;
use crate::export::picture::curve::{self, Curve, Point};

/// Most windows that a picture can show, and most ties of all of them together.
const MOST: usize = 5_000;
const TIES: usize = 20_000_000;

/// The polarisation into two camps in each window: how much of all agreement and disagreement fits them. The options
/// say what a statement counts once in, and what ties are divided by; both kinds of ties are counted anyhow.
///
/// # Errors
/// No windows; more than a picture can show; nobody who meets anybody.
pub fn polarisation(
    statements: &Statements,
    options: Options,
    windows: Windows,
    frame: &Frame,
) -> Result<Picture> {
    let counting = |counting| series(statements, Mode::One, Options { counting, ..options }, windows);
    let (agreement, conflict) = (counting(Counting::Congruence)?, counting(Counting::Conflict)?);
    let ties = agreement.iter().map(|window| window.network.ties.len()).sum::<usize>();
    if agreement.len() > MOST || ties > TIES {
        let windows = count(agreement.len(), "window");
        return Err(Error::usage(format!(
            "{windows} with {} are too many for a picture",
            count(ties, "tie")
        ))
        .with_help("choose a longer unit for --window, such as 3mo for 90d, or narrow it with --since"));
    }
    let points: Vec<Point> = agreement.iter().zip(&conflict).map(|(one, other)| point(one, other)).collect();
    if points.iter().all(|point| point.value.is_none()) {
        return Err(Error::usage("there is no polarisation: in no window two speak on the same")
            .with_help("choose a longer --window"));
    }
    let gaps = points.iter().filter(|point| point.value.is_none()).count();
    let length = match windows.size {
        1 => format!("one {}", windows.unit.word()),
        _ => count(windows.size as usize, windows.unit.word()),
    };
    let mut notes = vec![format!(
        "A dot is a window of {length}, at its middle: 1 where all agreement is within two camps and all disagreement \
         between them, never below 0.5."
    )];
    if gaps > 0 {
        notes.push(format!("Gaps: {} in which nobody speaks on the same as another.", count(gaps, "window")));
    }
    let heading = frame.heading("Polarisation over time", notes);
    let axis = "share of agreement and disagreement that fits two camps".to_owned();
    Ok(curve::picture(&Curve { heading, axis, points }, frame.width))
}

fn edges(network: &Network) -> Vec<Edge> {
    let tied = network.ties.iter().filter(|tie| tie.weight > 0.0);
    tied.map(|tie| (tie.source as usize, tie.target as usize, tie.weight)).collect()
}

fn point(agreement: &Window, conflict: &Window) -> Point {
    let Window { first, middle, last, ref network } = *agreement;
    let (one, other) = (edges(network), edges(&conflict.network));
    let nodes = network.nodes.len();
    let value = (!one.is_empty() || !other.is_empty()).then(|| {
        let (camps, _) = two_camps(nodes, &one, &other, 1);
        fit(&one, &other, &camps)
    });
    let shown = value.map_or("nothing to measure".to_owned(), |value| format!("{value:.2}"));
    let title = format!("{first} to {last}: {shown}\n{}", count(nodes, "node"));
    Point { first, middle, last, value, title }
}
