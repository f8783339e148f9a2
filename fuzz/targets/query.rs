//! Queries: tokens, prefixes, the parser with its guards, parameters bound, faults told.
#![no_main]

use libfuzzer_sys::fuzz_target;
use oxrdf::{Literal, Variable};
use standpoint::Error;
use standpoint::query::Query;
use standpoint::base::tokens;

fuzz_target!(|text: &str| {
    let mut end = 0;
    for token in lexer::tokens(text) {
        assert!(token.range.start >= end && token.range.end > token.range.start, "tokens are in order");
        end = token.range.end;
        assert!(!token.text(text).is_empty());
    }
    match Query::parse("trial", text) {
        Ok(query) => {
            let _ = (query.form(), query.prefixes().iter().count());
            let query = query.bind(Variable::new_unchecked("who"), Literal::from("somebody"));
            let _ = format!("{query:?}");
        }
        Err(error) => standpoint_fuzz::read_message::<()>(Err(Error::Query(error))),
    }
});
