//! Why a question has no rows, in a sentence about its parameters.
//!
//! Each parameter is let go by itself, then all are. What brings rows is offered; where nothing does, the
//! question's file says what it needs (`empty:`).

use super::parameter::SET;
use super::{ALL, Kind, Question, Value};
use crate::base::error::{Result, count};
use crate::model::vocab::{rdf, stp};
use crate::query::{Answer, QueryError};
use crate::store::index::{Index, reading};
use std::time::Duration;

/// Time that one attempt may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);

/// A parameter let go: what to write instead, and the number of rows with it.
struct Relaxed {
    option: String,
    rows: usize,
}

impl Question {
    /// Why there are no rows with these values.
    ///
    /// # Errors
    /// A damaged index.
    pub fn why_empty(&self, index: &Index, values: &[Value]) -> Result<String> {
        let has_positions =
            || index.matching(None, Some(rdf::TYPE), Some(stp::POSITION.into())).next().is_some();
        if !reading(has_positions)? {
            return Ok("There are no positions to ask about.".to_owned());
        }
        let set: Vec<&Value> = values.iter().filter(|value| value.term.is_some()).collect();
        let mut relaxed = Vec::new();
        for value in &set {
            if let Some((option, given)) = self.let_go(value)
                && let Some(rows) = self.rows(index, values, &[(value.name.as_str(), given)])?
            {
                relaxed.push(Relaxed { option, rows });
            }
        }
        // A choice that nobody made is offered, and is not what was asked for.
        let said = || set.iter().filter(|value| !self.is_default_choice(value));
        let shown: Vec<String> = match said().next() {
            Some(_) => said().map(|value| self.written(value)).collect(),
            None => set.iter().map(|value| self.written(value)).collect(),
        };
        for flag in self.parameters.iter().filter(|parameter| parameter.kind == Kind::Flag) {
            let is_set = set.iter().any(|value| value.name == flag.name);
            if !is_set && let Some(rows) = self.rows(index, values, &[(&flag.name, Some(SET.to_owned()))])? {
                relaxed.push(Relaxed { option: format!("with `--{}`", flag.option), rows });
            }
        }
        if !relaxed.is_empty() {
            let offers: Vec<String> = relaxed
                .iter()
                .map(|Relaxed { option, rows }| format!("{option} there {}", are(*rows)))
                .collect();
            let what = if shown.is_empty() { String::new() } else { format!(" for {}", and(&shown)) };
            return Ok(format!("No rows{what}; {}.", offers.join(", ")));
        }
        if set.len() > 1 {
            let all: Vec<(&str, Option<String>)> =
                set.iter().filter_map(|value| Some((value.name.as_str(), self.let_go(value)?.1))).collect();
            if let Some(rows) = self.rows(index, values, &all)? {
                return Ok(format!("No rows for {}; without them there {}.", and(&shown), are(rows)));
            }
        }
        Ok(self.empty.clone())
    }

    /// What to write instead of a value that lets most through, as an offer and as the value itself.
    fn let_go(&self, value: &Value) -> Option<(String, Option<String>)> {
        let parameter = self.parameters.iter().find(|parameter| parameter.name == value.name)?;
        let option = &parameter.option;
        match parameter.kind {
            Kind::Integer => {
                let is_more = value.shown.parse::<i64>().is_ok_and(|number| number > 1);
                is_more.then(|| (format!("with `--{option} 1`"), Some("1".to_owned())))
            }
            kind if kind.things().is_some() || parameter.values.iter().any(|text| text == ALL) => {
                if value.shown == ALL {
                    return None;
                }
                Some((format!("with `--{option} {ALL}`"), Some(ALL.to_owned())))
            }
            Kind::Flag => None,
            _ => parameter.optional.then(|| (format!("without `--{option}`"), None)),
        }
    }

    /// Number of rows with other values for some parameters; none if there are none, or it takes too long.
    fn rows(
        &self,
        index: &Index,
        values: &[Value],
        others: &[(&str, Option<String>)],
    ) -> Result<Option<usize>> {
        let given = |name: &str| match others.iter().find(|(other, _)| *other == name) {
            Some((_, other)) => other.clone(),
            None => values.iter().find(|value| value.name == name).map(Value::given),
        };
        let (query, _) = self.query(index, given)?;
        match query.answer(index, Some(PATIENCE)) {
            Ok(Answer::Rows { rows, .. }) => Ok((!rows.is_empty()).then_some(rows.len())),
            Ok(_) | Err(QueryError::TimedOut { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn written(&self, value: &Value) -> String {
        let parameter = self.parameters.iter().find(|parameter| parameter.name == value.name);
        let option = parameter.map_or(value.name.as_str(), |parameter| parameter.option.as_str());
        let quote = if value.shown.contains(char::is_whitespace) { "'" } else { "" };
        format!("`--{option} {quote}{}{quote}`", value.shown)
    }
}

fn are(rows: usize) -> String {
    format!("{} {}", if rows == 1 { "is" } else { "are" }, count(rows, "row"))
}

/// "a", "a and b", "a, b and c".
fn and(items: &[String]) -> String {
    match items.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => items.concat(),
    }
}
