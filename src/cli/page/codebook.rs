//! The codebook as a page of Markdown.

use crate::analysis::codebook::{OwnConcepts, entry, in_words};
use crate::model::vocab::stp;
use crate::model::{Concept, List, ontology};
use std::fmt::Write;

/// The whole codebook: the rules first, then a section for each list of terms, those of the ontology before a
/// case's own.
#[must_use]
pub fn page(own: &[OwnConcepts]) -> String {
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
        let extends = |list: &&OwnConcepts| {
            list.list.iri() == chapter.iri.as_ref()
                || (list.list == List::ActorKind && chapter.iri == stp::ACTOR)
        };
        own.iter().filter(extends).for_each(|list| add(&mut out, list));
    }
    for list in own.iter().filter(|list| list.list.words().is_empty() && !list.concepts.is_empty()) {
        let _ = write!(out, "\n## {}s\n", capital(list.list.word()));
        add(&mut out, list);
    }
    out
}

/// The concepts that a case adds to a list.
fn add(out: &mut String, list: &OwnConcepts) {
    for (label, entry) in &list.concepts {
        let _ = write!(out, "\n### {label} (of this case)\n\n");
        for (name, text) in entry {
            let _ = writeln!(out, "- **{name}**: {text}");
        }
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
