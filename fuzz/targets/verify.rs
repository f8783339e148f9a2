//! Quotes held against texts: line `START END WORDS` by line, the text after an empty line.
#![no_main]

use libfuzzer_sys::fuzz_target;
use oxrdf::{BlankNode, NamedNode};
use standpoint::store::index::Index;
use standpoint::audit::verify::{Article, Proposal, Span, TextAtHand, verify};

fuzz_target!(|bytes: &[u8]| {
    let split = bytes.windows(2).position(|pair| pair == b"\n\n").unwrap_or(bytes.len());
    let head = String::from_utf8_lossy(&bytes[..split]).into_owned();
    let text = bytes.get(split + 2..).unwrap_or_default().to_vec();
    let spans = head.lines().take(20).enumerate().map(|(number, line)| {
        let mut parts = line.splitn(3, ' ');
        let mut place = || parts.next().and_then(|part| part.parse().ok());
        let (start, end) = (place(), place());
        Span {
            node: BlankNode::new_unchecked(format!("n{number}")).into(),
            selector: BlankNode::new_unchecked(format!("s{number}")).into(),
            start,
            end,
            exact: parts.next().map(str::to_owned),
        }
    });
    let article = Article {
        iri: NamedNode::new_unchecked("https://example.org/article/trial"),
        sha256: None,
        spans: spans.collect(),
        records: 0,
    };
    let texts = [TextAtHand::new("trial.txt", "trial", text)];
    let report = verify(vec![article], &texts);
    let index = Index::from_triples([]);
    let _ = (report.is_sound(), report.rows(&index).count());
    let _ = Proposal::new(&report, &index, &[]).patch();
});
