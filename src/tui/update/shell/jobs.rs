//! Long work in the frame: how far it is, how it ended.

use crate::model::{Answer, Effect, Job, JobId, JobState, Modal, Model, Now, Problem, Severity, Step};

/// A job is so far.
pub fn progress(model: &mut Model, job: JobId, step: Step) -> Vec<Effect> {
    if let Some(job) = model.jobs.get_mut(job) {
        job.step = step;
    }
    Vec::new()
}

/// A job has ended with what came out. Where the screen says what that is, it says more than that the job is done, which stays among
/// the notifications.
pub fn finished(model: &mut Model, id: JobId, answer: Answer, now: Now) -> Vec<Effect> {
    let mut effects = ended(model, id, answer.problem(), now);
    let end = model.jobs.get(id).map(|job| how(job).1);
    effects.extend(super::super::answered(model, answer, now));
    if let Some(end) = end
        && model.shell.toasts.last().is_some_and(|newest| newest.text != end)
    {
        model.shell.take_back(&end);
    }
    effects
}

/// How a job ended.
fn how(job: &Job) -> (Severity, String) {
    match &job.state {
        JobState::Failed(_) => (Severity::Error, format!("{} failed", job.title)),
        JobState::Cancelled => (Severity::Info, format!("{} was stopped", job.title)),
        _ => (Severity::Success, format!("{} is done", job.title)),
    }
}

/// A job has ended, well or with a problem.
pub fn ended(model: &mut Model, id: JobId, problem: Option<&Problem>, now: Now) -> Vec<Effect> {
    let Some(job) = model.jobs.get_mut(id) else { return Vec::new() };
    job.ended = Some(now.mono);
    job.state = match problem {
        None => JobState::Done,
        Some(problem) if problem.interrupted => JobState::Cancelled,
        Some(problem) => JobState::Failed(problem.clone()),
    };
    let (severity, line) = how(job);
    let mut effects = Vec::new();
    if !model.shell.focused {
        effects.push(Effect::Notify(line.clone()));
    }
    effects.push(model.shell.notice(severity, line, now));
    effects.extend(super::leave::if_idle(model, now));
    effects
}

/// Tells the selected job of the list to stop.
pub fn cancel_selected(model: &mut Model) -> Vec<Effect> {
    let Some(Modal::Jobs(list)) = model.modals.last() else { return Vec::new() };
    let Some(id) = model.jobs.list.get(list.at).map(|job| job.id) else { return Vec::new() };
    model.jobs.cancel(id)
}

/// The work that belongs to what is on top, while it can be stopped: the dialog's own, or the selected one of the list.
pub fn on_top(model: &Model) -> Option<JobId> {
    let id = match model.modals.last()? {
        Modal::Jobs(list) => model.jobs.list.get(list.at)?.id,
        modal => modal.job()?,
    };
    model.jobs.get(id).filter(|job| job.state == JobState::Running).map(|job| job.id)
}

/// Tells the work of the dialog on top to stop.
pub fn cancel_own(model: &mut Model) -> Vec<Effect> {
    on_top(model).map_or_else(Vec::new, |id| model.jobs.cancel(id))
}
