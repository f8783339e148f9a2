//! Text, numbers and dates that no value in the data can equal: another language, another
//! datatype, or text where there are things.

use super::Found;
use super::known::{Classes, Known};
use super::places::Places;
use super::scope::{Block, Link};
use crate::base::diagnostic::Diagnostic;
use crate::model::vocab::{rdf, rdfs, xsd};
use crate::query::parse::algebra::all_patterns;
use oxrdf::{Literal, NamedNodeRef, Term, Variable};
use spargebra::algebra::{Expression, Function, GraphPattern, PropertyPathExpression as Path};
use spargebra::term::TermPattern;
use std::collections::BTreeSet;

/// So many values of a property are looked at; all alike, they speak for the rest.
const MOST_SCANNED: usize = 200_000;

/// What can be compared with each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sort {
    Number,
    Text,
    /// Text in a language.
    Language(String),
    Other(String),
    Thing,
}

impl Sort {
    fn of(term: &Term) -> Self {
        match term {
            Term::Literal(literal) => Self::of_literal(literal),
            _ => Self::Thing,
        }
    }

    fn of_literal(literal: &Literal) -> Self {
        const NUMBERS: &[&str] = &["integer", "decimal", "double", "float", "int", "long", "short", "byte"];
        if let Some(language) = literal.language() {
            return Self::Language(language.to_ascii_lowercase());
        }
        let datatype = literal.datatype().as_str();
        match datatype.strip_prefix(xsd::NAMESPACE) {
            Some("string") => Self::Text,
            Some(local) if NUMBERS.contains(&local) || local.ends_with("Integer") => Self::Number,
            _ => Self::Other(datatype.to_owned()),
        }
    }

    fn is_text(&self) -> bool {
        matches!(self, Self::Text | Self::Language(_))
    }

    /// "text in `en`", "an `xsd:date`".
    fn named(&self, known: &Known<'_>) -> String {
        match self {
            Self::Number => "a number".into(),
            Self::Text => "text without a language".into(),
            Self::Language(language) => format!("text in `{language}`"),
            Self::Other(datatype) => format!("`{}`", known.short(datatype)),
            Self::Thing => "a thing, which has an IRI".into(),
        }
    }
}

pub(super) fn check(blocks: &[Block<'_>], known: &Known<'_>, places: &Places<'_>, found: &mut Found<'_>) {
    for block in blocks {
        for link in &block.links[block.inherited.0..] {
            constant(link, known, places, found);
        }
        for filter in &block.filters[block.inherited.1..] {
            comparisons(filter, block, known, places, found);
        }
        // What an OPTIONAL's own condition compares was put behind the inherited ones already.
        if block.inherited.1 > 0 {
            comparisons(block.filters[block.inherited.1 - 1], block, known, places, found);
        }
    }
}

/// `skos:prefLabel "Putin"` where every label has a language.
fn constant(link: &Link<'_>, known: &Known<'_>, places: &Places<'_>, found: &mut Found<'_>) {
    let (Path::NamedNode(property), TermPattern::Literal(wanted)) = (&link.path, link.object) else { return };
    let alike =
        |value: &Literal| value.datatype() == wanted.datatype() && value.language() == wanted.language();
    let mut sorts = BTreeSet::new();
    let mut twin = None;
    for triple in known.index.matching(None, Some(property.as_ref()), None).take(MOST_SCANNED) {
        let Term::Literal(value) = triple.object else { continue };
        if alike(&value) {
            return;
        }
        sorts.insert((value.datatype().into_owned(), value.language().map(str::to_owned)));
        if value.value().to_lowercase() == wanted.value().to_lowercase() {
            twin = Some(value);
        }
    }
    if sorts.is_empty() {
        return;
    }
    let name = known.short(property.as_str());
    let have: Vec<String> = sorts
        .iter()
        .map(|(datatype, language)| match language {
            Some(language) => format!("`@{language}`"),
            None => format!("`^^{}`", known.short(datatype.as_str())),
        })
        .collect();
    let (title, label) = match wanted.language() {
        None if sorts.iter().all(|(_, language)| language.is_some()) => {
            (format!("every `{name}` has a language, but {wanted} has none"), "matches nothing without it")
        }
        _ => (format!("no `{name}` has this datatype or language"), "matches nothing"),
    };
    let mut warning = Diagnostic::warning(title).expected(label);
    warning = warning.note(format!("the values of `{name}` end in {}", have.join(", ")));
    let help = twin.unwrap_or_else(|| {
        let (datatype, language) = sorts.into_iter().next().expect("there are some");
        match language {
            Some(language) => Literal::new_language_tagged_literal_unchecked(wanted.value(), language),
            None => typed(wanted, datatype.as_ref()),
        }
    });
    warning = warning.help(format!("write {}", written(&help, known)));
    let triple = link.triple(property);
    found.warn(places.object(&triple, &link.path), warning);
}

/// The literal with another datatype; dates and times are brought into its form, as far as they have one.
fn typed(literal: &Literal, datatype: NamedNodeRef<'_>) -> Literal {
    let value = literal.value();
    let day = value.split('T').next().unwrap_or(value);
    // The first day of a year or month.
    let day = match (day.len(), day.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')) {
        (4, true) => format!("{day}-01-01"),
        (7, true) => format!("{day}-01"),
        _ => day.to_owned(),
    };
    match datatype {
        xsd::DATE => Literal::new_typed_literal(day, datatype),
        xsd::DATE_TIME if !value.contains('T') => {
            Literal::new_typed_literal(format!("{day}T00:00:00"), datatype)
        }
        _ => Literal::new_typed_literal(value, datatype),
    }
}

/// As it would be written in a query.
fn written(literal: &Literal, known: &Known<'_>) -> String {
    let text = Literal::new_simple_literal(literal.value());
    match literal.language() {
        Some(language) => format!("{text}@{language}"),
        None if literal.datatype() == xsd::STRING => text.to_string(),
        None if literal.datatype() == xsd::INTEGER => literal.value().to_owned(),
        None => format!("{text}^^{}", known.short(literal.datatype().as_str())),
    }
}

fn comparisons(
    filter: &Expression,
    block: &Block<'_>,
    known: &Known<'_>,
    places: &Places<'_>,
    found: &mut Found<'_>,
) {
    use Expression as E;
    let mut compare = |one: &E, other: &E, equal: bool| match (one, other) {
        (E::Variable(variable), E::Literal(literal)) | (E::Literal(literal), E::Variable(variable)) => {
            literal_compared(variable, literal, block, known, places, found);
        }
        (E::Variable(variable), E::NamedNode(thing)) | (E::NamedNode(thing), E::Variable(variable))
            if equal =>
        {
            thing_compared(variable, thing.as_ref(), block, known, places, found);
        }
        (E::Variable(variable), instant @ E::Variable(other)) => {
            instant_compared(variable, instant, block, known, places, found);
            instant_compared(other, one, block, known, places, found);
        }
        (E::Variable(variable), instant) | (instant, E::Variable(variable)) => {
            instant_compared(variable, instant, block, known, places, found);
        }
        _ => {}
    };
    match filter {
        E::And(one, other) | E::Or(one, other) => {
            comparisons(one, block, known, places, found);
            comparisons(other, block, known, places, found);
        }
        E::Equal(one, other) | E::SameTerm(one, other) => compare(one, other, true),
        E::Greater(one, other)
        | E::GreaterOrEqual(one, other)
        | E::Less(one, other)
        | E::LessOrEqual(one, other) => compare(one, other, false),
        E::In(one, others) => others.iter().for_each(|other| compare(one, other, true)),
        E::FunctionCall(function, arguments) => of_text(function, arguments, block, known, places, found),
        _ => {}
    }
}

/// `?date > "2025-04-01"` where the dates are dates.
fn literal_compared(
    variable: &Variable,
    literal: &Literal,
    block: &Block<'_>,
    known: &Known<'_>,
    places: &Places<'_>,
    found: &mut Found<'_>,
) {
    let wanted = Sort::of_literal(literal);
    let Some((property, sorts)) = sorts(variable, block, known, |sort| *sort == wanted) else { return };
    let have: Vec<String> = sorts.iter().map(|sort| sort.named(known)).collect();
    let title = format!("{variable} never equals {}", written(literal, known));
    let warning = Diagnostic::warning(title).expected(format!("is {}", wanted.named(known))).note(format!(
        "{variable}, by `{}`, is {}",
        known.short(property.as_str()),
        have.join(" or ")
    ));
    let first = sorts.first().expect("there are some");
    let help = match first {
        Sort::Language(language) if wanted.is_text() => {
            let tagged = Literal::new_language_tagged_literal_unchecked(literal.value(), language);
            format!("write {tagged}, or compare STR({variable}) with it")
        }
        Sort::Other(datatype) => {
            let typed = typed(literal, NamedNodeRef::new_unchecked(datatype));
            format!("write {}", written(&typed, known))
        }
        Sort::Number => format!("write {}", literal.value()),
        Sort::Thing => thing_help(variable, literal.value(), block, known),
        _ => format!("compare STR({variable}) with it"),
    };
    found.warn(places.literal(literal, 0), warning.help(help));
}

/// `?day < NOW()` where the days are dates: an instant is neither before nor after one.
fn instant_compared(
    variable: &Variable,
    instant: &Expression,
    block: &Block<'_>,
    known: &Known<'_>,
    places: &Places<'_>,
    found: &mut Found<'_>,
) {
    let only = |sort: NamedNodeRef<'_>| BTreeSet::from([Sort::Other(sort.as_str().to_owned())]);
    let (written, place) = match (instant, instant_of(instant)) {
        (Expression::Variable(other), _) => {
            let patterns = all_patterns(found.query.pattern());
            let is_bound = patterns.iter().any(|pattern| {
                matches!(pattern, GraphPattern::Extend { variable, expression, .. }
                    if variable == other && instant_of(expression).is_some())
            });
            let is_instant = || {
                sorts(other, block, known, |_| false).is_some_and(|(_, sorts)| sorts == only(xsd::DATE_TIME))
            };
            if !is_bound && !is_instant() {
                return;
            }
            (other.to_string(), places.variable(other.as_str()))
        }
        (_, Some(Function::Now)) => ("NOW()".to_owned(), places.keyword("NOW")),
        (_, Some(_)) => ("xsd:dateTime(…)".to_owned(), places.iri(xsd::DATE_TIME)),
        (_, None) => return,
    };
    let Some((property, sorts)) = sorts(variable, block, known, |_| false) else { return };
    if sorts != only(xsd::DATE) {
        return;
    }
    let help = match instant {
        Expression::FunctionCall(Function::Custom(_), _) => "write xsd:date(…)".to_owned(),
        Expression::FunctionCall(..) | Expression::Variable(_) => format!("write xsd:date({written})"),
        _ => format!("put xsd:date(…) around everything that {variable} is compared with"),
    };
    let title = format!("{variable} is a date, and {written} is a date with a time");
    let note = format!("the values of `{}` are `xsd:date`", known.short(property.as_str()));
    found.warn(place, Diagnostic::warning(title).expected("cannot be compared").note(note).help(help));
}

/// The function that makes the value of an expression an instant: `NOW() - "P30D"^^xsd:dayTimeDuration`.
fn instant_of(expression: &Expression) -> Option<&Function> {
    match expression {
        Expression::FunctionCall(function @ Function::Now, _) => Some(function),
        Expression::FunctionCall(function @ Function::Custom(cast), _) if cast.as_ref() == xsd::DATE_TIME => {
            Some(function)
        }
        Expression::Add(one, _) | Expression::Subtract(one, _) => instant_of(one),
        _ => None,
    }
}

fn thing_help(variable: &Variable, text: &str, block: &Block<'_>, known: &Known<'_>) -> String {
    let classes: Classes =
        links_to(variable, block).filter_map(|link| known.ends(&link.path)).flatten().collect();
    match known.named(&classes, text) {
        Some(thing) => format!("did you mean `{thing}`?"),
        None => format!("compare its label: {variable} skos:prefLabel ?name"),
    }
}

/// `?date = stp:Supports`.
fn thing_compared(
    variable: &Variable,
    thing: NamedNodeRef<'_>,
    block: &Block<'_>,
    known: &Known<'_>,
    places: &Places<'_>,
    found: &mut Found<'_>,
) {
    let is_it = |link: &&Link<'_>| {
        let Path::NamedNode(property) = &link.path else { return true };
        property.as_ref() == rdf::TYPE || known.has(None, Some(property.as_ref()), Some(thing.into()))
    };
    let mut classes = known.classes_of(thing.into());
    if classes.is_empty() && known.is_property(thing) {
        classes.insert(rdf::PROPERTY.as_str().to_owned());
    }
    for link in links_to(variable, block) {
        let Some(wanted) = known.ends(&link.path) else { continue };
        if classes.is_empty() || is_it(&link) || known.may_meet(&classes, &wanted) {
            continue;
        }
        let Path::NamedNode(property) = &link.path else { continue };
        let title = format!("{variable} is never a {}", known.listed(&classes));
        let mut warning = Diagnostic::warning(title).expected("equals nothing");
        let to = if wanted.contains(rdfs::LITERAL.as_str()) {
            "text, numbers or dates".to_owned()
        } else {
            known.listed(&wanted)
        };
        warning =
            warning.note(format!("{variable} is a value of `{}`: {to}", known.short(property.as_str())));
        if let Some(near) = known.near_of(thing, &wanted) {
            warning = warning.help(format!("did you mean `{near}`?"));
        }
        found.warn(places.iri(thing), warning);
        return;
    }
}

/// `CONTAINS(?actor, "Putin")`: a function of text is given a thing, a date or a number.
fn of_text(
    function: &Function,
    arguments: &[Expression],
    block: &Block<'_>,
    known: &Known<'_>,
    places: &Places<'_>,
    found: &mut Found<'_>,
) {
    let takes_text =
        matches!(function, Function::Contains | Function::StrStarts | Function::StrEnds | Function::Regex);
    let inner = match arguments.first() {
        Some(Expression::FunctionCall(Function::LCase | Function::UCase, inner)) => inner.first(),
        first => first,
    };
    let (true, Some(Expression::Variable(variable))) = (takes_text, inner) else { return };
    let Some((property, sorts)) = sorts(variable, block, known, Sort::is_text) else { return };
    let have: Vec<String> = sorts.iter().map(|sort| sort.named(known)).collect();
    let title = format!("{function} needs text, but {variable} is not text");
    let property = known.short(property.as_str());
    let warning = Diagnostic::warning(title)
        .expected("never true")
        .note(format!("{variable}, by `{property}`, is {}", have.join(" or ")))
        .help(if sorts.contains(&Sort::Thing) {
            format!("use its label: {variable} skos:prefLabel ?name; or its IRI: STR({variable})")
        } else {
            format!("write STR({variable})")
        });
    let keyword = function.to_string();
    let place = places.keyword(&keyword).or_else(|| places.variable(variable.as_str()));
    found.warn(place, warning);
}

/// The property that gives a variable its value, with the sorts of its values; none where one is
/// wanted, where nothing is known, or where the variable may have its value from elsewhere.
fn sorts(
    variable: &Variable,
    block: &Block<'_>,
    known: &Known<'_>,
    is_wanted: impl Fn(&Sort) -> bool,
) -> Option<(oxrdf::NamedNode, BTreeSet<Sort>)> {
    links_to(variable, block).find_map(|link| {
        let Path::NamedNode(property) = &link.path else { return None };
        let mut sorts = BTreeSet::new();
        for triple in known.index.matching(None, Some(property.as_ref()), None).take(MOST_SCANNED) {
            let sort = Sort::of(&triple.object);
            if is_wanted(&sort) {
                return None;
            }
            sorts.insert(sort);
        }
        (!sorts.is_empty()).then(|| (property.clone(), sorts))
    })
}

/// The patterns at whose end a variable stands.
fn links_to<'b, 'q>(variable: &'b Variable, block: &'b Block<'q>) -> impl Iterator<Item = &'b Link<'q>> + 'b {
    block.links.iter().filter(move |link| matches!(link.object, TermPattern::Variable(v) if v == variable))
}
