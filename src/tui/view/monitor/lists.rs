//! All metrics in a table, and what the worker said.

use super::head::with_trend;
use crate::model::monitor::{State, Tab};
use crate::model::{Measured, Msg, Nav};
use crate::text::{self, Align};
use crate::theme::{Theme, Token};
use crate::update::monitor::told;
use crate::view::paint::{area as cells, put, put_all};
use crate::widgets::scrollbar;
use domain::series::number;
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
    let area = if state.tab == Tab::Log { machine(state, theme, frame, area) } else { area };
    let found = told::lines(state, runs);
    if found.is_empty() {
        let text = if state.hunt.only > 0 {
            "Nothing of that kind was said; f shows others."
        } else if state.ours.is_some() || runs.iter().any(|run| run.events().is_some()) {
            "Nothing was said yet."
        } else {
            "Files of other trainers hold curves only."
        };
        put(frame.buffer_mut(), area, 2, 1, text, theme.style(Token::TextMuted));
        return;
    }
    let end = found.len().saturating_sub(state.top);
    let from = end.saturating_sub(usize::from(area.height));
    for ((line, y), at) in found[from..end].iter().zip(0..area.height).zip(from..) {
        let mark = match (state.hunt.at == Some(at), told::found(state, line)) {
            (true, true) => theme.glyph(Token::SelectRow),
            (_, true) => "·",
            _ => " ",
        };
        let of = match (line.kind(), line.run()) {
            ("provider", _) => "RunPod  ".to_owned(),
            ("machine", _) => "machine  ".to_owned(),
            (_, Some(name)) if runs.len() > 1 => format!("{name}  "),
            _ => String::new(),
        };
        let time = format!("{}  ", line.at.format("%H:%M:%S"));
        let muted = theme.style(Token::TextMuted);
        let pieces = [
            (mark, theme.style(Token::KeyCap)),
            (time.as_str(), muted),
            (of.as_str(), muted),
            (&line.text(), theme.style(token(line.kind()))),
        ];
        put_all(frame.buffer_mut(), area, 0, y, &pieces);
    }
    scrollbar(frame.buffer_mut(), area, count(from), u64::from(area.height), count(found.len()), theme);
}

/// The look of a kind of line.
fn token(kind: &str) -> Token {
    match kind {
        "resumed" => Token::StatusRun,
        "checkpoint" => Token::StatusOk,
        "warning" => Token::StatusWarn,
        "error" => Token::StatusFail,
        "final" => Token::TextStrong,
        "other" | "machine" | "provider" => Token::TextMuted,
        _ => Token::TextNormal,
    }
}
