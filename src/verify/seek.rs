//! Where words stand that are not at their place.

use super::cause::{Cause, differences};
use super::reading::{Layer, Reading, through};
use crate::text::Passage;
use std::ops::Range;

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

/// Readings of one text that look past ever more, made when they are needed.
pub(super) struct Seeker<'a> {
    at_hand: &'a Reading,
    readings: Vec<Option<Reading>>,
}

impl<'a> Seeker<'a> {
    /// Looks in a reading; what is found is told in places of `at_hand`, the text as it is.
    pub fn new(at_hand: &'a Reading, reading: Reading) -> Self {
        let mut readings = vec![Some(reading)];
        readings.resize_with(LOOKING_PAST.len(), || None);
        Self { at_hand, readings }
    }

    /// Where the words stand, and what had to be looked past.
    pub fn seek(&mut self, words: &str) -> (Now, Vec<Cause>) {
        for (number, layers) in LOOKING_PAST.iter().enumerate() {
            let wanted = layers.iter().fold(words.to_owned(), |words, layer| through(&words, *layer));
            let reading = self.reading(number);
            let mut places: Vec<Range<u32>> =
                reading.text.find_all(&wanted).iter().filter_map(|place| reading.at_hand(place)).collect();
            // Two places of a reading may be one of the text, as the parts of a letter are.
            places.dedup();
            let causes = |passage: &Passage| causes(words, &passage.words, layers);
            match &places[..] {
                [] => {}
                [place] => {
                    let passage = self.at_hand.text.passage(place.clone());
                    let causes = causes(&passage);
                    return (Now::At(passage), causes);
                }
                _ => {
                    let all: Vec<Passage> =
                        places.into_iter().map(|place| self.at_hand.text.passage(place)).collect();
                    let causes = causes(&all[0]);
                    return (Now::OneOf(all), causes);
                }
            }
        }
        let reading = self.reading(0);
        let near = reading.text.nearest(words).and_then(|near| reading.at_hand(&(near.start..near.end())));
        match near {
            Some(place) => (Now::Near(self.at_hand.text.passage(place)), Vec::new()),
            None => (Now::Nowhere, Vec::new()),
        }
    }

    /// Whether the words stand anywhere.
    pub fn stands(&mut self, words: &str) -> bool {
        LOOKING_PAST.iter().enumerate().any(|(number, layers)| {
            let wanted = layers.iter().fold(words.to_owned(), |words, layer| through(&words, *layer));
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
