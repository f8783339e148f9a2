//! Pictures of a page: bounded, so that they can be looked at.

use crate::analysis::matrix::Division;
use crate::analysis::pictures::{self, Frame};
use crate::analysis::timeline::{Row, Timeline};
use crate::base::error::Result;
use crate::export::picture::Picture;
use crate::store::index::Index;
use oxrdf::NamedNode;
use std::collections::BTreeMap;

/// Bars of the timeline, a bar a position; and of that of one thing.
const BARS: usize = 300;
const MOST: usize = 2_000;
/// Width of pictures, in pixels.
const WIDTH: f64 = 1000.0;

/// Who said what when, about one issue, actor or article if one is given, else about the issues that divide most;
/// as many of them as fit; with the number of issues that it shows. None where nothing has a day, or too much.
///
/// # Errors
/// A damaged index.
pub fn timeline(
    index: &Index,
    divisions: &[Division],
    only: Option<&NamedNode>,
) -> Result<Option<(Picture, usize)>> {
    let mut timeline = Timeline::of(index)?;
    if let Some(only) = only {
        let is_about = |row: &Row| {
            let article = row.article.as_ref().map(|article| &article.iri);
            [Some(&row.issue.iri), Some(&row.actor.iri), article].contains(&Some(only))
        };
        timeline.rows.retain(is_about);
        timeline.undated.retain(is_about);
    }
    let mut bars: BTreeMap<NamedNode, usize> = BTreeMap::new();
    timeline.rows.iter().for_each(|row| *bars.entry(row.issue.iri.clone()).or_default() += 1);
    let mut issues: Vec<NamedNode> = bars.keys().cloned().collect();
    if only.is_none() && timeline.rows.len() > BARS {
        let mut drawn = 0;
        let fits = |issue: &&NamedNode| {
            drawn += bars.get(*issue).copied().unwrap_or_default();
            drawn <= BARS
        };
        issues = divisions.iter().map(|of| &of.issue).take_while(fits).cloned().collect();
        timeline.rows.retain(|row| issues.contains(&row.issue.iri));
    }
    if timeline.rows.is_empty() || timeline.rows.len() > MOST {
        return Ok(None);
    }
    let frame = Frame { title: None, source: String::new(), width: WIDTH };
    Ok(Some((pictures::timeline(index, &timeline, &frame)?, issues.len())))
}
