//! Which variables of a database mean what.

use super::table::Database;
use crate::base::error::{Error, Result};
use crate::base::header;
use crate::model::{Certainty, Concept, Explicitness, Family, Mode, Stance};
use serde_json::{Map as Fields, Value};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// Fields of a map.
const FIELDS: &[&str] = &[
    "statementType",
    "actor",
    "onBehalfOf",
    "issue",
    "stance",
    "stances",
    "family",
    "mode",
    "explicitness",
    "certainty",
];

/// Which variables of a database hold actors, issues and stances; the default is what DNA itself sets up.
#[derive(Clone, Debug)]
pub struct Map {
    /// Label of the type of statements that are positions; every type that has the variables, if none is given.
    pub statement_type: Option<String>,
    /// Variables of the actor; the first that has a value counts.
    pub actor: Vec<String>,
    /// Variables of the actors represented.
    pub on_behalf_of: Vec<String>,
    /// Variable of the issue.
    pub issue: String,
    /// Variable of the stance.
    pub stance: String,
    /// Stances by value.
    pub stances: Vec<(String, Stance)>,
    /// Family of the issues.
    pub family: Family,
    /// How positions were expressed, if they say.
    pub mode: Option<Mode>,
    /// How openly, if they say.
    pub explicitness: Option<Explicitness>,
    /// How certainly, if they say.
    pub certainty: Option<Certainty>,
}

impl Default for Map {
    fn default() -> Self {
        Self {
            statement_type: None,
            actor: vec!["person".to_owned()],
            on_behalf_of: vec!["organization".to_owned()],
            issue: "concept".to_owned(),
            stance: "agreement".to_owned(),
            stances: vec![("1".to_owned(), Stance::Supports), ("0".to_owned(), Stance::Opposes)],
            family: Family::Proposal,
            mode: None,
            explicitness: None,
            certainty: None,
        }
    }
}

/// A word of a closed list.
fn word<C: Concept>(field: &str, word: &str) -> Result<C> {
    C::from_word(word).ok_or_else(|| header::unknown(field, word, C::ALL.iter().map(|c| c.word())))
}

impl Map {
    /// Reads a map: YAML.
    ///
    /// # Errors
    /// It cannot be read, or says what is not understood.
    pub fn read(file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(file).map_err(Error::file("read", file))?;
        Self::parse(&text).map_err(header::in_file(&file.display().to_string()))
    }

    fn parse(text: &str) -> Result<Self> {
        let settings = header::settings(text, Some(FIELDS))?;
        let mut map = Self { statement_type: settings.text("statementType")?, ..Self::default() };
        for (field, variables) in [("actor", &mut map.actor), ("onBehalfOf", &mut map.on_behalf_of)] {
            let given = settings.texts(field)?;
            if !given.is_empty() {
                *variables = given;
            }
        }
        for (field, variable) in [("issue", &mut map.issue), ("stance", &mut map.stance)] {
            if let Some(given) = settings.text(field)? {
                *variable = given;
            }
        }
        if let Some(family) = settings.text("family")? {
            map.family = word("family", &family)?;
            if map.family == Family::Claim {
                map.stances = vec![("1".to_owned(), Stance::Affirms), ("0".to_owned(), Stance::Denies)];
            }
        }
        let stances = settings.named_texts("stances")?;
        if !stances.is_empty() {
            let stances = stances.into_iter().map(|(value, stance)| Ok((value, word("stance", &stance)?)));
            map.stances = stances.collect::<Result<_>>()?;
        }
        if let Some((_, stance)) = map.stances.iter().find(|(_, stance)| !stance.fits(map.family)) {
            return Err(Error::usage(format!(
                "`{}` is not a stance on a {}",
                stance.word(),
                map.family.word()
            ))
            .with_help("set `family: proposal` or `family: claim`, and stances that fit it"));
        }
        map.mode = settings.text("mode")?.map(|mode| word("mode", &mode)).transpose()?;
        map.explicitness = settings.text("explicitness")?.map(|w| word("explicitness", &w)).transpose()?;
        map.certainty = settings.text("certainty")?.map(|w| word("certainty", &w)).transpose()?;
        Ok(map)
    }

    /// The stance that a value means.
    pub(super) fn stance(&self, value: &str) -> Option<Stance> {
        self.stances.iter().find(|(of, _)| of.trim() == value.trim()).map(|(_, stance)| *stance)
    }

    /// The fields of positions that the map sets.
    pub(super) fn defaults(&self) -> Fields<String, Value> {
        let set = [
            ("mode", self.mode.map(Concept::word)),
            ("explicitness", self.explicitness.map(Concept::word)),
            ("certainty", self.certainty.map(Concept::word)),
        ];
        set.into_iter().filter_map(|(name, word)| Some((name.to_owned(), word?.into()))).collect()
    }

    /// The fields of positions that nothing sets.
    pub(super) fn defaulted(&self) -> Vec<&'static str> {
        let set = self.defaults();
        ["mode", "explicitness", "certainty"].into_iter().filter(|field| !set.contains_key(*field)).collect()
    }
}

/// The variables of a type of statements, by their IDs.
pub(super) struct Variables {
    pub(super) actor: Vec<i64>,
    pub(super) on_behalf_of: Vec<i64>,
    pub(super) issue: i64,
    pub(super) stance: i64,
}

impl Variables {
    /// Whether a variable has a place in a position.
    pub(super) fn has(&self, variable: i64) -> bool {
        let named = self.actor.iter().chain(&self.on_behalf_of).chain([&self.issue, &self.stance]);
        named.into_iter().any(|named| *named == variable)
    }
}

/// The types of statements that are positions.
pub(super) struct Scheme {
    pub(super) types: BTreeMap<i64, Variables>,
}

impl Scheme {
    /// Finds the variables of a map in a database.
    ///
    /// # Errors
    /// No type of statements has them.
    pub(super) fn of(database: &Database, map: &Map) -> Result<Self> {
        let mut own: HashMap<i64, Vec<(String, i64)>> = HashMap::new();
        for row in database.table("VARIABLES").rows() {
            if let (Some(id), Some(kind)) = (row.number("ID"), row.number("StatementTypeId")) {
                own.entry(kind).or_default().push((row.text("Variable").to_owned(), id));
            }
        }
        let labels = database.names("STATEMENTTYPES", "Label");
        let mut types = BTreeMap::new();
        for (kind, variables) in &own {
            if map.statement_type.as_ref().is_some_and(|wanted| labels.get(kind) != Some(wanted)) {
                continue;
            }
            let find = |name: &String| variables.iter().find(|(own, _)| own == name).map(|(_, id)| *id);
            let actor: Vec<i64> = map.actor.iter().filter_map(find).collect();
            let on_behalf_of: Vec<i64> = map.on_behalf_of.iter().filter_map(find).collect();
            if let (Some(issue), Some(stance)) = (find(&map.issue), find(&map.stance))
                && !(actor.is_empty() && on_behalf_of.is_empty())
            {
                types.insert(*kind, Variables { actor, on_behalf_of, issue, stance });
            }
        }
        if types.is_empty() {
            let actors = [map.actor.as_slice(), &map.on_behalf_of].concat().join("` or `");
            let mut all: Vec<(i64, String)> = labels.into_iter().collect();
            all.sort_unstable();
            let all = all.into_iter().map(|(kind, label)| {
                let names = own.get(&kind).map(Vec::as_slice).unwrap_or_default();
                let names: Vec<&str> = names.iter().map(|(name, _)| name.as_str()).collect();
                format!("{label} ({})", names.join(", "))
            });
            let all: Vec<String> = all.collect();
            let what = map
                .statement_type
                .as_ref()
                .map_or_else(|| "no statement type".to_owned(), |kind| format!("no statement type `{kind}`"));
            return Err(Error::usage(format!(
                "{what} has the variables `{actors}`, `{}` and `{}`",
                map.issue, map.stance
            ))
            .with_help(format!("name others with `--map`; the types: {}", all.join("; "))));
        }
        Ok(Self { types })
    }

    /// The labels of the other types of statements, each with the number of its statements.
    pub(super) fn other_types(&self, database: &Database) -> Vec<(String, usize)> {
        let labels = database.names("STATEMENTTYPES", "Label");
        let mut numbers: BTreeMap<i64, usize> = BTreeMap::new();
        for kind in database.table("STATEMENTS").rows().filter_map(|row| row.number("StatementTypeId")) {
            if !self.types.contains_key(&kind) {
                *numbers.entry(kind).or_default() += 1;
            }
        }
        numbers.into_iter().filter_map(|(kind, number)| Some((labels.get(&kind)?.clone(), number))).collect()
    }
}
