//! The user's key file over the defaults.
//!
//! ```toml
//! "ctrl-p" = "shell.palette"                                   # in the scope of the action
//! "q" = false                                                  # takes the key away, in every scope
//! "x" = { action = "shell.back", scope = "conversations" }     # in this scope only
//! "d" = { scope = "conversations" , unbind = true }
//! ```
//!
//! What the user writes goes before every default of the same scope, also before those of later versions. What cannot be
//! done is told with its line and left out; the rest counts.

use super::combo::{Combo, chord, chord_text};
use super::keymap::{Binding, Keymap, Source};
use super::spec::{ActionSpec, Scope};
use crate::actions;
use toml::de::{DeTable, DeValue};

/// One line of the file.
struct Entry {
    keys: Vec<Combo>,
    line: usize,
    scope: Option<Scope>,
    action: Option<&'static ActionSpec>,
}

impl Keymap {
    /// The defaults with a key file over them; `name` is the file's name in what is told.
    pub fn with_user(name: &str, text: &str) -> Self {
        let mut map = Self::defaults();
        let table = match DeTable::parse(text) {
            Ok(table) => table,
            Err(error) => {
                let line = error.span().map_or(1, |span| line_of(text, span.start));
                map.problems.push(format!("{name}, line {line}: {}", error.message().trim()));
                return map;
            }
        };
        let mut lines: Vec<_> = table
            .get_ref()
            .iter()
            .map(|(key, value)| (line_of(text, key.span().start), key, value))
            .collect();
        lines.sort_by_key(|(line, ..)| *line);
        let mut entries = Vec::new();
        for (line, key, value) in lines {
            match entry(key.get_ref(), value.get_ref(), line) {
                Ok(entry) => entries.push(entry),
                Err(why) => map.problems.push(format!("{name}, line {line}: {why}")),
            }
        }
        for entry in entries.iter().filter(|entry| entry.action.is_none()) {
            map.unbind(entry, name);
        }
        for entry in &entries {
            map.bind(entry, name);
        }
        map
    }

    /// Takes a key away: from one scope, or from all.
    fn unbind(&mut self, entry: &Entry, name: &str) {
        let before = self.bindings.len();
        self.bindings.retain(|b| b.keys != entry.keys || entry.scope.is_some_and(|scope| scope != b.scope));
        if self.bindings.len() == before {
            let keys = chord_text(&entry.keys);
            self.problems.push(format!("{name}, line {}: {keys} was bound to nothing", entry.line));
        }
    }

    /// Adds a key. A default of the same scope gives way, and so do defaults that could not be pressed any more.
    fn bind(&mut self, entry: &Entry, name: &str) {
        let Some(action) = entry.action else { return };
        let scope = entry.scope.unwrap_or(action.scope);
        let keys = chord_text(&entry.keys);
        let clash = self.bindings.iter().find(|b| {
            b.scope == scope && matches!(b.source, Source::User(_)) && overlap(&b.keys, &entry.keys)
        });
        if let Some(Binding { source: Source::User(other), action: theirs, keys: their_keys, .. }) = clash {
            self.problems.push(format!(
                "{name}: {} (line {other}, {}) and {keys} (line {}, {}) cannot both count in {scope}; the first one does",
                chord_text(their_keys),
                theirs.id,
                entry.line,
                action.id
            ));
            return;
        }
        let hidden: Vec<String> = self
            .bindings
            .iter()
            .filter(|b| b.scope == scope && b.keys != entry.keys && overlap(&b.keys, &entry.keys))
            .map(|b| format!("{} ({}, default)", chord_text(&b.keys), b.action.id))
            .collect();
        if !hidden.is_empty() {
            let hidden = hidden.join(", ");
            self.problems.push(format!("{name}, line {}: {keys} ({}) hides {hidden}", entry.line, action.id));
        }
        self.bindings.retain(|b| b.scope != scope || !overlap(&b.keys, &entry.keys));
        let source = Source::User(entry.line);
        self.bindings.push(Binding { scope, keys: entry.keys.clone(), action, source });
    }
}

/// One of them could never be finished: they are the same, or one begins with the other.
fn overlap(a: &[Combo], b: &[Combo]) -> bool {
    a.starts_with(b) || b.starts_with(a)
}

fn entry(key: &str, value: &DeValue<'_>, line: usize) -> Result<Entry, String> {
    let keys = chord(key).map_err(|error| error.to_string())?;
    if keys.len() > 2 {
        return Err(format!("`{key}` is longer than two keys"));
    }
    match value {
        DeValue::Boolean(false) => Ok(Entry { keys, line, scope: None, action: None }),
        DeValue::String(id) => Ok(Entry { keys, line, scope: None, action: Some(find(id)?) }),
        DeValue::Table(table) => {
            let text = |name: &str| table.get(name).and_then(|value| value.get_ref().as_str());
            let scope = match text("scope") {
                Some(name) => Some(scope(name)?),
                None => None,
            };
            let unbind = table.get("unbind").and_then(|value| value.get_ref().as_bool()) == Some(true);
            let action = match text("action") {
                Some(id) => Some(find(id)?),
                None if unbind => None,
                None => return Err(format!("`{key}` needs `action = \"…\"` or `unbind = true`")),
            };
            Ok(Entry { keys, line, scope, action })
        }
        _ => Err(format!("`{key}` needs the name of an action in quotes, or false")),
    }
}

fn find(id: &str) -> Result<&'static ActionSpec, String> {
    actions::find(id).ok_or_else(|| {
        let near = actions::all()
            .map(|action| (near(action.id, id), action.id))
            .max()
            .filter(|(score, _)| *score > 0)
            .map_or_else(String::new, |(_, near)| format!("; did you mean {near}?"));
        format!("there is no action `{id}`{near} (docs/keys.md lists all)")
    })
}

/// How many words two ids share.
fn near(a: &str, b: &str) -> usize {
    let words = |text: &str| text.split(['.', '-', '_']).map(str::to_owned).collect::<Vec<_>>();
    let theirs = words(b);
    words(a).iter().filter(|word| theirs.contains(word)).count()
}

fn scope(name: &str) -> Result<Scope, String> {
    let found = actions::all().map(|action| action.scope).find(|scope| scope.to_string() == name);
    found.ok_or_else(|| {
        let mut names: Vec<String> = actions::all().map(|action| action.scope.to_string()).collect();
        names.sort();
        names.dedup();
        format!("there is no scope `{name}`; there are {}", names.join(", "))
    })
}

/// The line (from 1) of a place in a text.
fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1
}
