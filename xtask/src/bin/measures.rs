//! Our measures of plain graphs and ratings, for comparing with others: an answer for each line of standard input.
//!
//!     cargo run -p xtask --bin measures < QUESTIONS.jsonl
//!
//! A question is a JSON object: `{"nodes": N, "ties": [[ONE, OTHER, WEIGHT], …], "seed": S, "resolution": R}` asks for
//! communities, the spectrum of the Laplacian and places, `{"distances": [[…], …]}` for the heights at which clusters join, and
//! `{"ratings": [[VALUE, …], …]}`, a list a unit, for Krippendorff's alpha on each scale.

use serde_json::{Value, json};
use standpoint::analysis::agreement::{Ratings, Scale};
use standpoint::analysis::camps::parts::{Edge, Linkage, communities, modularity, tree};
use standpoint::analysis::spectrum::spectrum;
use standpoint::export::picture::layout::{Spring, distances, places, stress};
use std::io::{self, BufRead};

fn main() -> io::Result<()> {
    for line in io::stdin().lock().lines() {
        let question: Value = serde_json::from_str(&line?)?;
        println!("{}", answer(&question).unwrap_or(Value::Null));
    }
    Ok(())
}

/// The answer to a question; none to what is no question.
fn answer(question: &Value) -> Option<Value> {
    if let Some(rows) = question["distances"].as_array() {
        return Some(heights(rows));
    }
    if let Some(units) = question["ratings"].as_array() {
        return Some(alphas(units));
    }
    graph(question)
}

fn numbers(list: &Value) -> Vec<f64> {
    list.as_array().into_iter().flatten().filter_map(Value::as_f64).collect()
}

/// Communities, their modularity, places and their stress; a tie wants its ends the inverse of its weight apart.
fn graph(question: &Value) -> Option<Value> {
    let nodes = question["nodes"].as_u64()? as usize;
    let tie = |tie: &Value| Some((tie[0].as_u64()? as usize, tie[1].as_u64()? as usize, tie[2].as_f64()?));
    let ties: Vec<Edge> = question["ties"].as_array()?.iter().filter_map(tie).collect();
    let resolution = question["resolution"].as_f64().unwrap_or(1.0);
    let parts = communities(nodes, &ties, resolution, question["seed"].as_u64().unwrap_or(1));
    let springs: Vec<Spring> = ties
        .iter()
        .filter(|tie| tie.2 > 0.0)
        .map(|(one, other, weight)| Spring { one: *one, other: *other, length: 1.0 / weight })
        .collect();
    let ideal = distances(nodes, &springs);
    let found = places(&ideal);
    Some(json!({
        "communities": parts,
        "modularity": modularity(nodes, &ties, &parts, resolution),
        "spectrum": spectrum(nodes, ties.iter().copied()),
        "places": found.iter().map(|place| [place.x, place.y]).collect::<Vec<_>>(),
        "stress": stress(&found, &ideal),
    }))
}

/// Heights of the joins by each linkage.
fn heights(rows: &[Value]) -> Value {
    let rows: Vec<Vec<f64>> = rows.iter().map(numbers).collect();
    let upper = || rows.iter().enumerate().flat_map(|(at, row)| row[at + 1..].to_vec()).collect();
    let of = |how| tree(rows.len(), upper(), how).iter().map(|join| join.distance).collect::<Vec<f64>>();
    json!({
        "single": of(Linkage::Single),
        "complete": of(Linkage::Complete),
        "average": of(Linkage::Average),
        "ward": of(Linkage::Ward),
    })
}

/// Alpha on each scale; null where all values are the same.
fn alphas(units: &[Value]) -> Value {
    // Whole numbers, whose order is theirs.
    let unit = |unit: &Value| numbers(unit).into_iter().map(|value| value as i64).collect::<Vec<i64>>();
    let ratings = Ratings::placed(units.iter().map(unit), |value| *value as f64);
    json!({
        "nominal": ratings.alpha(Scale::Nominal),
        "ordinal": ratings.alpha(Scale::Ordinal),
        "interval": ratings.alpha(Scale::Interval),
    })
}
