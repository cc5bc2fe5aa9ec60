//! The first line: where one is, what runs, what is unread. The right side gives way from the right; what runs stays.

use super::paint::{put, put_all};
use crate::model::shell::Msg as Do;
use crate::model::{Area, Measured, Model, Msg, ScreenId};
use crate::text;
use crate::theme::{Theme, Token};
use engine::config::Badge;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

/// Draws it.
pub fn draw(model: &Model, theme: &Theme, frame: &mut Frame, area: Rect, measured: &mut Measured) {
    let buffer = frame.buffer_mut();
    buffer.set_style(area, theme.style(Token::SurfaceRaised));
    let muted = theme.style(Token::TextMuted);
    let alone = model.shell.phase == crate::model::Phase::Alone;
    let strip = area.width < 80 && !alone;
    let right = right_side(model, theme, usize::from(area.width / 2));
    let taken: usize = right.iter().map(|piece| text::width(&piece.text) + 2).sum();
    let taken = u16::try_from(taken).unwrap_or(area.width).min(area.width);
    let left = Rect { width: area.width.saturating_sub(taken + 1), ..area };
    if strip {
        strip_line(model, theme, frame, left, measured);
    } else {
        let mut x = put_all(buffer, left, 1, 0, &[("brightrun", theme.style(Token::Brand)), ("  ", muted)]);
        x = put(buffer, left, x, 0, model.shell.screen.title(), theme.style(Token::TextStrong));
        for crumb in model.crumbs() {
            x = put_all(buffer, left, x, 0, &[(" › ", muted), (&crumb, theme.style(Token::TextStrong))]);
        }
    }
    let buffer = frame.buffer_mut();
    let mut x = area.width - taken;
    for piece in right {
        let start = x;
        x = put(buffer, area, x, 0, &piece.text, piece.style);
        if let Some(msg) = piece.msg {
            measured.click(Area { x: area.x + start, y: area.y, width: x - start, height: 1 }, msg);
        }
        x += 2;
    }
}

struct Piece {
    text: String,
    style: Style,
    msg: Option<Msg>,
}

/// The colour that the profile asks for, in the theme's shade of it; production is a chip.
fn badge(color: Option<Badge>, production: bool, theme: &Theme) -> Option<Style> {
    let token = match color? {
        Badge::Green => Token::StatusOk,
        Badge::Yellow => Token::StatusWarn,
        Badge::Red => Token::StatusFail,
        Badge::Blue => Token::TextLink,
        Badge::Magenta => Token::RoleAssistant,
        Badge::Cyan => Token::RoleUser,
        Badge::Gray => Token::TextMuted,
    };
    let style = Style { fg: theme.style(token).fg, ..Style::new() }.add_modifier(Modifier::BOLD);
    Some(if production { style.add_modifier(Modifier::REVERSED) } else { style })
}

/// What the month has cost, once it has cost anything: where machines cost nothing it would be noise.
fn month(model: &Model, theme: &Theme) -> Option<Piece> {
    let month = model.trainings.month?;
    let sum = model.trainings.spent()?;
    let percent = sum.percent_of(month.limit).unwrap_or(0);
    let token = match percent {
        100.. => Token::StatusFail,
        80.. => Token::StatusWarn,
        _ => Token::TextNormal,
    };
    let text = format!("{sum} of {}", month.limit);
    (sum > domain::money::Usd::ZERO).then(|| Piece { text, style: theme.style(token), msg: None })
}

/// The pieces at the right, as many as fit; the first one is dropped last.
fn right_side(model: &Model, theme: &Theme, room: usize) -> Vec<Piece> {
    let mut pieces = Vec::new();
    // What is done about a run is no second one.
    let long = model.jobs.live().count() - model.jobs.at(ScreenId::Jobs);
    let runs = model.trainings.active().count();
    let running = long + runs;
    if running > 0 {
        let of_run =
            model.trainings.active().next().map(|line| format!(" {:.0} %", line.run.job.progress.percent));
        let percent = of_run
            .or_else(|| model.jobs.live().find_map(|job| job.step.percent()).map(|p| format!(" {p} %")));
        let text =
            format!("{} {running} running{}", theme.glyph(Token::StatusRun), percent.unwrap_or_default());
        let to = if runs > 0 { Do::Go(ScreenId::Jobs) } else { Do::Jobs };
        pieces.push(Piece { text, style: theme.style(Token::StatusRun), msg: Some(Msg::Shell(to)) });
    }
    pieces.extend(month(model, theme));
    let unread = model.shell.unread();
    if unread > 0 {
        let text = format!("{unread} unread");
        pieces.push(Piece {
            text,
            style: theme.style(Token::BadgeUnread),
            msg: Some(Msg::Shell(Do::Notifications)),
        });
    }
    let errors = model.shell.errors();
    if errors > 0 {
        let text = format!("! {}", text::many(errors as u64, "error"));
        let (style, msg) = (theme.style(Token::StatusFail), Some(Msg::Shell(Do::Messages)));
        pieces.push(Piece { text, style, msg });
    }
    if model.shell.phase == crate::model::Phase::Alone {
        // No profile is at work.
        return pieces;
    }
    let production = model.shell.environment.starts_with("prod");
    let token = if production { Token::BadgeProd } else { Token::BadgeDev };
    let style = badge(model.shell.badge, production, theme).unwrap_or_else(|| theme.style(token));
    // A chip has a blank on either side.
    let text =
        if production { format!(" {} ", model.shell.environment) } else { model.shell.environment.clone() };
    pieces.push(Piece { text, style, msg: None });
    let mut sum = 0;
    pieces
        .into_iter()
        .enumerate()
        .take_while(|(at, piece)| {
            sum += text::width(&piece.text) + 2;
            *at == 0 || sum <= room
        })
        .map(|(_, piece)| piece)
        .collect()
}

/// Below 80 columns: the screens as a strip, in place of the rail.
fn strip_line(model: &Model, theme: &Theme, frame: &mut Frame, area: Rect, measured: &mut Measured) {
    let mut x = 0;
    for screen in ScreenId::ALL {
        let active = *screen == model.shell.screen;
        let token = if active { Token::NavActive } else { Token::NavIdle };
        let text = if active {
            format!("{} {}", screen.digit(), screen.title())
        } else {
            screen.digit().to_string()
        };
        let start = x;
        x = put(frame.buffer_mut(), area, x + 1, 0, &text, theme.style(token));
        let hit = Area { x: area.x + start, y: area.y, width: x - start, height: 1 };
        measured.click(hit, Msg::Shell(Do::Go(*screen)));
        x += 1;
    }
}
