//! That the harness can fail: wrong answers, given on purpose.

use crate::compare::Verdict;
use crate::graphs::{Rng, family, graph, triples};
use crate::oracle::Outcome;
use crate::rows::same;
use crate::{Graph, Tally, Way, generate, in_batches, metamorphic, oracle, run};
use libtest_mimic::Failed;
use standpoint::query::Answer;
use standpoint::store::index::Index;
use std::sync::Mutex;

/// What is said about the first difference, of an answer that is changed so.
fn complaint(ask: fn(&Index, &str) -> Outcome) -> Result<String, Failed> {
    let outcome = run(7, 0, 20_000, &[("wrongly", ask)], &Mutex::new(Tally::new()));
    match outcome {
        Ok(()) => Err("nobody notices".into()),
        Err(failed) => Ok(failed.message().unwrap_or_default().to_owned()),
    }
}

/// The query and the triples of a report.
fn left(report: &str) -> (usize, &str) {
    let triples = report.lines().filter(|line| line.starts_with("#| ")).count();
    let query = report.lines().rfind(|line| !line.is_empty() && !line.starts_with('#'));
    (triples, query.unwrap_or_default())
}

pub fn a_lost_row_is_noticed_and_shrunk() -> Result<(), Failed> {
    fn wrongly(index: &Index, text: &str) -> Outcome {
        let mut answer = in_batches(index, text)?;
        if let Answer::Rows { rows, .. } = &mut answer
            && text.contains("OPTIONAL")
            && rows.len() > 2
        {
            rows.pop();
        }
        Ok(answer)
    }
    let report = complaint(wrongly)?;
    let (triples, query) = left(&report);
    if triples > 8 || query.len() > 160 || !query.contains("OPTIONAL") {
        return Err(format!("{triples} triples and this query are left:\n{report}").into());
    }
    Ok(())
}

pub fn a_wrong_order_is_noticed() -> Result<(), Failed> {
    fn wrongly(index: &Index, text: &str) -> Outcome {
        let mut answer = in_batches(index, text)?;
        if let Answer::Rows { rows, .. } = &mut answer
            && text.contains("ORDER BY")
        {
            rows.reverse();
        }
        Ok(answer)
    }
    let report = complaint(wrongly)?;
    if left(&report).1.contains("ORDER BY") { Ok(()) } else { Err(report.into()) }
}

pub fn a_wrong_sample_is_noticed() -> Result<(), Failed> {
    fn wrongly(index: &Index, text: &str) -> Outcome {
        let sampled = text.replace("SAMPLE(", "MAX(");
        // MAX is one that SAMPLE may take; another's maximum is not.
        let shifted =
            sampled.replace("MAX(?", "STRLEN(MAX(?").replacen(" AS ", ") AS ", usize::from(sampled != text));
        if sampled == text { in_batches(index, text) } else { in_batches(index, &shifted) }
    }
    let report = complaint(wrongly)?;
    if left(&report).1.contains("SAMPLE") { Ok(()) } else { Err(report.into()) }
}

/// A pattern that is asked of another graph.
pub fn a_wrong_graph_is_noticed() -> Result<(), Failed> {
    let report = complaint(|index, text| in_batches(index, &text.replace("graph/0>", "graph/1>")))?;
    if left(&report).1.contains("GRAPH") { Ok(()) } else { Err(report.into()) }
}

/// A solution that GRAPH gives no name of a graph.
pub fn a_lost_name_is_noticed() -> Result<(), Failed> {
    fn wrongly(index: &Index, text: &str) -> Outcome {
        let mut answer = in_batches(index, text)?;
        if let Answer::Rows { variables, rows } = &mut answer
            && let Some(at) = variables.iter().position(|name| name.as_str().starts_with("graph"))
        {
            rows.iter_mut().for_each(|row| row[at] = None);
        }
        Ok(answer)
    }
    let report = complaint(wrongly)?;
    if left(&report).1.contains("GRAPH ?") { Ok(()) } else { Err(report.into()) }
}

/// Each property of [`metamorphic`] notices an engine that breaks it.
pub fn every_broken_property_is_noticed() -> Result<(), Failed> {
    /// Answers, without the first row where the query says `word` at least so often.
    fn less(index: &Index, text: &str, word: &str, times: usize) -> Outcome {
        let mut answer = in_batches(index, text)?;
        if let Answer::Rows { rows, .. } = &mut answer
            && text.matches(word).count() >= times
            && !rows.is_empty()
        {
            rows.remove(0);
        }
        Ok(answer)
    }
    let mutants: &[Way] = &[
        ("a_filter_its_negation_and_its_errors_add_up", |index, text| {
            less(index, text, "FILTER(COALESCE", 1)
        }),
        ("a_union_with_itself_doubles", |index, text| less(index, text, "UNION", 1)),
        ("distinct_of_distinct_is_distinct", |index, text| {
            in_batches(index, &text.replacen("SELECT DISTINCT", "SELECT", 1))
        }),
        ("the_order_of_patterns_does_not_matter", |index, text| {
            // As good as another answer for another order.
            let sum: usize = text.bytes().step_by(2).map(usize::from).sum();
            less(index, text, "SELECT", 1 + sum % 2)
        }),
        ("a_subselect_around_changes_nothing", |index, text| less(index, text, "SELECT", 2)),
        ("values_of_its_answers_change_nothing", |index, text| less(index, text, "VALUES", 1)),
        ("minus_itself_leaves_nothing", |index, text| {
            in_batches(index, &text.replace("MINUS {", "OPTIONAL {"))
        }),
        ("a_count_counts_the_rows", |index, text| {
            in_batches(index, &text.replace("COUNT(*)", "(COUNT(*) + 1)"))
        }),
        ("a_copy_of_a_term_is_that_term", |index, text| {
            in_batches(index, &text.replace("COALESCE(?", "STR(?"))
        }),
        ("graph_finds_what_the_whole_finds", |index, text| {
            less(index, text, "GRAPH <http://example.org/document>", 1)
        }),
    ];
    for property in metamorphic::PROPERTIES {
        let (_, mutant) =
            mutants.iter().find(|(name, _)| *name == property.0).ok_or("every property has a mutant")?;
        if metamorphic::run(property, &[*mutant], 5, &Mutex::new(Tally::new())).is_ok() {
            return Err(format!("nobody notices that {} is broken", property.0).into());
        }
    }
    Ok(())
}

/// That it fails for nothing but a difference: the evaluator itself, over exact terms that come in
/// another order, is compared with the evaluator.
pub fn another_order_is_no_difference() -> Result<(), Failed> {
    let mut rng = Rng(11);
    for _ in 0..ROUNDS {
        let family = family(&mut rng, 3);
        for facts in &family {
            let graph = Graph::new(triples(facts));
            for _ in 0..20 {
                let query = generate::query(&mut rng, &family[0]);
                let parsed = oracle::parse(&query.to_string());
                let ours = parsed.and_then(|parsed| oracle::shuffled(&parsed, &graph.triples, 99));
                if ours.as_ref().is_err_and(|error| error.starts_with(oracle::PANIC)) {
                    continue;
                }
                if let Verdict::Differs(why) = graph.judged(&query, &ours) {
                    let lines: String =
                        graph.triples.iter().map(|triple| format!("#| {triple} .\n")).collect();
                    return Err(format!("{why}\n{lines}{query}").into());
                }
            }
        }
    }
    Ok(())
}

/// Families of graphs for that, of which each is asked 60 queries.
const ROUNDS: usize = 20;

pub fn every_shape_is_drawn() -> Result<(), Failed> {
    const SHAPES: &[&str] = &[
        "SELECT DISTINCT",
        "SELECT REDUCED",
        "SELECT *",
        "ASK",
        "CONSTRUCT",
        "OPTIONAL",
        "UNION",
        "MINUS",
        "VALUES",
        "UNDEF",
        "NOT EXISTS",
        " EXISTS",
        "GROUP BY",
        "HAVING",
        "ORDER BY",
        "DESC(",
        "LIMIT",
        "OFFSET",
        "BIND(",
        "COUNT(*)",
        "COUNT(DISTINCT",
        "SUM(",
        "AVG(",
        "MIN(",
        "MAX(",
        "SAMPLE(",
        "GROUP_CONCAT(",
        "MAX(DISTINCT",
        "NOT IN (",
        " IN (",
        "BOUND(",
        "isIRI(",
        "REGEX(",
        "CONTAINS(",
        "STRSTARTS(",
        "LANG(",
        "LANGMATCHES(",
        "DATATYPE(",
        "STR(",
        "YEAR(",
        "MONTH(",
        "sameTerm(",
        "COALESCE(",
        "IF(",
        "&&",
        "||",
        "(!",
        ")*",
        ")+",
        ")?",
        "^(",
        "!(",
        "WHERE { }",
        "{ SELECT",
        "GRAPH ?",
        "GRAPH <",
        "BNODE()",
        "_:new",
    ];
    let mut rng = Rng(1);
    let facts = graph(&mut rng);
    let texts: Vec<String> = (0..4_000).map(|_| generate::query(&mut rng, &facts).to_string()).collect();
    let missing: Vec<&&str> =
        SHAPES.iter().filter(|shape| !texts.iter().any(|text| text.contains(**shape))).collect();
    let refused: Vec<&String> = texts.iter().filter(|text| oracle::parse(text).is_err()).collect();
    if !missing.is_empty() {
        return Err(format!("never drawn: {missing:?}").into());
    }
    // Those that nobody can read prove little.
    if refused.len() * 50 > texts.len() {
        return Err(
            format!("{} of {} cannot be read: {:#?}", refused.len(), texts.len(), &refused[..5]).into()
        );
    }
    Ok(())
}

/// Where oxigraph's store, which keeps what a number or a time is worth, answers otherwise than its
/// evaluator does over terms as they are written; and where it does not, since filters and sums know
/// only values in either. Nothing else has been found to differ.
pub fn values_and_terms() -> Result<(), Failed> {
    const GRAPH: &[(&str, &str)] = &[
        ("issue:i", "\"042\"^^xsd:integer"),
        ("issue:j", "\"42\"^^xsd:integer"),
        ("issue:k", "\"5\"^^xsd:long"),
        ("issue:l", "\"2025-04-11T12:00:00.00Z\"^^xsd:dateTime"),
    ];
    const DIFFERENT: &[&str] = &[
        // What comes out, and of which type.
        "SELECT ?o { issue:i stp:weight ?o }",
        "SELECT ?o { issue:k stp:weight ?o }",
        "SELECT ?o { issue:l stp:weight ?o }",
        // A constant finds values there, terms here.
        "SELECT ?s { ?s stp:weight \"042\"^^xsd:integer }",
        "SELECT ?s { ?s stp:weight ?o VALUES ?o { 42 } }",
        // So do joins, DISTINCT, COUNT(DISTINCT), GROUP BY, MINUS, sameTerm; a copy is a copy.
        "SELECT ?a ?b { ?a stp:weight ?o . ?b stp:weight ?o }",
        "SELECT DISTINCT ?o { ?s stp:weight ?o }",
        "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s stp:weight ?o }",
        "SELECT (COUNT(*) AS ?n) { ?s stp:weight ?o } GROUP BY ?o",
        "SELECT ?s { ?s stp:weight ?o FILTER(sameTerm(?o, 42)) }",
        "SELECT (?o AS ?copy) { issue:i stp:weight ?o }",
        "SELECT (COALESCE(?none, ?o) AS ?copy) { issue:i stp:weight ?o }",
        "SELECT (IF(true, ?o, 1) AS ?copy) { issue:i stp:weight ?o }",
        "SELECT ?s { ?s stp:weight ?o MINUS { issue:j stp:weight ?o } }",
        // How a term is written, and what picks one.
        "SELECT (STR(?o) AS ?text) (DATATYPE(?o) AS ?type) { ?s stp:weight ?o }",
        "SELECT (MIN(?o) AS ?least) (SUM(DISTINCT ?o) AS ?sum) { ?s stp:weight ?o FILTER(isNumeric(?o)) }",
    ];
    const ALIKE: &[&str] = &[
        "SELECT ?s { ?s stp:weight ?o FILTER(?o = 42) }",
        "SELECT (SUM(?o) AS ?sum) (AVG(?o) AS ?mean) { ?s stp:weight ?o FILTER(isNumeric(?o)) }",
    ];
    let fact = |(subject, object): &(&str, &str)| {
        ((*subject).to_owned(), "stp:weight".to_owned(), (*object).to_owned())
    };
    let graph = Graph::new(triples(&GRAPH.iter().map(fact).collect::<Vec<_>>()));
    let mut wrong = String::new();
    for (queries, wanted) in [(DIFFERENT, false), (ALIKE, true)] {
        for text in queries {
            let query = oracle::parse(text)?;
            let (exact, stored) =
                (oracle::exact(&query, &graph.dataset)?, oracle::stored(&query, &graph.store)?);
            let (Answer::Rows { rows: exact, .. }, Answer::Rows { rows: stored, .. }) = (exact, stored)
            else {
                return Err("these are SELECTs".into());
            };
            if same(&exact, &stored, &graph.known) != wanted {
                wrong += &format!("{text}\n  terms  {exact:?}\n  values {stored:?}\n");
            }
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.into()) }
}
