//! Spans that moved because the text of their article changed since it was loaded.

use super::Loaded;
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::error::count;
use crate::model::identity::id_of;
use crate::model::text::{ArticleText, Misplaced};
use crate::model::vocab::{oa, schema};
use crate::store::index::Index;
use oxrdf::{NamedNode, NamedNodeRef, NamedOrBlankNode, Term};

/// So many spans are reported one by one; the rest are counted.
const LISTED: usize = 20;

/// Warnings of the spans in the store that the coded texts of a load move: a changed text is noticed, and each of
/// its quotes says where it stands now. IRIs hash their places, so that records move with them.
#[must_use]
pub fn moved_spans(present: &Index, loaded: &Loaded) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    for coded in &loaded.coded {
        let before: Vec<String> = values(present, &coded.article, schema::SHA256);
        if before.is_empty() || before.iter().any(|hash| hash == coded.text.sha256()) {
            continue;
        }
        let moved: Vec<String> = spans(present, &coded.article)
            .into_iter()
            .filter_map(|(start, words)| {
                Some(format!("`{words}` at {start}: {}", moved(&coded.text, start, &words)?))
            })
            .collect();
        let file = loaded.documents.iter().find(|document| document.name == coded.document);
        let mut warning = Diagnostic::warning(format!(
            "the text of `{}` changed since it was loaded",
            id_of(&coded.article)
        ))
        .expected(match moved.len() {
            0 => "all spans stand where they stood".to_owned(),
            moved => format!("{} moved, and with them the IRIs of what they prove", count(moved, "span")),
        });
        for line in moved.iter().take(LISTED) {
            warning = warning.note(line);
        }
        if moved.len() > LISTED {
            warning = warning.note(format!("and {}", count(moved.len() - LISTED, "more span")));
        }
        warnings
            .push(warning.at(Place::file(file.map_or_else(String::new, |document| document.origin.clone()))));
    }
    warnings
}

/// Where words stand that stood here; none if they still do.
fn moved(text: &ArticleText, start: u32, words: &str) -> Option<String> {
    let end = start.saturating_add(u32::try_from(words.chars().count()).unwrap_or(u32::MAX));
    if text.words(start..end) == Some(words) {
        return None;
    }
    Some(match text.find(words) {
        Ok(place) => format!("now at {}", place.start),
        Err(Misplaced::Several(places)) => {
            let places: Vec<String> = places.iter().map(|place| place.start.to_string()).collect();
            format!("now at {}", places.join(" or "))
        }
        Err(Misplaced::Nowhere(Some(near))) => {
            format!("gone; the nearest words, at {}, are `{}`", near.start, near.words)
        }
        Err(Misplaced::Nowhere(None)) => "gone".to_owned(),
    })
}

/// The spans of an article in the graph: their first code points and words, in the order of the text.
fn spans(graph: &Index, article: &NamedNode) -> Vec<(u32, String)> {
    let of_article = graph.matching(None, Some(oa::HAS_SOURCE), Some(article.as_ref().into()));
    let mut spans: Vec<(u32, String)> = of_article
        .filter_map(|triple| {
            let NamedOrBlankNode::NamedNode(span) = triple.subject else { return None };
            let selector = graph.matching(Some(span.as_ref().into()), Some(oa::HAS_SELECTOR), None).next()?;
            let Term::NamedNode(selector) = selector.object else { return None };
            let start = values(graph, &selector, oa::START).first()?.parse().ok()?;
            Some((start, values(graph, &selector, oa::EXACT).into_iter().next()?))
        })
        .collect();
    spans.sort_unstable();
    spans.dedup();
    spans
}

fn values(graph: &Index, thing: &NamedNode, property: NamedNodeRef<'_>) -> Vec<String> {
    let said = graph.matching(Some(thing.as_ref().into()), Some(property), None);
    said.filter_map(|triple| {
        if let Term::Literal(text) = triple.object { Some(text.value().to_owned()) } else { None }
    })
    .collect()
}
