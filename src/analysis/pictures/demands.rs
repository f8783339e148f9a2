//! Conditions as a map: who requires what, and who would have to give way.

use super::Frame;
use crate::analysis::bargain::{Bargain, Concession, Problem, ProblemKind, Settlement, Side};
use crate::base::error::{Error, Result, count};
use crate::export::picture::Picture;
use crate::export::picture::demands::{self, Demanded, Demands, Panel, Party, Tie};
use crate::export::picture::heatmap::Name;
use crate::model::{Concept, Stance};

/// Most demands that a picture can show.
const MOST: usize = 400;

/// The conditions of issues that have any. `all` are those of every issue: they say who is against what is required.
///
/// # Errors
/// No conditions; more than a picture can show.
pub fn conditions(
    shown: &[&Bargain],
    all: &[Bargain],
    problems: &[Problem],
    frame: &Frame,
) -> Result<Picture> {
    let panels: Vec<Panel> =
        shown.iter().map(|bargain| panel(bargain, all)).filter(|panel| !panel.ties.is_empty()).collect();
    let ties = panels.iter().map(|panel| panel.ties.len()).sum::<usize>();
    if ties == 0 {
        return Err(Error::usage("there is nothing to draw: no position that counts has a condition")
            .with_help(
                "`standpoint barplot` shows who is for and against; --all counts what a text only implies",
            ));
    }
    if ties > MOST {
        return Err(Error::usage(format!("{} are too many for a picture", count(ties, "condition")))
            .with_help(
                "narrow it with --issue, --actor or --since; --show terms --format csv has them all",
            ));
    }
    let mut notes = vec![
        "On the left who accepts on terms, or would drop their opposition; on the right what for, and who is against \
         that."
            .to_owned(),
    ];
    notes.extend(problems.iter().filter(|problem| problem.kind == ProblemKind::Circle).map(|problem| {
        let issues: Vec<&str> = problem.issues.iter().map(|issue| issue.label.as_str()).collect();
        format!("These wait for each other: {}.", issues.join(" → "))
    }));
    let legend = [(-0.5, "against, unless terms are met"), (0.5, "for, if terms are met")];
    let legend = legend.map(|(value, words)| (value, words.to_owned())).into();
    let heading = frame.heading("Who requires what of whom", notes);
    Ok(demands::picture(&Demands { heading, panels, legend }, frame.width))
}

/// What may come of an issue, in a sentence.
fn outlook(bargain: &Bargain) -> String {
    let on = |side: Side| bargain.on(side).count();
    let sides = [
        (on(Side::Accepts), "for it as it is"),
        (on(Side::AcceptsOnTerms), "on terms"),
        (on(Side::OpposesOnTerms), "against it, on terms"),
        (on(Side::Opposes), "against it whatever happens"),
    ];
    let sides: Vec<String> = sides
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, words)| format!("{number} {words}"))
        .collect();
    let zone = match &bargain.settlement {
        Settlement::Agreed => "Agreed.".to_owned(),
        Settlement::Sets(sets) => {
            let fewest = sets.first().map_or(0, Vec::len);
            format!("Agreement is possible with {}.", count(fewest, "concession"))
        }
        Settlement::Blocked => "Agreement is blocked.".to_owned(),
        Settlement::Unsatisfiable => "The terms exclude each other.".to_owned(),
        Settlement::NotSearched(size) => format!("No agreement with up to {}.", count(*size, "concession")),
    };
    format!("{zone} {}.", sides.join(", "))
}

fn panel(bargain: &Bargain, all: &[Bargain]) -> Panel {
    let mut panel = Panel {
        name: Name::new(&bargain.issue.label, bargain.issue.iri.as_str()),
        note: outlook(bargain),
        ..Panel::default()
    };
    let mut known: Vec<&Concession> = Vec::new();
    for party in &bargain.parties {
        for stand in party.stands.iter().filter(|stand| !stand.terms.is_empty()) {
            let value = stand.stance.value().and_then(|value| value.parse().ok());
            // Support on a term is conditional, by whatever name.
            let value = value.map_or(0.0, |value: f64| value.clamp(-0.5, 0.5));
            let is_same = |known: &Party| {
                known.name.iri.as_deref() == Some(party.actor.iri.as_str()) && known.value == value
            };
            let number = panel.parties.iter().position(is_same).unwrap_or_else(|| {
                panel.parties.push(Party {
                    name: Name::new(&party.actor.label, party.actor.iri.as_str()),
                    value,
                    title: format!("{}: {}\n{}", party.actor.label, stand.stance.word(), bargain.issue.label),
                });
                panel.parties.len() - 1
            });
            for term in &stand.terms {
                let demanded = known.iter().position(|one| **one == term.what).unwrap_or_else(|| {
                    known.push(&term.what);
                    panel.demanded.push(demanded(&term.what, all));
                    known.len() - 1
                });
                panel.ties.push(Tie {
                    party: number,
                    demanded,
                    must: term.must,
                    title: said(&party.actor.label, stand.stance, &term.words, &term.what),
                    iri: Some(stand.position.as_str().to_owned()),
                });
            }
        }
    }
    panel
}

fn said(actor: &str, stance: Stance, words: &str, what: &Concession) -> String {
    let words = if words.is_empty() { what.label() } else { words };
    format!("{actor}: {}, {words}", stance.word())
}

/// What is required, with who is against it.
fn demanded(what: &Concession, all: &[Bargain]) -> Demanded {
    let iri = what.issue().map(|issue| issue.as_str().to_owned());
    let bargain = all.iter().find(|bargain| Some(&bargain.issue.iri) == what.issue());
    let sides = [Side::Opposes, Side::OpposesOnTerms];
    let against = bargain.into_iter().flat_map(|of| sides.iter().flat_map(move |side| of.on(*side)));
    let of: Vec<Name> =
        against.map(|party| Name::new(&party.actor.label, party.actor.iri.as_str())).collect();
    let mut title = what.label().to_owned();
    for name in &of {
        title += &format!("\nagainst it: {}", name.label);
    }
    Demanded { name: Name { label: what.label().to_owned(), iri }, of, title }
}
