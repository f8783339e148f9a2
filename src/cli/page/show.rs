//! The page about one thing, as lines of text.

use crate::analysis::show::Page;
use crate::base::page;

/// The page in lines of at most `width` columns where words allow it.
#[must_use]
pub fn page(page: &Page, width: usize) -> String {
    let mut text = page::Page::new(width);
    if let Some((title, kind)) = &page.title {
        text.title(title, kind);
    }
    page.quotes.iter().for_each(|quote| text.quote(&quote.to_string()));
    if page.title.is_none() {
        text.gap();
    }
    for (name, values) in &page.fields {
        text.list(name, values.iter().map(ToString::to_string));
    }
    for section in &page.sections {
        text.heading(&section.heading, section.entries.len());
        for entry in &section.entries {
            entry.quotes.iter().for_each(|quote| text.quote(&quote.to_string()));
            entry.text().iter().for_each(|line| text.entry(line));
            entry.details().iter().for_each(|detail| text.detail(detail));
            if !section.only_names {
                text.gap();
            }
        }
    }
    text.finish()
}
