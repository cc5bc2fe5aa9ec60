//! One run: how it stands, what it costs, what it was made from, why it failed.

use super::{elapsed, follower, left, token};
use crate::model::trainings::{Msg as Do, PANES};
use crate::model::{Measured, Model, Msg};
use crate::text;
use crate::theme::{Theme, Token};
use crate::update::trainings::state_word;
use crate::view::browse;
use crate::widgets::Lines;
use domain::hyperparameters::Field;
use domain::job::{Run, Status};
use domain::numbers::{UNKNOWN, count, span};
use domain::series::number;
use engine::jobs::JobLine;
use ratatui::{Frame, layout::Rect};

/// Columns of the names.
const NAMES: usize = 13;

/// Draws it.
pub(super) fn draw(model: &Model, theme: &Theme, frame: &mut Frame, place: Rect, measured: &mut Measured) {
    let state = &model.trainings;
    let (view, wheel) = ((&state.browse, &PANES), |lines| Msg::Trainings(Do::ScrollDetail(lines)));
    browse::detail(view, (100, wheel), theme, frame, place, measured, |lines| match state.row() {
        None => lines.text("No run under the cursor", 0, Token::TextMuted),
        Some(line) => {
            lines.text(&line.run.job.name, 0, Token::TextHeading);
            stands(lines, model, line);
            lines.blank();
            configuration(lines, &line.run);
        }
    });
}

fn stands(lines: &mut Lines, model: &Model, line: &JobLine) {
    let (run, job) = (&line.run, &line.run.job);
    let now = model.now.map(|now| now.wall);
    for (text, token) in story(model, line) {
        lines.text(&text, 0, token);
    }
    let mut pair = |name: &str, value: String| lines.pair(name, NAMES, &value, Token::TextNormal);
    let or = |text: Option<String>| text.unwrap_or_else(|| UNKNOWN.to_owned());
    pair("state", format!("{}, {:.0} %", state_word(line), job.progress.percent));
    let total =
        job.progress.total_steps.map_or_else(String::new, |total| format!(" of {}", text::thousands(total)));
    pair("step", format!("{}{total}", text::thousands(job.progress.step)));
    pair("loss", or(job.progress.loss.map(number)));
    let time = or(now.and_then(|now| elapsed(line, now)).map(span));
    let rest =
        now.and_then(|now| left(line, now)).map_or_else(String::new, |s| format!(", ~{} left", span(s)));
    pair("time", format!("{time}{rest}"));
    pair(
        "cost",
        format!(
            "{} of {}",
            job.final_cost.unwrap_or(job.current_cost),
            or(job.estimated_cost.map(|c| c.to_string()))
        ),
    );
    pair("follower", follower(&model.trainings, line).to_owned());
    pair("queued", job.queued_at.format("%Y-%m-%d %H:%M UTC").to_string());
    if job.attempts > 0 {
        pair("attempts", (job.attempts + 1).to_string());
    }
    // While it moves its story says it.
    if let Some(setback) = job.setback.as_ref().filter(|_| run.setback().is_none()) {
        pair("lost before", setback.told());
    }
    if let Some(before) = job.retry_of {
        let name = model.trainings.find(before).map(|line| line.run.job.name.clone());
        pair("repeats", name.unwrap_or_else(|| before.to_string()));
    }
    pair("key", run.job.id.to_string());
}

/// What there is to say about a run beside its numbers: why it waits or failed, what came out, what to do next.
pub fn story(model: &Model, line: &JobLine) -> Vec<(String, Token)> {
    let (run, job) = (&line.run, &line.run.job);
    let now = model.now.map(|now| now.wall);
    let look = token(line);
    match (job.status.known(), &job.failure, &job.cancelling) {
        (Some(Status::Failed), Some(failure), _) => {
            let at = failure.step.map_or_else(String::new, |step| format!(" at step {step}"));
            let at = failure.line.map_or(at, |line| format!(", line {line} of the dataset"));
            vec![
                (format!("Failed ({}){at}. {}", failure.class, text::sentence(&failure.cause)), look),
                (format!("{} R makes it again.", text::sentence(&failure.fix)), Token::TextNormal),
            ]
        }
        (Some(Status::Cancelled), _, cancel) => {
            let why = cancel.as_ref().map_or_else(String::new, |cancel| {
                let reason = cancel
                    .reason
                    .known()
                    .map_or_else(|| cancel.reason.to_string(), |r| r.sentence().to_owned());
                let notes = cancel.notes.as_ref().map_or_else(String::new, |notes| format!(" ({notes})"));
                format!(" {reason}{notes}")
            });
            let kept = if job.progress.step > 0 { "Checkpoints stay; " } else { "" };
            vec![(format!("Cancelled.{why} {kept}R makes it again."), look)]
        }
        (Some(Status::Completed), ..) => vec![(done(model, run), look)],
        (_, _, Some(cancel)) => now.map(|now| (cancel.sentence(now).to_owned(), look)).into_iter().collect(),
        _ if run.paused => {
            vec![(
                format!("Stopped with a checkpoint at step {}. u resumes it.", job.progress.step),
                Token::StatusStale,
            )]
        }
        (Some(Status::Queued), ..) => match line.says() {
            Some(says) if run.setback().is_some() => {
                // Where nothing else is said somebody is about to take the next machine.
                let again = job.stage_message.as_ref().map_or("", |_| again(model));
                vec![(format!("{says} {again}").trim_end().to_owned(), look)]
            }
            Some(says) => vec![(format!("Not begun yet. {says} {}", again(model)), look)],
            None => vec![(waits(model, line), look)],
        },
        _ if line.says().is_some() => vec![(line.says().unwrap_or_default().into_owned(), look)],
        _ if !line.followed && !line.here => {
            vec![("Nobody here follows it: its directory is on another machine.".to_owned(), look)]
        }
        _ => Vec::new(),
    }
}

/// What came out, and what to do next.
fn done(model: &Model, run: &Run) -> String {
    let found = run.job.model.and_then(|id| model.models.find(id));
    let Some(found) = found else { return "Done. M opens its model.".to_owned() };
    let loss = |word: &str, value: Option<f64>| value.map(|value| format!("{word} {}", number(value)));
    let losses = &found.quality.losses;
    let mut parts = vec![format!("Done: {} {}", found.name, found.version)];
    parts.extend(loss("loss", losses.last));
    parts.extend(loss("eval", losses.validation));
    parts.extend(found.quality.rating.map(|rating| rating.to_string()));
    parts.push(text::bytes(found.bytes()));
    parts.extend(found.summary.training_seconds.map(|s| span(count(s))));
    format!("{}. M opens the model.", parts.join(", "))
}

/// Who tries again what could not begin.
fn again(model: &Model) -> &'static str {
    if runner(model) { "It is tried again by itself." } else { "`brightrun runner` tries it again." }
}

fn runner(model: &Model) -> bool {
    matches!(&model.shell.phase, crate::model::Phase::Ready(session) if session.runner)
}

fn waits(model: &Model, line: &JobLine) -> String {
    let waiting = |other: &&JobLine| {
        other.run.job.status.is(Status::Queued)
            && !other.run.paused
            && other.here
            && (other.run.job.queued_at, other.run.job.id) < (line.run.job.queued_at, line.run.job.id)
    };
    let before = model.trainings.list.iter().flatten().filter(waiting).count() as u64;
    let active = model.trainings.active().count() as u64;
    if active == 0 && before == 0 {
        return match (line.here, runner(model)) {
            (false, _) => "Waits for the machine on which it was made.".to_owned(),
            (true, true) => "Waits; it starts in a moment.".to_owned(),
            (true, false) => "Waits for a runner: `brightrun runner` starts it.".to_owned(),
        };
    }
    format!("Waits: {} at work, {} before it.", text::many(active, "run"), text::thousands(before))
}

/// What was asked for.
pub fn configuration(lines: &mut Lines, run: &Run) {
    let configuration = &run.configuration;
    lines.heading("Configuration");
    // Beside a list there is less room.
    let names = if lines.width < 60 { 22 } else { 28 };
    lines.pair("dataset", names, &run.dataset_name, Token::TextNormal);
    lines.pair("its sha256", NAMES, &run.dataset_sha256, Token::TextMuted);
    let mut pair = |name: &str, value: &str| lines.pair(name, names, value, Token::TextNormal);
    pair("base model", &run.model.name);
    if let Some(path) = &run.model.path {
        pair("folder", path);
    }
    pair("preset", &run.job.preset_id);
    pair("place", &format!("{}, {} × {}", configuration.place, run.job.gpu.count, run.job.gpu.gpu));
    pair("at most", &text::many(u64::from(configuration.max_hours), "hour"));
    for field in Field::ALL {
        pair(&field.to_string(), &configuration.hyperparameters.text(*field));
    }
    if !configuration.tags.is_empty() {
        pair("tags", &configuration.tags.join(", "));
    }
    if !configuration.notes.is_empty() {
        pair("notes", &configuration.notes);
    }
}
