//! The codebook as a page of Markdown.

use crate::analysis::codebook::{entry, in_words};
use crate::model::ontology;
use std::fmt::Write;

/// The whole codebook: the rules first, then a section for each list of terms.
#[must_use]
pub fn page() -> String {
    let mut out = String::from("# Codebook\n\n## Rules of coding\n\n");
    out += &in_words(ontology::rules());
    for chapter in ontology::chapters() {
        let _ = write!(
            out,
            "\n## {}\n\n{}.\n",
            capital(&chapter.about.label),
            capital(&chapter.about.definition)
        );
        if let Some(note) = &chapter.about.scope_note {
            let _ = writeln!(out, "{}", in_words(note));
        }
        for (iri, term) in &chapter.terms {
            let _ = write!(out, "\n### {}\n\n", term.label);
            for (name, text) in entry(iri.as_ref(), term) {
                let _ = writeln!(out, "- **{name}**: {text}");
            }
        }
    }
    out
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
