//! Parties and their terms, read off the position table.

use super::search::settlement;
use super::{Bargain, Concession, Logic, Party, Stand, Term, Which};
use crate::analysis::columns::{concepts, node, plain};
use crate::analysis::facts::Facts;
use crate::base::error::Result;
use crate::base::fold::fold;
use crate::model::vocab::stp;
use crate::model::{Concept, ConditionKind, Family, Stance, Status};
use crate::store::index::positions::{PositionTable, Thing as Number};
use crate::store::index::{Corruption, Index, reading};
use crate::store::names::thing;
use jiff::civil::Date;
use oxrdf::{NamedNode, NamedOrBlankNode, Term as RdfTerm};
use std::collections::{BTreeMap, HashMap};

/// What stands for a condition that a stance names and no condition describes.
const UNDESCRIBED: &str = "a condition that the data do not describe";

/// All issues that are proposals, or have terms, in the order of their names.
///
/// # Errors
/// A damaged index.
pub fn bargains(index: &Index, which: Which) -> Result<(Vec<Bargain>, Logic)> {
    reading(|| read(index, which))?.map_err(Into::into)
}

/// A position of an actor on an issue.
struct Row {
    row: usize,
    is_open: bool,
    stated: (Option<Date>, Option<Date>),
}

fn read(index: &Index, which: Which) -> Result<(Vec<Bargain>, Logic), Corruption> {
    let table = PositionTable::new(index.snapshot())?;
    let facts = Facts::new(index);
    let (actors, issues) = (table.actors()?, table.issues()?);
    let (from, until) = (table.stated_from()?, table.stated_until()?);
    let stances: Vec<Option<Stance>> = concepts(&table, &table.stances()?)?;
    let statuses: Vec<Option<Status>> = concepts(&table, &table.statuses()?)?;
    let plain = plain(&table)?;
    let mut held: HashMap<(Number, Number), Vec<Row>> = HashMap::new();
    for row in 0..table.len() {
        let is_open = match statuses[row] {
            Some(Status::InForce) => false,
            Some(Status::Ambiguous | Status::Disputed) => true,
            _ => continue,
        };
        let (Some(actor), Some(issue)) = (actors.get(row), issues.get(row)) else { continue };
        if which.implied || plain[row] {
            let stated = (until.get(row), from.get(row));
            held.entry((issue, actor)).or_default().push(Row { row, is_open, stated });
        }
    }
    let logic = logic(index);
    let mut parties: BTreeMap<Number, Vec<Party>> = BTreeMap::new();
    for ((issue, actor), mut rows) in held {
        if !which.earlier && rows.iter().any(|row| !row.is_open) {
            rows.retain(|row| !row.is_open);
            let last = rows.iter().map(|row| row.stated).max();
            rows.retain(|row| Some(row.stated) == last);
        }
        let mut stands = Vec::new();
        for Row { row, .. } in rows {
            let Some(stance) = stances[row] else { continue };
            let Some(position) = node(&table, table.position(row))? else { continue };
            stands.extend(stand(&facts, position, stance));
        }
        stands.sort_by(|one, other| one.position.cmp(&other.position));
        if let Some(actor) = node(&table, actor)?.filter(|_| !stands.is_empty()) {
            parties.entry(issue).or_default().push(Party { actor: thing(index, actor), stands });
        }
    }
    let mut bargains = Vec::new();
    for (issue, mut parties) in parties {
        let Some(issue) = node(&table, issue)? else { continue };
        let family = facts.link(&issue, stp::prop::FAMILY).and_then(|of| Family::from_iri(of.as_ref()));
        let has_terms = parties.iter().any(|party| party.stands.iter().any(|stand| !stand.terms.is_empty()));
        if family == Some(Family::Claim) && !has_terms {
            continue;
        }
        parties.sort_by_cached_key(|party| (fold(&party.actor.label), party.actor.iri.clone()));
        let settlement = settlement(&issue, &parties, &logic);
        bargains.push(Bargain { issue: thing(index, issue), parties, settlement });
    }
    bargains.sort_by_cached_key(|bargain| (fold(&bargain.issue.label), bargain.issue.iri.clone()));
    Ok((bargains, logic))
}

/// A position with its terms; none of a stance without a side.
fn stand(facts: &Facts<'_>, position: NamedNode, stance: Stance) -> Option<Stand> {
    let value: f64 = stance.value()?.parse().ok()?;
    if value == 0.0 {
        return None;
    }
    let is_for = value > 0.0;
    let mut terms = Vec::new();
    for condition in facts.links(&position, stp::prop::CONDITION) {
        let kind = facts.link(&condition, stp::prop::CONDITION_KIND);
        let kind = kind.and_then(|kind| ConditionKind::from_iri(kind.as_ref()));
        let is_exception = matches!(kind, Some(ConditionKind::Unless | ConditionKind::Until));
        let must = kind == Some(ConditionKind::OnlyIf) || is_for != is_exception;
        let words = facts.condition(&condition);
        let required = facts.links(&condition, stp::prop::REQUIRES);
        if required.is_empty() {
            terms.push(Term {
                what: Concession::Words(condition.clone(), words.clone()),
                must,
                words: words.clone(),
            });
        }
        terms.extend(required.into_iter().map(|issue| {
            let label = facts.label(&issue);
            Term { what: Concession::Issue(issue, label), must, words: words.clone() }
        }));
    }
    let by_name = matches!(stance, Stance::ConditionallySupports | Stance::ConditionallyOpposes);
    if by_name && terms.is_empty() {
        let what = Concession::Words(position.clone(), UNDESCRIBED.to_owned());
        terms.push(Term { what, must: true, words: UNDESCRIBED.to_owned() });
    }
    terms.sort();
    Some(Stand { position, stance, is_for, terms })
}

/// What issues exclude and entail.
fn logic(index: &Index) -> Logic {
    let mut logic = Logic::default();
    let pairs = |property| {
        index.matching(None, Some(property), None).filter_map(|triple| {
            match (triple.subject, triple.object) {
                (NamedOrBlankNode::NamedNode(one), RdfTerm::NamedNode(other)) => Some((one, other)),
                _ => None,
            }
        })
    };
    for (one, other) in pairs(stp::prop::INCOMPATIBLE_WITH).chain(pairs(stp::prop::OPPOSITE)) {
        logic.exclusive.insert((other.clone(), one.clone()));
        logic.exclusive.insert((one, other));
    }
    for (one, other) in pairs(stp::prop::ENTAILS) {
        logic.entailed.entry(one).or_default().insert(other);
    }
    logic
}
