//! Memory that a query may take, counted as it is taken.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

/// Bytes that a query may hold. Whoever makes something reserves it first; what is refused once stays refused: the
/// query has no answer.
#[derive(Debug)]
pub struct Allowance {
    limit: usize,
    room: AtomicUsize,
    is_exceeded: AtomicBool,
}

impl Allowance {
    /// So many times is a text there while it is computed: as a term, as a value, as the argument of a function, in
    /// what that makes of it, and with the room that a growing text has in reserve.
    const COPIES: usize = 6;
    /// Texts up to so many bytes go uncounted until they are kept: what one row makes of them is little.
    const SHORT: usize = 4096;

    /// All of it is free.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { limit, room: AtomicUsize::new(limit), is_exceeded: AtomicBool::new(false) }
    }

    /// The limit, in bytes.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Takes so many bytes. Whether they were free.
    #[must_use]
    pub fn take(&self, bytes: usize) -> bool {
        let taken = self.room.fetch_update(Relaxed, Relaxed, |room| room.checked_sub(bytes));
        self.note(taken.is_ok())
    }

    /// Gives so many bytes back.
    pub fn give_back(&self, bytes: usize) {
        self.room.fetch_add(bytes, Relaxed);
    }

    /// Whether there is room to compute with a text of so many bytes, which nobody keeps yet.
    #[must_use]
    pub fn has_room_for(&self, text: usize) -> bool {
        text <= Self::SHORT || self.note(text.saturating_mul(Self::COPIES) <= self.room.load(Relaxed))
    }

    /// Whether something was refused.
    #[must_use]
    pub fn is_exceeded(&self) -> bool {
        self.is_exceeded.load(Relaxed)
    }

    fn note(&self, is_free: bool) -> bool {
        if !is_free {
            self.is_exceeded.store(true, Relaxed);
        }
        is_free
    }
}
