//! BibTeX. Dates are those of BibLaTeX, with a year for older styles.

use super::{Reference, ReferenceWriter};
use std::fmt::Write;

/// The writer of BibTeX.
pub(super) struct Bibtex;

impl ReferenceWriter for Bibtex {
    fn text(&self, references: &[Reference]) -> String {
        let mut out = String::new();
        for reference in references {
            entry(reference, &mut out);
        }
        out
    }
}

fn entry(reference: &Reference, out: &mut String) {
    let mut fields: Vec<(&str, String)> = vec![("title", format!("{{{}}}", escaped(&reference.title)))];
    let names: Vec<String> = reference.authors.iter().map(|name| format!("{{{}}}", escaped(name))).collect();
    if !names.is_empty() {
        fields.push(("author", names.join(" and ")));
    }
    fields.extend(reference.publisher.iter().map(|publisher| ("journal", escaped(publisher))));
    if let (Some(from), Some(until)) =
        (reference.from.or(reference.until), reference.until.or(reference.from))
    {
        let date = if from == until { from.to_string() } else { format!("{from}/{until}") };
        fields.push(("date", date));
        if from.year() == until.year() {
            fields.push(("year", from.year().to_string()));
        }
    }
    fields.extend(reference.language.iter().map(|language| ("language", escaped(language))));
    // A link is taken as it is, but for what would end the field.
    let link = reference.link.iter().map(|link| link.replace('{', "%7B").replace('}', "%7D"));
    fields.extend(link.map(|link| ("url", link)));
    fields.extend(reference.note.iter().map(|note| ("note", escaped(note))));
    let key = &reference.key;
    let fields: Vec<String> = fields.iter().map(|(name, value)| format!("  {name} = {{{value}}}")).collect();
    let _ = write!(out, "@article{{{key},\n{}\n}}\n\n", fields.join(",\n"));
}

/// A text without what TeX takes for commands; braces, which have to be in pairs, are spelled out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '{' => out += "\\textbraceleft{}",
            '}' => out += "\\textbraceright{}",
            '\\' => out += "\\textbackslash{}",
            '~' => out += "\\textasciitilde{}",
            '^' => out += "\\textasciicircum{}",
            '#' | '$' | '%' | '&' | '_' => out.extend(['\\', c]),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
