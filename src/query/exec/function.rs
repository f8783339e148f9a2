//! Functions of values: by hand those that questions about positions ask for row by row, and all
//! others by the evaluator itself.
//!
//! The evaluator builds an expression anew each time it is asked, which takes about a microsecond;
//! that is why not all are left to it. No function here has a value where an argument has none.

use super::expression::Row;
use super::value::{self, Value};
use crate::store::index::read::dataset::{from_spelled, to_spelled};
use memchr::memmem::Finder;
use oxiri::Iri;
use oxrdf::vocab::xsd;
use oxrdf::{BaseDirection, Literal, Term, Variable};
use regex::{Regex, RegexBuilder};
use spareval::{ExpressionTriple, QueryEvaluator};
use spargebra::algebra::Function as Name;
use sparopt::algebra::Expression;

/// What has arguments and a value that depends on nothing else.
pub(super) enum Function {
    OfTerms(OfTerms),
    Lang,
    LangMatches,
    UpperCase,
    LowerCase,
    Contains,
    Starts,
    Ends,
    /// An IRI from a text. Queries with a base for relative ones are not for batches.
    Iri,
    IsIri,
    IsBlank,
    IsLiteral,
    IsNumeric,
    Number(Unary),
    /// Whether it contains a text that is the same for every row, and in no language.
    Has(Box<Finder<'static>>),
    /// A pattern that is the same for every row.
    Regex(Regex),
    Replace,
    /// Cast to a type whose values may stand between white space: all but `xsd:string`.
    Cast(Box<Delegate>),
    Other(Box<Delegate>),
}

/// What depends on how its arguments are written, not only on their values, or gives one of them back.
#[derive(Clone, Copy)]
pub(super) enum OfTerms {
    Str,
    Datatype,
    StrDt,
    Triple,
    Object,
}

/// What makes one number of one. Left to the evaluator, the sign of what is not a number would
/// be lost, and it knows two of those from one another.
#[derive(Clone, Copy)]
pub(super) enum Unary {
    Plus,
    Minus,
    Abs,
    Ceil,
    Floor,
    Round,
}

/// A function that the evaluator computes.
pub(super) struct Delegate {
    evaluator: QueryEvaluator,
    expression: Expression,
    variables: Vec<Variable>,
}

/// As large as the evaluator lets a compiled pattern be.
const PATTERN_BYTES: usize = 1_000_000;

/// The types that there are casts to.
const CASTS: &[oxrdf::NamedNodeRef<'static>] = &[
    xsd::STRING,
    xsd::BOOLEAN,
    xsd::DOUBLE,
    xsd::FLOAT,
    xsd::INTEGER,
    xsd::DECIMAL,
    xsd::DATE,
    xsd::TIME,
    xsd::DATE_TIME,
    xsd::DURATION,
    xsd::YEAR_MONTH_DURATION,
    xsd::DAY_TIME_DURATION,
    xsd::G_YEAR,
    xsd::G_YEAR_MONTH,
    xsd::G_MONTH,
    xsd::G_MONTH_DAY,
    xsd::G_DAY,
];

impl Function {
    /// None of a function whose value depends on more than its arguments (a clock, chance, blank
    /// nodes made so far, the query's base IRI), and of one that is not known.
    pub(super) fn of(name: &Name, arguments: usize) -> Option<Self> {
        Some(match name {
            Name::Str => Self::OfTerms(OfTerms::Str),
            Name::StrDt => Self::OfTerms(OfTerms::StrDt),
            Name::Triple => Self::OfTerms(OfTerms::Triple),
            Name::Object => Self::OfTerms(OfTerms::Object),
            Name::Replace => Self::Replace,
            Name::Lang => Self::Lang,
            Name::LangMatches => Self::LangMatches,
            Name::Datatype => Self::OfTerms(OfTerms::Datatype),
            Name::UCase => Self::UpperCase,
            Name::LCase => Self::LowerCase,
            Name::Contains => Self::Contains,
            Name::StrStarts => Self::Starts,
            Name::StrEnds => Self::Ends,
            Name::IsIri => Self::IsIri,
            Name::IsBlank => Self::IsBlank,
            Name::IsLiteral => Self::IsLiteral,
            Name::IsNumeric => Self::IsNumeric,
            Name::Abs => Self::Number(Unary::Abs),
            Name::Ceil => Self::Number(Unary::Ceil),
            Name::Floor => Self::Number(Unary::Floor),
            Name::Round => Self::Number(Unary::Round),
            Name::Now | Name::Rand | Name::Uuid | Name::StrUuid | Name::BNode => return None,
            Name::Iri => Self::Iri,
            Name::Custom(name) if arguments != 1 || !CASTS.contains(&name.as_ref()) => return None,
            Name::Custom(datatype) if *datatype != xsd::STRING => {
                Self::Cast(Box::new(Delegate::new(1, |arguments| {
                    Expression::FunctionCall(name.clone(), arguments)
                })))
            }
            _ => Self::delegated(arguments, |arguments| Expression::FunctionCall(name.clone(), arguments)),
        })
    }

    /// A pattern with these flags; none if it is one that fails for every text.
    pub(super) fn pattern(pattern: &str, flags: &str) -> Option<Self> {
        Some(Self::Regex(regex(pattern, flags).ok()?))
    }

    /// What the evaluator makes of so many arguments.
    pub(super) fn delegated(
        arguments: usize,
        expression: impl FnOnce(Vec<Expression>) -> Expression,
    ) -> Self {
        Self::Other(Box::new(Delegate::new(arguments, expression)))
    }

    /// Whether its value is a boolean.
    pub(super) fn is_boolean(&self) -> bool {
        use Function::{
            Contains, Ends, Has, IsBlank, IsIri, IsLiteral, IsNumeric, LangMatches, Regex, Starts,
        };
        matches!(
            self,
            LangMatches
                | Contains
                | Has(_)
                | Starts
                | Ends
                | IsIri
                | IsBlank
                | IsLiteral
                | IsNumeric
                | Regex(_)
        )
    }

    /// The value for these arguments, as many as it has; none is an error.
    pub(super) fn call(&self, arguments: &[&Value], row: &Row<'_>) -> Option<Value> {
        if !self.is_boolean() {
            // None makes a text that is longer than all of its arguments three times, but for REPLACE: a capital
            // has up to three times the bytes of a letter, and so has what is encoded.
            row.room_for(arguments.iter().filter_map(|value| Some(3 * text(value)?.0.len())).sum())?;
        }
        if let Self::Other(delegate) = self {
            return delegate.call(arguments);
        }
        let first = *arguments.first()?;
        Some(match self {
            Self::Lang => Value::StringLiteral(match first {
                Value::LangStringLiteral { language, .. } | Value::DirLangStringLiteral { language, .. } => {
                    language.clone()
                }
                Value::NamedNode(_) | Value::BlankNode(_) | Value::Triple(_) => return None,
                _ => String::new(),
            }),
            Self::LowerCase => with_text(first, str::to_lowercase)?,
            Self::UpperCase => with_text(first, str::to_uppercase)?,
            Self::Number(unary) if value::is_number(first) => unary.of(first)?,
            Self::Number(unary) => unary.of_duration(first)?,
            Self::Iri => match first {
                Value::NamedNode(_) => first.clone(),
                Value::StringLiteral(text) => Value::NamedNode(Iri::parse(text.clone()).ok()?.into()),
                _ => return None,
            },
            Self::Replace => replace(arguments, row)?,
            Self::Cast(delegate) => match first {
                // White space around a text is no part of such a value (XML Schema 1.1 part 2, 4.3.6).
                Value::StringLiteral(text) => delegate
                    .call(&[&Value::StringLiteral(text.trim_matches([' ', '\t', '\n', '\r']).into())])?,
                other => delegate.call(&[other])?,
            },
            _ => self.holds(arguments)?.into(),
        })
    }

    /// Whether it holds, if [`Self::is_boolean`].
    pub(super) fn holds(&self, arguments: &[&Value]) -> Option<bool> {
        let first = *arguments.first()?;
        Some(match self {
            Self::LangMatches => {
                let (Value::StringLiteral(tag), Value::StringLiteral(range)) = (first, arguments[1]) else {
                    return None;
                };
                language_matches(tag, range)
            }
            Self::Contains => texts(arguments).map(|(text, part)| text.contains(part))?,
            Self::Has(part) => part.find(text(first)?.0.as_bytes()).is_some(),
            Self::Starts => texts(arguments).map(|(text, part)| text.starts_with(part))?,
            Self::Ends => texts(arguments).map(|(text, part)| text.ends_with(part))?,
            Self::IsIri => matches!(first, Value::NamedNode(_)),
            Self::IsBlank => matches!(first, Value::BlankNode(_)),
            Self::IsLiteral => !matches!(first, Value::NamedNode(_) | Value::BlankNode(_) | Value::Triple(_)),
            Self::IsNumeric => value::is_number(first),
            Self::Regex(pattern) => pattern.is_match(text(first)?.0),
            _ => return None,
        })
    }
}

impl OfTerms {
    /// The term for these, as many as it has arguments; none is an error.
    pub(super) fn call(self, arguments: &[Term]) -> Option<Term> {
        Some(match (self, arguments) {
            (Self::Str, [Term::Literal(literal)]) => Literal::new_simple_literal(literal.value()).into(),
            (Self::Str, [Term::NamedNode(iri)]) => Literal::new_simple_literal(iri.as_str()).into(),
            (Self::Datatype, [Term::Literal(literal)]) => literal.datatype().into_owned().into(),
            (Self::StrDt, [Term::Literal(text), Term::NamedNode(datatype)])
                if text.datatype() == xsd::STRING =>
            {
                Literal::new_typed_literal(text.value(), datatype.clone()).into()
            }
            (Self::Triple, [subject, predicate, object]) => {
                let [subject, predicate] = [subject, predicate].map(|term| Value::from(term.clone()));
                let triple = ExpressionTriple::new(subject, predicate, to_spelled(object.clone()).into())?;
                from_spelled(Value::from(triple).into())
            }
            (Self::Object, [Term::Triple(triple)]) => triple.object.clone(),
            _ => return None,
        })
    }
}

impl Unary {
    fn of(self, number: &Value) -> Option<Value> {
        Some(match number {
            Value::IntegerLiteral(n) => Value::IntegerLiteral(match self {
                Self::Minus => n.checked_neg()?,
                Self::Abs => n.checked_abs()?,
                Self::Plus | Self::Ceil | Self::Floor | Self::Round => *n,
            }),
            Value::DecimalLiteral(n) => Value::DecimalLiteral(match self {
                Self::Plus => *n,
                Self::Minus => n.checked_neg()?,
                Self::Abs => n.checked_abs()?,
                Self::Ceil => n.checked_ceil()?,
                Self::Floor => n.checked_floor()?,
                Self::Round => n.checked_round()?,
            }),
            Value::FloatLiteral(n) => Value::FloatLiteral(match self {
                Self::Plus => *n,
                Self::Minus => -*n,
                Self::Abs => n.abs(),
                Self::Ceil => n.ceil(),
                Self::Floor => n.floor(),
                Self::Round => n.round(),
            }),
            Value::DoubleLiteral(n) => Value::DoubleLiteral(match self {
                Self::Plus => *n,
                Self::Minus => -*n,
                Self::Abs => n.abs(),
                Self::Ceil => n.ceil(),
                Self::Floor => n.floor(),
                Self::Round => n.round(),
            }),
            _ => return None,
        })
    }

    /// Durations have a sign too.
    fn of_duration(self, value: &Value) -> Option<Value> {
        let minus = match self {
            Self::Plus => false,
            Self::Minus => true,
            Self::Abs | Self::Ceil | Self::Floor | Self::Round => return None,
        };
        Some(match value {
            Value::DurationLiteral(_)
            | Value::YearMonthDurationLiteral(_)
            | Value::DayTimeDurationLiteral(_)
                if !minus =>
            {
                value.clone()
            }
            Value::DurationLiteral(d) => Value::DurationLiteral(d.checked_neg()?),
            Value::YearMonthDurationLiteral(d) => Value::YearMonthDurationLiteral(d.checked_neg()?),
            Value::DayTimeDurationLiteral(d) => Value::DayTimeDurationLiteral(d.checked_neg()?),
            _ => return None,
        })
    }
}

impl Delegate {
    fn new(arguments: usize, expression: impl FnOnce(Vec<Expression>) -> Expression) -> Self {
        let variables: Vec<Variable> =
            (0..arguments).map(|n| Variable::new_unchecked(format!("a{n}"))).collect();
        let expression = expression(variables.iter().cloned().map(Expression::Variable).collect());
        Self { evaluator: QueryEvaluator::new(), expression, variables }
    }

    fn call(&self, arguments: &[&Value]) -> Option<Value> {
        let terms = arguments.iter().map(|value| Term::from((*value).clone()));
        let value = self.evaluator.evaluate_expression(&self.expression, self.variables.iter().zip(terms));
        value.map(Value::from)
    }
}

/// A language, and in which direction it runs.
pub(super) type Language<T = String> = (T, Option<BaseDirection>);

/// A text and its language; none of what is no text.
pub(super) fn text(value: &Value) -> Option<(&str, Option<Language<&str>>)> {
    match value {
        Value::StringLiteral(value) => Some((value, None)),
        Value::LangStringLiteral { value, language } => Some((value, Some((language, None)))),
        Value::DirLangStringLiteral { value, language, direction } => {
            Some((value, Some((language, Some(*direction)))))
        }
        _ => None,
    }
}

/// A text in a language, if it has one.
pub(super) fn plain(value: String, language: Option<Language>) -> Value {
    match language {
        None => Value::StringLiteral(value),
        Some((language, None)) => Value::LangStringLiteral { value, language },
        Some((language, Some(direction))) => Value::DirLangStringLiteral { value, language, direction },
    }
}

fn with_text(value: &Value, change: impl Fn(&str) -> String) -> Option<Value> {
    let (value, language) = text(value)?;
    Some(plain(change(value), language.map(|(language, direction)| (language.to_owned(), direction))))
}

/// Two texts that may be compared: the second in the language of the first, or in none.
fn texts<'a>(arguments: &[&'a Value]) -> Option<(&'a str, &'a str)> {
    let ((a, of_a), (b, of_b)) = (text(arguments[0])?, text(arguments[1])?);
    (of_b.is_none() || of_a == of_b).then_some((a, b))
}

/// Why a regular expression cannot be used.
pub(in crate::query) enum PatternError {
    /// A letter that is no flag.
    Flag(char),
    /// What is malformed in it.
    Pattern(String),
    /// What XPath has and this engine does not, and what to write instead.
    Unsupported(&'static str, &'static str),
}

/// A pattern with these flags.
///
/// # Errors
/// Either is malformed, or asks for what the engine does not have.
pub(in crate::query) fn regex(pattern: &str, flags: &str) -> Result<Regex, PatternError> {
    let is_literal = flags.contains('q');
    if !is_literal && subtracts(pattern) {
        return Err(PatternError::Unsupported(
            "class subtraction such as [a-z-[aeiou]]",
            "write the letters that remain: [b-df-hj-np-tv-z]",
        ));
    }
    let literal = if is_literal { regex::escape(pattern) } else { pattern.to_owned() };
    let mut builder = RegexBuilder::new(&literal);
    builder.size_limit(PATTERN_BYTES);
    for flag in flags.chars() {
        match flag {
            's' => builder.dot_matches_new_line(true),
            'm' => builder.multi_line(true),
            'i' => builder.case_insensitive(true),
            'x' => builder.ignore_whitespace(true),
            'q' => &mut builder,
            other => return Err(PatternError::Flag(other)),
        };
    }
    builder.build().map_err(|error| {
        let back_reference =
            pattern.as_bytes().windows(2).any(|two| two[0] == b'\\' && two[1].is_ascii_digit());
        let look_around = ["(?=", "(?!", "(?<=", "(?<!"].iter().any(|opening| pattern.contains(opening));
        if back_reference {
            PatternError::Unsupported("back references such as \\1", "write each case: (aa|bb|cc)")
        } else if look_around {
            PatternError::Unsupported("look-ahead or look-behind", "write two conditions, joined by && or !")
        } else {
            let message = error.to_string();
            let why = message.rsplit("error: ").next().unwrap_or(&message);
            PatternError::Pattern(why.trim().to_owned())
        }
    })
}

/// Whether a class takes another one away, which the engine would read as one more class.
fn subtracts(pattern: &str) -> bool {
    let (mut in_class, mut escaped, mut before) = (false, false, ' ');
    for c in pattern.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' if in_class && before == '-' => return true,
            '[' => in_class = true,
            ']' => in_class = false,
            _ => {}
        }
        before = c;
    }
    false
}

/// `REPLACE`, as `fn:replace` has it (XPath and XQuery Functions and Operators 3.1, 5.6.4): an error if
/// the pattern matches the empty text, or if the replacement is malformed.
fn replace(arguments: &[&Value], row: &Row<'_>) -> Option<Value> {
    let string = |value: &Value| match value {
        Value::StringLiteral(text) => Some(text.clone()),
        _ => None,
    };
    let (whole, language) = text(arguments[0])?;
    let flags = arguments.get(3).map_or(Some(String::new()), |flags| string(flags))?;
    let pattern = regex(&string(arguments[1])?, &flags).ok()?;
    if pattern.is_match("") {
        return None;
    }
    let replacement = string(arguments[2])?;
    let parts = if flags.contains('q') {
        vec![Part::Text(replacement)]
    } else {
        replacement_parts(&replacement, pattern.captures_len() - 1)?
    };
    let (mut replaced, mut end) = (String::new(), 0);
    for captures in pattern.captures_iter(whole) {
        let found = captures.get_match();
        replaced.push_str(&whole[end..found.start()]);
        for part in &parts {
            let text = match part {
                Part::Text(text) => text,
                Part::Group(number) => captures.get(*number).map_or("", |group| group.as_str()),
            };
            row.room_for(replaced.len() + text.len())?;
            replaced.push_str(text);
        }
        end = found.end();
    }
    replaced.push_str(&whole[end..]);
    let language = language.map(|(language, direction)| (language.to_owned(), direction));
    Some(plain(replaced, language))
}

/// A part of what `REPLACE` puts in place of a match.
enum Part {
    Text(String),
    /// What the group of this number matched, or, of number 0, the whole pattern.
    Group(usize),
}

/// The parts of a replacement for a pattern with so many groups: `$` and digits name a group by the
/// longest number that there is, what follows are digits; `\\` and `\$` stand for `\` and `$`. None if it
/// has a `$` or a `\` that stands for nothing.
fn replacement_parts(replacement: &str, groups: usize) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut chars = replacement.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => text.push(chars.next().filter(|next| matches!(next, '\\' | '$'))?),
            '$' => {
                let digit = |c: char| c.to_digit(10).map(|digit| digit as usize);
                let mut number = digit(chars.next()?)?;
                while let Some(next) = chars.peek().copied().and_then(digit)
                    && number * 10 + next <= groups
                {
                    number = number * 10 + next;
                    chars.next();
                }
                parts.push(Part::Text(std::mem::take(&mut text)));
                if number <= groups {
                    parts.push(Part::Group(number));
                }
            }
            other => text.push(other),
        }
    }
    parts.push(Part::Text(text));
    Some(parts)
}

fn language_matches(tag: &str, range: &str) -> bool {
    if range == "*" {
        return !tag.is_empty();
    }
    let mut parts = tag.split('-');
    range.split('-').all(|wanted| parts.next().is_some_and(|part| part.eq_ignore_ascii_case(wanted)))
}
