//! The attributes of a mark: `{.class #id key=value key="a value"}`.

use super::cursor::Cursor;
use crate::ingest::sheet::faults::Fault;
use std::ops::Range;
use unicode_normalization::char::is_combining_mark;

/// A word of the file and its place, in code points.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) text: String,
    pub(super) place: Range<usize>,
}

/// Attributes in the order in which they are written.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    /// From `{` to `}`.
    pub(super) place: Range<usize>,
    /// Without its dot.
    pub(super) class: Option<Token>,
    /// Without its `#`.
    pub(super) id: Option<Token>,
    pub(super) fields: Vec<(Token, Token)>,
    /// Whether something of them could not be read, which was reported.
    pub(super) broken: bool,
}

/// Why an attribute cannot be read.
struct Unread {
    fault: Box<Fault>,
    /// Whether it is a quotation mark without its fellow, which may be why no brace closes the attributes.
    is_quote_open: bool,
}

impl Unread {
    fn new(fault: Fault) -> Self {
        Self { fault: Box::new(fault), is_quote_open: false }
    }
}

/// Signs of a value without quotation marks, and of the ids in `of=`, which commas part.
pub(super) fn is_bare(c: char) -> bool {
    is_word(c) || matches!(c, '.' | ':' | '/' | '-' | ',')
}

/// A value as it is written: bare, or in double quotes.
#[must_use]
pub fn value(text: &str) -> String {
    // A comma parts ids, so a value with one is put in quotes.
    let is_bare = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | ':' | '/' | '-');
    if !text.is_empty() && text.chars().all(is_bare) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    let mut slashes = 0;
    for c in text.chars().chain(['\0']) {
        // Before a quotation mark, backslashes are doubled.
        if c == '"' || c == '\0' {
            out.extend(std::iter::repeat_n('\\', slashes));
        }
        match c {
            '\0' => break,
            '"' => out.push_str("\\\""),
            c => out.push(c),
        }
        slashes = if c == '\\' { slashes + 1 } else { 0 };
    }
    out.push('"');
    out
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || is_combining_mark(c)
}

/// Signs that a word processor makes of quotation marks.
const CURVED: &[char] =
    &['\u{201c}', '\u{201d}', '\u{201e}', '\u{ab}', '\u{bb}', '\u{2018}', '\u{2019}', '\''];

const EXAMPLE: &str = "attributes are written like {.opposes #p1 actor=berg issue=\"The mill is torn down\"}";

impl Attributes {
    /// Reads attributes from the brace that opens them to the one that closes them. Where something cannot be
    /// read, the rest is passed over; where no brace closes them, reading goes on behind the paragraph.
    pub(super) fn read(cursor: &mut Cursor<'_>, faults: &mut Vec<Fault>) -> Self {
        let start = cursor.at();
        cursor.next();
        let mut read = Self::default();
        let never_closed = || {
            Fault::new(start..start + 1, "a mark that is never closed")
                .expected("its attributes begin here; its paragraph has no `}` for them")
                .help(EXAMPLE)
        };
        loop {
            cursor.skip_while(|c| c.is_whitespace() && c != '\n');
            match cursor.peek() {
                Some('}') => {
                    cursor.next();
                    break;
                }
                Some('\n') if !cursor.is_paragraph_end() => {
                    cursor.next();
                }
                None | Some('\n') => {
                    faults.push(never_closed());
                    read.broken = true;
                    break;
                }
                Some(_) => {
                    if let Err(Unread { fault, is_quote_open }) = read.one(cursor) {
                        read.broken = true;
                        // One fault a mark: what follows is read wrongly.
                        let closes = cursor.skip_past_brace();
                        faults.push(if closes || is_quote_open { *fault } else { never_closed() });
                        break;
                    }
                }
            }
        }
        read.place = start..cursor.at();
        read
    }

    fn one(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Unread> {
        let start = cursor.at();
        match cursor.peek() {
            Some(sign @ ('.' | '#')) => {
                cursor.next();
                let text =
                    cursor.take_while(|c| !c.is_whitespace() && !matches!(c, '}' | '{' | '"' | '=' | '#'));
                let token = Token { place: start..cursor.at(), text: text.to_owned() };
                let (what, slot) =
                    if sign == '.' { ("class", &mut self.class) } else { ("id", &mut self.id) };
                if token.text.is_empty() {
                    return Err(Unread::new(
                        Fault::new(token.place, format!("`{sign}` without a name"))
                            .expected(format!("expected the {what} directly after `{sign}`"))
                            .help(EXAMPLE),
                    ));
                }
                if let Some(first) = slot {
                    let (a, an) = if sign == '.' { (".", "class") } else { ("#", "id") };
                    return Err(Unread::new(
                        Fault::new(token.place, format!("a second {an} `{a}{}`", token.text))
                            .expected(format!("this mark has the {an} `{a}{}` already", first.text))
                            .help(if sign == '.' {
                                "one mark makes one record: put a second mark around the same words, [[words]{.first …}]{.second …}"
                            } else {
                                "write one of them"
                            }),
                    ));
                }
                *slot = Some(token);
                Ok(())
            }
            _ => {
                let field = field(cursor)?;
                self.fields.push(field);
                Ok(())
            }
        }
    }
}

/// `key=value`.
fn field(cursor: &mut Cursor<'_>) -> Result<(Token, Token), Unread> {
    let start = cursor.at();
    let key = cursor.take_while(|c| is_word(c) || matches!(c, '.' | '-')).to_owned();
    let key = Token { place: start..cursor.at(), text: key };
    if key.text.is_empty() {
        let sign = cursor.peek().map(String::from).unwrap_or_default();
        return Err(Unread::new(
            Fault::new(start..start + 1, format!("unexpected `{sign}`"))
                .expected("expected `.class`, `#id` or `key=value`")
                .help(EXAMPLE),
        ));
    }
    if cursor.peek() != Some('=') {
        return Err(Unread::new(
            Fault::new(key.place, format!("`{}` has no value", key.text))
                .expected("expected `=` directly after it")
                .help("a class begins with a dot; a value with blanks needs double quotes: key=\"a value\""),
        ));
    }
    cursor.next();
    let start = cursor.at();
    match cursor.peek() {
        Some('"') => {
            let text = quoted(cursor)?;
            Ok((key, Token { place: start..cursor.at(), text }))
        }
        _ => {
            let text = cursor.take_while(is_bare).to_owned();
            match cursor.peek() {
                Some(sign) if sign != '}' && !sign.is_whitespace() => Err(Unread::new(
                    Fault::new(cursor.at()..cursor.at() + 1, format!("unexpected `{sign}` in a value"))
                        .expected("a value without quotes has letters, digits and _ . : / - only")
                        .help(if CURVED.contains(&sign) {
                            format!("write straight double quotes: {}=\"…\"", key.text)
                        } else {
                            format!("put it in double quotes: {}=\"…\"", key.text)
                        }),
                )),
                _ if text.is_empty() => Err(Unread::new(
                    Fault::new(key.place, format!("`{}` has no value", key.text))
                        .expected("expected a value directly after `=`")
                        .help("an empty value is left out with its key"),
                )),
                _ => Ok((key, Token { place: start..cursor.at(), text })),
            }
        }
    }
}

/// A value in double quotes. Before a quotation mark, two backslashes are one, and a single one makes the mark a
/// part of the value; elsewhere a backslash is a backslash.
fn quoted(cursor: &mut Cursor<'_>) -> Result<String, Unread> {
    let start = cursor.at();
    cursor.next();
    let mut value = String::new();
    loop {
        value += cursor.take_while(|c| !matches!(c, '\\' | '"' | '\n'));
        match cursor.peek() {
            Some('"') => {
                cursor.next();
                return Ok(value);
            }
            Some('\\') => {
                let slashes = cursor.take_while(|c| c == '\\').len();
                if cursor.peek() != Some('"') {
                    value.extend(std::iter::repeat_n('\\', slashes));
                    continue;
                }
                value.extend(std::iter::repeat_n('\\', slashes / 2));
                if slashes % 2 == 1 {
                    cursor.next();
                    value.push('"');
                }
            }
            Some('\n') if !cursor.is_paragraph_end() => {
                cursor.next();
                value.push('\n');
            }
            Some(_) | None => {
                let fault = Fault::new(start..start + 1, "a value in quotation marks that does not end")
                    .expected("the second quotation mark is missing")
                    .help("inside \"…\" write \\\" for a quotation mark");
                return Err(Unread { fault: Box::new(fault), is_quote_open: true });
            }
        }
    }
}
