//! Content negotiation (RFC 9110, 12.5): which of the forms that there are does a client like best?

/// A media range of `Accept`, with its weight in thousandths.
struct Range<'a> {
    kind: &'a str,
    subkind: &'a str,
    weight: u16,
}

impl Range<'_> {
    /// How precisely it names a media type, if it does.
    fn precision(&self, media_type: &str) -> Option<u8> {
        let bare = media_type.split(';').next().unwrap_or_default().trim();
        let (kind, subkind) = bare.split_once('/')?;
        match (self.kind, self.subkind) {
            ("*", "*") => Some(0),
            (own, "*") if own.eq_ignore_ascii_case(kind) => Some(1),
            (own, other) if own.eq_ignore_ascii_case(kind) && other.eq_ignore_ascii_case(subkind) => Some(2),
            _ => None,
        }
    }
}

/// A weight: `q=0.5`, in thousandths.
fn weight<'a>(parameters: impl Iterator<Item = &'a str>) -> u16 {
    let mut names = parameters.filter_map(|parameter| parameter.split_once('='));
    let value = names.find(|(name, _)| name.trim().eq_ignore_ascii_case("q")).map(|(_, value)| value.trim());
    match value.map(str::parse::<f32>) {
        None => 1000,
        Some(Ok(q)) if (0.0..=1.0).contains(&q) => (q * 1000.0).round() as u16,
        Some(_) => 0,
    }
}

fn ranges(accept: &str) -> Vec<Range<'_>> {
    accept
        .split(',')
        .filter_map(|item| {
            let mut parts = item.split(';');
            let (kind, subkind) = parts.next()?.trim().split_once('/')?;
            Some(Range { kind, subkind, weight: weight(parts) })
        })
        .collect()
}

/// The number of the form that is liked best; of those that are liked equally, the first. None where none is
/// acceptable. Without `Accept`, everything is.
pub(super) fn best<'o>(accept: Option<&str>, offers: impl Iterator<Item = &'o str>) -> Option<usize> {
    let ranges = ranges(accept.filter(|accept| !accept.trim().is_empty()).unwrap_or("*/*"));
    let mut best = None;
    for (number, offer) in offers.enumerate() {
        let named = ranges.iter().filter_map(|range| Some((range.precision(offer)?, range.weight)));
        let weight = named.max_by_key(|(precision, _)| *precision).map_or(0, |(_, weight)| weight);
        if weight > best.map_or(0, |(_, weight)| weight) {
            best = Some((number, weight));
        }
    }
    best.map(|(number, _)| number)
}

/// Whether a client takes gzip.
pub(super) fn takes_gzip(accept_encoding: Option<&str>) -> bool {
    let codings = accept_encoding.unwrap_or_default().split(',').map(|item| {
        let mut parts = item.split(';');
        (parts.next().unwrap_or_default().trim().to_ascii_lowercase(), weight(parts))
    });
    let mut codings: Vec<(String, u16)> = codings.collect();
    codings.sort_by_key(|(name, _)| name == "*");
    let found = codings.iter().find(|(name, _)| matches!(name.as_str(), "gzip" | "x-gzip" | "*"));
    found.is_some_and(|(_, weight)| *weight > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFERS: [&str; 3] = ["application/sparql-results+json", "text/csv; charset=utf-8", "text/html"];

    #[test]
    fn the_heaviest_range_wins_and_the_most_precise_counts() {
        for (accept, expected) in [
            (None, Some(0)),
            (Some(""), Some(0)),
            (Some("*/*"), Some(0)),
            (Some("text/csv"), Some(1)),
            (Some("TEXT/CSV"), Some(1)),
            (Some("text/*"), Some(1)),
            (Some("text/*, text/csv;q=0.1"), Some(2)),
            (Some("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"), Some(2)),
            (Some("application/sparql-results+json;q=0.2, text/csv;q=0.3"), Some(1)),
            (Some("*/*;q=0"), None),
            (Some("image/png"), None),
            (Some("text/csv;q=0, */*"), Some(0)),
            (Some("text/csv;q=nan"), None),
        ] {
            assert_eq!(best(accept, OFFERS.into_iter()), expected, "{accept:?}");
        }
    }

    #[test]
    fn gzip_is_sent_only_to_those_who_take_it() {
        for (header, expected) in [
            (None, false),
            (Some("gzip, deflate, br"), true),
            (Some("identity"), false),
            (Some("gzip;q=0"), false),
            (Some("*"), true),
            (Some("*;q=0, gzip;q=0.5"), true),
        ] {
            assert_eq!(takes_gzip(header), expected, "{header:?}");
        }
    }
}
