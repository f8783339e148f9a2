//! `standpoint reliability`: how far coders agree.

use super::cells::Cells;
use super::context::Context;
use super::filters::Filters;
use super::output::{self, Outcome};
use super::times::Times;
use crate::analysis::agreement::{Bootstrap, Scale};
use crate::analysis::compare::{self, Comparison, FIELDS};
use crate::analysis::reliability::{self, By, Group, Wanted};
use crate::base::diagnostic::{did_you_mean, nearest};
use crate::base::error::{Error, Result, count};
use crate::base::fold::normalize_name;
use crate::cli::page;
use crate::model::identity::id_of;
use crate::store::names::coders::{coders, listed, one_coder};

const HELP: &str = "\
Examples:
  standpoint --data data/night-ferry --data data/night-ferry-recoded reliability
  standpoint reliability --by issue --format json
  standpoint reliability --by pair --field mode --confusion
  standpoint reliability --by field --open stance

Alpha is Krippendorff's: 1 is full agreement, 0 is what chance gives. A unit is a passage and an issue \
that two or more coders have coded: positions whose evidence overlaps. `agreement` is the share of pairs of \
codings with the same value; `low` and `high` bound the alphas of 95 % of the samples. Alpha is empty where \
every coding has the same value.";

/// Measure how far coders agree: Krippendorff's alpha
#[derive(clap::Args, Debug)]
#[command(after_help = HELP)]
pub struct Args {
    /// What the rows are
    #[arg(long, value_enum, value_name = "WHAT", default_value_t)]
    by: Rows,

    /// The field that is compared: stance, actor, mode … [default: stance]
    #[arg(long, value_name = "FIELD", value_parser = field)]
    field: Option<usize>,

    /// Distance of two stances
    #[arg(long, value_enum, value_name = "SCALE", default_value_t)]
    scale: Distance,

    /// Leave this coder out; repeat it for several
    #[arg(long, value_name = "NAME")]
    not_coder: Vec<String>,

    /// Samples for the interval; 0 for none
    #[arg(long, value_name = "NUMBER", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(0..=100_000))]
    samples: u32,

    /// Seed of the samples: the same gives the same interval
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,

    /// How often which values met, instead of alpha
    #[arg(long)]
    confusion: bool,

    /// The codings of a row that differ, with their words; of a pair, name both
    #[arg(long, value_name = "NAME", num_args = 1..=2, conflicts_with = "confusion")]
    open: Vec<String>,

    #[command(flatten)]
    cells: Cells,

    #[command(flatten)]
    filters: Filters,

    #[command(flatten)]
    times: Times,
}

/// What the rows are.
#[derive(clap::ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Rows {
    /// Issues
    Issue,
    /// Actors
    Actor,
    /// Fields of positions
    #[default]
    Field,
    /// Pairs of coders
    Pair,
}

/// Distance of two values.
#[derive(clap::ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Distance {
    /// The same or not
    #[default]
    Nominal,
    /// By rank
    Ordinal,
    /// By value, from -1 to 1
    Interval,
}

impl From<Rows> for By {
    fn from(rows: Rows) -> Self {
        match rows {
            Rows::Issue => Self::Issue,
            Rows::Actor => Self::Actor,
            Rows::Field => Self::Field,
            Rows::Pair => Self::Pair,
        }
    }
}

impl From<Distance> for Scale {
    fn from(distance: Distance) -> Self {
        match distance {
            Distance::Nominal => Self::Nominal,
            Distance::Ordinal => Self::Ordinal,
            Distance::Interval => Self::Interval,
        }
    }
}

fn field(text: &str) -> Result<usize, String> {
    FIELDS.iter().position(|field| field.eq_ignore_ascii_case(text)).ok_or_else(|| {
        did_you_mean(&nearest(text, FIELDS.iter().copied(), 2))
            .unwrap_or_else(|| format!("choose one of {}", FIELDS.join(", ")))
    })
}

/// Runs it.
///
/// # Errors
/// No data; coders whom nobody knows; a row that there is not.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    args.cells.check(context)?;
    let wanted = wanted(&args)?;
    let index = context.index(&args.times.of_all_coders())?;
    let known = coders(&index, []);
    let mut left_out = Vec::new();
    for name in &args.not_coder {
        left_out.push(one_coder(&known, name)?.clone());
    }
    let coders: Vec<_> = known.iter().filter(|coder| !left_out.contains(coder)).cloned().collect();
    let mut comparison = Comparison::of(&index, &coders, &compare::Wanted::default())?;
    if !args.filters.are_none() {
        // Units are made first: where coders differ in what is filtered, the unit stays whole.
        let passing = args.filters.selection(&index)?.positions(&index)?;
        comparison.retain(|reading| passing.contains(&reading.position));
    }
    let groups = reliability::groups(&index, &comparison, wanted);
    let outcome = match (args.open.is_empty(), args.confusion) {
        (false, _) => {
            let group = opened(&groups, &args.open)?;
            args.cells.print(context, &page::reliability::opened(&comparison, group))?;
            let differing = group.units.iter().filter(|unit| unit.differs(group.field)).count();
            output::note(&format!("{} of {}", differing, count(group.units.len(), "unit")));
            return Ok(Outcome::Done);
        }
        (true, true) => args.cells.print(context, &page::reliability::confusion(&groups, wanted.by))?,
        (true, false) => args.cells.print(context, &page::reliability::cells(&groups, wanted.by))?,
    };
    match reliability::overall(&comparison, Wanted { bootstrap: None, ..wanted }) {
        None => output::note(&match coders.len() {
            0 => "no unit has two coders: the data name no coder".to_owned(),
            1 => format!("no unit has two coders: {} is the only one", coders[0].name),
            _ => format!("no unit has two coders; {}", listed(&coders)),
        }),
        Some(all) => {
            let alpha = all.agreement.alpha.map_or_else(|| "none".to_owned(), |alpha| format!("{alpha:.4}"));
            output::note(&format!(
                "{}: alpha {alpha} over {} of {}",
                FIELDS[wanted.field],
                count(all.agreement.units, "unit"),
                count(coders.len(), "coder")
            ));
        }
    }
    Ok(outcome)
}

fn wanted(args: &Args) -> Result<Wanted> {
    if args.times.coding.coder.is_some() {
        return Err(Error::usage("`reliability` compares all coders")
            .with_help("omit --coder; --not-coder NAME leaves one out"));
    }
    let stance = FIELDS.iter().position(|field| *field == "stance").unwrap_or_default();
    let field = args.field.unwrap_or(stance);
    if args.scale != Distance::Nominal && field != stance {
        return Err(Error::usage(format!(
            "--scale is for stances; values of {} have no order",
            FIELDS[field]
        ))
        .with_help("omit --scale or --field"));
    }
    if args.field.is_some() && args.by == Rows::Field {
        return Err(Error::usage("--by field has a row for each field")
            .with_help("omit --field, or choose --by issue, actor or pair"));
    }
    let bootstrap = Bootstrap { draws: args.samples as usize, seed: args.seed };
    Ok(Wanted {
        by: args.by.into(),
        field,
        scale: args.scale.into(),
        bootstrap: (args.samples > 0).then_some(bootstrap),
    })
}

/// The row of these names.
fn opened<'g, 'c>(groups: &'g [Group<'c>], names: &[String]) -> Result<&'g Group<'c>> {
    let fits = |group: &&Group<'_>, exactly: bool| {
        group.of.len() == names.len()
            && group.of.iter().zip(names).all(|(member, name)| {
                let (label, wanted) = (normalize_name(&member.label), normalize_name(name));
                let iri = member.iri.as_ref();
                label == wanted
                    || iri.is_some_and(|iri| iri.as_str() == name || id_of(iri) == name)
                    || (!exactly && label.contains(&wanted))
            })
    };
    let found: Vec<&Group<'_>> = match groups.iter().filter(|group| fits(group, true)).collect::<Vec<_>>() {
        exact if !exact.is_empty() => exact,
        _ => groups.iter().filter(|group| fits(group, false)).collect(),
    };
    let name = |group: &Group<'_>| {
        group.of.iter().map(|member| member.label.as_str()).collect::<Vec<_>>().join(" | ")
    };
    match found.as_slice() {
        [group] => Ok(group),
        [] => {
            let rows: Vec<String> = groups.iter().take(10).map(name).collect();
            let help = match rows.is_empty() {
                true => "there is no row: no unit has two coders".to_owned(),
                false => format!("the rows: {}", rows.join(", ")),
            };
            Err(Error::usage(format!("no row matches `{}`", names.join(" "))).with_help(help))
        }
        several => {
            let rows: Vec<String> = several.iter().map(|group| name(group)).collect();
            Err(Error::usage(format!(
                "`{}` matches {} rows; choose one:\n  {}",
                names.join(" "),
                rows.len(),
                rows.join("\n  ")
            )))
        }
    }
}
