//! Writes a made-up case of any size: a registry as JSON Lines, positions in any sheet format.
//!
//! `cargo run --release -p xtask --bin generate -- POSITIONS FOLDER [SEED] [jsonl|yaml|csv]`
//!
//! Actors and issues follow Zipf's law with exponent 1, as in news, where few speak on much and
//! many once; there is an article for every 12 positions, an actor for every 20 and an issue
//! for every 50, at least 10 of each. Every second issue is narrower than one a tenth of its rank,
//! and topics stand in a tree of four branches each. The same seed gives the same bytes on every machine,
//! and the same positions in every format.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// SplitMix64 (Steele, Lea, Flood 2014): enough for test data, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }
}

/// Ranks from 0, drawn with a chance proportional to 1 / (rank + 1).
struct Zipf(Vec<f64>);

impl Zipf {
    fn new(ranks: usize) -> Self {
        let mut sum = 0.0;
        Self(
            (1..=ranks)
                .map(|rank| {
                    sum += 1.0 / rank as f64;
                    sum
                })
                .collect(),
        )
    }

    fn draw(&self, random: &mut Random) -> usize {
        let total = self.0.last().copied().unwrap_or(1.0);
        let at = random.next() as f64 / u64::MAX as f64 * total;
        self.0.partition_point(|sum| *sum < at).min(self.0.len() - 1)
    }
}

const SECTORS: &[&str] = &["politics", "military", "media", "business", "academia", "civil society"];
const KINDS: &[&str] = &["person", "government", "organisation", "informal group", "anonymous source"];
const ON_PROPOSALS: &[&str] =
    &["supports", "conditionally supports", "neutral", "conditionally opposes", "critical", "opposes"];
const ON_CLAIMS: &[&str] = &["affirms", "considers likely", "considers open", "is skeptical", "denies"];
const MODES: &[&str] = &["public statement", "private communication", "demand", "assessment", "prediction"];
const WORDS: &[&str] = &[
    "council", "border", "harvest", "bridge", "levy", "school", "river", "ferry", "mine", "forest", "grant",
    "port", "ration", "census", "canal", "orchard", "quarry", "tariff", "signal", "market",
];

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (Some(positions), Some(folder)) =
        (arguments.first().and_then(|n| n.parse::<usize>().ok()), arguments.get(1))
    else {
        eprintln!("usage: generate POSITIONS FOLDER [SEED] [jsonl|yaml|csv]");
        std::process::exit(2);
    };
    let format = arguments.get(3).map_or(Some(Format::JsonLines), |name| Format::of_name(name));
    let Some(format) = format else {
        eprintln!("positions can be written as jsonl, yaml or csv");
        std::process::exit(2);
    };
    let mut random = Random(arguments.get(2).and_then(|s| s.parse().ok()).unwrap_or(1));
    let folder = Path::new(folder);
    fs::create_dir_all(folder)?;
    let (actors, issues) = ((positions / 20).max(10), (positions / 50).max(10));
    let articles = (positions / 12).max(10);

    let mut out = BufWriter::new(fs::File::create(folder.join("registry.jsonl"))?);
    writeln!(out, r#"{{"record":"sheet","document":"generated/registry"}}"#)?;
    for i in 0..20 {
        let broader = if i == 0 { String::new() } else { format!(r#","broader":"topic-{}""#, (i - 1) / 4) };
        writeln!(out, r#"{{"record":"topic","id":"topic-{i}","label":"Topic {i}"{broader}}}"#)?;
    }
    for i in 0..actors {
        let (kind, sector) = (random.of(KINDS), random.of(SECTORS));
        writeln!(
            out,
            r#"{{"record":"actor","id":"actor-{i}","label":"Actor {i}","kind":"{kind}","sector":"{sector}"}}"#
        )?;
    }
    for i in 0..issues {
        let family = if i % 3 == 0 { "claim" } else { "proposal" };
        let topic = random.below(20);
        let broader =
            if i >= 10 && i % 2 == 0 { format!(r#","broader":"issue-{}""#, i / 10) } else { String::new() };
        writeln!(
            out,
            r#"{{"record":"issue","id":"issue-{i}","label":"Issue {i} comes true","family":"{family}","topic":"topic-{topic}"{broader}}}"#
        )?;
    }
    for i in 0..articles {
        let day =
            format!("20{:02}-{:02}-{:02}", 15 + random.below(10), 1 + random.below(12), 1 + random.below(28));
        writeln!(
            out,
            r#"{{"record":"article","id":"article-{i}","title":"Article {i}","publisher":"Outlet {}","published":"{day}","language":"en","length":6000}}"#,
            random.below(40)
        )?;
    }
    out.flush()?;

    let (by_actor, by_issue) = (Zipf::new(actors), Zipf::new(issues));
    let mut out = BufWriter::new(fs::File::create(folder.join(format!("positions.{}", format.name())))?);
    out.write_all(format.head().as_bytes())?;
    for i in 0..positions {
        let issue = by_issue.draw(&mut random);
        let stance = random.of(if issue % 3 == 0 { ON_CLAIMS } else { ON_PROPOSALS });
        // The place decides on the words: an article has the same ones there for every quote.
        let start = random.below(5800);
        let mut text = Random(start as u64 + 1);
        let mut quote = String::new();
        for word in 0..4 + text.below(8) {
            let _ = write!(quote, "{}{}", if word > 0 { " " } else { "" }, text.of(WORDS));
        }
        let mut fields = Fields::default();
        fields.set("article", format!("article-{}", i % articles));
        fields.set("actor", format!("Actor {}", by_actor.draw(&mut random)));
        fields.set("stance", stance);
        fields.set("issue", format!("Issue {issue} comes true"));
        fields.set("mode", random.of(MODES));
        fields.set("explicitness", random.of(&["explicit", "reported", "inferred"]));
        fields.set("certainty", random.of(&["certain", "probable", "possible"]));
        fields.set("quote.exact", quote);
        fields.set("quote.start", start.to_string());
        if random.below(3) == 0 {
            fields.set("attribution.source", format!("Actor {}", by_actor.draw(&mut random)));
            fields.set("attribution.verb", "according to");
        }
        if random.below(4) == 0 {
            fields.set("hedge.exact", "may");
            fields.set("hedge.start", random.below(5990).to_string());
        }
        if random.below(8) == 0 {
            let needed = by_issue.draw(&mut random);
            fields.set("condition.kind", "unless");
            fields.set("condition.text", format!("issue {needed} comes first"));
            fields.set("condition.requires", format!("issue-{needed}"));
        }
        out.write_all(format.record(&fields).as_bytes())?;
    }
    out.flush()
}

/// What positions are written in.
#[derive(Clone, Copy)]
enum Format {
    JsonLines,
    Yaml,
    Csv,
}

/// The fields of a position in the order of a CSV sheet's columns; a dot leads into a record.
const COLUMNS: [&str; 16] = [
    "article",
    "actor",
    "stance",
    "issue",
    "mode",
    "explicitness",
    "certainty",
    "quote.exact",
    "quote.start",
    "attribution.source",
    "attribution.verb",
    "hedge.exact",
    "hedge.start",
    "condition.kind",
    "condition.text",
    "condition.requires",
];

/// A position: a value a column, none where it has no such field. No value needs quoting.
#[derive(Default)]
struct Fields([Option<String>; COLUMNS.len()]);

impl Fields {
    fn set(&mut self, column: &str, value: impl Into<String>) {
        let at = COLUMNS.iter().position(|c| *c == column).expect("every field has a column");
        self.0[at] = Some(value.into());
    }

    /// Record (empty for the position itself), field and value of all that is there.
    fn present(&self) -> impl Iterator<Item = (&'static str, &'static str, &str)> {
        COLUMNS.iter().zip(&self.0).filter_map(|(column, value)| {
            let (record, field) = column.split_once('.').unwrap_or(("", column));
            Some((record, field, value.as_deref()?))
        })
    }
}

impl Format {
    fn of_name(name: &str) -> Option<Self> {
        [Self::JsonLines, Self::Yaml, Self::Csv].into_iter().find(|format| format.name() == name)
    }

    fn name(self) -> &'static str {
        match self {
            Self::JsonLines => "jsonl",
            Self::Yaml => "yaml",
            Self::Csv => "csv",
        }
    }

    fn head(self) -> String {
        match self {
            Self::JsonLines => "{\"record\":\"sheet\",\"document\":\"generated/positions\"}\n".to_owned(),
            Self::Yaml => "document: generated/positions\npositions:\n".to_owned(),
            Self::Csv => COLUMNS.join(",") + "\n",
        }
    }

    fn record(self, fields: &Fields) -> String {
        match self {
            Self::JsonLines => json(fields),
            Self::Yaml => yaml(fields),
            Self::Csv => {
                fields.0.each_ref().map(|value| value.as_deref().unwrap_or_default()).join(",") + "\n"
            }
        }
    }
}

fn json(fields: &Fields) -> String {
    let (mut line, mut inside) = (String::from("{"), "");
    for (record, field, value) in fields.present() {
        if record != inside {
            line += if inside.is_empty() { "" } else { "}" };
            let _ = write!(line, ",\"{record}\":{{");
            inside = record;
        } else if line.len() > 1 {
            line.push(',');
        }
        let quote = if field == "start" { "" } else { "\"" };
        let _ = write!(line, "\"{field}\":{quote}{value}{quote}");
    }
    line + if inside.is_empty() { "}\n" } else { "}}\n" }
}

fn yaml(fields: &Fields) -> String {
    let (mut lines, mut inside) = (String::new(), "");
    for (record, field, value) in fields.present() {
        if record != inside {
            let _ = writeln!(lines, "    {record}:");
            inside = record;
        }
        let lead = match (lines.is_empty(), record.is_empty()) {
            (true, _) => "  - ",
            (false, true) => "    ",
            (false, false) => "      ",
        };
        let _ = writeln!(lines, "{lead}{field}: {value}");
    }
    lines
}
