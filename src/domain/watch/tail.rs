//! One reader for all foreign formats.

use super::csv::Csv;
use super::found::Found;
use super::jsonl::Jsonl;
use super::recognize::Format;
use super::tensorboard::TensorBoard;
use super::trainer_state::TrainerState;
use super::wandb::Wandb;
use crate::series::Metrics;

/// Reads a file while it is being written: [`Tail::push`] what it grew by, look at [`Tail::found`].
#[derive(Debug, Clone)]
pub struct Tail {
    format: Format,
    reader: Reader,
    found: Found,
}

#[derive(Debug, Clone)]
enum Reader {
    TrainerState(TrainerState),
    /// One for each file of the run, and the one whose bytes come.
    TensorBoard(Vec<TensorBoard>, usize),
    Wandb(Box<Wandb>),
    Jsonl(Box<Jsonl>),
    Csv(Box<Csv>),
}

impl Reader {
    fn new(format: Format) -> Option<Self> {
        Some(match format {
            Format::TrainerState => Self::TrainerState(TrainerState::default()),
            Format::TensorBoard => Self::TensorBoard(vec![TensorBoard::default()], 0),
            Format::Wandb => Self::Wandb(Box::default()),
            Format::Jsonl => Self::Jsonl(Box::default()),
            Format::Csv => Self::Csv(Box::default()),
            Format::Events => return None,
        })
    }
}

impl Tail {
    /// At the beginning of a file; `None` for [`Format::Events`], which [`crate::run::Reader`] reads.
    pub fn new(format: Format) -> Option<Self> {
        Some(Self { format, reader: Reader::new(format)?, found: Found::default() })
    }

    /// What it reads.
    pub const fn format(&self) -> Format {
        self.format
    }

    /// The next bytes, cut anywhere. Half a record waits for its other half; nothing of it is shown.
    pub fn push(&mut self, bytes: &[u8]) {
        let found = &mut self.found;
        match &mut self.reader {
            Reader::TrainerState(reader) => reader.push(bytes, found),
            Reader::TensorBoard(readers, at) => {
                if let Some(reader) = readers.get_mut(*at) {
                    reader.push(bytes, found);
                }
            }
            Reader::Wandb(reader) => reader.push(bytes, found),
            Reader::Jsonl(reader) => reader.push(bytes, found),
            Reader::Csv(reader) => reader.push(bytes, found),
        }
    }

    /// The file was written anew, or became shorter: what follows begins at its first byte. A trainer's state stays shown
    /// until the new one is whole; everything else begins empty.
    pub fn again(&mut self) {
        if let Some(reader) = Reader::new(self.format) {
            self.reader = reader;
        }
        if self.format != Format::TrainerState {
            let metrics = Metrics::default().instead_of(&self.found.metrics);
            self.found = Found { metrics, ..Found::default() };
        }
    }

    /// What follows is of the run's file of this number, from where its bytes ended; of a new one from its first byte. Several
    /// files are `TensorBoard`'s way: one for each start of a run, and one for each writer. Other formats have one.
    pub fn file(&mut self, number: usize) {
        if let Reader::TensorBoard(readers, at) = &mut self.reader {
            readers.resize_with(readers.len().max(number + 1), TensorBoard::default);
            *at = number;
        }
    }

    /// The file is finished or has stood still for long: a last line that has no end counts too. Call it once.
    pub fn settle(&mut self) {
        match &mut self.reader {
            Reader::Jsonl(reader) => reader.settle(&mut self.found),
            Reader::Csv(reader) => reader.settle(&mut self.found),
            Reader::TrainerState(_) | Reader::TensorBoard(..) | Reader::Wandb(_) => {}
        }
    }

    /// What the file told so far.
    pub const fn found(&self) -> &Found {
        &self.found
    }
}
