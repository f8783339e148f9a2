//! Where in a query the cursor stands: at which part of which triple, and what else is said of it.
//!
//! The text is unfinished, and wrong more often than not, so no grammar is held against it: brackets
//! and punctuation tell where patterns, triples and their parts begin, whatever stands there.

use crate::base::tokens::{Kind, Token, tokens};
use crate::model::prefixes::Prefixes;
use crate::model::vocab::rdf;
use std::mem;
use std::ops::Range;

/// What is expected at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The beginning of a triple, or of whatever else a pattern has.
    Subject,
    /// A property.
    Property,
    /// A property's value.
    Object,
    /// A value that a variable is compared with or bound to, if one is.
    Value,
    /// The end of a triple.
    Punctuation,
    /// Anything: no pattern is open.
    Any,
}

/// What a triple is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Variable(String),
    Iri(String),
    /// Something without a name.
    Blank(usize),
}

/// A property, or its reverse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Property {
    pub(super) iri: String,
    pub(super) reverse: bool,
}

/// A triple of the text. Literals are nothing that could be known more of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) subject: Node,
    pub(super) property: Option<Property>,
    pub(super) object: Option<Node>,
}

/// Where the cursor stands.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The word that is being typed, in bytes; empty between words.
    pub(super) word: Range<usize>,
    /// What kind of word it is.
    pub(super) kind: Option<Kind>,
    pub(super) role: Role,
    /// What the triple is about, where it has begun.
    pub(super) subject: Option<Node>,
    /// Whether the property is one that leads to it.
    pub(super) reverse: bool,
    /// The property of which a value is expected.
    pub(super) property: Option<Property>,
    /// The variable that a value is for.
    pub(super) variable: Option<String>,
    /// What is said anywhere in the text.
    pub(super) said: Vec<Said>,
    /// The variables of the text, but for the word that is being typed.
    pub(super) variables: Vec<String>,
}

impl Place {
    /// Where the cursor stands, in bytes; prefixes are those that the text can use.
    pub(super) fn of(text: &str, cursor: usize, prefixes: &Prefixes) -> Self {
        let (before, after) = text.split_at(cursor);
        let mut tokens_before = tokens(before);
        let (word, kind) = match tokens_before.last() {
            Some(token) if token.range.end == cursor && is_word(token, before) => {
                (token.range.clone(), Some(token.kind))
            }
            _ => (cursor..cursor, None),
        };
        if !word.is_empty() {
            tokens_before.pop();
        }
        let mut reader = Reader::new(prefixes);
        reader.read(before, &tokens_before);
        let frame = reader.frame();
        let mut place = Self {
            word,
            kind,
            role: frame.role(),
            subject: frame.about().cloned(),
            reverse: frame.reverse,
            property: frame.property.clone(),
            variable: frame.variable.clone(),
            said: Vec::new(),
            variables: Vec::new(),
        };
        // Whatever is being typed stands for something, so that what follows stays in step.
        reader.term(None);
        let rest = after.trim_start_matches(|c: char| c.is_alphanumeric() || "_-:".contains(c));
        reader.read(rest, &tokens(rest));
        place.said = reader.said;
        place.variables = reader.variables;
        place
    }
}

fn is_word(token: &Token, source: &str) -> bool {
    match token.kind {
        Kind::PrefixedName | Kind::Word | Kind::Variable | Kind::UnclosedText => true,
        Kind::Symbol => matches!(token.text(source), "?" | "$"),
        Kind::Iri | Kind::BrokenIri | Kind::Text | Kind::Number => false,
    }
}

/// What is open at a place.
#[derive(Clone, Debug)]
struct Frame {
    kind: Open,
    expects: Role,
    subject: Option<Node>,
    /// What the next property of a path is of: the value of the one before.
    step: Option<Node>,
    property: Option<Property>,
    reverse: bool,
    /// The keyword that has begun, and whose brackets are no triples.
    keyword: Option<String>,
    /// The last variable of an expression, or that of a list of values.
    variable: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    /// Nothing.
    Query,
    /// `{`
    Pattern,
    /// `[`
    Blank,
    /// `(` in the place of a property
    Path,
    /// `(`
    Expression,
    /// `{` of values
    Values,
}

impl Frame {
    fn new(kind: Open) -> Self {
        let expects = match kind {
            Open::Query => Role::Any,
            Open::Pattern => Role::Subject,
            Open::Blank | Open::Path => Role::Property,
            Open::Expression | Open::Values => Role::Value,
        };
        Self {
            kind,
            expects,
            subject: None,
            step: None,
            property: None,
            reverse: false,
            keyword: None,
            variable: None,
        }
    }

    fn role(&self) -> Role {
        self.expects
    }

    fn about(&self) -> Option<&Node> {
        self.step.as_ref().or(self.subject.as_ref())
    }
}

struct Reader<'p> {
    prefixes: &'p Prefixes,
    stack: Vec<Frame>,
    said: Vec<Said>,
    variables: Vec<String>,
    blanks: usize,
}

impl<'p> Reader<'p> {
    fn new(prefixes: &'p Prefixes) -> Self {
        let stack = vec![Frame::new(Open::Query)];
        Self { prefixes, stack, said: Vec::new(), variables: Vec::new(), blanks: 0 }
    }

    fn frame(&self) -> &Frame {
        self.stack.last().expect("the query itself is never closed")
    }

    fn top(&mut self) -> &mut Frame {
        self.stack.last_mut().expect("the query itself is never closed")
    }

    fn blank(&mut self) -> Node {
        self.blanks += 1;
        Node::Blank(self.blanks)
    }

    fn read(&mut self, source: &str, tokens: &[Token]) {
        for token in tokens {
            let text = token.text(source);
            match token.kind {
                Kind::Symbol => self.symbol(text),
                Kind::Word => self.word(text),
                Kind::Variable => {
                    let name = text[1..].to_owned();
                    if !self.variables.contains(&name) {
                        self.variables.push(name.clone());
                    }
                    self.top().variable = Some(name.clone());
                    self.term(Some(Node::Variable(name)));
                }
                Kind::Iri => self.term(Some(Node::Iri(text[1..text.len() - 1].to_owned()))),
                Kind::PrefixedName => {
                    let iri = self.prefixes.expand(text).unwrap_or_else(|| text.to_owned());
                    self.term(Some(Node::Iri(iri)));
                }
                Kind::BrokenIri | Kind::Text | Kind::UnclosedText | Kind::Number => self.term(None),
            }
        }
    }

    /// A part of a triple; none is a literal.
    fn term(&mut self, node: Option<Node>) {
        let frame = self.top();
        match frame.expects {
            Role::Subject if frame.keyword.is_some() => {}
            Role::Subject => {
                frame.subject = node;
                frame.expects = Role::Property;
            }
            Role::Property => {
                let reverse = mem::take(&mut frame.reverse);
                frame.property = match node {
                    Some(Node::Iri(iri)) => Some(Property { iri, reverse }),
                    _ => None,
                };
                if frame.kind != Open::Path {
                    frame.expects = Role::Object;
                }
            }
            Role::Object => {
                if let Some(subject) = frame.about().cloned() {
                    let property = frame.property.clone();
                    self.said.push(Said { subject, property, object: node });
                }
                self.top().expects = Role::Punctuation;
            }
            Role::Value | Role::Punctuation | Role::Any => {}
        }
    }

    fn word(&mut self, text: &str) {
        match self.frame().expects {
            Role::Property if text == "a" => {
                self.term(Some(Node::Iri(rdf::TYPE.as_str().to_owned())));
            }
            Role::Object => self.term(None),
            Role::Subject | Role::Punctuation => {
                let frame = self.top();
                *frame = Frame { keyword: Some(text.to_ascii_uppercase()), ..Frame::new(frame.kind) };
                frame.expects = Role::Subject;
                // Those that a pattern's bracket follows are over with their word.
                if matches!(text.to_ascii_uppercase().as_str(), "OPTIONAL" | "UNION" | "MINUS") {
                    frame.keyword = None;
                }
            }
            Role::Any => self.top().keyword = Some(text.to_ascii_uppercase()),
            Role::Property | Role::Value => {}
        }
    }

    fn symbol(&mut self, text: &str) {
        match text {
            "{" => {
                let frame = self.top();
                let is_values = frame.keyword.take().is_some_and(|keyword| keyword == "VALUES");
                let variable = frame.variable.clone();
                let mut inner = Frame::new(if is_values { Open::Values } else { Open::Pattern });
                inner.variable = variable.filter(|_| is_values);
                self.stack.push(inner);
            }
            "(" => {
                let frame = self.frame();
                let is_path = frame.expects == Role::Property;
                let variable = frame.variable.clone();
                let mut inner = Frame::new(if is_path { Open::Path } else { Open::Expression });
                inner.subject = frame.about().cloned().filter(|_| is_path);
                inner.variable = variable.filter(|_| matches!(self.frame().kind, Open::Expression));
                self.stack.push(inner);
            }
            "[" => {
                let blank = self.blank();
                let mut inner = Frame::new(Open::Blank);
                inner.subject = Some(blank);
                self.stack.push(inner);
            }
            "}" | ")" | "]" => self.close(),
            "." => {
                let frame = self.top();
                if matches!(frame.kind, Open::Pattern) {
                    *frame = Frame::new(frame.kind);
                }
            }
            ";" => {
                let frame = self.top();
                if matches!(frame.kind, Open::Pattern | Open::Blank) {
                    *frame = Frame { subject: frame.subject.take(), ..Frame::new(frame.kind) };
                    frame.expects = Role::Property;
                }
            }
            "," if self.frame().expects == Role::Punctuation => self.top().expects = Role::Object,
            "^" if self.frame().expects == Role::Property => self.top().reverse = true,
            "/" => self.step(),
            "|" => {
                let frame = self.top();
                if frame.expects == Role::Object {
                    frame.expects = Role::Property;
                }
            }
            _ => {}
        }
    }

    /// On along a path: from here the next property is one of what the last one leads to.
    fn step(&mut self) {
        let frame = self.frame();
        if !(frame.expects == Role::Object || frame.kind == Open::Path) {
            return;
        }
        let (subject, property) = (frame.about().cloned(), frame.property.clone());
        let blank = self.blank();
        if let Some(subject) = subject {
            self.said.push(Said { subject, property, object: Some(blank.clone()) });
        }
        let frame = self.top();
        frame.step = Some(blank);
        frame.expects = Role::Property;
    }

    fn close(&mut self) {
        if self.stack.len() == 1 {
            return;
        }
        let closed = self.stack.pop().expect("there is one more");
        match closed.kind {
            Open::Path => {
                let frame = self.top();
                frame.property = closed.property;
                frame.step = closed.step.or(frame.step.take());
                frame.expects = Role::Object;
            }
            Open::Blank => self.term(closed.subject),
            Open::Pattern | Open::Values => {
                let frame = self.top();
                *frame = Frame { variable: frame.variable.take(), ..Frame::new(frame.kind) };
            }
            Open::Expression if self.frame().kind == Open::Pattern => {
                let frame = self.top();
                match frame.keyword.as_deref() {
                    // Which of several values is of which variable, nobody counts here.
                    Some("VALUES") => frame.variable = None,
                    Some(_) => *frame = Frame::new(frame.kind),
                    // A collection.
                    None => self.term(None),
                }
            }
            Open::Expression | Open::Query => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(marked: &str) -> Place {
        let cursor = marked.find('|').expect("a cursor");
        Place::of(&marked.replacen('|', "", 1), cursor, &Prefixes::known())
    }

    #[test]
    fn parts_of_triples_are_told_apart() {
        let cases = [
            ("|", Role::Any),
            ("SELECT |", Role::Any),
            ("SELECT ?a { |", Role::Subject),
            ("ASK { ?a |", Role::Property),
            ("ASK { ?a rdf:is| ?b }", Role::Property),
            ("ASK { ?a a |", Role::Object),
            ("ASK { ?a a rdf:Po|", Role::Object),
            ("ASK { ?a a stp:Position |", Role::Punctuation),
            ("ASK { ?a a stp:Position ; |", Role::Property),
            ("ASK { ?a a stp:Position . |", Role::Subject),
            ("ASK { ?a stp:actor ?b , |", Role::Object),
            ("ASK { ?a stp:actor/|", Role::Property),
            ("ASK { ?a (stp:actor!^|", Role::Property),
            ("ASK { ?a (stp:actor/rdf:x)* |", Role::Object),
            ("ASK { ?a stp:condition [ |", Role::Property),
            ("ASK { ?a stp:condition [ rdf:x |", Role::Object),
            ("ASK { ?a stp:condition [ rdf:x 1 ] |", Role::Punctuation),
            ("ASK { FILTER(?a = |", Role::Value),
            ("ASK { FILTER(?a = 1) |", Role::Subject),
            ("ASK { FILTER(?a = 1) ?a |", Role::Property),
            ("ASK { FILTER REGEX(?a, 'b') ?a |", Role::Property),
            ("ASK { FILTER NOT EXISTS { ?a |", Role::Property),
            ("ASK { FILTER NOT EXISTS { ?a rdf:x ?b } |", Role::Subject),
            ("ASK { OPTIONAL { ?a rdf:x ?b } ?c |", Role::Property),
            ("ASK { VALUES ?a { |", Role::Value),
            ("ASK { VALUES (?a ?b) { (|", Role::Value),
            ("ASK { VALUES ?a { 1 } |", Role::Subject),
            ("ASK { GRAPH ?g { ?a |", Role::Property),
            ("ASK { BIND(1 AS ?a) ?b |", Role::Property),
            ("ASK { ?a rdf:x 'text' ; |", Role::Property),
            ("ASK { ?a rdf:x \"open|", Role::Object),
            ("ASK { ?a rdf:x ?b } |", Role::Any),
        ];
        for (marked, role) in cases {
            assert_eq!(place(marked).role, role, "{marked}");
        }
    }

    #[test]
    fn what_is_said_is_known_wherever_it_stands() {
        let iri = |name: &str| Prefixes::known().expand(name).unwrap();
        let place = place("ASK { ?a a stp:Position ; | . ?a stp:issue/^stp:issue ?b }");
        assert_eq!(place.subject, Some(Node::Variable("a".into())));
        assert_eq!(place.said.len(), 3);
        let issue = |reverse| Some(Property { iri: iri("stp:issue"), reverse });
        assert_eq!(place.said[0].object, Some(Node::Iri(iri("stp:Position"))));
        assert_eq!(place.said[1].property, issue(false));
        assert_eq!(place.said[2].property, issue(true));
        assert_eq!(place.said[2].subject, place.said[1].object.clone().unwrap());
        assert_eq!(place.variables, ["a", "b"]);
    }

    #[test]
    fn values_know_their_variables() {
        let variable = |marked: &str| place(marked).variable.unwrap_or_default();
        assert_eq!(variable("ASK { VALUES ?a { |"), "a");
        assert_eq!(variable("ASK { ?p rdf:x ?b FILTER(?a = |"), "a");
        assert_eq!(variable("ASK { FILTER(?a IN (|"), "a");
        assert_eq!(place("ASK { ?a rdf:x \"ce d|").word, 15..20);
    }
}
