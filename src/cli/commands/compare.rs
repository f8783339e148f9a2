//! `standpoint compare`.

use super::context::Context;
use super::output::{self, Outcome};
use super::times::Times;
use crate::analysis::compare::{self, Comparison, Wanted, sheet};
use crate::base::error::{Error, Result, count};
use crate::cli::format::FormatParser;
use crate::cli::page;
use crate::export::{Content, Format};
use crate::model::identity::id_of;
use crate::model::registry::Kind;
use crate::store::index::Index;
use crate::store::names;
use crate::store::names::coders::{Coder, coders, one_coder};
use oxrdf::NamedNode;
use std::path::PathBuf;

const HELP: &str = "\
Examples:
  standpoint --data data/night-ferry --data data/night-ferry-recoded \\
    compare 'Standpoint project' 'Second coder'
  standpoint compare A B --article herald-2025-05-16
  standpoint compare A B --write agreed.yaml

The comparison covers the articles that both have coded. A unit is a passage and an issue: positions of \
both whose evidence overlaps. Alpha is Krippendorff's: 1 is full agreement, 0 is what chance gives.

--write starts the agreed sheet: what agrees as records, what differs in comments. Its coding has \
`role: agreed`: loaded, it stands in the place of both codings of these articles.";

/// Show passage by passage where two coders agree and differ
#[derive(clap::Args, Debug)]
#[command(after_help = HELP)]
pub struct Args {
    /// A coder: name, id or IRI
    #[arg(value_name = "CODER")]
    one: String,

    /// Another coder
    #[arg(value_name = "CODER")]
    other: String,

    /// Only this article; repeat it for several
    #[arg(long, value_name = "NAME")]
    article: Vec<String>,

    /// Only this issue; repeat it for several
    #[arg(long, value_name = "NAME")]
    issue: Vec<String>,

    /// Only where either has this actor; repeat it for several
    #[arg(long, value_name = "NAME")]
    actor: Vec<String>,

    /// Only what differs
    #[arg(long)]
    differing: bool,

    /// table, markdown, csv or json
    #[arg(long, value_name = "FORMAT", default_value = "table", value_parser = FormatParser(&[Content::Hits]), hide_possible_values = true)]
    format: Format,

    /// Write the beginnings of the agreed sheet to this file
    #[arg(long, value_name = "FILE", conflicts_with = "differing")]
    write: Option<PathBuf>,

    #[command(flatten)]
    times: Times,
}

/// Runs it.
///
/// # Errors
/// No data; coders whom nobody knows, or who have no article in common; a file that cannot be written.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    if args.times.coding.coder.is_some() {
        return Err(Error::usage("`compare` names its coders itself").with_help("omit --coder"));
    }
    let index = context.index(&args.times.of_all_coders())?;
    let known = coders(&index, []);
    let pair = [one_coder(&known, &args.one)?.clone(), one_coder(&known, &args.other)?.clone()];
    if pair[0] == pair[1] {
        return Err(Error::usage(format!("`{}` and `{}` are the same coder", args.one, args.other))
            .with_help("name two coders; `standpoint changes` compares revisions"));
    }
    in_common(&index, &pair)?;
    let mut comparison = Comparison::of(&index, &pair, &wanted(&index, &args)?)?;
    if let Some(path) = &args.write {
        if path.exists() {
            return Err(Error::usage(format!("`{}` is there already", path.display())).with_help(
                "name a file that does not exist yet: what is settled in this one would be lost",
            ));
        }
        std::fs::write(path, sheet::agreed(&index, &comparison)?).map_err(Error::file("write", path))?;
        let agreed = comparison.units().filter(|unit| unit.is_agreed()).count();
        let open = comparison.units().count() - agreed;
        output::note(&format!(
            "wrote {} that {} to {}; {} to be settled",
            count(agreed, "position"),
            if agreed == 1 { "agrees" } else { "agree" },
            path.display(),
            if open == 1 { "1 is".to_owned() } else { format!("{open} are") }
        ));
        return Ok(Outcome::Done);
    }
    let agreement = comparison.agreement();
    if args.differing {
        comparison.articles.iter_mut().for_each(|compared| compared.units.retain(|unit| !unit.is_agreed()));
    }
    context.print(&match args.format {
        Format::Json => format!("{:#}\n", page::compare::json(&comparison, &agreement)),
        Format::Csv => page::compare::csv(&comparison),
        Format::Markdown => page::compare::table(&comparison).markdown(),
        _ => page::compare::page(&comparison, &agreement, context.width),
    })
}

/// What of the comparison is wanted.
fn wanted(index: &Index, args: &Args) -> Result<Wanted> {
    let find = |kind, given: &[String]| -> Result<Vec<NamedNode>> {
        given.iter().map(|name| Ok(names::one(index, kind, name)?.iri)).collect()
    };
    Ok(Wanted {
        articles: find(Kind::Article, &args.article)?,
        issues: find(Kind::Issue, &args.issue)?,
        actors: find(Kind::Actor, &args.actor)?,
    })
}

/// Fails unless both have coded some article.
fn in_common(index: &Index, pair: &[Coder; 2]) -> Result<()> {
    let coded = [compare::articles_of(index, &pair[0])?, compare::articles_of(index, &pair[1])?];
    if !coded[0].is_disjoint(&coded[1]) {
        return Ok(());
    }
    let told = |at: usize| {
        let articles = &coded[at];
        let first: Vec<&str> = articles.iter().take(2).map(id_of).collect();
        let more = if articles.len() > first.len() { " …" } else { "" };
        let named = if first.is_empty() { String::new() } else { format!(" ({}{more})", first.join(", ")) };
        format!("{}: {}{named}", pair[at].name, count(articles.len(), "article"))
    };
    Err(Error::usage(format!("`{}` and `{}` have no article in common", pair[0].name, pair[1].name))
        .with_help(format!("coded are, by {}; by {}", told(0), told(1))))
}
