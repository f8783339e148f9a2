//! Places of the nodes of a network: stress majorisation, then boxes moved apart until none overlap.
//!
//! The stress of a layout is the sum over all pairs of (distance − ideal distance)² ÷ ideal distance², where the
//! ideal distance is that of the shortest path along ties (Kamada and Kawai 1989). It is made smaller one node at a
//! time (Gansner, Koren and North 2004, doi 10.1007/978-3-540-31843-9_25). Of a few beginnings by chance the best
//! is taken; chance is a fixed sequence, and the same network gets the same layout each time.

use super::{Point, point};
use crate::base::chance::Chance;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// A tie between two nodes, by their numbers, and how far apart it wants them: above zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spring {
    /// One end.
    pub one: usize,
    /// The other end.
    pub other: usize,
    /// Ideal distance.
    pub length: f64,
}

/// Beginnings that are tried, and rounds of each.
const STARTS: u64 = 6;
const ROUNDS: usize = 200;
/// A round that makes the stress smaller by less than this share is the last.
const SETTLED: f64 = 1e-5;

/// Lengths of the shortest paths from each node to each, infinite where none leads.
#[must_use]
pub fn distances(nodes: usize, springs: &[Spring]) -> Vec<Vec<f64>> {
    let mut near: Vec<Vec<(usize, f64)>> = vec![Vec::new(); nodes];
    for spring in springs {
        near[spring.one].push((spring.other, spring.length));
        near[spring.other].push((spring.one, spring.length));
    }
    (0..nodes).map(|from| shortest(&near, from)).collect()
}

/// A node that a path has come to; the nearest is the greatest.
struct Reached(f64, usize);

impl PartialEq for Reached {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Reached {}
impl PartialOrd for Reached {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Reached {
    fn cmp(&self, other: &Self) -> Ordering {
        other.0.total_cmp(&self.0).then_with(|| other.1.cmp(&self.1))
    }
}

fn shortest(near: &[Vec<(usize, f64)>], from: usize) -> Vec<f64> {
    let mut found = vec![f64::INFINITY; near.len()];
    found[from] = 0.0;
    let mut heap = BinaryHeap::from([Reached(0.0, from)]);
    while let Some(Reached(length, node)) = heap.pop() {
        if length > found[node] {
            continue;
        }
        for (next, step) in &near[node] {
            let length = length + step;
            if length < found[*next] {
                found[*next] = length;
                heap.push(Reached(length, *next));
            }
        }
    }
    found
}

/// The stress of a layout, over all pairs that a path joins.
#[must_use]
pub fn stress(places: &[Point], ideal: &[Vec<f64>]) -> f64 {
    let mut sum = 0.0;
    for (i, one) in places.iter().enumerate() {
        for (j, other) in places.iter().enumerate().skip(i + 1) {
            let wanted = ideal[i][j];
            if wanted.is_finite() && wanted > 0.0 {
                let off = ((one.x - other.x).hypot(one.y - other.y) - wanted) / wanted;
                sum += off * off;
            }
        }
    }
    sum
}

/// Places of nodes that are all joined by paths, by their ideal distances, its longer side across.
#[must_use]
pub fn places(ideal: &[Vec<f64>]) -> Vec<Point> {
    let nodes = ideal.len();
    let reach = ideal.iter().flatten().copied().filter(|d| d.is_finite()).fold(1.0, f64::max);
    let start = |seed: u64| {
        let mut chance = Chance::new(seed);
        let places = (0..nodes).map(|_| point(chance.unit() * reach, chance.unit() * reach)).collect();
        settle(places, ideal)
    };
    let starts = if nodes > 150 { 2 } else { STARTS };
    let best = (1..=starts).map(start).min_by(|(_, one), (_, next)| one.total_cmp(next));
    best.map(|(places, _)| across(places)).unwrap_or_default()
}

fn settle(mut places: Vec<Point>, ideal: &[Vec<f64>]) -> (Vec<Point>, f64) {
    let mut last = stress(&places, ideal);
    for _ in 0..ROUNDS {
        for i in 0..places.len() {
            let (mut x, mut y, mut weights) = (0.0, 0.0, 0.0);
            for (j, other) in places.iter().enumerate() {
                let wanted = ideal[i][j];
                if i == j || !wanted.is_finite() || wanted <= 0.0 {
                    continue;
                }
                let weight = 1.0 / (wanted * wanted);
                let (dx, dy) = (places[i].x - other.x, places[i].y - other.y);
                let is = dx.hypot(dy).max(1e-9);
                x += weight * (other.x + dx * wanted / is);
                y += weight * (other.y + dy * wanted / is);
                weights += weight;
            }
            if weights > 0.0 {
                places[i] = point(x / weights, y / weights);
            }
        }
        let now = stress(&places, ideal);
        if last - now <= SETTLED * last {
            return (places, now);
        }
        last = now;
    }
    (places, last)
}

/// The same places around their middle, turned so that the longer side lies across.
fn across(places: Vec<Point>) -> Vec<Point> {
    let count = places.len().max(1) as f64;
    let middle = point(
        places.iter().map(|place| place.x).sum::<f64>() / count,
        places.iter().map(|place| place.y).sum::<f64>() / count,
    );
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for place in &places {
        let (x, y) = (place.x - middle.x, place.y - middle.y);
        xx += x * x;
        xy += x * y;
        yy += y * y;
    }
    let (sine, cosine) = (0.5 * (2.0 * xy).atan2(xx - yy)).sin_cos();
    let turned = |place: Point| {
        let (x, y) = (place.x - middle.x, place.y - middle.y);
        point(x * cosine + y * sine, y * cosine - x * sine)
    };
    places.into_iter().map(turned).collect()
}

/// Half the width and half the height of what needs room around a place.
pub type Room = (f64, f64);

/// Moves boxes apart until none overlap. They stay between `left` and `right`, as far as each fits there; downwards
/// there is as much room as it takes.
pub fn separate(places: &mut [Point], rooms: &[Room], left: f64, right: f64) {
    let keep = |place: &mut Point, room: Room| {
        let (least, most) = (left + room.0, right - room.0);
        place.x = if least <= most { place.x.clamp(least, most) } else { (left + right) / 2.0 };
    };
    for (place, room) in places.iter_mut().zip(rooms) {
        keep(place, *room);
    }
    for _ in 0..300 {
        let mut is_moved = false;
        for i in 0..places.len() {
            for j in i + 1..places.len() {
                let (x, y) = overlap(places, rooms, i, j);
                if x <= 0.0 || y <= 0.0 {
                    continue;
                }
                is_moved = true;
                // Along the shorter way; equal places part by their numbers.
                if x < y {
                    let way = if places[i].x <= places[j].x { -0.5 } else { 0.5 };
                    places[i].x += way * (x + 0.5);
                    places[j].x -= way * (x + 0.5);
                } else {
                    let way = if places[i].y <= places[j].y { -0.5 } else { 0.5 };
                    places[i].y += way * (y + 0.5);
                    places[j].y -= way * (y + 0.5);
                }
                keep(&mut places[i], rooms[i]);
                keep(&mut places[j], rooms[j]);
            }
        }
        if !is_moved {
            return;
        }
    }
    // What still overlaps goes down, from top to bottom: that ends always.
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by(|i, j| places[*i].y.total_cmp(&places[*j].y).then(i.cmp(j)));
    for at in 0..order.len() {
        let mut before = 0;
        while before < at {
            let (x, y) = overlap(places, rooms, order[before], order[at]);
            if x > 0.0 && y > 0.0 {
                places[order[at]].y += y + 0.5;
                before = 0;
            } else {
                before += 1;
            }
        }
    }
}

/// How far two boxes overlap across and down; not above zero where they do not.
fn overlap(places: &[Point], rooms: &[Room], i: usize, j: usize) -> (f64, f64) {
    let x = rooms[i].0 + rooms[j].0 - (places[i].x - places[j].x).abs();
    let y = rooms[i].1 + rooms[j].1 - (places[i].y - places[j].y).abs();
    (x, y)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(nodes: usize) -> Vec<Spring> {
        (0..nodes).map(|one| Spring { one, other: (one + 1) % nodes, length: 1.0 }).collect()
    }

    #[test]
    fn a_square_is_laid_out_as_one() {
        let ideal = distances(4, &ring(4));
        let places = places(&ideal);
        // Sides of 1 and diagonals of 2 do not fit in a plane: the least stress is that of a square with sides s
        // that makes 4 (s - 1)² + 2 (s √2 / 2 - 1)² least.
        let s: f64 = (4.0 + 2_f64.sqrt()) / 5.0;
        let least = 4.0 * (s - 1.0).powi(2) + 2.0 * (s / 2_f64.sqrt() - 1.0).powi(2);
        assert!((stress(&places, &ideal) - least).abs() < 1e-3, "{} {least}", stress(&places, &ideal));
    }

    #[test]
    fn layouts_are_the_same_each_time() {
        let ideal = distances(9, &ring(9));
        assert_eq!(places(&ideal), places(&ideal));
    }

    #[test]
    fn boxes_do_not_overlap_however_many_there_are() {
        for (nodes, right) in [(50, 358.0), (200, 900.0), (30, 40.0)] {
            let mut chance = Chance::new(7);
            let mut places: Vec<Point> =
                (0..nodes).map(|_| point(chance.unit() * 300.0, chance.unit() * 300.0)).collect();
            places[1] = places[0];
            let rooms = vec![(45.0, 20.0); nodes];
            separate(&mut places, &rooms, 0.0, right);
            for i in 0..nodes {
                for j in i + 1..nodes {
                    let (x, y) = overlap(&places, &rooms, i, j);
                    assert!(x <= 1e-6 || y <= 1e-6, "{i} and {j} of {nodes}");
                }
            }
        }
    }
}
