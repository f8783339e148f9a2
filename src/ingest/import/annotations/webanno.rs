//! WebAnno TSV 3, as INCEpTION and WebAnno export it.
//!
//! A line is a token, with a column for each feature of each layer. `#Text=` gives sentences, the offsets of tokens
//! say where in the text they stand; what is between two sentences becomes blanks.

use super::super::marks::{Mark, Marked, Offsets, Words};
use super::Fault;
use super::cas::tag;
use std::collections::BTreeMap;

/// Longest distance between two sentences that is filled up, in units of UTF-16.
const GAP: usize = 1 << 20;

/// A feature of a layer.
struct Column {
    layer: usize,
    feature: String,
}

/// Reads a file.
pub(super) fn read(text: &str, name: &str) -> Result<Marked, Fault> {
    let mut article = Marked { name: name.to_owned(), ..Marked::default() };
    let mut columns: Vec<Column> = Vec::new();
    let mut layers = 0;
    let mut whole = String::new();
    let mut units = 0;
    let mut sentence: Vec<String> = Vec::new();
    // By layer and the number that binds tokens together, or the token itself.
    let mut marks: BTreeMap<(usize, String), Mark> = BTreeMap::new();
    let mut order: Vec<(usize, String)> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(layer) = line.strip_prefix("#T_SP=") {
            // Features without a name stand for a layer alone.
            let features: Vec<&str> = layer.split('|').skip(1).collect();
            let name = layer.split('|').next().unwrap_or_default().rsplit('.').next().unwrap_or_default();
            let features = if features.is_empty() { vec![name] } else { features };
            columns.extend(
                features.iter().map(|feature| Column { layer: layers, feature: (*feature).to_owned() }),
            );
            layers += 1;
        } else if let Some(chains) = line.strip_prefix("#T_CH=").or_else(|| line.strip_prefix("#T_RL=")) {
            // Relations and chains have columns, which are passed over.
            let features = chains.split('|').skip(1).count();
            columns.extend((0..features).map(|_| Column { layer: usize::MAX, feature: String::new() }));
        } else if let Some(text) = line.strip_prefix("#Text=") {
            sentence.push(unescaped(text));
        } else if line.starts_with('#') || line.trim().is_empty() {
            continue;
        } else {
            let mut cells = line.split('\t');
            let (token, offsets) = (cells.next().unwrap_or_default(), cells.next().unwrap_or_default());
            let place = offsets.split_once('-').and_then(|(from, to)| {
                Some((from.parse::<usize>().ok()?, to.parse::<usize>().ok()?)).filter(|(from, to)| from <= to)
            });
            let Some((begin, end)) = place else {
                return Err(Fault::new(format!("`{offsets}` is not a place such as 0-4"), Some(number)));
            };
            if !sentence.is_empty() {
                if begin < units || begin - units > GAP {
                    return Err(Fault::new(
                        format!("the sentence at {begin} is not where the one before ends"),
                        Some(number),
                    ));
                }
                let said = std::mem::take(&mut sentence).join("\n");
                whole.extend(std::iter::repeat_n(if units == 0 { ' ' } else { '\n' }, begin - units));
                units = begin + said.encode_utf16().count();
                whole += &said;
            }
            let _words = cells.next();
            for (column, cell) in columns.iter().zip(cells) {
                if column.layer == usize::MAX || cell == "_" {
                    continue;
                }
                for (at, value) in split(cell).into_iter().enumerate() {
                    let (value, bound) = bound(&value);
                    let key = (column.layer, bound.unwrap_or_else(|| format!("{token}/{at}")));
                    let mark = marks.entry(key.clone()).or_insert_with(|| {
                        order.push(key.clone());
                        Mark { number: format!("{}-{}", column.layer + 1, order.len()), ..Mark::default() }
                    });
                    let (from, to) =
                        (i64::try_from(begin).unwrap_or(i64::MAX), i64::try_from(end).unwrap_or(i64::MAX));
                    match mark.spans.first_mut() {
                        Some(Words { place: Some(Offsets::Units(first, last)), .. }) => {
                            (*first, *last) = ((*first).min(from), (*last).max(to));
                        }
                        _ => mark.spans.push(Words::at(Offsets::Units(from, to))),
                    }
                    if value != "*" && !value.is_empty() {
                        let tag = vec![tag(&column.feature, &unescaped(&value))];
                        if !mark.tags.contains(&tag) {
                            mark.tags.push(tag);
                        }
                    }
                }
            }
        }
    }
    article.marks.extend(order.iter().filter_map(|key| marks.remove(key)));
    article.text = Some(whole);
    Ok(article)
}

/// The stacked values of a cell.
fn split(cell: &str) -> Vec<String> {
    let (mut values, mut escaped) = (vec![String::new()], false);
    for letter in cell.chars() {
        match letter {
            '|' if !escaped => values.push(String::new()),
            letter => values.last_mut().into_iter().for_each(|value| value.push(letter)),
        }
        escaped = letter == '\\' && !escaped;
    }
    values
}

/// A value, and the number in brackets that binds tokens of one mark together.
fn bound(value: &str) -> (String, Option<String>) {
    let inside = value.strip_suffix(']').and_then(|rest| rest.rsplit_once('['));
    match inside {
        Some((value, number)) if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => {
            (value.to_owned(), Some(number.to_owned()))
        }
        _ => (value.to_owned(), None),
    }
}

/// A text without the backslashes that keep tabs, line ends and marks of the format apart.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('t') => out.push('\t'),
                Some('n') => out.push('\n'),
                Some('r') => out.push('\r'),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            letter => out.push(letter),
        }
    }
    out
}
