//! A proposal as an RDF Patch that a person can read, cut down and accept.
//!
//! RDF Patch is the format of Apache Jena (<https://jena.apache.org/documentation/rdf-patch/>),
//! which RDFLib reads too: rows of `D` and `A` with a triple each, between `TX` and `TC`.
//! Every span is a block of its own with a comment above it, and no block depends on another:
//! to refuse a move, delete its block. What a sheet says cannot be patched as triples, because
//! the next load would bring it back; so the patch ends with a list of numbers for sheets.

use super::reanchor::{ArticleProposal, Change, Move, Proposal};
use crate::audit::history::patch::comment;
use crate::model::text::Passage;
use crate::model::vocab::schema;
use oxrdf::{Term, Triple};
use std::collections::BTreeMap;
use std::fmt::Write;

const INTRODUCTION: &str = "\
RDF Patch, proposed by `standpoint verify --reanchor`. Nothing has been changed.
Check every block; to reject a move, delete its block. Then either
- apply the patch to the RDF files that were loaded, with an RDF Patch reader (Jena, RDFLib),
  and load them again; or
- write the numbers at the end into the sheets, and load them again with the new text.";

impl Proposal {
    /// The patch.
    #[must_use]
    pub fn patch(&self) -> String {
        let mut out = String::new();
        for line in INTRODUCTION.lines() {
            comment(&mut out, line);
        }
        out.push_str("TX .\n");
        for article in &self.articles {
            article.write(&mut out);
        }
        out.push_str("TC .\n");
        self.write_sheets(&mut out);
        out
    }

    /// The same moves by document, as numbers to be written into a sheet.
    fn write_sheets(&self, out: &mut String) {
        let mut documents: BTreeMap<&str, Vec<&Move>> = BTreeMap::new();
        for one in self.articles.iter().flat_map(|article| &article.moves) {
            for document in &one.documents {
                documents.entry(document).or_default().push(one);
            }
        }
        if documents.is_empty() {
            return;
        }
        out.push('\n');
        comment(
            out,
            "For sheets: document, old start → new start. Loading finds a quote without `start` by itself;",
        );
        comment(out, "if its words differ, write them as they are in the text.");
        for (document, moves) in documents {
            for one in moves {
                let words = if one.from.words == one.to.words { String::new() } else { quoted(&one.to) };
                comment(out, &format!("{document}, {} → {}{words}", one.from.start, one.to.start));
            }
        }
        let value = |triple: &Triple| match &triple.object {
            Term::Literal(literal) => literal.value().to_owned(),
            other => other.to_string(),
        };
        for change in self.articles.iter().flat_map(|article| &article.retold) {
            // As registries call it.
            let field = if change.from.predicate == schema::SHA256 { "sha256" } else { "length" };
            comment(out, &format!("registry, {field}: {} → {}", value(&change.from), value(&change.to)));
        }
    }
}

impl ArticleProposal {
    fn write(&self, out: &mut String) {
        out.push('\n');
        comment(out, &format!("article <{}>, text {}", self.article, self.text));
        for note in &self.notes {
            comment(out, note);
        }
        rows(out, &self.retold);
        for one in &self.moves {
            out.push('\n');
            let why: Vec<&str> = one.causes.iter().map(|cause| cause.name()).collect();
            let places = [&one.from, &one.to].map(|passage| format!("{}–{}", passage.start, passage.end()));
            comment(out, &format!("{} → {} ({}){}", places[0], places[1], why.join(", "), quoted(&one.to)));
            rows(out, &one.changes);
        }
    }
}

fn quoted(passage: &Passage) -> String {
    format!(" “{}”", passage.words)
}

fn rows(out: &mut String, changes: &[Change]) {
    for change in changes {
        let _ = writeln!(out, "D {} .\nA {} .", change.from, change.to);
    }
}
