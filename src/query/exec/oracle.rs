//! Expressions, filters, aggregates and orders against the evaluator's own, on random tables of
//! odd terms.
//!
//! The evaluator gives every term back in canonical spelling, so tables have terms of that spelling only; cases
//! of other spellings, with their reviewed answers, are in `tests/terms/`. What it has wrong otherwise is put
//! right before it is asked: see [`native`].

use super::aggregate::Aggregation;
use super::expression::Compiled;
use super::group::distinct;
use super::order::Order;
use super::rows::Rows;
use super::terms::{ExecContext, Stopped};
use super::value;
use crate::base::allowance::Allowance;
use crate::model::document::parse;
use crate::query::parse::algebra::expressions_in_mut;
use crate::store::index::read::id::Id;
use crate::store::index::read::snapshot::Snapshot;
use oxigraph::sparql::CancellationToken;
use oxrdf::vocab::xsd;
use oxrdf::{BlankNode, Dataset, GraphName, Literal, NamedNode, NamedNodeRef, Term, Triple, Variable};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use spareval::{QueryEvaluator, QueryResults};
use spargebra::Query;
use spargebra::algebra::{
    AggregateExpression, AggregateFunction, Expression, Function, GraphPattern, OrderExpression,
};
use spargebra::term::{GroundTerm, NamedNodePattern, TermPattern, TriplePattern};
use std::{collections::BTreeSet, sync::Arc};

/// Columns of a table; nothing binds the last.
const NAMES: [&str; 4] = ["a", "b", "c", "none"];
const ROOM: usize = 1 << 30;

fn variable(name: &str) -> Variable {
    Variable::new(name).unwrap()
}

fn iri(text: &str) -> NamedNode {
    NamedNode::new(text).unwrap()
}

fn literals(datatype: NamedNodeRef<'_>, texts: &[&str]) -> Vec<Term> {
    texts.iter().map(|text| Literal::new_typed_literal(*text, datatype).into()).collect()
}

fn numbers() -> Vec<Term> {
    let mut terms = literals(
        xsd::INTEGER,
        &["0", "1", "-1", "2", "01", "+1", "10", "9", "-0", "134217728", "9223372036854775807"],
    );
    terms.extend(literals(xsd::DECIMAL, &["0.5", "1.0", "1", "1.50", "-0.25", "0.00001", "2.0", "01.5"]));
    terms.extend(literals(xsd::DOUBLE, &["1", "1.0E0", "-0.0", "0", "INF", "-INF", "0.5", "1e300"]));
    terms.extend(literals(xsd::FLOAT, &["1", "0.1", "INF", "-0.0"]));
    terms.extend(literals(xsd::BYTE, &["1", "7"]));
    terms
}

fn texts() -> Vec<Term> {
    let mut terms: Vec<Term> = ["", "a", "A", "ab", "b", "1", "true", "en", "é", "2024-05-06", "P1D"]
        .map(|text| Literal::new_simple_literal(text).into())
        .to_vec();
    for (text, language) in [("a", "en"), ("a", "de"), ("ab", "en"), ("", "en-GB"), ("É", "fr")] {
        terms.push(Literal::new_language_tagged_literal(text, language).unwrap().into());
    }
    terms
}

fn days() -> Vec<Term> {
    literals(
        xsd::DATE,
        &[
            "2024-05-06",
            "2024-05-07",
            "2024-05-06Z",
            "2024-05-06+05:00",
            "1969-12-31",
            "0001-01-01",
            "9999-12-31",
        ],
    )
}

fn others() -> Vec<Term> {
    let mut terms = literals(
        xsd::DATE_TIME,
        &["2024-05-06T00:00:00", "2024-05-06T00:00:00Z", "2024-05-06T05:00:00+05:00"],
    );
    terms.extend(literals(xsd::BOOLEAN, &["true", "false", "1", "0"]));
    terms.extend(literals(xsd::INTEGER, &["abc", ""]));
    terms.extend(literals(xsd::DATE, &["2024-02-30", "-0001-01-01", "12024-01-01"]));
    terms.extend(literals(xsd::DOUBLE, &["NaN", "x"]));
    terms.extend(literals(xsd::FLOAT, &["NaN"]));
    terms.extend(literals(xsd::DURATION, &["P1M", "P1Y2M3D"]));
    terms.extend(literals(xsd::DAY_TIME_DURATION, &["P1D", "PT24H", "P30D"]));
    terms.extend(literals(xsd::YEAR_MONTH_DURATION, &["P1M", "P12M", "P1Y"]));
    terms.extend(literals(xsd::TIME, &["10:00:00", "10:00:00Z"]));
    terms.extend(literals(xsd::G_YEAR, &["2024", "2024Z"]));
    terms.extend(literals(iri("http://example.org/type").as_ref(), &["x", "y"]));
    terms
}

fn nodes() -> Vec<Term> {
    let mut terms: Vec<Term> =
        ["http://example.org/a", "http://example.org/b", "urn:a"].map(|text| iri(text).into()).to_vec();
    terms.extend(["x", "y"].map(|label| Term::from(BlankNode::new(label).unwrap())));
    terms
}

fn all() -> Vec<Term> {
    [numbers(), texts(), days(), others(), nodes()].concat().into_iter().map(respelt).collect()
}

/// The term in the one spelling that the evaluator gives it.
fn respelt(term: Term) -> Term {
    spareval::ExpressionTerm::from(term).into()
}

/// Rows of a table, cell by cell.
type Table = Vec<[Option<Term>; 3]>;

fn table(terms: Vec<Term>) -> impl Strategy<Value = Table> {
    let cell = || prop_oneof![1 => Just(None), 5 => select(terms.clone()).prop_map(Some)];
    prop::collection::vec((cell(), cell(), cell()).prop_map(|(a, b, c)| [a, b, c]), 0..12)
}

/// The same table for both: triples of rows, and columns of ids.
struct Both {
    dataset: Dataset,
    rows: usize,
    snapshot: Arc<Snapshot>,
    table: Table,
    token: CancellationToken,
}

impl Both {
    fn new(mut table: Table) -> Self {
        for cell in table.iter_mut().flatten() {
            *cell = cell.take().map(respelt);
        }
        let mut text = String::new();
        for (row, cells) in table.iter().enumerate() {
            for (name, cell) in NAMES.iter().zip(cells) {
                let line = |term| format!("{} {} {term} .\n", row_iri(row), property(name));
                text.extend(cell.iter().map(line));
            }
        }
        let triples: Vec<Triple> = parse(&text).collect::<Result<_, _>>().unwrap();
        let quads = triples.iter().map(|triple| triple.clone().in_graph(GraphName::DefaultGraph));
        let dataset = quads.collect();
        // Half of the terms are not in the index, but the query's own.
        let indexed = triples.into_iter().enumerate().filter(|(n, _)| n % 2 == 0).map(|(_, triple)| triple);
        let snapshot = crate::store::index::Index::from_triples(indexed).snapshot().clone();
        Self { dataset, rows: table.len(), snapshot, table, token: CancellationToken::new() }
    }

    fn terms(&self) -> ExecContext<'_> {
        ExecContext::new(&self.snapshot, &self.token, Arc::new(Allowance::new(ROOM)))
    }

    fn rows(&self, terms: &ExecContext<'_>) -> Rows {
        let id = |cell: &Option<Term>| cell.clone().map_or(Id::UNBOUND, |term| terms.intern(term).unwrap());
        let column = |n: usize| self.table.iter().map(|cells| id(&cells[n])).collect();
        let variables = NAMES[..3].iter().map(|name| variable(name)).collect();
        Rows { variables, columns: (0..3).map(column).collect(), len: self.rows }
    }

    /// The table as a pattern, in its order.
    fn pattern(&self) -> GraphPattern {
        let start = GraphPattern::Values {
            variables: vec![variable("row")],
            bindings: (0..self.rows).map(|row| vec![Some(GroundTerm::NamedNode(row_iri(row)))]).collect(),
        };
        NAMES[..3].iter().fold(start, |left, name| {
            let triple = TriplePattern {
                subject: TermPattern::Variable(variable("row")),
                predicate: NamedNodePattern::NamedNode(property(name)),
                object: TermPattern::Variable(variable(name)),
            };
            let right = GraphPattern::Bgp { patterns: vec![triple] };
            GraphPattern::LeftJoin { left: left.into(), right: right.into(), expression: None }
        })
    }

    /// What the evaluator finds for these variables.
    fn asked(&self, pattern: GraphPattern, variables: &[Variable]) -> Vec<Vec<Option<Term>>> {
        self.asked_of(evaluator().without_optimizations(), pattern, variables)
    }

    fn asked_of(
        &self,
        evaluator: QueryEvaluator,
        pattern: GraphPattern,
        variables: &[Variable],
    ) -> Vec<Vec<Option<Term>>> {
        let pattern = GraphPattern::Project { inner: pattern.into(), variables: variables.to_vec() };
        let query = Query::Select { dataset: None, pattern, base_iri: None };
        let QueryResults::Solutions(solutions) = evaluator.prepare(&query).execute(&self.dataset).unwrap()
        else {
            panic!("solutions")
        };
        let row = |solution: spareval::QuerySolution| {
            variables.iter().map(|variable| solution.get(variable).cloned()).collect()
        };
        solutions.map(|solution| row(solution.unwrap())).collect()
    }
}

/// An evaluator that knows the truth of texts in a language.
fn evaluator() -> QueryEvaluator {
    QueryEvaluator::new().with_custom_function(iri(TRUTH), |arguments| match arguments {
        [Term::Literal(literal)] if literal.language().is_some() => {
            Some(Literal::from(!literal.value().is_empty()).into())
        }
        [term] => Some(term.clone()),
        _ => None,
    })
}

const TRUTH: &str = "urn:truth";

/// The expression for [`evaluator`]: it takes the truth of a text in a language for an error, and asks for the
/// truth of what is IN an empty list.
fn native(mut expression: Expression) -> Expression {
    for inner in expressions_in_mut(&mut expression) {
        *inner = native(inner.clone());
    }
    let truth = |e: &mut Expression| *e = true_of(e.clone());
    match &mut expression {
        Expression::And(a, b) | Expression::Or(a, b) => {
            truth(a);
            truth(b);
        }
        Expression::Not(a) | Expression::If(a, ..) => truth(a),
        Expression::In(one, list) if list.is_empty() => {
            return Expression::Not(Box::new(Expression::SameTerm(one.clone(), one.clone())));
        }
        _ => {}
    }
    expression
}

fn true_of(expression: Expression) -> Expression {
    Expression::FunctionCall(Function::Custom(iri(TRUTH)), vec![expression])
}

fn row_iri(row: usize) -> NamedNode {
    iri(&format!("http://example.org/row/{row:03}"))
}

fn property(name: &str) -> NamedNode {
    iri(&format!("http://example.org/property/{name}"))
}

fn found(rows: &Rows, terms: &ExecContext<'_>) -> Vec<Vec<Option<Term>>> {
    let row = |at: usize| rows.columns.iter().map(|column| terms.term(column[at]).unwrap()).collect();
    (0..rows.len).map(row).collect()
}

fn leaf() -> impl Strategy<Value = Expression> {
    let constant = |term: Term| match term {
        Term::NamedNode(node) => Some(Expression::NamedNode(node)),
        Term::Literal(literal) => Some(Expression::Literal(literal)),
        _ => None,
    };
    let constants: Vec<Expression> = all().into_iter().filter_map(constant).collect();
    let variables: Vec<Variable> = NAMES.map(variable).to_vec();
    prop_oneof![
        4 => select(variables[..3].to_vec()).prop_map(Expression::Variable),
        1 => select(variables.clone()).prop_map(Expression::Variable),
        1 => select(variables).prop_map(Expression::Bound),
        4 => select(constants),
    ]
}

fn functions() -> Vec<(Function, usize)> {
    use Function::*;
    let mut functions: Vec<(Function, usize)> = [
        Str,
        Lang,
        Datatype,
        UCase,
        LCase,
        StrLen,
        Iri,
        IsIri,
        IsBlank,
        IsLiteral,
        IsNumeric,
        Abs,
        Ceil,
        Floor,
        Round,
        Year,
        Month,
        Day,
        Hours,
        Tz,
        Timezone,
        EncodeForUri,
        Md5,
        HasLang,
        IsTriple,
    ]
    .map(|function| (function, 1))
    .to_vec();
    functions.extend(
        [
            LangMatches,
            Contains,
            StrStarts,
            StrEnds,
            StrBefore,
            StrAfter,
            Regex,
            Concat,
            StrLang,
            SubStr,
            Adjust,
        ]
        .map(|function| (function, 2)),
    );
    functions.extend([Regex, SubStr, Concat, Triple].map(|function| (function, 3)));
    functions.push((Concat, 0));
    let casts =
        [xsd::STRING, xsd::BOOLEAN, xsd::INTEGER, xsd::DECIMAL, xsd::DOUBLE, xsd::DATE, xsd::DATE_TIME];
    functions.extend(casts.map(|cast| (Custom(cast.into_owned()), 1)));
    functions
}

/// An operator of two expressions.
type Binary = fn((Box<Expression>, Box<Expression>)) -> Expression;

const COMPARISONS: [Binary; 6] = [
    |(a, b)| Expression::Equal(a, b),
    |(a, b)| Expression::SameTerm(a, b),
    |(a, b)| Expression::Less(a, b),
    |(a, b)| Expression::LessOrEqual(a, b),
    |(a, b)| Expression::Greater(a, b),
    |(a, b)| Expression::GreaterOrEqual(a, b),
];

fn expression() -> impl Strategy<Value = Expression> {
    leaf().prop_recursive(4, 24, 4, |inner| {
        let two = || (inner.clone(), inner.clone()).prop_map(|(a, b)| (Box::new(a), Box::new(b)));
        let list = || prop::collection::vec(inner.clone(), 0..4);
        let mut binary = COMPARISONS.to_vec();
        let others: [Binary; 6] = [
            |(a, b)| Expression::And(a, b),
            |(a, b)| Expression::Or(a, b),
            |(a, b)| Expression::Add(a, b),
            |(a, b)| Expression::Subtract(a, b),
            |(a, b)| Expression::Multiply(a, b),
            |(a, b)| Expression::Divide(a, b),
        ];
        binary.extend(others);
        prop_oneof![
            8 => (select(binary), two()).prop_map(|(operator, operands)| operator(operands)),
            2 => inner.clone().prop_map(|e| Expression::Not(e.into())),
            1 => inner.clone().prop_map(|e| Expression::UnaryMinus(e.into())),
            1 => inner.clone().prop_map(|e| Expression::UnaryPlus(e.into())),
            2 => (inner.clone(), list()).prop_map(|(one, list)| Expression::In(one.into(), list)),
            1 => list().prop_map(Expression::Coalesce),
            2 => (inner.clone(), two()).prop_map(|(a, (b, c))| Expression::If(a.into(), b, c)),
            6 => (select(functions()), prop::collection::vec(inner.clone(), 3)).prop_map(|((name, count), mut list)| {
                list.truncate(count);
                Expression::FunctionCall(name, list)
            }),
        ]
    })
}

/// What filters are mostly made of: comparisons of variables with constants, and lists.
fn condition() -> impl Strategy<Value = Expression> {
    let constants = [all(), days(), days(), numbers()].concat().into_iter().map(respelt);
    let expression = |term: Term| match term {
        Term::NamedNode(node) => Some(Expression::NamedNode(node)),
        Term::Literal(literal) => Some(Expression::Literal(literal)),
        _ => None,
    };
    let constant = select(constants.filter_map(expression).collect::<Vec<_>>());
    let variable = || select(NAMES[..3].to_vec()).prop_map(|name| Expression::Variable(variable(name)));
    let test =
        (select(COMPARISONS.to_vec()), variable(), prop_oneof![4 => constant.clone(), 1 => variable()]);
    let simple = prop_oneof![
        4 => (test, any::<bool>()).prop_map(|((operator, a, b), exchange)| {
            if exchange { operator((b.into(), a.into())) } else { operator((a.into(), b.into())) }
        }),
        1 => (variable(), prop::collection::vec(constant, 1..5))
            .prop_map(|(one, list)| Expression::In(one.into(), list)),
        1 => (select(NAMES.to_vec())).prop_map(|name| Expression::Bound(self::variable(name))),
    ];
    simple.prop_recursive(3, 8, 2, |inner| {
        let two = || (inner.clone(), inner.clone());
        prop_oneof![
            two().prop_map(|(a, b)| Expression::And(a.into(), b.into())),
            two().prop_map(|(a, b)| Expression::Or(a.into(), b.into())),
            inner.prop_map(|a| Expression::Not(a.into())),
        ]
    })
}

fn aggregate() -> impl Strategy<Value = AggregateExpression> {
    use AggregateFunction::*;
    let names = vec![
        Count,
        Sum,
        Avg,
        Min,
        Max,
        Sample,
        GroupConcat { separator: None },
        GroupConcat { separator: Some(", ".to_owned()) },
    ];
    let simple = select(NAMES.to_vec()).prop_map(|name| Expression::Variable(variable(name)));
    let call = (select(names), prop_oneof![3 => simple.boxed(), 1 => expression().boxed()], any::<bool>());
    prop_oneof![
        1 => Just(AggregateExpression::CountSolutions { distinct: false }),
        9 => call.prop_map(|(name, expr, distinct)| AggregateExpression::FunctionCall { name, expr, distinct }),
    ]
}

/// Tables for aggregates and orders: of everything, or, so that few groups fail, of one kind.
fn tables() -> impl Strategy<Value = Table> {
    let kinds =
        vec![all(), numbers(), texts(), days(), [days(), nodes()].concat(), [texts(), nodes()].concat()];
    select(kinds).prop_flat_map(table)
}

/// The aggregate for [`evaluator`], which counts nothing as soon as there is an error, but for variables.
fn native_aggregate(
    aggregate: AggregateExpression,
    variable: &Variable,
    inner: &mut GraphPattern,
) -> AggregateExpression {
    match aggregate {
        AggregateExpression::FunctionCall { name, expr, distinct } => {
            let mut expr = native(expr);
            if name == AggregateFunction::Count {
                let counted = Variable::new_unchecked(format!("{}_counted", variable.as_str()));
                let below = Box::new(std::mem::take(inner));
                *inner = GraphPattern::Extend { inner: below, variable: counted.clone(), expression: expr };
                expr = Expression::Variable(counted);
            }
            AggregateExpression::FunctionCall { name, expr, distinct }
        }
        other => other,
    }
}

/// The first by spelling of the terms that are worth the same.
fn worth(term: &Term) -> Term {
    let value = |term: &Term| value::Value::from(term.clone());
    let is_equal = |other: &Term| value::order(Some(&value(other)), Some(&value(term))).is_eq();
    let equal = all().into_iter().filter(is_equal).chain([term.clone()]);
    equal.min_by_key(ToString::to_string).expect("the term itself")
}

proptest! {
    #[test]
    fn expressions_have_the_evaluators_values(
        table in table(all()),
        expression in prop_oneof![3 => expression().boxed(), 1 => condition().boxed()],
    ) {
        let both = Both::new(table);
        let Some(compiled) = Compiled::new(&expression) else { return Ok(()) };
        let terms = both.terms();
        let rows = both.rows(&terms);
        let column = compiled.evaluate(&rows, &terms).unwrap();
        let ours: Vec<_> = column.iter().map(|id| vec![terms.term(*id).unwrap()]).collect();
        let inner = Box::new(both.pattern());
        let expression = native(expression);
        let pattern = GraphPattern::Extend { inner, variable: variable("value"), expression };
        let theirs = both.asked(pattern, &[variable("value")]);
        prop_assert_eq!(ours, theirs);
        prop_assert!(terms.reserve(ROOM - terms.made_up_bytes()).is_ok(), "all memory was given back");
    }

    #[test]
    fn filters_keep_the_evaluators_rows(
        table in tables(),
        expr in prop_oneof![expression().boxed(), condition().boxed()],
    ) {
        let both = Both::new(table);
        let Some(compiled) = Compiled::new(&expr) else { return Ok(()) };
        let terms = both.terms();
        let kept = compiled.filter(&both.rows(&terms), &terms).unwrap();
        let ours: Vec<_> = kept.iter().map(|row| vec![Some(Term::from(row_iri(*row as usize)))]).collect();
        // Rewriting exchanges the operands of a sum, which is wrong of days and durations.
        let is_rewritten = !format!("{expr:?}").contains("Add(");
        let expr = true_of(native(expr));
        let pattern = GraphPattern::Filter { expr, inner: Box::new(both.pattern()) };
        prop_assert_eq!(&ours, &both.asked(pattern.clone(), &[variable("row")]));
        if is_rewritten {
            prop_assert_eq!(ours, both.asked_of(evaluator(), pattern, &[variable("row")]));
        }
        prop_assert!(terms.reserve(ROOM - terms.made_up_bytes()).is_ok(), "all memory was given back");
    }

    #[test]
    fn groups_are_the_evaluators(
        table in tables(),
        by in prop::sample::subsequence(NAMES.to_vec(), 0..3),
        aggregates in prop::collection::vec(aggregate(), 1..4),
    ) {
        let both = Both::new(table);
        let by: Vec<Variable> = by.iter().map(|name| variable(name)).collect();
        let named = aggregates.into_iter().enumerate().map(|(n, a)| (variable(&format!("r{n}")), a));
        let aggregates: Vec<_> = named.collect();
        let Some(aggregation) = Aggregation::new(&by, &aggregates) else { return Ok(()) };
        let terms = both.terms();
        let result = aggregation.run(&both.rows(&terms), &terms).unwrap();
        let variables: Vec<Variable> = by.iter().chain(aggregates.iter().map(|(v, _)| v)).cloned().collect();
        prop_assert_eq!(&result.variables, &variables);
        let mut ours = found(&result, &terms);
        let mut inner = both.pattern();
        let aggregates: Vec<_> = aggregates
            .into_iter()
            .map(|(variable, aggregate)| (variable.clone(), native_aggregate(aggregate, &variable, &mut inner)))
            .collect();
        let group = GraphPattern::Group { inner: inner.into(), variables: by.clone(), aggregates: aggregates.clone() };
        let mut theirs = both.asked(group, &variables);
        for (column, (_, aggregate)) in (by.len()..).zip(&aggregates) {
            use AggregateFunction::{GroupConcat, Max, Min};
            let AggregateExpression::FunctionCall { name, .. } = aggregate else { continue };
            for cell in ours.iter_mut().chain(&mut theirs).filter_map(|row| row[column].as_mut()) {
                match (name, &cell) {
                    // Which of those that are worth the same is checked in `tests/terms/`.
                    (Min | Max, _) => *cell = worth(cell),
                    // The language of its parts is lost as it has to be.
                    (GroupConcat { .. }, Term::Literal(text)) => {
                        *cell = Literal::new_simple_literal(text.value()).into();
                    }
                    _ => {}
                }
            }
        }
        ours.sort_by_cached_key(|row| format!("{row:?}"));
        theirs.sort_by_cached_key(|row| format!("{row:?}"));
        prop_assert_eq!(ours, theirs);
        prop_assert!(terms.reserve(ROOM - terms.made_up_bytes()).is_ok(), "all memory was given back");
    }

    #[test]
    fn order_is_the_evaluators(
        table in select(vec![numbers(), texts(), days()[..2].to_vec(), [texts(), nodes()].concat()]).prop_flat_map(table),
        keys in prop::collection::vec((select(NAMES.to_vec()), any::<bool>(), any::<bool>()), 1..3),
        first in any::<Index>(),
    ) {
        let both = Both::new(table);
        let key = |(name, descending, computed): &(&str, bool, bool)| {
            let mut key = Expression::Variable(variable(name));
            if *computed {
                key = Expression::FunctionCall(Function::Str, vec![key]);
            }
            if *descending { OrderExpression::Desc(key) } else { OrderExpression::Asc(key) }
        };
        let mut expression: Vec<OrderExpression> = keys.iter().map(key).collect();
        let order = Order::new(&expression).unwrap();
        // The evaluator's order is not stable by itself.
        expression.push(OrderExpression::Asc(Expression::Variable(variable("row"))));
        let pattern = GraphPattern::OrderBy { inner: Box::new(both.pattern()), expression };
        let theirs = both.asked(pattern, &[variable("row")]);
        let terms = both.terms();
        let rows = both.rows(&terms);
        for first in [None, Some(first.index(both.rows + 2))] {
            let places = order.run(&rows, first, &terms).unwrap();
            let ours: Vec<_> = places.iter().map(|row| vec![Some(Term::from(row_iri(*row as usize)))]).collect();
            prop_assert_eq!(&ours[..], &theirs[..first.unwrap_or(usize::MAX).min(theirs.len())]);
        }
        prop_assert!(terms.reserve(ROOM - terms.made_up_bytes()).is_ok(), "all memory was given back");
    }

    #[test]
    fn any_mixture_gets_an_order(table in table(all()), first in any::<Index>()) {
        let both = Both::new(table);
        let key = |name: &str| OrderExpression::Desc(Expression::Variable(variable(name)));
        let order = Order::new(&[key("a"), key("b")]).unwrap();
        let (terms, first) = (both.terms(), first.index(both.rows + 1));
        let rows = both.rows(&terms);
        prop_assert_eq!(order.run(&rows, Some(first), &terms).unwrap().len(), first);
        let places: BTreeSet<u32> = order.run(&rows, None, &terms).unwrap().into_iter().collect();
        prop_assert_eq!(places.len(), both.rows);
    }

    #[test]
    fn distinct_rows_are_the_first_of_their_kind(table in table(all()[..3].to_vec())) {
        let both = Both::new(table);
        let terms = both.terms();
        let rows = both.rows(&terms);
        let is_first = |row: &usize| !both.table[..*row].contains(&both.table[*row]);
        let first: Vec<u32> = (0..both.rows).filter(is_first).map(|row| row as u32).collect();
        prop_assert_eq!(distinct(&rows, &terms).unwrap(), first);
    }
}

/// More rows than are looked at without a pause.
const MANY: usize = 100_000;

/// A text that few rows have, a number that many have, and the number of the row.
fn many(terms: &ExecContext<'_>) -> Rows {
    let text = |row: usize| Literal::from(format!("text {}", row * 7919 % 5000)).into();
    let number = |row: usize| Literal::from((row % 7) as i64).into();
    let own = |row: usize| Literal::from(row as i64).into();
    let column =
        |term: &dyn Fn(usize) -> Term| (0..MANY).map(|row| terms.intern(term(row)).unwrap()).collect();
    let variables = NAMES[..3].iter().map(|name| variable(name)).collect();
    Rows { variables, columns: vec![column(&text), column(&number), column(&own)], len: MANY }
}

fn parsed(filter: &str) -> Expression {
    let query = format!("SELECT * {{ FILTER({filter}) }}");
    match spargebra::SparqlParser::new().parse_query(&query).unwrap() {
        Query::Select { pattern: GraphPattern::Project { inner, .. }, .. } => match *inner {
            GraphPattern::Filter { expr, .. } => expr,
            other => panic!("{other}"),
        },
        other => panic!("{other}"),
    }
}

#[test]
fn many_rows_are_filtered_grouped_and_ordered() {
    let both = Both::new(Vec::new());
    let terms = both.terms();
    let rows = many(&terms);
    let count = |filter: &str| Compiled::new(&parsed(filter)).unwrap().filter(&rows, &terms).unwrap().len();
    assert_eq!(count("?b = 3 && ?c < 70"), 10);
    assert_eq!(count("CONTAINS(?a, 'text 1') && ?c >= 5000 && ?c < 10000"), 1111);
    assert_eq!(count("?b IN (1, 2.0) || ?c = 0"), 2 * MANY / 7 + 2);
    // 99,994, 99,998 and 99,999.
    assert_eq!(count("?c + ?b > 99999"), 3);

    let call = |name, column| AggregateExpression::FunctionCall {
        name,
        expr: Expression::Variable(variable(column)),
        distinct: matches!(column, "a"),
    };
    let aggregates = [
        (variable("texts"), call(AggregateFunction::Count, "a")),
        (variable("mean"), call(AggregateFunction::Avg, "c")),
        (variable("least"), call(AggregateFunction::Min, "c")),
    ];
    let aggregation = Aggregation::new(&[variable("b")], &aggregates).unwrap();
    let result = aggregation.run(&rows, &terms).unwrap();
    let first: Vec<String> = found(&result, &terms)[6]
        .iter()
        .flatten()
        .map(|term| match term {
            Term::Literal(literal) => literal.value().to_owned(),
            other => other.to_string(),
        })
        .collect();
    // 6, 13 … 99,994.
    assert_eq!(first, ["6", "5000", "50000", "6"]);

    let key = |descending, name| {
        let key = Expression::Variable(variable(name));
        if descending { OrderExpression::Desc(key) } else { OrderExpression::Asc(key) }
    };
    for keys in
        [vec![key(false, "a")], vec![key(true, "a"), key(true, "c")], vec![key(true, "b"), key(false, "a")]]
    {
        let order = Order::new(&keys).unwrap();
        let all = order.run(&rows, None, &terms).unwrap();
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), MANY);
        for first in [1, 20, 700, MANY - 1] {
            assert_eq!(order.run(&rows, Some(first), &terms).unwrap(), all[..first]);
        }
    }
}

#[test]
fn what_is_too_large_or_late_ends() {
    let both = Both::new(Vec::new());
    let rows = many(&both.terms());
    let small = ExecContext::new(&both.snapshot, &both.token, Arc::new(Allowance::new(MANY / 2)));
    let expression = Compiled::new(&parsed("?b = ?c")).unwrap();
    assert!(matches!(expression.filter(&rows, &small), Err(Stopped::Memory(_))));
    let order = Order::new(&[OrderExpression::Asc(Expression::Variable(variable("c")))]).unwrap();
    assert!(matches!(order.run(&rows, Some(1), &small), Err(Stopped::Memory(_))));
    assert!(matches!(distinct(&rows, &small), Err(Stopped::Memory(_))));
    let terms = both.terms();
    both.token.cancel();
    assert!(matches!(expression.filter(&rows, &terms), Err(Stopped::Cancelled)));
    assert!(matches!(distinct(&rows, &terms), Err(Stopped::Cancelled)));
}

#[test]
fn what_depends_on_more_than_a_row_is_left_to_the_evaluator() {
    for filter in
        ["EXISTS { ?a ?b ?c }", "NOW() > ?a", "RAND() < 1", "BOUND(?a) && NOW() = ?c", "<urn:f>(?a)"]
    {
        assert!(Compiled::new(&parsed(filter)).is_none(), "{filter}");
    }
    let distinct = AggregateExpression::CountSolutions { distinct: true };
    assert!(Aggregation::new(&[], &[(variable("n"), distinct)]).is_none());
}
