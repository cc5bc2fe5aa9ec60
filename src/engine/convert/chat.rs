//! Conversations as `messages`, `ShareGPT` or Alpaca lines.

use super::{CHUNK, Request, WHAT, elements, v4};
use crate::files::Downloaded;
use crate::local::{self, Part, Sink as _};
use crate::{CancellationToken, Error, Progress, Result};
use domain::convert::{Target, conversation};
use domain::recognize::Shape;
use domain::training_file::split::{Kind, Splitter};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Lines under way to a file.
pub(crate) struct Chat {
    target: Target,
    output: PathBuf,
    part: Part,
    splitter: Splitter,
    split: bool,
    out: Vec<u8>,
    bytes: u64,
    lines: u64,
}

impl Chat {
    /// Begins the file.
    pub fn begin(target: Target, output: &Path) -> Result<Self> {
        let part = Part::begin(output)?;
        let splitter = Splitter::new();
        let output = output.to_owned();
        Ok(Self { target, output, part, splitter, split: false, out: Vec::new(), bytes: 0, lines: 0 })
    }
    /// The next bytes of a full file.
    pub fn full(&mut self, chunk: &[u8]) -> Result<()> {
        self.split = true;
        let (target, bad) = (self.target, |why: String| Error::failed(WHAT, why));
        self.splitter.feed(chunk);
        while let Some(part) = self.splitter.next().map_err(|e| bad(e.to_string()))? {
            if part.kind == Kind::Conversation {
                let made = conversation(part.bytes, target, &mut self.out);
                self.lines += u64::from(made.map_err(|e| bad(e.moved(part.at).to_string()))?.lines);
            }
        }
        self.flush()
    }
    /// One enriched conversation, or one element of `conversations`.
    pub fn one(&mut self, bytes: &[u8]) -> Result<(), String> {
        let made = conversation(domain::json::without_bom(bytes), self.target, &mut self.out);
        self.lines += u64::from(made.map_err(|e| e.to_string())?.lines);
        if self.out.len() >= CHUNK { self.flush().map_err(|e| e.why.clone()) } else { Ok(()) }
    }
    fn flush(&mut self) -> Result<()> {
        self.part.write_at(&self.out, self.bytes)?;
        self.bytes += self.out.len() as u64;
        self.out.clear();
        Ok(())
    }
    /// Makes the file appear.
    pub fn end(mut self) -> Result<Downloaded> {
        if self.split {
            self.splitter.end().map_err(|e| Error::failed(WHAT, e.to_string()))?;
        }
        self.flush()?;
        if self.lines == 0 {
            return Err(
                Error::refused(WHAT, "there is no answer in it to train on").on(self.output.display())
            );
        }
        self.part.sync()?;
        Ok(Downloaded { path: self.part.keep()?, bytes: self.bytes, items: Some(self.lines) })
    }
}

pub(super) fn run(
    request: &Request,
    shape: Shape,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<Downloaded> {
    let input = request.input.as_path();
    let bad = |why: String| Error::failed(WHAT, why).on(input.display());
    let mut file = File::open(input).map_err(|e| local::error(WHAT, input, &e))?;
    let meta = file.metadata().map_err(|e| local::error(WHAT, input, &e))?;
    let mut chat = Chat::begin(request.to, &request.output)?;
    match shape {
        Shape::V4Jsonl => {
            let each = &mut |element: &[u8], bytes: u64| {
                progress.step("writing", bytes, Some(meta.len()));
                chat.one(element)?;
                Ok(!cancel.is_cancelled())
            };
            elements(input, v4::modified(&meta), each).map_err(bad)?;
        }
        Shape::Enriched => {
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).map_err(|e| local::error(WHAT, input, &e))?;
            chat.one(&bytes).map_err(bad)?;
        }
        _ => {
            let (mut buffer, mut done) = (vec![0; CHUNK], 0);
            loop {
                let read = file.read(&mut buffer).map_err(|e| local::error(WHAT, input, &e))?;
                if read == 0 || cancel.is_cancelled() {
                    break;
                }
                chat.full(&buffer[..read]).map_err(|e| e.on(input.display()))?;
                done += read as u64;
                progress.step("writing", done, Some(meta.len()));
            }
        }
    }
    if cancel.is_cancelled() {
        return Err(Error::interrupted(WHAT));
    }
    chat.end().map_err(|e| if e.on.is_empty() { e.on(input.display()) } else { e })
}
