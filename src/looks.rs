//! The doctor's look at theme and keys. Only the binary knows both the command line and the dashboard.

use crate::dashboard;
use engine::config::Config;
use engine::doctor::Line;
use tui::Options;
use tui::theme::Depth;

/// Tries the theme and the user's keys, as the dashboard will read them.
pub fn look(config: &Config) -> Vec<Line> {
    let options = dashboard::options(config);
    let mut lines = theme(&options);
    lines.extend(keys(&options));
    lines
}

fn theme(options: &Options) -> Vec<Line> {
    let mut problems = Vec::new();
    let themes = options.themes(&mut problems);
    problems.extend(themes.resolve(&options.theme, Depth::True).1);
    if problems.is_empty() {
        return vec![Line::ok("theme", format!("{} is in order", options.theme))];
    }
    let next = "Mend the theme file, or set ui.theme in the config to another theme";
    problems.into_iter().map(|problem| Line::warn("theme", problem, next)).collect()
}

fn keys(options: &Options) -> Vec<Line> {
    let Some(file) = &options.keys else { return vec![Line::ok("keys", "the usual ones")] };
    if !file.exists() {
        // The engine has said so.
        return Vec::new();
    }
    let problems = options.keymap().problems;
    if problems.is_empty() {
        return vec![Line::ok("keys", format!("{} is in order", file.display()))];
    }
    let next = "Mend this line; `?` in the dashboard and docs/keys.md name the actions";
    problems.into_iter().map(|problem| Line::warn("keys", problem, next)).collect()
}
