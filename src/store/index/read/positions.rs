//! Every position with what it has once, column by column: what analyses read instead of rows.
//!
//! Row n of every column is about the same position. Columns are those of the index itself, not copied,
//! where every position has the property and nothing else has it; else they are merged once, when they
//! are asked for. What a position may have several times is told in pairs of a row and a thing.
//!
//! A position that has something twice which it may have once, as only a load with violations brings
//! about, has no row: it is listed beside the table. Two rows for it would count its other sides twice, and
//! one of the two values would be chosen by nobody.

use super::column::Column;
use super::corruption::Corruption;
use super::id::{Id, Inline};
use super::snapshot::{By, Snapshot};
use crate::model::vocab::{prov, rdf, stp};
use jiff::civil::Date;
use oxrdf::{NamedNodeRef, Term, TermRef};
use rustc_hash::FxHashMap;

/// What a position has at most once.
pub(in crate::store::index) const ONCE: [NamedNodeRef<'static>; 14] = [
    stp::prop::ACTOR,
    stp::prop::STANCE,
    stp::prop::STANCE_VALUE,
    stp::prop::ISSUE,
    stp::prop::INTENSITY,
    stp::prop::MODE,
    stp::prop::EXPLICITNESS,
    stp::prop::CERTAINTY,
    stp::prop::STATED_FROM,
    stp::prop::STATED_UNTIL,
    stp::prop::VALID_FROM,
    stp::prop::VALID_UNTIL,
    stp::prop::STATUS,
    prov::WAS_DERIVED_FROM,
];

/// A thing of the graph: an actor, an issue, an article. The same thing is the same number in all
/// columns of one index, and of no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Thing(Id);

/// All positions of an index, a row each, in an order of no meaning.
pub struct PositionTable<'a> {
    snapshot: &'a Snapshot,
    positions: Column<'a>,
    ambiguous: Vec<Thing>,
}

/// Column of things: one a position, or none.
pub struct Things<'a>(Column<'a>);

/// Column of numbers: one a position, or none: of what is no number, and of numbers with more digits
/// than stances' values have.
pub struct Numbers<'a>(Column<'a>);

/// Column of days: one a position, or none: of what is no day without a time zone.
pub struct Days<'a>(Column<'a>);

impl<'a> PositionTable<'a> {
    /// All positions of a snapshot.
    ///
    /// # Errors
    /// A file of the index is damaged; so for all methods that return a result.
    pub fn new(snapshot: &'a Snapshot) -> Result<Self, Corruption> {
        let ids = |term: NamedNodeRef<'_>| snapshot.id(term.into());
        let (Some(kind), Some(class)) = (ids(rdf::TYPE)?, ids(stp::POSITION)?) else {
            return Ok(Self { snapshot, positions: Column::default(), ambiguous: Vec::new() });
        };
        let positions = snapshot.lookup(kind, By::Object, class)?;
        let mut ambiguous = Vec::new();
        for property in ONCE {
            let Some(property) = ids(property)? else { continue };
            let statistics = snapshot.statistics(property);
            if statistics.triples == statistics.subjects && !snapshot.is_changed(property) {
                continue;
            }
            let keys = snapshot.scan(property, By::Subject)?.keys;
            let pairs = keys.iter().zip(keys.iter().skip(1));
            ambiguous.extend(pairs.filter(|(one, next)| one == next).map(|(one, _)| one));
        }
        ambiguous.sort_unstable();
        ambiguous.dedup();
        ambiguous.retain(|id| !positions.places(*id).is_empty());
        let is_clear = |id: &Id| ambiguous.binary_search(id).is_err();
        let positions =
            if ambiguous.is_empty() { positions } else { positions.iter().filter(is_clear).collect() };
        Ok(Self { snapshot, positions, ambiguous: ambiguous.into_iter().map(Thing).collect() })
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.positions.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The position of a row.
    ///
    /// # Panics
    /// There is no such row.
    #[must_use]
    pub fn position(&self, row: usize) -> Thing {
        Thing(self.positions.get(row))
    }

    /// Positions without a row: they have something several times that a position has once.
    #[must_use]
    pub fn ambiguous(&self) -> &[Thing] {
        &self.ambiguous
    }

    /// Term that a number stands for.
    pub fn term(&self, thing: Thing) -> Result<Term, Corruption> {
        self.snapshot.term(thing.0)
    }

    /// The number of a term; none if nothing is said of it.
    pub fn thing(&self, term: TermRef<'_>) -> Result<Option<Thing>, Corruption> {
        Ok(self.snapshot.id(term)?.map(Thing))
    }

    /// `stp:actor`: whose stance it is.
    pub fn actors(&self) -> Result<Things<'a>, Corruption> {
        self.once(stp::prop::ACTOR).map(Things)
    }

    /// `stp:stance`, a concept of the stance scheme.
    pub fn stances(&self) -> Result<Things<'a>, Corruption> {
        self.once(stp::prop::STANCE).map(Things)
    }

    /// `stp:stanceValue`, from -1 to 1.
    pub fn values(&self) -> Result<Numbers<'a>, Corruption> {
        self.once(stp::prop::STANCE_VALUE).map(Numbers)
    }

    /// `stp:issue`.
    pub fn issues(&self) -> Result<Things<'a>, Corruption> {
        self.once(stp::prop::ISSUE).map(Things)
    }

    /// `stp:explicitness`, a concept.
    pub fn explicitness(&self) -> Result<Things<'a>, Corruption> {
        self.once(stp::prop::EXPLICITNESS).map(Things)
    }

    /// `stp:mode`, a concept.
    pub fn modes(&self) -> Result<Things<'a>, Corruption> {
        self.once(stp::prop::MODE).map(Things)
    }

    /// `stp:certainty`, a concept.
    pub fn certainty(&self) -> Result<Things<'a>, Corruption> {
        self.once(stp::prop::CERTAINTY).map(Things)
    }

    /// `stp:statedFrom`: the first day on which it may have been expressed.
    pub fn stated_from(&self) -> Result<Days<'a>, Corruption> {
        self.once(stp::prop::STATED_FROM).map(Days)
    }

    /// `stp:statedUntil`: the last such day.
    pub fn stated_until(&self) -> Result<Days<'a>, Corruption> {
        self.once(stp::prop::STATED_UNTIL).map(Days)
    }

    /// `stp:validFrom`: the first day on which the stance holds, where the text says so.
    pub fn valid_from(&self) -> Result<Days<'a>, Corruption> {
        self.once(stp::prop::VALID_FROM).map(Days)
    }

    /// `stp:validUntil`: the last such day.
    pub fn valid_until(&self) -> Result<Days<'a>, Corruption> {
        self.once(stp::prop::VALID_UNTIL).map(Days)
    }

    /// `stp:status`, a concept.
    pub fn statuses(&self) -> Result<Things<'a>, Corruption> {
        self.once(stp::prop::STATUS).map(Things)
    }

    /// `prov:wasDerivedFrom`: the article that it was read in.
    pub fn articles(&self) -> Result<Things<'a>, Corruption> {
        self.once(prov::WAS_DERIVED_FROM).map(Things)
    }

    /// Pairs of a property that positions may have several times, such as `stp:onBehalfOf`: rows, ascending,
    /// each with one of its things.
    pub fn each(&self, property: NamedNodeRef<'_>) -> Result<Vec<(u32, Thing)>, Corruption> {
        let mut found = Vec::new();
        if let Some(property) = self.snapshot.id(property.into())? {
            let mut row = 0;
            for (subject, object) in self.snapshot.scan(property, By::Subject)?.iter() {
                row = self.positions.seek(row, subject);
                if row == self.len() {
                    break;
                }
                if self.positions.get(row) == subject {
                    found.push((row as u32, Thing(object)));
                }
            }
        }
        Ok(found)
    }

    fn once(&self, property: NamedNodeRef<'_>) -> Result<Column<'a>, Corruption> {
        let none = || (0..self.len()).map(|_| Id::UNBOUND).collect();
        let Some(property) = self.snapshot.id(property.into())? else { return Ok(none()) };
        let pairs = self.snapshot.scan(property, By::Subject)?;
        if pairs.keys.is_same(&self.positions) {
            return Ok(pairs.values);
        }
        let mut place = 0;
        let value = |position: Id| {
            place = pairs.keys.seek(place, position);
            let has = place < pairs.len() && pairs.keys.get(place) == position;
            if has { pairs.values.get(place) } else { Id::UNBOUND }
        };
        Ok(self.positions.iter().map(value).collect())
    }
}

impl Things<'_> {
    /// Whether the column is the index's own.
    #[cfg(test)]
    pub(in crate::store::index) fn is_borrowed(&self) -> bool {
        self.0.is_borrowed()
    }

    /// The thing of a row.
    ///
    /// # Panics
    /// There is no such row; so for the other columns.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<Thing> {
        Some(self.0.get(row)).filter(|id| id.is_bound()).map(Thing)
    }

    /// All, row by row.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Option<Thing>> + '_ {
        (0..self.0.len()).map(|row| self.get(row))
    }

    /// The different things in the order in which they first come, and for each row which of them it has:
    /// what a matrix has as its rows, or a table as its levels.
    #[must_use]
    pub fn levels(&self) -> (Vec<Thing>, Vec<Option<u32>>) {
        let mut numbers: FxHashMap<Thing, u32> = FxHashMap::default();
        let mut things = Vec::new();
        let mut level = |thing: Thing| {
            *numbers.entry(thing).or_insert_with(|| {
                things.push(thing);
                things.len() as u32 - 1
            })
        };
        let of_row = self.iter().map(|thing| thing.map(&mut level)).collect();
        (things, of_row)
    }
}

impl Numbers<'_> {
    /// The number of a row.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<f64> {
        match self.0.get(row).value()? {
            Inline::Integer(n) => Some(f64::from(n)),
            Inline::Decimal { mantissa, scale } => Some(f64::from(mantissa) / 10_f64.powi(scale.into())),
            Inline::Boolean(_) | Inline::Date(_) => None,
        }
    }

    /// All, row by row.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Option<f64>> + '_ {
        (0..self.0.len()).map(|row| self.get(row))
    }
}

impl Days<'_> {
    /// The day of a row.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<Date> {
        match self.0.get(row).value()? {
            Inline::Date(days) => Some(super::id::date_of(days)),
            _ => None,
        }
    }

    /// All, row by row.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Option<Date>> + '_ {
        (0..self.0.len()).map(|row| self.get(row))
    }
}
