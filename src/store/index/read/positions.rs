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
use super::id::{Id, Inline};
use super::snapshot::{By, Corruption, Snapshot};
use crate::model::vocab::{prov, rdf, stp};
use crate::store::index::{Index, or_throw_corruption};
use jiff::civil::Date;
use oxrdf::{NamedNodeRef, Term};
use rustc_hash::FxHashMap;

/// What a position has at most once.
const ONCE: [NamedNodeRef<'static>; 14] = [
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

/// For each position a thing, or none.
pub struct Things<'a>(Column<'a>);

/// For each position a number, or none: of what is no number, and of numbers with more digits
/// than stances' values have.
pub struct Numbers<'a>(Column<'a>);

/// For each position a day, or none: of what is no day without a time zone.
pub struct Days<'a>(Column<'a>);

impl Index {
    /// All positions, column by column.
    ///
    /// # Panics
    /// As [`matching`](Self::matching); so do the methods of the table.
    #[must_use]
    pub fn positions(&self) -> PositionTable<'_> {
        or_throw_corruption(PositionTable::new(&self.snapshot))
    }
}

impl<'a> PositionTable<'a> {
    fn new(snapshot: &'a Snapshot) -> Result<Self, Corruption> {
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

    /// How many rows there are.
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

    /// What a number stands for.
    #[must_use]
    pub fn term(&self, thing: Thing) -> Term {
        or_throw_corruption(self.snapshot.term(thing.0))
    }

    /// `stp:actor`: whose stance it is.
    #[must_use]
    pub fn actors(&self) -> Things<'a> {
        Things(self.once(stp::prop::ACTOR))
    }

    /// `stp:stance`, a concept of the stance scheme.
    #[must_use]
    pub fn stances(&self) -> Things<'a> {
        Things(self.once(stp::prop::STANCE))
    }

    /// `stp:stanceValue`, from -1 to 1.
    #[must_use]
    pub fn values(&self) -> Numbers<'a> {
        Numbers(self.once(stp::prop::STANCE_VALUE))
    }

    /// `stp:issue`.
    #[must_use]
    pub fn issues(&self) -> Things<'a> {
        Things(self.once(stp::prop::ISSUE))
    }

    /// `stp:intensity`, a concept.
    #[must_use]
    pub fn intensities(&self) -> Things<'a> {
        Things(self.once(stp::prop::INTENSITY))
    }

    /// `stp:mode`, a concept: how it was expressed.
    #[must_use]
    pub fn modes(&self) -> Things<'a> {
        Things(self.once(stp::prop::MODE))
    }

    /// `stp:explicitness`, a concept.
    #[must_use]
    pub fn explicitness(&self) -> Things<'a> {
        Things(self.once(stp::prop::EXPLICITNESS))
    }

    /// `stp:certainty`, a concept.
    #[must_use]
    pub fn certainties(&self) -> Things<'a> {
        Things(self.once(stp::prop::CERTAINTY))
    }

    /// `stp:statedFrom`: the first day on which it may have been expressed.
    #[must_use]
    pub fn stated_from(&self) -> Days<'a> {
        Days(self.once(stp::prop::STATED_FROM))
    }

    /// `stp:statedUntil`: the last such day.
    #[must_use]
    pub fn stated_until(&self) -> Days<'a> {
        Days(self.once(stp::prop::STATED_UNTIL))
    }

    /// `stp:validFrom`: the first day on which the stance holds, where the text says so.
    #[must_use]
    pub fn valid_from(&self) -> Days<'a> {
        Days(self.once(stp::prop::VALID_FROM))
    }

    /// `stp:validUntil`: the last such day.
    #[must_use]
    pub fn valid_until(&self) -> Days<'a> {
        Days(self.once(stp::prop::VALID_UNTIL))
    }

    /// `stp:status`, a concept.
    #[must_use]
    pub fn statuses(&self) -> Things<'a> {
        Things(self.once(stp::prop::STATUS))
    }

    /// `prov:wasDerivedFrom`: the article that it was read in.
    #[must_use]
    pub fn articles(&self) -> Things<'a> {
        Things(self.once(prov::WAS_DERIVED_FROM))
    }

    /// What positions may have several times, such as `stp:onBehalfOf`: rows, ascending, each with one of
    /// its things.
    #[must_use]
    pub fn each(&self, property: NamedNodeRef<'_>) -> Vec<(u32, Thing)> {
        let mut found = Vec::new();
        if let Some(property) = or_throw_corruption(self.snapshot.id(property.into())) {
            let mut row = 0;
            for (subject, object) in or_throw_corruption(self.snapshot.scan(property, By::Subject)).iter() {
                row = self.positions.seek(row, subject);
                if row == self.len() {
                    break;
                }
                if self.positions.get(row) == subject {
                    found.push((row as u32, Thing(object)));
                }
            }
        }
        found
    }

    fn once(&self, property: NamedNodeRef<'_>) -> Column<'a> {
        or_throw_corruption(self.column(property))
    }

    fn column(&self, property: NamedNodeRef<'_>) -> Result<Column<'a>, Corruption> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use oxrdf::{NamedNode, NamedOrBlankNode, Triple};
    use proptest::prelude::*;

    fn node(kind: &str, n: u8) -> NamedNode {
        NamedNode::new_unchecked(format!("https://example.org/{kind}/{n}"))
    }

    /// Triples about a few positions: some lack a property, some have one twice, some are none.
    fn graph() -> impl Strategy<Value = Vec<Triple>> {
        let of_position = (0u8..12, 0usize..ONCE.len() + 2, 0u8..3).prop_map(|(position, what, value)| {
            let position = node("position", position);
            match what.checked_sub(ONCE.len()) {
                None => {
                    let property = ONCE[what];
                    let value: Term = if property == stp::prop::STANCE_VALUE {
                        oxrdf::Literal::new_typed_literal(
                            ["-0.5", "1", "0.25"][usize::from(value)],
                            crate::model::vocab::xsd::DECIMAL,
                        )
                        .into()
                    } else if [
                        stp::prop::STATED_FROM,
                        stp::prop::STATED_UNTIL,
                        stp::prop::VALID_FROM,
                        stp::prop::VALID_UNTIL,
                    ]
                    .contains(&property)
                    {
                        oxrdf::Literal::new_typed_literal(
                            format!("2025-04-0{}", value + 1),
                            crate::model::vocab::xsd::DATE,
                        )
                        .into()
                    } else {
                        node("thing", value).into()
                    };
                    Triple::new(position, property, value)
                }
                Some(0) => Triple::new(position, rdf::TYPE, stp::POSITION),
                Some(_) => Triple::new(position, stp::prop::ON_BEHALF_OF, node("thing", value)),
            }
        });
        prop::collection::vec(of_position, 0..120)
    }

    /// The objects of a position, as the index has them.
    fn objects(index: &Index, position: &NamedOrBlankNode, property: NamedNodeRef<'_>) -> Vec<Term> {
        index.matching(Some(position.as_ref()), Some(property), None).map(|triple| triple.object).collect()
    }

    proptest! {
        #[test]
        fn columns_say_what_the_graph_says(triples in graph()) {
            let index = Index::from_triples(triples);
            let table = index.positions();
            let all: Vec<NamedOrBlankNode> = index
                .matching(None, Some(rdf::TYPE), Some(stp::POSITION.into()))
                .map(|triple| triple.subject)
                .collect();
            prop_assert_eq!(table.len() + table.ambiguous().len(), all.len());
            for thing in table.ambiguous() {
                let Term::NamedNode(position) = table.term(*thing) else { panic!("positions have IRIs") };
                let position = position.into();
                prop_assert!(ONCE.iter().any(|property| objects(&index, &position, *property).len() > 1));
            }
            let behalf = table.each(stp::prop::ON_BEHALF_OF);
            for row in 0..table.len() {
                let Term::NamedNode(position) = table.term(table.position(row)) else { panic!("positions have IRIs") };
                let position: NamedOrBlankNode = position.into();
                let one = |property| objects(&index, &position, property).pop();
                let term = |things: &Things<'_>| things.get(row).map(|thing| table.term(thing));
                prop_assert_eq!(term(&table.actors()), one(stp::prop::ACTOR));
                prop_assert_eq!(term(&table.stances()), one(stp::prop::STANCE));
                prop_assert_eq!(term(&table.articles()), one(prov::WAS_DERIVED_FROM));
                let literal = |term: Option<Term>| match term {
                    Some(Term::Literal(literal)) => Some(literal.value().to_owned()),
                    _ => None,
                };
                prop_assert_eq!(table.values().get(row).map(|n| n.to_string()), literal(one(stp::prop::STANCE_VALUE)));
                prop_assert_eq!(table.stated_from().get(row).map(|day| day.to_string()), literal(one(stp::prop::STATED_FROM)));
                prop_assert_eq!(table.valid_until().get(row).map(|day| day.to_string()), literal(one(stp::prop::VALID_UNTIL)));
                let of_row = behalf.iter().filter(|(at, _)| *at as usize == row);
                let mut found: Vec<String> = of_row.map(|(_, thing)| table.term(*thing).to_string()).collect();
                let mut there: Vec<String> = objects(&index, &position, stp::prop::ON_BEHALF_OF).iter().map(Term::to_string).collect();
                found.sort();
                there.sort();
                prop_assert_eq!(found, there);
            }
            let issues = table.issues();
            let (things, of_row) = issues.levels();
            for (row, level) in of_row.iter().enumerate() {
                prop_assert_eq!(level.map(|level| things[level as usize]), issues.get(row));
            }
        }
    }

    #[test]
    fn what_every_position_has_is_not_copied() {
        let position = |n: u8| node("position", n);
        let of = |n: u8| {
            [
                Triple::new(position(n), rdf::TYPE, stp::POSITION),
                Triple::new(position(n), stp::prop::ACTOR, node("actor", n % 3)),
            ]
        };
        let index = Index::from_triples((0..9).flat_map(of));
        let table = index.positions();
        assert!(table.actors().0.is_borrowed());
        assert_eq!(table.actors().levels().0.len(), 3);
        assert!(table.modes().iter().all(|mode| mode.is_none()));
    }
}
