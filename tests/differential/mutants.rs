//! That the harness can fail: wrong answers, given on purpose.

use crate::graphs::{Rng, graph};
use crate::oracle::Outcome;
use crate::{Tally, as_the_program_asks, generate, run};
use libtest_mimic::Failed;
use standpoint::index::Index;
use standpoint::query::Answer;
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
        let mut answer = as_the_program_asks(index, text)?;
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
        let mut answer = as_the_program_asks(index, text)?;
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
        if sampled == text { as_the_program_asks(index, text) } else { as_the_program_asks(index, &shifted) }
    }
    let report = complaint(wrongly)?;
    if left(&report).1.contains("SAMPLE") { Ok(()) } else { Err(report.into()) }
}

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
        "BNODE()",
        "_:new",
    ];
    let mut rng = Rng(1);
    let facts = graph(&mut rng);
    let texts: Vec<String> = (0..4_000).map(|_| generate::query(&mut rng, &facts).to_string()).collect();
    let missing: Vec<&&str> =
        SHAPES.iter().filter(|shape| !texts.iter().any(|text| text.contains(**shape))).collect();
    let refused: Vec<&String> = texts.iter().filter(|text| crate::oracle::parse(text).is_err()).collect();
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
