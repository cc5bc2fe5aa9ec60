//! The checklist is accepted item by item; then one question with one tick, then the run waits in the queue.

use super::{ask, open, rows, started};
use crate::model::train::{Ask, Launch, Modal};
use crate::model::{Effect, Model, Nav, Now, Problem, Severity};
use domain::configuration::Mark;
use domain::job::Run;
use engine::train::Accepted;

/// Accepts the item under the cursor, or takes that back.
pub(super) fn accept(model: &mut Model, now: Now) -> Vec<Effect> {
    let state = &mut model.train;
    let Some(check) = state.open_checks().get(state.check).map(|check| (*check).clone()) else {
        return Vec::new();
    };
    if check.mark == Mark::Stop {
        let text = format!("{} cannot be accepted; change what it names", check.name);
        return vec![model.shell.say(Severity::Info, text, now)];
    }
    if state.is_accepted(&check) {
        state.accepted.retain(|(name, _)| *name != check.name);
        return Vec::new();
    }
    state.accepted.push((check.name, check.text));
    // On to the next one that is open.
    let next =
        state.open_checks().iter().position(|check| check.mark == Mark::Accept && !state.is_accepted(check));
    state.check = next.unwrap_or(state.check);
    Vec::new()
}

/// `t`: the question before the start. With something in the way the cursor goes there.
pub(super) fn ask_start(model: &mut Model, now: Now) -> Vec<Effect> {
    let (configured, fresh) = model.train.verdict();
    if configured.is_none() || !fresh {
        let text = match model.train.judged.as_ref().map(|judged| &judged.result) {
            Some(Err(problem)) if fresh => problem.to_string(),
            _ => "It is still being judged; try again in a moment".to_owned(),
        };
        return vec![model.shell.say(Severity::Info, text, now)];
    }
    let open = model.train.open_checks();
    let stop = open.iter().position(|check| check.mark == Mark::Stop);
    let first = stop.or_else(|| open.iter().position(|check| !model.train.is_accepted(check)));
    if let Some(at) = first {
        let name = open[at].name.clone();
        rows::to_check(model, at);
        let text = match stop {
            Some(_) => format!("{name} stops it: change what it names"),
            None => format!("{name} has to be accepted first: space"),
        };
        return vec![model.shell.say(Severity::Info, text, now)];
    }
    model.open(crate::model::Modal::Train(Modal::Launch(Launch::default())));
    Vec::new()
}

fn open_one(model: &mut Model) -> Option<&mut Launch> {
    match model.modals.last_mut() {
        Some(crate::model::Modal::Train(Modal::Launch(launch))) => Some(launch),
        _ => None,
    }
}

/// The engine was asked to start, and has not answered.
pub(super) fn is_sent(model: &Model) -> bool {
    matches!(model.modals.last(), Some(crate::model::Modal::Train(Modal::Launch(launch))) if launch.sent)
}

/// Ticks, or takes that back.
pub(super) fn tick(model: &mut Model) -> Vec<Effect> {
    if let Some(launch) = open_one(model).filter(|launch| !launch.sent) {
        launch.tick = !launch.tick;
        launch.problem = None;
    }
    Vec::new()
}

/// `enter` starts it, once.
pub(super) fn nav(model: &mut Model, nav: Nav) -> Vec<Effect> {
    let ready = open_one(model).is_some_and(|launch| launch.tick && !launch.sent);
    if nav != Nav::Enter {
        return Vec::new();
    }
    if !ready {
        if let Some(launch) = open_one(model).filter(|launch| !launch.sent) {
            let why = "the tick is missing";
            launch.problem = Some(Problem::new("Not started", why, "space sets it, enter then starts"));
        }
        return Vec::new();
    }
    let cost = model.train.verdict().0.and_then(|configured| configured.estimate.cost).map(|cost| cost.high);
    let accepted = Accepted { items: model.train.accepted.clone(), cost };
    let Some(request) = model.train.request() else { return Vec::new() };
    if let Some(launch) = open_one(model) {
        (launch.sent, launch.problem) = (true, None);
    }
    vec![ask(model, Ask::Launch(Box::new(request), accepted))]
}

/// There will be no answer: whether it started, the list of runs tells.
pub(super) fn lost(model: &mut Model) {
    if let Some(launch) = open_one(model) {
        let why = "nobody answered; whether it started, the list of runs tells";
        launch.sent = false;
        launch.problem = Some(Problem::new("Cannot start the training", why, "Look there first"));
    }
}

/// It waits in the queue, or not: then the dialog stays, with the reason, and everything is judged again.
pub(super) fn launched(model: &mut Model, result: Result<Box<Run>, Problem>, now: Now) -> Vec<Effect> {
    match result {
        Ok(run) => {
            model.modals.retain(|modal| !matches!(modal, crate::model::Modal::Train(Modal::Launch(_))));
            // A name that somebody gave is this run's alone.
            model.train.draft.name.clear();
            model.train.accepted.clear();
            (model.train.in_checks, model.train.check, model.train.further) = (false, 0, 0);
            let mut effects = open::changed(model);
            effects.extend(started::started(model, &run, now));
            effects
        }
        Err(problem) => {
            let mut effects = Vec::new();
            match open_one(model) {
                Some(launch) => {
                    effects.push(Effect::Log(Severity::Error, problem.to_string()));
                    (launch.sent, launch.problem) = (false, Some(problem));
                }
                None => effects.push(model.shell.report(&problem, now)),
            }
            effects.extend(open::judge(model));
            effects
        }
    }
}
