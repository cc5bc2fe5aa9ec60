//! How the runs stand: name, state, progress, the newest numbers, what is wrong.

use crate::model::Model;
use crate::model::monitor::State;
use crate::text;
use crate::theme::{Theme, Token};
use crate::update::trainings::state_word;
use crate::view::paint::{put, put_all};
use domain::cost::Level;
use domain::run::{AlertKind, Facts, Part, Roles, Severity};
use domain::series::{Direction, Series, Trend, duration, number};
use engine::jobs::JobLine;
use engine::watch::{Run, Standing, Summary};
use ratatui::Frame;
use ratatui::layout::Rect;

/// Runs with a line of their own at most.
const MOST: usize = 6;
/// Points of a trend.
const POINTS: usize = 50;

/// Draws it; answers the lines it took.
pub fn draw(model: &Model, runs: &[Run], theme: &Theme, frame: &mut Frame, area: Rect) -> u16 {
    let state = &model.monitor;
    let room = area.height / 2;
    let mut pen = Pen { theme, area, y: 0, room };
    match runs {
        [run] => {
            let line = state.ours.and_then(|id| model.trainings.find(id));
            one(run, line.map(|line| (model, line)), &mut pen, frame);
        }
        runs => {
            for (at, run) in runs.iter().enumerate().take(MOST) {
                several(state, at, run, &mut pen, frame);
            }
            if runs.len() > MOST {
                let more = format!("and {} more", runs.len() - MOST);
                pen.line(frame, &more, Token::TextMuted);
            }
        }
    }
    pen.y
}

struct Pen<'a> {
    theme: &'a Theme,
    area: Rect,
    y: u16,
    room: u16,
}

impl Pen<'_> {
    fn line(&mut self, frame: &mut Frame, text: &str, token: Token) {
        if self.y < self.room {
            put(frame.buffer_mut(), self.area, 1, self.y, text, self.theme.style(token));
            self.y += 1;
        }
    }
}

/// The look of a state.
pub const fn token(standing: &Standing) -> Token {
    match standing {
        Standing::Queued => Token::StatusQueued,
        Standing::Starting | Standing::Running | Standing::Replay => Token::StatusRun,
        Standing::Stale(_) | Standing::Lost(_) => Token::StatusStale,
        Standing::Failed(_) | Standing::Unreadable(_) => Token::StatusFail,
        Standing::Cancelled(_) => Token::StatusWarn,
        Standing::Done => Token::StatusOk,
    }
}

/// `42 %  step 850/2,000  epoch 2.1/3  1h 2m  ETA 1h 12m (±6m)`, as much as is known and as these columns hold. How long it took
/// goes first, then how sure the ETA is, then epoch and step.
pub fn progress(summary: &Summary, columns: usize) -> String {
    let of = |now: String, all: Option<String>| all.map_or_else(|| now.clone(), |all| format!("{now}/{all}"));
    let step = |step| format!("step {}", of(text::thousands(step), summary.total.map(text::thousands)));
    let epoch = |epoch| format!("epoch {}", of(format!("{epoch:.2}"), summary.epochs.map(number)));
    let percent = summary.percent.map(|percent| format!("{percent:.0} %"));
    let elapsed = summary.elapsed.map(|seconds| duration(seconds.floor()));
    let eta = summary.eta.map(|eta| format!("ETA {}", duration(eta.seconds.round())));
    let spread = summary.eta.map(|eta| format!("(±{})", duration(eta.spread.round())));
    let mut parts = [percent, summary.step.map(step), summary.epoch.map(epoch), elapsed, eta, spread];
    let mut leave = [3, 5, 2, 1, 4].into_iter();
    loop {
        let said = parts.iter().flatten().map(String::as_str).collect::<Vec<_>>().join("  ");
        let said = said.replace("  (±", " (±");
        match leave.next() {
            Some(part) if text::width(&said) > columns => parts[part] = None,
            _ => return said,
        }
    }
}

fn one(run: &Run, ours: Option<(&Model, &JobLine)>, pen: &mut Pen<'_>, frame: &mut Frame) {
    let (theme, area) = (pen.theme, pen.area);
    let summary = run.summary();
    // The row knows what the events cannot: that it waits, is stopped, or is being cancelled.
    let (standing, word) = match ours {
        Some((_, line)) if by_row(run, line) => (crate::view::trainings::token(line), state_word(line)),
        _ => (token(run.standing()), run.standing().word().to_owned()),
    };
    let badge = format!("{} {word}", theme.glyph(standing));
    let left = text::width(&badge) + 4 + text::width(&run.name).min(24);
    let right = progress(&summary, usize::from(area.width).saturating_sub(left + 2));
    let room = usize::from(area.width).saturating_sub(text::width(&badge) + text::width(&right) + 7);
    // What a machine that is lost did last it does no more.
    let lost = ours.is_some_and(|(_, line)| line.run.setback().is_some());
    let stage = summary.stage.as_deref().filter(|_| !lost && !run.standing().is_over()).unwrap_or_default();
    let name = text::truncate(&run.name, room);
    let pieces = [
        (badge.as_str(), theme.style(standing)),
        ("  ", theme.style(Token::TextNormal)),
        (&*name, theme.style(Token::TextStrong)),
    ];
    let x = put_all(frame.buffer_mut(), area, 1, pen.y, &pieces);
    let rest = room.saturating_sub(text::width(&name) + 2);
    if rest > 6 && !stage.is_empty() {
        put(
            frame.buffer_mut(),
            area,
            x + 2,
            pen.y,
            &text::truncate(stage, rest),
            theme.style(Token::TextMuted),
        );
    }
    let at = area.width.saturating_sub(u16::try_from(text::width(&right)).unwrap_or(u16::MAX) + 1);
    put(frame.buffer_mut(), area, at, pen.y, &right, theme.style(Token::TextNormal));
    pen.y += 1;
    match run.facts() {
        // Of a replay only the curves are cut; the stages are those of the end.
        Some(facts) if facts.part().is_some() && *run.standing() != Standing::Replay => {
            stages(facts, pen, frame);
        }
        _ => {
            if let Some(percent) = summary.percent {
                bar(percent / 100.0, 1, area.width.saturating_sub(2).min(60), pen, frame);
                pen.y += 1;
            }
        }
    }
    let mut numbers = newest(run);
    // A number that is cut would be another number.
    while numbers.iter().map(|part| text::width(part) + 3).sum::<usize>() > usize::from(area.width) + 1 {
        numbers.pop();
    }
    if !numbers.is_empty() {
        pen.line(frame, &numbers.join("   "), Token::TextNormal);
    }
    if let Some((model, line)) = ours {
        money(model, line, summary.eta.map(|eta| eta.seconds), pen, frame);
        for (text, token) in crate::view::trainings::detail::story(model, line) {
            for text in text::wrap(&text, usize::from(area.width.saturating_sub(2)).max(20)) {
                pen.line(frame, &text, token);
            }
        }
    }
    // That it is silent is said once: the alert also says what to do.
    let told = ours.is_some_and(|(_, line)| by_row(run, line))
        || matches!(run.standing(), Standing::Stale(_))
            && run.alerts().iter().take(2).any(|alert| alert.kind == AlertKind::NoContact);
    if let Some(sentence) = run.standing().sentence().filter(|_| !told) {
        pen.line(frame, &sentence, standing);
    }
    // That a lost machine says nothing is no news.
    let alerts = run.alerts().into_iter().filter(|alert| !lost || alert.kind != AlertKind::NoContact);
    for alert in alerts.take(2) {
        let (token, text) = (severity(alert.severity), format!("{}. {}", alert.text, alert.advice));
        pen.line(frame, &format!("{} {text}", theme.glyph(token)), token);
    }
    if run.broken() > 0 {
        let records = text::many(run.broken(), "record");
        pen.line(frame, &format!("{records} could not be read and were left out"), Token::TextMuted);
    }
}

/// What the row says counts more than what the events say.
fn by_row(run: &Run, line: &JobLine) -> bool {
    let waits = line.run.job.status.is(domain::job::Status::Queued);
    let over = line.run.is_over() || line.run.job.cancelling.is_some();
    // Of a machine that is rented the row knows before its first word, also where the events tell how an earlier attempt ended.
    let silent = matches!(run.standing(), Standing::Queued | Standing::Cancelled(_) | Standing::Failed(_));
    over || silent
        || line.run.setback().is_some()
        || waits && !matches!(run.standing(), Standing::Starting | Standing::Running)
}

/// `cost $1.44 of $2.10–$2.90   $1.39/h   → $2.47   followed here`
fn money(model: &Model, line: &JobLine, eta: Option<f64>, pen: &mut Pen<'_>, frame: &mut Frame) {
    let job = &line.run.job;
    let mut parts = Vec::new();
    let mut look = Token::TextMuted;
    match (job.meter(), model.now.map(|now| now.wall)) {
        (Some(meter), Some(now)) if meter.usd_per_hour.0 > domain::money::Usd::ZERO => {
            let rest = eta.filter(|_| !line.run.is_over()).map(domain::numbers::count);
            let tracker = meter.against(now, rest, job.estimated_cost);
            let of = job.estimated_cost.map_or_else(String::new, |range| format!(" of {range}"));
            parts.push(format!("cost {}{of}", job.final_cost.unwrap_or(tracker.so_far)));
            if !line.run.is_over() {
                parts.push(format!("{}/h", meter.usd_per_hour.gpus(meter.gpus)));
                parts.extend(tracker.projected.map(|projected| format!("→ {projected}")));
            }
            parts.push(tracker.words());
            look = match tracker.level.max(tracker.ahead) {
                Level::Over | Level::FarOver => Token::StatusFail,
                Level::Near => Token::StatusWarn,
                Level::Unknown | Level::Within => Token::TextNormal,
            };
        }
        (Some(_), _) => parts.push("costs nothing: this machine has no price".to_owned()),
        (None, _) => parts.push("cost –: it has no price".to_owned()),
    }
    if !line.run.is_over() && !line.run.paused {
        parts.push(match crate::view::trainings::follower(&model.trainings, line) {
            "here" => "followed here".to_owned(),
            "another" => "followed by another process".to_owned(),
            _ => "nobody follows it".to_owned(),
        });
    }
    parts.retain(|part| !part.is_empty());
    // Whole parts only, from the left: an amount that is cut would be another amount.
    while parts.len() > 1
        && parts.iter().map(|part| text::width(part) + 3).sum::<usize>() > usize::from(pen.area.width) + 1
    {
        parts.pop();
    }
    pen.line(frame, &parts.join("   "), look);
}

const fn severity(severity: Severity) -> Token {
    match severity {
        Severity::Hint => Token::ToastInfo,
        Severity::Warning => Token::StatusWarn,
        Severity::Danger => Token::StatusFail,
    }
}

/// `prepare ✓ 42 s │ load ✓ 3m 18s │ ▶ train ████░░ │ finish`
fn stages(facts: &Facts, pen: &mut Pen<'_>, frame: &mut Frame) {
    let (theme, area) = (pen.theme, pen.area);
    if pen.y >= pen.room {
        return;
    }
    let mut x = 1;
    for (part, word) in
        [(Part::Prepare, "prepare"), (Part::Load, "load"), (Part::Train, "train"), (Part::Finish, "finish")]
    {
        let stretch = &facts.parts[part.index()];
        let now = facts.part() == Some(part) && stretch.to.is_none();
        if x > 1 {
            x = put(frame.buffer_mut(), area, x, pen.y, " │ ", theme.style(Token::BorderIdle));
        }
        let token = match (stretch.from, stretch.to) {
            _ if now => Token::StatusRun,
            (Some(_), Some(_)) => Token::StatusOk,
            _ => Token::TextMuted,
        };
        let glyph = theme.glyph(token);
        let text = if glyph.is_empty() { word.to_owned() } else { format!("{glyph} {word}") };
        x = put(frame.buffer_mut(), area, x, pen.y, &text, theme.style(token));
        if let (Some(from), Some(to)) = (stretch.from, stretch.to) {
            let took = (to - from).num_seconds();
            #[expect(clippy::cast_precision_loss, reason = "seconds of a run")]
            let took = format!(" {}", duration(took as f64));
            x = put(frame.buffer_mut(), area, x, pen.y, &took, theme.style(Token::TextMuted));
        } else if now {
            let width = (area.width / 4).min(40);
            bar(facts.share(part), x + 1, width, pen, frame);
            x += width + 1;
        }
    }
    pen.y += 1;
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of the width")]
fn bar(share: f64, x: u16, width: u16, pen: &Pen<'_>, frame: &mut Frame) {
    let full = (share.clamp(0.0, 1.0) * f64::from(width)).floor() as u16;
    let buffer = frame.buffer_mut();
    let x = put(buffer, pen.area, x, pen.y, &"█".repeat(full.into()), pen.theme.style(Token::ChartBand));
    let rest = "░".repeat((width - full).into());
    put(buffer, pen.area, x, pen.y, &rest, pen.theme.style(Token::BorderIdle));
}

/// The newest values of what plays a known role, each with where it goes.
fn newest(run: &Run) -> Vec<String> {
    let roles = Roles::of(run.metrics());
    let series = |id: Option<_>| id.map(|id| run.series(id));
    let mut parts = Vec::new();
    parts.extend(series(roles.loss).and_then(|loss| Some(format!("loss {}", with_trend(loss)?))));
    if let Some(eval) = series(roles.eval)
        && let Some(now) = with_trend(eval)
    {
        let best = eval
            .lowest()
            .map_or_else(String::new, |best| format!(" best {} @{}", number(best.value), best.at.step));
        parts.push(format!("eval {now}{best}"));
    }
    for (name, id) in
        [("lr", roles.learning_rate), ("grad", roles.grad_norm), ("tok/s", roles.speed), ("gpu %", roles.gpu)]
    {
        parts.extend(series(id).and_then(|series| Some(format!("{name} {}", number(series.last()?.value)))));
    }
    parts
}

/// `0.342 ↓12 %`
pub fn with_trend(series: Series<'_>) -> Option<String> {
    let last = number(series.last()?.value);
    Some(match Trend::of(series, POINTS) {
        Some(trend) if trend.change.is_finite() && trend.change.abs() < 10.0 => {
            let percent = trend.change.abs() * 100.0;
            match trend.direction {
                Direction::Falling => format!("{last} ↓{percent:.0} %"),
                Direction::Rising => format!("{last} ↑{percent:.0} %"),
                Direction::Flat => format!("{last} →"),
            }
        }
        _ => last,
    })
}

/// One line of several runs; it is the legend of the charts, too.
fn several(state: &State, at: usize, run: &Run, pen: &mut Pen<'_>, frame: &mut Frame) {
    if pen.y >= pen.room {
        return;
    }
    let (theme, area) = (pen.theme, pen.area);
    let curve = state.charts.iter().flat_map(|chart| &chart.curves).find(|curve| curve.run == at);
    let colour = curve.map_or(theme.style(Token::TextMuted), |curve| theme.series(curve.slot));
    let standing = token(run.standing());
    let badge = text::pad(&format!("{} {}", theme.glyph(standing), run.standing().word()), 12);
    let name = text::fit(&run.name, usize::from(area.width / 4).clamp(8, 40), text::Align::Left);
    let sign = if state.plain { "-- " } else { "── " };
    let roles = Roles::of(run.metrics());
    let value = |word: &str, id: Option<_>| Some(format!("{word} {}", number(run.series(id?).last()?.value)));
    let mut parts = Vec::new();
    parts.extend(value("loss", roles.loss));
    parts.extend(value("eval", roles.eval));
    let taken = text::width(sign) + text::width(&name) + text::width(&badge) + 2;
    let room = usize::from(area.width).saturating_sub(taken);
    let told = parts.iter().map(|part| text::width(part) + 2).sum::<usize>();
    parts.push(progress(&run.summary(), room.saturating_sub(told)));
    parts.extend(run.alerts().first().map(|alert| alert.text.clone()).or_else(|| run.standing().sentence()));
    parts.retain(|part| !part.is_empty());
    // Whole parts only: a number that is cut would be another number.
    while parts.len() > 1 && parts.iter().map(|part| text::width(part) + 2).sum::<usize>() > room + 2 {
        parts.pop();
    }
    let rest = parts.join("  ");
    let pieces = [
        (sign, colour),
        (name.as_str(), theme.style(Token::TextStrong)),
        (" ", theme.style(Token::TextNormal)),
        (badge.as_str(), theme.style(standing)),
        (rest.as_str(), theme.style(Token::TextNormal)),
    ];
    put_all(frame.buffer_mut(), area, 1, pen.y, &pieces);
    pen.y += 1;
}
