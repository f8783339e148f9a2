//! What the ties of a network of one mode are divided by.

use super::{Counting, Counts, Normalisation, Options, Sums};

/// Denominators of the ties of all pairs.
pub(crate) struct Norms {
    options: Options,
    /// Number of statements of each node.
    activity: Vec<f64>,
    /// Tie of each node with itself: its vector's length, squared.
    own: Vec<f64>,
}

impl Norms {
    pub(crate) fn new(counts: &Counts, options: Options) -> Self {
        let activity = counts.of_node.iter().map(|own| own.iter().map(|count| count.weight).sum()).collect();
        let likeness = counts.likeness();
        let own = |counts: &Vec<super::Count>| -> f64 {
            let of_via = counts.chunk_by(|one, next| one.other == next.other);
            let product = |(one, other): (&super::Count, &super::Count)| {
                let likeness = match options.counting {
                    Counting::Ignore => 1.0,
                    _ => likeness[one.level as usize][other.level as usize].unwrap_or_default(),
                };
                one.weight * other.weight * likeness
            };
            of_via
                .flat_map(|same| same.iter().flat_map(|one| same.iter().map(move |other| (one, other))))
                .map(product)
                .sum()
        };
        let own = counts.of_node.iter().map(own).collect();
        Self { options, activity, own }
    }

    /// Denominator of a pair; zero where it has none.
    pub(crate) fn of(&self, source: usize, target: usize, sums: &Sums) -> f64 {
        let pair = |of: &[f64]| (of[source], of[target]);
        match (self.options.normalisation, self.options.dna_compat) {
            (Normalisation::Average, _) => {
                let (one, other) = pair(&self.activity);
                (one + other) / 2.0
            }
            // What only one of them has, and the products of what both have.
            (Normalisation::Jaccard, true) => {
                let (one, other) = pair(&self.activity);
                one + other - sums.level_sum + sums.level_products
            }
            // Lengths of vectors of one number each.
            (Normalisation::Cosine, true) => {
                let (one, other) = pair(&self.activity);
                one * other
            }
            // T. T. Tanimoto's form for vectors of any numbers; of zeros and ones it is P. Jaccard's.
            (Normalisation::Jaccard, false) => {
                let (one, other) = pair(&self.own);
                let common =
                    if self.options.counting == Counting::Ignore { sums.met } else { sums.congruence };
                one + other - common
            }
            (Normalisation::Cosine, false) => {
                let (one, other) = pair(&self.own);
                (one * other).sqrt()
            }
            _ => 1.0,
        }
    }
}
