//! zstd as a row of frames, written and read as they come.

use ruzstd::decoding::{FrameDecoder, StreamingDecoder};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use std::io::{self, BufRead, Read, Write};

/// Bytes that one frame unpacks to: what is in memory at once. The encoder looks back no further than a
/// fraction of it, so longer frames would not be smaller.
const FRAME: usize = 4 << 20;

/// Compresses what is written. The encoder has memory on both sides: it panics where writing fails.
pub(super) struct Frames<W> {
    out: W,
    pending: Vec<u8>,
}

impl<W: Write> Frames<W> {
    pub fn new(out: W) -> Self {
        Self { out, pending: Vec::with_capacity(FRAME) }
    }

    fn end_frame(&mut self) -> io::Result<()> {
        let frame = compress_to_vec(self.pending.as_slice(), CompressionLevel::Fastest);
        self.pending.clear();
        self.out.write_all(&frame)
    }

    pub fn finish(mut self) -> io::Result<W> {
        if !self.pending.is_empty() {
            self.end_frame()?;
        }
        Ok(self.out)
    }
}

impl<W: Write> Write for Frames<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(FRAME - self.pending.len());
        self.pending.extend_from_slice(&bytes[..taken]);
        if self.pending.len() == FRAME {
            self.end_frame()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Unpacks frame after frame.
pub(super) struct Unpacked<R: BufRead> {
    from: From<R>,
}

enum From<R: BufRead> {
    Between(R),
    Inside(Box<StreamingDecoder<R, FrameDecoder>>),
    Nowhere,
}

impl<R: BufRead> Unpacked<R> {
    pub fn new(packed: R) -> Self {
        Self { from: From::Between(packed) }
    }
}

impl<R: BufRead> Read for Unpacked<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            match std::mem::replace(&mut self.from, From::Nowhere) {
                From::Between(mut packed) => {
                    if packed.fill_buf()?.is_empty() {
                        self.from = From::Between(packed);
                        return Ok(0);
                    }
                    let decoder = StreamingDecoder::new(packed).map_err(|_| damaged())?;
                    self.from = From::Inside(Box::new(decoder));
                }
                From::Inside(mut decoder) => {
                    let read = decoder.read(into).map_err(|_| damaged())?;
                    if read > 0 || into.is_empty() {
                        self.from = From::Inside(decoder);
                        return Ok(read);
                    }
                    self.from = From::Between(decoder.into_inner());
                }
                From::Nowhere => return Err(damaged()),
            }
        }
    }
}

/// The decoder's own words are for whoever writes decoders.
fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "it is cut, or not zstd")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    #[test]
    fn what_is_written_is_read() {
        for length in [0, 1, FRAME - 1, FRAME, 2 * FRAME + 3] {
            let bytes: Vec<u8> = (0..length).map(|at| (at / 3 % 251) as u8).collect();
            let mut frames = Frames::new(Vec::new());
            frames.write_all(&bytes).unwrap();
            let packed = frames.finish().unwrap();
            let mut read = Vec::new();
            Unpacked::new(BufReader::new(packed.as_slice())).read_to_end(&mut read).unwrap();
            assert!(read == bytes, "{length}");
        }
    }

    #[test]
    fn what_is_cut_is_an_error() {
        let mut frames = Frames::new(Vec::new());
        frames.write_all(&[7; 100_000]).unwrap();
        let packed = frames.finish().unwrap();
        for length in 1..packed.len() {
            let read = Unpacked::new(&packed[..length]).read_to_end(&mut Vec::new());
            assert!(read.is_err(), "cut at {length} of {}", packed.len());
        }
    }
}
