//! `standpoint import`.

use super::context::Context;
use super::load::{self, reading};
use super::output::{self, Outcome};
use super::progress::Progress;
use crate::base::error::{Error, Result, count};
use crate::ingest::Texts;
use crate::ingest::import::{Codes, Imported, Options, annotations, article, dna, people, qdpx, table};
use crate::ingest::sheet::as_yaml;
use crate::store::archive::Archive;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Import other tools' data
#[derive(clap::Args, Clone, Debug)]
#[command(after_help = "Examples:\n  standpoint import dna sample.dna\n  \
    standpoint import dna sample.dna --write sheets\n  \
    standpoint import csv --map maps/debatenet_mig15.yaml debatenet_mig15_lrec2020.csv\n\n\
    Data of DNA: a person becomes an actor, an organization the one on whose behalf it\n\
    speaks, a concept an issue, agreement the stance. A map (YAML) says so of other variables:\n\n  \
    actor: [narrator]\n  issue: plot\n  stance: valence\n  stances: {1: supports, 0: neutral, -1: opposes}\n\n\
    Fields that a map may have: statementType, actor, onBehalfOf, issue, stance, stances, family,\n\
    mode, explicitness, certainty. What positions have no field for is kept as annotations.")]
pub struct Args {
    /// What the files are
    #[arg(value_name = "KIND")]
    kind: Kind,

    /// Files to import
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// Map that says what the variables or columns mean (YAML)
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,

    /// Print a first map of a table, made of its header and values
    #[arg(long, conflicts_with_all = ["map", "write", "dry_run"])]
    guess: bool,

    /// Write sheets for editing into this new folder, and load nothing; of articles, the folder for coded texts
    #[arg(long, value_name = "FOLDER")]
    write: Option<PathBuf>,

    /// Of articles: compose letters and accents (NFC) instead of keeping them as they came
    #[arg(long)]
    nfc: bool,

    /// Leave out up to this many faulty records, with a note
    #[arg(long, value_name = "N", default_value = "0", hide_default_value = true)]
    skip_bad: usize,

    #[command(flatten)]
    taking: load::Taking,

    /// Show the first records, report what would change, and change nothing
    #[arg(long, conflicts_with = "write")]
    dry_run: bool,
}

/// Kinds of data that are imported.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Database of the Discourse Network Analyzer, version 2 or 3
    Dna,
    /// Table with a header; `--map` says what its columns mean
    Csv,
    /// An object a line; `--map` says what its fields mean
    Jsonl,
    /// Workbook: its first worksheet, with a header; `--map` says what its columns mean
    Xlsx,
    /// Marks with tags such as actor:NAME: Web Annotation, Hypothesis, doccano, INCEpTION
    Annotations,
    /// Project of REFI-QDA, from MAXQDA, NVivo or ATLAS.ti
    Qdpx,
    /// People, bodies and offices: Popolo JSON, or an extract of Wikidata in N-Triples
    People,
    /// HTML, PDF, DOCX or plain text, made into a coded text without marks
    Article,
}

/// Runs it.
///
/// # Errors
/// Data that cannot be taken; what a load cannot do.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    if !context.data.is_empty() {
        return Err(Error::usage("--data asks files without a store, so `import` cannot use it")
            .with_help("name the files after `import`"));
    }
    if args.guess {
        return guess(&args);
    }
    if args.kind == Kind::Article {
        return articles(&args);
    }
    let options = Options {
        skip_bad: args.skip_bad,
        temporary: match args.dry_run {
            true => Some(std::env::temp_dir()),
            false if args.write.is_some() => None,
            false => Some(Archive::open_or_create(&context.store)?.temporary_dir()),
        },
        progress: Arc::default(),
    };
    let progress = Progress::new(context);
    let files: Vec<_> = args.files.iter().map(|file| Some(file.as_path())).collect();
    let read = || args.files.iter().map(|file| read(file, &args, &options)).collect::<Result<Vec<_>>>();
    let all = reading::told(context, &progress, &files, &options.progress, read)?;
    progress.finish();
    let mut seen: HashMap<&str, &str> = HashMap::new();
    for imported in &all {
        if let Some(other) = seen.insert(&imported.name, &imported.origin) {
            return Err(Error::usage(format!(
                "`{other}` and `{}` would both be the documents `{}/…`",
                imported.origin, imported.name
            ))
            .with_help("rename one of the files: documents are named after them"));
        }
    }
    for imported in &all {
        for note in &imported.notes {
            output::note(&format!("{}: {note}", imported.origin));
        }
    }
    for imported in all.iter().filter(|imported| !imported.rejects.is_empty()) {
        let file = format!("{}.rejects.tsv", imported.name);
        if args.dry_run {
            output::note(&format!("would write what is left out to {file}"));
            continue;
        }
        std::fs::write(&file, &imported.rejects).map_err(Error::file("write", Path::new(&file)))?;
        output::note(&format!("wrote what was left out to {file}"));
    }
    match &args.write {
        Some(folder) => write(&all, folder),
        None => {
            if args.dry_run {
                all.iter().try_for_each(first)?;
            }
            let inputs = all.iter().flat_map(Imported::inputs).collect();
            let texts = Texts::of(all.iter().flat_map(Imported::texts));
            load::imported(context, inputs, texts, args.taking, args.dry_run)?;
            Ok(Outcome::Done)
        }
    }
}

/// Reads a file of another tool.
fn read(file: &Path, args: &Args, options: &Options) -> Result<Imported> {
    match args.kind {
        Kind::Dna => {
            let map = args.map.as_deref().map_or_else(|| Ok(dna::Map::default()), dna::Map::read)?;
            dna::read(file, &map, args.skip_bad)
        }
        Kind::Csv => columns(file, table::Form::Csv, args, options),
        Kind::Xlsx => columns(file, table::Form::Xlsx, args, options),
        Kind::Jsonl => columns(file, table::Form::JsonLines, args, options),
        Kind::Annotations => annotations::read(file, &codes(args)?, options),
        Kind::Qdpx => qdpx::read(file, &codes(args)?, options),
        Kind::People => people::read(file),
        Kind::Article => Err(Error::usage("articles make files of their own")),
    }
}

/// What the codes mean; without a map, what they say themselves.
fn codes(args: &Args) -> Result<Codes> {
    args.map.as_deref().map_or_else(|| Ok(Codes::default()), Codes::read)
}

/// Writes articles as coded texts, and keeps the files that they come from beside them.
fn articles(args: &Args) -> Result<Outcome> {
    for file in &args.files {
        let is_input = file.as_os_str() == "-";
        let bytes = match is_input {
            true => {
                let mut bytes = Vec::new();
                let read = std::io::stdin().read_to_end(&mut bytes);
                read.map_err(Error::file("read", Path::new("standard input")))?;
                bytes
            }
            false => std::fs::read(file).map_err(Error::file("read", file))?,
        };
        let name = if is_input { "standard-input".to_owned() } else { file.display().to_string() };
        let article = article::read(&name, &bytes, args.nfc)?;
        for note in &article.notes {
            output::note(&format!("{name}: {note}"));
        }
        let id = article.id(&name);
        let end = match file.extension().filter(|_| !is_input) {
            Some(end) => end.to_string_lossy().into_owned(),
            None => "original".to_owned(),
        };
        let original = format!("{id}.{end}");
        let coded = article.coded_text(&id, &original)?;
        if args.dry_run {
            output::print(&coded)?;
            continue;
        }
        let folder = args.write.as_deref().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(Error::file("create", folder))?;
        let (text, kept) = (folder.join(format!("{id}.md")), folder.join(&original));
        if text.exists() {
            return Err(Error::usage(format!("`{}` is there already", text.display()))
                .with_help("name another folder with `--write FOLDER`"));
        }
        std::fs::write(&text, coded).map_err(Error::file("write", &text))?;
        let is_there = kept.exists() && std::fs::read(&kept).is_ok_and(|there| there == bytes);
        if !is_there {
            if kept.exists() {
                return Err(Error::usage(format!("`{}` is there already, and differs", kept.display()))
                    .with_help("name another folder with `--write FOLDER`"));
            }
            std::fs::write(&kept, &bytes).map_err(Error::file("write", &kept))?;
        }
        output::note(&format!("wrote {}, with {} beside it", text.display(), kept.display()));
    }
    if !args.dry_run {
        output::note("mark what matters, and load it: standpoint load FILE.md");
    }
    Ok(Outcome::Done)
}

/// Prints a first map of a table.
fn guess(args: &Args) -> Result<Outcome> {
    let form = match args.kind {
        Kind::Csv => table::Form::Csv,
        Kind::Xlsx => table::Form::Xlsx,
        Kind::Jsonl => table::Form::JsonLines,
        _ => return Err(Error::usage("`--guess` writes maps of tables: csv, jsonl, xlsx")),
    };
    let [file] = args.files.as_slice() else {
        return Err(Error::usage("`--guess` takes one file"));
    };
    output::print(&table::guess(file, form)?)?;
    output::note("keep it as MAP.yaml, complete it, and try: standpoint import … --map MAP.yaml --dry-run");
    Ok(Outcome::Done)
}

/// A table, with the map that it needs.
fn columns(file: &Path, form: table::Form, args: &Args, options: &Options) -> Result<Imported> {
    let map = args.map.as_deref().ok_or_else(|| {
        Error::usage("a table needs a map of its columns").with_help(
            "`--guess` prints a first one; name it with `--map FILE`; docs/import.md has the fields",
        )
    })?;
    table::read(file, form, &table::Map::read(map)?, options)
}

/// Writes sheets; of several files, into a folder each.
fn write(all: &[Imported], folder: &Path) -> Result<Outcome> {
    for imported in all {
        let own = if all.len() > 1 { folder.join(&imported.name) } else { folder.to_owned() };
        let files = imported.write(&own)?;
        let positions = count(imported.positions, "position");
        output::note(&format!("wrote {} to {} ({positions})", count(files, "file"), own.display()));
    }
    output::note(&format!("to load them: standpoint load {}", folder.display()));
    Ok(Outcome::Done)
}

/// Number of records that a rehearsal shows.
const FIRST: usize = 3;

/// Prints the first positions as a sheet has them.
fn first(imported: &Imported) -> Result<()> {
    let positions =
        imported.sheets.iter().filter_map(|(_, fields)| fields.get("positions")?.as_array()).flatten();
    let first: Vec<Value> = positions.chain(&imported.first).take(FIRST).cloned().collect();
    if first.is_empty() {
        return Ok(());
    }
    output::print(as_yaml(&Map::from_iter([("positions".to_owned(), Value::from(first))])).trim_start())
        .map(drop)
}
