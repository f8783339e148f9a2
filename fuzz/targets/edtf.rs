//! Dates.
#![no_main]

use libfuzzer_sys::fuzz_target;
use standpoint::store::archive::When;
use standpoint::model::Edtf;

fuzz_target!(|text: &str| {
    match text.parse::<Edtf>() {
        Ok(date) => {
            assert_eq!(date.to_string().parse::<Edtf>().as_ref(), Ok(&date), "a date reads back");
            if let (Some(first), Some(last)) = (date.first(), date.last()) {
                assert!(first <= last, "a date does not end before it begins");
            }
        }
        Err(error) => drop(error.to_string()),
    }
    if let Err(error) = text.parse::<When>() {
        let _ = error.to_string();
    }
});
