//! DOCX: the paragraphs of the document, and its properties. Notes, headers and comments are told, not read.

use super::super::zipped::Zipped;
use super::{Article, Paragraphs, day};
use quick_xml::Reader;
use quick_xml::events::Event;
use std::io::Cursor;

/// Parts that are not read, and what they are.
const NOT_READ: &[(&str, &str)] = &[
    ("word/footnotes.xml", "footnotes"),
    ("word/endnotes.xml", "endnotes"),
    ("word/comments.xml", "comments"),
];

/// Reads a document.
pub(super) fn read(bytes: &[u8]) -> Result<Article, String> {
    let mut archive =
        Zipped::open(Cursor::new(bytes)).map_err(|error| format!("not a DOCX document: {error}"))?;
    let names: Vec<String> = archive.names();
    if !names.iter().any(|name| name == "word/document.xml") {
        return Err("a ZIP archive, but not a DOCX document".to_owned());
    }
    let mut article =
        Article { text: paragraphs(&archive.text("word/document.xml")?)?, ..Article::default() };
    if names.iter().any(|name| name == "docProps/core.xml") {
        properties(&mut article, &archive.text("docProps/core.xml")?)?;
    }
    // Word processors write these parts also where they hold nothing but the line above footnotes.
    let mut left: Vec<&str> = Vec::new();
    for (part, what) in NOT_READ.iter().filter(|(part, _)| names.iter().any(|name| name == part)) {
        if !paragraphs(&archive.text(part)?)?.trim().is_empty() {
            left.push(what);
        }
    }
    if !left.is_empty() {
        article.notes.push(format!("not read: {}", left.join(", ")));
    }
    Ok(article)
}

fn paragraphs(xml: &str) -> Result<String, String> {
    let (mut out, mut in_text, mut deleted) = (Paragraphs::default(), false, 0_usize);
    events(xml, &mut |event| match event {
        Event::Start(element) => match element.local_name().as_ref() {
            b"t" => in_text = true,
            // What a reader of the changes has struck out.
            b"del" => deleted += 1,
            _ => {}
        },
        Event::Empty(element) => match element.local_name().as_ref() {
            b"br" | b"cr" => out.line_break(),
            b"tab" => out.add(" "),
            b"noBreakHyphen" => out.add("\u{2011}"),
            b"p" => out.end(),
            _ => {}
        },
        Event::End(element) => match element.local_name().as_ref() {
            b"t" => in_text = false,
            b"del" => deleted = deleted.saturating_sub(1),
            b"p" => out.end(),
            _ => {}
        },
        Event::Text(text) if in_text && deleted == 0 => {
            if let Ok(text) = text.unescape() {
                out.add(&text);
            }
        }
        _ => {}
    })?;
    Ok(out.finish())
}

fn properties(article: &mut Article, xml: &str) -> Result<(), String> {
    let mut open = Vec::new();
    events(xml, &mut |event| match event {
        Event::Start(element) => open = element.local_name().as_ref().to_vec(),
        Event::End(_) => open.clear(),
        Event::Text(text) => {
            let text = text.unescape().map(|text| text.trim().to_owned()).unwrap_or_default();
            match open.as_slice() {
                b"title" => article.title = text,
                b"creator" => article.author = text,
                b"language" => article.language = text,
                b"created" => {
                    if let Some(day) = day(&text) {
                        article
                            .notes
                            .push(format!("the file was made on {day}, which need not be when it appeared"));
                    }
                }
                _ => {}
            }
        }
        _ => {}
    })
}

fn events(xml: &str, take: &mut dyn FnMut(&Event<'_>)) -> Result<(), String> {
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event().map_err(|error| format!("the document is damaged: {error}"))? {
            Event::Eof => return Ok(()),
            event => take(&event),
        }
    }
}
