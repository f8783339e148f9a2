//! Sorting: keys that share long beginnings, and pairs of ids by their second.

use crate::store::index::read::key;

/// How many bytes of a key are compared at once.
const STEP: usize = 7;
/// So few keys are compared as they are.
const FEW: usize = 24;
/// So few pairs are compared as they are.
const FEW_PAIRS: usize = 2048;

/// A key on its way to its place.
#[derive(Clone, Copy)]
struct Item {
    /// The bytes that are being compared, and how many there are.
    step: u64,
    number: u32,
}

/// The numbers of these keys, no two of which are equal, in the order of the keys.
///
/// Terms share their beginnings, which a sort by comparison reads again and again, in places all
/// over memory. So what all of a group share is read once, seven bytes behind it are compared as a
/// number, and those that are equal there are a group. A stable sort makes use of the order in which
/// terms come: that of a document's subjects.
pub(in crate::store::index) fn by_key<'k>(keys: u32, key: impl Fn(u32) -> &'k [u8]) -> Vec<u32> {
    let mut items: Vec<Item> = (0..keys).map(|number| Item { step: 0, number }).collect();
    let mut groups = vec![(0, items.len(), 0)];
    while let Some((start, end, shared)) = groups.pop() {
        let group = &mut items[start..end];
        if group.len() <= FEW {
            group.sort_unstable_by(|a, b| key(a.number)[shared..].cmp(&key(b.number)[shared..]));
            continue;
        }
        let first = &key(group[0].number)[shared..];
        let more = group[1..].iter().fold(first.len(), |most, item| match most {
            0 => 0,
            most => key::common(&first[..most], &key(item.number)[shared..]),
        });
        let shared = shared + more;
        group.iter_mut().for_each(|item| item.step = step(&key(item.number)[shared..]));
        group.sort_by_key(|item| item.step);
        let mut at = start;
        for same in group.chunk_by(|a, b| a.step == b.step) {
            if same.len() > 1 {
                groups.push((at, at + same.len(), shared + STEP));
            }
            at += same.len();
        }
    }
    items.into_iter().map(|item| item.number).collect()
}

/// The beginning of a key as a number that sorts as it does. Its length is part of it: a key may hold
/// zero bytes.
fn step(rest: &[u8]) -> u64 {
    match rest.first_chunk::<8>() {
        Some(bytes) => u64::from_be_bytes(*bytes) & !0xff | STEP as u64,
        None => {
            let mut bytes = [0; 8];
            let length = rest.len().min(STEP);
            bytes[..length].copy_from_slice(&rest[..length]);
            u64::from_be_bytes(bytes) | length as u64
        }
    }
}

/// Pairs that are sorted, turned round and sorted again.
///
/// Equal seconds keep the order of their firsts, so only the seconds have to be sorted, digit
/// by digit.
pub(in crate::store::index) fn turned(pairs: &[u64]) -> Vec<u64> {
    const BITS: u32 = 11;
    const DIGITS: usize = 3;
    let mut from: Vec<u64> = pairs.iter().map(|pair| pair.rotate_left(32)).collect();
    if from.len() <= FEW_PAIRS {
        from.sort_unstable();
        return from;
    }
    let digit = |pair: u64, n: usize| (pair >> (32 + BITS * n as u32)) as usize & ((1 << BITS) - 1);
    let mut places = vec![[0usize; 1 << BITS]; DIGITS];
    for pair in &from {
        for (n, places) in places.iter_mut().enumerate() {
            places[digit(*pair, n)] += 1;
        }
    }
    let mut to = vec![0; from.len()];
    for (n, places) in places.iter_mut().enumerate() {
        if places[digit(from[0], n)] == from.len() {
            continue;
        }
        let mut at = 0;
        for place in places.iter_mut() {
            at += std::mem::replace(place, at);
        }
        for pair in &from {
            let place = &mut places[digit(*pair, n)];
            to[*place] = *pair;
            *place += 1;
        }
        std::mem::swap(&mut from, &mut to);
    }
    from
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn keys_are_sorted_as_bytes_are(
            keys in prop::collection::hash_set("(a{0,20}|aaaaaaab|a\0)[a-b\0é]{0,9}", 0..200),
        ) {
            let keys: Vec<&[u8]> = keys.iter().map(String::as_bytes).collect();
            let order = by_key(keys.len() as u32, |n| keys[n as usize]);
            let sorted: Vec<&[u8]> = order.into_iter().map(|n| keys[n as usize]).collect();
            prop_assert_eq!(sorted, keys.into_iter().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>());
        }

        #[test]
        fn pairs_are_turned(
            pairs in prop::collection::vec((0..40u32, prop_oneof![0..50u32, any::<u32>()]), 0..200),
            times in 1..30usize,
        ) {
            let pairs = pairs.into_iter().map(|(a, b)| u64::from(a) << 32 | u64::from(b));
            let mut pairs: Vec<u64> = std::iter::repeat_n(pairs, times).flatten().collect();
            pairs.sort_unstable();
            let mut plain: Vec<u64> = pairs.iter().map(|pair| pair.rotate_left(32)).collect();
            plain.sort_unstable();
            prop_assert_eq!(turned(&pairs), plain);
        }
    }
}
