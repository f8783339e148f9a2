//! What was done to the store, what each revision changed, and what the checks find.

use super::{At, Drawn, Shown};
use crate::audit::history::{Changed, Logged, Stated, Value};
use crate::audit::receipt::minutes;
use crate::base::error::{count, grouped};
use crate::export::{Cell, CellTable, Format};
use crate::serve::http::Checked;
use crate::serve::http::reply::Failure;
use crate::serve::view::{self, View, checks};
use maud::{Markup, html};
use std::sync::{Arc, PoisonError};

/// Revisions that a page lists, documents of each, and positions of a difference.
const REVISIONS: usize = 200;
const DOCUMENTS: usize = 6;
const POSITIONS: usize = 200;

fn cell(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn number(number: impl ToString) -> Cell {
    Cell::Number(number.to_string())
}

fn table(name: &str, columns: &[&str], rows: Vec<Vec<Cell>>) -> CellTable {
    let columns = columns.iter().map(|name| (*name).to_owned()).collect();
    CellTable { name: name.to_owned(), columns, rows }
}

/// Every revision, the newest first.
pub(super) fn history_page(at: &At<'_>) -> Drawn {
    let logged = at.service.graphs.history().map_err(|error| Failure::of_reading(&error))?;
    let logged = logged.unwrap_or_default();
    match at.format {
        Some(Format::Json) => return Ok(Shown::Json(logged.iter().map(Logged::json).collect())),
        Some(_) => {
            let row = |entry: &Logged| {
                let revision = &entry.revision;
                let documents: Vec<&str> =
                    revision.changes.iter().map(|change| change.short_name()).collect();
                vec![
                    number(revision.number),
                    cell(&revision.time.to_string()),
                    cell(&revision.by),
                    cell(&entry.action()),
                    cell(&documents.join(" ")),
                    revision.message.as_deref().map_or(Cell::Absent, cell),
                ]
            };
            let columns = ["revision", "time", "by", "action", "documents", "message"];
            return at.rows(table("history", &columns, logged.iter().map(row).collect()));
        }
        None => {}
    }
    let content = html! {
        h1 { "History" }
        @if logged.is_empty() { p { "Files have no history: a store has." } } @else {
            div.wide role="region" aria-label="History" tabindex="0" { table {
                thead { tr {
                    @for column in ["Revision", "Time", "By", "Action", "Documents", "Message"] { th scope="col" { (column) } }
                } }
                tbody { @for entry in logged.iter().take(REVISIONS) {
                    @let revision = &entry.revision;
                    tr {
                        th.amount scope="row" { a href={ "/history/" (revision.number) } { (revision.number) } }
                        td { (minutes(revision.time)) }
                        td { (view::text(&revision.by)) }
                        td { (entry.action()) }
                        td {
                            @for change in revision.changes.iter().take(DOCUMENTS) {
                                div { (change.word()) " " (view::text(change.short_name())) }
                            }
                            @if revision.changes.len() > DOCUMENTS { div { "and " (grouped(revision.changes.len() - DOCUMENTS)) " more" } }
                        }
                        td { (view::text(revision.message.as_deref().unwrap_or_default())) }
                    }
                } }
            } }
            @if logged.len() > REVISIONS { p.omitted { "Shown: the newest " (REVISIONS) " of " (logged.len()) "." } }
        }
    };
    Ok(Shown::Page("History".into(), content))
}

/// What a revision changed, and how to prove it.
pub(super) fn revision_page(at: &At<'_>, name: &str) -> Drawn {
    let unknown = || {
        Failure::not_found(format!("no revision `{}`", name.escape_debug())).with_help("/history lists them")
    };
    let wanted: u64 = name.parse().map_err(|_| unknown())?;
    let of_reading = |error| Failure::of_reading(&error);
    let logged = at.service.graphs.history().map_err(of_reading)?.unwrap_or_default();
    let entry = logged.iter().find(|entry| entry.revision.number == wanted).ok_or_else(unknown)?;
    let diff = at.service.graphs.diff(wanted).map_err(of_reading)?.ok_or_else(unknown)?;
    if at.format.is_some() || at.wants_graph() {
        let row = |what: &str, position: &Stated| {
            let text = |name| cell(&position.texts(name).join("; "));
            vec![cell(what), cell(position.position.as_str()), text("actor"), text("stance"), text("issue")]
        };
        let lists = [("added", &diff.added), ("removed", &diff.removed)];
        let rows = lists.into_iter().flat_map(|(what, all)| all.iter().map(move |one| row(what, one)));
        let changed = diff.changed.iter().map(|changed| row("changed", &changed.after));
        let columns = ["change", "position", "actor", "stance", "issue"];
        return at.rows(table("changes", &columns, rows.chain(changed).collect()));
    }
    let revision = &entry.revision;
    let content = html! {
        h1 { "Revision " (wanted) }
        p.lead { (entry.action()) " by " (view::text(&revision.by)) ", " (minutes(revision.time)) }
        @if let Some(message) = &revision.message { p { (view::text(message)) } }
        p { (diff.summary()) "." }
        (listed("Changed", diff.changed.len(), &html! { @for changed in diff.changed.iter().take(POSITIONS) { (change(changed)) } }))
        @for (heading, positions) in [("Added", &diff.added), ("Removed", &diff.removed)] {
            (listed(heading, positions.len(), &html! { @for one in positions.iter().take(POSITIONS) { (stated(one, at)) } }))
        }
        h2 { "To prove it" }
        p {
            @if let Some(hash) = &entry.hash { "SHA-256 of the revision: " code { (hash) } ". " }
            (view::prose("`standpoint repair --expect HASH` proves that a store has this history; `standpoint query --receipt FILE` \
                          keeps an answer with its revision, and `standpoint reproduce FILE` tries it again."))
        }
        p { a href={ "/?known-on=" (wanted) } { "What the store said then" } " · " a href="/history" { "All revisions" } }
    };
    Ok(Shown::Page(format!("Revision {wanted}"), content))
}

fn listed(heading: &str, all: usize, shown: &Markup) -> Markup {
    html! {
        @if all > 0 {
            h2 { (heading) " " span.number { (all) } }
            (shown)
            @if all > POSITIONS { p.omitted { "Shown: " (POSITIONS) " of " (count(all, "position")) "." } }
        }
    }
}

fn stated(stated: &Stated, at: &At<'_>) -> Markup {
    html! {
        article.card {
            p.said { (view::name(&stated.sentence(), Some(&stated.position), &at.links())) }
            @for quote in stated.texts("evidence") { blockquote { (view::text(&quote)) } }
        }
    }
}

fn change(changed: &Changed) -> Markup {
    let texts =
        |values: &[Value]| values.iter().map(|value| value.text.clone()).collect::<Vec<_>>().join("; ");
    html! {
        article.card {
            p.said { (view::text(&changed.after.sentence())) }
            @for field in &changed.fields {
                p.how { (field.name) ": " del { (view::text(&texts(&field.before))) } " → " ins { (view::text(&texts(&field.after))) } }
            }
        }
    }
}

/// What the checks find, the worst first.
pub(super) fn checks_page(at: &At<'_>) -> Drawn {
    let checked = checked(at)?;
    if at.format.is_some() || at.wants_graph() {
        let row = |finding: &crate::audit::check::Finding| {
            let texts =
                [finding.severity.word(), &finding.rule, &finding.message, &finding.solution, &finding.label];
            let mut row: Vec<Cell> = texts.into_iter().map(cell).collect();
            row.push(cell(&finding.subject.to_string()));
            row
        };
        let columns = ["severity", "rule", "message", "solution", "label", "subject"];
        return at.rows(table("checks", &columns, checked.findings.iter().map(row).collect()));
    }
    let groups = checks::groups(&checked.findings, &checked.checks, &at.state.index);
    let (rules, shapes) = checked.checks.count();
    let links = at.links();
    let content = html! {
        h1 { "Checks" }
        p { (checks::sentence(&checked.findings)) " by " (count(rules, "rule")) " and " (count(shapes, "shape")) "." }
        (checks::checks(&groups, View::new(&links, 2)))
    };
    Ok(Shown::Page("Checks".into(), content))
}

/// The findings in this state of the store, which are kept until another is asked.
fn checked(at: &At<'_>) -> Result<Arc<Checked>, Failure> {
    // Who waits here waits for the same findings.
    let mut kept = at.service.checked.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(kept) = kept.as_ref().filter(|kept| kept.digest == at.state.digest) {
        return Ok(Arc::clone(kept));
    }
    let of_reading = |error| Failure::of_reading(&error);
    let checks = at.service.graphs.checks().map_err(of_reading)?;
    let findings = checks.run(&at.state.index).map_err(of_reading)?;
    let found = Arc::new(Checked { digest: at.state.digest.clone(), checks, findings });
    *kept = Some(Arc::clone(&found));
    Ok(found)
}
