//! Bodies: requests are read up to a limit and in time, answers are whole before they are sent.

use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use std::future::poll_fn;
use std::io::{self, Read, Seek, Write};
use std::pin::Pin;
use std::task::{Context, Poll};
use tempfile::SpooledTempFile;

/// Bytes of an answer that wait in memory; longer ones wait in a temporary file.
const SPOOL: usize = 4 << 20;
/// Bytes that are sent at once.
const CHUNK: u64 = 64 << 10;

/// An answer that is whole: bytes in memory or in a temporary file.
///
/// Reading a temporary file may block the thread of all connections for as long as the system takes to fetch
/// [`CHUNK`] bytes, which it has usually just written and still has in memory.
#[derive(Default)]
pub(super) struct Whole {
    file: Option<SpooledTempFile>,
    left: u64,
}

impl Whole {
    /// What `write` writes.
    pub(super) fn new<E: From<io::Error>>(
        write: impl FnOnce(&mut SpooledTempFile) -> Result<(), E>,
    ) -> Result<Self, E> {
        let mut file = SpooledTempFile::new(SPOOL);
        write(&mut file)?;
        let left = file.stream_position()?;
        file.rewind()?;
        Ok(Self { file: Some(file), left })
    }

    /// A text.
    pub(super) fn text(text: &str) -> Self {
        Self::new(|file| file.write_all(text.as_bytes())).unwrap_or_default()
    }

    /// Number of bytes that are still to be sent.
    pub(super) fn len(&self) -> u64 {
        self.left
    }

    /// The bytes, to be written in another way.
    pub(super) fn reader(self) -> impl Read {
        self.file.unwrap_or_else(|| SpooledTempFile::new(0))
    }
}

impl Body for Whole {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let left = self.left;
        let Some(file) = self.file.as_mut().filter(|_| left > 0) else { return Poll::Ready(None) };
        let mut chunk = vec![0; usize::try_from(left.min(CHUNK)).unwrap_or_default()];
        if let Err(error) = file.read_exact(&mut chunk) {
            return Poll::Ready(Some(Err(error)));
        }
        self.left -= chunk.len() as u64;
        Poll::Ready(Some(Ok(Frame::data(chunk.into()))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

/// Why a request's body was not read.
pub(super) enum Unread {
    /// It is longer than the limit.
    TooLong,
    /// The client broke it off.
    Broken,
}

/// The body of a request, if it has no more than so many bytes.
pub(super) async fn read(mut body: Incoming, most: usize) -> Result<Vec<u8>, Unread> {
    let mut bytes = Vec::new();
    if body.size_hint().lower() > most as u64 {
        return Err(Unread::TooLong);
    }
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let frame = frame.map_err(|_| Unread::Broken)?;
        if let Some(data) = frame.data_ref() {
            if bytes.len() + data.len() > most {
                return Err(Unread::TooLong);
            }
            bytes.extend_from_slice(data);
        }
    }
    Ok(bytes)
}
