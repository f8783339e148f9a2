//! Typed changes as people and as programs read them.

use crate::audit::history::change::{Change, Changes, Held, Kind};
use crate::base::error::count;
use crate::base::page::Page;
use serde_json::{Value, json};

impl Kind {
    fn heading(self) -> &'static str {
        match self {
            Self::Shift => "Shift of the same speaker",
            Self::ConditionFulfilled => "Condition fulfilled",
            Self::ConditionDropped => "Condition no longer stated",
            Self::OtherSpeaker => "Another speaker",
            Self::Unordered => "Another stance, order unknown",
            Self::Correction => "Correction of the coding",
            Self::Restated => "Restated",
            Self::New => "New",
            Self::Gone => "Gone",
        }
    }
}

impl Changes {
    /// As lines at most `width` columns wide where words allow it, earlier beside later;
    /// `title` says of what.
    #[must_use]
    pub fn page(&self, title: &str, width: usize) -> String {
        let mut page = Page::new(width);
        page.title(title, "");
        page.detail(&self.summary());
        for kind in Kind::ALL {
            let changes: Vec<&Change> = self.of(*kind).collect();
            if changes.is_empty() {
                continue;
            }
            page.heading(kind.heading(), changes.len());
            let (unchanged, told): (Vec<&Change>, Vec<&Change>) =
                changes.into_iter().partition(|change| change.is_unchanged());
            for change in told {
                change.entry(&mut page);
                page.gap();
            }
            if !unchanged.is_empty() {
                page.entry(&format!(
                    "not listed: {} with the same words, coded as before",
                    count(unchanged.len(), "position")
                ));
            }
        }
        page.finish()
    }

    /// "shift: 1, restated: 2, new: 1".
    #[must_use]
    pub fn summary(&self) -> String {
        let number = |kind: &Kind| (self.of(*kind).count(), kind.name().replace('-', " "));
        let counts = Kind::ALL.iter().map(number).filter(|(number, _)| *number > 0);
        let words: Vec<String> = counts.map(|(number, name)| format!("{name}: {number}")).collect();
        if words.is_empty() { "no positions on either side".into() } else { words.join(", ") }
    }

    fn of(&self, kind: Kind) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(move |change| change.kind == kind)
    }

    /// All of it, for programs.
    #[must_use]
    pub fn json(&self) -> Value {
        self.changes.iter().map(Change::json).collect()
    }
}

impl Change {
    /// Whether it is the same position again, so that there is nothing to tell.
    fn is_unchanged(&self) -> bool {
        let ends = self.before.as_ref().zip(self.after.as_ref());
        self.kind == Kind::Restated && ends.is_some_and(|(before, after)| before.rows() == after.rows())
    }

    fn entry(&self, page: &mut Page) {
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => {
                before.rows().iter().zip(&after.rows()).for_each(|(one, other)| page.beside(one, other));
            }
            (None, Some(held)) | (Some(held), None) => {
                page.quote(&held.quote());
                page.entry(&held.sentence);
                page.detail(&[held.how.as_str(), &held.stated, &held.attribution].join(" · "));
            }
            (None, None) => {}
        }
        self.reasons.iter().for_each(|reason| page.entry(&format!("because: {reason}")));
        if self.proposed {
            page.entry("proposed: the later supersedes the earlier (--propose FILE)");
        }
    }

    fn json(&self) -> Value {
        json!({
            "type": self.kind.name(),
            "reasons": self.reasons,
            "before": self.before.as_ref().map(Held::json),
            "after": self.after.as_ref().map(Held::json),
            "supersedesProposed": self.proposed,
        })
    }
}

impl Held {
    /// What stands beside the same of another position.
    fn rows(&self) -> [String; 7] {
        let conditions: Vec<&str> =
            self.conditions.iter().map(|condition| condition.words.as_str()).collect();
        let quotes: Vec<String> = self.spans.iter().map(|(.., words)| format!("“{words}”")).collect();
        [
            quotes.join(" … "),
            self.sentence.clone(),
            conditions.join("; "),
            self.how.clone(),
            self.stated.clone(),
            self.attribution.clone(),
            self.article_name.clone(),
        ]
    }

    fn json(&self) -> Value {
        let quote = |(article, start, end, words): &(String, u32, u32, String)| json!({ "article": article, "start": start, "end": end, "exact": words });
        json!({
            "position": self.position.as_str(),
            "sentence": self.sentence,
            "quotes": self.spans.iter().map(quote).collect::<Vec<_>>(),
            "stance": self.stance.map(crate::model::Concept::word),
            "stated": self.stated,
            "attribution": self.attribution,
            "speaker": self.speaker.as_ref().map(|speaker| speaker.as_str()),
            "conditions": self.conditions.iter().map(|condition| condition.words.as_str()).collect::<Vec<_>>(),
            "article": self.article.as_ref().map(|article| article.as_str()),
        })
    }
}
