//! A run was put into the queue.

use crate::model::shell::Msg as Frame;
use crate::model::trainings::Show;
use crate::model::{Effect, Model, Msg, Now, ScreenId, Severity};
use domain::job::Run;

/// Says its name and goes to the jobs, with the cursor on it.
pub(super) fn started(model: &mut Model, run: &Run, now: Now) -> Vec<Effect> {
    let text = format!("“{}” waits in the queue", run.job.name);
    let mut effects = vec![model.shell.notice(Severity::Success, text, now)];
    let jobs = &mut model.trainings;
    jobs.show = Show::default();
    jobs.search.clear();
    jobs.wanted = Some(run.job.id);
    effects.extend(crate::update::update(model, Msg::Shell(Frame::Go(ScreenId::Jobs)), now));
    effects
}
