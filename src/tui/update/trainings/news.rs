//! What the runner tells.

use super::{list, lost};
use crate::model::{Effect, Model, Now, Problem, Severity};
use crate::text::sentence;
use domain::job::{Run, Status};
use engine::jobs::{JobLine, Month, News, Outcome};

pub(super) fn heard(model: &mut Model, news: News, now: Now) -> Vec<Effect> {
    let all = matches!(news, News::Runs { .. } | News::Changed { .. });
    let rows = matches!(news, News::Open { .. });
    let (before, setbacks) = (troubles(model), lost::known(model));
    let mut effects = match news {
        News::Runs { runs, month } => {
            list::take(model, runs, Some(month));
            Vec::new()
        }
        News::Changed { runs, month } => {
            merge(model, runs, Some(month));
            Vec::new()
        }
        News::Open { runs } => {
            merge(model, runs, None);
            Vec::new()
        }
        News::Took { run, name, goes_on } => {
            model.trainings.hands.insert(run);
            let text = if goes_on { format!("{name} is taken over") } else { format!("{name} starts") };
            vec![model.shell.say(Severity::Info, text, now)]
        }
        News::Ended(outcome) => ended(model, &outcome, now),
        News::LetGo { run } => {
            model.trainings.hands.remove(&run);
            Vec::new()
        }
        News::Budget(alert) => crate::update::settings::runpod::budget(model, alert, now),
        News::Billed(done) => crate::update::settings::runpod::billed(model, &done, now),
        News::Strays { strays } => crate::update::settings::runpod::found(model, strays, now),
        News::Account { error } => crate::update::settings::runpod::deaf(model, &error, now),
        News::Trouble { run, error, .. } => {
            let problem = Problem::from(&error);
            let seen = model.shell.toasts.clone();
            let effect = model.shell.report(&problem, now);
            if run.is_none() {
                model.shell.blame(&seen, list::STORE);
                model.trainings.problem = Some(problem);
            }
            let rented = run.and_then(|run| model.trainings.find(run));
            let rented = rented.is_some_and(|line| line.run.configuration.place.is_billed());
            let asks = if rented { crate::update::settings::runpod::trouble(model) } else { None };
            std::iter::once(effect).chain(asks).collect()
        }
    };
    effects.extend(lost::tell(model, &setbacks, now));
    if all || rows {
        effects.extend(super::costs::told(model, now));
        effects.extend(crate::update::settings::runpod::runs_changed(model, all));
    }
    // What travels with a rented run lies in the store of the files: it may be that which is away, or back.
    if before != troubles(model) && !model.runs.waits("files.reach") {
        effects.push(crate::update::shell::reach::ask(model));
    }
    effects.extend(crate::update::monitor::row_changed(model));
    effects.extend(crate::update::monitor::heed(model));
    effects.extend(crate::update::shell::leave::if_idle(model, now));
    effects
}

/// What does not work at present with rented runs that have begun.
fn troubles(model: &Model) -> Vec<(domain::ids::JobId, String)> {
    let list = model.trainings.list.iter().flatten();
    let begun = list
        .filter(|line| line.run.configuration.place.is_billed() && line.run.job.status.is(Status::Running));
    begun.filter_map(|line| Some((line.run.job.id, line.run.job.stage_message.clone()?))).collect()
}

/// The rows of these runs, newest first, are new, or others than before.
fn merge(model: &mut Model, runs: Vec<JobLine>, month: Option<Month>) {
    let on = model.trainings.row().map(|line| line.run.job.id);
    let list = model.trainings.list.get_or_insert_default();
    // The oldest of new ones first, so that the newest ends on top.
    for new in runs.into_iter().rev() {
        match list.iter_mut().find(|line| line.run.job.id == new.run.job.id) {
            Some(line) => *line = new,
            None => list.insert(0, new),
        }
    }
    list::taken(model, on, month);
}

fn ended(model: &mut Model, outcome: &Outcome, now: Now) -> Vec<Effect> {
    let run = outcome.run();
    model.trainings.hands.remove(&run.job.id);
    let name = &run.job.name;
    let (severity, text) = match outcome {
        Outcome::Over(run) => how(run),
        Outcome::Paused(run) => {
            (Severity::Info, format!("{name} is stopped at step {}; u resumes it", run.job.progress.step))
        }
        Outcome::Waiting(_) | Outcome::Left(_) => return Vec::new(),
    };
    let mut effects = Vec::new();
    if !model.shell.focused {
        effects.push(Effect::Notify(text.clone()));
    }
    effects.push(model.shell.notice(severity, text, now));
    if run.job.model.is_some() {
        effects.push(super::super::models::refresh(model));
    }
    effects
}

fn how(run: &Run) -> (Severity, String) {
    let name = &run.job.name;
    match (run.job.status.known(), &run.job.failure) {
        (Some(Status::Completed), _) => {
            (Severity::Success, format!("{name} is done: its model is on screen 6"))
        }
        (Some(Status::Failed), Some(failure)) => {
            // A warning is a toast too; an error that is a notice is only in its list.
            (Severity::Warn, format!("{name} failed ({}). {}", failure.class, sentence(&failure.cause)))
        }
        (status, _) => (Severity::Info, format!("{name} is {}", status.map_or("over", Status::word))),
    }
}
