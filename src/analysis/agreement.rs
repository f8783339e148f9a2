//! Agreement of coders, corrected for chance: Krippendorff's alpha.
//!
//! K. Krippendorff, *Content Analysis*, 4th edition, 2018, chapter 12.

use std::collections::BTreeMap;

/// Krippendorff's alpha: 1 − observed disagreement ÷ disagreement by chance. A unit has the values that coders
/// gave it, in any order; units with fewer than two say nothing of agreement. `difference` of two values is 0
/// where they are the same. None if all values are the same, or there are none: then chance alone would
/// agree, too.
///
/// ```
/// use standpoint::analysis::agreement::{alpha, nominal};
///
/// let units = [vec!["for", "for"], vec!["against", "against"], vec!["for", "against"], vec!["for"]];
/// assert_eq!(alpha(units, nominal).map(|alpha| (1e4 * alpha).round() / 1e4), Some(0.4444));
/// ```
#[must_use]
pub fn alpha<V: Ord>(
    units: impl IntoIterator<Item = Vec<V>>,
    difference: impl Fn(&V, &V) -> f64,
) -> Option<f64> {
    let mut totals: BTreeMap<V, f64> = BTreeMap::new();
    let (mut number, mut observed) = (0.0, 0.0);
    for values in units.into_iter().filter(|values| values.len() > 1) {
        let pairs = values.iter().flat_map(|one| values.iter().map(|other| difference(one, other)));
        observed += pairs.sum::<f64>() / (values.len() - 1) as f64;
        for value in values {
            *totals.entry(value).or_default() += 1.0;
            number += 1.0;
        }
    }
    let by_chance: f64 = totals
        .iter()
        .flat_map(|(one, n)| {
            totals.iter().map(|(other, m)| n * m * difference(one, other)).collect::<Vec<_>>()
        })
        .sum();
    (by_chance > 0.0).then(|| 1.0 - (number - 1.0) * observed / by_chance)
}

/// Difference of values that have no order: 1 unless they are the same.
pub fn nominal<V: Eq>(one: &V, other: &V) -> f64 {
    f64::from(u8::from(one != other))
}

/// Agreement of coders on one field.
#[derive(Clone, Debug, PartialEq)]
pub struct Agreement {
    /// The field, as sheets have it.
    pub field: &'static str,
    /// Number of units that two or more coders coded.
    pub units: usize,
    /// Share of the pairs of codings of one unit that have the same value, from 0 to 1.
    pub share: f64,
    /// Alpha over nominal values; none where every coding has the same value.
    pub alpha: Option<f64>,
}

impl Agreement {
    /// Agreement on the values that coders gave to units; none where no unit has two.
    #[must_use]
    pub fn of<V: Ord>(field: &'static str, units: Vec<Vec<V>>) -> Option<Self> {
        let (mut number, mut pairs, mut same) = (0, 0_usize, 0_usize);
        for values in units.iter().filter(|values| values.len() > 1) {
            number += 1;
            for (at, one) in values.iter().enumerate() {
                pairs += values.len() - at - 1;
                same += values[at + 1..].iter().filter(|other| *other == one).count();
            }
        }
        let share = same as f64 / pairs as f64;
        (pairs > 0).then(|| Self { field, units: number, share, alpha: alpha(units, nominal) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Krippendorff's own example (*Computing Krippendorff's Alpha-Reliability*, 2011, section C).
    #[test]
    fn alpha_is_that_of_the_textbook() {
        let coders = [
            [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
            [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
            [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
            [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
        ];
        let unit = |at: usize| coders.iter().map(|coder| coder[at]).filter(|value| *value > 0).collect();
        let units: Vec<Vec<i32>> = (0..12).map(unit).collect();
        assert_eq!(alpha(units.clone(), nominal).map(|alpha| (alpha * 1e3).round()), Some(743.0));
        let interval = |one: &i32, other: &i32| f64::from((one - other).pow(2));
        assert_eq!(alpha(units, interval).map(|alpha| (alpha * 1e3).round()), Some(849.0));
    }

    #[test]
    fn what_never_varies_has_no_alpha() {
        assert_eq!(alpha([vec![1, 1], vec![1, 1]], nominal), None);
        assert_eq!(alpha(Vec::<Vec<u8>>::new(), nominal), None);
        assert_eq!(alpha([vec![1], vec![2]], nominal), None);
        let agreement = Agreement::of("stance", vec![vec![1, 1], vec![1, 1], vec![2]]).unwrap();
        assert_eq!((agreement.units, agreement.share, agreement.alpha), (2, 1.0, None));
        assert_eq!(Agreement::of("stance", vec![vec![1]]), None);
    }
}
