//! Coded texts: marks and front matter. What has no fault loads and is the article with its marks taken out.
#![no_main]

use libfuzzer_sys::fuzz_target;
use standpoint::ingest::sheet;
use standpoint::ingest::{Content, Encoding};

fuzz_target!(|bytes: &[u8]| {
    let content = Content::from_name("coded-text").expect("a format that is known");
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(article) = sheet::article_text("trial", text)
    {
        assert!(article.len() <= text.len(), "nothing is added to the text");
    }
    standpoint_fuzz::load(content, Encoding::Plain, bytes);
});
