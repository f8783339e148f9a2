//! `standpoint export --format csv`, and the other formats of tables.

use super::Args;
use crate::base::error::{Error, Result, count};
use crate::cli::commands::answer::check_spreadsheet;
use crate::cli::commands::context::Context;
use crate::cli::commands::output::{self, Outcome};
use crate::export::{Format, Options, PACKAGE, Spreadsheet, Table, Tables, save, save_with, selected};
use crate::store::index::Index;
use std::fs;
use std::io::{self, Seek, Write};
use std::path::Path;

/// The month of positions that have none, as readers of partitions know it.
const UNDATED: &str = "__HIVE_DEFAULT_PARTITION__";

/// Runs it.
///
/// # Errors
/// Unknown names, no place to write the tables, what a format cannot hold.
pub(super) fn run(context: &Context, args: &Args, format: Format, output: Option<&Path>) -> Result<Outcome> {
    args.ensure_no_rdf(format)?;
    let how = Spreadsheet { byte_order_mark: args.bom, harmless: args.excel };
    check_spreadsheet(how, format)?;
    let folder = output.filter(|path| path.is_dir() || path.to_string_lossy().ends_with(['/', '\\']));
    if args.partition.is_some() && (format != Format::Parquet || folder.is_none()) {
        return Err(Error::usage("--partition is for a folder of Parquet files")
            .with_help("add `--format parquet -o FOLDER/`"));
    }
    let index = context.index(&args.times)?;
    let selection = args.filters.selection(&index)?;
    let index = if selection.is_everything() {
        index
    } else {
        // What RDF has of the same selection.
        let options = Options { selection, ..Options::default() };
        let languages = index.languages().cloned();
        Index::from_triples(selected(&index, &options)?).read_in(languages)
    };
    let tables = Tables::new(&index, args.quotes_max.map(usize::from));
    let positions = tables.count()?;
    if positions == 0 {
        output::note("there are no positions: the table of positions has a header and no rows");
    }
    match (format, folder, output) {
        (Format::Xlsx, Some(folder), _) => {
            return Err(Error::usage(format!("`{}` is a folder; a workbook is one file", folder.display()))
                .with_help("use `-o FILE.xlsx`"));
        }
        (Format::Xlsx, None, _) => {
            if output.is_none() && context.stdout_is_terminal {
                return Err(
                    Error::usage("a workbook cannot be shown on a terminal").with_help("use `-o FILE.xlsx`")
                );
            }
            super::send(
                output,
                &tables.workbook()?,
                &format!("a workbook of {}", count(positions, "position")),
            )?;
        }
        (_, Some(folder), _) => to_folder(&tables, folder, args, format, how)?,
        (_, None, Some(path)) => {
            save_with(path, |out| tables.write(Table::Positions, format, how, out))?;
            output::note(&format!("wrote {} to {}", count(positions, "position"), path.display()));
        }
        (_, None, None) => {
            if format == Format::Parquet && context.stdout_is_terminal {
                return Err(
                    Error::usage("Parquet cannot be shown on a terminal").with_help("use `-o FILE.parquet`")
                );
            }
            // Nothing is sent of a table that cannot be read to its end.
            let mut whole = tempfile::tempfile().map_err(Error::temporary)?;
            tables.write(Table::Positions, format, how, &mut io::BufWriter::new(&mut whole))?;
            whole.rewind().map_err(Error::temporary)?;
            let mut out = output::stdout();
            io::copy(&mut whole, &mut out).and_then(|_| out.flush()).map_err(output::to_stdout)?;
        }
    }
    Ok(Outcome::Done)
}

/// Writes all tables, a file each.
fn to_folder(
    tables: &Tables<'_>,
    folder: &Path,
    args: &Args,
    format: Format,
    how: Spreadsheet,
) -> Result<()> {
    let create = |folder: &Path| fs::create_dir_all(folder).map_err(Error::file("create", folder));
    create(folder)?;
    let file = |name: &str| folder.join(format!("{name}.{}", format.extensions()[0]));
    let mut written = Vec::new();
    for table in Table::ALL {
        let rows = if *table == Table::Positions && args.partition.is_some() {
            let mut rows = 0;
            tables.by_month(|month, write| {
                let folder = folder.join(table.name()).join(format!("month={}", month.unwrap_or(UNDATED)));
                create(&folder)?;
                rows += save_with(&folder.join("part-0.parquet"), write)?;
                Ok(())
            })?;
            rows
        } else {
            save_with(&file(table.name()), |out| tables.write(*table, format, how, out))?
        };
        written.push(format!("{} {rows}", table.name()));
    }
    if format != Format::Parquet {
        save(&folder.join(PACKAGE), tables.package(format, how).as_bytes())?;
    }
    output::note(&format!("wrote to {}: {}", folder.display(), written.join(", ")));
    Ok(())
}
