//! Which of the positions that went became which of those that came.

use super::stated::Stated;
use std::collections::HashMap;

/// Of actor, issue and evidence, how many have to agree.
const ENOUGH: usize = 2;

/// Takes the pairs out of both lists, the closest first; both stay in their order.
pub(super) fn pair(removed: &mut Vec<Stated>, added: &mut Vec<Stated>) -> Vec<(Stated, Stated)> {
    let mut by_article: HashMap<&str, Vec<usize>> = HashMap::new();
    for (i, position) in added.iter().enumerate() {
        for article in position.identities("article") {
            by_article.entry(article).or_default().push(i);
        }
    }
    let mut candidates = Vec::new();
    for (from, before) in removed.iter().enumerate() {
        let articles = before.identities("article");
        for to in articles.iter().filter_map(|article| by_article.get(article)).flatten() {
            let agreement = agreement(before, &added[*to]);
            if agreement >= ENOUGH {
                candidates.push((agreement, from, *to));
            }
        }
    }
    // Of equals, those that stand nearest in their lists, which follow the text.
    candidates.sort_by_key(|(agreement, from, to)| (usize::MAX - agreement, from.abs_diff(*to), *from, *to));
    let mut gone: Vec<Option<Stated>> = removed.drain(..).map(Some).collect();
    let mut come: Vec<Option<Stated>> = added.drain(..).map(Some).collect();
    let mut pairs = Vec::new();
    for (_, from, to) in candidates {
        if gone[from].is_some() && come[to].is_some() {
            pairs.extend(gone[from].take().zip(come[to].take()));
        }
    }
    removed.extend(gone.into_iter().flatten());
    added.extend(come.into_iter().flatten());
    pairs
}

fn agreement(one: &Stated, other: &Stated) -> usize {
    let same = |field| !one.identities(field).is_disjoint(&other.identities(field));
    [same("actor"), same("issue"), overlap(one, other)].into_iter().filter(|agrees| *agrees).count()
}

/// Whether any words prove both.
fn overlap(one: &Stated, other: &Stated) -> bool {
    one.places.iter().any(|quote| other.places.iter().any(|other| quote.is_same(other, true)))
}
