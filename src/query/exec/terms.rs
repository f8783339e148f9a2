//! Terms behind ids, those included that a query makes up; and how far a query may go.

use crate::base::allowance::Allowance;
use crate::model::vocab::xsd;
use crate::store::index::Corruption;
use crate::store::index::read::dataset::{ComputedTerms, text_bytes};
use crate::store::index::read::id::Id;
use crate::store::index::read::snapshot::Snapshot;
use oxigraph::sparql::CancellationToken;
use oxrdf::Term;
use std::cell::{Cell, RefCell};
use std::sync::Arc;

/// Why a query ended without an answer.
#[derive(Debug, thiserror::Error)]
pub(in crate::query) enum Stopped {
    #[error(transparent)]
    Corruption(#[from] Corruption),
    #[error("the time is up")]
    Cancelled,
    /// The limit, in bytes.
    #[error("intermediate results need more than {0} bytes")]
    Memory(usize),
    #[error("a query can make up 268 million terms and not more")]
    TooManyTerms,
}

pub(in crate::query) type Result<T> = std::result::Result<T, Stopped>;

/// Terms of a snapshot and of one query on it.
pub(in crate::query) struct ExecContext<'a> {
    pub(in crate::query) snapshot: &'a Snapshot,
    token: &'a CancellationToken,
    made_up: RefCell<ComputedTerms>,
    /// Whether the snapshot has decimals whose value is not in their id.
    has_decimals: Cell<Option<bool>>,
    allowance: Arc<Allowance>,
    /// Bytes of it that terms take which the query made up; they stay to its end.
    made_up_bytes: Cell<usize>,
}

impl<'a> ExecContext<'a> {
    /// `allowance`: memory that intermediate results may take.
    pub(in crate::query) fn new(
        snapshot: &'a Snapshot,
        token: &'a CancellationToken,
        allowance: Arc<Allowance>,
    ) -> Self {
        Self {
            snapshot,
            token,
            made_up: RefCell::default(),
            has_decimals: Cell::new(None),
            allowance,
            made_up_bytes: Cell::new(0),
        }
    }

    pub(in crate::query) fn allowance(&self) -> &Allowance {
        &self.allowance
    }

    /// Bytes that terms take which the query made up.
    #[cfg(test)]
    pub(in crate::query) fn made_up_bytes(&self) -> usize {
        self.made_up_bytes.get()
    }

    /// The term of an id; none of [`Id::UNBOUND`].
    pub(in crate::query) fn term(&self, id: Id) -> Result<Option<Term>> {
        if let Some(n) = id.as_local() {
            let made_up = self.made_up.borrow();
            self.ensure_room_for(text_bytes(made_up.term(n).as_ref()))?;
            return Ok(Some(made_up.term(n).clone()));
        }
        if !id.is_bound() {
            return Ok(None);
        }
        Ok(Some(self.snapshot.term(id)?))
    }

    /// The id of a term, a new one if nothing has it yet.
    pub(in crate::query) fn intern(&self, term: Term) -> Result<Id> {
        if let Some(id) = Id::of_term(term.as_ref()) {
            return Ok(id);
        }
        if let Some(id) = self.made_up.borrow().find(&term) {
            return Ok(id);
        }
        if let Some(id) = self.stored(&term)? {
            return Ok(id);
        }
        let bytes = ComputedTerms::BYTES + text_bytes(term.as_ref());
        self.reserve(bytes)?;
        self.made_up_bytes.set(self.made_up_bytes.get() + bytes);
        self.made_up.borrow_mut().intern(term).ok_or(Stopped::TooManyTerms)
    }

    /// Makes sure that there is room to compute with a text of so many bytes.
    ///
    /// # Errors
    /// There is none.
    pub(in crate::query) fn ensure_room_for(&self, text: usize) -> Result<()> {
        if self.allowance.has_room_for(text) { Ok(()) } else { Err(Stopped::Memory(self.allowance.limit())) }
    }

    /// The id that a term of the snapshot has. Averages are decimals with many digits: that no such number
    /// is stored is found out once, instead of one search for each.
    fn stored(&self, term: &Term) -> Result<Option<Id>> {
        if let Term::Literal(literal) = term
            && literal.datatype() == xsd::DECIMAL
        {
            let known = match self.has_decimals.get() {
                Some(known) => known,
                None => self.snapshot.has_datatype(xsd::DECIMAL)?,
            };
            self.has_decimals.set(Some(known));
            if !known {
                return Ok(None);
            }
        }
        Ok(self.snapshot.id(term.as_ref())?)
    }

    /// Reserves so many bytes before they are taken, until [`Self::release`].
    ///
    /// # Errors
    /// They are too many, or the time is up.
    pub(in crate::query) fn reserve(&self, bytes: usize) -> Result<()> {
        self.ensure_wanted()?;
        if self.allowance.take(bytes) { Ok(()) } else { Err(Stopped::Memory(self.allowance.limit())) }
    }

    pub(in crate::query) fn release(&self, bytes: usize) {
        self.allowance.give_back(bytes);
    }

    /// # Errors
    /// The time is up.
    pub(in crate::query) fn ensure_wanted(&self) -> Result<()> {
        if self.token.is_cancelled() { Err(Stopped::Cancelled) } else { Ok(()) }
    }
}
