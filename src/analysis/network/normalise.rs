//! What the ties of a network of one mode are divided by.

use super::{Count, Counting, Counts, Normalisation, Options};

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
        let own = |own: &Vec<Count>| -> f64 {
            let product = |one: &Count, other: &Count| {
                let likeness = match options.counting {
                    Counting::Ignore => 1.0,
                    _ => counts.likeness(one.level, other.level),
                };
                one.weight * other.weight * likeness
            };
            let of_via = own.chunk_by(|one, next| one.via == next.via);
            of_via
                .map(|all| {
                    all.iter()
                        .map(|one| all.iter().map(|other| product(one, other)).sum::<f64>())
                        .sum::<f64>()
                })
                .sum()
        };
        let own = counts.of_node.iter().map(own).collect();
        Self { options, activity, own }
    }

    /// Whether denominators ask for what two nodes have of the same value, summed.
    pub(crate) fn need_alike(&self) -> bool {
        self.options.dna_compat && self.options.normalisation == Normalisation::Jaccard
    }

    /// Denominator of a pair, by its meetings, their likeness, those of the same value, and what both have of the same
    /// value; zero where it has none.
    pub(crate) fn of(
        &self,
        source: usize,
        target: usize,
        (met, congruence): (f64, f64),
        (same, alike): (f64, f64),
    ) -> f64 {
        let pair = |of: &[f64]| (of[source], of[target]);
        match (self.options.normalisation, self.options.dna_compat) {
            (Normalisation::Average, _) => {
                let (one, other) = pair(&self.activity);
                (one + other) / 2.0
            }
            // What only one of them has, and the products of what both have.
            (Normalisation::Jaccard, true) => {
                let (one, other) = pair(&self.activity);
                one + other - alike + same
            }
            // Lengths of vectors of one number each.
            (Normalisation::Cosine, true) => {
                let (one, other) = pair(&self.activity);
                one * other
            }
            // T. T. Tanimoto's form for vectors of any numbers; of zeros and ones it is P. Jaccard's.
            (Normalisation::Jaccard, false) => {
                let (one, other) = pair(&self.own);
                let common = if self.options.counting == Counting::Ignore { met } else { congruence };
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
