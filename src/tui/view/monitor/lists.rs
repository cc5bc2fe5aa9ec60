//! All metrics in a table, and what the worker said.

use super::head::with_trend;
use crate::model::monitor::{State, Tab};
use crate::model::{Measured, Msg, Nav};
use crate::text::{self, Align};
use crate::theme::{Theme, Token};
use crate::update::monitor::is_log;
use crate::view::paint::{area as cells, put, put_all};
use crate::widgets::scrollbar;
use chrono::{DateTime, Utc};
use domain::run::{Event, Kind};
use domain::series::number;
use engine::jobs::MachineLine;
use engine::watch::Run;
use ratatui::Frame;
use ratatui::layout::Rect;

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// The newest value of every metric, its lowest and highest, and where it goes.
pub fn metrics(
    state: &State,
    runs: &[Run],
    theme: &Theme,
    frame: &mut Frame,
    area: Rect,
    measured: &mut Measured,
) {
    measured.wheel(cells(area), Msg::Nav(Nav::Up), Msg::Nav(Nav::Down));
    let wide = usize::from(area.width);
    let name = wide.saturating_sub(60).clamp(12, 60);
    let cut = |text: &str, columns: usize| text::fit(text, columns, Align::Right);
    let head = format!(
        " {}{}{}{}{}{}",
        text::pad("metric", name),
        cut("newest", 16),
        cut("lowest", 11),
        cut("at step", 11),
        cut("highest", 11),
        cut("points", 9)
    );
    put(frame.buffer_mut(), area, 0, 0, &text::truncate(&head, wide), theme.style(Token::TextHeading));
    let several = runs.len() > 1;
    let all = runs.iter().flat_map(|run| run.metrics().ids().map(move |id| (run, id)));
    let total = runs.iter().map(|run| run.metrics().ids().count()).sum::<usize>();
    let room = area.height.saturating_sub(1);
    for ((run, id), y) in all.skip(state.top).zip(1..area.height) {
        let series = run.series(id);
        let title = run.metrics().name(id);
        let title = if several { format!("{} · {title}", run.name) } else { title.to_owned() };
        let lowest = series.lowest();
        let span = series
            .reach(domain::series::Axis::Step)
            .and_then(|(from, to)| series.span(domain::series::Axis::Step, from, to));
        let or = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
        let line = format!(
            " {}{}{}{}{}{}",
            text::fit(&title, name, Align::Left),
            cut(&or(with_trend(series)), 16),
            cut(&or(lowest.map(|sample| number(sample.value))), 11),
            cut(&or(lowest.map(|sample| text::thousands(sample.at.step))), 11),
            cut(&or(span.map(|(_, max)| number(max))), 11),
            cut(&text::thousands(count(series.len())), 9)
        );
        put(frame.buffer_mut(), area, 0, y, &text::truncate(&line, wide), theme.style(Token::TextNormal));
    }
    let list = Rect { y: area.y + 1, height: room, ..area };
    scrollbar(frame.buffer_mut(), list, count(state.top), u64::from(room), count(total), theme);
}

/// A line of the log.
struct Row<'a> {
    at: DateTime<Utc>,
    what: What<'a>,
}

enum What<'a> {
    /// The run told it, through the store.
    Told(&'a Run, &'a Event),
    /// Its machine printed it.
    Printed(&'a MachineLine),
}

/// Says whose lines these are, where a machine could print some; what is left of the area.
fn machine(state: &State, theme: &Theme, frame: &mut Frame, area: Rect) -> Rect {
    let machine = &state.machine;
    let text = match &machine.problem {
        Some(problem) => format!("What the run told; nothing more of its machine: {problem}"),
        None if machine.listens => "What the run told, and what its machine prints, as it comes".to_owned(),
        None => return area,
    };
    if area.height < 3 {
        return area;
    }
    let text = text::truncate(&text, usize::from(area.width.saturating_sub(2)));
    put(frame.buffer_mut(), area, 1, 0, &text, theme.style(Token::TextMuted));
    Rect { y: area.y + 1, height: area.height - 1, ..area }
}

/// The log or the events, the newest at the bottom.
pub fn events(
    state: &State,
    runs: &[Run],
    theme: &Theme,
    frame: &mut Frame,
    area: Rect,
    measured: &mut Measured,
) {
    measured.wheel(cells(area), Msg::Nav(Nav::Up), Msg::Nav(Nav::Down));
    let log = state.tab == Tab::Log;
    let mut found: Vec<Row<'_>> = runs
        .iter()
        .filter_map(|run| run.events().map(|events| (run, events)))
        .flat_map(|(run, events)| events.iter().map(move |event| (run, event)))
        .filter(|(_, event)| is_log(&event.kind) == log)
        .map(|(run, event)| Row { at: event.at, what: What::Told(run, event) })
        .collect();
    let area = if log { machine(state, theme, frame, area) } else { area };
    // A line without a time belongs to the one before it.
    let mut at = DateTime::<Utc>::MIN_UTC;
    let printed = state.machine.lines.iter().filter(|_| log).map(|line| {
        at = line.at.unwrap_or(at);
        Row { at, what: What::Printed(line) }
    });
    found.extend(printed);
    if found.is_empty() {
        let text = if state.ours.is_some() || runs.iter().any(|run| run.events().is_some()) {
            "Nothing was said yet."
        } else {
            "Files of other trainers hold curves only."
        };
        put(frame.buffer_mut(), area, 2, 1, text, theme.style(Token::TextMuted));
        return;
    }
    if runs.len() > 1 || log && !state.machine.lines.is_empty() {
        found.sort_by_key(|row| row.at);
    }
    let end = found.len().saturating_sub(state.top);
    let from = end.saturating_sub(usize::from(area.height));
    for (row, y) in found[from..end].iter().zip(0..area.height) {
        let at = format!(" {}  ", row.at.format("%H:%M:%S"));
        let ((token, text), of) = match row.what {
            What::Told(run, event) => {
                (told(event), if runs.len() > 1 { format!("{}  ", run.name) } else { String::new() })
            }
            What::Printed(line) => {
                let by = if line.system { "RunPod  " } else { "machine  " };
                ((Token::TextMuted, line.text.clone()), by.to_owned())
            }
        };
        let pieces = [
            (at.as_str(), theme.style(Token::TextMuted)),
            (of.as_str(), theme.style(Token::TextMuted)),
            (text.as_str(), theme.style(token)),
        ];
        put_all(frame.buffer_mut(), area, 0, y, &pieces);
    }
    scrollbar(frame.buffer_mut(), area, count(from), u64::from(area.height), count(found.len()), theme);
}

/// An event on one line.
fn told(event: &Event) -> (Token, String) {
    match &event.kind {
        Kind::Stage { word, detail, .. } => {
            let word = word.replace('_', " ");
            (
                Token::TextNormal,
                detail.as_ref().map_or_else(|| word.clone(), |detail| format!("{word}: {detail}")),
            )
        }
        Kind::Resumed { step, checkpoint } => {
            let from = checkpoint.as_deref().unwrap_or("the beginning");
            (Token::StatusRun, format!("attempt {} goes on at step {step}, from {from}", event.attempt))
        }
        Kind::Checkpoint(checkpoint) => {
            let size = text::bytes(checkpoint.bytes);
            (
                Token::StatusOk,
                format!("checkpoint at step {}, {size} ({})", checkpoint.step, checkpoint.reason),
            )
        }
        Kind::Log { text, .. } => (Token::TextNormal, first(text)),
        Kind::Warning { text, .. } => (Token::StatusWarn, first(text)),
        Kind::Error(failure) => {
            (Token::StatusFail, format!("{}: {}. {}", failure.class, first(&failure.cause), failure.fix))
        }
        Kind::Final(ended) => (Token::TextStrong, format!("{} at step {}", ended.outcome, ended.step)),
        Kind::Other(word) => (Token::TextMuted, word.clone()),
    }
}

/// Rendered examples have many lines; here each is one.
fn first(text: &str) -> String {
    text.lines().collect::<Vec<_>>().join(" ⏎ ")
}
