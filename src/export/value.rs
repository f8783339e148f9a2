//! Typed values, which networks, tables and Parquet files have in common.

use super::cells::Cell;
use jiff::civil::Date;

/// Type of the values of an attribute or a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// Whole number.
    Integer,
    /// Number.
    Decimal,
    /// Day.
    Day,
}

/// Name and type of an attribute or a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Name: a letter, then letters, digits and `_`.
    pub name: &'static str,
    /// Type of all its values.
    pub kind: Kind,
}

/// Value of an attribute.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// No value.
    #[default]
    Absent,
    /// Text.
    Text(String),
    /// Whole number.
    Integer(i64),
    /// Number.
    Decimal(f64),
    /// Day.
    Day(Date),
}

impl Attribute {
    /// The attribute of this name and type.
    #[must_use]
    pub const fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, kind }
    }
}

impl Value {
    /// The value as a text; none where there is no value.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Absent => None,
            Self::Text(text) => Some(text.clone()),
            Self::Integer(number) => Some(number.to_string()),
            Self::Decimal(number) => Some(number.to_string()),
            Self::Day(day) => Some(day.to_string()),
        }
    }

    /// The value in JSON.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        match self {
            Self::Absent => serde_json::Value::Null,
            Self::Integer(number) => (*number).into(),
            // A whole number is written as one, as it is in the other formats.
            Self::Decimal(number) if number.fract() == 0.0 => (*number as i64).into(),
            Self::Decimal(number) => (*number).into(),
            Self::Text(_) | Self::Day(_) => self.text().into(),
        }
    }
}

impl From<Value> for Cell {
    fn from(value: Value) -> Self {
        match value {
            Value::Absent => Self::Absent,
            Value::Integer(_) | Value::Decimal(_) => Self::Number(value.text().unwrap_or_default()),
            Value::Text(text) => Self::Text(text),
            Value::Day(day) => Self::Text(day.to_string()),
        }
    }
}

impl From<Option<Date>> for Value {
    fn from(day: Option<Date>) -> Self {
        day.map_or(Self::Absent, Self::Day)
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        text.map_or(Self::Absent, Self::Text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
