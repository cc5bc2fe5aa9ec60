//! The training runs screen.

mod cancel;
pub mod detail;
#[cfg(test)]
mod tests;

use crate::model::conversations::DetailPlace;
use crate::model::trainings::{Modal, Msg as Do, Show, State, TABLE};
use crate::model::{Hit, Measured, Model, Msg, On};
use crate::text::{self, Align};
use crate::theme::{Theme, Token};
use crate::update::trainings::state_word;
use crate::view::area;
use crate::widgets::table::{Column, Look, Source, Table};
use crate::widgets::{Lines, put, rule};
use chrono::{DateTime, Utc};
use domain::job::Health;
use domain::numbers::{UNKNOWN, span};
use domain::series::number;
use engine::jobs::JobLine;
use ratatui::{Frame, layout::Rect};
use std::borrow::Cow;

/// From this width on the detail stands beside the list, else below it.
const BESIDE: u16 = 99;

/// Draws the screen into this area.
pub fn draw(model: &Model, theme: &Theme, frame: &mut Frame, place: Rect) -> Measured {
    let mut measured = Measured::default();
    let state = &model.trainings;
    if place.height < 2 {
        return measured;
    }
    put(frame.buffer_mut(), place, 1, 0, &head(model), theme.style(Token::TextMuted));
    let body = Rect { y: place.y + 1, height: place.height - 1, ..place };
    match state.place {
        DetailPlace::Hidden => table(model, theme, frame, body, &mut measured),
        DetailPlace::Full => detail::draw(model, theme, frame, body, &mut measured),
        DetailPlace::Beside if body.width >= BESIDE => {
            let list = body.width * 3 / 5;
            table(model, theme, frame, Rect { width: list, ..body }, &mut measured);
            let right = Rect { x: body.x + list + 1, width: body.width - list - 1, ..body };
            detail::draw(model, theme, frame, right, &mut measured);
        }
        DetailPlace::Beside => {
            let list = body.height / 2;
            table(model, theme, frame, Rect { height: list, ..body }, &mut measured);
            let below = Rect { y: body.y + list, height: body.height - list, ..body };
            rule(frame.buffer_mut(), below, 0, theme);
            let below = Rect { y: below.y + 1, height: below.height.saturating_sub(1), ..below };
            detail::draw(model, theme, frame, below, &mut measured);
        }
    }
    measured
}

/// How many there are, which are shown, and what is wrong.
fn head(model: &Model) -> String {
    let state = &model.trainings;
    let Some(list) = &state.list else {
        return state
            .problem
            .as_ref()
            .map_or("Reading the runs …".to_owned(), |problem| format!("✗ {problem} r tries again."));
    };
    if let Some(problem) = &state.problem {
        return format!("✗ {problem} This list is older; r tries again.");
    }
    let all = text::many(list.len() as u64, "run");
    let mut parts = vec![match (state.show, state.search.is_empty()) {
        (Show::All, true) => all,
        (show, true) => format!("{} of {all}: {}", state.shown.len(), show.word()),
        (show, false) => format!("{} of {all}: {}, “{}”", state.shown.len(), show.word(), state.search),
    }];
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

fn table(model: &Model, theme: &Theme, frame: &mut Frame, place: Rect, measured: &mut Measured) {
    let state = &model.trainings;
    let now = model.now.map(|now| now.wall);
    let table = Table {
        columns: &COLUMNS,
        source: &Rows { state, now },
        rows: state.top..state.shown.len(),
        stale: state.problem.is_some(),
        place: Some((state.top as u64, state.shown.len() as u64)),
        heading: None,
    };
    let drawn = table.draw(frame.buffer_mut(), place, theme);
    measured.pane(TABLE, area(drawn.body));
    measured.wheel(area(drawn.body), Msg::Trainings(Do::Scroll(-3)), Msg::Trainings(Do::Scroll(3)));
    for (row, line) in drawn.rows {
        let on = On {
            click: Some(Msg::Trainings(Do::Row(row))),
            double: Some(Msg::Trainings(Do::Open(row))),
            ..On::default()
        };
        measured.hits.push(Hit { area: area(line), on });
        if row == state.at && !state.in_detail {
            measured.cursor = Some((line.x, line.y));
        }
    }
    if state.list.is_some() && state.shown.is_empty() {
        let mut lines = Lines::new(usize::from(drawn.body.width.saturating_sub(6)));
        if state.list.as_ref().is_some_and(Vec::is_empty) {
            lines.heading("No runs yet");
            lines.text(
                "A dataset and a base model make one: n, or `brightrun train DATASET`.",
                0,
                Token::TextNormal,
            );
        } else {
            lines.heading("No run is like that");
            lines.text("f shows others, esc all.", 0, Token::TextNormal);
        }
        let inside = Rect {
            x: drawn.body.x + 4.min(drawn.body.width),
            width: drawn.body.width.saturating_sub(6),
            ..drawn.body
        };
        lines.draw(frame.buffer_mut(), inside, 0, theme);
    }
}

struct Rows<'a> {
    state: &'a State,
    now: Option<DateTime<Utc>>,
}

impl Rows<'_> {
    fn line(&self, row: usize) -> Option<&JobLine> {
        self.state.list.as_ref()?.get(*self.state.shown.get(row)?)
    }
}

impl Source for Rows<'_> {
    fn look(&self, row: usize) -> Look {
        let state = self.line(row).map(token).filter(|token| *token != Token::StatusQueued);
        Look { selected: row == self.state.at, marked: false, state }
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

/// Seconds that are left if it goes on as it has in this attempt: a guess of the row, where the monitor knows more.
pub fn left(line: &JobLine, now: DateTime<Utc>) -> Option<u64> {
    let job = &line.run.job;
    let share = job.progress.share().filter(|share| *share > 0.02 && *share < 1.0)?;
    if !matches!(line.health, Health::Running) || job.attempts > 0 {
        return None;
    }
    let worked = u64::try_from((now - job.gpu_started_at?).num_seconds()).ok()?;
    Some(domain::numbers::count(domain::numbers::float(worked) * (1.0 - share) / share))
}
