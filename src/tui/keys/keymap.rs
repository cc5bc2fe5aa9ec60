//! Which key means which action in which scope: the defaults of the catalogue under the user's key file.

use super::combo::{Combo, chord, chord_text};
use super::spec::{ActionSpec, Scope};
use crate::actions;

/// Where a binding was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// In the catalogue.
    Default,
    /// In the key file, on this line (from 1).
    User(usize),
}

/// One key with its action.
#[derive(Debug, Clone)]
pub struct Binding {
    /// Where it counts.
    pub scope: Scope,
    /// The key, or the keys one after the other.
    pub keys: Vec<Combo>,
    /// What it does.
    pub action: &'static ActionSpec,
    /// Where it was written.
    pub source: Source,
}

/// All bindings.
#[derive(Debug, Clone, Default)]
pub struct Keymap {
    pub(super) bindings: Vec<Binding>,
    /// What is wrong with the key file, one sentence each, with line numbers.
    pub problems: Vec<String>,
}

/// What a key means.
#[derive(Debug, Clone)]
pub enum Resolved {
    /// This action.
    Action(&'static ActionSpec),
    /// The beginning of these.
    Pending(Vec<(Vec<Combo>, &'static ActionSpec)>),
    /// Nothing.
    Unbound,
}

impl Keymap {
    /// The bindings of the catalogue. A default that names no key is left out; a test sees to it that there is none.
    pub fn defaults() -> Self {
        let mut bindings = Vec::new();
        for action in actions::all() {
            for keys in action.keys.iter().filter_map(|text| chord(text).ok()) {
                bindings.push(Binding { scope: action.scope, keys, action, source: Source::Default });
            }
        }
        Self { bindings, problems: Vec::new() }
    }

    /// What the keys pressed so far mean, in these scopes, the innermost first. An inner scope hides the same key, and
    /// chords that begin with it, in the outer ones.
    pub fn resolve(&self, scopes: &[Scope], pressed: &[Combo]) -> Resolved {
        for scope in scopes {
            let inside = self.bindings.iter().filter(|b| b.scope == *scope && b.keys.starts_with(pressed));
            let mut longer = Vec::new();
            for binding in inside {
                if binding.keys.len() == pressed.len() {
                    return Resolved::Action(binding.action);
                }
                longer.push((binding.keys[pressed.len()..].to_vec(), binding.action));
            }
            if !longer.is_empty() {
                self.add_outer(scopes, *scope, pressed, &mut longer);
                return Resolved::Pending(longer);
            }
        }
        Resolved::Unbound
    }

    /// Chords of outer scopes that begin with the same keys are offered too.
    fn add_outer(
        &self,
        scopes: &[Scope],
        inner: Scope,
        pressed: &[Combo],
        longer: &mut Vec<(Vec<Combo>, &'static ActionSpec)>,
    ) {
        for scope in scopes.iter().skip_while(|scope| **scope != inner).skip(1) {
            for binding in self.bindings.iter().filter(|b| b.scope == *scope && b.keys.starts_with(pressed)) {
                let rest = binding.keys[pressed.len()..].to_vec();
                if !rest.is_empty() && longer.iter().all(|(keys, _)| *keys != rest) {
                    longer.push((rest, binding.action));
                }
            }
        }
    }

    /// All bindings.
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }

    /// The keys of an action as text, the user's first.
    pub fn keys_of(&self, id: &str) -> Vec<String> {
        let mut found: Vec<&Binding> = self.bindings.iter().filter(|b| b.action.id == id).collect();
        found.sort_by_key(|b| b.source == Source::Default);
        found.into_iter().map(|b| chord_text(&b.keys)).collect()
    }

    /// The key of an action that hints show; empty when it has none.
    pub fn key_of(&self, id: &str) -> String {
        self.keys_of(id).into_iter().next().unwrap_or_default()
    }
}
