//! The live monitor: how the runs stand, then their curves, metrics, log or events.

mod canvas;
mod chart;
mod head;
mod lists;
mod pen;
#[cfg(test)]
mod tests;

use crate::model::monitor::{Msg as Do, State, Tab};
use crate::model::{Measured, Model, Msg};
use crate::theme::{Theme, Token};
use crate::update::monitor as update;
use crate::view::paint::{area as cells, put};
use crate::widgets::Lines;
use chart::Scene;
use engine::watch::{Run, Standing};
use ratatui::Frame;
use ratatui::layout::Rect;

/// Columns and rows that a chart should have at least.
const CHART: (u16, u16) = (56, 11);

/// Draws it.
pub fn draw(model: &Model, theme: &Theme, frame: &mut Frame, area: Rect) -> Measured {
    let mut measured = Measured::default();
    let state = &model.monitor;
    let Some(watch) = &state.watch else {
        put(frame.buffer_mut(), area, 2, 1, "Nothing is watched.", theme.style(Token::TextMuted));
        return measured;
    };
    // One look at the runs for the whole frame, so that all parts of it say the same.
    let runs = watch.runs();
    let taken = head::draw(model, &runs, theme, frame, area);
    let tabs = Rect { y: area.y + taken, height: 1.min(area.height - taken), ..area };
    self::tabs(state, &runs, theme, frame, tabs, &mut measured);
    let taken = (taken + 1).min(area.height);
    let body = Rect { y: area.y + taken, height: area.height - taken, ..area };
    measured.pane("monitor.body", cells(body));
    match state.tab {
        Tab::Charts => charts(state, &runs, theme, frame, body, &mut measured),
        Tab::Configuration => configuration(model, &runs, theme, frame, body),
        Tab::Metrics => lists::metrics(state, &runs, theme, frame, body, &mut measured),
        Tab::Log | Tab::Events => lists::events(state, &runs, theme, frame, body, &mut measured),
    }
    measured
}

/// What was asked for.
fn configuration(model: &Model, runs: &[Run], theme: &Theme, frame: &mut Frame, area: Rect) {
    let inside = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let mut lines = Lines::new(usize::from(inside.width).min(110));
    match model.monitor.ours.and_then(|id| model.trainings.find(id)) {
        Some(line) => super::trainings::detail::configuration(&mut lines, &line.run),
        None => asked(&mut lines, runs),
    }
    lines.draw(frame.buffer_mut(), inside, model.monitor.top, theme);
}

/// What lies beside the runs: of several first where they differ.
fn asked(lines: &mut Lines, runs: &[Run]) {
    const NAMES: usize = 28;
    let told = update::asked(runs);
    if told.is_empty() {
        lines.text("Nobody wrote down what was asked for: no spec.json lies here.", 0, Token::TextMuted);
        return;
    }
    for (name, values) in &told.differ {
        lines.pair(name, NAMES, &values.join("  │  "), Token::TextStrong);
    }
    if !told.differ.is_empty() && !told.same.is_empty() {
        lines.blank();
        lines.text("The same in all:", 0, Token::TextMuted);
    }
    for (name, value) in &told.same {
        lines.pair(name, NAMES, value, Token::TextNormal);
    }
}

fn tabs(state: &State, runs: &[Run], theme: &Theme, frame: &mut Frame, area: Rect, measured: &mut Measured) {
    let mut x = 1;
    for (tab, digit) in Tab::ALL.into_iter().zip(1..) {
        let token = if tab == state.tab { Token::NavActive } else { Token::NavIdle };
        let text = format!("{digit} {}", tab.title());
        let begin = x;
        x = put(frame.buffer_mut(), area, x, 0, &text, theme.style(token));
        let hit = Rect { x: area.x + begin, width: x - begin, ..area };
        measured.click(cells(hit), Msg::Monitor(Do::Tab(tab)));
        x += 2;
    }
    if matches!(state.tab, Tab::Log | Tab::Events) && hunt(state, theme, frame, area, x, measured) {
        return;
    }
    let chart = (state.tab == Tab::Charts && state.charts.len() > 1)
        .then(|| format!("chart {} of {}", state.at + 1, state.charts.len()));
    for text in news(runs, chart) {
        let wide = u16::try_from(crate::text::width(&text)).unwrap_or(u16::MAX);
        if x.saturating_add(wide) < area.width {
            put(frame.buffer_mut(), area, area.width - wide - 1, 0, &text, theme.style(Token::TextMuted));
            break;
        }
    }
}

/// What is searched for among the lines and which of them are shown, behind the names of the tabs. Whether there is such a thing.
fn hunt(
    state: &State,
    theme: &Theme,
    frame: &mut Frame,
    area: Rect,
    x: u16,
    measured: &mut Measured,
) -> bool {
    let hunt = &state.hunt;
    let counted = |of: Option<(usize, usize)>| match of {
        Some((at, all)) => format!("{at} of {all}"),
        None if hunt.text.is_empty() => String::new(),
        None => "none".to_owned(),
    };
    let right = counted(hunt.of);
    let wide = u16::try_from(crate::text::width(&right)).unwrap_or(u16::MAX).min(area.width);
    let inside = Rect { x: area.x + x, width: area.width.saturating_sub(x + wide + 2), ..area };
    if let Some(field) = &hunt.field {
        let at = put(frame.buffer_mut(), inside, 0, 0, "Search ", theme.style(Token::TextStrong));
        let line = Rect { x: inside.x + at, width: inside.width.saturating_sub(at), ..inside };
        let look = crate::widgets::field::State::Focus;
        measured.cursor = crate::widgets::field::draw(frame.buffer_mut(), line, field, "words", look, theme);
    } else {
        let only = (hunt.only > 0).then(|| format!("{} only", update::told::only(state).0));
        let search = (!hunt.text.is_empty()).then(|| format!("search “{}”", hunt.text));
        let parts: Vec<String> = only.into_iter().chain(search).collect();
        if parts.is_empty() {
            return false;
        }
        let text = crate::text::truncate(&parts.join(" · "), usize::from(inside.width)).into_owned();
        put(frame.buffer_mut(), inside, 0, 0, &text, theme.style(Token::TextStrong));
    }
    put(frame.buffer_mut(), area, area.width - wide - 1, 0, &right, theme.style(Token::TextMuted));
    true
}

/// When there was news last, and that all is well, in ever fewer words. It is a time and no age: without news nothing is drawn
/// (decision 0217).
fn news(runs: &[Run], chart: Option<String>) -> Vec<String> {
    let well = runs.iter().all(|run| {
        matches!(run.standing(), Standing::Starting | Standing::Running) && run.alerts().is_empty()
    });
    let over = runs.iter().all(|run| run.standing().is_over());
    let heard = runs.iter().filter_map(Run::heard).max();
    let replayed = runs.iter().any(|run| *run.standing() == Standing::Replay);
    let Some(heard) = heard.filter(|_| !replayed) else { return chart.into_iter().collect() };
    let said = if over {
        format!("last news {} UTC", heard.format("%Y-%m-%d %H:%M"))
    } else {
        format!("updated {} UTC", heard.format("%H:%M:%S"))
    };
    let healthy = well.then(|| "healthy".to_owned());
    let join = |parts: &[&Option<String>]| {
        let parts: Vec<&str> = parts.iter().filter_map(|part| part.as_deref()).collect();
        parts.join(" · ")
    };
    let said = Some(said);
    vec![join(&[&healthy, &said, &chart]), join(&[&said, &chart]), join(&[&said]), join(&[&chart])]
}

/// How many charts stand beside and above each other.
fn grid(area: Rect, charts: usize, alone: bool) -> (u16, u16) {
    if alone || charts <= 1 {
        return (1, 1);
    }
    let count = u16::try_from(charts).unwrap_or(u16::MAX);
    let most_beside = (area.width / CHART.0).clamp(1, 3);
    let most_above = (area.height / CHART.1).max(1);
    // Few charts stand above each other first: curves want width.
    let beside = count.div_ceil(most_above).clamp(1, most_beside);
    (beside, count.div_ceil(beside).min(most_above))
}

fn charts(
    state: &State,
    runs: &[Run],
    theme: &Theme,
    frame: &mut Frame,
    area: Rect,
    measured: &mut Measured,
) {
    if state.charts.is_empty() {
        let text = match runs.iter().find_map(Run::loading) {
            Some(share) => format!("Reading, {:.0} % …", share * 100.0),
            None => "No metric was logged yet.".to_owned(),
        };
        put(frame.buffer_mut(), area, 2, 1, &text, theme.style(Token::TextMuted));
        return;
    }
    let scene = Scene { state, runs, theme, range: state.range() };
    let (beside, above) = grid(area, state.charts.len(), state.alone);
    let page = usize::from(beside) * usize::from(above);
    let first = if state.alone { state.at } else { state.at / page * page };
    let (width, height) = (area.width / beside, area.height / above);
    let shown = (first..state.charts.len()).take(page).filter_map(|at| Some((at, state.chart(at)?)));
    for (place, (at, chart)) in (0_u16..).zip(shown) {
        let (column, row) = (place % beside, place / beside);
        let last_column = column + 1 == beside;
        let last_row = row + 1 == above;
        let cell = Rect {
            x: area.x + column * width,
            y: area.y + row * height,
            width: if last_column { area.width - column * width } else { width },
            height: if last_row { area.height - row * height } else { height },
        };
        scene.chart(at, &chart, frame, cell, measured);
    }
}
