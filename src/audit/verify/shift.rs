//! Text put in or taken out: stretches of an article whose words all stand equally far from
//! where the graph says.

use crate::model::text::ArticleText;
use std::collections::BTreeSet;
use std::ops::Range;

/// So many unplaced quotes, the longest, are looked for to learn how far words may have moved.
const ASKED: usize = 12;
/// More edits than these are no edit of a text but another text.
const MOST: usize = 8;

/// Words from one place to another that stand further on, or back, by the same number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift {
    /// The first of them, where the graph says that it begins.
    pub from: u32,
    /// The end of the last of them.
    pub until: u32,
    /// Number of code points further on; less than zero is further back.
    pub by: i64,
    /// Number of spans.
    pub spans: usize,
}

/// Finds the stretches, and gives their words their place.
pub(super) fn shifts(
    text: &ArticleText,
    quotes: &[(Range<u32>, &str)],
    placed: &mut [Option<Range<u32>>],
    moved: &mut [i64],
    stands: impl Fn(&Range<u32>, &str) -> Option<Range<u32>>,
) -> Vec<Shift> {
    for _ in 0..MOST {
        let distances = distances(text, quotes, placed);
        let tries = distances.into_iter().map(|by| {
            let there: Vec<Option<Range<u32>>> =
                quotes.iter().map(|(place, words)| stands(&further(place, by)?, words)).collect();
            let gains = there.iter().zip(&*placed).map(|(there, here)| gain(there, here));
            let (gain, stretch) = best_stretch(gains);
            (gain, by, stretch, there)
        });
        let Some((gain, by, stretch, there)) = tries.max_by_key(|(gain, ..)| *gain) else { break };
        if gain < 1 {
            break;
        }
        for i in stretch {
            if there[i].is_some() {
                placed[i].clone_from(&there[i]);
                moved[i] = by;
            }
        }
    }
    let mut shifts: Vec<Shift> = Vec::new();
    for ((place, _), by) in quotes.iter().zip(&*moved).filter(|(_, by)| **by != 0) {
        match shifts.last_mut().filter(|shift| shift.by == *by) {
            Some(shift) => {
                shift.until = shift.until.max(place.end);
                shift.spans += 1;
            }
            None => shifts.push(Shift { from: place.start, until: place.end, by: *by, spans: 1 }),
        }
    }
    shifts
}

/// How far words have moved that stand nowhere else.
fn distances(
    text: &ArticleText,
    quotes: &[(Range<u32>, &str)],
    placed: &[Option<Range<u32>>],
) -> BTreeSet<i64> {
    let mut lacking: Vec<&(Range<u32>, &str)> =
        quotes.iter().zip(placed).filter(|(_, place)| place.is_none()).map(|(quote, _)| quote).collect();
    lacking.sort_by_key(|(_, words)| std::cmp::Reverse(words.len()));
    let once = |(place, words): &&(Range<u32>, &str)| match &text.find_all(words)[..] {
        [found] => Some(i64::from(found.start) - i64::from(place.start)),
        _ => None,
    };
    lacking.iter().take(ASKED).filter_map(once).filter(|by| *by != 0).collect()
}

fn further(place: &Range<u32>, by: i64) -> Option<Range<u32>> {
    let end = |at: u32| u32::try_from(i64::from(at) + by).ok();
    Some(end(place.start)?..end(place.end)?)
}

fn gain(there: &Option<Range<u32>>, here: &Option<Range<u32>>) -> i64 {
    i64::from(there.is_some()) - i64::from(here.is_some())
}

/// The run of numbers with the greatest sum (Kadane's), the shortest of those.
fn best_stretch(gains: impl Iterator<Item = i64>) -> (i64, Range<usize>) {
    let (mut best, mut sum, mut from) = ((0, 0..0), 0, 0);
    for (i, gain) in gains.enumerate() {
        if sum <= 0 {
            (sum, from) = (0, i);
        }
        sum += gain;
        if sum > best.0 {
            best = (sum, from..i + 1);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_stretch_is_the_one_that_gains_most() {
        assert_eq!(best_stretch([-1, 1, 1, 0, 1, -1].into_iter()), (3, 1..5));
        assert_eq!(best_stretch([0, -1].into_iter()), (0, 0..0));
    }
}
