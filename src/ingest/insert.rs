//! Items added to the sections of a YAML sheet, the rest of its text untouched.
//!
//! The text is edited, not written anew from what was read: comments, order and style are the coder's. What
//! comes out is read again, and must be the registry of before with the items at the ends of its lists.

use crate::base::diagnostic::{Diagnostic, Place};
use crate::ingest::sheet::{Format, Sheet, YamlList, read, yaml_lists};
use std::fmt::Write as _;

/// Sections in the order in which a block to paste has them.
const SECTIONS: [&str; 4] = ["articles", "actors", "issues", "positions"];

/// One item under one section of a sheet.
pub(super) struct Addition {
    pub(super) section: &'static str,
    /// The item as YAML. Further lines are indented as far as the first, behind its hyphen.
    pub(super) item: String,
}

/// The items under their sections, as they would stand in a file of their own.
pub(super) fn block(additions: &[Addition]) -> String {
    let mut block = String::new();
    for section in SECTIONS {
        let mut items = additions.iter().filter(|addition| addition.section == section).peekable();
        if items.peek().is_some() {
            let _ = writeln!(block, "{section}:");
        }
        for Addition { item, .. } in items {
            let _ = writeln!(block, "  - {}", item.replace('\n', "\n    "));
        }
    }
    block
}

/// The text of a sheet with the items at the ends of its lists; sections that it lacks come last.
///
/// # Errors
/// The text is no YAML sheet, or its lists are written in a way that nothing can be added to.
pub(super) fn inserted(name: &str, text: &str, additions: &[Addition]) -> Result<String, Box<Diagnostic>> {
    let fault = || {
        Box::new(
            Diagnostic::error("nothing can be added to this sheet")
                .expected("its lists are written in a form that the program does not edit")
                .help("write its lists with an item a line, each behind `- `; `load --register=print` prints names to add")
                .at(Place::file(name)),
        )
    };
    if text.trim().is_empty() {
        return Ok(block(additions));
    }
    let lists = yaml_lists(text).ok_or_else(fault)?;
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut edits: Vec<(usize, String)> = Vec::new();
    let mut appended = String::new();
    for section in SECTIONS {
        let items: Vec<&str> =
            additions.iter().filter(|a| a.section == section).map(|a| a.item.as_str()).collect();
        if items.is_empty() {
            continue;
        }
        match lists.iter().find(|list| list.section == section) {
            Some(list) => edits.push(edit(text, list, &items, line_end).ok_or_else(fault)?),
            None => {
                let _ = write!(appended, "{line_end}{section}:{line_end}");
                for item in items {
                    let item = item.replace('\n', &format!("{line_end}    "));
                    let _ = write!(appended, "  - {item}{line_end}");
                }
            }
        }
    }
    let mut out = text.to_owned();
    if !appended.is_empty() {
        if !out.ends_with('\n') {
            out += line_end;
        }
        out += &appended;
    }
    // From the end, so that places before it stay right.
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.0));
    for (at, items) in edits {
        out.insert_str(at, &items);
    }
    if is_extended(name, text, &out, additions) { Ok(out) } else { Err(fault()) }
}

/// Byte at which items are added to a list, and how they are written there.
fn edit(text: &str, list: &YamlList, items: &[&str], line_end: &str) -> Option<(usize, String)> {
    let block = |indent: &str, line: &str| {
        let written = |item: &&str| {
            let item = item.replace('\n', &format!("{line_end}{indent}  "));
            format!("{indent}- {item}{line_end}")
        };
        let lines: Vec<String> = items.iter().map(written).collect();
        // The last line of a file may have no end.
        let start = if line.ends_with('\n') { "" } else { line_end };
        let added = format!("{start}{}", lines.concat());
        if line.ends_with('\n') { added } else { added.trim_end().to_owned() }
    };
    let Some(value) = &list.value else {
        let end = text[list.key.end..].find('\n').map_or(text.len(), |at| list.key.end + at + 1);
        return Some((end, block("  ", &text[list.key.start..end])));
    };
    if text[value.clone()].starts_with('[') {
        // In brackets, a record of several lines needs braces.
        if items.iter().any(|item| item.contains('\n')) {
            return None;
        }
        let ends_before = text[value.end..].starts_with(']');
        let close = if ends_before { value.end } else { text[..value.end].rfind(']')? };
        let items: Vec<String> = items.iter().map(|item| quoted(item)).collect();
        let comma = match list.items.is_empty() || text[..close].trim_end().ends_with(',') {
            true => "",
            false => ", ",
        };
        return Some((close, format!("{comma}{}", items.join(", "))));
    }
    let last = *list.items.last()?;
    let line = text[..last].rfind('\n').map_or(0, |at| at + 1);
    let indent = text[line..last].split_once('-')?.0;
    indent.chars().all(|c| c == ' ').then_some(())?;
    // Behind the item's last line: comments at its column or before belong to what follows.
    let (mut end, mut at) = (line, line);
    for row in text[line..].split_inclusive('\n') {
        let column = row.len() - row.trim_start_matches(' ').len();
        let bare = row.trim();
        let is_more = at == line || column > indent.len() || (bare.is_empty() || bare.starts_with('#'));
        if !is_more {
            break;
        }
        at += row.len();
        if !bare.is_empty() && (column > indent.len() || !bare.starts_with('#')) {
            end = at;
        }
    }
    Some((end, block(indent, &text[line..end])))
}

/// An item inside brackets: a plain text may hold commas there only between quotation marks.
fn quoted(item: &str) -> String {
    match item.starts_with(['{', '"']) {
        true => item.to_owned(),
        false => format!("\"{item}\""),
    }
}

/// A text as YAML: plain where that reads back as the same text, else between quotation marks.
pub(super) fn scalar(text: &str) -> String {
    let is_word = |word: &str| ["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&word);
    let is_plain = text.starts_with(char::is_alphabetic)
        && !text.contains(|c: char| {
            c.is_control() || "\"{}[],".contains(c) || matches!(c, '\u{2028}' | '\u{2029}')
        })
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with([':', ' '])
        && !is_word(&text.to_lowercase());
    if is_plain {
        return text.to_owned();
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out += "\\n",
            '\t' => out += "\\t",
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out + "\""
}

/// Whether a text reads as another with as many items more at the ends of its lists.
fn is_extended(name: &str, before: &str, after: &str, additions: &[Addition]) -> bool {
    let sheet = |text: &str| {
        let written = read(name, text.to_owned(), Format::Yaml).ok()?;
        written.faults.is_empty().then_some(written.sheet)
    };
    let (Some(before), Some(mut after)) = (sheet(before), sheet(after)) else { return false };
    let added = |section| additions.iter().filter(|addition| addition.section == section).count();
    let Sheet { articles, actors, issues, positions, .. } = &mut after;
    let lengths = (articles.len(), actors.len(), issues.len(), positions.len());
    let expected = (
        before.articles.len() + added("articles"),
        before.actors.len() + added("actors"),
        before.issues.len() + added("issues"),
        before.positions.len() + added("positions"),
    );
    articles.truncate(before.articles.len());
    actors.truncate(before.actors.len());
    issues.truncate(before.issues.len());
    positions.truncate(before.positions.len());
    lengths == expected && after == before
}

#[cfg(test)]
mod tests {
    use super::*;

    fn additions() -> Vec<Addition> {
        let one = |section, item: &str| Addition { section, item: item.to_owned() };
        vec![
            one("actors", "Ana Berg"),
            one("issues", "The mill stays (proposal)"),
            one("actors", scalar("A: \"B\"").as_str()),
        ]
    }

    #[test]
    fn items_come_behind_the_last_and_before_what_follows() {
        let cases = [
            // A list, comments behind it that belong to the next section, and a section that is not there.
            (
                "# Head\nactors:   # people\n  - label: Bo\n    # more of Bo\n    kind: person\n\n# Topics\ntopics:\n  - label: T\n",
                "# Head\nactors:   # people\n  - label: Bo\n    # more of Bo\n    kind: person\n  - Ana Berg\n  - \"A: \\\"B\\\"\"\n\n# Topics\ntopics:\n  - label: T\n\nissues:\n  - The mill stays (proposal)\n",
            ),
            // Without indentation, and without a line end at the end.
            (
                "issues:\n- label: X\n  family: claim\nactors:\n- Bo",
                "issues:\n- label: X\n  family: claim\n- The mill stays (proposal)\nactors:\n- Bo\n- Ana Berg\n- \"A: \\\"B\\\"\"",
            ),
            // Brackets, empty and not; the line ends of Windows.
            (
                "actors: [Bo, {label: Cy}]\r\nissues: []\r\n",
                "actors: [Bo, {label: Cy}, \"Ana Berg\", \"A: \\\"B\\\"\"]\r\nissues: [\"The mill stays (proposal)\"]\r\n",
            ),
            // A section with nothing in it yet.
            (
                "topics: [T]\nactors:  # none yet\nissues:\n",
                "topics: [T]\nactors:  # none yet\n  - Ana Berg\n  - \"A: \\\"B\\\"\"\nissues:\n  - The mill stays (proposal)\n",
            ),
            ("", "actors:\n  - Ana Berg\n  - \"A: \\\"B\\\"\"\nissues:\n  - The mill stays (proposal)\n"),
        ];
        for (before, after) in cases {
            assert_eq!(inserted("r.yaml", before, &additions()).ok().as_deref(), Some(after), "{before}");
        }
    }

    #[test]
    fn what_cannot_be_edited_is_left_alone() {
        for text in ["actors: *a\n", "- a\n", "actors: &a [Bo]\nmore: x\n", "{actors: [Bo]}\n"] {
            assert!(inserted("r.yaml", text, &additions()).is_err(), "{text}");
        }
    }
}
