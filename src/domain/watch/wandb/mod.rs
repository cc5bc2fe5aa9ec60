//! W&B's `.wandb` files: records of Protocol Buffers in `LevelDB`'s log format.

mod log;
mod record;

use super::found::Found;
use log::Log;
use record::Records;

pub(super) use log::HEADER;

#[derive(Debug, Clone, Default)]
pub(super) struct Wandb {
    log: Log,
    records: Records,
}

impl Wandb {
    pub fn push(&mut self, bytes: &[u8], found: &mut Found) {
        let Self { log, records } = self;
        let damaged = log.damaged;
        log.push(bytes, |record| records.record(record, found));
        found.broken += log.damaged - damaged;
        if log.foreign {
            found.stopped = Some("The file is no .wandb file of version 0");
        }
    }
}
