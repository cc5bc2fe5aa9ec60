//! A run was put into the queue.

use crate::model::{Effect, Model, Now, Severity};
use domain::job::Run;

/// Says its name. Whoever follows runs on a screen goes there from here.
pub(super) fn started(model: &mut Model, run: &Run, now: Now) -> Vec<Effect> {
    vec![model.shell.notice(Severity::Success, format!("“{}” waits in the queue", run.job.name), now)]
}
