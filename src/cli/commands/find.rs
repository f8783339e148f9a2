//! `standpoint find`.

use super::context::Context;
use super::filters::Filters;
use super::output::{self, Outcome};
use super::times::Times;
use crate::analysis::find::{Hits, Kind, find};
use crate::base::error::{Result, count};
use crate::cli::format::FormatParser;
use crate::cli::page;
use crate::export::{Content, Format};
use clap::builder::{PossibleValuesParser, TypedValueParser};

/// Find things and positions by words in labels, aliases, titles and quotes
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  standpoint find Zelenskyy
  standpoint find ceding territory --kind issue
  standpoint find Зеленський --format json

The search ignores case, accents, scripts and spelling variants. If nothing else matches, it \
tolerates typos. `show` opens a hit by its last line.")]
pub struct Args {
    /// Words to search for; a hit has all of them
    #[arg(value_name = "WORDS", required = true)]
    words: Vec<String>,

    /// Only this kind: actor, issue, position, article, post, topic, event, figure, relation, office-claim, term
    #[arg(long, value_name = "KIND", value_parser = kinds(), hide_possible_values = true)]
    kind: Option<Kind>,

    /// Maximum number of hits; 0 for all
    #[arg(long, value_name = "NUMBER", default_value_t = 20)]
    limit: usize,

    /// table, markdown, csv or json
    #[arg(long, value_name = "FORMAT", default_value = "table", value_parser = FormatParser(&[Content::Hits]), hide_possible_values = true)]
    format: Format,

    /// Exit with status 1 if nothing is found
    #[arg(long)]
    fail_empty: bool,

    #[command(flatten)]
    filters: Filters,

    #[command(flatten)]
    times: Times,
}

/// Parser of the names of kinds.
fn kinds() -> impl TypedValueParser<Value = Kind> {
    let name = |kind: &Kind| if *kind == Kind::OfficeClaim { "office-claim" } else { kind.word() };
    PossibleValuesParser::new(Kind::ALL.iter().map(name))
        .try_map(move |given| Kind::ALL.into_iter().find(|kind| name(kind) == given).ok_or("no such kind"))
}

/// Runs it.
///
/// # Errors
/// No data; standard output takes no more.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    let words = args.words.join(" ");
    let index = context.filtered(&args.times, &args.filters)?;
    let limit = if args.limit == 0 { usize::MAX } else { args.limit };
    let found = find(&index, &words, args.kind, limit)?;
    let text = match args.format {
        Format::Table | Format::Markdown if found.hits.is_empty() => String::new(),
        Format::Markdown => page::find::table(&found).markdown(),
        Format::Csv => page::find::csv(&found),
        Format::Json => format!("{:#}\n", page::find::json(&found)),
        _ => page::find::page(&found, context.width),
    };
    context.print(&text)?;
    match args.kind {
        Some(kind) if found.hits.is_empty() => {
            // Nearest names are of this kind; whatever has the words is nearer.
            let others = find(&index, &words, None, usize::MAX)?;
            if others.hits.is_empty() {
                note_fit(&found, &words, false);
            } else {
                output::note(&other_kinds(&others, &words, kind));
            }
        }
        _ => note_fit(&found, &words, args.format == Format::Table),
    }
    Ok(if args.fail_empty && found.hits.is_empty() { Outcome::Findings } else { Outcome::Done })
}

/// What to say where only things of other kinds have the words.
fn other_kinds(others: &Hits, words: &str, kind: Kind) -> String {
    let of = |kind: Kind| others.hits.iter().filter(|hit| hit.kind == kind).count();
    let counts = Kind::ALL.into_iter().filter(|kind| of(*kind) > 0).map(|kind| count(of(kind), kind.word()));
    let counts = counts.collect::<Vec<_>>().join(", ");
    format!("no {} matches `{words}`; without --kind there are hits: {counts}", kind.word())
}

/// Notes how well the words were found, and how often where somebody reads it.
pub(super) fn note_fit(found: &Hits, words: &str, counted: bool) {
    if found.hits.is_empty() {
        output::note(&format!("no matches for `{words}`"));
        let near: Vec<&str> = found.nearest.iter().map(String::as_str).collect();
        if let Some(near) = crate::base::diagnostic::did_you_mean(&near) {
            output::note(&near);
        }
        return;
    }
    if found.partial {
        output::note(&format!("no match has all of `{words}`; these have most of them"));
    }
    if found.more {
        output::note(&format!("the best {}; --limit 0 shows all", count(found.hits.len(), "hit")));
    } else if counted {
        output::note(&count(found.hits.len(), "hit"));
    }
}
