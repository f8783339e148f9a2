//! Coding sheets: the way a person writes positions down.
//!
//! `read` takes a file's text to records, the records' names are resolved by `resolve`
//! against a [`crate::model::registry::Registry`], and what comes out is `model::Content`.

mod coded;
mod columns;
mod csv;
mod dates;
mod edit;
mod faults;
mod read;
mod record;
mod resolve;
mod scalar;
mod schema;
mod tree;
mod writing;
mod xlsx;
mod yaml;

#[doc(hidden)]
pub use coded::value as attribute_value;
pub use coded::{Unmarked, marked};
pub(crate) use csv::holds_lists;
pub use edit::{Edit, edited};
pub use read::{Format, Written, article_text, is_coded_text, read, read_workbook};
pub(crate) use read::{YamlList, yaml_lists};
pub use record::{
    Actor, Article, Attribution, Coding, Condition, Defaults, Event, Issue, Measure, Membership, Nothing,
    OfficeClaim, Position, Post, Reason, Relation, Sheet, Stated, Topic, Validity,
};
pub use resolve::{
    Declared, Field, Reference, Referred, Resolved, UnknownName, Unresolved, declare, resolve,
};
pub use scalar::{Count, Flag, Many, Name, Quote, QuoteFields, Text, When, WhenFields, Word};
pub use schema::schema;
pub use tree::{Path, Step};
pub use writing::as_yaml;
pub(crate) use xlsx::first_worksheet;
