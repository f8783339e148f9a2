//! From marks to the records of a sheet, as parts of its tree.

use super::attributes::Token;
use super::class::{Class, Part};
use super::front::add;
use super::scan::Mark;
use crate::base::diagnostic::{did_you_mean, nearest};
use crate::ingest::sheet::faults::{Fault, a, noun};
use crate::ingest::sheet::read::{MOST_PLACED, fields_of};
use crate::ingest::sheet::record::{
    Attribution, Condition, Event, Measure, Membership, Nothing, OfficeClaim, Poll, Position, Reason,
    Relation,
};
use crate::ingest::sheet::scalar::{QuoteFields, WhenFields};
use crate::ingest::sheet::tree::{Entry, Node, Step, Value};
use std::collections::HashMap;
use std::ops::Range;

/// Attributes of a position that are conditions with the position's words as their evidence.
const CONDITIONS: &[&str] = &["if", "unless", "until", "provided-that", "only-if"];
/// The attribute of a position that is a reason, and the one of any record that is a source.
const BECAUSE: &str = "because";
const VIA: &str = "via";

/// So many ids are offered for a part that belongs to none.
const NEAR: usize = 3;

/// The root of a sheet: the front matter's fields, and the records that the marks make; and the fields that are
/// absent because a faulty attribute was meant for them.
pub(super) fn root(
    mut root: Vec<Entry>,
    marks: &[Mark],
    text: &str,
    faults: &mut Vec<Fault>,
) -> (Node, Vec<Vec<Step>>) {
    let mut reader = Reader {
        marks,
        text,
        classes: Vec::new(),
        ids: HashMap::new(),
        parts: HashMap::new(),
        current: ("", 0),
        meant: Vec::new(),
        faults,
    };
    reader.classify();
    reader.give_parts_away();
    let mut sections: Vec<(&'static str, Vec<Node>)> = Vec::new();
    for (at, class) in reader.classes.clone().into_iter().enumerate() {
        let Some(class) = class else { continue };
        let Some(section) = class.section() else { continue };
        if !sections.iter().any(|(name, _)| *name == section) {
            sections.push((section, Vec::new()));
        }
        if let Some((_, records)) = sections.iter_mut().find(|(name, _)| *name == section) {
            reader.current = (section, records.len());
            records.push(reader.record(at, class, section));
        }
    }
    let meant = std::mem::take(&mut reader.meant);
    let mut left_out = Vec::new();
    for (section, records) in sections {
        let place = records[0].place.clone();
        let before = add(&mut root, section, place, records, false);
        let here = meant.iter().filter(|((name, _), _)| *name == section);
        left_out.extend(here.map(|((_, item), field)| {
            vec![Step::from(section), Step::from(before + item), Step::from(field.as_str())]
        }));
    }
    (Node { place: 0..0, value: Value::Map(root) }, left_out)
}

struct Reader<'a> {
    marks: &'a [Mark],
    text: &'a str,
    /// What each mark makes; none where its attributes cannot be read or its class is unknown, which was reported.
    classes: Vec<Option<Class>>,
    /// The marks that have ids.
    ids: HashMap<&'a str, usize>,
    /// Parts by the mark whose record they belong to, in the order of the text.
    parts: HashMap<usize, Vec<usize>>,
    /// The record that is being made: its section and its number among those of the marks.
    current: (&'static str, usize),
    /// Fields of records for which a faulty attribute was meant.
    meant: Vec<((&'static str, usize), String)>,
    faults: &'a mut Vec<Fault>,
}

impl<'a> Reader<'a> {
    fn classify(&mut self) {
        for (at, mark) in self.marks.iter().enumerate() {
            let attributes = &mark.attributes;
            let class = match &attributes.class {
                _ if attributes.broken => None,
                None => {
                    self.faults.push(
                        Fault::new(attributes.place.clone(), "a mark without a class")
                            .expected("expected a class such as .supports, .event or .hedge")
                            .help("if the brackets are text, write \\] for the one before `{`"),
                    );
                    None
                }
                Some(name) => Class::from_name(&name.text).or_else(|| {
                    let all = Class::names();
                    let near = nearest(&name.text, all.iter().map(String::as_str), NEAR);
                    let help = did_you_mean(&near).unwrap_or_else(|| format!("one of: {}", all.join(", ")));
                    self.faults.push(
                        Fault::new(name.place.clone(), format!("unknown class `{}`", name.text))
                            .expected("neither a stance, a kind of record nor a part of one")
                            .help(help),
                    );
                    None
                }),
            };
            self.classes.push(class);
            let Some(id) = &attributes.id else { continue };
            if let Some(Class::Part(_)) = class {
                self.faults.push(
                    Fault::new(id.place.clone(), "a part with an id")
                        .expected("only records have ids; parts name theirs with `of=`"),
                );
            } else if self.ids.contains_key(id.text.as_str()) {
                self.faults.push(
                    Fault::new(id.place.clone(), format!("a second `#{}`", id.text))
                        .expected("another mark of this text has the same id"),
                );
            } else {
                self.ids.insert(&id.text, at);
            }
        }
    }

    fn give_parts_away(&mut self) {
        for (at, mark) in self.marks.iter().enumerate() {
            let Some(Class::Part(_)) = self.classes[at] else { continue };
            let of: Vec<&Token> = mark
                .attributes
                .fields
                .iter()
                .filter(|(key, _)| key.text == "of")
                .map(|(_, value)| value)
                .collect();
            let mut owners = Vec::new();
            if of.is_empty() {
                match self.record_around(at) {
                    Some(owner) => owners.push(owner),
                    None => self.no_owner(at),
                }
            }
            for value in of {
                for id in value.text.split([',', ' ', '\n']).filter(|id| !id.is_empty()) {
                    match self.ids.get(id.trim_start_matches('#')) {
                        Some(owner) => owners.push(*owner),
                        None => {
                            let is_shown = self.faults.len() <= MOST_PLACED;
                            let near = nearest(id, self.ids.keys().copied().filter(|_| is_shown), NEAR);
                            let help = did_you_mean(&near).or_else(|| self.ids_near(at));
                            self.faults.push(
                                Fault::new(value.place.clone(), format!("no mark has the id `{id}`"))
                                    .expected("expected the `#id` of a record of this text")
                                    .help(help.unwrap_or_else(|| {
                                        "write `#an-id` into that record's mark".to_owned()
                                    })),
                            );
                        }
                    }
                }
            }
            for owner in owners {
                self.parts.entry(owner).or_default().push(at);
            }
        }
    }

    /// The nearest mark around this one that makes a record, or would if it could be read.
    fn record_around(&self, at: usize) -> Option<usize> {
        let mut around = self.marks[at].around;
        while let Some(mark) = around {
            if !matches!(self.classes[mark], Some(Class::Part(_))) {
                break;
            }
            around = self.marks[mark].around;
        }
        around
    }

    fn no_owner(&mut self, at: usize) {
        let class = self.marks[at].attributes.class.as_ref();
        let name = class.map(|class| class.text.as_str()).unwrap_or_default();
        let help = self.ids_near(at).unwrap_or_else(|| {
            "give the mark that it belongs to an id, {.supports #p1 …}, and this one `of=p1`".to_owned()
        });
        self.faults.push(
            Fault::new(self.marks[at].attributes.place.clone(), format!("`.{name}` belongs to no record"))
                .expected("expected it inside the brackets of a record's mark, or with `of=id`")
                .help(help),
        );
    }

    /// The ids of the records nearest to a mark: "write of=p1, or of=p2".
    fn ids_near(&self, at: usize) -> Option<String> {
        if self.faults.len() > MOST_PLACED {
            return None;
        }
        let start = self.marks[at].start;
        let mut near: Vec<(usize, &str)> =
            self.ids.iter().map(|(id, mark)| (self.marks[*mark].start.abs_diff(start), *id)).collect();
        near.sort_unstable();
        let near: Vec<String> = near.into_iter().take(NEAR).map(|(_, id)| format!("of={id}")).collect();
        let (last, others) = near.split_last()?;
        Some(match others {
            [] => format!("write {last}"),
            _ => format!("write {} or {last}", others.join(", ")),
        })
    }

    fn words(&self, at: usize) -> &'a str {
        &self.text[self.marks[at].bytes.clone()]
    }

    fn record(&mut self, at: usize, class: Class, section: &'static str) -> Node {
        let mark = &self.marks[at];
        let attributes = &mark.attributes;
        let mut entries: Vec<Entry> = Vec::new();
        let fields = match class {
            Class::Position => fields_of::<Position>(),
            Class::Event => fields_of::<Event>(),
            Class::Measure => fields_of::<Measure>(),
            Class::Poll => fields_of::<Poll>(),
            Class::Relation => fields_of::<Relation>(),
            Class::OfficeClaim => fields_of::<OfficeClaim>(),
            Class::Membership => fields_of::<Membership>(),
            Class::Nothing | Class::Part(_) => fields_of::<Nothing>(),
        };
        if fields.contains(&"quote") {
            entries.extend(self.quoted(at));
        }
        if let (Class::Position, Some(stance)) = (class, &attributes.class) {
            push(&mut entries, "stance", &stance.place, text_node(stance));
        }
        if let Some(id) = &attributes.id {
            push(&mut entries, "key", &id.place, text_node(id));
        }
        // The article is the text, and the stance the class.
        let own = fields.iter().copied().filter(|field| !matches!(*field, "article" | "stance"));
        let own: Vec<&str> = own.chain(shorthand(class)).collect();
        let mut attributions: Vec<(Option<usize>, Node)> = Vec::new();
        for (key, value) in &attributes.fields {
            let field = camel_case(&key.text);
            let is_shorthand = shorthand(class).any(|name| name == key.text);
            if is_shorthand {
                let quote = entries.iter().find(|entry| entry.key == "quote").map(|entry| first(&entry.node));
                let (field, fields): (_, Vec<(&str, &str)>) = match key.text.as_str() {
                    VIA => ("attribution", vec![("source", &value.text)]),
                    BECAUSE => ("reason", vec![("text", &value.text)]),
                    kind => ("condition", vec![("kind", kind), ("text", &value.text)]),
                };
                let place = key.place.start..value.place.end;
                let fields = fields.into_iter().map(|(name, text)| {
                    let place = if name == "kind" { &key.place } else { &value.place };
                    entry(name, place, Node { place: place.clone(), value: Value::Text(text.to_owned()) })
                });
                let mut fields: Vec<Entry> = fields.collect();
                fields.extend(quote.map(|quote| entry("quote", &place, quote)));
                let node = Node { place: place.clone(), value: Value::Map(fields) };
                if field == "attribution" {
                    attributions.push((None, node));
                } else {
                    push(&mut entries, field, &key.place, node);
                }
            } else if key.text != "quote" && !is_of_quote(attributes.fields.iter(), &key.text) {
                self.field(&mut entries, key, &field, value, &own, noun(section));
            }
        }
        for part in self.parts.remove(&at).unwrap_or_default() {
            let Some(Class::Part(kind)) = self.classes[part] else { continue };
            let field = kind.field(class);
            if !fields.contains(&field) {
                let name = &self.marks[part].attributes.class;
                let place = name
                    .as_ref()
                    .map_or_else(|| self.marks[part].brackets.clone(), |name| name.place.clone());
                self.faults.push(
                    Fault::new(place, format!("{} has no {field}", a(noun(section))))
                        .expected(format!("the record that it belongs to is {}", a(noun(section)))),
                );
                continue;
            }
            self.part(&mut entries, &mut attributions, part, kind, field);
        }
        for node in in_order(attributions, self.faults) {
            let place = node.place.clone();
            push(&mut entries, "attribution", &place, node);
        }
        let whole = mark.brackets.start..attributes.place.end;
        Node { place: whole, value: Value::Map(entries) }
    }

    /// An attribute that is a field of a record, or of a field of it: `valid.from`.
    fn field(
        &mut self,
        entries: &mut Vec<Entry>,
        key: &Token,
        field: &str,
        value: &Token,
        known: &[&str],
        noun: &str,
    ) {
        let (head, below) = field.split_once('.').map_or((field, None), |(head, below)| (head, Some(below)));
        if !known.contains(&head) {
            let typed_camel = key.text.contains(|c: char| c.is_uppercase());
            let all: Vec<String> = known
                .iter()
                .map(|name| if typed_camel { (*name).to_owned() } else { with_hyphens(name) })
                .filter(|name| name != "key")
                .collect();
            let near = nearest(&key.text, all.iter().map(String::as_str), NEAR);
            self.meant.extend(near.first().map(|near| (self.current, camel_case(near))));
            self.faults.push(
                Fault::new(key.place.clone(), format!("unknown attribute `{}`", key.text))
                    .expected(format!("{} has no such attribute", a(noun)))
                    .help(
                        did_you_mean(&near)
                            .unwrap_or_else(|| format!("its attributes are {}", all.join(", "))),
                    ),
            );
            return;
        }
        let comma = value.text.contains(',');
        if comma && is_unquoted(value) {
            self.meant.push((self.current, head.to_owned()));
            self.faults.push(
                Fault::new(value.place.clone(), "a comma in a value")
                    .expected("a list repeats its key")
                    .help(format!(
                        "write {}; or put the value in double quotes",
                        value
                            .text
                            .split(',')
                            .map(|one| format!("{}={one}", key.text))
                            .collect::<Vec<_>>()
                            .join(" ")
                    )),
            );
            return;
        }
        match below {
            None => push(entries, head, &key.place, text_node(value)),
            Some(below) => {
                let inner = entry(below, &key.place, text_node(value));
                match entries.iter_mut().find(|entry| entry.key == head).map(|entry| &mut entry.node.value) {
                    Some(Value::Map(fields)) => push(fields, below, &key.place, text_node(value)),
                    _ => {
                        let place = key.place.start..value.place.end;
                        push(entries, head, &key.place, Node { place, value: Value::Map(vec![inner]) });
                    }
                }
            }
        }
    }

    /// The words of a mark and those of its `quote=`, as the field `quote`.
    fn quoted(&self, at: usize) -> Option<Entry> {
        let mark = &self.marks[at];
        let mut quotes: Vec<Node> = Vec::new();
        if !self.words(at).is_empty() {
            quotes.push(self.span(at, "exact"));
        }
        let values =
            |wanted: &'static str| mark.attributes.fields.iter().filter(move |(key, _)| key.text == wanted);
        for (number, (_, value)) in values("quote").enumerate() {
            let mut fields = vec![entry("exact", &value.place, text_node(value))];
            for name in ["start", "end", "within"] {
                fields.extend(
                    values(name).nth(number).map(|(key, value)| entry(name, &key.place, text_node(value))),
                );
            }
            quotes.push(Node { place: value.place.clone(), value: Value::Map(fields) });
        }
        let place = if self.words(at).is_empty() {
            values("quote").next()?.0.place.clone()
        } else {
            mark.brackets.clone()
        };
        let node = match quotes.len() {
            1 => quotes.remove(0),
            _ => Node { place: place.clone(), value: Value::List(quotes) },
        };
        Some(Entry { key: "quote".to_owned(), key_place: place, node })
    }

    /// The words of a mark at their place in the text, under this name.
    fn span(&self, at: usize, name: &str) -> Node {
        let mark = &self.marks[at];
        let text = |text: String| Node { place: mark.brackets.clone(), value: Value::Text(text) };
        let fields = vec![
            entry(name, &mark.brackets, text(self.words(at).to_owned())),
            entry("start", &mark.brackets, text(mark.start.to_string())),
        ];
        Node { place: mark.brackets.clone(), value: Value::Map(fields) }
    }

    /// Adds what a part says to the fields of its record.
    fn part(
        &mut self,
        entries: &mut Vec<Entry>,
        attributions: &mut Vec<(Option<usize>, Node)>,
        at: usize,
        kind: Part,
        field: &str,
    ) {
        let mark = &self.marks[at];
        let attributes = &mark.attributes;
        let name = format!(
            "mark .{}",
            attributes.class.as_ref().map(|class| class.text.as_str()).unwrap_or_default()
        );
        let is_own = |key: &str| key == "of" || (key == "order" && kind == Part::Attribution);
        let others = attributes.fields.iter().filter(|(key, _)| !is_own(&key.text));
        let place = mark.brackets.start..attributes.place.end;
        let quote = self.quoted(at);
        match kind {
            Part::Hedge | Part::Evidence => {
                for (key, value) in others.filter(|(key, _)| {
                    key.text != "quote" && !is_of_quote(attributes.fields.iter(), &key.text)
                }) {
                    self.field(&mut Vec::new(), key, &key.text, value, &["of", "quote"], &name);
                }
                match quote {
                    None => self.faults.push(
                        Fault::new(attributes.place.clone(), format!("a {name} without words"))
                            .expected("expected words in the brackets, or `quote=`"),
                    ),
                    Some(Entry { key_place, node, .. }) => match node.value {
                        Value::List(quotes) => {
                            quotes.into_iter().for_each(|quote| push(entries, field, &key_place, quote));
                        }
                        _ => push(entries, field, &key_place, node),
                    },
                }
            }
            Part::Target => {
                let actor = others.clone().filter(|(key, _)| key.text == "actor");
                let mut named: Vec<Node> = actor.map(|(_, value)| text_node(value)).collect();
                for (key, value) in others.filter(|(key, _)| key.text != "actor") {
                    self.field(&mut Vec::new(), key, &key.text, value, &["of", "actor"], &name);
                }
                if named.is_empty() {
                    let words = in_one_line(self.words(at));
                    named.push(Node { place: mark.brackets.clone(), value: Value::Text(words) });
                }
                named.into_iter().for_each(|node| push(entries, field, &mark.brackets, node));
            }
            Part::Time => {
                let mut fields: Vec<Entry> = Vec::new();
                if !self.words(at).is_empty()
                    && let Value::Map(span) = self.span(at, "text").value
                {
                    fields.extend(span);
                }
                let known = fields_of::<WhenFields>();
                for (key, value) in others {
                    let field = if key.text == "quote" { "text".to_owned() } else { camel_case(&key.text) };
                    let known: Vec<&str> = known.iter().copied().chain(["quote", "of"]).collect();
                    self.field(&mut fields, key, &field, value, &known, &name);
                }
                push(entries, field, &mark.brackets, Node { place, value: Value::Map(fields) });
            }
            Part::Condition | Part::Reason | Part::Attribution => {
                let known = match kind {
                    Part::Condition => fields_of::<Condition>(),
                    Part::Reason => fields_of::<Reason>(),
                    _ => fields_of::<Attribution>(),
                };
                let own = if kind == Part::Attribution { ["of", "order"].as_slice() } else { &["of"] };
                let own: Vec<&str> = known.iter().copied().chain(own.iter().copied()).collect();
                let mut fields: Vec<Entry> = Vec::new();
                let words = match &quote {
                    Some(Entry { node, .. }) => words_of(&first(node)),
                    None => None,
                };
                fields.extend(quote.map(|Entry { key_place, node, .. }| entry("quote", &key_place, node)));
                for (key, value) in others.filter(|(key, _)| {
                    key.text != "quote" && !is_of_quote(attributes.fields.iter(), &key.text)
                }) {
                    self.field(&mut fields, key, &camel_case(&key.text), value, &own, &name);
                }
                let says_text = fields.iter().any(|entry| entry.key == "text");
                if known.contains(&"text")
                    && !says_text
                    && let Some(words) = words
                {
                    let text = Node { place: mark.brackets.clone(), value: Value::Text(in_one_line(&words)) };
                    push(&mut fields, "text", &mark.brackets, text);
                }
                let node = Node { place, value: Value::Map(fields) };
                if kind == Part::Attribution {
                    let order = self.order(attributes.fields.iter());
                    attributions.push((order, node));
                } else {
                    push(entries, field, &mark.brackets, node);
                }
            }
        }
    }

    /// The place in the chain that an attribution is given, counted from 1.
    fn order<'m>(&mut self, mut fields: impl Iterator<Item = &'m (Token, Token)>) -> Option<usize> {
        let (_, value) = fields.find(|(key, _)| key.text == "order")?;
        let order = value.text.parse().ok().filter(|order| (1..=1000).contains(order));
        if order.is_none() {
            self.faults.push(
                Fault::new(value.place.clone(), format!("`{}` is no place in a chain", value.text))
                    .expected("expected 1 for the source nearest to the words, 2 for the next …"),
            );
        }
        order
    }
}

/// The attributes of a record of this class that stand for parts.
fn shorthand(class: Class) -> impl Iterator<Item = &'static str> {
    let conditions = if class == Class::Position { CONDITIONS } else { &[] };
    let reasons = if class == Class::Position { [BECAUSE].as_slice() } else { &[] };
    let is_stated = !matches!(class, Class::Membership | Class::Nothing | Class::Part(_));
    let sources = if is_stated { [VIA].as_slice() } else { &[] };
    conditions.iter().chain(reasons).chain(sources).copied()
}

/// Whether an attribute says where the words of a `quote=` stand.
fn is_of_quote<'m>(mut fields: impl Iterator<Item = &'m (Token, Token)>, key: &str) -> bool {
    fields_of::<QuoteFields>().contains(&key) && key != "exact" && fields.any(|(key, _)| key.text == "quote")
}

/// Attributions in the order of their chain: those that have a place there, the others between them in the order
/// of the text.
fn in_order(attributions: Vec<(Option<usize>, Node)>, faults: &mut Vec<Fault>) -> Vec<Node> {
    let (mut placed, mut others) = (Vec::new(), Vec::new());
    for (order, node) in attributions {
        match order {
            Some(order) => placed.push((order, node)),
            None => others.push(node),
        }
    }
    placed.sort_by_key(|(order, _)| *order);
    if let Some([_, (order, node)]) = placed.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        faults.push(
            Fault::new(node.place.clone(), format!("a second attribution with `order={order}`"))
                .expected("each link of a chain has a place of its own"),
        );
    }
    let (mut chain, mut others) = (Vec::new(), others.into_iter());
    for (order, node) in placed {
        while chain.len() + 1 < order
            && let Some(other) = others.next()
        {
            chain.push(other);
        }
        chain.push(node);
    }
    chain.extend(others);
    chain
}

/// Adds a field; a second of its name makes a list of both.
fn push(entries: &mut Vec<Entry>, key: &str, key_place: &Range<usize>, node: Node) {
    match entries.iter_mut().find(|entry| entry.key == key) {
        None => entries.push(entry(key, key_place, node)),
        Some(entry) => match &mut entry.node.value {
            Value::List(items) => items.push(node),
            _ => {
                let first =
                    std::mem::replace(&mut entry.node, Node { place: key_place.clone(), value: Value::Null });
                entry.node.place = first.place.clone();
                entry.node.value = Value::List(vec![first, node]);
            }
        },
    }
}

fn entry(key: &str, key_place: &Range<usize>, node: Node) -> Entry {
    Entry { key: key.to_owned(), key_place: key_place.clone(), node }
}

fn text_node(token: &Token) -> Node {
    Node { place: token.place.clone(), value: Value::Text(token.text.clone()) }
}

/// The first quote of one or several.
fn first(node: &Node) -> Node {
    match &node.value {
        Value::List(items) => items.first().cloned().unwrap_or_else(|| node.clone()),
        _ => node.clone(),
    }
}

fn words_of(quote: &Node) -> Option<String> {
    let Value::Map(fields) = &quote.value else { return None };
    fields.iter().find(|field| field.key == "exact").and_then(|field| match &field.node.value {
        Value::Text(words) => Some(words.clone()),
        _ => None,
    })
}

/// A value that takes as many code points as are written for it has no quotation marks.
fn is_unquoted(value: &Token) -> bool {
    value.place.len() == value.text.chars().count()
}

fn in_one_line(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `on-behalf-of` as `onBehalfOf`.
fn camel_case(key: &str) -> String {
    let mut out = String::with_capacity(key.len());
    let mut raise = false;
    for c in key.chars() {
        if c == '-' {
            raise = true;
        } else if std::mem::take(&mut raise) {
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
    }
    out
}

/// `onBehalfOf` as `on-behalf-of`.
fn with_hyphens(field: &str) -> String {
    let mut out = String::with_capacity(field.len());
    for c in field.chars() {
        if c.is_uppercase() {
            out.push('-');
            out.extend(c.to_lowercase());
        } else {
            out.push(c);
        }
    }
    out
}
