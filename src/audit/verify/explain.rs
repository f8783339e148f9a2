//! What one thing explains that many words are not at their place.
//!
//! A text is read as if something had not happened to it (`reading`), and the offsets as if
//! they counted something else; the reading in which most words stand where the graph says
//! wins, the simplest of those that do as well. A reading with the very hash of the coded text
//! needs no further proof, and then no other is considered.

use super::cause::{Cause, differences};
use super::reading::{Layer, Reading};
use super::seek::{Now, Seeker};
use super::shift::{self, Shift};
use super::span::Article;
use super::text::TextAtHand;
use crate::model::text::is_quoted_as;
use std::ops::Range;

/// What can have happened to a text, in the order in which it is undone; of each line one thing.
/// With each, how much has to be explained by it before it is believed, in spans: what can be
/// seen in the text at hand needs next to nothing; what may be chance, more than a shift.
const SLOTS: [[(Layer, f64); 2]; 5] = [
    [(Layer::Unread, 0.1), (Layer::Misread, 0.6)],
    [(Layer::WithoutBom, 0.1), (Layer::WithBom, 0.6)],
    [(Layer::Lf, 0.1), (Layer::Crlf, 0.6)],
    [(Layer::Compose, 0.1), (Layer::Decompose, 0.4)],
    [(Layer::OneBlank, 0.6), (Layer::OneSpace, 0.6)],
];
/// The same for offsets that count something else.
const UNIT: f64 = 0.3;
/// The same for other quotation marks, dashes and blanks, letter for letter.
const STYLE: f64 = 0.1;
/// The same for text put in or taken out.
const SHIFT: f64 = 0.5;
/// More things than these at once nobody does to a text.
const LAYERS: usize = 3;

/// What explains that words of an article are not at their place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Causes, those of the offsets first.
    pub causes: Vec<Cause>,
    /// Places where text was inserted or deleted besides.
    pub shifts: Vec<Shift>,
    /// Whether the text has the hash of the one that was coded once this is undone.
    pub proven: bool,
    /// Number of spans that it gives their place back.
    pub mends: usize,
}

/// What became of one span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The words stand where the graph says.
    InPlace,
    /// They do not.
    Orphaned {
        /// What stands there; none where the text is shorter.
        stands: Option<String>,
        /// Where the words stand.
        now: Now,
        /// Why, as far as it is recognised.
        causes: Vec<Cause>,
        /// Whether the article's explanation tells so, rather than a search for these words.
        explained: bool,
    },
    /// The graph gives words and no place. Here they stand in the text; none without a text.
    Words(Option<Now>),
    /// The graph does not say place and words.
    Unplaced,
    /// There is no text to hold it against.
    Unread,
}

/// Words and the place that the graph gives them.
type Quote<'a> = (Range<u32>, &'a str);

/// What becomes of the spans of an article in this text, and what explains it.
pub(super) fn explain(article: &Article, text: &TextAtHand) -> (Option<Explanation>, Vec<Outcome>) {
    let as_it_is = Reading::new(text.text.clone(), text.encoding.into_iter().collect());
    let quotes: Vec<Quote<'_>> = article.spans.iter().filter_map(super::Span::quote).collect();
    let is_orphan = |quote: &Quote<'_>| {
        !as_it_is.text.words(quote.0.clone()).is_some_and(|words| is_quoted_as(words, quote.1))
    };
    let orphans: Vec<bool> = quotes.iter().map(is_orphan).collect();
    let mut best = best(&as_it_is, &quotes, article.sha256.as_deref(), orphans.contains(&true));
    best.remove_lone_finds(&quotes);
    let mends =
        best.placed.iter().zip(&orphans).filter(|(place, orphan)| place.is_some() && **orphan).count();
    let mut causes = best.causes(&quotes);
    let shifts = best.shifts.clone();
    let changed = best.proven && !as_it_is.text.sha256().eq(best.reading.text.sha256());
    let explanation = (mends > 0 || changed || text.encoding.is_some()).then(|| Explanation {
        causes: causes.clone(),
        shifts,
        proven: best.proven,
        mends,
    });
    causes.retain(|cause| *cause != Cause::Shift);
    let mut seeker = Seeker::new(text.text.clone(), best.reading.clone());
    let mut attempts = orphans.into_iter().zip(&quotes).zip(best.placed.iter().zip(&best.moved));
    let outcomes = article.spans.iter().map(|span| {
        if let Some(words) = span.words_only() {
            return Outcome::Words(Some(seeker.seek(words).0));
        }
        if span.quote().is_none() {
            return Outcome::Unplaced;
        }
        let ((orphan, (place, words)), (found, moved)) = attempts.next().expect("every quote was tried");
        if !orphan {
            return Outcome::InPlace;
        }
        let stands = as_it_is.text.words(place.clone()).map(str::to_owned);
        let found = found.as_ref().and_then(|place| best.reading.at_hand(place));
        if let Some(found) = found {
            let mut causes = causes.clone();
            causes.extend((*moved != 0).then_some(Cause::Shift));
            return Outcome::Orphaned {
                stands,
                now: Now::At(as_it_is.text.passage(found)),
                causes,
                explained: true,
            };
        }
        let (now, mut causes) = seeker.seek(words);
        if causes.is_empty() && matches!(now, Now::At(_)) {
            causes.push(Cause::Shift);
        }
        Outcome::Orphaned { stands, now, causes, explained: false }
    });
    let outcomes = outcomes.collect();
    (explanation, outcomes)
}

/// The hashes that a text would have but for recognised changes.
pub(super) fn hashes(text: &TextAtHand) -> Vec<String> {
    let as_it_is = Reading::new(text.text.clone(), Vec::new());
    readings(&as_it_is).iter().map(|(_, reading)| reading.text.sha256().to_owned()).collect()
}

/// Looks for words in a text that is no article's yet, mojibake read back.
pub(super) fn seeker(text: &TextAtHand) -> Seeker {
    let as_it_is = Reading::new(text.text.clone(), Vec::new());
    let sound = as_it_is.through(Layer::Unread).unwrap_or(as_it_is);
    Seeker::new(text.text.clone(), sound)
}

/// A text and all readings of it that are considered, the simplest first, each with how much it
/// has to explain.
fn readings(as_it_is: &Reading) -> Vec<(f64, Reading)> {
    let mut all = vec![(0, 0.0, as_it_is.clone())];
    for slot in SLOTS {
        let mut more = Vec::new();
        for (layers, price, reading) in all.iter().filter(|(layers, ..)| *layers < LAYERS) {
            for (layer, cost) in slot {
                more.extend(reading.through(layer).map(|reading| (layers + 1, price + cost, reading)));
            }
        }
        all.extend(more);
    }
    all.sort_by(|(_, a, _), (_, b, _)| a.total_cmp(b));
    all.into_iter().map(|(_, price, reading)| (price, reading)).collect()
}

/// One way to understand the places of an article's quotes.
struct Attempt {
    reading: Reading,
    unit: Option<Cause>,
    /// Where each quote stands in the reading, if there.
    placed: Vec<Option<Range<u32>>>,
    /// How much further than the graph says.
    moved: Vec<i64>,
    shifts: Vec<Shift>,
    proven: bool,
    price: f64,
}

/// The way that explains most.
fn best(as_it_is: &Reading, quotes: &[Quote<'_>], hash: Option<&str>, orphaned: bool) -> Attempt {
    let proves = |reading: &Reading| Some(reading.text.sha256()) == hash;
    if !orphaned && (hash.is_none() || proves(as_it_is)) {
        return Attempt::new(as_it_is.clone(), 0.0, None, quotes, proves(as_it_is));
    }
    let mut candidates = if proves(as_it_is) { vec![(0.0, as_it_is.clone())] } else { readings(as_it_is) };
    let proven = candidates.iter().position(|(_, reading)| proves(reading));
    if let Some(proven) = proven {
        candidates = vec![candidates.swap_remove(proven)];
    } else if !orphaned {
        candidates.truncate(1);
    }
    let units = [None, Some(Cause::ByteOffsets), Some(Cause::Utf16Offsets)];
    let attempts = candidates.iter().flat_map(|(price, reading)| {
        units.map(|unit| Attempt::new(reading.clone(), *price, unit, quotes, proven.is_some()))
    });
    // The first of equals is the simplest; `min_by` keeps it.
    attempts.min_by(|a, b| a.price.total_cmp(&b.price)).expect("the text as it is was tried")
}

impl Attempt {
    fn new(reading: Reading, price: f64, unit: Option<Cause>, quotes: &[Quote<'_>], proven: bool) -> Self {
        let places = in_code_points(reading.text.as_str(), unit, quotes);
        let stands = |place: &Range<u32>, words: &str| {
            let found = reading.text.words(place.clone())?;
            differences(words, found).map(|_| place.clone())
        };
        let mut placed: Vec<Option<Range<u32>>> =
            places.iter().zip(quotes).map(|(place, (_, words))| stands(place.as_ref()?, words)).collect();
        let mut moved = vec![0; quotes.len()];
        let mut shifts = Vec::new();
        if unit.is_none() {
            shifts = shift::shifts(&reading.text, quotes, &mut placed, &mut moved, stands);
        }
        let mut attempt = Self { reading, unit, placed, moved, shifts, proven, price };
        let left = attempt.placed.iter().filter(|place| place.is_none()).count();
        let styles = attempt.styles(quotes).len();
        attempt.price += left as f64
            + unit.map_or(0.0, |_| UNIT)
            + STYLE * styles as f64
            + SHIFT * attempt.shifts.len() as f64;
        attempt
    }

    /// One lone span found elsewhere is a find and no rule, unless that mends all there is to mend.
    fn remove_lone_finds(&mut self, quotes: &[Quote<'_>]) {
        if self.shifts.len() == 1 && self.placed.iter().all(Option::is_some) {
            return;
        }
        let lone = |shift: &Shift| shift.spans == 1;
        for shift in self.shifts.iter().filter(|shift| lone(shift)) {
            let is_it = |i: &usize| self.moved[*i] == shift.by && quotes[*i].0.start == shift.from;
            if let Some(i) = (0..quotes.len()).find(is_it) {
                (self.placed[i], self.moved[i]) = (None, 0);
            }
        }
        self.shifts.retain(|shift| !lone(shift));
    }

    /// What differs letter for letter.
    fn styles(&self, quotes: &[Quote<'_>]) -> Vec<Cause> {
        let placed =
            self.placed.iter().zip(quotes).filter_map(|(place, quote)| Some((place.as_ref()?, quote)));
        let mut styles: Vec<Cause> = placed
            .filter_map(|(place, (_, words))| differences(words, self.reading.text.words(place.clone())?))
            .flatten()
            .collect();
        styles.sort_unstable();
        styles.dedup();
        styles
    }

    fn causes(&self, quotes: &[Quote<'_>]) -> Vec<Cause> {
        let mut causes: Vec<Cause> = self.unit.into_iter().collect();
        causes.extend(&self.reading.causes);
        // A layer may have undone one part of what differs, and the letters show the other.
        let styles = self.styles(quotes);
        causes.extend(styles.into_iter().filter(|style| !self.reading.causes.contains(style)));
        causes.extend((!self.shifts.is_empty()).then_some(Cause::Shift));
        causes
    }
}

/// Places that count something else, in code points; none where one would split a letter.
fn in_code_points(text: &str, unit: Option<Cause>, quotes: &[Quote<'_>]) -> Vec<Option<Range<u32>>> {
    let length: fn(char) -> usize = match unit {
        Some(Cause::ByteOffsets) => char::len_utf8,
        Some(Cause::Utf16Offsets) => char::len_utf16,
        _ => return quotes.iter().map(|(place, _)| Some(place.clone())).collect(),
    };
    let mut ends = vec![0];
    let mut end = 0;
    ends.extend(text.chars().map(|c| {
        end += length(c);
        end
    }));
    let place =
        |offset: u32| ends.binary_search(&(offset as usize)).ok().and_then(|at| u32::try_from(at).ok());
    quotes.iter().map(|(at, _)| Some(place(at.start)?..place(at.end)?)).collect()
}
