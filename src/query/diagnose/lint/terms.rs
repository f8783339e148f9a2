//! Terms that neither the ontology nor the data know.

use super::known::{Known, Use, split};
use super::places::Places;
use super::{Found, Mend};
use crate::base::diagnostic::{Diagnostic, did_you_mean};
use crate::model::vocab::{rdf, stp};
use crate::query::parse::algebra::{all_expressions, all_patterns, expressions_of};
use oxrdf::NamedNode;
use spargebra::Query;
use spargebra::algebra::{Expression, GraphPattern, PropertyPathExpression as Path};
use spargebra::term::{GroundTerm, NamedNodePattern, TermPattern, TriplePattern};
use std::collections::BTreeSet;

/// No more are reported: each takes a search for what is near, and a list of values may be long.
const MOST: usize = 12;

pub(super) fn check(query: &Query, known: &Known<'_>, places: &Places<'_>, found: &mut Found<'_>) {
    let mut uses = Uses::default();
    if let Query::Construct { template, .. } = query {
        // A query may make up terms, but not in the project's name.
        template.iter().for_each(|triple| uses.triple(triple));
        let own = |used: &(Use, NamedNode)| used.1.as_str().starts_with(stp::NAMESPACE);
        uses.matched.retain(own);
    }
    all_patterns(found.query.pattern()).into_iter().for_each(|pattern| uses.pattern(pattern));
    let matched: BTreeSet<&NamedNode> = uses.matched.iter().map(|(_, iri)| iri).collect();
    let namespaces: BTreeSet<&str> = known.prefixes.iter().map(|(_, namespace)| namespace).collect();
    let is_known = |iri: &&NamedNode| namespaces.contains(split(iri.as_str()).0);
    let compared = uses.compared.iter().filter(|iri| !matched.contains(iri)).filter(is_known);
    let all = uses.matched.iter().map(|(used, iri)| (*used, iri));
    let before = found.warnings.len();
    for (used, iri) in all.chain(compared.map(|iri| (Use::Thing, iri))) {
        report(used, iri, known, places, found);
        if found.warnings.len() - before == MOST {
            break;
        }
    }
}

fn report(used: Use, iri: &NamedNode, known: &Known<'_>, places: &Places<'_>, found: &mut Found<'_>) {
    let name = known.short(iri.as_str());
    let (iri, place) = (iri.as_ref(), places.iri(iri.as_ref()));
    let near = |used| {
        let near = known.near(iri, used, if used == Use::Thing { 3 } else { 1 });
        did_you_mean(&near.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let helped = |warning: Diagnostic, help: Option<String>| match help {
        Some(help) => warning.help(help),
        None => warning,
    };
    if !known.knows(iri) {
        let warning = Diagnostic::warning(format!("unknown {} `{name}`", used.word()));
        let warning = warning.expected("not in the ontology, nor in the data");
        let limit = if used == Use::Thing { 3 } else { 1 };
        if let (Some(range), [with]) = (&place, known.near(iri, used, limit).as_slice()) {
            found.mends.push(Mend { range: range.clone(), with: with.clone() });
        }
        found.warn(place, helped(warning, near(used)));
        return;
    }
    match used {
        Use::Property if !known.is_property(iri) && known.is_class(iri) => {
            let warning = Diagnostic::warning(format!("`{name}` is a class, but is used as a property"));
            found.warn(place, helped(warning.expected("joins nothing"), near(Use::Property)));
        }
        Use::Class if !known.is_class(iri) && known.is_property(iri) => {
            let warning = Diagnostic::warning(format!("`{name}` is a property, but is used as a class"));
            found.warn(place, helped(warning.expected("has no members"), near(Use::Class)));
        }
        _ => {}
    }
}

/// The IRIs of a query by what they are used as.
#[derive(Default)]
struct Uses {
    /// In patterns, which do not match without them.
    matched: BTreeSet<(Use, NamedNode)>,
    /// In expressions and lists of values.
    compared: BTreeSet<NamedNode>,
}

impl Uses {
    fn triple(&mut self, triple: &TriplePattern) {
        let predicate = match &triple.predicate {
            NamedNodePattern::NamedNode(predicate) => {
                self.matched.insert((Use::Property, predicate.clone()));
                Some(predicate)
            }
            NamedNodePattern::Variable(_) => None,
        };
        self.term(&triple.subject, Use::Thing);
        let is_type = predicate.is_some_and(|predicate| predicate.as_ref() == rdf::TYPE);
        self.term(&triple.object, if is_type { Use::Class } else { Use::Thing });
    }

    fn term(&mut self, term: &TermPattern, used: Use) {
        match term {
            TermPattern::NamedNode(iri) => drop(self.matched.insert((used, iri.clone()))),
            TermPattern::Triple(triple) => self.triple(triple),
            _ => {}
        }
    }

    fn path(&mut self, path: &Path) {
        match path {
            Path::NamedNode(iri) => drop(self.matched.insert((Use::Property, iri.clone()))),
            Path::Reverse(inner)
            | Path::ZeroOrMore(inner)
            | Path::OneOrMore(inner)
            | Path::ZeroOrOne(inner) => {
                self.path(inner);
            }
            Path::Sequence(one, other) | Path::Alternative(one, other) => {
                self.path(one);
                self.path(other);
            }
            Path::NegatedPropertySet(iris) => {
                self.matched.extend(iris.iter().map(|iri| (Use::Property, iri.clone())));
            }
        }
    }

    fn pattern(&mut self, pattern: &GraphPattern) {
        match pattern {
            GraphPattern::Bgp { patterns } => patterns.iter().for_each(|triple| self.triple(triple)),
            GraphPattern::Path { subject, path, object } => {
                self.term(subject, Use::Thing);
                let is_type = matches!(path, Path::Sequence(_, last) if is_type(last));
                self.term(object, if is_type { Use::Class } else { Use::Thing });
                self.path(path);
            }
            GraphPattern::Values { bindings, .. } => {
                for term in bindings.iter().flatten().flatten() {
                    if let GroundTerm::NamedNode(iri) = term {
                        self.compared.insert(iri.clone());
                    }
                }
            }
            _ => {}
        }
        for part in expressions_of(pattern).into_iter().flat_map(all_expressions) {
            if let Expression::NamedNode(iri) = part {
                self.compared.insert(iri.clone());
            }
        }
    }
}

fn is_type(path: &Path) -> bool {
    matches!(path, Path::NamedNode(iri) if iri.as_ref() == rdf::TYPE)
}
