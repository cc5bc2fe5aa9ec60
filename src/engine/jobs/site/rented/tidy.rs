//! What is left in the store when a run is over: its events, its output and its manifest stay, to be looked at from anywhere. The
//! rest has come home, or is of no use to anybody; signed addresses are keys.

use super::depot::Way;
use crate::jobs::drive::Driver;
use domain::job::Status;

impl Driver<'_> {
    /// Removes it, as far as that works now: nothing depends on it.
    pub(in crate::jobs::site) async fn tidy(&mut self) {
        let whole = self.run.job.status.is(Status::Completed);
        if let Err(error) = self.try_tidy(whole).await {
            tracing::warn!(%error, run = %self.run.job.id, "something of a run stays in the store");
        }
    }

    async fn try_tidy(&mut self, whole: bool) -> crate::Result<()> {
        if self.away().attempts == 0 {
            return Ok(());
        }
        let depot = self.depot()?;
        let mut names = vec!["carry.json".to_owned(), "wish.json".to_owned()];
        if whole {
            names.extend(["dataset.jsonl", "checkpoint.json", "result.json"].map(str::to_owned));
            let folders: &[&str] = match depot.way {
                Way::Signed => &["checkpoint-a", "checkpoint-b", "result"],
                Way::Volume => &["checkpoints", "adapter", "merged"],
            };
            for folder in folders {
                let found = self.staying(depot.list(folder)).await??;
                names.extend(found.into_iter().map(|(name, _)| name));
            }
        }
        for name in names {
            self.staying(depot.delete(&name)).await??;
        }
        Ok(())
    }
}
