//! Points of the history as people name them, and the revisions that they mean.

use super::Archive;
use super::error::{ArchiveError, Known, Result};
use super::layout::Layout;
use super::revision::Sealed;
use super::state::State;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use std::fmt;
use std::str::FromStr;

/// A point of the history: `12` is a revision, `2025-04-17` the end of that day in UTC, and
/// `2025-04-17T09:30:00Z` a moment.
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
#[error("write a revision's number, a day such as 2025-04-17, or a time such as 2025-04-17T09:30:00Z")]
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
            Point::Moment(end_of(text.parse().map_err(|_| NotAPoint)?))
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

    /// The last revision that was made until this moment; 0 where none was. Times never go
    /// back, so a dozen files tell among thousands.
    fn last_until(&self, moment: Timestamp) -> Result<u64> {
        let (mut before, mut after) = (0, self.state.number() + 1);
        while before + 1 < after {
            let middle = before + (after - before) / 2;
            let time = Sealed::read(&self.layout, middle)?.revision.time;
            if time <= moment { before = middle } else { after = middle }
        }
        Ok(before)
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
