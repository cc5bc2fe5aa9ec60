//! `trainer_state.json` of transformers: written anew with every checkpoint, so it is read anew.

use super::flat::{Item, blanks, item, members};
use super::found::{End, Found};
use super::jsonl::Rows;

/// Largest file that is read: a state has about 150 bytes per log entry.
const LARGEST: usize = 512 << 20;

/// Gathers the file; whenever what it has is whole, it tells it.
#[derive(Debug, Clone, Default)]
pub(super) struct TrainerState {
    text: Vec<u8>,
}

impl TrainerState {
    pub fn push(&mut self, bytes: &[u8], found: &mut Found) {
        if self.text.len() + bytes.len() > LARGEST {
            self.text = Vec::new();
            found.stopped = Some("The file is larger than 512 MiB");
            return;
        }
        self.text.extend_from_slice(bytes);
        // Only a file that ends like one is worth a look.
        if self.text.trim_ascii_end().ends_with(b"}")
            && let Some(mut fresh) = read(&self.text)
        {
            fresh.metrics = fresh.metrics.instead_of(&found.metrics);
            *found = fresh;
        }
    }
}

/// The whole file; `None`: it is not whole.
fn read(text: &[u8]) -> Option<Found> {
    let (mut found, mut log) = (Found::default(), None);
    let (mut step, mut total) = (None, None);
    let rest = members(crate::json::without_bom(text), |key, item| match (key, item) {
        (b"log_history", Item::Nested(list)) => log = Some(list),
        (b"global_step", item) => step = item.count(),
        (b"max_steps", item) => total = item.count().filter(|n| *n > 0),
        _ => {}
    })?;
    if !blanks(rest).is_empty() {
        return None;
    }
    found.total_steps = total;
    let mut rows = Rows::default();
    let mut rest = blanks(log?.strip_prefix(b"[")?);
    while let Some((entry, behind)) = item(rest) {
        if !matches!(entry, Item::Nested(object) if rows.record(object, &mut found)) {
            found.broken += 1;
        }
        let Some(behind) = blanks(behind).strip_prefix(b",") else { break };
        rest = blanks(behind);
    }
    if total.is_some() && step >= total {
        found.end = Some(End::Finished);
    }
    Some(found)
}
