//! Where an analysis has its numbers from, in one line: positions, articles, publishers, days.

use super::facts::Facts;
use crate::base::error::{Result, count};
use crate::model::vocab::dcterms;
use crate::store::index::positions::PositionTable;
use crate::store::index::{Index, reading};
use jiff::civil::Date;
use oxrdf::{NamedNode, Term};
use std::collections::BTreeSet;

/// Publishers that are named; of more, only the number is given.
const NAMED: usize = 4;

/// What the positions of an index were read in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// Number of positions.
    pub positions: usize,
    /// Number of articles.
    pub articles: usize,
    /// Who published them, each once, in the order of their names.
    pub publishers: Vec<String>,
    /// First and last day on which a position can have been expressed.
    pub days: Option<(Date, Date)>,
}

impl Sources {
    /// The sources of all positions of an index.
    ///
    /// # Errors
    /// A damaged index.
    pub fn of(index: &Index) -> Result<Self> {
        let table = PositionTable::new(index.snapshot())?;
        let (articles, _) = table.articles()?.levels();
        let (from, until) = (table.stated_from()?, table.stated_until()?);
        let days = || from.iter().chain(until.iter()).flatten();
        let days = days().min().zip(days().max());
        let mut publishers = BTreeSet::new();
        for article in &articles {
            if let Term::NamedNode(article) = table.term(*article)? {
                publishers.extend(reading(|| publishers_of(index, &article))?);
            }
        }
        Ok(Self {
            positions: table.len(),
            articles: articles.len(),
            publishers: publishers.into_iter().collect(),
            days,
        })
    }

    /// "Source: 59 positions in 10 articles (Coast Press, Harbour Herald), 2025-03-04 to 2025-08-12. Standpoint 0.2.0."
    #[must_use]
    pub fn sentence(&self) -> String {
        let mut text =
            format!("Source: {} in {}", count(self.positions, "position"), count(self.articles, "article"));
        match self.publishers.len() {
            0 => {}
            1..=NAMED => text += &format!(" ({})", self.publishers.join(", ")),
            more => text += &format!(" of {}", count(more, "publisher")),
        }
        match self.days {
            Some((first, last)) if first == last => text += &format!(", {first}"),
            Some((first, last)) => text += &format!(", {first} to {last}"),
            None => {}
        }
        text + ". Standpoint " + env!("CARGO_PKG_VERSION") + "."
    }
}

fn publishers_of(index: &Index, article: &NamedNode) -> Vec<String> {
    let facts = Facts::new(index);
    let mut names = facts.labels(article, dcterms::PUBLISHER);
    names.extend(facts.texts(article, dcterms::PUBLISHER));
    names
}
