//! Unpacking what is compressed, as it is read.

use crate::base::diagnostic::{Diagnostic, Place};
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Compression of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// None.
    Plain,
    /// `.gz`
    Gzip,
    /// `.zst`
    Zstd,
}

/// Number of first bytes by which a compression is recognised.
const MAGIC: u64 = 6;

/// Factor by which compressed content may grow: texts, tables and graphs compress to a
/// fifth or a fiftieth, a bomb to a thousandth …
const MOST_UNPACKED: usize = 100;
/// … and the length in bytes that it may have in any case.
const ALWAYS_UNPACKED: usize = 16 << 20;

impl Encoding {
    /// Compression by the end of a name, and the name without it.
    pub(super) fn of_name(name: &str) -> (&str, Self) {
        match name.rsplit_once('.') {
            Some((bare, end)) if end.eq_ignore_ascii_case("gz") => (bare, Self::Gzip),
            Some((bare, end)) if end.eq_ignore_ascii_case("zst") => (bare, Self::Zstd),
            _ => (name, Self::Plain),
        }
    }

    /// Compression by the first bytes. No text in UTF-8 begins like that.
    fn of_bytes(head: &[u8]) -> Result<Self, Fault> {
        // What several threads compress to begins with a frame to be skipped.
        let skipped = matches!(head, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..]);
        let others: [(&str, &[u8]); 4] =
            [("zip", b"PK\x03\x04"), ("bzip2", b"BZh"), ("xz", b"\xfd7zXZ\0"), ("7z", b"7z\xbc\xaf\x27\x1c")];
        if let Some((name, _)) = others.iter().find(|(_, magic)| head.starts_with(magic)) {
            return Err(Fault::Foreign(name));
        }
        Ok(match head {
            [0x1f, 0x8b, ..] => Self::Gzip,
            _ if skipped || head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) => Self::Zstd,
            _ => Self::Plain,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Plain => "text",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }
}

/// Fault of a compressed file, as an error of the reader.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error("it was cut off, perhaps while it was copied")]
    Cut,
    #[error("it is not valid {0}")]
    Damaged(&'static str),
    #[error("expected {0}")]
    Otherwise(&'static str),
    #[error("it is compressed with {0}; only .gz and .zst are read without unpacking")]
    Foreign(&'static str),
    #[error("{} bytes became more than {MOST_UNPACKED} times as many", crate::base::error::grouped(*.length))]
    Bomb { length: usize, with: Encoding },
}

impl Fault {
    fn error(self) -> io::Error {
        io::Error::other(self)
    }

    /// Fault that this error is, if it is one.
    pub(super) fn of(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }

    /// Diagnostic for people.
    pub(super) fn diagnostic(&self, file: &str) -> Diagnostic {
        let again = "copy or compress it once more".to_owned();
        let (what, help) = match self {
            Self::Cut => ("the compressed file ends too early", again),
            Self::Damaged(_) => ("the compressed file is damaged", again),
            Self::Otherwise(_) => ("the file is not compressed as its name says", again),
            Self::Foreign(_) => ("the file cannot be unpacked", "unpack it, and load its content".to_owned()),
            Self::Bomb { with, .. } => {
                let unpack = if *with == Encoding::Gzip { "gzip -d" } else { "zstd -d" };
                let help =
                    format!("if this is intended, unpack it yourself and load the result: {unpack} {file}");
                ("the compressed file unpacks to suspiciously much", help)
            }
        };
        Diagnostic::error(what).expected(self.to_string()).help(help).at(Place::file(file))
    }
}

/// Counter of bytes that have been read, to be asked by another thread.
#[derive(Debug, Default)]
pub struct Progress {
    taken: AtomicU64,
}

impl Progress {
    /// Number of bytes of the files that have been read, as they lie there.
    #[must_use]
    pub fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }
}

/// Reader that counts what is taken from it, which a pipe's length does not say.
struct Counted<R> {
    reader: R,
    taken: Arc<AtomicU64>,
    all: Arc<Progress>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.reader.read(buffer)?;
        self.taken.fetch_add(length as u64, Ordering::Relaxed);
        self.all.taken.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}

/// Content of the reader, unpacked. Without a name that says how, the first bytes do.
///
/// # Errors
/// The reader's, and a [`Fault`], here and while it is read.
pub(super) fn unpacked(
    reader: impl Read + Send + 'static,
    named: Encoding,
    is_workbook: bool,
    progress: &Arc<Progress>,
) -> io::Result<Box<dyn Read + Send>> {
    let taken = Arc::new(AtomicU64::new(0));
    let mut reader = BufReader::new(Counted { reader, taken: taken.clone(), all: progress.clone() });
    let mut head = Vec::new();
    reader.by_ref().take(MAGIC).read_to_end(&mut head)?;
    // A workbook is a ZIP archive itself.
    let with = match is_workbook && head.starts_with(b"PK") {
        true => Encoding::Plain,
        false => Encoding::of_bytes(&head).map_err(Fault::error)?,
    };
    if named != Encoding::Plain && with != named && !head.is_empty() {
        return Err(Fault::Otherwise(named.name()).error());
    }
    let reader = Cursor::new(head).chain(reader);
    Ok(match with {
        Encoding::Plain => Box::new(reader),
        Encoding::Gzip => Box::new(Unpacked {
            decoder: flate2::bufread::MultiGzDecoder::new(reader),
            taken,
            length: 0,
            with,
        }),
        Encoding::Zstd => Box::new(Unpacked { decoder: Frames::new(reader), taken, length: 0, with }),
    })
}

/// Reader of what is unpacked, as long as it is not suspiciously much.
struct Unpacked<D> {
    decoder: D,
    taken: Arc<AtomicU64>,
    length: usize,
    with: Encoding,
}

impl<D: Read> Read for Unpacked<D> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.decoder.read(buffer).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => Fault::Cut.error(),
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
                Fault::Damaged(self.with.name()).error()
            }
            _ => error,
        })?;
        self.length += length;
        let taken = usize::try_from(self.taken.load(Ordering::Relaxed)).unwrap_or(usize::MAX);
        if self.length > ALWAYS_UNPACKED && self.length / MOST_UNPACKED > taken {
            return Err(Fault::Bomb { length: taken, with: self.with }.error());
        }
        Ok(length)
    }
}

/// All frames of a zstd file, one after the other: the decoder reads one, and does not hold it against
/// its checksum.
struct Frames<R> {
    reader: R,
    decoder: FrameDecoder,
    /// Whether in the middle of a frame.
    inside: bool,
}

impl<R: BufRead> Frames<R> {
    fn new(reader: R) -> Self {
        Self { reader, decoder: FrameDecoder::new(), inside: false }
    }

    /// Goes to the next frame. Whether there is one.
    fn begin(&mut self) -> io::Result<bool> {
        while !self.reader.fill_buf()?.is_empty() {
            match self.decoder.init(&mut self.reader) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let length = u64::from(length);
                    let skipped = io::copy(&mut self.reader.by_ref().take(length), &mut io::sink())?;
                    if skipped < length {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                Err(error) => return Err(damaged(error)),
            }
        }
        Ok(false)
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.inside && !self.begin()? {
                return Ok(0);
            }
            self.inside = true;
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                let one = BlockDecodingStrategy::UptoBlocks(1);
                self.decoder.decode_blocks(&mut self.reader, one).map_err(damaged)?;
            }
            let length = self.decoder.read(buffer)?;
            if length > 0 {
                return Ok(length);
            }
            let written = self.decoder.get_checksum_from_data();
            if written.is_some() && written != self.decoder.get_calculated_checksum() {
                return Err(io::ErrorKind::InvalidData.into());
            }
            self.inside = false;
        }
    }
}

/// The decoder wraps the end of the file into errors of its own.
fn damaged(error: FrameDecoderError) -> io::Error {
    let cut = format!("{error:?}").contains("UnexpectedEof");
    if cut { io::ErrorKind::UnexpectedEof.into() } else { io::ErrorKind::InvalidData.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame with one block of bytes as they are, and no checksum.
    fn frame(text: &str) -> Vec<u8> {
        let length = u8::try_from(text.len()).unwrap();
        let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0x20, length, 1 | length << 3, length >> 5, 0];
        frame.extend(text.as_bytes());
        frame
    }

    fn read(bytes: &[u8], named: Encoding) -> Result<String, String> {
        let mut text = String::new();
        let unpacked = unpacked(Cursor::new(bytes.to_vec()), named, false, &Arc::default());
        match unpacked.and_then(|mut reader| reader.read_to_string(&mut text)) {
            Ok(_) => Ok(text),
            Err(error) => Err(Fault::of(&error).map_or_else(|| error.to_string(), ToString::to_string)),
        }
    }

    #[test]
    fn all_frames_are_read() {
        let skipped = [&[0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0][..], b"abc"].concat();
        let all = [frame("one "), skipped.clone(), frame(""), frame("two")].concat();
        for bytes in [all.clone(), [skipped.clone(), all.clone()].concat(), [all, skipped].concat()] {
            assert_eq!(read(&bytes, Encoding::Zstd).as_deref(), Ok("one two"));
            assert_eq!(read(&bytes, Encoding::Plain).as_deref(), Ok("one two"));
        }
    }

    #[test]
    fn what_is_cut_or_followed_by_something_else_is_a_fault() {
        let all = [frame("one "), frame("two")].concat();
        for length in 1..all.len() {
            // Behind the first frame, what is left is whole.
            let is_whole = length == frame("one ").len();
            assert_eq!(read(&all[..length], Encoding::Zstd).is_ok(), is_whole, "{length}");
        }
        let cut = read(&all[..all.len() - 1], Encoding::Zstd);
        assert_eq!(cut, Err("it was cut off, perhaps while it was copied".to_owned()));
        let more = read(&[&all[..], b"more"].concat(), Encoding::Zstd);
        assert_eq!(more, Err("it is not valid zstd".to_owned()));
    }
}
