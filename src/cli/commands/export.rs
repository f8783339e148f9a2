//! `standpoint export`: the graph, or a part of it, as a file.

mod annotations;
mod coded_text;
mod dna;
mod nanopub;
mod network;
mod qdpx;
mod query;
mod references;
mod table;
mod texts;

use super::context::{Context, Origin, documents};
use super::filters::Filters;
use super::output::{self, Outcome};
use super::times::Times;
use crate::base::error;
use crate::base::error::{Error, Result};
use crate::cli::format::FormatParser;
use crate::export::{
    Content, EXPORTED, Export, Format, Options, SheetForm, View, save, save_with, selected, sheets,
};
use crate::store::archive;
use crate::store::index::Index;
use oxrdf::{NamedNode, Triple};
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};
use tempfile::SpooledTempFile;

/// Bytes up to this many wait in memory for being sent, more of them on disk.
const SPOOL: usize = 64 << 20;

const EXAMPLES: &str = "\
Examples:
  standpoint export -o positions.ttl
  standpoint export --actor 'Vladimir Putin' --format ntriples
  standpoint export --issue 'cedes territory' --view direct
  standpoint export --format trig --graph night-ferry/herald-2025-03-04
  standpoint export --format coded-text -o coded/
  standpoint export --format sheet -o sheets/
  standpoint export --format gexf -o network.gexf
  standpoint export --format graphml --nodes actor -o congruence.graphml
  standpoint export --format csv -o tables/
  standpoint export --format xlsx -o positions.xlsx
  standpoint export --format parquet --partition month -o parquet/
  standpoint export --format bibtex -o articles.bib
  standpoint export -o case.dna
  standpoint export --format nanopub -o claims.trig
  standpoint export -o case.qdpx
  echo 'DESCRIBE ?p { ?p a stp:Position }' | standpoint export --query -

TriG and N-Quads have a named graph for each document, and one for the ontology's concepts. \
Another engine answers the library's questions on them if its default graph is the union of \
the named graphs; other formats, and --graphs none, need nothing of the kind.

As sheets: -o FOLDER/ writes a YAML file a document, -o FILE.yaml one for all, -o FILE.csv a file for each kind \
of record beside it, -o FILE.xlsx a workbook.

As tables, for people and statistics, not to be loaded again: -o FILE.csv, .tsv or .parquet writes the positions, -o FOLDER/ \
also actors, issues, articles, evidence, conditions and attributions, CSV with a datapackage.json that describes \
them; -o FILE.xlsx a workbook. Several values in a cell have ` | ` between them.

The output is read back before the file appears, by a parser that shares no code with the \
writer; a file is written whole or not at all. That parser does not know RDF 1.2, RDF/XML and \
JSON-LD: the engine's own parser reads these.";

/// Arguments of `standpoint export`.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// turtle, ntriples, nquads, trig, rdfxml or jsonld; sheet or coded-text; csv, tsv, xlsx or parquet; graphml,
    /// gexf, dot, cx2, pajek, dl, node-link, cypher or neo4j; dna or qdpx; web-annotation; nanopub; bibtex or csl-json [default: by the file's extension, else turtle]
    #[arg(long, value_name = "FORMAT", value_parser = FormatParser(EXPORTED), hide_possible_values = true)]
    format: Option<Format>,

    /// Write to this file, compressed if it ends in .gz, instead of standard output; coded texts, sheets
    /// and tables: also a folder, FOLDER/
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Text of an article, or a folder of texts, for coded texts, dna and qdpx; repeat it for several
    #[arg(long, value_name = "PATH")]
    text: Vec<PathBuf>,

    /// full: everything; direct: actor, stance, issue and labels; rdf12: everything and reifiers
    #[arg(long, value_name = "VIEW", default_value = View::default().name(), value_parser = view)]
    view: View,

    /// Only what this document says, by its IRI or name; repeat it for several
    #[arg(long, value_name = "GRAPH")]
    graph: Vec<String>,

    /// In TriG and N-Quads: all, a named graph for each document; none, everything in the default graph
    /// [default: all]
    #[arg(long, value_name = "WHICH", value_parser = ["all", "none"], hide_possible_values = true, hide_default_value = true, default_value = "all")]
    graphs: String,

    /// Write all concepts of the ontology, and not only those that positions use
    #[arg(long)]
    with_ontology: bool,

    /// Do not read back what was written
    #[arg(long)]
    no_verify: bool,

    /// In networks: actor-issue, who takes which stance on what; actor, who agrees with whom on how many
    /// issues [default: actor-issue]
    #[arg(long, value_name = "NODES", value_parser = ["actor-issue", "actor"], hide_possible_values = true)]
    nodes: Option<String>,

    /// Begin CSV and TSV with a byte-order mark, by which Excel knows UTF-8
    #[arg(long)]
    bom: bool,

    /// In CSV and TSV, put an apostrophe before texts that a spreadsheet would take for formulas
    #[arg(long)]
    excel: bool,

    /// In Parquet, a folder for the positions of each month
    #[arg(long, value_name = "BY", value_parser = ["month"], hide_possible_values = true)]
    partition: Option<String>,

    /// Cut quotes to so many words, for publishing
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    quotes_max: Option<u16>,

    /// Leave out the texts of articles
    #[arg(long)]
    no_texts: bool,

    // As an attribute, since a documentation comment would have to mark the address.
    #[arg(
        long,
        value_name = "IRI",
        alias = "license",
        value_parser = licence,
        help = "In nanopublications, the licence under which they may be used, for instance https://creativecommons.org/licenses/by/4.0/"
    )]
    licence: Option<NamedNode>,

    #[command(flatten)]
    filters: Filters,

    #[command(flatten)]
    times: Times,
}

/// Runs it.
///
/// # Errors
/// No data, unknown names, nothing to write, no place to write it.
pub fn run(context: &Context, mut args: Args) -> Result<Outcome> {
    let query = args.filters.take_query();
    let output = args.output.as_deref().filter(|path| *path != Path::new("-"));
    if let Some(file) = query.as_deref() {
        return query::run(context, &args, file, output);
    }
    if args.quotes_max.is_some() && matches!(args.format, Some(Format::CodedText | Format::Sheet)) {
        return Err(Error::usage(
            "--quotes-max is not for what is loaded again: its quotes must stand in the text",
        )
        .with_help("write RDF or tables, or omit it"));
    }
    let is_coded = |path: &Path| path.extension().is_some_and(|extension| extension == "md");
    if args.no_texts && args.format == Some(Format::CodedText) {
        return Err(Error::usage("a coded text is the text of the article").with_help("omit --no-texts"));
    }
    if args.format == Some(Format::CodedText) || (args.format.is_none() && output.is_some_and(is_coded)) {
        return coded_text::run(context, &args);
    }
    let format = match (args.format, output) {
        (Some(format), Some(path)) => {
            if let Some(other) = format.belied_by(path)? {
                output::note(&format!(
                    "`{}` has the extension of {other}, but contains {format}",
                    path.display()
                ));
            }
            format
        }
        (Some(format), None) => format,
        (None, Some(path)) => Format::of_path(path)?,
        (None, None) => Format::default(),
    };
    if args.licence.is_some() && format != Format::Nanopub {
        return Err(Error::usage(format!("--licence is for nanopublications, not for {format}"))
            .with_help("add `--format nanopub`, or omit it"));
    }
    if matches!(format, Format::Dna | Format::Qdpx) {
        args.ensure_no_network(format)?;
        args.ensure_no_tables(format)?;
        return if format == Format::Dna {
            dna::run(context, &args, output)
        } else {
            qdpx::run(context, &args, output)
        };
    }
    if !args.text.is_empty() {
        return Err(Error::usage("--text is for coded texts, DNA databases and QDA projects")
            .with_help("add `--format coded-text`, `--format dna` or `--format qdpx`"));
    }
    if format == Format::Sheet {
        return as_sheets(context, &args, output);
    }
    if format == Format::WebAnnotation {
        args.ensure_no_network(format)?;
        args.ensure_no_tables(format)?;
        return annotations::run(context, &args, output);
    }
    if format == Format::Nanopub {
        args.ensure_no_network(format)?;
        args.ensure_no_tables(format)?;
        return nanopub::run(context, &args, output);
    }
    if format.holds(Content::References) {
        args.ensure_no_network(format)?;
        args.ensure_no_tables(format)?;
        return references::run(context, &args, format, output);
    }
    if format.holds(Content::Network) {
        args.ensure_no_tables(format)?;
        return network::run(context, &args, format, output);
    }
    if format.holds(Content::Tables) {
        args.ensure_no_network(format)?;
        return table::run(context, &args, format, output);
    }
    args.ensure_no_network(format)?;
    args.ensure_no_tables(format)?;
    let index = context.index(&args.times)?;
    let selection = args.filters.selection(&index)?;
    let options = Options {
        format,
        view: args.view,
        selection,
        with_ontology: args.with_ontology,
        unverified: args.no_verify,
        quotes_max: args.quotes_max.map(usize::from),
    };
    let named = format.has_graphs() && args.graphs == "all";
    let export = if named {
        Export::of_graphs(&index, contents(&index, &args.graph)?, &options)?
    } else if args.graph.is_empty() {
        Export::new(&index, &options)?
    } else {
        let triples = contents(&index, &args.graph)?.into_iter().flat_map(|(_, triples)| triples);
        Export::new(&Index::from_triples(triples), &Options { with_ontology: true, ..options })?
    };
    if export.directions_dropped() > 0 {
        let texts = error::count(export.directions_dropped(), "text");
        output::note(&format!("the direction of {texts} is left out; `--view rdf12` keeps it"));
    }
    match output {
        Some(path) => {
            export.save(path)?;
            output::note(&format!("wrote {} to {}", error::count(export.len(), "triple"), path.display()));
        }
        None => export.send("standard output", &mut output::stdout())?,
    }
    Ok(Outcome::Done)
}

/// The named graphs that these names mean, with their triples; all, if there are no names.
fn contents(index: &Index, wanted: &[String]) -> Result<Vec<(NamedNode, Vec<Triple>)>> {
    let mut names = index.graph_names()?;
    if !wanted.is_empty() {
        names = wanted
            .iter()
            .map(|wanted| archive::find_graph(&names, wanted).cloned())
            .collect::<Result<_>>()?;
    }
    names.into_iter().map(|name| Ok((name.clone(), index.graph(name.as_ref())?))).collect()
}

/// Writes what the documents say as coding sheets.
fn as_sheets(context: &Context, args: &Args, output: Option<&Path>) -> Result<Outcome> {
    if args.view != View::Full {
        return Err(
            Error::usage(format!("sheets have no view `{}`", args.view.name())).with_help("omit --view")
        );
    }
    let form = form(output)?;
    let (index, origin) = context.graph(&args.times)?;
    let documents = match origin {
        Origin::Store(archive) => documents(&archive)?,
        Origin::Files(documents) => documents,
    };
    let selection = args.filters.selection(&index)?;
    let is_whole = selection.is_everything() && args.times.as_of.is_none();
    let options = Options { selection, ..Options::default() };
    let selected = if is_whole { None } else { Some(selected(&index, &options)?.into_iter().collect()) };
    let stem = output.and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    let sheets = sheets(&documents, selected.as_ref(), form, &stem.unwrap_or_default())?;
    if sheets.joined > 1 {
        let joined = error::count(sheets.joined, "document");
        output::note(&format!(
            "{joined} became one: their names are left out, and which coding each record is of"
        ));
    }
    // Links to what is not written are no loss of the sheets'.
    let lost: Vec<&String> =
        sheets.lost.iter().filter(|line| sheets.joined <= 1 || !is_coding(line)).collect();
    if let (Some(first), true) = (lost.first(), is_whole) {
        let number = error::count(lost.len(), "triple");
        output::note(&format!(
            "left out, because sheets have no form for it: {number}, for instance {first}"
        ));
    }
    match output {
        Some(path) => {
            sheets.save(path, form)?;
            output::note(&format!(
                "wrote {} to {}",
                error::count(sheets.files.len(), "file"),
                path.display()
            ));
        }
        None => {
            let mut out = output::stdout();
            let bytes = sheets.files.iter().flat_map(|(_, text)| text.iter().copied()).collect::<Vec<u8>>();
            out.write_all(&bytes).and_then(|()| out.flush()).map_err(output::to_stdout)?;
        }
    }
    Ok(Outcome::Done)
}

/// Whether a line is about how a document was coded.
fn is_coding(line: &str) -> bool {
    line.contains("/coding/") || line.contains("/coder/")
}

/// The form of sheets that a path asks for.
fn form(output: Option<&Path>) -> Result<SheetForm> {
    let Some(path) = output else { return Ok(SheetForm::One) };
    if path.is_dir() || path.to_string_lossy().ends_with('/') {
        return Ok(SheetForm::Folder);
    }
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    match extension.as_deref() {
        Some("yaml" | "yml") => Ok(SheetForm::One),
        Some("csv") => Ok(SheetForm::Csv),
        Some("xlsx") => Ok(SheetForm::Xlsx),
        _ => Err(Error::usage(format!("`{}` is no name of a sheet", path.display()))
            .with_help("use FOLDER/ for a sheet a document, or a file .yaml, .csv or .xlsx")),
    }
}

impl Args {
    /// The graph of the selected positions and of what is needed to read them, which is what RDF has of them.
    fn narrowed(&self, index: Index) -> Result<Index> {
        let selection = self.filters.selection(&index)?;
        if selection.is_everything() {
            return Ok(index);
        }
        let options = Options { selection, ..Options::default() };
        let languages = index.languages().cloned();
        Ok(Index::from_triples(selected(&index, &options)?).read_in(languages))
    }

    /// Refuses what is about networks, for a format that is none.
    fn ensure_no_network(&self, format: Format) -> Result<()> {
        match self.nodes {
            Some(_) => Err(Error::usage(format!("--nodes is for networks, not for {format}"))
                .with_help("add `--format graphml`, gexf, dot, cx2, pajek, dl, node-link, cypher or neo4j")),
            None => Ok(()),
        }
    }

    /// Refuses what is about tables, for a format that is none.
    fn ensure_no_tables(&self, format: Format) -> Result<()> {
        let given = [(self.bom, "--bom"), (self.excel, "--excel"), (self.partition.is_some(), "--partition")];
        match given.iter().find(|(is_given, _)| *is_given) {
            Some((_, option)) => {
                Err(Error::usage(format!("{option} is for tables, not for {format}")).with_help("omit it"))
            }
            None => Ok(()),
        }
    }

    /// Refuses what is about RDF, for a format that is none.
    fn ensure_no_rdf(&self, format: Format) -> Result<()> {
        let given = [
            (self.view != View::Full, "--view"),
            (!self.graph.is_empty(), "--graph"),
            (self.graphs != "all", "--graphs"),
            (self.with_ontology, "--with-ontology"),
            (self.no_verify, "--no-verify"),
        ];
        match given.iter().find(|(is_given, _)| *is_given) {
            Some((_, option)) => {
                Err(Error::usage(format!("{option} is for RDF, not for {format}")).with_help("omit it"))
            }
            None => Ok(()),
        }
    }
}

/// Writes a file, or to standard output; `what` says what was written.
pub(super) fn send(output: Option<&Path>, bytes: &[u8], what: &str) -> Result<()> {
    let Some(path) = output else {
        let mut out = output::stdout();
        return out.write_all(bytes).and_then(|()| out.flush()).map_err(output::to_stdout);
    };
    save(path, bytes)?;
    output::note(&format!("wrote {what} to {}", path.display()));
    Ok(())
}

/// Writes a file, or to standard output, where nothing is sent of what cannot be written to its end.
fn send_whole<T>(
    output: Option<&Path>,
    write: impl FnOnce(&mut (dyn Write + Send)) -> Result<T>,
) -> Result<T> {
    let Some(path) = output else {
        let mut spool = SpooledTempFile::new(SPOOL);
        let written = write(&mut spool)?;
        spool.rewind().map_err(Error::temporary)?;
        let mut out = output::stdout();
        std::io::copy(&mut spool, &mut out).and_then(|_| out.flush()).map_err(output::to_stdout)?;
        return Ok(written);
    };
    save_with(path, write)
}

fn licence(iri: &str) -> Result<NamedNode, String> {
    NamedNode::new(iri)
        .map_err(|_| "an IRI is needed, such as https://creativecommons.org/licenses/by/4.0/".into())
}

fn view(name: &str) -> Result<View, String> {
    let found = View::ALL.iter().copied().find(|view| view.name() == name);
    found.ok_or_else(|| unknown(name, View::ALL.iter().map(|view| view.name())))
}

fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.collect();
    match crate::base::diagnostic::nearest(name, known.iter().copied(), 1).first() {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => format!("choose one of {}", known.join(", ")),
    }
}
