//! Krippendorff's alpha over a table that people coded: Dutch news, actor and topic given, the stance to be found.

#[path = "../absent/mod.rs"]
mod absent;

use standpoint::analysis::agreement::{Agreement, alpha, nominal};

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
    assert_eq!(Agreement::of("stance", all.clone()).unwrap().units, 6_993);
    for (topic, expected) in
        [(None, 0.715_072), (Some("Immigration"), 0.711_23), (Some("Agriculture"), 0.646_731)]
    {
        let found = alpha(units(topic), nominal).unwrap();
        assert!((found - expected).abs() < 5e-5, "{topic:?}: {found}");
    }
}
