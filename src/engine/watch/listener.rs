//! Hearing that a worker writes into its run directory, for who follows it (decision 0166).

use super::ear::{Ear, Names, Places};
use std::path::Path;
use std::sync::Arc;
use tokio::sync::Notify;

/// What a worker writes. Requests of others and its lock, which others try, are not among it.
const NAMES: [&str; 3] = ["events.jsonl", "manifest.json", "worker.log"];

/// Listens to one run directory.
#[derive(Debug)]
pub(crate) struct Listener {
    bell: Arc<Notify>,
    ear: Ear,
}

impl Listener {
    /// That of a directory that is there.
    pub fn of(folder: &Path) -> Self {
        let bell = Arc::new(Notify::new());
        let mut ear = Ear::new(Arc::clone(&bell));
        let names = NAMES.iter().map(Into::into).collect();
        ear.listen(Places::from([(folder.to_owned(), vec![Names::Only(names)])]));
        Self { bell, ear }
    }

    /// It can be heard there; else files have to be asked.
    pub const fn hears(&self) -> bool {
        self.ear.hears()
    }

    /// Until something was written; what was written before somebody waited counts.
    pub async fn heard(&self) {
        self.bell.notified().await;
    }
}
