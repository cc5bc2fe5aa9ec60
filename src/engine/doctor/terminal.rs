//! What the dashboard will find.

use super::Line;
use crate::config::Sources;
use serde::Serialize;

/// What stands behind stdin and stdout.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Terminal {
    /// Stdin is a terminal.
    pub stdin: bool,
    /// Stdout is a terminal.
    pub stdout: bool,
    /// Columns and rows.
    pub size: Option<(u16, u16)>,
}

const AREA: &str = "terminal";

pub(super) fn check(terminal: Terminal, sources: &Sources, lines: &mut Vec<Line>) {
    let variable = |name: &str| sources.env.get(name).map(String::as_str).filter(|value| !value.is_empty());
    if !(terminal.stdin && terminal.stdout) {
        let next = "Commands work; for the dashboard start brightrun in a terminal";
        lines.push(Line::warn(AREA, "stdin or stdout is no terminal", next));
    }
    if let Some(line) = terminal.size.map(size) {
        lines.push(line);
    }
    lines.push(match variable("TERM") {
        None => Line::warn(AREA, "TERM is not set", "Set it, e.g. to xterm-256color"),
        Some("dumb") => Line::warn(AREA, "TERM is dumb: no dashboard", "Set it, e.g. to xterm-256color"),
        Some(term) => Line::ok(AREA, format!("TERM is {term}")),
    });
    lines.push(colour(variable("COLORTERM"), variable("NO_COLOR")));
    lines.push(locale(["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable)));
}

fn size((columns, rows): (u16, u16)) -> Line {
    let what = format!("{columns} columns and {rows} rows");
    if columns < 40 || rows < 10 {
        return Line::warn(
            AREA,
            what,
            "Make it larger: the dashboard needs 40 × 10, and 80 × 24 to be useful",
        );
    }
    Line::ok(AREA, what)
}

fn colour(colorterm: Option<&str>, no_color: Option<&str>) -> Line {
    match (no_color, colorterm) {
        (Some(_), _) => Line::ok(AREA, "NO_COLOR is set: no colours"),
        (None, Some("truecolor" | "24bit")) => Line::ok(AREA, "COLORTERM promises 24-bit colours"),
        (None, _) => Line::ok(AREA, "COLORTERM promises nothing: 256 or 16 colours, as TERM says"),
    }
}

fn locale(value: Option<&str>) -> Line {
    let Some(value) = value else {
        return Line::warn(
            AREA,
            "no locale is set",
            "Set LANG, e.g. to C.UTF-8, or lines and marks may look wrong",
        );
    };
    let small = value.to_lowercase();
    if small.contains("utf-8") || small.contains("utf8") {
        return Line::ok(AREA, format!("the locale is {value}"));
    }
    Line::warn(AREA, format!("the locale {value} is not UTF-8"), "Set LANG, e.g. to C.UTF-8")
}
