//! Shifts as slopes.

use super::shifts::{Shift, Shifts};
use super::{Held, Kind};
use crate::analysis::facts::Facts;
use crate::analysis::pictures::{Frame, legend};
use crate::base::error::{Error, Result, count};
use crate::export::picture::Picture;
use crate::export::picture::heatmap::Name;
use crate::export::picture::slopes::{self, End, Panel, Slope, Slopes};
use crate::model::Concept;
use crate::store::index::{Index, reading};
use oxrdf::NamedNode;

/// Most slopes that a picture can show.
const MOST: usize = 300;

/// Shifts as slopes, a panel an issue: those with most shifts of the same speaker first.
///
/// # Errors
/// No shifts; more than a picture can show; a damaged index.
pub fn picture(index: &Index, shifts: &Shifts, frame: &Frame) -> Result<Picture> {
    let all = shifts.shifts.len();
    if all == 0 {
        return Err(Error::usage("there is nothing to draw: nobody took another stance than before")
            .with_help("`standpoint timeline -o timeline.svg` draws who said what when"));
    }
    if all > MOST {
        return Err(Error::usage(format!("{} are too many for a picture", count(all, "change"))).with_help(
            "narrow it with --kind shift, --issue, --actor or --since; --format csv has them all",
        ));
    }
    let panels = reading(|| panels(index, shifts))?;
    let moved = shifts.shifts.iter().filter(|shift| shift.change.kind == Kind::Shift).count();
    let mut notes = vec![format!(
        "The earlier stance on the left, the later on the right. {} of the same speaker.",
        count(moved, "shift")
    )];
    if moved < all {
        let others = count(all - moved, "other difference");
        notes.push(format!("Thin: {others}, such as another speaker or a correction of the coding."));
    }
    let heading = frame.heading("Who moved, from where to where", notes);
    Ok(slopes::picture(&Slopes { heading, panels, legend: legend() }, frame.width))
}

fn panels(index: &Index, shifts: &Shifts) -> Vec<Panel> {
    let facts = Facts::new(index);
    let named = |node: &NamedNode| Name::new(facts.label(node), node.as_str());
    let mut panels: Vec<Panel> = Vec::new();
    for shift in &shifts.shifts {
        let Some(slope) = slope(shift) else { continue };
        let issue = shift.change.after.as_ref().and_then(|after| after.issue.as_ref());
        let iri = issue.map(|issue| issue.as_str());
        let place = panels.iter().position(|panel| panel.name.iri.as_deref() == iri);
        let place = place.unwrap_or_else(|| {
            let name = issue.map(named).unwrap_or_default();
            panels.push(Panel { name, slopes: Vec::new() });
            panels.len() - 1
        });
        panels[place].slopes.push(slope);
    }
    let moves = |panel: &Panel| panel.slopes.iter().filter(|slope| slope.is_move).count();
    panels.sort_by_key(|panel| std::cmp::Reverse(moves(panel)));
    panels
}

fn slope(shift: &Shift) -> Option<Slope> {
    let (before, after) = (shift.change.before.as_ref()?, shift.change.after.as_ref()?);
    let mut title = format!("{}: {}", after.actor_name, shift.change.kind.name());
    for line in shift.change.reasons.iter().map(String::as_str).chain([&*before.quote(), &*after.quote()]) {
        if !line.is_empty() {
            title += &format!("\n{line}");
        }
    }
    Some(Slope {
        name: Name {
            label: after.actor_name.clone(),
            iri: after.actor.as_ref().map(|actor| actor.as_str().to_owned()),
        },
        before: end(before),
        after: end(after),
        is_move: shift.change.kind == Kind::Shift,
        title,
    })
}

fn end(held: &Held) -> End {
    let stance = held.stance.map_or("own stance", |stance| stance.word());
    End {
        value: held.stance.and_then(|stance| stance.value()?.parse().ok()),
        stance: stance.to_owned(),
        when: held.begin.map(|day| day.to_string()).unwrap_or_default(),
        title: format!("{stance}, {}\n{}", held.stated, held.quote()).trim_end().to_owned(),
        iri: Some(held.position.as_str().to_owned()),
    }
}
