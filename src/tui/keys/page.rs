//! `docs/keys.md`, made from the catalogue.

use super::keymap::Keymap;
use super::spec::{ActionSpec, Danger, Scope};
use crate::actions;
use crate::model::ScreenId;
use std::fmt::Write;

const HEAD: &str = "# Keys

Made from the action catalogue (`src/tui/actions/`): do not edit. Refresh with
`BRIGHTRUN_BLESS=1 cargo test -p brightrun-tui keys_page`.

A key counts in the innermost place that knows it: text field, modal, pane, screen, everywhere on screens, everywhere.
A focused text field takes every key that writes a character. All actions but moves and text editing are in the palette
(`ctrl-k`), which says why when one cannot be done.

Your own keys go into the key file (`ui.keys` in the config); they go before these, also before those of later versions:

```toml
\"ctrl-p\" = \"shell.palette\"                                  # where the action counts
\"q\" = false                                                 # takes the key away
\"x\" = { action = \"shell.back\", scope = \"conversations\" }    # in this scope only
\"d\" = { scope = \"conversations\", unbind = true }
```

A line that names no key or no action, and two lines that cannot both count, are told at the start with their line numbers.
";

/// The whole page.
pub fn page() -> String {
    let map = Keymap::defaults();
    let mut page = HEAD.to_owned();
    let mut scopes: Vec<Scope> = actions::all().map(|action| action.scope).collect();
    scopes.sort();
    scopes.dedup();
    for scope in scopes {
        let actions: Vec<&ActionSpec> = actions::all().filter(|action| action.scope == scope).collect();
        // Writing to a String cannot fail.
        let _ = write!(page, "\n## {}\n\n| key | action | id | |\n|---|---|---|---|\n", heading(scope));
        for action in actions {
            let keys: Vec<String> =
                map.keys_of(action.id).iter().map(|key| format!("`{}`", key.replace('|', "\\|"))).collect();
            let danger = match action.danger {
                Danger::Safe => "",
                Danger::Confirm => " Asks first.",
                Danger::Type => " Asks for a word to be typed.",
            };
            let _ = writeln!(
                page,
                "| {} | {} | `{}` | {}{danger} |",
                keys.join(" "),
                action.title,
                action.id,
                action.doc
            );
        }
    }
    page
}

fn heading(scope: Scope) -> String {
    match scope {
        Scope::Global => "Everywhere (`global`)".to_owned(),
        Scope::Shell => "On every screen (`shell`)".to_owned(),
        Scope::Screen(id) => format!("{} (`{scope}`)", ScreenId::title(id)),
        Scope::Pane(_) => format!("Pane `{scope}`"),
        Scope::Modal(_) => format!("Modal `{scope}`"),
        Scope::Field => "Text fields (`field`)".to_owned(),
    }
}
