//! Filters by what articles have, by camp, by what is not wanted, and by a query.

use super::HEADING;
use crate::analysis::camps::{Question, membership};
use crate::analysis::opened::{Wanted, find};
use crate::analysis::statements::{Node, Variable, articles_by};
use crate::base::diagnostic::{did_you_mean, nearest};
use crate::base::error::{Error, Result};
use crate::base::fold::fold;
use crate::export::Selection;
use crate::model::registry::Kind;
use crate::query::{Answer, Query};
use crate::store::index::Index;
use crate::store::names;
use oxrdf::{NamedNode, Term};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Filters beside those that a selection of things expresses.
#[derive(clap::Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct Articles {
    /// Only positions in articles of this publisher; repeat it for several
    #[arg(long, value_name = "NAME", global = true, help_heading = HEADING)]
    publisher: Vec<String>,

    /// Only positions in articles by this author; repeat it for several
    #[arg(long, value_name = "NAME", global = true, help_heading = HEADING)]
    author: Vec<String>,

    /// Only positions in articles of this section; repeat it for several
    #[arg(long, value_name = "NAME", global = true, help_heading = HEADING)]
    section: Vec<String>,

    /// Only positions in articles of this type; repeat it for several
    #[arg(long = "type", value_name = "NAME", global = true, help_heading = HEADING)]
    article_type: Vec<String>,

    /// Only positions of a camp's members: its number as `camps` prints it without filters, or anybody in it; repeat
    /// it for several
    #[arg(long, value_name = "CAMP", global = true, help_heading = HEADING)]
    pub(super) camp: Vec<String>,

    /// No positions of this actor, or in their name; repeat it for several
    #[arg(long, value_name = "NAME", global = true, help_heading = HEADING)]
    pub(super) not_actor: Vec<String>,

    /// No positions on this issue; repeat it for several
    #[arg(long, value_name = "NAME", global = true, help_heading = HEADING)]
    pub(super) not_issue: Vec<String>,

    /// Nothing that this article states; repeat it for several
    #[arg(long, value_name = "NAME", global = true, help_heading = HEADING)]
    pub(super) not_article: Vec<String>,

    /// No positions in articles of this publisher; repeat it for several
    #[arg(long, value_name = "NAME", global = true, help_heading = HEADING)]
    not_publisher: Vec<String>,

    /// No positions in articles by this author; repeat it for several
    #[arg(long, value_name = "NAME", global = true, help_heading = HEADING)]
    not_author: Vec<String>,

    /// No positions in articles of this section; repeat it for several
    #[arg(long, value_name = "NAME", global = true, help_heading = HEADING)]
    not_section: Vec<String>,

    /// No positions in articles of this type; repeat it for several
    #[arg(long, value_name = "NAME", global = true, help_heading = HEADING)]
    not_type: Vec<String>,

    /// Only positions that the SELECT in this file returns, in any column; `export` writes the answer itself, of any
    /// query
    #[arg(long = "query", value_name = "FILE", global = true, help_heading = HEADING)]
    pub(super) chosen_by: Option<PathBuf>,
}

impl Articles {
    /// Whether none is given.
    pub(super) fn are_none(&self) -> bool {
        *self == Self::default()
    }

    /// The options that are given, each with its values.
    pub(super) fn described(&self) -> Vec<(String, String)> {
        let named = [
            ("publisher", &self.publisher),
            ("author", &self.author),
            ("section", &self.section),
            ("type", &self.article_type),
            ("camp", &self.camp),
            ("not-actor", &self.not_actor),
            ("not-issue", &self.not_issue),
            ("not-article", &self.not_article),
            ("not-publisher", &self.not_publisher),
            ("not-author", &self.not_author),
            ("not-section", &self.not_section),
            ("not-type", &self.not_type),
        ];
        let named = named.into_iter().filter(|(_, values)| !values.is_empty());
        let query = self.chosen_by.iter().map(|file| ("query".to_owned(), file.display().to_string()));
        named.map(|(name, values)| (name.to_owned(), values.join(", "))).chain(query).collect()
    }

    /// The positions that pass. Those of `without`, one selection a kind of thing, do not.
    ///
    /// # Errors
    /// A text that no article has; a query that cannot be read or is no SELECT; a damaged index.
    pub(super) fn positions(&self, index: &Index, without: &[Selection]) -> Result<BTreeSet<NamedNode>> {
        let mut positions = Selection::default().positions(index)?;
        for selection in without {
            for position in selection.positions(index)? {
                positions.remove(&position);
            }
        }
        if !self.camp.is_empty() {
            let actors = members(index, &self.camp)?;
            let of_these = find(index, &Wanted { actors, ..Wanted::default() })?;
            let of_these: BTreeSet<NamedNode> = of_these.into_iter().collect();
            positions.retain(|position| of_these.contains(position));
        }
        let variables = [
            (Variable::Publisher, &self.publisher, &self.not_publisher),
            (Variable::Author, &self.author, &self.not_author),
            (Variable::Section, &self.section, &self.not_section),
            (Variable::Type, &self.article_type, &self.not_type),
        ];
        for (variable, wanted, unwanted) in variables {
            if wanted.is_empty() && unwanted.is_empty() {
                continue;
            }
            let articles = articles_by(index, variable)?;
            if !wanted.is_empty() {
                let articles = named(&articles, variable, wanted)?;
                let of_these = Selection { articles, ..Selection::default() }.positions(index)?;
                positions.retain(|position| of_these.contains(position));
            }
            if !unwanted.is_empty() {
                let articles = named(&articles, variable, unwanted)?;
                let of_these = Selection { articles, ..Selection::default() }.positions(index)?;
                positions.retain(|position| !of_these.contains(position));
            }
        }
        if let Some(file) = &self.chosen_by {
            let returned = returned(index, file)?;
            positions.retain(|position| returned.contains(position));
        }
        Ok(positions)
    }
}

/// The members of camps, by the numbers of these or by anybody in them.
fn members(index: &Index, wanted: &[String]) -> Result<Vec<NamedNode>> {
    let (nodes, camps) = membership(index, &Question::usual())?;
    let mut found = Vec::new();
    for name in wanted {
        let camp = camp_named(index, (Variable::Actor, &nodes), &camps, name)?;
        found.extend(camps[camp].iter().map(|node| NamedNode::new_unchecked(&nodes[*node].iri)));
    }
    Ok(found)
}

/// The number of the camp that is meant: its number from 1 on, or the name of anybody in it.
///
/// # Errors
/// A number or a name of no camp.
pub(in crate::cli) fn camp_named(
    index: &Index,
    (variable, nodes): (Variable, &[Node]),
    camps: &[Vec<usize>],
    name: &str,
) -> Result<usize> {
    let help = "`standpoint camps` lists them";
    if let Ok(number) = name.trim().parse::<usize>() {
        return number.checked_sub(1).filter(|camp| *camp < camps.len()).ok_or_else(|| {
            let all = match camps.len() {
                0 => "there are no camps".to_owned(),
                1 => "there is one camp".to_owned(),
                all => format!("there are {all} camps"),
            };
            Error::usage(format!("unknown camp {number}: {all}")).with_help(help)
        });
    }
    let in_none = |label: &str| Error::usage(format!("`{label}` is in no camp")).with_help(help);
    let node = match variable {
        Variable::Actor => {
            let actor = names::one(index, Kind::Actor, name)?;
            let place = nodes.iter().position(|node| node.iri == actor.iri.as_str());
            place.ok_or_else(|| in_none(&actor.label))?
        }
        _ => super::super::network::find(index, (variable, nodes), name)? as usize,
    };
    camps.iter().position(|members| members.contains(&node)).ok_or_else(|| in_none(&nodes[node].label))
}

/// The articles that have one of these texts, whatever the case of its letters.
fn named(
    articles: &BTreeMap<String, Vec<NamedNode>>,
    variable: Variable,
    wanted: &[String],
) -> Result<Vec<NamedNode>> {
    let mut found = Vec::new();
    for name in wanted {
        let same: Vec<&Vec<NamedNode>> =
            articles.iter().filter(|(text, _)| fold(text) == fold(name)).map(|(_, of)| of).collect();
        if same.is_empty() {
            let word = variable.word();
            let error = Error::usage(format!("no article has the {word} `{name}`"));
            let known = || articles.keys().map(String::as_str);
            let some = || known().take(3).map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", ");
            return Err(match did_you_mean(&nearest(name, known(), 2)) {
                Some(help) => error.with_help(help),
                None if articles.is_empty() => error.with_help(format!("no article has any {word}")),
                None => error.with_help(format!("there is, for instance, {}", some())),
            });
        }
        found.extend(same.into_iter().flatten().cloned());
    }
    Ok(found)
}

/// Everything with an IRI that a query returns.
fn returned(index: &Index, file: &std::path::Path) -> Result<BTreeSet<NamedNode>> {
    let text = std::fs::read_to_string(file).map_err(Error::file("read", file))?;
    let answer = Query::parse(&file.display().to_string(), &text)?.answer(index, None)?;
    let Answer::Rows { rows, .. } = answer else {
        return Err(Error::usage(format!("`{}` is no SELECT", file.display()))
            .with_help("--query takes a query whose rows have positions: a SELECT"));
    };
    let node = |term: Term| NamedNode::try_from(term).ok();
    Ok(rows.into_iter().flatten().flatten().filter_map(node).collect())
}
