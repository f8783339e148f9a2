//! Points of the history as people name them, and the revisions that they mean.

use super::Archive;
use super::error::{ArchiveError, Known, Result};
use super::layout::Layout;
use super::revision::Sealed;
use super::state::State;
use crate::model::Edtf;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use std::fmt;
use std::str::FromStr;

/// A point of the history: `12` is a revision, `2025-04-17` the end of that day in UTC, `2025-04` that of the month,
/// and `2025-04-17T09:30:00Z` a moment.
///
/// Digits alone are always a revision: the year 2025 has no end that people would guess.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    text: String,
    point: Point,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Point {
    Revision(u64),
    /// What was known at this moment, itself included.
    Moment(Timestamp),
}

/// Neither a revision nor a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "write a revision's number, a day such as 2025-04-17, a month such as 2025-04, or a time such as \
     2025-04-17T09:30:00Z"
)]
pub struct NotAPoint;

impl FromStr for When {
    type Err = NotAPoint;

    fn from_str(text: &str) -> Result<Self, NotAPoint> {
        let text = text.trim();
        let point = if text.bytes().all(|byte| byte.is_ascii_digit()) {
            Point::Revision(text.parse().map_err(|_| NotAPoint)?)
        } else if text.contains(['T', 't', ':']) {
            Point::Moment(text.parse().map_err(|_| NotAPoint)?)
        } else {
            let last = Edtf::period(text).and_then(|period| period.last());
            Point::Moment(end_of(last.ok_or(NotAPoint)?))
        };
        Ok(Self { text: text.into(), point })
    }
}

/// The last moment of a day in UTC.
fn end_of(day: Date) -> Timestamp {
    let midnight = day.tomorrow().and_then(|next| next.to_zoned(TimeZone::UTC));
    midnight.map_or(Timestamp::MAX, |next| next.timestamp() - 1.nanosecond())
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Archive {
    /// The number of the revision that is meant: of a time, the last one made until then.
    ///
    /// # Errors
    /// The history does not reach there, or is damaged.
    pub fn resolve(&self, when: &When) -> Result<u64> {
        let newest = self.state.number();
        let found = match when.point {
            Point::Revision(number) => number,
            Point::Moment(moment) => self.last_until(moment)?,
        };
        match (1..=newest).contains(&found) {
            true => Ok(found),
            false => {
                let until = if matches!(when.point, Point::Moment(_)) { "until " } else { "" };
                Err(self.state.no_revision(&self.layout, format!("{until}{when}"))?)
            }
        }
    }

    /// The last revision that was made until this moment; 0 where none was.
    fn last_until(&self, moment: Timestamp) -> Result<u64> {
        let revisions = self.revisions(1..=self.number())?;
        let times: Vec<Timestamp> = revisions.iter().map(|revision| revision.time).collect();
        Ok(in_order(&times).partition_point(|time| *time <= moment) as u64)
    }
}

/// The times that count, which never go back, of the times of revisions in their order.
///
/// A clock can jump, and nobody knows which of two times is the wrong one. The order of the revisions is
/// certain. So those count that are most of all and rise (a longest increasing subsequence, of several the one
/// that ends earliest). A revision whose time is not among them was made before the next of these, and counts
/// from its time on; behind the last of them, from that one's time on.
///
/// Two simpler rules were weighed. To take the greatest time so far, as format 1 did, lets one time in
/// the year 5195 hide all that follow it. To take the least time from here on lets one time in the year 2000 put
/// all that went before it into the year 2000.
pub(super) fn in_order(times: &[Timestamp]) -> Vec<Timestamp> {
    // The last of the best sequence of each length, and what goes before each.
    let (mut ends, mut before): (Vec<usize>, Vec<Option<usize>>) = (Vec::new(), Vec::new());
    for (at, time) in times.iter().enumerate() {
        let length = ends.partition_point(|end| times[*end] < *time);
        before.push(length.checked_sub(1).map(|last| ends[last]));
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut counting = vec![false; times.len()];
    let mut next = ends.last().copied();
    while let Some(at) = next {
        counting[at] = true;
        next = before[at];
    }
    let mut ordered = times.to_vec();
    let mut time = ends.last().map(|end| times[*end]);
    for at in (0..times.len()).rev() {
        if counting[at] {
            time = Some(times[at]);
        }
        ordered[at] = time.unwrap_or(times[at]);
    }
    ordered
}

/// A revision's time that does not fit the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockJump {
    /// The revision before it.
    pub before: u64,
    /// Its time.
    pub then: Timestamp,
    /// Time by the clock, now.
    pub now: Timestamp,
}

impl ClockJump {
    /// Clocks of several machines differ by less.
    const BACK: SignedDuration = SignedDuration::from_mins(1);
    /// A store rests longer now and then; a sentence more does no harm.
    const AHEAD: SignedDuration = SignedDuration::from_hours(366 * 24);

    pub(super) fn between(before: u64, then: Timestamp, now: Timestamp) -> Option<Self> {
        let passed = now.duration_since(then);
        (passed < -Self::BACK || passed > Self::AHEAD).then_some(Self { before, then, now })
    }
}

impl fmt::Display for ClockJump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (now, then) = (self.now.strftime("%Y-%m-%d %H:%M"), self.then.strftime("%Y-%m-%d %H:%M"));
        let order = if self.now < self.then { "earlier than" } else { "more than a year after" };
        let before = self.before;
        write!(
            f,
            "the clock says {now} UTC, {order} revision {before} ({then} UTC); set it if it is wrong: "
        )?;
        f.write_str("`--known-on` follows the order of the revisions, and ignores a time that contradicts it")
    }
}

impl State {
    /// The error for a point that the history does not reach.
    pub(super) fn no_revision(&self, layout: &Layout, wanted: String) -> Result<ArchiveError> {
        let known = |sealed: &Sealed| -> Known { (sealed.revision.number, sealed.revision.time) };
        let bounds = match &self.head {
            Some(head) => Some((known(&Sealed::read(layout, 1)?), known(head))),
            None => None,
        };
        Ok(ArchiveError::NoRevision { wanted, bounds })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ordered(years: &[i64]) -> Vec<i64> {
        let time = |year: &i64| Timestamp::from_second(*year).unwrap();
        in_order(&years.iter().map(time).collect::<Vec<_>>()).iter().map(|time| time.as_second()).collect()
    }

    #[test]
    fn times_count_as_far_as_they_rise() {
        for (times, expected) in [
            (&[][..], &[][..]),
            (&[2024], &[2024]),
            (&[2024, 2025, 2026], &[2024, 2025, 2026]),
            (&[2024, 2024, 2024], &[2024, 2024, 2024]),
            // A clock that jumped ahead, once or for a while, at the end or before it was set right.
            (&[2024, 5195, 2025, 2026], &[2024, 2025, 2025, 2026]),
            (&[2024, 5195, 5195, 5195, 2026], &[2024, 2026, 2026, 2026, 2026]),
            (&[2024, 5195, 2025], &[2024, 2025, 2025]),
            (&[2024, 5195], &[2024, 5195]),
            (&[5195, 2025, 2026], &[2025, 2025, 2026]),
            // One that was set back.
            (&[2024, 2026, 2000], &[2024, 2026, 2026]),
            (&[2024, 2025, 2000, 2026], &[2024, 2025, 2026, 2026]),
        ] {
            assert_eq!(ordered(times), expected, "{times:?}");
        }
    }

    fn point(text: &str) -> Option<Point> {
        text.parse().ok().map(|when: When| when.point)
    }

    fn moment(text: &str) -> Option<Point> {
        Some(Point::Moment(text.parse().unwrap()))
    }

    #[test]
    fn a_day_means_its_end_in_utc() {
        assert_eq!(point("2025-04-17"), moment("2025-04-17T23:59:59.999999999Z"));
        assert_eq!(point("2024-02-29"), moment("2024-02-29T23:59:59.999999999Z"));
        assert_eq!(point("9999-12-31"), Some(Point::Moment(Timestamp::MAX)));
    }

    #[test]
    fn moments_may_have_another_offset() {
        assert_eq!(point("2025-04-17T02:00:00+02:00"), moment("2025-04-17T00:00:00Z"));
    }

    #[test]
    fn digits_are_a_revision() {
        assert_eq!(point("12"), Some(Point::Revision(12)));
        assert_eq!(point("2025"), Some(Point::Revision(2025)));
        for text in ["", "-1", "2025-13-01", "yesterday", "2025-04-17T25:00:00Z", "99999999999999999999"] {
            assert_eq!(point(text), None, "{text}");
        }
    }
}
