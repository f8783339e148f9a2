//! Fields of positions that nobody wrote: from the sheet, else from the project file, else built in.

use super::Resolver;
use crate::ingest::sheet::record;
use crate::ingest::sheet::scalar::{Text, Word};
use crate::ingest::sheet::tree::Step;
use crate::model::registry::Kind;
use crate::model::{
    AttributionStep, Certainty, Concept, Explicitness, Family, Listed, Mode, Position, Status,
};
use oxrdf::NamedNode;

/// Fields of positions that give none themselves.
pub(super) struct PositionDefaults {
    pub(super) mode: Listed<Mode>,
    /// None where the sources of a position decide.
    explicitness: Option<Explicitness>,
    pub(super) certainty: Certainty,
    pub(super) on_behalf_of: Vec<NamedNode>,
    /// What an issue is, where the stances on it fit both families.
    pub(super) family: Family,
}

/// Lowers a certainty that nobody wrote: one of several readings is never certain.
pub(super) fn certainty_of_reading(position: &mut Position) {
    let certainty = &mut position.attestation.certainty;
    if position.status == Status::Ambiguous && *certainty == Some(Certainty::Certain) {
        *certainty = Some(Certainty::Probable);
    }
}

impl Resolver<'_> {
    /// The defaults of this sheet. What is wrong with them is told once.
    pub(super) fn defaults(&self) -> &PositionDefaults {
        self.defaults.get_or_init(|| {
            let (none, project) = (record::Defaults::default(), self.project_defaults);
            let own = self.sheet.defaults.as_ref().unwrap_or(&none);
            let on_behalf_of = match own.on_behalf_of.0.as_slice() {
                [] => project.on_behalf_of.iter().cloned().map(Text).collect(),
                own => own.to_vec(),
            };
            let name = |(i, name): (usize, &Text)| {
                self.named(Kind::Actor, name, &["defaults".into(), "onBehalfOf".into(), i.into()])
            };
            PositionDefaults {
                mode: own
                    .mode
                    .clone()
                    .or_else(|| project.mode.as_deref().map(Word::new))
                    .as_ref()
                    .and_then(|word| self.listed(word, &["defaults".into(), "mode".into()]))
                    .unwrap_or(Listed::Model(Mode::PublicStatement)),
                explicitness: self.default(own.explicitness.as_ref(), project.explicitness),
                certainty: self
                    .default(own.certainty.as_ref(), project.certainty)
                    .unwrap_or(Certainty::Certain),
                family: self.default(own.family.as_ref(), project.family).unwrap_or(Family::Proposal),
                on_behalf_of: on_behalf_of.iter().enumerate().filter_map(name).collect(),
            }
        })
    }

    /// The sheet's word, else what the project says.
    fn default<C: Concept>(&self, own: Option<&Word<C>>, project: Option<C>) -> Option<C> {
        match own {
            Some(word) => self.word(word, &["defaults".into(), Step::from(C::FIELD)]),
            None => project,
        }
    }

    /// How openly the text gives a position to its actor, if nobody says: explicit, unless a source says so
    /// that is neither the actor, nor whom it represents, nor a medium.
    pub(super) fn default_explicitness(
        &self,
        article: &NamedNode,
        actor: &NamedNode,
        on_behalf_of: &[NamedNode],
        attribution: &[AttributionStep],
    ) -> Explicitness {
        let is_own = |source: &NamedNode| {
            source == actor || on_behalf_of.contains(source) || self.registry.is_medium(source, article)
        };
        let built_in = match attribution.iter().all(|step| is_own(&step.source)) {
            true => Explicitness::Explicit,
            false => Explicitness::Reported,
        };
        self.defaults().explicitness.unwrap_or(built_in)
    }
}
