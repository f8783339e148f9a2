//! Claims and their sources as cells.

use super::cells::{iri, iris, label, number, quote, text};
use crate::analysis::corroboration::Claim;
use crate::export::{Cell, CellTable};
use crate::model::Concept;

/// A row a claim.
#[must_use]
pub fn cells(claims: &[Claim]) -> CellTable {
    let columns =
        ["claim", "sources", "unnamed", "positions", "articles", "deniers", "claim_iri", "positions_iri"];
    let row = |claim: &Claim| {
        vec![
            label(&claim.issue),
            number(claim.sources.len()),
            number(claim.sources.iter().filter(|source| source.is_unnamed).count()),
            number(claim.positions()),
            number(claim.articles()),
            number(claim.deniers),
            iri(&claim.issue),
            iris(
                &claim
                    .sources
                    .iter()
                    .flat_map(|of| &of.positions)
                    .map(|of| of.position.clone())
                    .collect::<Vec<_>>(),
            ),
        ]
    };
    CellTable {
        name: "corroboration".to_owned(),
        columns: columns.map(str::to_owned).into(),
        rows: claims.iter().map(row).collect(),
    }
}

/// A row a position of a claim, by independent source.
#[must_use]
pub fn opened(claim: &Claim) -> CellTable {
    let columns =
        ["source", "actor", "stance", "via", "article", "quote", "actor_iri", "article_iri", "position_iri"];
    let mut rows = Vec::new();
    for (at, source) in claim.sources.iter().enumerate() {
        for witness in &source.positions {
            rows.push(vec![
                number(at + 1),
                label(&witness.actor),
                text(witness.stance.word()),
                text(witness.via.as_str()),
                witness.article.as_ref().map(label).unwrap_or_default(),
                quote(&witness.evidence),
                iri(&witness.actor),
                witness.article.as_ref().map_or(Cell::Absent, iri),
                text(witness.position.as_str()),
            ]);
        }
    }
    CellTable { name: "sources".to_owned(), columns: columns.map(str::to_owned).into(), rows }
}
