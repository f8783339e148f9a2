//! Records that would become one and cannot: two that state the same and differ in what they say
//! of it, two quotes of different words at one place.
//!
//! What has the same IRI is the same thing, so its fields would be mixed: a position with two
//! certainties. That such a sheet is refused is what `load` relies on when it does not check what
//! a sheet encodes to.

use super::{At, Resolver, way};
use crate::base::diagnostic::Diagnostic;
use crate::base::error::count;
use crate::ingest::sheet::faults::noun;
use crate::ingest::sheet::tree::Step;
use crate::model::identity::id_of;
use crate::model::{Content, Span};
use oxrdf::NamedNode;
use std::collections::HashMap;

impl Resolver<'_> {
    /// Tells records that state the same as one above, and differ. Called when every record of the
    /// sheet was resolved: then content and sheet are in step.
    pub(super) fn twins(&self, content: &Content) {
        let polled: HashMap<&NamedNode, At> = content.polled.iter().map(|(iri, at)| (iri, *at)).collect();
        macro_rules! each {
            ($($section:literal: $field:ident),*) => {$(
                let mut seen = HashMap::new();
                let at = |i: usize| polled.get(&content.$field[i].iri).copied().unwrap_or(($section, i));
                let (mut repeated, mut pair) = (0, None);
                for (i, record) in content.$field.iter().enumerate() {
                    let first = *seen.entry(&record.iri).or_insert(i);
                    if content.$field[first] != *record {
                        self.twin(at(i), at(first));
                    } else if first != i {
                        repeated += 1;
                        pair.get_or_insert((i, first));
                    }
                }
                if let Some((i, first)) = pair {
                    self.repeated(repeated, at(i), at(first));
                }
            )*};
        }
        each!(
            "memberships": memberships, "positions": positions, "events": events, "measures": measures,
            "relations": relations, "officeClaims": office_claims
        );
    }

    fn twin(&self, at: At, first: At) {
        let (noun, above) = (noun(at.0), self.declared.written.place(way!(first)));
        self.problem(
            Diagnostic::error(format!("this {noun} and the one on line {} state the same, but their fields differ", above.line))
                .expected("same statement, same words")
                .help("combine both into one record; or, if two people coded the text, write two sheets, each with a `base:` of its own; or, if they are votes or rows without words, give each a `key`"),
            way!(at),
        );
    }

    /// Tells records that say the same as one above, and so are one with it.
    fn repeated(&self, number: usize, at: At, first: At) {
        let written = &self.declared.written;
        let (noun, above) = (noun(at.0), written.place(way!(first)));
        let one = if number == 1 { "is" } else { "are" };
        self.warnings.borrow_mut().push(
            Diagnostic::warning(format!("{} {one} written twice", count(number, noun)))
                .expected(format!("the same as on line {}", above.line))
                .help("delete it; or, if it is another vote or row, give each a `key`")
                .at(written.place(way!(at))),
        );
    }

    /// Whether these words can stand there, for all that other quotes of the sheet say.
    pub(super) fn is_quoted_alike(&self, span: &Span, path: &[Step]) -> bool {
        let mut quoted = self.quoted.borrow_mut();
        // Most quotes of a sheet are of few articles.
        let Some((start, end)) = span.place else { return true };
        let of_article = match quoted.contains_key(&span.article) {
            true => quoted.get_mut(&span.article).expect("it is there"),
            false => quoted.entry(span.article.clone()).or_default(),
        };
        let before = of_article.entry((start, end)).or_insert_with(|| span.exact.clone());
        if *before == span.exact {
            return true;
        }
        self.problem(
            Diagnostic::error(format!("`{}` and `{before}` cannot both be at {start}", span.exact))
                .expected(format!("another quote of `{}` has other words there", id_of(&span.article)))
                .help("correct `start` or the words; if the article's text is known (`text:`), omit `start`"),
            path,
        );
        false
    }
}
