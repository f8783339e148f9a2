//! The questions by name: the list, and the form of one.

use super::{prose, text};
use crate::query::ask::{GROUPS, Kind, Parameter, Question};
use maud::{Markup, html};

/// All questions by group, each of which leads to its form.
#[must_use]
pub fn list(questions: &[Question]) -> Markup {
    html! {
        @for (tag, heading) in GROUPS {
            h2 { (heading) }
            ul {
                @for question in questions.iter().filter(|of| of.tags.first().is_some_and(|first| first == tag)) {
                    li { a href=(format!("/questions/{}", question.name)) { (prose(&question.summary)) } }
                }
            }
        }
    }
}

/// The form of a question, filled in with what was given. `names` are the names that a kind of things has.
#[must_use]
pub fn form(
    question: &Question,
    given: &dyn Fn(&str) -> Option<String>,
    names: &dyn Fn(Kind) -> Vec<String>,
) -> Markup {
    html! {
        p.lead { (prose(&question.description)) }
        form.question method="get" action=(format!("/questions/{}", question.name)) {
            @for parameter in &question.parameters {
                p { (field(parameter, given(&parameter.name).as_deref(), names)) }
            }
            input type="hidden" name="ask" value="1";
            p { button type="submit" { "Ask" } }
        }
    }
}

fn field(parameter: &Parameter, given: Option<&str>, names: &dyn Fn(Kind) -> Vec<String>) -> Markup {
    let id = format!("parameter-{}", parameter.option);
    let value = given.or(parameter.default.as_deref()).unwrap_or_default();
    let is_set = value == "true";
    let needed = parameter.default.is_none() && !parameter.optional;
    let things = if parameter.kind.things().is_some() { names(parameter.kind) } else { Vec::new() };
    let list = (!things.is_empty()).then(|| format!("{id}-names"));
    html! {
        @if parameter.kind == Kind::Flag {
            input id=(id) type="checkbox" name=(parameter.name) value="true" checked[is_set];
            " " label for=(id) { (parameter.option.replace('-', " ")) }
        } @else {
            label for=(id) { (parameter.option.replace('-', " ")) } " "
            @if parameter.values.is_empty() {
                input id=(id) type=(kind(parameter.kind)) name=(parameter.name) value=(value) list=[list.as_deref()]
                    required[needed];
            } @else {
                select id=(id) name=(parameter.name) {
                    @for choice in &parameter.values { option selected[choice == value] { (choice) } }
                }
            }
        }
        @if let Some(list) = &list {
            datalist id=(list) { @for name in &things { option value=(name) {} } }
        }
        @if let Some(about) = &parameter.about { " " span.how { (text(about)) } }
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Integer => "number",
        Kind::Date => "date",
        _ => "text",
    }
}
