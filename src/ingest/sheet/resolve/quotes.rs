//! Quotes and times: words of the article get their places.

use super::{At, Resolver, way};
use crate::base::diagnostic::Diagnostic;
use crate::ingest::sheet::scalar::{Quote, QuoteFields, When};
use crate::ingest::sheet::tree::Step;
use crate::model::identity::{self, id_of};
use crate::model::text::{Misplaced, differences};
use crate::model::{Span, Time};
use oxrdf::NamedNode;
use std::ops::Range;

impl Resolver<'_> {
    pub(super) fn span(&self, quote: &Quote, article: &NamedNode, path: &[Step]) -> Option<Span> {
        let fields = &quote.0;
        let exact = &fields.exact.0;
        let facts = self.registry.article(article);
        let text = facts.as_ref().and_then(|facts| facts.text.as_deref());
        let length = u32::try_from(exact.chars().count()).unwrap_or(u32::MAX);
        let below = |step: &str| [path, &[Step::from(step)]].concat();
        let place = |start: u32| start..start.saturating_add(length);
        let span = |place: Option<Range<u32>>| Span {
            article: article.clone(),
            place: place.map(|place| (place.start, place.end)),
            exact: exact.clone(),
        };
        if exact.trim().is_empty() {
            self.problem(Diagnostic::error("an empty quote").expected("expected words of the article"), path);
            return None;
        }
        if let Some(start) = fields.start {
            let found = place(start.0);
            if fields.end.is_some_and(|end| end.0 != found.end) {
                self.problem(
                    Diagnostic::error("`end` does not match the quote")
                        .expected(format!("{length} code points from {} end at {}", start.0, found.end)),
                    &below("end"),
                );
                return None;
            }
            if let Some(text) = text {
                let there = text.words(start.0..found.end);
                if there != Some(exact) {
                    let mut diagnostic = Diagnostic::error(format!("`{exact}` is not at {}", start.0))
                        .expected("the text has other words there");
                    if let Some(there) = there {
                        diagnostic = diagnostic.note(format!("the text there is `{there}`"));
                    }
                    diagnostic.help = match text.find(exact) {
                        // Words without their text are taken as they are written: they have to be right.
                        Ok(place) if place.start == start.0 => {
                            Some("copy the words exactly, or omit `start`".to_owned())
                        }
                        Ok(place) => Some(format!("the quote is at {}", place.start)),
                        Err(why) => misplaced_help(exact, &why),
                    };
                    self.problem(diagnostic, &below("start"));
                    return None;
                }
            } else if let Some(end) =
                facts.as_ref().and_then(|facts| facts.length).filter(|end| found.end > *end)
            {
                self.problem(
                    Diagnostic::error("the quote ends after the article").expected(format!(
                        "it would end at {}, but the article has {end} code points",
                        found.end
                    )),
                    &below("start"),
                );
                return None;
            }
            let found = span(Some(found));
            return (text.is_some() || self.is_quoted_alike(&found, path)).then_some(found);
        }
        let Some(text) = text else {
            if facts.is_some_and(|facts| facts.refused) {
                return None;
            }
            if self.previous.is_some_and(|previous| previous.places(article)) {
                self.unplaced(article, path);
                return None;
            }
            let mut words_only = self.words_only.borrow_mut();
            words_only.0.insert(article.clone());
            words_only.1 += 1;
            words_only.2.get_or_insert_with(|| path.to_vec());
            // One white space is as good as another, and words that share an IRI have to be alike.
            return Some(Span { exact: identity::words(exact), ..span(None) });
        };
        let place = match &fields.within {
            Some(within) => text.find_within(exact, &within.0),
            None => text.find(exact),
        };
        match place {
            // The words of the text: the quote's may only look the same.
            Ok(place) => text.words(place.clone()).map(|words| Span {
                article: article.clone(),
                place: Some((place.start, place.end)),
                exact: words.to_owned(),
            }),
            Err(why) => {
                let message = match &why {
                    Misplaced::Nowhere(_) => "the quote is not in the text".to_owned(),
                    Misplaced::Several(found) => {
                        format!("the quote occurs {} times in the text", found.len())
                    }
                };
                let mut diagnostic = Diagnostic::error(message).expected("expected exactly one occurrence");
                if let Misplaced::Several(found) = &why {
                    for passage in found.iter().take(5) {
                        diagnostic = diagnostic.note(format!("at {}: {}", passage.start, passage.context));
                    }
                    if found.len() > 5 {
                        diagnostic = diagnostic.note(match found.len() - 5 {
                            1 => "and once more".to_owned(),
                            more => format!("and {more} times more"),
                        });
                    }
                }
                diagnostic.help = misplaced_help(exact, &why);
                self.problem(diagnostic, path);
                None
            }
        }
    }

    /// The text in which a quote's place was found before is not at hand: told once an article. The places
    /// would be lost, and the IRIs with them.
    fn unplaced(&self, article: &NamedNode, path: &[Step]) {
        let mut unplaced = self.unplaced.borrow_mut();
        let (_, quotes) = unplaced.entry(article.clone()).or_insert_with(|| {
            let problem = self.problems.borrow().len();
            let diagnostic =
                Diagnostic::error(format!("the text of `{}` is not at hand", id_of(article)))
                    .expected("the document has the places of its quotes, which would be lost")
                    .help("name its file with `--text FILE` or as the article's `text:`; or write {exact: …, start: …}");
            self.problem(diagnostic, path);
            (problem, 0)
        });
        *quotes += 1;
    }

    pub(super) fn spans(
        &self,
        quotes: &[Quote],
        article: &NamedNode,
        at: At,
        field: &'static str,
    ) -> Vec<Span> {
        let span = |(i, quote)| self.span(quote, article, way!(at, field, i));
        quotes.iter().enumerate().filter_map(span).collect()
    }

    pub(super) fn time(&self, when: Option<&When>, article: &NamedNode, at: At, field: &'static str) -> Time {
        let Some(When(fields)) = when else { return Time::default() };
        let quote = fields.text.as_ref().map(|text| {
            Quote(QuoteFields {
                exact: text.clone(),
                start: fields.start,
                end: fields.end,
                within: fields.within.clone(),
            })
        });
        let edtf = (!fields.edtf.0.is_empty()).then_some(&fields.edtf);
        if quote.is_none() && edtf.is_none() {
            self.problem(
                Diagnostic::error("a time without words or date").expected("expected `text`, `edtf` or both"),
                way!(at, field),
            );
        }
        Time {
            expression: quote.and_then(|quote| self.span(&quote, article, way!(at, field, "text"))),
            edtf: edtf.and_then(|edtf| self.parsed(edtf, way!(at, field, "edtf"))),
            basis: fields.basis.as_ref().and_then(|basis| self.word(basis, way!(at, field, "basis"))),
            note: fields.note.as_ref().map(|note| note.0.clone()),
            is_of_article: false,
        }
    }
}

fn misplaced_help(exact: &str, why: &Misplaced) -> Option<String> {
    match why {
        Misplaced::Nowhere(Some(near)) => {
            let words: Vec<&str> = near.words.split_whitespace().collect();
            let differ = differences(exact, &near.words).into_iter().collect::<Vec<_>>().join(", ");
            let with = if differ.is_empty() { String::new() } else { format!(", with other {differ}") };
            Some(format!("the nearest passage, at {}: `{}`{with}", near.start, words.join(" ")))
        }
        Misplaced::Nowhere(None) => Some("no passage resembles it; is it the right article?".to_owned()),
        Misplaced::Several(_) => Some(
            "quote more words, or write {exact: …, within: a longer passage} or {exact: …, start: …}"
                .to_owned(),
        ),
    }
}
