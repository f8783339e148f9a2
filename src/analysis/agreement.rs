//! Agreement of coders, corrected for chance: Krippendorff's alpha, with its interval and confusion table.
//!
//! K. Krippendorff, *Content Analysis*, 4th edition, 2018, chapter 12.

use crate::base::chance::Chance;
use std::collections::BTreeMap;

/// What the distance of two values is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// Values are the same or not.
    #[default]
    Nominal,
    /// Values have an order: the distance is the number of ratings between them.
    Ordinal,
    /// Values are numbers: the distance is their difference.
    Interval,
}

/// Values that coders gave to units, in any order of the coders.
///
/// ```
/// use standpoint::analysis::agreement::{Ratings, Scale};
///
/// let units = [vec!["for", "for"], vec!["against", "against"], vec!["for", "against"], vec!["for"]];
/// let alpha = Ratings::of(units).alpha(Scale::Nominal);
/// assert_eq!(alpha.map(|alpha| (1e4 * alpha).round() / 1e4), Some(0.4444));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Ratings<V> {
    /// The different values, in their order.
    values: Vec<V>,
    /// Place of each value on the axis.
    places: Vec<f64>,
    /// Places of their values in the list, by unit; of units with two or more ratings.
    units: Vec<Vec<u32>>,
}

/// Samples of a bootstrap, and where their chance begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bootstrap {
    /// Number of samples.
    pub draws: usize,
    /// Seed: the same gives the same samples.
    pub seed: u64,
}

/// Agreement of coders on some units.
#[derive(Clone, Debug, PartialEq)]
pub struct Agreement {
    /// Number of units that two or more coders coded.
    pub units: usize,
    /// Number of their codings.
    pub ratings: usize,
    /// Share of the pairs of codings of one unit that have the same value, from 0 to 1.
    pub share: f64,
    /// Krippendorff's alpha; none where every coding has the same value.
    pub alpha: Option<f64>,
    /// Bounds between which 95 of 100 samples of the units have their alpha, if they were asked for.
    pub interval: Option<(f64, f64)>,
}

impl<V: Ord + Clone> Ratings<V> {
    /// Ratings whose values are no numbers. Units with fewer than two say nothing of agreement and are left out.
    #[must_use]
    pub fn of(units: impl IntoIterator<Item = Vec<V>>) -> Self {
        Self::placed(units, |_| 0.0)
    }

    /// Ratings, with the place of each value on an axis.
    #[must_use]
    pub fn placed(units: impl IntoIterator<Item = Vec<V>>, place: impl Fn(&V) -> f64) -> Self {
        let units: Vec<Vec<V>> = units.into_iter().filter(|values| values.len() > 1).collect();
        let mut numbers: BTreeMap<&V, u32> = units.iter().flatten().map(|value| (value, 0)).collect();
        (0..).zip(numbers.values_mut()).for_each(|(number, value)| *value = number);
        let of_unit = |values: &Vec<V>| values.iter().map(|value| numbers[value]).collect();
        let numbered = units.iter().map(of_unit).collect();
        let values: Vec<V> = numbers.keys().map(|value| (*value).clone()).collect();
        let places = values.iter().map(place).collect();
        Self { values, places, units: numbered }
    }

    /// Number of units.
    #[must_use]
    pub fn len(&self) -> usize {
        self.units.len()
    }

    /// Whether no unit has two ratings.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    /// The different values, in their order.
    #[must_use]
    pub fn values(&self) -> &[V] {
        &self.values
    }

    /// Krippendorff's alpha: 1 − observed disagreement ÷ disagreement by chance. None if all values are the same, or
    /// there are none: then chance alone would agree, too.
    #[must_use]
    pub fn alpha(&self, scale: Scale) -> Option<f64> {
        self.alpha_of(scale, self.units.iter())
    }

    /// Bounds of the alphas of samples of as many units, drawn with replacement, without the 2.5 % at each end. None
    /// where most samples have no alpha.
    #[must_use]
    pub fn interval(&self, scale: Scale, bootstrap: Bootstrap) -> Option<(f64, f64)> {
        if self.is_empty() {
            return None;
        }
        let mut chance = Chance::new(bootstrap.seed);
        let mut drawn: Vec<usize> = vec![0; self.len()];
        let sample = |_| {
            drawn.iter_mut().for_each(|unit| *unit = chance.below(self.len()));
            self.alpha_of(scale, drawn.iter().map(|unit| &self.units[*unit]))
        };
        let mut alphas: Vec<f64> = (0..bootstrap.draws).filter_map(sample).collect();
        alphas.sort_by(f64::total_cmp);
        let last = alphas.len().checked_sub(1).filter(|_| 2 * alphas.len() > bootstrap.draws)?;
        let at = |share: f64| alphas[(share * last as f64).round() as usize];
        Some((at(0.025), at(0.975)))
    }

    /// Share of the pairs of ratings of one unit that have the same value; none without a pair.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        let (mut pairs, mut same) = (0_usize, 0_usize);
        for values in &self.units {
            for (at, one) in values.iter().enumerate() {
                pairs += values.len() - at - 1;
                same += values[at + 1..].iter().filter(|other| *other == one).count();
            }
        }
        (pairs > 0).then(|| same as f64 / pairs as f64)
    }

    /// Agreement on all units; none where no unit has two ratings.
    #[must_use]
    pub fn agreement(&self, scale: Scale, bootstrap: Option<Bootstrap>) -> Option<Agreement> {
        Some(Agreement {
            units: self.len(),
            ratings: self.units.iter().map(Vec::len).sum(),
            share: self.share()?,
            alpha: self.alpha(scale),
            interval: bootstrap.and_then(|bootstrap| self.interval(scale, bootstrap)),
        })
    }

    fn alpha_of<'u>(&self, scale: Scale, units: impl Iterator<Item = &'u Vec<u32>> + Clone) -> Option<f64> {
        let mut totals = vec![0.0; self.values.len()];
        for value in units.clone().flatten() {
            totals[*value as usize] += 1.0;
        }
        if totals.iter().filter(|number| **number > 0.0).count() < 2 {
            return None;
        }
        let number: f64 = totals.iter().sum();
        let places = self.places_of(scale, &totals);
        // Twice the sum of the squared distances of all pairs, by their sums alone.
        let by_chance = match scale {
            Scale::Nominal => number * number - totals.iter().map(|n| n * n).sum::<f64>(),
            Scale::Ordinal | Scale::Interval => {
                let weighted = || totals.iter().zip(&places);
                let mean = weighted().map(|(n, x)| n * x).sum::<f64>() / number;
                2.0 * number * weighted().map(|(n, x)| n * (x - mean).powi(2)).sum::<f64>()
            }
        };
        let distance = |one: u32, other: u32| match scale {
            Scale::Nominal => f64::from(u8::from(one != other)),
            _ => (places[one as usize] - places[other as usize]).powi(2),
        };
        let observed: f64 = units
            .map(|values| {
                let pairs = values.iter().flat_map(|one| values.iter().map(|other| distance(*one, *other)));
                pairs.sum::<f64>() / (values.len() - 1) as f64
            })
            .sum();
        (by_chance > 0.0).then(|| 1.0 - (number - 1.0) * observed / by_chance)
    }

    /// Where the values stand. Ordinal ones stand at their middle ranks: the distance of two is the number of ratings
    /// from one to the other, with half of those that have one of both, which is Krippendorff's.
    fn places_of(&self, scale: Scale, totals: &[f64]) -> Vec<f64> {
        match scale {
            Scale::Nominal | Scale::Interval => self.places.clone(),
            Scale::Ordinal => {
                let mut before = 0.0;
                let middle = |number: &f64| {
                    before += number;
                    before - number / 2.0
                };
                totals.iter().map(middle).collect()
            }
        }
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
        let ratings = Ratings::placed(units, |value| f64::from(*value));
        for (scale, alpha) in [(Scale::Nominal, 743.0), (Scale::Ordinal, 815.0), (Scale::Interval, 849.0)] {
            assert_eq!(ratings.alpha(scale).map(|alpha| (alpha * 1e3).round()), Some(alpha), "{scale:?}");
        }
        let bootstrap = Bootstrap { draws: 500, seed: 1 };
        let (low, high) = ratings.interval(Scale::Nominal, bootstrap).unwrap();
        assert!(0.3 < low && low < 0.743 && 0.743 < high && high <= 1.0, "{low} to {high}");
        assert_eq!(ratings.interval(Scale::Nominal, bootstrap), Some((low, high)));
    }

    #[test]
    fn what_never_varies_has_no_alpha() {
        for units in [vec![vec![1, 1], vec![1, 1]], Vec::new(), vec![vec![1], vec![2]]] {
            assert_eq!(Ratings::of(units).alpha(Scale::Nominal), None);
        }
        let ratings = Ratings::of([vec![1, 1], vec![1, 1], vec![2]]);
        let agreement = ratings.agreement(Scale::Nominal, Some(Bootstrap { draws: 10, seed: 0 })).unwrap();
        let expected = Agreement { units: 2, ratings: 4, share: 1.0, alpha: None, interval: None };
        assert_eq!(agreement, expected);
        assert_eq!(Ratings::of([vec![1]]).agreement(Scale::Nominal, None), None);
    }
}
