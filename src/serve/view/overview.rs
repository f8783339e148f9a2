//! What is in a graph at a glance: how much, of which days, by whom, where it divides.

use super::{Links, name, text};
use crate::analysis::matrix::Division;
use crate::analysis::summary::Summary;
use crate::base::error::{count, grouped};
use maud::{Markup, html};
use std::fmt::Display;

/// How much there is, in one sentence.
#[must_use]
pub fn sentence(summary: &Summary) -> String {
    let days = match (summary.from, summary.until) {
        (Some(from), Some(until)) if from == until => format!(", {from}"),
        (Some(from), Some(until)) => format!(", {from} – {until}"),
        _ => String::new(),
    };
    format!(
        "{} of {} on {} in {}{days}",
        count(summary.positions, "position"),
        count(summary.actors, "actor"),
        count(summary.issues, "issue"),
        count(summary.articles, "article"),
    )
}

/// How much there is, of which days and coders, by stance, mode and status.
#[must_use]
pub fn overview(summary: &Summary) -> Markup {
    let figures = [
        (summary.positions, "position"),
        (summary.actors, "actor"),
        (summary.issues, "issue"),
        (summary.articles, "article"),
    ];
    html! {
        ul.figures {
            @for (number, noun) in figures {
                li { strong { (grouped(number)) } " " (if number == 1 { noun.to_owned() } else { format!("{noun}s") }) }
            }
        }
        dl {
            @if let Some(days) = period(summary) { div { dt { "days" } dd { (days) } } }
            @if !summary.coders.is_empty() { div { dt { "coders" } dd { (text(&summary.coders.join(", "))) } } }
            (counts("stances", &summary.by_stance))
            (counts("modes", &summary.by_mode))
            (counts("status", &summary.by_status))
            @if summary.undated > 0 {
                div { dt { "undated" } dd { (count(summary.undated, "position")) " without a day" } }
            }
        }
    }
}

fn period(summary: &Summary) -> Option<String> {
    match (summary.from?, summary.until?) {
        (from, until) if from == until => Some(from.to_string()),
        (from, until) => Some(format!("{from} – {until}")),
    }
}

fn counts(title: &str, counts: &[(String, usize)]) -> Markup {
    html! {
        @if !counts.is_empty() {
            div {
                dt { (title) }
                dd { ul.counts { @for (word, number) in counts { li { (text(word)) " " span.number { (grouped(*number)) } } } } }
            }
        }
    }
}

/// Issues by disagreement: how many actors are for and against each, with bars.
#[must_use]
pub fn divisions(divisions: &[(Division, String)], links: &dyn Links) -> Markup {
    let widest =
        divisions.iter().map(|(division, _)| division.pro.max(division.contra)).max().unwrap_or(1).max(1);
    html! {
        div.wide role="region" aria-label="Issues by disagreement" tabindex="0" {
            table.divisions {
                thead { tr {
                    th scope="col" { "Issue" }
                    th.amount scope="col" { "Against" }
                    th.bars scope="col" { span.unseen { "Share of both" } }
                    th.amount scope="col" { "For" }
                    th.amount scope="col" { "Actors" }
                } }
                tbody {
                    @for (division, label) in divisions {
                        tr {
                            th scope="row" { (name(label, Some(&division.issue), links)) }
                            td.amount { (division.contra) }
                            td.bars { (bars(division, widest)) }
                            td.amount { (division.pro) }
                            td.amount { (division.actors) }
                        }
                    }
                }
            }
        }
    }
}

/// A bar to the left of those against, and to the right of those for.
fn bars(division: &Division, widest: usize) -> Markup {
    let length = |number: usize| 48.0 * number as f64 / widest as f64;
    let (contra, pro) = (length(division.contra), length(division.pro));
    html! {
        svg.bar viewBox="0 0 100 8" role="img" aria-label=(format!("{} against, {} for", division.contra, division.pro)) {
            rect.against x=(rounded(49.0 - contra)) y="0" width=(rounded(contra)) height="8" {}
            rect.for x="51" y="0" width=(rounded(pro)) height="8" {}
        }
    }
}

fn rounded(length: f64) -> impl Display {
    (length * 10.0).round() / 10.0
}
