//! Terms that others have taken over: what is written with the old one is read as the new one, with a
//! warning. One table for sheets and for RDF.
//!
//! Two designs were weighed. *Keeping what is written and only warning*: nothing is changed behind anyone's
//! back, but the same words mean two things in one store, and a sheet and the Turtle that it encodes to part
//! as soon as one of them is mended. *Reading the old term as the new one*: a case is right as soon as it is
//! loaded again, whichever of its files that is. The second was taken.

use crate::base::diagnostic::Diagnostic;
use crate::base::error::count;
use crate::model::vocab::stp;
use crate::model::{Concept, Status};
use oxrdf::NamedNodeRef;

/// A value that another has taken over, where something else is said too.
pub struct Renamed {
    /// Property whose value it is.
    pub property: NamedNodeRef<'static>,
    /// Property that the same thing has to have. Its IRI is below that of `property`, so that sorted lines
    /// tell it in time.
    pub beside: NamedNodeRef<'static>,
    /// The value as it is written.
    pub old: NamedNodeRef<'static>,
    /// The value as it is read.
    pub new: NamedNodeRef<'static>,
    /// The words of both in a sheet.
    words: (&'static str, &'static str),
    /// What the old value means now.
    means: &'static str,
}

/// All of them. A reading of words that allow several was `disputed` once.
pub static RENAMED: std::sync::LazyLock<[Renamed; 1]> = std::sync::LazyLock::new(|| {
    [Renamed {
        property: stp::prop::STATUS,
        beside: stp::prop::ALTERNATIVE_READING,
        old: Status::Disputed.iri(),
        new: Status::Ambiguous.iri(),
        words: (Status::Disputed.word(), Status::Ambiguous.word()),
        means: "that somebody denies it",
    }]
});

/// The status that a position has which is written with this one; `is_reading` is whether it is one of
/// several readings.
#[must_use]
pub fn status(written: Status, is_reading: bool) -> Status {
    let [reading] = &*RENAMED;
    let taken = is_reading && written.iri() == reading.old;
    taken.then(|| Status::from_iri(reading.new)).flatten().unwrap_or(written)
}

impl Renamed {
    /// Warning of so many positions that are written with the old value.
    #[must_use]
    pub fn warning(&self, positions: usize) -> Diagnostic {
        let (old, new) = self.words;
        let are = if positions == 1 { "is" } else { "are" };
        Diagnostic::warning(format!(
            "{} with another reading {are} `{old}`, read as `{new}`",
            count(positions, "position")
        ))
        .help(format!("write `{new}`; `{old}` means {}", self.means))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorted_lines_tell_what_stands_beside_in_time() {
        for renamed in RENAMED.iter() {
            assert!(renamed.beside.as_str() < renamed.property.as_str());
        }
    }

    #[test]
    fn only_a_reading_that_is_disputed_is_ambiguous() {
        for written in Status::ALL.iter().copied() {
            assert_eq!(status(written, false), written);
            let expected = if written == Status::Disputed { Status::Ambiguous } else { written };
            assert_eq!(status(written, true), expected);
        }
    }
}
