//! A report for people: what explains many findings is said once, the others in a table.

use crate::audit::verify::explain::Outcome;
use crate::audit::verify::seek::Now;
use crate::audit::verify::span::{Span, rests_on};
use crate::audit::verify::{ArticleReport, Cause, Report};
use crate::base::diagnostic::printable;
use crate::base::error::{count, grouped};
use crate::base::table::{Column, Table};
use crate::model::identity::id_of;
use crate::model::text::{BLOCK, Passage};
use crate::store::GraphReader;
use std::fmt::Write;
use textwrap::{Options, WordSplitter};

/// Candidates shown of one span.
const SHOWN: usize = 4;

/// The report as lines of at most `width` columns, where words allow it. Articles without a text at hand are listed
/// if all are `asked` about, else counted.
#[must_use]
pub fn page(report: &Report, index: &dyn GraphReader, width: usize, asked: bool) -> String {
    let mut page = Page { text: String::new(), width };
    let unread = |report: &ArticleReport| report.count(|outcome| *outcome == Outcome::Unread);
    let mut without = report.articles.iter().filter(|report| report.text.is_none() && unread(report) > 0);
    if asked {
        for report in &report.articles {
            page.article(report, index);
        }
    } else {
        report
            .articles
            .iter()
            .filter(|report| report.text.is_some())
            .for_each(|one| page.article(one, index));
        let (articles, spans) = without.by_ref().fold((0, 0), |(n, spans), one| (n + 1, spans + unread(one)));
        if articles > 0 {
            let (articles, spans) = (count(articles, "article"), count(spans, "span"));
            page.line("", &format!("no text at hand of {articles}: {spans} not checked; --all lists them"));
        }
    }
    for name in &report.unused {
        page.line("", &format!("{name}: not the text of any article"));
    }
    if !report.unused.is_empty() {
        page.line(
            "  ",
            "A text is matched to its article by SHA-256, by file name (the article's id), or by \
             the quoted words.",
        );
    }
    page.text.push_str(&printable(&summary(report)));
    page.text.push('\n');
    page.text
}

/// "183 spans of 1 article: 180 in place, 3 orphaned".
#[must_use]
pub fn summary(report: &Report) -> String {
    let total = |is: fn(&Outcome) -> bool| report.articles.iter().map(|a| a.count(is)).sum::<usize>();
    let mut parts = vec![format!("{} in place", grouped(total(|o| matches!(o, Outcome::InPlace))))];
    for (number, word) in [
        (total(|o| matches!(o, Outcome::Orphaned { .. })), "orphaned"),
        (total(|o| matches!(o, Outcome::Unplaced)), "without a place"),
        (total(|o| matches!(o, Outcome::Unread)), "without a text to check against"),
        (total(is_found), "without a place, found in the text"),
        (total(is_missing), "without a place, not in the text"),
        (total(|o| matches!(o, Outcome::Words(None))), "without a place and a text"),
    ] {
        if number > 0 {
            parts.push(format!("{} {word}", grouped(number)));
        }
    }
    let spans = report.articles.iter().flat_map(|report| report.article.spans.iter().zip(&report.outcomes));
    let in_place = spans.filter(|(_, outcome)| matches!(outcome, Outcome::InPlace));
    let words = in_place.filter_map(|(span, _)| span.exact.as_deref());
    let blotted = words.filter(|words| words.contains(BLOCK)).count();
    if blotted > 0 {
        parts.push(format!("{} of them with names purged", grouped(blotted)));
    }
    let spans = count(total(|_| true), "span");
    let records = match report.articles.iter().map(|a| a.article.records).sum() {
        0 => String::new(),
        number => format!("; {} without words", count(number, "record")),
    };
    format!("{spans} of {}: {}{records}", count(report.articles.len(), "article"), parts.join(", "))
}

/// Whether words without a place stand in the text.
fn is_found(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Words(Some(Now::At(_) | Now::OneOf(_))))
}

/// Whether words without a place do not stand in the text.
fn is_missing(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Words(Some(Now::Near(_) | Now::Nowhere)))
}

struct Page {
    text: String,
    width: usize,
}

impl Page {
    fn line(&mut self, indent: &str, text: &str) {
        let options = Options::new(self.width.max(40))
            .initial_indent(indent)
            .subsequent_indent(indent)
            .word_splitter(WordSplitter::NoHyphenation)
            .break_words(false);
        let _ = writeln!(self.text, "{}", textwrap::fill(&printable(text), options));
    }

    fn article(&mut self, report: &ArticleReport, index: &dyn GraphReader) {
        let id = id_of(&report.article.iri);
        let Some(text) = &report.text else {
            let unread = report.count(|outcome| *outcome == Outcome::Unread);
            if unread > 0 {
                self.line("", &format!("{id}: no text at hand for {}", count(unread, "span")));
            }
            return;
        };
        self.line("", &format!("{id}: {} (matched {})", text.name, text.matched.words()));
        if report.is_another_text() {
            let stated = report.article.sha256.as_deref().unwrap_or_default();
            self.line("  ", "This is not the text that was coded, or it has changed. SHA-256:");
            self.line("    ", &format!("coded {stated}"));
            self.line("    ", &format!("found {}", text.sha256));
        }
        self.explanation(report, index);
        let in_place = report.count(|outcome| *outcome == Outcome::InPlace);
        let by_words = report.count(|outcome| matches!(outcome, Outcome::Words(_)));
        if in_place + by_words == report.outcomes.len() && in_place > 0 {
            self.line("  ", &format!("All {} in place.", count(in_place, "span")));
        } else if in_place + by_words < report.outcomes.len() {
            let spans = count(report.outcomes.len() - by_words, "span");
            self.line("  ", &format!("{} of {spans} in place.", grouped(in_place)));
        }
        if by_words > 0 {
            let found = report.count(is_found);
            let quotes = count(by_words, "quote");
            self.line("  ", &format!("{} of {quotes} without a place found in the text.", grouped(found)));
        }
        let rows: Vec<Vec<String>> = report
            .article
            .spans
            .iter()
            .zip(&report.outcomes)
            .filter_map(|(span, outcome)| row(span, outcome, index))
            .collect();
        if !rows.is_empty() {
            let names = ["place", "expected", "is there", "is now", "rests on it"];
            let columns = names.map(|name| Column { name: name.to_owned(), right: false }).to_vec();
            self.text.push('\n');
            self.text.push_str(&Table::new(columns, rows).fixed().render(self.width));
        }
        self.text.push('\n');
    }

    /// What explains many findings at once, and what to do about it.
    fn explanation(&mut self, report: &ArticleReport, index: &dyn GraphReader) {
        let Some(explanation) = &report.explanation else { return };
        let explained = |outcome: &Outcome| matches!(outcome, Outcome::Orphaned { explained: true, .. });
        if explanation.mends > 0 {
            let orphans = report.count(|outcome| matches!(outcome, Outcome::Orphaned { .. }));
            let spans = report.article.spans.iter().zip(&report.outcomes);
            let mut resting: Vec<_> = spans
                .filter(|(_, outcome)| explained(outcome))
                .flat_map(|(span, _)| rests_on(index, span))
                .map(|rest| rest.iri)
                .collect();
            resting.sort_unstable();
            resting.dedup();
            let all = if explanation.mends == orphans { "all " } else { "" };
            let spans = count(explanation.mends, "span");
            let one = if resting.len() == 1 { "rests" } else { "rest" };
            let statements = format!("{} {one}", count(resting.len(), "statement"));
            let why = explanation.words();
            let text = format!("This explains {all}{spans} out of place, on which {statements}: {why}.");
            self.line("  ", &text);
        } else {
            self.line("  ", &format!("Difference: {}.", explanation.words()));
        }
        let damaged = explanation.causes.iter().any(|cause| cause.is_damage());
        if explanation.proven && report.is_another_text() {
            self.line("  ", "Otherwise it is the text that was coded: fix the text, not the data.");
        } else if damaged {
            self.line("  ", "Fix the text: save a sound copy as UTF-8.");
        } else if explanation.causes.iter().any(|cause| cause.is_unit()) {
            self.line("  ", "The offsets are wrong: `--reanchor` proposes new ones.");
        }
    }
}

/// The line of a span that nothing else has explained.
fn row(span: &Span, outcome: &Outcome, index: &dyn GraphReader) -> Option<Vec<String>> {
    let number = |at: Option<u32>| at.map_or("?".to_owned(), |at| at.to_string());
    let (stands, now) = match outcome {
        Outcome::InPlace | Outcome::Unread | Outcome::Orphaned { explained: true, .. } => return None,
        Outcome::Words(Some(now @ (Now::Near(_) | Now::Nowhere))) => (String::new(), whereabouts(now, &[])),
        Outcome::Words(_) => return None,
        Outcome::Unplaced => (String::new(), "the data do not give place and words".to_owned()),
        Outcome::Orphaned { stands, now, causes, .. } => {
            let stands = stands.clone().unwrap_or_else(|| "(beyond the end)".to_owned());
            (stands, whereabouts(now, causes))
        }
    };
    let rests: Vec<String> = rests_on(index, span).into_iter().map(|rest| rest.sentence).collect();
    Some(vec![
        match span.words_only() {
            Some(_) => String::new(),
            None => format!("{}–{}", number(span.start), number(span.end)),
        },
        one_line(span.exact.as_deref().unwrap_or_default()),
        one_line(&stands),
        one_line(&now),
        one_line(&rests.join("; ")),
    ])
}

fn whereabouts(now: &Now, causes: &[Cause]) -> String {
    let place = |passage: &Passage| format!("{}–{}", passage.start, passage.end());
    let why: Vec<&str> = causes.iter().filter(|c| **c != Cause::Shift).map(|c| c.words()).collect();
    let why = if why.is_empty() { String::new() } else { format!(": {}", why.join("; ")) };
    match now {
        Now::At(passage) => format!("{}{why}", place(passage)),
        Now::OneOf(passages) => {
            let shown: Vec<String> =
                passages.iter().take(SHOWN).map(|p| format!("{} {}", place(p), p.context)).collect();
            let more = passages.len().saturating_sub(SHOWN);
            let more = if more > 0 { format!(" or {more} more") } else { String::new() };
            format!("at one of {} places{why}: {}{more}", passages.len(), shown.join(" or "))
        }
        Now::Near(passage) => {
            format!("nowhere; the most similar passage, {}: {}", place(passage), passage.context)
        }
        Now::Nowhere => "nowhere".to_owned(),
    }
}

fn one_line(text: &str) -> String {
    printable(&text.replace(['\n', '\r', '\t'], " "))
}
