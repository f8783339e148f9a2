//! The formats of everything that goes out: one table of their names, extensions and media types, and of
//! what each can hold.
//!
//! Two designs were weighed. A type for each kind of result lets the compiler check that a graph is not
//! written as CSV, and gave seven types with one table of names each. One type with a table asks
//! [`Format::holds`] at run time, and a new format is one row here and one file beside it.

use crate::base::diagnostic::{did_you_mean, nearest};
use crate::base::error::{Error, Result};
use std::fmt;
use std::path::Path;

/// A format that a result can be written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Text for people, as wide as the terminal.
    Table,
    /// Comma-separated values (RFC 4180).
    Csv,
    /// Tab-separated values.
    Tsv,
    /// A workbook of Excel (Office Open XML).
    Xlsx,
    /// Parquet: columns of typed values, for statistics.
    Parquet,
    /// JSON; of rows, a list of objects, or SPARQL 1.1 query results.
    Json,
    /// SPARQL 1.1 query results in JSON.
    W3cJson,
    /// SPARQL query results in XML.
    Xml,
    /// A Markdown table, for reports.
    Markdown,
    /// Turtle, for people and for version control.
    #[default]
    Turtle,
    /// N-Triples: one triple a line.
    NTriples,
    /// N-Quads: N-Triples with the name of a graph.
    NQuads,
    /// TriG: Turtle with named graphs.
    TriG,
    /// RDF/XML, for tools that read nothing else.
    RdfXml,
    /// JSON-LD, for programs that read JSON.
    JsonLd,
    /// RDF Patch: the triples that a change adds and deletes.
    Patch,
    /// SARIF 2.1.0: findings, for code hosts and editors.
    Sarif,
    /// Declarations of prefixes in SPARQL.
    Sparql,
    /// Cypher: a script that creates a network.
    Cypher,
    /// Files for the bulk import of Neo4j.
    Neo4j,
    /// Web Annotations of the W3C.
    WebAnnotation,
    /// Nanopublications: positions to be cited, each with its provenance.
    Nanopub,
    /// Projects of REFI-QDA.
    Qdpx,
    /// BibTeX: articles to be cited.
    Bibtex,
    /// CSL-JSON: articles to be cited.
    CslJson,
    /// Databases of the Discourse Network Analyzer.
    Dna,
    /// Coding sheets in YAML, CSV or XLSX.
    Sheet,
    /// Articles with their words marked.
    CodedText,
    /// GraphML, for programs that draw and measure networks.
    GraphMl,
    /// GEXF 1.3, for Gephi: networks with dates.
    Gexf,
    /// DOT, for Graphviz.
    Dot,
    /// CX2, for Cytoscape.
    Cx2,
    /// Pajek's networks.
    Pajek,
    /// DL, UCINET's matrices.
    Dl,
    /// Node-link JSON, for networkx and d3.
    NodeLink,
    /// SVG: a picture.
    Svg,
    /// PNG: a picture as pixels; the cargo feature `png` writes it.
    Png,
}

/// A kind of result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Rows of SELECT; true or false of ASK.
    Rows,
    /// Triples.
    Graph,
    /// A page: text for people, the same facts for programs.
    Page,
    /// A list of hits of a search.
    Hits,
    /// Findings of checks.
    Findings,
    /// What a revision changed.
    Difference,
    /// Declarations of prefixes.
    Prefixes,
    /// Labels and numbers, as a spreadsheet has them.
    Cells,
    /// Documents as records to load again.
    Records,
    /// Nodes and edges.
    Network,
    /// Positions, actors, issues and articles, a row each.
    Tables,
    /// Articles, to be cited.
    References,
    /// Marked words with what they say.
    Marks,
    /// Statements of persons and organizations on concepts, with the texts.
    Statements,
    /// Marks on a plane.
    Picture,
}

/// A row of the table of formats.
struct Entry {
    format: Format,
    /// The name on the command line.
    name: &'static str,
    /// The name in prose.
    title: &'static str,
    /// Other names on the command line that are no extension.
    aliases: &'static [&'static str],
    /// Extensions of its files, the customary one first.
    extensions: &'static [&'static str],
    /// Media types, the customary one first.
    media_types: &'static [&'static str],
    holds: &'static [Content],
}

/// The formats. The first that can hold a kind of content is its default.
#[rustfmt::skip]
const TABLE: &[Entry] = {
    use Content::{
        Cells, Difference, Findings, Graph, Hits, Marks, Network, Page, Picture, Prefixes, Records, References, Rows,
        Statements, Tables,
    };
    &[
        Entry { format: Format::Table, name: "table", title: "text", aliases: &[], extensions: &["txt"],
            media_types: &["text/plain"], holds: &[Rows, Cells, Page, Hits, Findings, Difference, Prefixes] },
        Entry { format: Format::Csv, name: "csv", title: "CSV", aliases: &[], extensions: &["csv"],
            media_types: &["text/csv"], holds: &[Rows, Cells, Hits, Tables] },
        Entry { format: Format::Tsv, name: "tsv", title: "TSV", aliases: &[], extensions: &["tsv"],
            media_types: &["text/tab-separated-values"], holds: &[Rows, Cells, Tables] },
        Entry { format: Format::Xlsx, name: "xlsx", title: "XLSX", aliases: &[], extensions: &["xlsx"],
            media_types: &["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
            holds: &[Rows, Cells, Tables] },
        Entry { format: Format::Parquet, name: "parquet", title: "Parquet", aliases: &[], extensions: &["parquet"],
            media_types: &["application/vnd.apache.parquet"], holds: &[Tables] },
        Entry { format: Format::Json, name: "json", title: "JSON", aliases: &[], extensions: &["json"],
            media_types: &["application/json"], holds: &[Rows, Cells, Page, Hits, Findings, Difference, Prefixes] },
        Entry { format: Format::W3cJson, name: "w3c-json", title: "SPARQL results in JSON", aliases: &[],
            extensions: &["srj"], media_types: &["application/sparql-results+json"], holds: &[Rows] },
        Entry { format: Format::Xml, name: "xml", title: "XML", aliases: &[], extensions: &["xml", "srx"],
            media_types: &["application/sparql-results+xml"], holds: &[Rows] },
        Entry { format: Format::Markdown, name: "markdown", title: "Markdown", aliases: &[], extensions: &["md"],
            media_types: &["text/markdown"], holds: &[Rows, Cells, Hits] },
        Entry { format: Format::Turtle, name: "turtle", title: "Turtle", aliases: &[], extensions: &["ttl"],
            media_types: &["text/turtle"], holds: &[Graph, Prefixes] },
        Entry { format: Format::NTriples, name: "ntriples", title: "N-Triples", aliases: &["n-triples"],
            extensions: &["nt"], media_types: &["application/n-triples"], holds: &[Graph] },
        Entry { format: Format::NQuads, name: "nquads", title: "N-Quads", aliases: &["n-quads"],
            extensions: &["nq"], media_types: &["application/n-quads"], holds: &[Graph] },
        Entry { format: Format::TriG, name: "trig", title: "TriG", aliases: &[], extensions: &["trig"],
            media_types: &["application/trig"], holds: &[Graph] },
        Entry { format: Format::RdfXml, name: "rdfxml", title: "RDF/XML", aliases: &["rdf-xml"],
            extensions: &["rdf", "owl", "xml"], media_types: &["application/rdf+xml"], holds: &[Graph] },
        Entry { format: Format::JsonLd, name: "jsonld", title: "JSON-LD", aliases: &["json-ld"],
            extensions: &["jsonld"], media_types: &["application/ld+json"], holds: &[Graph] },
        Entry { format: Format::Patch, name: "patch", title: "RDF Patch", aliases: &[], extensions: &["rdfp"],
            media_types: &["application/rdf-patch"], holds: &[Difference] },
        Entry { format: Format::Sarif, name: "sarif", title: "SARIF", aliases: &[], extensions: &["sarif"],
            media_types: &["application/sarif+json"], holds: &[Findings] },
        Entry { format: Format::Sparql, name: "sparql", title: "SPARQL", aliases: &[], extensions: &["rq"],
            media_types: &["application/sparql-query"], holds: &[Prefixes] },
        Entry { format: Format::WebAnnotation, name: "web-annotation", title: "Web Annotations", aliases: &[],
            extensions: &[], media_types: &["application/ld+json; profile=\"http://www.w3.org/ns/anno.jsonld\""],
            holds: &[Marks] },
        Entry { format: Format::Nanopub, name: "nanopub", title: "nanopublications", aliases: &["nanopublications"],
            extensions: &[], media_types: &["application/trig; profile=\"http://www.nanopub.org/nschema\""],
            holds: &[Marks] },
        Entry { format: Format::Qdpx, name: "qdpx", title: "a REFI-QDA project", aliases: &["refi-qda"],
            extensions: &["qdpx"], media_types: &["application/vnd.refi-qda.project"], holds: &[Marks] },
        Entry { format: Format::Bibtex, name: "bibtex", title: "BibTeX", aliases: &[], extensions: &["bib"],
            media_types: &["application/x-bibtex"], holds: &[References] },
        Entry { format: Format::CslJson, name: "csl-json", title: "CSL-JSON", aliases: &["csl"], extensions: &[],
            media_types: &["application/vnd.citationstyles.csl+json"], holds: &[References] },
        Entry { format: Format::Dna, name: "dna", title: "DNA database", aliases: &[], extensions: &["dna"],
            media_types: &["application/vnd.sqlite3"], holds: &[Statements] },
        Entry { format: Format::Sheet, name: "sheet", title: "coding sheets", aliases: &[],
            extensions: &["yaml", "yml"], media_types: &["application/yaml"], holds: &[Records] },
        Entry { format: Format::CodedText, name: "coded-text", title: "coded text", aliases: &[], extensions: &["md"],
            media_types: &["text/markdown"], holds: &[Records] },
        Entry { format: Format::GraphMl, name: "graphml", title: "GraphML", aliases: &[], extensions: &["graphml"],
            media_types: &["application/graphml+xml"], holds: &[Network] },
        Entry { format: Format::Gexf, name: "gexf", title: "GEXF", aliases: &[], extensions: &["gexf"],
            media_types: &["application/gexf+xml"], holds: &[Network] },
        Entry { format: Format::Dot, name: "dot", title: "DOT", aliases: &[], extensions: &["dot", "gv"],
            media_types: &["text/vnd.graphviz"], holds: &[Network] },
        Entry { format: Format::Cx2, name: "cx2", title: "CX2", aliases: &[], extensions: &["cx2"],
            media_types: &["application/x-cx2+json"], holds: &[Network] },
        Entry { format: Format::Pajek, name: "pajek", title: "Pajek", aliases: &[], extensions: &["net"],
            media_types: &["text/x-pajek"], holds: &[Network] },
        Entry { format: Format::Dl, name: "dl", title: "DL", aliases: &[], extensions: &["dl"],
            media_types: &["text/x-dl"], holds: &[Network] },
        Entry { format: Format::Cypher, name: "cypher", title: "Cypher", aliases: &[], extensions: &["cypher", "cql"],
            media_types: &["application/x-cypher-query"], holds: &[Network] },
        Entry { format: Format::Neo4j, name: "neo4j", title: "Neo4j's bulk files", aliases: &[], extensions: &[],
            media_types: &["application/x-neo4j"], holds: &[Network] },
        // Of the many things that a `.json` can be, this is not the first to come to mind.
        Entry { format: Format::NodeLink, name: "node-link", title: "node-link JSON", aliases: &[], extensions: &[],
            media_types: &["application/x-node-link+json"], holds: &[Network] },
        Entry { format: Format::Svg, name: "svg", title: "SVG", aliases: &[], extensions: &["svg"],
            media_types: &["image/svg+xml"], holds: &[Picture] },
        Entry { format: Format::Png, name: "png", title: "PNG", aliases: &[], extensions: &["png"],
            media_types: &["image/png"], holds: &[Picture] },
    ]
};

/// What is exported.
pub const EXPORTED: &[Content] = &[
    Content::Graph,
    Content::Records,
    Content::Network,
    Content::Tables,
    Content::References,
    Content::Statements,
    Content::Marks,
];

impl Content {
    /// The formats that can hold it, the default first.
    pub fn formats(self) -> impl Iterator<Item = Format> {
        TABLE.iter().filter(move |entry| entry.holds.contains(&self)).map(|entry| entry.format)
    }
}

impl Format {
    fn entry(self) -> &'static Entry {
        TABLE.iter().find(|entry| entry.format == self).expect("every format has its row")
    }

    /// The name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// Extensions of its files, the customary one first.
    #[must_use]
    pub fn extensions(self) -> &'static [&'static str] {
        self.entry().extensions
    }

    /// The media type of this content in it.
    #[must_use]
    pub fn media_type(self, content: Content) -> &'static str {
        let all = self.entry().media_types;
        if content == Content::Rows { all[all.len() - 1] } else { all[0] }
    }

    /// Whether it can hold this content.
    #[must_use]
    pub fn holds(self, content: Content) -> bool {
        self.entry().holds.contains(&content)
    }

    /// The format with this name, extension or media type, of those that can hold one of these contents;
    /// names come before extensions. Case does not count.
    ///
    /// # Errors
    /// The nearest name, or all names, as help.
    pub fn named(name: &str, contents: &[Content]) -> Result<Self, String> {
        let wanted = name.to_ascii_lowercase();
        let wanted = wanted.as_str();
        let possible = || TABLE.iter().filter(|entry| contents.iter().any(|c| entry.holds.contains(c)));
        let by_name = possible().find(|entry| entry.name == wanted || entry.aliases.contains(&wanted));
        let found = by_name.or_else(|| {
            possible().find(|e| e.extensions.contains(&wanted) || e.media_types.contains(&wanted))
        });
        found.map(|entry| entry.format).ok_or_else(|| {
            let names: Vec<&str> = possible().map(|entry| entry.name).collect();
            did_you_mean(&nearest(wanted, names.iter().copied(), 1))
                .unwrap_or_else(|| format!("choose one of {}", names.join(", ")))
        })
    }

    /// Whether it has named graphs.
    #[must_use]
    pub fn has_graphs(self) -> bool {
        matches!(self, Self::TriG | Self::NQuads)
    }

    /// The format of an export that a file's name asks for; Turtle where it has no extension.
    ///
    /// # Errors
    /// An extension of no such format: a guess would leave a file that is not what its name says.
    pub fn of_path(path: &Path) -> Result<Self> {
        check_compression(path)?;
        let path = if is_gzip(path) { path.with_extension("") } else { path.to_owned() };
        let Some(extension) = path.extension() else { return Ok(Self::default()) };
        Self::named(&extension.to_string_lossy(), EXPORTED).map_err(|_| {
            let known: Vec<String> =
                Content::Graph.formats().map(|format| format!(".{}", format.extensions()[0])).collect();
            Error::usage(format!("the extension of `{}` does not give a format", path.display()))
                .with_help(format!("name it with --format, or use one of {}", known.join(", ")))
        })
    }

    /// The format of these contents that a file's name asks for; none where it has no extension.
    ///
    /// # Errors
    /// An extension of no such format; a compression that is not written.
    pub fn asked_by(path: &Path, contents: &[Content]) -> Result<Option<Self>> {
        check_compression(path)?;
        let path = if is_gzip(path) { path.with_extension("") } else { path.to_owned() };
        let Some(extension) = path.extension() else { return Ok(None) };
        Self::named(&extension.to_string_lossy(), contents).map(Some).map_err(|help| {
            Error::usage(format!("the extension of `{}` does not give a format", path.display()))
                .with_help(format!("name it with --format: {help}"))
        })
    }

    /// The format that a file's name promises, where this is another that its readers cannot take for it.
    ///
    /// # Errors
    /// A compression that is not written.
    pub fn belied_by(self, path: &Path) -> Result<Option<Self>> {
        check_compression(path)?;
        let promised = path.extension().and_then(|_| Self::of_path(path).ok());
        let takes = |other: &Self| match self {
            Self::NTriples => matches!(other, Self::NTriples | Self::NQuads | Self::Turtle | Self::TriG),
            Self::Turtle => matches!(other, Self::Turtle | Self::TriG),
            Self::Nanopub => *other == Self::TriG,
            _ => *other == self,
        };
        Ok(promised.filter(|promised| !takes(promised)))
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.entry().title)
    }
}

/// Refuses names of files that others would take for compressed.
fn check_compression(path: &Path) -> Result<()> {
    let extension = path.extension().map(|extension| extension.to_ascii_lowercase());
    match extension.as_ref().and_then(|extension| extension.to_str()) {
        Some(extension @ ("zst" | "bz2" | "xz" | "zip" | "br" | "lz4")) => {
            Err(Error::usage(format!("cannot write `{}`: .{extension} is not supported", path.display()))
                .with_help("compressed files end in .gz"))
        }
        _ => Ok(()),
    }
}

/// Whether a file of this name is compressed.
pub(super) fn is_gzip(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gz"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_extension() {
        let of = |path: &str| Format::of_path(Path::new(path));
        assert_eq!(of("a/out.ttl").unwrap(), Format::Turtle);
        assert_eq!(of("out.NT.gz").unwrap(), Format::NTriples);
        assert_eq!(of("out").unwrap(), Format::Turtle);
        assert_eq!(of("out.jsonld").unwrap(), Format::JsonLd);
        assert_eq!(of("out.csv").unwrap(), Format::Csv);
        let error = of("out.doc").unwrap_err();
        assert_eq!(error.to_string(), "the extension of `out.doc` does not give a format");
        assert_eq!(
            error.help().unwrap(),
            "name it with --format, or use one of .ttl, .nt, .nq, .trig, .rdf, .jsonld"
        );
    }

    #[test]
    fn other_compressions_are_refused_whatever_the_format() {
        let path = Path::new("out.ttl.zst");
        let error = Format::of_path(path).unwrap_err();
        assert_eq!(error.to_string(), "cannot write `out.ttl.zst`: .zst is not supported");
        assert!(Format::Turtle.belied_by(path).is_err());
    }

    #[test]
    fn a_name_may_promise_another_format() {
        let belied = |format: Format, path: &str| format.belied_by(Path::new(path)).unwrap();
        assert_eq!(belied(Format::Turtle, "out.nt"), Some(Format::NTriples));
        assert_eq!(belied(Format::Turtle, "out.nt.gz"), Some(Format::NTriples));
        assert_eq!(belied(Format::RdfXml, "out.ttl"), Some(Format::Turtle));
        for (format, path) in [
            (Format::NTriples, "out.ttl"),
            (Format::Turtle, "out.trig"),
            (Format::Turtle, "out"),
            (Format::Turtle, "out.txt"),
            (Format::JsonLd, "out.jsonld"),
        ] {
            assert_eq!(belied(format, path), None, "{path}");
        }
    }

    #[test]
    fn names_extensions_and_media_types_name_one_format_of_each_content() {
        for entry in TABLE {
            for content in entry.holds {
                let others = [entry.aliases, entry.extensions, entry.media_types].concat();
                for name in [entry.name].iter().chain(&others) {
                    assert_eq!(Format::named(name, &[*content]), Ok(entry.format), "{name}");
                }
            }
        }
    }

    #[test]
    fn a_name_that_no_format_has_gets_the_nearest() {
        let help = |name: &str, content| Format::named(name, &[content]).unwrap_err();
        assert_eq!(help("turtel", Content::Graph), "did you mean `turtle`?");
        assert_eq!(help("excel", Content::Findings), "choose one of table, json, sarif");
    }
}
