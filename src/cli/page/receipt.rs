//! What asking again showed, for people and for programs.

use crate::audit::receipt::{Outcome, Receipt, Reproduction, Verdict, minutes};
use crate::base::error::grouped;
use crate::base::page::Page;
use crate::query::{Answer, Format, Printer};
use serde_json::{Value, json};

impl Verdict {
    /// "same", "different" or "cannot".
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Different => "different",
            Self::Undecided => "cannot",
        }
    }
}

impl Receipt {
    /// "who-opposes, issue: Ukraine cedes territory", or how the query begins.
    fn subject(&self) -> (&'static str, String) {
        match &self.question {
            Some(question) => {
                let values = self.parameters.iter().map(|p| format!("{}: {}", p.name, p.shown));
                ("question", std::iter::once(question.clone()).chain(values).collect::<Vec<_>>().join(", "))
            }
            None => ("query", self.query.split_whitespace().collect::<Vec<_>>().join(" ")),
        }
    }
}

impl Reproduction<'_> {
    /// As lines at most `width` columns wide where words allow it; `name` is the receipt's.
    #[must_use]
    pub fn page(&self, name: &str, width: usize) -> String {
        let mut page = Page::new(width);
        let title = match self.verdict {
            Verdict::Same => "The same answer",
            Verdict::Different => "Another answer",
            Verdict::Undecided => "Another answer, from another version of the program: undecided",
        };
        page.title(title, name);
        let receipt = self.receipt;
        page.field("asked", &minutes(receipt.time));
        page.field("graph", &receipt.source.words());
        if let Some((source, _)) = &self.against {
            page.field("compared with", &source.words());
        }
        let (name, subject) = receipt.subject();
        page.field(name, &subject);
        page.field("in force on", &receipt.as_of.map(|day| day.to_string()).unwrap_or_default());
        page.field(if receipt.answer.form == "graph" { "triples" } else { "rows" }, &self.counts());
        page.field("SHA-256", &receipt.answer.sha256.to_string());
        if self.latest().canonical.sha256 != receipt.answer.sha256 {
            page.field("and now", &self.latest().canonical.sha256.to_string());
        }
        self.notes.iter().for_each(|note| page.field("note", note));
        let mut text = page.finish();
        let gone = self.difference.gone;
        match &self.lost {
            Some(lost) => text += &section("Only then", lost.len(), &self.then.show(lost, width)),
            None if gone > 0 => {
                text += &format!(
                    "\nOnly then ({}): a receipt has the hashes of the rows, not the rows.\n",
                    grouped(gone)
                );
            }
            None => {}
        }
        let came = &self.difference.came;
        text + &section("Only now", came.len(), &self.latest().show(came, width))
    }

    /// "4 then, 3 now; 2 only then, 1 only now".
    fn counts(&self) -> String {
        let (then, now) = (self.receipt.answer.count, self.latest().canonical.lines.len());
        if self.verdict == Verdict::Same {
            return format!("{}, then and now", grouped(now));
        }
        let (gone, came) = (self.difference.gone, self.difference.came.len());
        format!(
            "{} then, {} now; {} only then, {} only now",
            grouped(then),
            grouped(now),
            grouped(gone),
            grouped(came)
        )
    }

    /// The answer that the verdict is about.
    fn latest(&self) -> &Outcome<'_> {
        self.against.as_ref().map_or(&self.then, |(_, outcome)| outcome)
    }

    /// All of it, for programs. Lines are those of the canonical form.
    #[must_use]
    pub fn json(&self, name: &str) -> Value {
        let receipt = self.receipt;
        let latest = self.latest();
        json!({
            "verdict": self.verdict.word(),
            "receipt": name,
            "time": receipt.time,
            "source": receipt.source,
            "against": self.against.as_ref().map(|(source, _)| source),
            "question": receipt.question,
            "notes": self.notes,
            "then": { "count": receipt.answer.count, "sha256": receipt.answer.sha256 },
            "now": { "count": latest.canonical.lines.len(), "sha256": latest.canonical.sha256 },
            "onlyThen": self.difference.gone,
            "onlyNow": self.difference.came.len(),
            "gone": self.lost.as_ref().map(|lost| self.then.lines(lost)),
            "came": latest.lines(&self.difference.came),
        })
    }
}

impl Outcome<'_> {
    fn lines(&self, lines: &[usize]) -> Vec<&str> {
        lines.iter().map(|line| self.canonical.lines[*line].as_str()).collect()
    }

    /// Some of the lines: rows as a table with labels, triples as they are.
    fn show(&self, lines: &[usize], width: usize) -> String {
        let Answer::Rows { variables, rows } = &self.answer else {
            let mut page = Page::new(width);
            self.lines(lines).iter().for_each(|line| page.quote(line));
            return page.finish();
        };
        let rows = lines.iter().map(|line| rows[self.canonical.rows[*line]].clone()).collect();
        let some = Answer::Rows { variables: variables.clone(), rows };
        let mut text = Vec::new();
        let printed = Printer::new(self.index, self.query.prefixes(), width).with_handles(true).print(
            &some,
            Format::Table,
            "memory",
            &mut text,
        );
        printed.map(|()| String::from_utf8_lossy(&text).into_owned()).unwrap_or_default()
    }
}

fn section(heading: &str, number: usize, text: &str) -> String {
    if number == 0 {
        return String::new();
    }
    let mut page = Page::new(80);
    page.heading(heading, number);
    format!("\n{}{text}", page.finish())
}
