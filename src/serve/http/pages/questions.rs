//! The questions asked by name: the list, the form of one, its answer.

use super::{At, Drawn, Shown, encoded};
use crate::base::error::Error;
use crate::export::{Cell, CellTable, Format};
use crate::query::ask::{GROUPS, Kind, Parameter, Question, library, question};
use crate::query::{Answer, Query};
use crate::serve::http::page;
use crate::serve::http::reply::Failure;
use crate::serve::http::sparql::run;
use crate::serve::view;
use crate::store::names;
use maud::{Markup, html};

/// Names that a field offers for completion.
const OFFERED: usize = 500;

/// All questions, by tag.
pub(super) fn list_page(at: &At<'_>) -> Drawn {
    if at.format.is_some() || at.wants_graph() {
        let row = |of: &Question| {
            [&of.name, &of.summary, &of.tags.join(" ")].map(|text| Cell::Text(text.clone())).to_vec()
        };
        let columns = ["name", "summary", "tags"].map(str::to_owned).to_vec();
        let rows = library().iter().map(row).collect();
        return at.rows(CellTable { name: "questions".into(), columns, rows });
    }
    let content = html! {
        h1 { "Questions" }
        @for (tag, heading) in GROUPS {
            h2 { (heading) }
            ul {
                @for of in library().iter().filter(|of| of.tags.first().is_some_and(|first| first == tag)) {
                    li { a href=(at.with(&format!("/questions/{}", of.name), &[])) { (view::prose(&of.summary)) } }
                }
            }
        }
    };
    Ok(Shown::Page("Questions".into(), content))
}

/// The form of a question, and its answer once it is asked.
pub(super) fn question_page(at: &At<'_>, name: &str) -> Drawn {
    let of = question(name, "/questions").map_err(|error| {
        Failure::not_found(error.to_string()).with_help(
            error.help().map_or_else(|| "/questions lists them".to_owned(), |help| help.to_string()),
        )
    })?;
    let given = |name: &str| {
        let mut all = at.asked.parameters.iter();
        all.find(|(other, value)| *other == name && !value.is_empty()).map(|(_, value)| value)
    };
    let wants_data = at.format.is_some() || at.wants_graph();
    // Data are asked for by programs, which need not press a button.
    let answered = match given("ask").is_some() || wants_data {
        true => Some(answered(at, of, &|name| given(name).map(str::to_owned))),
        false => None,
    };
    if wants_data {
        let Some(answered) = answered else { return Err(Failure::bad_request("not asked")) };
        let Asked { query, answer, .. } = answered?;
        return match at.format {
            Some(format @ (Format::Csv | Format::Json)) => {
                Ok(Shown::Answer(Box::new((query, answer)), format))
            }
            _ => Err(at.only_rows()),
        };
    }
    let names_of = |kind: Kind| -> Vec<String> {
        let Some(kind) = kind.things() else { return Vec::new() };
        let mut names: Vec<String> = names::things(&at.state.index, kind.class())
            .into_iter()
            .take(OFFERED)
            .map(|thing| thing.label)
            .collect();
        names.dedup();
        names
    };
    let links = at.links();
    let content = html! {
        h1 { (view::prose(&of.summary)) }
        p.lead { (view::prose(&of.description)) }
        form.question method="get" action=(at.path) {
            @for parameter in &of.parameters { p { (field(parameter, given(&parameter.name), &names_of)) } }
            @for name in ["as-of", "known-on"] {
                @if let Some(value) = given(name) { input type="hidden" name=(name) value=(value); }
            }
            input type="hidden" name="ask" value="1";
            p { button type="submit" { "Ask" } }
        }
        @match &answered {
            Some(Ok(Asked { query, answer, why, understood })) => {
                h2 { "Answer" }
                @for (name, shown) in understood { p.how { (name) ": " (view::text(shown)) } }
                @if let Some(why) = why { p { (view::prose(why)) } }
                (page::table(at.state, query, answer, &links))
            }
            Some(Err(failure)) => pre role="alert" { (failure.text()) },
            None => {}
        }
        p { a href={ "/sparql?edit&query=" (encoded(&of.text)) } { "Edit as SPARQL" } ", with its parameters open." }
    };
    Ok(Shown::Page(of.summary.clone(), content))
}

/// A question as it was asked.
struct Asked {
    query: Query,
    answer: Answer,
    /// Why there are no rows.
    why: Option<String>,
    /// Values that were given, as they were understood.
    understood: Vec<(String, String)>,
}

fn answered(at: &At<'_>, of: &Question, given: &dyn Fn(&str) -> Option<String>) -> Result<Asked, Failure> {
    let of_asking = |error: Error| Failure::of_asking(&error);
    let (query, values) = of.query(&at.state.index, given).map_err(of_asking)?;
    let query = query.until(&at.asked.stop).in_memory(at.service.options.memory);
    let answer = run(at.service, &query, at.state)?;
    let why = match &answer {
        Answer::Rows { rows, .. } if rows.is_empty() => {
            Some(of.why_empty(&at.state.index, &values).map_err(of_asking)?)
        }
        _ => None,
    };
    let understood = values.iter().filter(|value| !of.is_default_choice(value));
    let understood = understood.map(|value| (value.name.clone(), value.shown.clone())).collect();
    Ok(Asked { query, answer, why, understood })
}

fn field(parameter: &Parameter, given: Option<&str>, names: &dyn Fn(Kind) -> Vec<String>) -> Markup {
    let id = format!("parameter-{}", parameter.option);
    let value = given.or(parameter.default.as_deref()).unwrap_or_default();
    let things = names(parameter.kind);
    let list = (!things.is_empty()).then(|| format!("{id}-names"));
    let kind = match parameter.kind {
        Kind::Integer => "number",
        Kind::Date => "date",
        _ => "text",
    };
    html! {
        label for=(id) { (parameter.option.replace('-', " ")) } " "
        @if parameter.kind == Kind::Flag {
            input id=(id) type="checkbox" name=(parameter.name) value="true" checked[value == "true"];
        } @else if parameter.values.is_empty() {
            input id=(id) type=(kind) name=(parameter.name) value=(value) list=[list.as_deref()]
                required[parameter.is_needed() && parameter.kind.things().is_none()];
        } @else {
            select id=(id) name=(parameter.name) {
                @if parameter.default.is_none() { option value="" {} }
                @for choice in &parameter.values { option selected[choice == value] { (choice) } }
            }
        }
        @if let Some(list) = &list {
            datalist id=(list) { @for name in &things { option value=(name) {} } }
        }
        @if let Some(about) = &parameter.about { " " span.how { (view::text(about)) } }
    }
}
