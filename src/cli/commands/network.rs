//! `standpoint network`: actors, bodies or issues tied by what they agree or disagree on. What it shares with
//! `affiliation` is here.

use super::answer::check_spreadsheet;
use super::context::Context;
use super::destination::Look;
use super::export::send;
use super::filters::Filters;
use super::output::{self, Outcome};
use super::times::Times;
use crate::analysis::network::evidence::Evidence;
use crate::analysis::network::window::{self, Kernel, Steps, Unit, Windows};
use crate::analysis::network::{self as analysis, Counting, Duplicates, Mode, Normalisation, Tie, counted};
use crate::analysis::pictures;
use crate::analysis::statements::{Node, Selection, Statements, Variable};
use crate::base::diagnostic::{did_you_mean, nearest};
use crate::base::error::{Error, Result, count};
use crate::base::fold::fold;
use crate::cli::format::FormatParser;
use crate::cli::page::network as page;
use crate::export::{Content, Format, Spreadsheet, workbook};
use crate::model::registry::Kind;
use crate::store::index::Index;
use crate::store::names;
use std::path::{Path, PathBuf};

/// What the commands can show.
const CONTENTS: &[Content] = &[Content::Cells, Content::Network, Content::Picture];

/// Number of positions up to which they are written beside the ties.
const POSITIONS: usize = 1_000_000;

/// Tie actors, bodies or issues by what they agree or disagree on
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  standpoint network --since 2025-04
  standpoint network --nodes represented --normalise average --duplicates document --format csv
  standpoint network --tie conflict --open Russia Ukraine
  standpoint network --nodes issue --format graphml -o issues.graphml
  standpoint network --tie subtract -o network.svg
  standpoint network --window 3mo -o polarisation.svg

Two nodes meet where both speak on the same thing. Congruence sums how alike the two stances are, from 0 (for and \
against) to 1 (the same); conflict sums what is missing to 1; subtract takes the one from the other; ignore counts \
the meetings. Positions in force count. docs/networks.md explains every option.")]
pub struct Args {
    /// What a tie counts: ignore, congruence, conflict or subtract
    #[arg(long, value_enum, value_name = "WHAT", default_value = "congruence", hide_possible_values = true)]
    tie: Counted,

    /// What a tie is divided by: none, average, jaccard or cosine
    #[arg(long, value_enum, value_name = "BY", default_value = "none", hide_possible_values = true)]
    normalise: Normalised,

    #[command(flatten)]
    common: Common,
}

/// What `network` and `affiliation` have in common.
#[derive(clap::Args, Debug)]
pub struct Common {
    /// What the nodes are: actor, represented, issue, publisher, author, section or type
    #[arg(long, value_enum, value_name = "VARIABLE", default_value = "actor", hide_possible_values = true)]
    nodes: Named,

    /// What they speak on [default: issue; for issues: represented]
    #[arg(long, value_enum, value_name = "VARIABLE", hide_possible_values = true)]
    via: Option<Named>,

    /// Within what a statement counts once: include (every one counts), document, week, month, year or range
    #[arg(long, value_enum, value_name = "WITHIN", default_value = "include", hide_possible_values = true)]
    duplicates: Once,

    /// Only ties that are at least so strong, whatever their sign
    #[arg(long, value_name = "NUMBER")]
    threshold: Option<f64>,

    /// keep or drop nodes without a tie
    #[arg(long, value_enum, value_name = "WHAT", default_value = "keep", hide_possible_values = true)]
    isolates: Isolates,

    /// A network for each window of this length, moved by one unit: 30d, 2w, 6mo, 1y, 10events
    #[arg(long, value_name = "LENGTH", value_parser = length)]
    window: Option<(u32, Unit)>,

    /// Weigh statements by their distance from the window's middle: uniform, triangular, epanechnikov, gaussian
    #[arg(long, value_enum, value_name = "KERNEL", requires = "window", hide_possible_values = true)]
    kernel: Option<Smoothed>,

    /// How one window follows another: moving by one unit, calendar (one after the other; weeks as ISO 8601 has
    /// them), or cumulative (all from the first day on)
    #[arg(long, value_enum, value_name = "HOW", requires = "window", hide_possible_values = true)]
    steps: Option<Stepped>,

    /// What has changed since the window before, instead of the ties of each
    #[arg(long, requires = "window")]
    change: bool,

    /// Give the numbers of the Discourse Network Analyzer, its quirks included
    #[arg(long)]
    dna_compat: bool,

    /// Show what the tie of two nodes is made of: the positions of both, with their words
    #[arg(long, num_args = 2, value_names = ["A", "B"], conflicts_with = "window")]
    open: Option<Vec<String>>,

    /// table, csv, tsv, xlsx, json or markdown; graphml, gexf, dot, cx2, pajek, dl or node-link; svg or png for a picture
    #[arg(long, value_name = "FORMAT", value_parser = FormatParser(CONTENTS), hide_possible_values = true)]
    format: Option<Format>,

    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    look: Look,

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

/// Words of an option, each with what it means.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident: $of:ty { $($word:ident $(= $text:literal)?),* $(,)? }) => {
        $(#[$doc])*
        #[derive(clap::ValueEnum, Clone, Copy, Debug)]
        pub enum $name {
            $(
                #[allow(missing_docs)]
                $(#[value(name = $text)])?
                $word
            ),*
        }

        impl From<$name> for $of {
            fn from(word: $name) -> Self {
                match word {
                    $($name::$word => Self::$word),*
                }
            }
        }
    };
}

words!(
    /// Sides of statements.
    Named: Variable { Actor, Represented, Issue, Publisher, Author, Section, Type }
);
words!(
    /// What a tie of one mode counts.
    Counted: Counting { Ignore, Congruence, Conflict, Subtract }
);
words!(
    /// What a tie of one mode is divided by.
    Normalised: Normalisation { None, Average, Jaccard, Cosine }
);
words!(
    /// Within what a statement counts once.
    Once: Duplicates { Include, Document, Week, Month, Year, Range }
);
words!(
    /// Weights by distance.
    Smoothed: Kernel { Uniform, Triangular, Epanechnikov, Gaussian }
);

words!(
    /// How one window follows another.
    Stepped: Steps { Moving, Calendar, Cumulative }
);

/// What becomes of nodes without a tie.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isolates {
    /// They stay.
    Keep,
    /// They go.
    Drop,
}

/// A number and a unit.
pub(super) fn length(text: &str) -> Result<(u32, Unit), String> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let unit = match unit.trim() {
        "d" | "day" | "days" => Unit::Days,
        "w" | "week" | "weeks" => Unit::Weeks,
        "mo" | "month" | "months" => Unit::Months,
        "y" | "year" | "years" => Unit::Years,
        "event" | "events" => Unit::Events,
        "h" | "hour" | "hours" | "min" | "minute" | "minutes" => {
            return Err("positions have days and no hours: the shortest window is 1d".to_owned());
        }
        _ => return Err("write a number and d, w, mo, y or events, such as 30d".to_owned()),
    };
    match number.parse() {
        Ok(number) if number > 0 => Ok((number, unit)),
        _ => Err("write a number from 1 on before the unit, such as 30d".to_owned()),
    }
}

/// Runs it.
///
/// # Errors
/// No data, unknown names, nothing to tie; a file that cannot be written.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    args.common.run(context, Mode::One, args.tie.into(), args.normalise.into())
}

impl Common {
    pub(super) fn run(
        &self,
        context: &Context,
        mode: Mode,
        counting: Counting,
        normalisation: Normalisation,
    ) -> Result<Outcome> {
        let format = self.format()?;
        if let Some(threshold) = self.threshold
            && !(threshold.is_finite() && threshold >= 0.0)
        {
            return Err(Error::usage(format!("a threshold of {threshold} is no strength"))
                .with_help("write a number from 0 on; it holds for both signs"));
        }
        let options = analysis::Options {
            counting,
            normalisation,
            duplicates: self.duplicates.into(),
            dna_compat: self.dna_compat,
        };
        let nodes = Variable::from(self.nodes);
        let usual = if nodes == Variable::Issue { Variable::Represented } else { Variable::Issue };
        let via = self.via.map_or(usual, Variable::from);
        if nodes == via {
            return Err(Error::usage(format!("--nodes and --via are both `{}`", nodes.word()))
                .with_help("nodes are tied by something else: name another with --via"));
        }
        let days = self.filters.days()?;
        let index = context.filtered(&self.times, &self.filters)?;
        let statements = Statements::of(&index, Selection { nodes, via, dna_compat: self.dna_compat, days })?;
        self.ensure_ties(&statements, mode, options, (nodes, via))?;
        if let Some((size, unit)) = self.window {
            let steps = self.steps.map(Steps::from).unwrap_or_default();
            let windows = Windows { size, unit, kernel: self.kernel.map(Kernel::from), steps };
            return self.windows(context, &index, &statements, (mode, options), windows, format);
        }
        let mut network = match mode {
            Mode::One => analysis::one_mode(&statements, options),
            Mode::Two => analysis::two_mode(&statements, options),
        };
        if let Some(names) = &self.open {
            return self.open(context, &index, &statements, &network, (mode, options), (nodes, via), names);
        }
        let evidence = Evidence::new(&statements, options);
        let wants_positions = format == Format::Json || format.holds(Content::Network);
        if let Some(threshold) = self.threshold {
            network.drop_weaker(threshold);
        }
        let positions = if wants_positions { evidence.of_ties(&index, &network, POSITIONS)? } else { None };
        if wants_positions && positions.is_none() {
            output::note("more than 1,000,000 positions: they are left out; --open shows those of one tie");
        }
        let positions = positions.as_deref();
        let (json, graph);
        if self.isolates == Isolates::Drop {
            // The positions are those of the ties that stay.
            let kept: Option<Vec<Vec<String>>> = positions.map(|positions| {
                let of_tie = network.ties.iter().zip(positions);
                of_tie.filter(|(tie, _)| tie.weight != 0.0).map(|(_, positions)| positions.clone()).collect()
            });
            network.drop_isolates();
            (json, graph) = (
                page::json(&network, kept.as_deref()),
                page::graph(&network, word(counting), kept.as_deref()),
            );
        } else {
            (json, graph) =
                (page::json(&network, positions), page::graph(&network, word(counting), positions));
        }
        let bytes = match format {
            Format::Table => page::render(&network, context.width, context.colours_results()).into_bytes(),
            Format::Json => format!("{json:#}\n").into_bytes(),
            format if format.holds(Content::Picture) => {
                let title = match mode {
                    Mode::One => format!("Who is tied to whom by {}", word(counting)),
                    Mode::Two => "Who takes a stance on what".to_owned(),
                };
                let frame = self.look.frame(&index)?;
                self.look.draw(&pictures::network(&network, &title, &frame)?, format)?
            }
            format if format.holds(Content::Network) => graph.text(format)?.into_bytes(),
            format => self.cells(context, page::matrix(&network, nodes.word()), format)?,
        };
        self.send(context, &bytes, &page::summary(&network))?;
        if format == Format::Table {
            output::note(&page::summary(&network));
        }
        Ok(Outcome::Done)
    }

    /// The format that is named, else that of the file's extension, else a table.
    fn format(&self) -> Result<Format> {
        let by_name = |path: &Path| {
            let extension = path.extension()?.to_str()?;
            Format::named(extension, CONTENTS).ok()
        };
        let format = match (self.format, self.output.as_deref()) {
            (Some(format), _) => format,
            (None, Some(path)) => by_name(path).ok_or_else(|| {
                Error::usage(format!("the extension of `{}` does not give a format", path.display()))
                    .with_help("name it with --format")
            })?,
            (None, None) => Format::Table,
        };
        let how = Spreadsheet { byte_order_mark: self.bom, harmless: self.excel };
        check_spreadsheet(how, format)?;
        self.look.check(format)?;
        let is_of_windows = format.holds(Content::Cells) || format.holds(Content::Picture);
        if self.window.is_some() && !is_of_windows {
            return Err(Error::usage(format!("{format} holds one network, and each window is one"))
                .with_help("choose table, csv, tsv, xlsx, json, markdown, svg or png, or omit --window"));
        }
        Ok(format)
    }

    fn cells(&self, context: &Context, cells: crate::export::CellTable, format: Format) -> Result<Vec<u8>> {
        let how = Spreadsheet { byte_order_mark: self.bom, harmless: self.excel };
        Ok(match format {
            Format::Csv => cells.csv(how).into_bytes(),
            Format::Tsv => cells.tsv(how).into_bytes(),
            Format::Json => format!("{:#}\n", cells.json()).into_bytes(),
            Format::Xlsx => workbook(&[cells])?,
            Format::Markdown => page::markdown(&cells).into_bytes(),
            _ => page::grid(&cells, context.width).into_bytes(),
        })
    }

    fn send(&self, context: &Context, bytes: &[u8], what: &str) -> Result<()> {
        match self.output.as_deref().filter(|path| *path != Path::new("-")) {
            Some(path) => send(Some(path), bytes, what),
            None => {
                let mut out = context.out();
                out.write_all(bytes).and_then(|()| out.flush()).map_err(output::to_stdout)
            }
        }
    }

    /// Looks whether there is anything to tie, and notes what does not count.
    fn ensure_ties(
        &self,
        statements: &Statements,
        mode: Mode,
        options: analysis::Options,
        (nodes, via): (Variable, Variable),
    ) -> Result<()> {
        if statements.all.is_empty() {
            let why = match statements.without_side {
                0 if self.filters.are_none() => "no position is in force".to_owned(),
                0 => "no position in force passes the filters".to_owned(),
                _ => format!("no position in force has both `{}` and `{}`", nodes.word(), via.word()),
            };
            let help = match self.filters.are_none() {
                true => "`standpoint summary` counts the positions",
                false => "omit a filter, or widen it",
            };
            return Err(Error::usage(format!("there is no network: {why}")).with_help(help));
        }
        if counted(&statements.all, options).is_empty() {
            return Err(Error::usage("there is no network: no stance has a value")
                .with_help("undeclared and declined stances have none; `--tie ignore` counts them, too"));
        }
        if mode == Mode::One
            && let [only] = statements.nodes.as_slice()
        {
            return Err(Error::usage(format!("a network needs two nodes, and only `{}` speaks", only.label))
                .with_help("`standpoint affiliation` ties one node to what it speaks on"));
        }
        let valueless = statements.all.iter().filter(|statement| statement.value.is_none()).count();
        if valueless > 0 && options.counting != Counting::Ignore {
            let left_out = count(valueless, "statement");
            output::note(&format!("left out: {left_out} without a value (undeclared, declined to say)"));
        }
        if statements.without_side > 0 {
            let left_out = count(statements.without_side, "position");
            output::note(&format!("left out: {left_out} without `{}` or `{}`", nodes.word(), via.word()));
        }
        let is_timed = matches!(options.duplicates, Duplicates::Week | Duplicates::Month | Duplicates::Year);
        let undated = statements.all.iter().filter(|statement| statement.day.is_none()).count();
        if undated > 0 && (is_timed || self.window.is_some()) {
            let undated = count(undated, "statement");
            output::note(&match self.window {
                Some(_) => format!("left out: {undated} without a day"),
                None => format!("{undated} without a day: duplicates are those of their document"),
            });
        }
        Ok(())
    }

    fn windows(
        &self,
        context: &Context,
        index: &Index,
        statements: &Statements,
        (mode, options): (Mode, analysis::Options),
        windows: Windows,
        format: Format,
    ) -> Result<Outcome> {
        if format.holds(Content::Picture) {
            if self.change {
                return Err(Error::usage("--change is for tables, and a picture shows polarisation")
                    .with_help("omit it"));
            }
            if mode == Mode::Two {
                return Err(Error::usage(
                    "a picture over time shows polarisation, which two modes do not have",
                )
                .with_help("`standpoint network --window` draws it"));
            }
            let picture = pictures::polarisation(statements, options, windows, &self.look.frame(index)?)?;
            self.send(context, &self.look.draw(&picture, format)?, "polarisation over time")?;
            return Ok(Outcome::Done);
        }
        let mut series = window::series(statements, mode, options, windows)?;
        for window in &mut series {
            if let Some(threshold) = self.threshold {
                window.network.drop_weaker(threshold);
            }
            window.network.ties.retain(|tie| tie.weight != 0.0);
        }
        let cells = if self.change { page::changes(&series) } else { page::windows(&series) };
        let noun = if self.change { "change" } else { "tie" };
        let what = format!("{} in {}", count(cells.rows.len(), noun), count(series.len(), "window"));
        let bytes = self.cells(context, cells, format)?;
        self.send(context, &bytes, &what)?;
        if format == Format::Table {
            output::note(&what);
        }
        Ok(Outcome::Done)
    }

    #[allow(clippy::too_many_arguments, reason = "one caller, which has just made them")]
    fn open(
        &self,
        context: &Context,
        index: &Index,
        statements: &Statements,
        network: &analysis::Network,
        (mode, options): (Mode, analysis::Options),
        (nodes, via): (Variable, Variable),
        named: &[String],
    ) -> Result<Outcome> {
        let second = match mode {
            Mode::One => (nodes, statements.nodes.as_slice()),
            Mode::Two => (via, statements.vias.as_slice()),
        };
        let (mut source, mut target) =
            (find(index, (nodes, &statements.nodes), &named[0])?, find(index, second, &named[1])?);
        if mode == Mode::One && source == target {
            return Err(Error::usage("a tie has two ends, and both names are the same node"));
        }
        let (one, other) = (&statements.nodes[source as usize], &second.1[target as usize]);
        let evidence = Evidence::new(statements, options);
        let meetings = evidence.open(index, mode, source, target)?;
        if mode == Mode::One && source > target {
            std::mem::swap(&mut source, &mut target);
        }
        let same = |tie: &&Tie| (tie.source, tie.target) == (source, target);
        let tie = network.ties.iter().find(same).copied().unwrap_or_default();
        let text = match self.format {
            Some(Format::Json) => format!("{:#}\n", page::opened_json(&meetings, (one, other), &tie)),
            None | Some(Format::Table) => page::opened(&meetings, mode, (one, other), &tie, context.width),
            Some(format) => {
                return Err(Error::usage(format!("--open has no {format}")).with_help("choose table or json"));
            }
        };
        self.send(context, text.as_bytes(), "the evidence of one tie")?;
        if meetings.is_empty() {
            output::note(&format!("nothing ties {} and {}", one.label, other.label));
        }
        Ok(Outcome::Done)
    }
}

/// The word for what a tie counts.
fn word(counting: Counting) -> &'static str {
    match counting {
        Counting::Ignore => "ignore",
        Counting::Congruence => "congruence",
        Counting::Conflict => "conflict",
        Counting::Subtract => "subtract",
        Counting::Combine => "combine",
    }
}

/// The number of the node that a name stands for.
///
/// # Errors
/// A name of nothing, or of no node of the network.
pub(super) fn find(index: &Index, (variable, nodes): (Variable, &[Node]), name: &str) -> Result<u32> {
    let place = |wanted: &dyn Fn(&Node) -> bool| nodes.iter().position(wanted).map(|place| place as u32);
    let by_label = |node: &Node| fold(&node.label) == fold(name);
    if let Some(place) = place(&|node| node.iri == name).or_else(|| place(&by_label)) {
        return Ok(place);
    }
    let kind = match variable {
        Variable::Actor | Variable::Represented => Some(Kind::Actor),
        Variable::Issue => Some(Kind::Issue),
        _ => None,
    };
    if let Some(kind) = kind {
        let thing = names::one(index, kind, name)?;
        return place(&|node| node.iri == thing.iri.as_str()).ok_or_else(|| {
            Error::usage(format!("`{}` is no node of this network", thing.label))
                .with_help("it has no statement that counts; another --nodes or filter may have it")
        });
    }
    let labels = || nodes.iter().map(|node| node.label.as_str());
    let error = Error::usage(format!("no {} is `{name}`", variable.word()));
    Err(match did_you_mean(&nearest(name, labels(), 2)) {
        Some(help) => error.with_help(help),
        None => error,
    })
}
