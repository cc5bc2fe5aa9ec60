//! The list of themes: the one under the cursor is shown at once, `enter` keeps it for this session.

use crate::model::modal::Themes;
use crate::model::{Effect, Modal, Model, Nav, Now, Severity};

/// Opens it on the theme in use.
pub(super) fn open(model: &mut Model) {
    let before = model.shell.theme.clone();
    let at = model.shell.themes.iter().position(|name| *name == before).unwrap_or(0);
    model.modals.retain(|below| !matches!(below, Modal::Themes(_)));
    model.open(Modal::Themes(Themes { at, before }));
}

/// Puts a theme to use.
fn put_on(model: &mut Model, name: String) -> Vec<Effect> {
    if model.shell.theme == name {
        return Vec::new();
    }
    model.shell.theme.clone_from(&name);
    vec![Effect::Theme(name)]
}

/// A move: the theme under the cursor is put to use. `esc` puts the one back that was there before.
pub(super) fn nav(model: &mut Model, nav: Nav, now: Now) -> Vec<Effect> {
    let len = model.shell.themes.len();
    let Some(Modal::Themes(list)) = model.modals.last_mut() else { return Vec::new() };
    match nav {
        Nav::Close => {
            let before = list.before.clone();
            model.close();
            put_on(model, before)
        }
        Nav::Enter => {
            model.close();
            let line =
                format!("For this session; to keep it: [ui] theme = \"{}\" in the config", model.shell.theme);
            vec![model.shell.say(Severity::Info, line, now)]
        }
        nav => {
            if let Some(at) = nav.step(list.at, len, len) {
                list.at = at;
            }
            let at = list.at;
            match model.shell.themes.get(at).cloned() {
                Some(name) => put_on(model, name),
                None => Vec::new(),
            }
        }
    }
}

/// A line was clicked: shows that theme; the one in use is kept.
pub(super) fn choose(model: &mut Model, line: usize, now: Now) -> Vec<Effect> {
    let Some(Modal::Themes(list)) = model.modals.last_mut() else { return Vec::new() };
    if list.at == line {
        return nav(model, Nav::Enter, now);
    }
    list.at = line;
    model.shell.themes.get(line).cloned().map_or_else(Vec::new, |name| put_on(model, name))
}
