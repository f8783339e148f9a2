//! Where words stand that are not at their place.

use super::cause::{Cause, differences};
use super::reading::{Layer, Reading, through};
use crate::model::text::{ArticleText, Passage};
use std::ops::Range;
use std::sync::Arc;

/// What is looked past, one set after another, until the words are found.
const LOOKING_PAST: [&[Layer]; 5] = [
    &[],
    &[Layer::PlainMarks],
    &[Layer::OneSpace],
    &[Layer::Compose],
    &[Layer::Compose, Layer::PlainMarks, Layer::OneSpace],
];

/// Where the words stand now. Passages are of the text at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Now {
    /// Here, and nowhere else.
    At(Passage),
    /// At one of these places.
    OneOf(Vec<Passage>),
    /// Nowhere; this is the passage most like them.
    Near(Passage),
    /// Nowhere, and nothing is like them.
    Nowhere,
}

/// Letters that are compared at most in looking for the nearest passages of one article. If words
/// are lost by the thousand, the text is another one, and no passage is near.
const COMPARED: usize = 10_000_000;

/// Readings of one text that look past ever more, made when they are needed.
pub(super) struct Seeker {
    at_hand: Arc<ArticleText>,
    readings: Vec<Option<Reading>>,
    compared: usize,
}

impl Seeker {
    /// Looks in a reading; what is found is given in places of `at_hand`, the text as it is.
    pub fn new(at_hand: Arc<ArticleText>, reading: Reading) -> Self {
        let mut readings = vec![Some(reading)];
        readings.resize_with(LOOKING_PAST.len(), || None);
        Self { at_hand, readings, compared: 0 }
    }

    /// Looks for words: their place, and what had to be looked past.
    pub fn seek(&mut self, words: &str) -> (Now, Vec<Cause>) {
        for (number, layers) in LOOKING_PAST.iter().enumerate() {
            let wanted = through_all(words, layers);
            let reading = self.reading(number);
            let mut places: Vec<Range<u32>> =
                reading.text.find_all(&wanted).iter().filter_map(|place| reading.at_hand(place)).collect();
            // Two places of a reading may be one of the text, as the parts of a letter are.
            places.dedup();
            let causes = |passage: &Passage| causes(words, &passage.words, layers);
            match &places[..] {
                [] => {}
                [place] => {
                    let passage = self.at_hand.passage(place.clone());
                    let causes = causes(&passage);
                    return (Now::At(passage), causes);
                }
                _ => {
                    let all: Vec<Passage> =
                        places.into_iter().map(|place| self.at_hand.passage(place)).collect();
                    let causes = causes(&all[0]);
                    return (Now::OneOf(all), causes);
                }
            }
        }
        match self.nearest(words) {
            Some(place) => (Now::Near(self.at_hand.passage(place)), Vec::new()),
            None => (Now::Nowhere, Vec::new()),
        }
    }

    fn nearest(&mut self, words: &str) -> Option<Range<u32>> {
        self.compared += self.at_hand.as_str().len();
        if self.compared > COMPARED {
            return None;
        }
        let reading = self.reading(0);
        let near = reading.text.nearest(words)?;
        reading.at_hand(&(near.start..near.end()))
    }

    /// Whether the words stand anywhere.
    pub fn stands(&mut self, words: &str) -> bool {
        LOOKING_PAST.iter().enumerate().any(|(number, layers)| {
            let wanted = through_all(words, layers);
            self.reading(number).text.as_str().contains(&wanted)
        })
    }

    fn reading(&mut self, number: usize) -> &Reading {
        let (first, others) = self.readings.split_at_mut(1);
        let first = first[0].as_ref().expect("the first reading is given");
        if number == 0 {
            return first;
        }
        others[number - 1].get_or_insert_with(|| {
            LOOKING_PAST[number]
                .iter()
                .fold(first.clone(), |reading, layer| reading.through(*layer).unwrap_or(reading))
        })
    }
}

fn through_all(words: &str, layers: &[Layer]) -> String {
    layers.iter().fold(words.to_owned(), |words, layer| through(&words, *layer))
}

/// What was looked past, told from the words that were found.
fn causes(coded: &str, found: &str, layers: &[Layer]) -> Vec<Cause> {
    if let Some(causes) = differences(coded, found) {
        return causes;
    }
    // They differ in length: what remains when a layer is put over both is not its doing.
    let undone = |layer: &Layer| through(coded, *layer) != coded || through(found, *layer) != found;
    layers
        .iter()
        .filter(|layer| undone(layer))
        .map(|layer| match layer {
            Layer::Compose if through(found, Layer::Compose) == found => Cause::Nfc,
            Layer::Compose => Cause::Nfd,
            Layer::PlainMarks if coded.contains(['"', '\'']) => Cause::QuotationMarks,
            Layer::PlainMarks => Cause::Dashes,
            _ => Cause::Whitespace,
        })
        .collect()
}
