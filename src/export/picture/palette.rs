//! Colours: two sets, for light and for dark screens, of the same classes.
//!
//! Stances run from orange (against) over grey to blue (for), which all common kinds of colour blindness tell
//! apart; nothing is said by colour alone. Tests hold the contrasts of WCAG 2.2: 4.5 to 1 for texts, 3 to 1 for
//! marks against what is behind them.

/// A colour, `#rrggbb`.
type Hex = &'static str;

/// What has a colour on a light and on a dark screen.
pub(super) struct Tint {
    /// Its class.
    pub(super) class: &'static str,
    pub(super) light: Hex,
    pub(super) dark: Hex,
}

const fn tint(class: &'static str, light: Hex, dark: Hex) -> Tint {
    Tint { class, light, dark }
}

/// What is behind everything.
pub(super) const GROUND: Tint = tint("ground", "#ffffff", "#15181d");
/// Words.
pub(super) const INK: Tint = tint("ink", "#1a1c1f", "#eceff3");
/// Words of less weight.
pub(super) const QUIET: Tint = tint("quiet", "#565b63", "#aab1bb");
/// Lines that lead the eye.
pub(super) const GRID: Tint = tint("grid", "#d9dce1", "#353a43");
/// Edges of cells without a value.
pub(super) const EDGE: Tint = tint("edge", "#8a9099", "#757c87");

/// Number of steps on each side of the middle.
const STEPS: f64 = 4.0;

/// Stances from -1 to 1: the colour, and that of words on it.
pub(super) const STANCES: [(Tint, Tint); 9] = [
    (tint("v-4", "#a8480c", "#ff9c47"), tint("on-4", "#ffffff", "#000000")),
    (tint("v-3", "#e07f14", "#d67f2b"), tint("on-3", "#000000", "#000000")),
    (tint("v-2", "#f6ad55", "#a3621f"), tint("on-2", "#000000", "#ffffff")),
    (tint("v-1", "#fbdcae", "#6d4a25"), tint("on-1", "#000000", "#ffffff")),
    (tint("v0", "#e9eaec", "#484d56"), tint("on0", "#000000", "#ffffff")),
    (tint("v1", "#cfe3f3", "#2c4a63"), tint("on1", "#000000", "#ffffff")),
    (tint("v2", "#8fc1e3", "#356a94"), tint("on2", "#000000", "#ffffff")),
    (tint("v3", "#4393c9", "#4d93c9"), tint("on3", "#000000", "#000000")),
    (tint("v4", "#165a9c", "#7cc0f7"), tint("on4", "#ffffff", "#000000")),
];

/// Camps, and other things that are only different; each with words on it.
pub(super) const GROUPS: [Tint; 8] = [
    tint("g0", "#0b66a8", "#5fb3ee"),
    tint("g1", "#c84f00", "#f0a03a"),
    tint("g2", "#0a7a57", "#3fc498"),
    tint("g3", "#a8328f", "#e38fd0"),
    tint("g4", "#6b5c00", "#d9cb52"),
    tint("g5", "#4b3f9e", "#a99df5"),
    tint("g6", "#8f1d3a", "#f28a9c"),
    tint("g7", "#5c6169", "#a9b0ba"),
];

/// Words on a group's colour.
pub(super) const ON_GROUP: Tint = tint("on-group", "#ffffff", "#000000");

/// Ties: of those who agree, and of those who do not.
pub(super) const TIES: [Tint; 2] =
    [tint("tie-for", "#5f87ab", "#6f9cc4"), tint("tie-against", "#b8600f", "#d98a3d")];

/// Number of the step of a value from -1 to 1, from 0 to 8.
fn step(value: f64) -> usize {
    let step = (value.clamp(-1.0, 1.0) * STEPS).round() + STEPS;
    // From 0 to 8, and 4 of what is no number.
    if step.is_nan() { 4 } else { step as usize }
}

/// The class of a stance's value, from -1 to 1.
#[must_use]
pub fn stance_class(value: f64) -> &'static str {
    STANCES[step(value)].0.class
}

/// The class of words on the colour of a stance's value.
#[must_use]
pub fn on_stance_class(value: f64) -> &'static str {
    STANCES[step(value)].1.class
}

/// The class of a group by its number; the last one is shared by all groups that are beyond the colours.
#[must_use]
pub fn group_class(group: usize) -> &'static str {
    GROUPS[group.min(GROUPS.len() - 1)].class
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance (<https://www.w3.org/TR/WCAG22/#dfn-relative-luminance>).
    fn luminance(colour: &str) -> f64 {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    fn contrast(one: &str, other: &str) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    fn least(what: &Tint, behind: &Tint, least: f64) {
        for (name, one, other) in [("light", what.light, behind.light), ("dark", what.dark, behind.dark)] {
            let found = contrast(one, other);
            assert!(found >= least, "{} on {} ({name}): {found:.2}", what.class, behind.class);
        }
    }

    #[test]
    fn words_and_marks_stand_out() {
        least(&INK, &GROUND, 7.0);
        least(&QUIET, &GROUND, 4.5);
        least(&EDGE, &GROUND, 3.0);
        STANCES.iter().for_each(|(colour, words)| least(words, colour, 4.5));
        GROUPS.iter().for_each(|colour| {
            least(colour, &GROUND, 3.0);
            least(&ON_GROUP, colour, 4.5);
        });
        least(&ON_GROUP, &QUIET, 4.5);
        TIES.iter().for_each(|colour| least(colour, &GROUND, 3.0));
    }

    /// What a pale colour looks like on the ground: 38 of 100.
    fn pale(colour: &str, ground: &str) -> String {
        let channel = |text: &str, at: usize| f64::from(u8::from_str_radix(&text[at..at + 2], 16).unwrap());
        let mixed = |at| (channel(colour, at) * 0.38 + channel(ground, at) * 0.62).round() as u8;
        format!("#{:02x}{:02x}{:02x}", mixed(1), mixed(3), mixed(5))
    }

    #[test]
    fn words_stand_out_on_pale_bars() {
        for (colour, _) in &STANCES {
            for (ink, colour, ground) in
                [(INK.light, colour.light, GROUND.light), (INK.dark, colour.dark, GROUND.dark)]
            {
                let found = contrast(ink, &pale(colour, ground));
                assert!(found >= 4.5, "{ink} on pale {colour}: {found:.2}");
            }
        }
    }

    #[test]
    fn steps_cover_the_axis() {
        let classes = [-1.0, -0.5, 0.0, 0.5, 1.0, f64::NAN].map(stance_class);
        assert_eq!(classes, ["v-4", "v-2", "v0", "v2", "v4", "v0"]);
        assert_eq!((group_class(2), group_class(99)), ("g2", "g7"));
    }
}
