//! Networks over time: a window that moves forward by one unit, and kernels that weigh what is near its middle more.
//!
//! A statement belongs to its day: the last on which it can have been expressed. Undated ones belong to no window.
//!
//! With a kernel a pair of statements counts the square root of the product of the two weights, so that a window is
//! the network of statements that count the square roots of their weights each.
//! (P. Leifeld, *Smoothing Discourse Networks*; the kernels are those of density estimation: B. W. Silverman, 1986.)

use super::{Mode, Network, Options, Weighted, counted, of};
use crate::analysis::statements::{Statement, Statements};
use crate::base::error::{Error, Result, count, grouped};
use jiff::civil::Date;
use jiff::{Span, Unit as CalendarUnit};

/// Most windows one after the other.
const MOST: usize = 100_000;

/// What a window is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Days.
    Days,
    /// Weeks of seven days.
    Weeks,
    /// Months of the calendar.
    Months,
    /// Years.
    Years,
    /// Statements.
    Events,
}

/// How the weight of a statement falls with its distance from the middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    /// 1 ÷ 2.
    Uniform,
    /// 1 − |x|.
    Triangular,
    /// 3 ÷ 4 × (1 − x²).
    Epanechnikov,
    /// The density of the normal distribution; of all statements.
    Gaussian,
}

/// How one window follows another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Steps {
    /// Each begins one unit after the one before, and lies within the days of the data.
    #[default]
    Moving,
    /// One after the other, from the first day of a week (ISO 8601), month or year on.
    Calendar,
    /// Each begins on the first day of the data and is longer than the one before.
    Cumulative,
}

/// Which windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Windows {
    /// Length.
    pub size: u32,
    /// What it is measured in, and the step.
    pub unit: Unit,
    /// Weights; all the same without.
    pub kernel: Option<Kernel>,
    /// How one follows another.
    pub steps: Steps,
}

/// The network of one window.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    /// First day.
    pub first: Date,
    /// Day in the middle.
    pub middle: Date,
    /// Last day.
    pub last: Date,
    /// What was said in it.
    pub network: Network,
}

impl Unit {
    fn span(self, number: i64) -> Span {
        match self {
            Self::Days | Self::Events => Span::new().days(number),
            Self::Weeks => Span::new().weeks(number),
            Self::Months => Span::new().months(number),
            Self::Years => Span::new().years(number),
        }
    }

    /// Number of whole units from one day to another.
    fn between(self, from: Date, to: Date) -> f64 {
        let unit = match self {
            Self::Days | Self::Events => CalendarUnit::Day,
            Self::Weeks => CalendarUnit::Week,
            Self::Months => CalendarUnit::Month,
            Self::Years => CalendarUnit::Year,
        };
        let span = from.until((unit, to)).unwrap_or_default();
        f64::from(match self {
            Self::Days | Self::Events => span.get_days(),
            Self::Weeks => span.get_weeks(),
            Self::Months => span.get_months(),
            Self::Years => span.get_years().into(),
        })
    }

    /// The word for a number of them.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Days => "day",
            Self::Weeks => "week",
            Self::Months => "month",
            Self::Years => "year",
            Self::Events => "statement",
        }
    }
}

impl Kernel {
    /// Weight at a distance from the middle, from -1 to 1 within the window.
    fn weight(self, x: f64, dna_compat: bool) -> f64 {
        if self == Self::Gaussian {
            return (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt();
        }
        match self {
            _ if !(-1.0..=1.0).contains(&x) => 0.0,
            Self::Uniform => 0.5,
            // DNA weighs what comes before the middle otherwise than what comes after.
            Self::Triangular if dna_compat => 1.0 - x,
            Self::Triangular => 1.0 - x.abs(),
            Self::Epanechnikov if dna_compat => 0.75 * (1.0 - x) * (1.0 - x),
            _ => 0.75 * (1.0 - x * x),
        }
    }
}

/// The networks of all windows that lie within the days of the statements.
///
/// Without a kernel a network has the nodes that speak in its window; with one it has all.
///
/// # Errors
/// A window of length 0; no dated statements; windows longer than the data.
pub fn series(
    statements: &Statements,
    mode: Mode,
    options: Options,
    windows: Windows,
) -> Result<Vec<Window>> {
    if windows.size == 0 {
        return Err(Error::usage("a window of length 0 holds nothing"));
    }
    let counted: Vec<(Date, Statement)> = counted(&statements.all, options)
        .into_iter()
        .filter_map(|statement| Some((statement.day?, statement)))
        .collect();
    if statements.all.is_empty() {
        return Err(Error::usage("there are no windows: no position in force is left")
            .with_help("omit a filter, or widen it"));
    }
    let days = statements.all.iter().filter_map(|statement| statement.day);
    let Some((begin, end)) = days.clone().min().zip(days.max()) else {
        return Err(Error::usage("no statement has a day, so there are no windows")
            .with_help("give articles `published`, or positions `stated`"));
    };
    if windows.steps != Steps::Moving && (windows.kernel.is_some() || options.dna_compat) {
        let what = if options.dna_compat { "DNA's windows" } else { "windows with a kernel" };
        return Err(Error::usage(format!("{what} move by one unit")).with_help("omit --steps"));
    }
    let found = match (windows.unit, windows.kernel) {
        (Unit::Events, None) if windows.steps != Steps::Moving => {
            chunks(statements, &counted, mode, options, windows)
        }
        (_, None) if windows.steps != Steps::Moving => {
            stepped(statements, &counted, mode, options, windows, (begin, end))?
        }
        (Unit::Events, Some(_)) => return Err(Error::usage("windows of events have no kernel")),
        (Unit::Events, None) => of_events(statements, &counted, mode, options, windows.size as usize),
        (_, None) => plain(statements, &counted, mode, options, windows, (begin, end)),
        (_, Some(kernel)) => smoothed(statements, &counted, mode, options, windows, kernel, (begin, end)),
    };
    if found.is_empty() {
        let window = count(windows.size as usize, windows.unit.word());
        let data = match windows.unit {
            Unit::Events => format!("there are {}", count(counted.len(), "dated statement")),
            _ => format!("the data are from {begin} to {end}"),
        };
        return Err(Error::usage(format!("a window of {window} is longer than the data: {data}")));
    }
    Ok(found)
}

/// The network of some statements, with the nodes that have any.
fn network_of(statements: &Statements, some: &[Weighted], mode: Mode, options: Options) -> Network {
    let mut network = of(statements, some, mode, options, false);
    let mut used = [vec![false; statements.nodes.len()], vec![false; statements.vias.len()]];
    for statement in some {
        used[0][statement.node as usize] = true;
        used[1][statement.via as usize] = true;
    }
    network.keep(&used);
    network
}

fn plain(
    statements: &Statements,
    counted: &[(Date, Statement)],
    mode: Mode,
    options: Options,
    windows: Windows,
    (begin, end): (Date, Date),
) -> Vec<Window> {
    let size = i64::from(windows.size);
    let mut found = Vec::new();
    for step in 0.. {
        // DNA's windows have the same number of units on both sides of a day, an even size one more.
        let bounds = if options.dna_compat {
            let half = size / 2;
            let middle = begin.checked_add(windows.unit.span(step));
            middle.and_then(|middle| {
                let first = middle.checked_sub(windows.unit.span(half))?;
                Ok((first, middle, middle.checked_add(windows.unit.span(half))?))
            })
        } else {
            begin.checked_add(windows.unit.span(step)).and_then(|first| {
                let last = begin.checked_add(windows.unit.span(step + size))?.yesterday()?;
                let half = first.until(last)?.get_days() / 2;
                Ok((first, first.checked_add(Span::new().days(half))?, last))
            })
        };
        let Ok((first, middle, last)) = bounds else { break };
        if last > end {
            break;
        }
        if first < begin {
            continue;
        }
        let from = counted.partition_point(|(day, _)| *day < first);
        let to = counted.partition_point(|(day, _)| *day <= last);
        let some: Vec<Weighted> = counted[from..to].iter().map(|(_, s)| Weighted::new(s, 1.0)).collect();
        found.push(Window { first, middle, last, network: network_of(statements, &some, mode, options) });
    }
    found
}

/// Windows one after the other, or each longer than the one before.
fn stepped(
    statements: &Statements,
    counted: &[(Date, Statement)],
    mode: Mode,
    options: Options,
    windows: Windows,
    (begin, end): (Date, Date),
) -> Result<Vec<Window>> {
    let unit = windows.unit;
    let begin = match (windows.steps, unit) {
        (Steps::Calendar, Unit::Weeks) => {
            let after = begin.weekday().to_monday_zero_offset();
            begin.checked_sub(Span::new().days(i64::from(after))).unwrap_or(begin)
        }
        (Steps::Calendar, Unit::Months) => begin.first_of_month(),
        (Steps::Calendar, Unit::Years) => begin.first_of_year(),
        _ => begin,
    };
    let size = i64::from(windows.size);
    let mut found = Vec::new();
    for step in 0.. {
        let bounds = begin
            .checked_add(unit.span(step * size))
            .and_then(|first| Ok((first, begin.checked_add(unit.span((step + 1) * size))?.yesterday()?)));
        let Ok((first, last)) = bounds else { break };
        if first > end {
            break;
        }
        if found.len() == MOST {
            return Err(Error::usage(format!("the data have more than {} windows", grouped(MOST)))
                .with_help("choose a longer --window, or narrow it with --since"));
        }
        let first = if windows.steps == Steps::Cumulative { begin } else { first };
        let middle = first.checked_add(Span::new().days((last - first).get_days() / 2)).unwrap_or(first);
        let from = counted.partition_point(|(day, _)| *day < first);
        let to = counted.partition_point(|(day, _)| *day <= last);
        let some: Vec<Weighted> = counted[from..to].iter().map(|(_, s)| Weighted::new(s, 1.0)).collect();
        found.push(Window { first, middle, last, network: network_of(statements, &some, mode, options) });
    }
    Ok(found)
}

/// As many statements one after the other, the last window with what is left; or more and more of them.
fn chunks(
    statements: &Statements,
    counted: &[(Date, Statement)],
    mode: Mode,
    options: Options,
    windows: Windows,
) -> Vec<Window> {
    let size = windows.size as usize;
    let window = |(at, some): (usize, &[(Date, Statement)])| {
        let some = match windows.steps {
            Steps::Cumulative => &counted[..at * size + some.len()],
            _ => some,
        };
        let weighted: Vec<Weighted> = some.iter().map(|(_, s)| Weighted::new(s, 1.0)).collect();
        let network = network_of(statements, &weighted, mode, options);
        Window { first: some[0].0, middle: some[some.len() / 2].0, last: some[some.len() - 1].0, network }
    };
    counted.chunks(size).enumerate().map(window).collect()
}

fn of_events(
    statements: &Statements,
    counted: &[(Date, Statement)],
    mode: Mode,
    options: Options,
    size: usize,
) -> Vec<Window> {
    // DNA takes as many on both sides of a statement, and shuffles those of one day.
    let size = if options.dna_compat { size / 2 * 2 + 1 } else { size };
    let window = |some: &[(Date, Statement)]| {
        let weighted: Vec<Weighted> = some.iter().map(|(_, s)| Weighted::new(s, 1.0)).collect();
        let network = network_of(statements, &weighted, mode, options);
        Window { first: some[0].0, middle: some[size / 2].0, last: some[size - 1].0, network }
    };
    counted.windows(size).map(window).collect()
}

/// Number of days from one to another.
fn days(from: Date, to: Date) -> f64 {
    Unit::Days.between(from, to)
}

fn smoothed(
    statements: &Statements,
    counted: &[(Date, Statement)],
    mode: Mode,
    options: Options,
    windows: Windows,
    kernel: Kernel,
    (begin, end): (Date, Date),
) -> Vec<Window> {
    // Half a window has to be a number of units.
    let size = i64::from(windows.size + windows.size % 2);
    let mut found = Vec::new();
    for step in 0.. {
        let middle = begin.checked_add(windows.unit.span(step + size / 2));
        let Ok(middle) = middle else { break };
        let (Ok(first), Ok(last)) = (
            middle.checked_sub(windows.unit.span(size / 2)),
            middle.checked_add(windows.unit.span(size / 2)),
        ) else {
            break;
        };
        if last > end {
            break;
        }
        let half = days(middle, last);
        let (first, last) = if kernel == Kernel::Gaussian { (begin, end) } else { (first, last) };
        let from = counted.partition_point(|(day, _)| *day < first);
        let to = counted.partition_point(|(day, _)| *day <= last);
        let weigh = |(day, statement): &(Date, Statement)| {
            let distance = match options.dna_compat {
                true => 2.0 * windows.unit.between(*day, middle) / size as f64,
                false => days(*day, middle) / half,
            };
            let weight = kernel.weight(distance, options.dna_compat);
            Weighted::new(statement, if mode == Mode::One { weight.sqrt() } else { weight })
        };
        let some: Vec<Weighted> = counted[from..to].iter().map(weigh).collect();
        // DNA ties nodes with themselves here, and nowhere else.
        let network = of(statements, &some, mode, options, options.dna_compat);
        found.push(Window { first, middle, last, network });
    }
    found
}
