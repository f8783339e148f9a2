//! A place in a text that is being read, counted in bytes, code points and lines.

/// A place in a text.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'t> {
    text: &'t str,
    byte: usize,
    at: usize,
    line: usize,
}

impl<'t> Cursor<'t> {
    /// The place of a byte, before which there are so many code points and lines.
    pub(super) fn new(text: &'t str, byte: usize, at: usize, line: usize) -> Self {
        Self { text, byte, at, line }
    }

    /// Code points before it.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Bytes before it.
    pub(super) fn byte(&self) -> usize {
        self.byte
    }

    /// Its line, counted from 1.
    pub(super) fn line(&self) -> usize {
        self.line
    }

    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.byte..]
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.byte += c.len_utf8();
        self.at += 1;
        self.line += usize::from(c == '\n');
        Some(c)
    }

    /// Goes on by so many bytes, which end on a code point and hold no line feed.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.at += self.rest()[..bytes].chars().count();
        self.byte += bytes;
    }

    /// The signs up to the first that is not wanted. None of the wanted is a line feed.
    pub(super) fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let taken = &rest[..rest.find(|c| !wanted(c)).unwrap_or(rest.len())];
        self.skip(taken.len());
        taken
    }

    pub(super) fn skip_while(&mut self, wanted: impl Fn(char) -> bool) {
        self.take_while(wanted);
    }

    /// Whether this line feed is followed by an empty line or by the end of the text.
    pub(super) fn is_paragraph_end(&self) -> bool {
        let next = self.rest().get(1..).unwrap_or_default();
        next.find(|c: char| c == '\n' || !c.is_whitespace()).is_none_or(|at| next[at..].starts_with('\n'))
    }

    /// Goes past the next brace in this paragraph that stands in no quotation marks; whether there is one. Without,
    /// it is the end of the paragraph.
    pub(super) fn skip_past_brace(&mut self) -> bool {
        let mut quoted = false;
        loop {
            match self.peek() {
                None => return false,
                Some('\n') if self.is_paragraph_end() => return false,
                Some('}') if !quoted => {
                    self.next();
                    return true;
                }
                Some('"') => quoted = !quoted,
                Some('\\') if quoted && self.rest()[1..].starts_with('"') => {
                    self.next();
                }
                Some(_) => {}
            }
            self.next();
        }
    }
}
