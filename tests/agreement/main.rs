//! Krippendorff's alpha over a table that people coded: Dutch news, actor and topic given, the stance to be found.

#[path = "../absent/mod.rs"]
mod absent;

use standpoint::analysis::agreement::{Ratings, Scale};
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

/// The people who coded, by column; another column is a model's.
const PEOPLE: [&str; 8] = ["NK", "NPR", "AM", "KN", "SH", "NR", "JE", "WA"];

/// Alphas of the reference data, with the number of ratings and of units with two or more.
#[test]
fn alpha_is_that_of_the_reference_data() {
    let file = "issuepositions_nl/coded_units_gpt.csv";
    let Some(path) = absent::reference(file) else {
        return absent::skipped("alpha_is_that_of_the_reference_data", &format!("{file} is missing"));
    };
    let mut table = csv::Reader::from_path(path).unwrap();
    let columns = table.headers().unwrap().clone();
    let column = |name: &str| columns.iter().position(|column| column == name).unwrap();
    let (topic, people) = (column("topic"), PEOPLE.map(column));
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    let units = |wanted: Option<&str>| -> Vec<Vec<String>> {
        let of = |row: &&csv::StringRecord| wanted.is_none_or(|wanted| &row[topic] == wanted);
        let given = |row: &csv::StringRecord| {
            let values = people.iter().map(|person| row[*person].trim().to_owned());
            values.filter(|value| !value.is_empty()).collect()
        };
        rows.iter().filter(of).map(given).collect()
    };
    let all = units(None);
    let pairable: Vec<&Vec<String>> = all.iter().filter(|unit| unit.len() > 1).collect();
    assert_eq!(pairable.len(), 6_993);
    assert_eq!(pairable.iter().map(|unit| unit.len()).sum::<usize>(), 17_231);
    assert_eq!(Ratings::of(all.clone()).len(), 6_993);
    for (topic, expected) in
        [(None, 0.715_072), (Some("Immigration"), 0.711_23), (Some("Agriculture"), 0.646_731)]
    {
        let found = Ratings::of(units(topic)).alpha(Scale::Nominal).unwrap();
        assert!((found - expected).abs() < 5e-5, "{topic:?}: {found}");
    }
}

/// The same through the program: `import csv` with the map that is shipped, then `reliability --by issue`.
#[test]
fn the_command_gives_the_alpha_of_the_reference_data() {
    let file = "issuepositions_nl/coded_units_gpt.csv";
    let Some(path) = absent::reference(file) else {
        let name = "the_command_gives_the_alpha_of_the_reference_data";
        return absent::skipped(name, &format!("{file} is missing"));
    };
    let map = Path::new(env!("CARGO_MANIFEST_DIR")).join("maps/issuepositions_nl.yaml");
    let folder = tempfile::tempdir().unwrap();
    let standpoint = |arguments: &[&OsStr]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_standpoint"));
        command.current_dir(folder.path()).args(["--store", "s"]).args(arguments);
        let output = command.output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{told}");
        (String::from_utf8(output.stdout).unwrap(), told)
    };
    standpoint(&["import".as_ref(), "csv".as_ref(), path.as_os_str(), "--map".as_ref(), map.as_os_str()]);
    let arguments =
        ["reliability", "--by", "issue", "--not-coder", "GPT", "--samples", "0", "--format", "json"];
    let (rows, told) = standpoint(&arguments.map(OsStr::new));
    assert_eq!(told, "stance: alpha 0.7151 over 6,993 units of 8 coders\n");
    let rows: Vec<serde_json::Value> = serde_json::from_str(&rows).unwrap();
    for (issue, alpha) in [("immigration", 0.7112), ("farming", 0.6467)] {
        let row = rows.iter().find(|row| row["issue"].as_str().unwrap().contains(issue)).unwrap();
        assert_eq!(row["alpha"], alpha, "{row}");
    }
}
