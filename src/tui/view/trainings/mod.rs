//! The training runs screen.

mod cancel;
pub mod detail;
#[cfg(test)]
mod tests;

use crate::model::trainings::{Modal, Msg as Do, PANES, State};
use crate::model::{Measured, Model, Msg};
use crate::text::{self, Align};
use crate::theme::{Theme, Token};
use crate::update::trainings::state_word;
use crate::view::browse::{self, Shares, Touch};
use crate::view::finder::{self, Says};
use crate::widgets::table::{Column, Look, Source, Table};
use chrono::{DateTime, Utc};
use domain::job::Health;
use domain::job::table::Column as Field;
use domain::numbers::{UNKNOWN, span};
use domain::series::number;
use engine::jobs::JobLine;
use ratatui::{Frame, layout::Rect};
use std::borrow::Cow;

/// Draws the screen into this area.
pub fn draw(model: &Model, theme: &Theme, frame: &mut Frame, place: Rect) -> Measured {
    let mut measured = Measured::default();
    let state = &model.trainings;
    if place.height < 2 {
        return measured;
    }
    let body = Rect { y: place.y + 1, height: place.height - 1, ..place };
    let (list, one) = browse::places(state.browse.place, Shares::USUAL, theme, frame, body);
    if let Some(list) = list {
        table(model, theme, frame, list, &mut measured);
    }
    if let Some(one) = one {
        detail::draw(model, theme, frame, one, &mut measured);
    }
    // Last, because the candidates lie over the list.
    let line = Rect { height: 1, ..place };
    finder::draw(model, (&state.finder, &says(model)), theme, frame, (line, body), &mut measured);
    measured
}

/// How many there are and what they do, and what is wrong.
fn says(model: &Model) -> Says<'_> {
    let state = &model.trainings;
    let problem = state.problem.as_ref().map(|problem| (problem, state.list.is_some()));
    let rows = state.list.as_ref().map(Vec::len);
    let all =
        state.list.as_deref().map_or_else(|| "Reading the runs …".to_owned(), |list| stand(model, list));
    Says { problem, all, rows, marked: state.marks.len() }
}

fn stand(model: &Model, list: &[JobLine]) -> String {
    let state = &model.trainings;
    let mut parts = vec![text::many(list.len() as u64, "run")];
    let active = state.active().count();
    let waiting = list.iter().filter(|line| line.health == Health::Queued && !line.run.paused).count();
    if active > 0 {
        parts.push(format!("{active} at work"));
    }
    if waiting > 0 {
        parts.push(format!("{waiting} waiting"));
    }
    let alone = list.iter().filter(|line| !line.run.is_over() && !line.run.paused && !line.followed).count();
    let runner = matches!(&model.shell.phase, crate::model::Phase::Ready(session) if session.runner);
    if alone > 0 && !runner {
        parts.push(format!("nobody follows {alone}: `brightrun runner` does"));
    }
    parts.join(" · ")
}

/// Draws one of the screen's modals over everything; `area` is the whole terminal.
pub fn modal(model: &Model, modal: &Modal, theme: &Theme, frame: &mut Frame, area: Rect) -> Measured {
    match modal {
        Modal::Cancel(cancel) => cancel::draw(model, cancel, theme, frame, area),
    }
}

/// The look of a run's state.
pub fn token(line: &JobLine) -> Token {
    match line.health {
        Health::Queued | Health::Starting | Health::Running | Health::Stale
            if line.run.setback().is_some() =>
        {
            Token::StatusWarn
        }
        // It could not begin, and is tried again.
        Health::Queued if line.says().is_some() => Token::StatusWarn,
        Health::Queued => Token::StatusQueued,
        Health::Starting | Health::Running => Token::StatusRun,
        Health::Stale | Health::Unknown => Token::StatusStale,
        Health::Stopping | Health::Cancelled => Token::StatusWarn,
        Health::Failed => Token::StatusFail,
        Health::Done => Token::StatusOk,
    }
}

const COLUMNS: [Column; 11] = [
    Column::NAME,
    Column::new("STATE", 9, 11, 1, Align::Left),
    Column::new("DONE", 5, 5, 2, Align::Right),
    Column::new("LOSS", 7, 8, 3, Align::Right),
    Column::new("TIME", 8, 9, 5, Align::Right),
    Column::new("LEFT", 8, 9, 4, Align::Right),
    Column::new("COST", 7, 8, 6, Align::Right),
    Column::new("DATASET", 10, 16, 7, Align::Left),
    Column::new("BASE MODEL", 10, 14, 8, Align::Left),
    Column::new("PLACE", 6, 8, 10, Align::Left),
    Column::new("FOLLOWER", 8, 8, 9, Align::Left),
];

/// What the columns show.
const FIELDS: [Option<Field>; 11] = [
    Some(Field::Name),
    Some(Field::State),
    Some(Field::Progress),
    Some(Field::Loss),
    Some(Field::Minutes),
    None,
    Some(Field::Cost),
    Some(Field::Dataset),
    Some(Field::BaseModel),
    Some(Field::Place),
    None,
];

fn table(model: &Model, theme: &Theme, frame: &mut Frame, place: Rect, measured: &mut Measured) {
    let state = &model.trainings;
    let now = model.now.map(|now| now.wall);
    let table = Table {
        columns: &finder::columns(COLUMNS, FIELDS, state.finder.query.sort),
        source: &Rows { state, now },
        rows: state.browse.top..state.finder.shown.len(),
        stale: state.problem.is_some(),
        place: Some((state.browse.top as u64, state.finder.shown.len() as u64)),
        heading: None,
    };
    let drawn = table.draw(frame.buffer_mut(), place, theme);
    let touch = Touch {
        row: |row| Msg::Trainings(Do::Row(row)),
        open: |row| Msg::Trainings(Do::Open(row)),
        scroll: |lines| Msg::Trainings(Do::Scroll(lines)),
    };
    browse::rows(&drawn, (&state.browse, &PANES), touch, measured);
    finder::headings(&drawn, &FIELDS, measured);
    if let (None, Some(problem)) = (&state.list, &state.problem) {
        browse::broken(problem, drawn.body, theme, frame);
    }
    if state.list.is_some() && state.finder.shown.is_empty() {
        browse::empty(drawn.body, theme, frame, |lines| {
            if state.list.as_ref().is_some_and(Vec::is_empty) {
                lines.heading("No runs yet");
                let text = "A dataset and a base model make one: n, or `brightrun train DATASET`.";
                lines.text(text, 0, Token::TextNormal);
            } else {
                finder::nothing(lines);
            }
        });
    }
}

struct Rows<'a> {
    state: &'a State,
    now: Option<DateTime<Utc>>,
}

impl Rows<'_> {
    fn line(&self, row: usize) -> Option<&JobLine> {
        self.state.line(row)
    }
}

impl Source for Rows<'_> {
    fn look(&self, row: usize) -> Look {
        let state = self.line(row).map(token).filter(|token| *token != Token::StatusQueued);
        let marked = self.line(row).is_some_and(|line| self.state.marks.contains(&line.run.job.id));
        Look { selected: row == self.state.browse.at, marked, state }
    }

    fn cell(&self, row: usize, column: usize) -> (Cow<'_, str>, Token) {
        let Some(line) = self.line(row) else { return ("".into(), Token::TextNormal) };
        let (run, job) = (&line.run, &line.run.job);
        let or = |text: Option<String>| text.unwrap_or_else(|| UNKNOWN.to_owned());
        let (cell, tone) = match column {
            0 => return (job.name.as_str().into(), Token::TextNormal),
            1 => (state_word(line), token(line)),
            2 => (format!("{:.0} %", job.progress.percent), Token::TextNormal),
            3 => (or(job.progress.loss.map(number)), Token::TextNormal),
            4 => (or(self.now.and_then(|now| elapsed(line, now)).map(span)), Token::TextMuted),
            5 => (
                or(self.now.and_then(|now| left(line, now)).map(|s| format!("~{}", span(s)))),
                Token::TextNormal,
            ),
            6 => (job.final_cost.unwrap_or(job.current_cost).to_string(), Token::TextNormal),
            7 => return (run.dataset_name.as_str().into(), Token::TextMuted),
            8 => return (run.model.name.as_str().into(), Token::TextMuted),
            9 => (run.configuration.place.to_string(), Token::TextMuted),
            _ => (follower(self.state, line).to_owned(), Token::TextMuted),
        };
        (cell.into(), tone)
    }
}

/// Who follows a run.
pub fn follower(state: &State, line: &JobLine) -> &'static str {
    match line {
        _ if line.run.is_over() => "–",
        _ if state.hands.contains(&line.run.job.id) => "here",
        _ if line.followed => "another",
        _ => "nobody",
    }
}

/// Seconds from its first start to its end, or to now while it has not ended.
pub fn elapsed(line: &JobLine, now: DateTime<Utc>) -> Option<u64> {
    let job = &line.run.job;
    let until = job.completed_at.unwrap_or(now);
    let until = if line.run.paused { job.last_seen_at.unwrap_or(until) } else { until };
    u64::try_from((until - job.started_at?).num_seconds()).ok()
}

/// Seconds that are left: what the worker expected, as in the monitor; otherwise what it takes if it goes on as it has in this attempt.
pub fn left(line: &JobLine, now: DateTime<Utc>) -> Option<u64> {
    let job = &line.run.job;
    if !matches!(line.health, Health::Running) {
        return None;
    }
    if let Some(end) = job.progress.ends_at {
        return u64::try_from((end - now).num_seconds().max(0)).ok();
    }
    let share = job.progress.share().filter(|share| *share > 0.02 && *share < 1.0)?;
    if job.attempts > 0 {
        return None;
    }
    let worked = u64::try_from((now - job.gpu_started_at?).num_seconds()).ok()?;
    Some(domain::numbers::count(domain::numbers::float(worked) * (1.0 - share) / share))
}
