//! `standpoint camps`: who goes together, how sure that is, and what each camp stands for.

use super::answer::check_spreadsheet;
use super::cells::check_opened;
use super::context::Context;
use super::destination::Destination;
use super::filters::Filters;
use super::filters::camp_named;
use super::network::{self, Named, Normalised, Once};
use super::output::{self, Outcome};
use super::times::Times;
use crate::analysis::camps::parts::Linkage;
use crate::analysis::camps::{Camps, Method, Question};
use crate::analysis::network::evidence::Evidence;
use crate::analysis::network::{Counting, Mode, Options};
use crate::analysis::opened::{Opened, iris, opened, sort};
use crate::analysis::pictures;
use crate::analysis::statements::{Node, Selection, Statements, Variable};
use crate::base::error::{Error, Result, count};
use crate::cli::format::FormatParser;
use crate::cli::page::{self, camps};
use crate::export::{Content, Format, Spreadsheet, workbook};
use crate::store::index::Index;

/// What the command can show.
const CONTENTS: &[Content] = &[Content::Cells, Content::Picture];

/// How camps are found.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    /// Communities of those who agree
    Leiden,
    /// A tree; clusters are as near as their nearest members
    Single,
    /// A tree; clusters are as near as their farthest members
    Complete,
    /// A tree; clusters are as near as their members on average
    Average,
    /// A tree; clusters grow in variance as little as possible
    Ward,
}

/// What is drawn.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Drawn {
    /// Who is tied to whom
    Network,
    /// Who is joined with whom at which distance
    Dendrogram,
}

/// Show camps: who goes together, how sure that is, what each stands for
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  standpoint camps
  standpoint camps -o camps.svg
  standpoint camps --method average --camps 2 --picture dendrogram -o tree.svg
  standpoint camps --nodes represented --duplicates document --format csv
  standpoint camps --open 1

Two are tied by what they agree on less what they disagree on. Camps are the communities of the \
positive ties. Polarisation is how much of all agreement and disagreement fits two camps; beside it stands \
what chance gives when everybody makes as many statements as they did.")]
pub struct Args {
    /// How camps are found
    #[arg(long, value_enum, value_name = "METHOD", default_value = "leiden")]
    method: By,

    /// Number of camps: cuts a tree [default: what fits best]
    #[arg(long, value_name = "N")]
    camps: Option<usize>,

    /// For leiden: above 1 for more and smaller camps, below for fewer
    #[arg(long, value_name = "NUMBER", default_value_t = 1.0)]
    resolution: f64,

    /// What goes together: actor, represented, issue, publisher, author, section or type
    #[arg(long, value_enum, value_name = "VARIABLE", default_value = "actor", hide_possible_values = true)]
    nodes: Named,

    /// Within what a statement counts once: include (every one counts), document, week, month, year or range
    #[arg(long, value_enum, value_name = "WITHIN", default_value = "document", hide_possible_values = true)]
    duplicates: Once,

    /// What a tie is divided by: none, average, jaccard or cosine
    #[arg(long, value_enum, value_name = "BY", default_value = "none", hide_possible_values = true)]
    normalise: Normalised,

    /// Number of permutations that show what chance gives; 0 for none
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(..=100_000))]
    permutations: u32,

    /// Beginning of all chance: the same one gives the same answer
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// The positions of a camp with their words: its number, or anybody in it; two names: what both say on the same
    #[arg(long, num_args = 1..=2, value_names = ["CAMP", "OTHER"])]
    open: Vec<String>,

    /// What a picture shows
    #[arg(long, value_enum, value_name = "WHAT", default_value = "network")]
    picture: Drawn,

    /// In a picture of a network, leave out ties weaker than this, and who has no other
    #[arg(long, value_name = "W", default_value_t = 0.0)]
    threshold: f64,

    /// table, csv, tsv, xlsx, json or markdown; svg or png for a picture [default: by the file's extension, else table]
    #[arg(long, value_name = "FORMAT", value_parser = FormatParser(CONTENTS), hide_possible_values = true)]
    format: Option<Format>,

    #[command(flatten)]
    to: Destination,

    /// Begin CSV and TSV with a byte-order mark, by which Excel knows UTF-8
    #[arg(long)]
    bom: bool,

    /// In CSV and TSV, put an apostrophe before texts that a spreadsheet would take for formulas
    #[arg(long)]
    excel: bool,

    #[command(flatten)]
    filters: Filters,

    #[command(flatten)]
    times: Times,
}

impl Args {
    fn question(&self) -> Result<Question> {
        if !(self.resolution.is_finite() && self.resolution > 0.0) {
            return Err(Error::usage(format!("--resolution is above zero, not {}", self.resolution)));
        }
        if self.threshold.is_nan() || self.threshold < 0.0 {
            return Err(Error::usage(format!("--threshold is not below zero, as {} is", self.threshold)));
        }
        let nodes = Variable::from(self.nodes);
        let via = if nodes == Variable::Issue { Variable::Represented } else { Variable::Issue };
        let method = match self.method {
            // A tree alone can be cut.
            By::Leiden if self.camps.is_some() => Method::Tree(Linkage::Average),
            By::Leiden => Method::Leiden { resolution: self.resolution },
            By::Single => Method::Tree(Linkage::Single),
            By::Complete => Method::Tree(Linkage::Complete),
            By::Average => Method::Tree(Linkage::Average),
            By::Ward => Method::Tree(Linkage::Ward),
        };
        Ok(Question {
            sides: Selection { nodes, via, dna_compat: false, days: self.filters.days()? },
            duplicates: self.duplicates.into(),
            normalisation: self.normalise.into(),
            method,
            camps: self.camps,
            seed: self.seed,
            permutations: self.permutations as usize,
        })
    }
}

/// Runs it.
///
/// # Errors
/// No data, unknown names, nobody to go together, too much for a picture; no place to write it.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    let format = args.to.format(args.format, CONTENTS)?;
    args.to.look.check(format)?;
    let how = Spreadsheet { byte_order_mark: args.bom, harmless: args.excel };
    check_spreadsheet(how, format)?;
    let question = args.question()?;
    let index = context.filtered(&args.times, &args.filters)?;
    let quick =
        Question { permutations: if args.open.is_empty() { question.permutations } else { 0 }, ..question };
    let found = Camps::of(&index, &quick)?;
    if !args.open.is_empty() {
        check_opened(format)?;
        let table = page::opened::cells(&open(&index, &question, &found, &args.open)?);
        let bytes = page::cells::bytes(&table, format, how, context.width)?;
        let what = count(table.rows.len(), "position");
        if format == Format::Table {
            output::note(&what);
        }
        return args.to.send(context, &bytes, &what);
    }
    let cells = || camps::cells(&index, &found);
    let bytes = match format {
        format if format.holds(Content::Picture) => {
            let frame = args.to.look.frame(&index)?;
            let picture = match args.picture {
                Drawn::Network => pictures::camps(&found, args.threshold, &frame)?,
                Drawn::Dendrogram => pictures::dendrogram(&found, &frame)?,
            };
            args.to.look.draw(&picture, format)?
        }
        Format::Csv => cells()?.csv(how).into_bytes(),
        Format::Tsv => cells()?.tsv(how).into_bytes(),
        Format::Json => format!("{:#}\n", camps::json(&index, &found)?).into_bytes(),
        Format::Xlsx => workbook(&[cells()?, camps::scores(&found), camps::telling(&found)])?,
        Format::Markdown => page::cells::table(&cells()?).markdown().into_bytes(),
        _ => camps::render(&found, context.width, context.colours_results()).into_bytes(),
    };
    let what = format!("{} of {}", count(found.camps.len(), "camp"), count(found.nodes.len(), "node"));
    args.to.send(context, &bytes, &what)
}

/// The positions of a camp, or of two nodes on what both speak on.
fn open(index: &Index, question: &Question, found: &Camps, names: &[String]) -> Result<Vec<Opened>> {
    let statements = Statements::of(index, question.sides)?;
    let nodes: Vec<Node> = found.nodes.iter().map(|member| member.node.clone()).collect();
    let positions = match names {
        [one, other] => {
            let node = |name: &String| network::find(index, (question.sides.nodes, &statements.nodes), name);
            let (one, other) = (node(one)?, node(other)?);
            if one == other {
                return Err(Error::usage("a tie has two ends, and both names are the same node"));
            }
            let options = Options { counting: Counting::Subtract, ..Options::default() };
            Evidence::new(&statements, options).positions(Mode::One, one, other)
        }
        names => {
            let camps: Vec<Vec<usize>> = found.camps.iter().map(|camp| camp.members.clone()).collect();
            let camp = camp_named(index, (question.sides.nodes, &nodes), &camps, &names[0])?;
            let is_member = |node: u32| camps[camp].contains(&(node as usize));
            let own = statements.all.iter().filter(|of| of.value.is_some() && is_member(of.node));
            own.map(|of| of.position).collect()
        }
    };
    let mut opened = opened(index, &iris(index, positions)?)?;
    sort(&mut opened);
    Ok(opened)
}
