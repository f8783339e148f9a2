//! Counts of positions as bars: issues from top to bottom, each with the kinds of its actors.

use super::{Frame, legend, name, nothing};
use crate::analysis::counts::Count;
use crate::base::error::{Error, Result, count};
use crate::export::picture::Picture;
use crate::export::picture::bars::{self, Bar, Bars, Part};
use crate::export::picture::heatmap::Name;
use crate::model::Concept;

/// Most bars that a picture can show.
const MOST: usize = 400;

/// Counts as bars: against on the left, for on the right. Below an issue stands a bar for each kind of actor; one kind
/// alone stands behind its name.
///
/// # Errors
/// No counts; more bars than a picture can show.
pub fn barplot(counts: &[Count], frame: &Frame) -> Result<Picture> {
    if counts.is_empty() {
        return Err(nothing());
    }
    let mut all = Vec::new();
    for of_issue in counts.chunk_by(|one, next| one.issue == next.issue) {
        let kinds: Vec<&[Count]> = of_issue.chunk_by(|one, next| one.kind == next.kind).collect();
        let mut name = name(&of_issue[0].issue);
        // A bar of its own would say the same again.
        if kinds.len() == 1 && !of_issue[0].kind.is_empty() {
            name.label += &format!(" ({})", of_issue[0].kind);
        }
        all.push(bar(name, false, of_issue));
        if kinds.len() > 1 {
            all.extend(kinds.iter().map(|of_kind| {
                let label = if of_kind[0].kind.is_empty() { "of no known kind" } else { &of_kind[0].kind };
                bar(Name { label: label.to_owned(), iri: None }, true, of_kind)
            }));
        }
    }
    if all.len() > MOST {
        return Err(Error::usage(format!("{} are too many for a picture", count(all.len(), "bar")))
            .with_help("narrow it with --issue, --actor, --since or --article; --format csv has them all"));
    }
    let mut notes = vec!["Number of positions in force; neither is half on each side.".to_owned()];
    if counts.iter().any(|count| count.stance.value().is_none()) {
        notes.push(
            "+n ? counts those without a place on the axis: undeclared, or declined to say.".to_owned(),
        );
    }
    let heading = frame.heading("Who is for, who is against", notes);
    Ok(bars::picture(&Bars { heading, bars: all, legend: legend() }, frame.width))
}

/// The bar of some counts: stances with the same value are one part.
fn bar(name: Name, is_part: bool, counts: &[Count]) -> Bar {
    let value = |count: &Count| count.stance.value().and_then(|value| value.parse::<f64>().ok());
    let mut parts: Vec<Part> = Vec::new();
    for of in counts {
        let Some(value) = value(of) else { continue };
        let kind = if of.kind.is_empty() { String::new() } else { format!(" ({})", of.kind) };
        let positions = count(of.positions, "position");
        let said = format!("{}{kind}: {positions} of {}", of.stance.word(), count(of.actors, "actor"));
        match parts.iter_mut().find(|part| part.value == value) {
            Some(part) => {
                part.count += of.positions as f64;
                part.title += &format!("\n{said}");
            }
            None => {
                let title = format!("{}\n{said}", of.issue.label);
                parts.push(Part { value, count: of.positions as f64, title });
            }
        }
    }
    let without = counts.iter().filter(|count| value(count).is_none()).map(|count| count.positions).sum();
    Bar { name, is_part, parts, without }
}
