//! Which of two terms a reader wants to meet first.

use oxrdf::{LiteralRef, Term, TermRef};
use std::cmp::Ordering;

/// Terms by the bytes of their text, which orders lines: no term's text is the beginning of
/// another's, save where the other goes on with a byte greater than the blank that ends it.
pub(super) fn by_bytes(a: &Term, b: &Term) -> Ordering {
    a.to_string().cmp(&b.to_string())
}

/// Terms for readers: IRIs, literals, blank nodes, triples, each kind by its text.
pub(super) fn compare(a: TermRef<'_>, b: TermRef<'_>) -> Ordering {
    fn kind(term: TermRef<'_>) -> u8 {
        match term {
            TermRef::NamedNode(_) => 0,
            TermRef::Literal(_) => 1,
            TermRef::BlankNode(_) => 2,
            TermRef::Triple(_) => 3,
        }
    }
    fn tag(literal: LiteralRef<'_>) -> (Option<&str>, &str, Option<String>) {
        let direction = literal.direction().map(|direction| direction.to_string());
        (literal.language(), literal.datatype().as_str(), direction)
    }
    match (a, b) {
        (TermRef::NamedNode(a), TermRef::NamedNode(b)) => natural(a.as_str(), b.as_str()),
        (TermRef::BlankNode(a), TermRef::BlankNode(b)) => natural(a.as_str(), b.as_str()),
        (TermRef::Literal(a), TermRef::Literal(b)) => {
            natural(a.value(), b.value()).then_with(|| tag(a).cmp(&tag(b)))
        }
        (TermRef::Triple(a), TermRef::Triple(b)) => natural(&a.to_string(), &b.to_string()),
        _ => kind(a).cmp(&kind(b)),
    }
}

/// Texts by bytes, but runs of digits by value, then by leading zeros.
///
/// A text still sorts directly before the texts that continue it.
fn natural(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let differ = a.iter().zip(b).position(|(a, b)| a != b).unwrap_or(a.len().min(b.len()));
    let is_digit = |text: &[u8]| text.get(differ).is_some_and(u8::is_ascii_digit);
    if is_digit(a) || is_digit(b) {
        let common = &a[..differ];
        let start = common.iter().rposition(|b| !b.is_ascii_digit()).map_or(0, |at| at + 1);
        let run =
            |text: &'_ [u8]| -> usize { text[start..].iter().take_while(|b| b.is_ascii_digit()).count() };
        let (a, b) = (&a[start..start + run(a)], &b[start..start + run(b)]);
        if !a.is_empty() && !b.is_empty() {
            let value = |run: &[u8]| run.iter().position(|b| *b != b'0').unwrap_or(run.len());
            let (x, y) = (&a[value(a)..], &b[value(b)..]);
            return x.len().cmp(&y.len()).then_with(|| x.cmp(y)).then_with(|| a.len().cmp(&b.len()));
        }
    }
    a[differ..].cmp(&b[differ..])
}

#[cfg(test)]
mod tests {
    use super::natural;

    #[test]
    fn numbers_sort_by_value_and_continuations_directly_after() {
        let sorted = [
            "span:m-9-10",
            "span:m-9-10-selector",
            "span:m-09-10",
            "span:m-09-10-selector",
            "span:m-10-9",
            "span:m-100-2",
            "span:n",
        ];
        for (i, a) in sorted.iter().enumerate() {
            for (j, b) in sorted.iter().enumerate() {
                assert_eq!(natural(a, b), i.cmp(&j), "{a} {b}");
            }
        }
    }
}
