//! How the answers were made: which store or files, at which revision, with which filters.

use super::text;
use crate::audit::receipt::{Source, minutes};
use crate::base::error::count;
use maud::{Markup, html};

/// Documents that are listed of files without a store.
const LISTED: usize = 20;

/// The graph that was asked and how, as names and values.
#[must_use]
pub fn source(source: &Source, program: &str, filters: &[(String, String)]) -> Markup {
    html! {
        dl {
            @match source {
                Source::Store { identity, revision, hash, time, documents } => {
                    @if let Some(identity) = identity { (row("store", &identity.to_string(), true)) }
                    (row("revision", &match time {
                        Some(time) => format!("{revision}, {}", minutes(*time)),
                        None => "none: the store is empty".to_owned(),
                    }, false))
                    @if let Some(hash) = hash { (row("hash of the revision", &hash.to_string(), true)) }
                    @if let Some(hash) = documents { (row("hash of the documents", &hash.to_string(), true)) }
                }
                Source::Files { paths, documents } => {
                    (row("files", &paths.join(", "), false))
                    div {
                        dt { (count(documents.len(), "document")) }
                        dd { ul {
                            @for document in documents.iter().take(LISTED) {
                                li { (text(&document.origin)) " " code { (document.content.to_string()) } }
                            }
                            @if documents.len() > LISTED { li { "… and " (documents.len() - LISTED) " more" } }
                        } }
                    }
                }
            }
            @if filters.is_empty() {
                (row("filters", "none", false))
            } @else {
                @for (name, value) in filters { (row(name, value, false)) }
            }
            (row("program", program, false))
        }
    }
}

fn row(name: &str, value: &str, is_hash: bool) -> Markup {
    html! {
        div {
            dt { (text(name)) }
            dd { @if is_hash { code { (text(value)) } } @else { (text(value)) } }
        }
    }
}
