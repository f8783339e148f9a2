//! The history of a store: every load, removal and undo, the newest first.

use super::text;
use crate::audit::history::Logged;
use crate::audit::receipt::minutes;
use crate::base::error::grouped;
use maud::{Markup, html};

/// Documents of a revision that are named.
const NAMED: usize = 6;

/// The revisions as a table; `omitted` older ones are left out.
#[must_use]
pub fn history(logged: &[Logged], omitted: usize) -> Markup {
    html! {
        div.wide role="region" aria-label="History" tabindex="0" {
            table {
                thead { tr {
                    @for column in ["Revision", "Time", "By", "Action", "Documents", "Message"] { th scope="col" { (column) } }
                } }
                tbody {
                    @for entry in logged {
                        @let revision = &entry.revision;
                        tr {
                            th.amount scope="row" { (revision.number) }
                            td { (minutes(revision.time)) }
                            td { (text(&revision.by)) }
                            td { (entry.action()) }
                            td { ul.names {
                                @for change in revision.changes.iter().take(NAMED) {
                                    li { (change.word()) " " (text(change.short_name())) }
                                }
                                @if revision.changes.len() > NAMED {
                                    li { "and " (grouped(revision.changes.len() - NAMED)) " more" }
                                }
                            } }
                            td { (text(revision.message.as_deref().unwrap_or_default())) }
                        }
                    }
                }
            }
        }
        @if omitted > 0 { p.omitted { "… and " (grouped(omitted)) " older revisions: " code { "standpoint log" } " lists them" } }
    }
}
