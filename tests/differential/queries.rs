//! Queries as small trees that print as SPARQL, so that they can be drawn, taken apart and changed.

use std::fmt::{self, Display, Formatter, Write};

/// A query.
#[derive(Clone, Debug, PartialEq)]
pub enum Query {
    Select(Select),
    Ask(Group),
    Construct(Vec<Pattern>, Group),
}

/// A SELECT, also one within a pattern.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Select {
    pub duplicates: Duplicates,
    /// None: `*`.
    pub columns: Vec<Column>,
    pub body: Group,
    pub keys: Vec<Column>,
    pub having: Vec<Expression>,
    /// Whether downwards.
    pub order: Vec<(bool, Expression)>,
    pub limit: Option<usize>,
    pub offset: Option<usize>,
}

/// What becomes of rows that are there more than once.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Duplicates {
    #[default]
    Kept,
    Distinct,
    Reduced,
}

/// `?name`, or `(expression AS ?name)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub name: String,
    pub expression: Option<Expression>,
}

/// `{ … }`
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Group(pub Vec<Part>);

#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    Patterns(Vec<Pattern>),
    Filter(Expression),
    Bind(Expression, String),
    Optional(Group),
    Union(Vec<Group>),
    Minus(Group),
    Values(Vec<String>, Vec<Vec<String>>),
    Select(Box<Select>),
    Group(Group),
    /// In a graph, by its name or by a variable.
    Graph(String, Group),
}

/// Subject, property or path, object.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern(pub String, pub Path, pub String);

#[derive(Clone, Debug, PartialEq)]
pub enum Path {
    /// A property, or a variable.
    One(String),
    Inverse(Box<Path>),
    Then(Box<Path>, Box<Path>),
    Or(Box<Path>, Box<Path>),
    /// `*`, `+` or `?`.
    Repeated(Box<Path>, char),
    /// None of these; forwards or backwards.
    Not(Vec<(bool, String)>),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// A variable or a constant.
    Term(String),
    Infix(Box<Expression>, &'static str, Box<Expression>),
    Prefix(&'static str, Box<Expression>),
    Call(&'static str, Vec<Expression>),
    In(Box<Expression>, bool, Vec<Expression>),
    Exists(bool, Group),
    /// None: `COUNT(*)`.
    Aggregate(&'static str, bool, Option<Box<Expression>>),
}

impl Column {
    /// A plain variable.
    pub fn plain(name: &str) -> Self {
        Self { name: name.to_owned(), expression: None }
    }
}

impl Expression {
    /// Whether this holds for it or for anything in it, EXISTS apart.
    pub fn any(&self, holds: &dyn Fn(&Self) -> bool) -> bool {
        holds(self)
            || match self {
                Self::Term(_) | Self::Exists(..) | Self::Aggregate(_, _, None) => false,
                Self::Prefix(_, inner) | Self::Aggregate(_, _, Some(inner)) => inner.any(holds),
                Self::Infix(left, _, right) => left.any(holds) || right.any(holds),
                Self::Call(_, items) => items.iter().any(|item| item.any(holds)),
                Self::In(item, _, list) => item.any(holds) || list.iter().any(|item| item.any(holds)),
            }
    }

    /// Whether it computes something over a group.
    pub fn aggregates(&self) -> bool {
        self.any(&|expression| matches!(expression, Self::Aggregate(..)))
    }
}

impl Select {
    /// Whether rows are put together.
    pub fn groups(&self) -> bool {
        let computed = self.columns.iter().filter_map(|column| column.expression.as_ref());
        !self.keys.is_empty() || !self.having.is_empty() || computed.into_iter().any(Expression::aggregates)
    }
}

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Select(select) => write!(f, "{select}"),
            Self::Ask(group) => write!(f, "ASK {group}"),
            Self::Construct(template, group) => {
                write!(f, "CONSTRUCT {{ {}}} WHERE {group}", each(template, " . "))
            }
        }
    }
}

impl Display for Select {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("SELECT ")?;
        f.write_str(match self.duplicates {
            Duplicates::Kept => "",
            Duplicates::Distinct => "DISTINCT ",
            Duplicates::Reduced => "REDUCED ",
        })?;
        f.write_str(&if self.columns.is_empty() { "* ".to_owned() } else { each(&self.columns, " ") })?;
        write!(f, "WHERE {}", self.body)?;
        if !self.keys.is_empty() {
            write!(f, " GROUP BY {}", each(&self.keys, " "))?;
        }
        if !self.having.is_empty() {
            f.write_str(" HAVING")?;
            self.having.iter().try_for_each(|condition| write!(f, " ({condition})"))?;
        }
        if !self.order.is_empty() {
            f.write_str(" ORDER BY")?;
            for (down, key) in &self.order {
                write!(f, " {}({key})", if *down { "DESC" } else { "ASC" })?;
            }
        }
        self.limit.iter().try_for_each(|limit| write!(f, " LIMIT {limit}"))?;
        self.offset.iter().try_for_each(|offset| write!(f, " OFFSET {offset}"))
    }
}

impl Display for Column {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.expression {
            Some(expression) => write!(f, "({expression} AS {})", self.name),
            None => f.write_str(&self.name),
        }
    }
}

impl Display for Group {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{{ {}}}", each(&self.0, " "))
    }
}

impl Display for Part {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Patterns(patterns) => write!(f, "{}", each(patterns, " . ")),
            Self::Filter(condition) => write!(f, "FILTER({condition})"),
            Self::Bind(expression, name) => write!(f, "BIND({expression} AS {name})"),
            Self::Optional(group) => write!(f, "OPTIONAL {group}"),
            Self::Union(groups) => {
                let branches: Vec<String> = groups.iter().map(ToString::to_string).collect();
                f.write_str(&branches.join(" UNION "))
            }
            Self::Minus(group) => write!(f, "MINUS {group}"),
            Self::Values(names, rows) => {
                write!(f, "VALUES ({}) {{ ", names.join(" "))?;
                rows.iter().try_for_each(|row| write!(f, "({}) ", row.join(" ")))?;
                f.write_char('}')
            }
            Self::Select(select) => write!(f, "{{ {select} }}"),
            Self::Group(group) => write!(f, "{group}"),
            Self::Graph(name, group) => write!(f, "GRAPH {name} {group}"),
        }
    }
}

impl Display for Pattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.0, self.1, self.2)
    }
}

impl Display for Path {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(name) => f.write_str(name),
            Self::Inverse(path) => write!(f, "^({path})"),
            Self::Then(first, second) => write!(f, "({first}/{second})"),
            Self::Or(one, other) => write!(f, "({one}|{other})"),
            Self::Repeated(path, times) => write!(f, "({path}){times}"),
            Self::Not(names) => {
                let name = |(forwards, name): &(bool, String)| {
                    if *forwards { name.clone() } else { format!("^{name}") }
                };
                write!(f, "!({})", names.iter().map(name).collect::<Vec<_>>().join("|"))
            }
        }
    }
}

impl Display for Expression {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Term(term) => f.write_str(term),
            Self::Infix(left, sign, right) => write!(f, "({left} {sign} {right})"),
            Self::Prefix(sign, inner) => write!(f, "({sign}{inner})"),
            Self::Call(name, items) => write!(f, "{name}({})", list(items)),
            Self::In(item, within, items) => {
                write!(f, "({item} {}IN ({}))", if *within { "" } else { "NOT " }, list(items))
            }
            Self::Exists(there, group) => write!(f, "{}EXISTS {group}", if *there { "" } else { "NOT " }),
            Self::Aggregate(name, distinct, of) => {
                let distinct = if *distinct { "DISTINCT " } else { "" };
                let of = of.as_ref().map_or_else(|| "*".to_owned(), ToString::to_string);
                let separator = if *name == "GROUP_CONCAT" { "; SEPARATOR=\"|\"" } else { "" };
                write!(f, "{name}({distinct}{of}{separator})")
            }
        }
    }
}

fn list(items: &[Expression]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Each with what follows it.
fn each<T: Display>(items: &[T], end: &str) -> String {
    items.iter().map(|item| format!("{item}{end}")).collect()
}
