//! The classes of marks: what each makes.

use crate::model::{Concept, Stance, stance_words};
use std::sync::LazyLock;

/// What a mark makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Position,
    Event,
    Measure,
    Poll,
    Relation,
    OfficeClaim,
    Membership,
    Nothing,
    Part(Part),
}

/// What a mark adds to the record of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Hedge,
    Condition,
    Reason,
    Attribution,
    Time,
    Target,
    Evidence,
}

/// Classes by their names; stances have their own.
const NAMES: &[(&str, Class)] = &[
    ("event", Class::Event),
    ("measure", Class::Measure),
    ("poll", Class::Poll),
    ("relation", Class::Relation),
    ("office-claim", Class::OfficeClaim),
    ("membership", Class::Membership),
    ("nothing", Class::Nothing),
    ("hedge", Class::Part(Part::Hedge)),
    ("condition", Class::Part(Part::Condition)),
    ("reason", Class::Part(Part::Reason)),
    ("attribution", Class::Part(Part::Attribution)),
    ("time", Class::Part(Part::Time)),
    ("target", Class::Part(Part::Target)),
    ("evidence", Class::Part(Part::Evidence)),
];

impl Class {
    /// The class of this name, in camelCase or with hyphens.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        let plain = |name: &str| name.replace('-', "").to_lowercase();
        let wanted = plain(name);
        let named = NAMES.iter().find(|(name, _)| plain(name) == wanted).map(|(_, class)| *class);
        named.or_else(|| (!stance_words::stances(name).is_empty()).then_some(Self::Position))
    }

    /// The names of all classes, as they are written in a mark.
    pub(super) fn names() -> &'static [String] {
        static ALL: LazyLock<Vec<String>> = LazyLock::new(|| {
            let stances = Stance::ALL.iter().map(|stance| stance.word().replace(' ', "-"));
            let short = stance_words::short_words().filter(|word| !word.contains(' ')).map(str::to_owned);
            stances.chain(short).chain(NAMES.iter().map(|(name, _)| (*name).to_owned())).collect()
        });
        &ALL
    }

    /// The section of a sheet that its records belong to; none of parts.
    pub(super) fn section(self) -> Option<&'static str> {
        Some(match self {
            Self::Position => "positions",
            Self::Event => "events",
            Self::Measure => "measures",
            Self::Poll => "polls",
            Self::Relation => "relations",
            Self::OfficeClaim => "officeClaims",
            Self::Membership => "memberships",
            Self::Nothing => "nothingToEncode",
            Self::Part(_) => return None,
        })
    }
}

impl Part {
    /// The field of a record of this class that it adds to.
    pub(super) fn field(self, class: Class) -> &'static str {
        match self {
            Self::Time if class == Class::Poll => "fieldwork",
            Self::Hedge => "hedge",
            Self::Condition => "condition",
            Self::Reason => "reason",
            Self::Attribution => "attribution",
            Self::Time => "time",
            Self::Target => "target",
            Self::Evidence => "quote",
        }
    }
}
