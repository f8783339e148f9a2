//! Camps: who is in each, how sure that is, and what it stands for.

use super::{Links, View, heading, name, side, text};
use crate::analysis::camps::{Camp, Camps, Member, Telling};
use crate::analysis::statements::Node;
use crate::base::error::count;
use maud::{Markup, html};
use oxrdf::NamedNode;

/// Those who bridge camps that are named.
const BRIDGES: usize = 8;

/// The camps, the largest first.
#[must_use]
pub fn camps(camps: &Camps, view: View<'_>) -> Markup {
    let alone = camps.nodes.iter().filter(|member| member.camp.is_none()).count();
    html! {
        @for (number, camp) in camps.camps.iter().enumerate() {
            (heading(view.level, &html! { "Camp " (number + 1) " " span.number { (camp.members.len()) } }))
            (one(camp, camps, view.links))
        }
        @let bridges = camps.bridges();
        @if !bridges.is_empty() {
            p {
                "Between camps, most evenly first: "
                @for (number, member) in bridges.iter().take(BRIDGES).enumerate() {
                    @if number > 0 { ", " }
                    (node(&member.node, view.links))
                }
                "."
            }
        }
        @if alone > 0 { p.how { (count(alone, "actor")) " in no camp." } }
    }
}

fn one(camp: &Camp, camps: &Camps, links: &dyn Links) -> Markup {
    let mut members: Vec<&Member> = camp.members.iter().map(|member| &camps.nodes[*member]).collect();
    members.sort_by_key(|member| std::cmp::Reverse(member.statements));
    html! {
        p {
            @for (number, member) in members.iter().enumerate() {
                @if number > 0 { ", " }
                (node(&member.node, links))
            }
        }
        @if let Some(stability) = camp.stability {
            p.how { (format!("Its pairs stay together in {:.0} % of {} other ways of counting.", stability * 100.0, camps.variants)) }
        }
        @if !camp.telling.is_empty() {
            ul {
                @for telling in &camp.telling { li { (stands_for(telling, links)) } }
            }
        }
    }
}

/// "for: The night ferry sails every night (mean 0.8; of the others −0.5; 4 members)".
fn stands_for(telling: &Telling, links: &dyn Links) -> Markup {
    let class = side(Some(telling.camp));
    let others = telling.others.map(|mean| format!("; of the others {}", mean_of(mean))).unwrap_or_default();
    let members = count(telling.members, "member");
    html! {
        span.stance.(class) { (if class == "neither" { "neither" } else { class }) } " "
        (node(&telling.issue, links)) " "
        span.how { (format!("mean {}{others}; {members}", mean_of(telling.camp))) }
    }
}

fn mean_of(value: f64) -> String {
    format!("{value:.2}").replace('-', "−")
}

fn node(node: &Node, links: &dyn Links) -> Markup {
    match NamedNode::new(&node.iri) {
        Ok(iri) => name(&node.label, Some(&iri), links),
        Err(_) => text(&node.label),
    }
}
