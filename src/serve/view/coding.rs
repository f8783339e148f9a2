//! What codes in a browser: the form beside the text, and the list of articles.

use super::{prose, stance_value, text as shown};
use crate::model::{Certainty, Concept, Explicitness, Family, Mode, Stance};
use maud::{Markup, html};

/// Something that a field can be completed to.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The name that is put in.
    pub label: String,
    /// Other names by which it is found.
    pub others: Vec<String>,
    /// Of an issue, its family.
    pub family: Option<Family>,
}

/// The form of a position.
#[derive(Debug)]
pub struct Form<'a> {
    /// The file that is written.
    pub file: &'a str,
    /// The digest of the file as the form was made.
    pub digest: &'a str,
    /// What shows that the form is of this server.
    pub csrf: &'a str,
    /// Values of fields by their names, as they were sent.
    pub values: &'a dyn Values,
    /// Actors.
    pub actors: &'a [Choice],
    /// Issues.
    pub issues: &'a [Choice],
    /// What is wrong with what was sent: the product's own words.
    pub fault: Option<&'a str>,
    /// What the case takes where a field is empty, by field.
    pub defaults: &'a [(&'static str, String)],
}

/// Values of the fields of a form.
pub trait Values: std::fmt::Debug {
    /// The value of a field; empty where there is none.
    fn value(&self, field: &str) -> &str;
}

/// Further fields of a position: the attribute, what people call it, whether it is a list of actors.
pub const FURTHER: &[(&str, &str)] = &[
    ("on-behalf-of", "In whose name"),
    ("mode", "How it was expressed"),
    ("explicitness", "How openly"),
    ("certainty", "How certain the wording is"),
    ("intensity", "How strong"),
    ("time", "When (2025-03-04)"),
    ("via", "On whose word"),
    ("hedge", "Hedge: the words"),
    ("if", "If"),
    ("unless", "Unless"),
    ("because", "Because"),
    ("note", "Remark"),
];

/// A stance as a class of marks.
#[must_use]
pub fn class(stance: Stance) -> String {
    stance.word().replace(' ', "-")
}

/// The form that marks words.
#[must_use]
pub fn form(form: &Form<'_>) -> Markup {
    let value = |field: &str| form.values.value(field);
    let further = FURTHER.iter().any(|(field, _)| !value(field).is_empty());
    html! {
        form.coding id="coding" method="post" action="/edit/article" autocomplete="off" aria-labelledby="coding-title" {
            h2 id="coding-title" { "Code these words" }
            @if let Some(fault) = form.fault { pre role="alert" id="fault" { (fault) } }
            input type="hidden" name="csrf" value=(form.csrf);
            input type="hidden" name="file" value=(form.file);
            input type="hidden" name="digest" value=(form.digest);
            input type="hidden" name="start" value=(value("start"));
            input type="hidden" name="end" value=(value("end"));
            p {
                label for="quote" { "Words" }
                textarea id="quote" name="quote" rows="2" required { (value("quote")) }
            }
            (choice("actor", "Actor", form.actors, form.values))
            (choice("issue", "Issue", form.issues, form.values))
            p.family {
                label for="family" { "A new issue is a" }
                select id="family" name="family" {
                    @for family in Family::ALL {
                        option value=(family.word()) selected[value("family") == family.word()] { (family.word()) }
                    }
                }
            }
            fieldset.stances {
                legend { "Stance" }
                @for stance in Stance::ALL {
                    @let fits: Vec<&str> = Family::ALL.iter().filter(|family| stance.fits(**family)).map(|f| f.word()).collect();
                    label data-families=(fits.join(" ")) {
                        input type="radio" name="stance" value=(class(*stance)) required checked[value("stance") == class(*stance)];
                        " " kbd hidden { } " "
                        span.(super::side(stance_value(Some(*stance)))) { (stance.word()) }
                    }
                }
            }
            details open[further] {
                summary { "More" }
                @for (field, label) in FURTHER {
                    @let id = format!("further-{field}");
                    @let default = form.defaults.iter().find(|(name, _)| name == field).map(|(_, value)| value.as_str());
                    p {
                        label for=(id) { (label) }
                        @match words(field) {
                            Some(words) => select id=(id) name=(field) {
                                option value="" { (default.map_or_else(|| "not said".to_owned(), |d| format!("default: {d}"))) }
                                @for word in words { option value=(word) selected[value(field) == word] { (word) } }
                            },
                            None => input id=(id) name=(field) value=(value(field)) placeholder=[default]
                                list=[(*field == "on-behalf-of").then_some("actor-choices")];,
                        }
                    }
                }
            }
            p.keys { button type="submit" { "Save" } " " button type="reset" id="leave" { "Leave" } }
        }
    }
}

/// The words of a field that has a list of them.
fn words(field: &str) -> Option<Vec<&'static str>> {
    fn all<C: Concept>() -> Vec<&'static str> {
        C::ALL.iter().map(|concept| concept.word()).collect()
    }
    Some(match field {
        "mode" => all::<Mode>(),
        "explicitness" => all::<Explicitness>(),
        "certainty" => all::<Certainty>(),
        "intensity" => all::<crate::model::Intensity>(),
        _ => return None,
    })
}

/// A field that is completed, with the box that makes a new thing of what it says.
fn choice(field: &str, label: &str, choices: &[Choice], values: &dyn Values) -> Markup {
    let (list, new) = (format!("{field}-choices"), format!("new-{field}"));
    html! {
        p.choice {
            label for=(field) { (label) }
            input id=(field) name=(field) value=(values.value(field)) required list=(list) data-choices=(list) data-new=(new);
            label.new { input type="checkbox" id=(new) name=(new) value="yes" checked[!values.value(&new).is_empty()]; " new " (field) }
        }
        datalist id=(list) {
            @for choice in choices {
                option value=(choice.label) data-family=[choice.family.map(|f| f.word())] { (choice.others.join(", ")) }
            }
        }
    }
}

/// An article in the list.
#[derive(Debug)]
pub struct Listed {
    /// The file.
    pub file: String,
    /// The address of its page.
    pub address: String,
    /// The title.
    pub title: String,
    /// Number of marks that make positions.
    pub positions: usize,
}

/// The articles of a case, and the form of a new one.
#[must_use]
pub fn articles(listed: &[Listed], csrf: &str, fault: Option<&str>, values: &dyn Values) -> Markup {
    let field = |name: &str, label: &str, kind: &str| {
        html! { p { label for=(name) { (label) } input id=(name) name=(name) type=(kind) required value=(values.value(name)); } }
    };
    html! {
        h1 { "Code" }
        p.lead { "Choose an article and mark its words. What you save is written into the files of the case." }
        @if listed.is_empty() { p { "The case has no coded text yet." } } @else {
            ul.articles {
                @for one in listed {
                    li { a href=(one.address) { (shown(&one.title)) } " "
                        span.number { (crate::base::error::count(one.positions, "position")) " · " (shown(&one.file)) } }
                }
            }
        }
        details.new-article open[fault.is_some() || listed.is_empty()] {
            summary { "New article" }
            @if let Some(fault) = fault { pre role="alert" { (fault) } }
            form.coding method="post" action="/edit/new" autocomplete="off" {
                input type="hidden" name="csrf" value=(csrf);
                (field("title", "Title", "text"))
                (field("publisher", "Outlet", "text"))
                (field("published", "Date", "date"))
                p { label for="text" { "Text" } textarea id="text" name="text" rows="14" required { (values.value("text")) } }
                p { button type="submit" { "Make the file" } }
            }
        }
    }
}

/// What the keys do.
#[must_use]
pub fn keys() -> Markup {
    html! {
        details.help {
            summary { "Keys" }
            ul {
                li { (prose("Tab to the text. `←` `→` go from word to word, `↑` `↓` from line to line; with `Shift` they select.")) }
                li { (prose("`Enter`, or a letter of the actor's name, opens the form. `Enter` takes a completion and goes on.")) }
                li { (prose("`1` to `9` choose the stance, `Enter` saves, `Esc` leaves.")) }
                li { (prose("`Ctrl` `←` and `Ctrl` `→` go from span to span, `Ctrl` `Z` undoes the newest change.")) }
            }
        }
    }
}
