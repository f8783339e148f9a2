//! Pages for a browser, taken apart: tags that close, ids that differ, links that lead somewhere, headings in their
//! order, nothing fetched from elsewhere, nothing that somebody's label could smuggle in, and readable colours.

mod html;

use html::Element;
use standpoint::serve::view::style;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

/// The report of these files, with these further arguments.
fn report(data: &[&str], arguments: &[&str]) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_standpoint"));
    command.current_dir(root);
    for file in data {
        command.args(["--data", file]);
    }
    let output = command.args(["report", "-"]).args(arguments).output().expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("a page is UTF-8")
}

/// The pages that every test looks at.
fn pages() -> &'static [(&'static str, String)] {
    static PAGES: OnceLock<Vec<(&str, String)>> = OnceLock::new();
    PAGES.get_or_init(|| {
        vec![
            ("ferry", report(&["data/night-ferry"], &["--text", "data/night-ferry"])),
            ("one issue", report(&["data/night-ferry"], &["--only", "issue:Ending the night ferry"])),
            ("one actor", report(&["data/night-ferry"], &["--only", "actor:County Ferries"])),
            (
                "one article",
                report(
                    &["data/night-ferry"],
                    &["--only", "article:herald-2025-03-04", "--text", "data/night-ferry"],
                ),
            ),
            ("article", report(&["data/witkoff-putin-2025"], &[])),
            ("hostile", report(&["tests/fixtures/pages/hostile.ttl"], &["--text", "tests/fixtures/pages"])),
            ("nothing", report(&["data/night-ferry"], &["--since", "2031"])),
        ]
    })
}

#[test]
fn every_page_is_well_formed_and_whole() {
    for (name, page) in pages() {
        let elements = html::elements(page).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        let ids: Vec<&str> = elements.iter().filter_map(|element| element.get("id")).collect();
        let distinct: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), distinct.len(), "{name}: an id occurs twice");
        for attribute in ["href", "aria-labelledby"] {
            for target in elements.iter().filter_map(|element| element.get(attribute)) {
                let id = if attribute == "href" { target.strip_prefix('#') } else { Some(target) };
                assert!(
                    id.is_none_or(|id| distinct.contains(id)),
                    "{name}: {attribute} {target} leads nowhere"
                );
            }
        }
        assert_eq!(elements.iter().filter(|element| element.name == "h1").count(), 1, "{name}");
        assert_eq!(elements.iter().filter(|element| element.name == "main").count(), 1, "{name}");
        assert!(elements.iter().any(|element| element.get("lang").is_some()), "{name}");
    }
}

#[test]
fn headings_descend_by_one_level() {
    for (name, page) in pages() {
        let elements = html::elements(page).expect("a page is well formed");
        let levels = elements.iter().filter_map(|element| element.name.strip_prefix('h')?.parse::<u8>().ok());
        levels.fold(0, |above, level| {
            assert!(level <= above + 1, "{name}: h{level} below h{above}");
            level
        });
    }
}

#[test]
fn nothing_is_fetched_or_run() {
    for (name, page) in pages() {
        for element in html::elements(page).expect("a page is well formed") {
            assert!(
                !["script", "link", "img", "iframe", "object", "form"].contains(&&*element.name),
                "{name}: {element:?}"
            );
            for (attribute, value) in &element.attributes {
                assert!(
                    !attribute.starts_with("on") && attribute != "style" && attribute != "src",
                    "{name}: {element:?}"
                );
                let is_followed = attribute == "href" && !value.starts_with('#');
                assert!(!is_followed || is_web(value) && element.get("rel").is_some(), "{name}: {element:?}");
            }
        }
    }
    let style = style();
    assert!(!style.contains("url(") && !style.contains("@import"), "the sheet fetches nothing");
}

fn is_web(address: &str) -> bool {
    address.starts_with("http://") || address.starts_with("https://")
}

#[test]
fn labels_are_shown_as_they_are_written() {
    let (_, page) = pages().iter().find(|(name, _)| *name == "hostile").expect("it is one of the pages");
    let elements = html::elements(page).expect("a page is well formed");
    let words: String = elements.iter().map(|element| element.text.as_str()).collect();
    for written in [
        "<script>alert(1)</script>",
        "\" onmouseover=\"alert(2)",
        "</style><b>bold</b>",
        "javascript:alert(3)",
    ] {
        assert!(words.contains(written), "{written} is read as text");
    }
    assert!(!page.contains('\u{202e}'), "nothing turns the direction of what follows");
    assert!(words.contains(&"long ".repeat(60)), "300 characters are shown whole");
    let marked = elements.iter().filter(|element| element.name == "mark").count();
    assert!(marked >= 3, "spans that overlap are marked piece by piece: {marked}");
}

#[test]
fn the_same_data_give_the_same_bytes() {
    let page = report(&["data/night-ferry"], &["--text", "data/night-ferry"]);
    assert_eq!(page, pages()[0].1);
}

/// Relative luminance of a colour `#rrggbb` (WCAG 2.2, relative luminance).
fn luminance(colour: &str) -> f64 {
    let channel = |at: usize| {
        let value =
            f64::from(u8::from_str_radix(&colour[at..at + 2], 16).expect("two hexadecimal digits")) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

/// Contrast of two colours, from 1 to 21 (WCAG 2.2, contrast ratio).
fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    one.max(other) / one.min(other)
}

/// The colours that each `:root` of the sheet sets.
fn palettes() -> Vec<Vec<(String, String)>> {
    let style = style();
    let blocks = style.split(":root {").skip(1).map(|block| block.split('}').next().unwrap_or_default());
    let colours = |block: &str| {
        let of = block.split(';').filter_map(|line| line.trim().strip_prefix("--")?.split_once(": "));
        let of = of.filter(|(_, value)| value.starts_with('#'));
        // "#fff" is "#ffffff".
        let long = |value: &str| match value.len() {
            4 => value.chars().flat_map(|c| [c; 2]).skip(1).collect(),
            _ => value.to_owned(),
        };
        of.map(|(name, value)| (name.to_owned(), long(value))).collect()
    };
    blocks.map(colours).collect()
}

#[test]
fn colours_can_be_read() {
    let palettes = palettes();
    assert_eq!(palettes.len(), 3, "light, dark, print");
    for palette in palettes {
        let of = |name: &str| {
            let found = palette.iter().find(|(known, _)| known == name);
            found.map_or_else(|| panic!("no colour {name}"), |(_, value)| value.as_str())
        };
        let ink = ["ink", "soft", "link", "for", "against", "neither"].map(|text| (text, "ground"));
        let marked = [
            "for-ground",
            "for-strong",
            "against-ground",
            "against-strong",
            "neither-ground",
            "mixed-ground",
        ];
        for (text, ground) in ink.into_iter().chain(marked.map(|ground| ("ink", ground))) {
            let contrast = contrast(of(text), of(ground));
            assert!(contrast >= 4.5, "{text} on {ground}: {contrast:.2}");
        }
    }
}

#[test]
fn a_page_that_is_not_well_formed_is_noticed() {
    for page in ["<p><b>x</p></b>", "<p>x", "<p title=x>y</p>", "<p>a < b</p>", "</p>"] {
        assert!(html::elements(page).is_err(), "{page}");
    }
    let elements = html::elements("<!DOCTYPE html><p id=\"a\">x &amp; <br>y</p>").expect("it is well formed");
    assert_eq!(elements[0], Element::new("p", &[("id", "a")], "x & y"));
}
