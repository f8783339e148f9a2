//! Spectra of networks: the eigenvalues of their Laplacians, and how far two of them are apart.

/// Eigenvalues of the Laplacian (degrees less weights) of a symmetric network, descending, as shares of their sum; all
/// zero of a network without ties. Negative weights count as zero.
///
/// ```
/// use standpoint::analysis::spectrum::spectrum;
///
/// // Two nodes with one tie: the eigenvalues are 2 and 0.
/// assert_eq!(spectrum(2, [(0, 1, 3.0)]), [1.0, 0.0]);
/// ```
#[must_use]
pub fn spectrum(nodes: usize, ties: impl IntoIterator<Item = (usize, usize, f64)>) -> Vec<f64> {
    let mut laplacian = vec![vec![0.0; nodes]; nodes];
    for (one, other, weight) in ties {
        if one != other && weight > 0.0 {
            laplacian[one][other] -= weight;
            laplacian[other][one] -= weight;
            laplacian[one][one] += weight;
            laplacian[other][other] += weight;
        }
    }
    // Their sum is that of the diagonal; a Laplacian has none below zero.
    let sum: f64 = (0..nodes).map(|node| laplacian[node][node]).sum();
    if sum == 0.0 {
        return vec![0.0; nodes];
    }
    let mut values: Vec<f64> =
        eigenvalues(laplacian).into_iter().map(|value| (value / sum).max(0.0)).collect();
    values.sort_by(|one, next| next.total_cmp(one));
    values
}

/// Euclidean distance of two spectra of as many nodes.
#[must_use]
pub fn distance(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| (one - other).powi(2)).sum::<f64>().sqrt()
}

/// Most steps until one eigenvalue has settled: two or three are usual.
const STEPS: usize = 100;

/// Eigenvalues of a symmetric matrix, in no order: Householder's reduction to three diagonals, then implicit QL steps
/// (Wilkinson and Reinsch 1971, contributions II/2 and II/3).
fn eigenvalues(mut a: Vec<Vec<f64>>) -> Vec<f64> {
    let n = a.len();
    let (mut diagonal, mut beside) = (vec![0.0; n], vec![0.0; n]);
    for i in (1..n).rev() {
        let scale: f64 = a[i][..i].iter().map(|value| value.abs()).sum();
        if i == 1 || scale == 0.0 {
            beside[i] = a[i][i - 1];
            continue;
        }
        a[i][..i].iter_mut().for_each(|value| *value /= scale);
        let squares: f64 = a[i][..i].iter().map(|value| value * value).sum();
        let last = a[i][i - 1];
        let length = if last >= 0.0 { -squares.sqrt() } else { squares.sqrt() };
        beside[i] = scale * length;
        let h = squares - last * length;
        a[i][i - 1] = last - length;
        let row = a[i][..i].to_vec();
        // The rows above, with the reflection on both sides: only their lower halves are kept.
        let mut p: Vec<f64> = (0..i)
            .map(|j| {
                let own: f64 = (0..=j).map(|k| a[j][k] * row[k]).sum();
                let below: f64 = (j + 1..i).map(|k| a[k][j] * row[k]).sum();
                (own + below) / h
            })
            .collect();
        let half = p.iter().zip(&row).map(|(p, u)| p * u).sum::<f64>() / (2.0 * h);
        p.iter_mut().zip(&row).for_each(|(p, u)| *p -= half * u);
        for j in 0..i {
            for k in 0..=j {
                a[j][k] -= row[j] * p[k] + p[j] * row[k];
            }
        }
    }
    (0..n).for_each(|i| diagonal[i] = a[i][i]);
    beside.rotate_left(1.min(n));
    for l in 0..n {
        for _ in 0..STEPS {
            let small = |m: usize| {
                let size = diagonal[m].abs() + diagonal[m + 1].abs();
                beside[m].abs() <= f64::EPSILON * size
            };
            let m = (l..n - 1).find(|m| small(*m)).unwrap_or(n - 1);
            if m == l {
                break;
            }
            let g = (diagonal[l + 1] - diagonal[l]) / (2.0 * beside[l]);
            let r = g.hypot(1.0);
            let mut g = diagonal[m] - diagonal[l] + beside[l] / (g + r.copysign(g));
            let (mut sine, mut cosine, mut p) = (1.0, 1.0, 0.0);
            let mut is_split = false;
            for i in (l..m).rev() {
                let (f, b) = (sine * beside[i], cosine * beside[i]);
                let r = f.hypot(g);
                beside[i + 1] = r;
                if r == 0.0 {
                    diagonal[i + 1] -= p;
                    beside[m] = 0.0;
                    is_split = true;
                    break;
                }
                (sine, cosine) = (f / r, g / r);
                let d = diagonal[i + 1] - p;
                let r = (diagonal[i] - d) * sine + 2.0 * cosine * b;
                p = sine * r;
                diagonal[i + 1] = d + p;
                g = cosine * r - b;
            }
            if !is_split {
                diagonal[l] -= p;
                beside[l] = g;
                beside[m] = 0.0;
            }
        }
    }
    diagonal
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: &[f64], wanted: &[f64]) {
        assert_eq!(found.len(), wanted.len());
        for (found, wanted) in found.iter().zip(wanted) {
            assert!((found - wanted).abs() < 1e-12, "{found} is not {wanted}");
        }
    }

    #[test]
    fn spectra_are_those_that_are_known() {
        for nodes in 2..30 {
            // A path: 2 − 2 cos(πk ÷ n); a complete graph: n, but once 0.
            let path = (1..nodes).map(|node| (node - 1, node, 1.0));
            let sum = 2.0 * (nodes - 1) as f64;
            let of_path =
                |k: usize| (2.0 - 2.0 * (std::f64::consts::PI * k as f64 / nodes as f64).cos()) / sum;
            near(&spectrum(nodes, path), &(0..nodes).rev().map(of_path).collect::<Vec<_>>());
            let all = (0..nodes).flat_map(|one| (one + 1..nodes).map(move |other| (one, other, 2.0)));
            let mut complete = vec![1.0 / (nodes - 1) as f64; nodes];
            complete[nodes - 1] = 0.0;
            near(&spectrum(nodes, all), &complete);
        }
        near(&spectrum(3, [(0, 1, -1.0)]), &[0.0; 3]);
        near(&spectrum(0, []), &[]);
        // Two parts, one of them a triangle: its eigenvalues are 3, 3 and 0.
        near(
            &spectrum(5, [(0, 1, 1.0), (1, 2, 1.0), (0, 2, 1.0), (3, 4, 1.0)]),
            &[0.375, 0.375, 0.25, 0.0, 0.0],
        );
    }

    #[test]
    fn spectra_have_the_sums_of_squares_of_their_matrices() {
        let mut chance = crate::base::chance::Chance::new(3);
        for nodes in [1, 2, 5, 17, 40] {
            let mut ties = Vec::new();
            for one in 0..nodes {
                ties.extend((one + 1..nodes).map(|other| (one, other, chance.below(4) as f64 / 2.0)));
            }
            let mut degree = vec![0.0; nodes];
            for (one, other, weight) in &ties {
                degree[*one] += weight;
                degree[*other] += weight;
            }
            let sum: f64 = degree.iter().sum();
            let squares = degree.iter().map(|value| value * value).sum::<f64>()
                + 2.0 * ties.iter().map(|tie| tie.2 * tie.2).sum::<f64>();
            let found: f64 = spectrum(nodes, ties).iter().map(|value| (value * sum).powi(2)).sum();
            assert!((found - squares).abs() < 1e-9 * squares.max(1.0), "{nodes}: {found} is not {squares}");
        }
    }

    #[test]
    fn distances_are_euclidean() {
        assert!((distance(&[0.6, 0.4], &[0.3, 0.0]) - 0.5).abs() < 1e-15);
    }
}
