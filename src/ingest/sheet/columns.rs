//! Names of columns: fields of records, as serde knows them, in whatever case a spreadsheet has them.

use super::read::fields_of;
use super::record::{
    Actor, Article, Attribution, Coding, Condition, Defaults, Event, Issue, Measure, Membership, Nothing,
    OfficeClaim, OwnConcept, Poll, Position, Post, Reason, Relation, Sheet, Topic, Validity,
};
use super::scalar::{QuoteFields, ShareFields, WhenFields};
use crate::model::squash;
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

/// Column that says what a row is.
const RECORD: &str = "record";
/// Kinds of records without notes.
const WITHOUT_NOTES: [&str; 4] = ["post", "topic", "nothing", "sheet"];

struct Fields {
    /// Fields of positions.
    of_position: HashSet<&'static str>,
    /// Fields of any record.
    of_records: HashSet<&'static str>,
    /// Fields of records and of their parts, by their letters alone.
    all: HashMap<String, &'static str>,
}

fn fields() -> &'static Fields {
    static FIELDS: OnceLock<Fields> = OnceLock::new();
    FIELDS.get_or_init(|| {
        macro_rules! of {
            ($($type:ty),*) => { [$(fields_of::<$type>()),*].concat() };
        }
        let of_position = fields_of::<Position>();
        let mut of_records = of!(
            Position,
            Event,
            Measure,
            Relation,
            OfficeClaim,
            Nothing,
            Article,
            Actor,
            Post,
            Membership,
            OwnConcept,
            Poll,
            Topic,
            Issue,
            Sheet
        );
        of_records.push(RECORD);
        let parts = of!(
            Condition,
            Attribution,
            Reason,
            Validity,
            Coding,
            Defaults,
            QuoteFields,
            ShareFields,
            WhenFields
        );
        let all = of_records.iter().chain(&parts).map(|field| (squash(field), *field)).collect();
        Fields {
            of_position: of_position.iter().copied().collect(),
            of_records: of_records.into_iter().collect(),
            all,
        }
    })
}

/// The name of a column as sheets have it: `On behalf of` is `onBehalfOf`. Steps that are no fields stay.
pub(super) fn name(column: &str) -> String {
    let field = |step: &str| fields().all.get(&squash(step)).copied().unwrap_or(step).to_owned();
    column.split('.').map(|step| field(step.trim())).collect::<Vec<_>>().join(".")
}

/// Number of cells that are names of fields.
pub(super) fn count<'a>(cells: impl Iterator<Item = &'a str>) -> usize {
    cells.filter(|cell| is_field(name(cell).split('.').next().unwrap_or_default())).count()
}

/// Whether it is a field of any record.
pub(super) fn is_field(name: &str) -> bool {
    fields().of_records.contains(name)
}

/// Whether it is a field of positions.
pub(super) fn is_of_position(name: &str) -> bool {
    fields().of_position.contains(name)
}

/// Whether a record of this kind has notes.
pub(super) fn has_notes(record: &str) -> bool {
    !WITHOUT_NOTES.contains(&record)
}

/// The field that an unknown column is a slip for.
pub(super) fn nearest(column: &str) -> Option<&'static str> {
    let column = column.to_lowercase();
    let slips = |field: &&str| strsim::damerau_levenshtein(&column, &field.to_lowercase());
    // Two letters are a slip; in a short word they are another word.
    let is_near = |field: &&'static str| slips(field) <= (column.chars().count() / 3).min(2);
    fields().of_records.iter().copied().filter(is_near).min_by_key(|field| (slips(field), *field))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_columns_are_fields_in_any_case() {
        for (column, expected) in [
            ("ACTOR", "actor"),
            ("On behalf of", "onBehalfOf"),
            ("on_behalf_of", "onBehalfOf"),
            ("Condition.Kind", "condition.kind"),
            ("attribution.1.Source", "attribution.1.source"),
            ("label.uk", "label.uk"),
            ("Colour", "Colour"),
        ] {
            assert_eq!(name(column), expected);
        }
        assert!(is_of_position("quote") && is_field("family") && !is_of_position("family"));
        assert_eq!(nearest("qoute"), Some("quote"));
        assert_eq!(nearest("colour"), None);
    }
}
