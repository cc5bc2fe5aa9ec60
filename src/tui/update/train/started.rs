//! A run was put into the queue.

use crate::model::shell::Msg;
use crate::model::{Effect, Model, Now, ScreenId, Severity, trainings};
use crate::update::{shell, trainings as runs};
use domain::job::Run;

/// Says its name, and goes where it can be watched.
pub(super) fn started(model: &mut Model, run: &Run, now: Now) -> Vec<Effect> {
    let name = &run.job.name;
    let mut effects =
        vec![model.shell.notice(Severity::Success, format!("“{name}” waits in the queue"), now)];
    // Behind the monitor the cursor of the jobs stands on it.
    let jobs = &mut model.trainings;
    jobs.wanted = Some(run.job.id);
    jobs.finder.clear();
    effects.extend(shell::update(model, Msg::Go(ScreenId::Jobs), now));
    effects.push(runs::ask(model, trainings::Ask::Watch(run.job.id)));
    effects
}
