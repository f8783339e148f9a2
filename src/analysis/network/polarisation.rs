//! Polarisation: how far a network falls into two camps that agree within and disagree between.
//!
//! The measure is that of the Discourse Network Analyzer 3: the sum over pairs of the distance of congruence within a
//! camp from its mean, of conflict between camps from its mean, of conflict within camps and congruence between them
//! from zero.

/// Number of nodes up to which all divisions are tried.
pub const EXACT: usize = 16;

/// Two symmetric matrices of the same nodes.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    /// How much each two agree.
    pub congruence: &'a [Vec<f64>],
    /// How much each two disagree.
    pub conflict: &'a [Vec<f64>],
}

/// The division into two camps of the same size, or nearly, with the greatest polarisation.
#[derive(Clone, Debug, PartialEq)]
pub struct Polarisation {
    /// The measure.
    pub quality: f64,
    /// The camp of each node, 0 or 1; the first node's is 0.
    pub camps: Vec<u8>,
    /// Whether all such divisions were tried; else no exchange of two nodes makes it greater.
    pub is_exact: bool,
}

impl Pair<'_> {
    /// The polarisation of a division into camps 0 and 1; `normalised`, as a share of the sum of both matrices.
    #[must_use]
    pub fn quality(self, camps: &[u8], normalised: bool) -> f64 {
        let norm = |matrix: &[Vec<f64>]| matrix.iter().flatten().map(|value| value.abs()).sum::<f64>();
        let (agreed, disagreed) = (norm(self.congruence), norm(self.conflict));
        let ones = camps.iter().filter(|camp| **camp == 1).count() as f64;
        let sizes = [camps.len() as f64 - ones, ones];
        let within = sizes.map(|size| size * (size - 1.0));
        let dyads = within[0] + within[1];
        let between = camps.len() as f64 * (camps.len() as f64 - 1.0) - dyads;
        let share = |part: f64, of: f64| if of == 0.0 { 0.0 } else { part / of };
        let expected = within.map(|own| share(own, dyads) * share(agreed, dyads));
        let expected_between = share(sizes[0] * sizes[1], between) * share(disagreed, between);
        let mut sum = 0.0;
        for (i, one) in camps.iter().enumerate() {
            for (j, other) in camps.iter().enumerate().filter(|(j, _)| *j != i) {
                let (congruence, conflict) = (self.congruence[i][j], self.conflict[i][j]);
                sum += if one == other {
                    (congruence - expected[usize::from(*one)]).abs() + conflict.abs()
                } else {
                    congruence.abs() + (conflict - expected_between).abs()
                };
            }
        }
        if normalised { share(sum, 2.0 * (agreed + disagreed)) } else { sum / 2.0 }
    }

    /// The division with the greatest polarisation: of all with camps of the same size up to [`EXACT`] nodes, else
    /// one that exchanges of two nodes lead to. None of fewer than two nodes.
    #[must_use]
    pub fn greatest(self, normalised: bool) -> Option<Polarisation> {
        let number = self.congruence.len();
        if number < 2 {
            return None;
        }
        let is_exact = number <= EXACT;
        let mut best = Polarisation { quality: f64::NEG_INFINITY, camps: Vec::new(), is_exact };
        if is_exact {
            for bits in 0..1_u32 << (number - 1) {
                let camps: Vec<u8> = (0..number).map(|node| u8::from(bits << 1 >> node & 1 == 1)).collect();
                let ones = camps.iter().filter(|camp| **camp == 1).count();
                if ones.abs_diff(number - ones) > 1 {
                    continue;
                }
                let quality = self.quality(&camps, normalised);
                if quality > best.quality {
                    best = Polarisation { quality, camps, is_exact };
                }
            }
            return Some(best);
        }
        let mut camps: Vec<u8> = (0..number).map(|node| u8::from(node % 2 == 1)).collect();
        let mut quality = self.quality(&camps, normalised);
        loop {
            let before = quality;
            for i in 0..number {
                for j in i + 1..number {
                    if camps[i] != camps[j] {
                        camps.swap(i, j);
                        let swapped = self.quality(&camps, normalised);
                        if swapped > quality {
                            quality = swapped;
                        } else {
                            camps.swap(i, j);
                        }
                    }
                }
            }
            if quality <= before {
                break;
            }
        }
        if camps[0] == 1 {
            camps.iter_mut().for_each(|camp| *camp = 1 - *camp);
        }
        Some(Polarisation { quality, camps, is_exact })
    }
}
