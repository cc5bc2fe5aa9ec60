//! What came of an attempt on a rented machine, besides what it told itself.

use crate::Result;
use crate::jobs::Outcome;
use crate::jobs::drive::Driver;
use domain::job::{Failure, Outside, Wish};
use store::Ending;

/// How it was left.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::jobs) enum Left {
    /// Nothing was ever rented: the attempt does not count.
    Void,
    /// Nobody saw its end.
    Unseen,
    /// It was ended on request, ours or somebody's at the provider.
    Ended,
    /// It failed, as the provider says.
    Failed(Box<Failure>),
}

impl Left {
    pub fn failed(class: impl Into<domain::job::FailureClass>, cause: impl Into<String>) -> Self {
        Self::Failed(Box::new(Failure::new(class, cause)))
    }
}

impl Driver<'_> {
    /// It told no end. `None`: the run goes on with another attempt.
    pub(in crate::jobs) async fn left(&mut self, left: Left, told: bool) -> Result<Option<Outcome>> {
        let stops = self.wish == Some(Wish::Stop);
        match left {
            Left::Void if !stops => {
                // It is in the queue again already, unless nothing was ever claimed.
                if !self.run.job.status.is(domain::job::Status::Queued) {
                    self.requeue_uncounted()?;
                }
                self.save(&Ending::default()).await?;
                Ok(None)
            }
            Left::Void | Left::Ended if stops => self.paused().await.map(Some),
            Left::Ended => {
                let cancel = self.by_hand();
                self.cancelled(cancel).await.map(Some)
            }
            Left::Failed(mut failure) => {
                failure.step = failure.step.or_else(|| self.step());
                self.again_or_failed(*failure, true).await
            }
            Left::Void | Left::Unseen => {
                let mut failure = Failure::new(Outside::Interrupted, "The machine is gone without a word.");
                failure.step = self.step();
                self.again_or_failed(failure, told).await
            }
        }
    }
}
