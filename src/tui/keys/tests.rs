//! The catalogue keeps its promises, and a user's key file does what it says.

use super::combo::chord;
use super::*;
use crate::actions;
use std::collections::BTreeSet;

#[test]
fn every_action_is_documented_once() {
    let mut seen = BTreeSet::new();
    for action in actions::all() {
        assert!(seen.insert(action.id), "{} is there twice", action.id);
        assert!(action.id.contains('.'), "{}", action.id);
        assert!(!action.title.is_empty() && !action.title.ends_with('.'), "{}: title", action.id);
        assert!(action.doc.ends_with('.'), "{}: doc", action.id);
    }
}

#[test]
fn every_default_key_is_a_key() {
    for action in actions::all() {
        for text in action.keys {
            let keys = chord(text).unwrap_or_else(|error| panic!("{}: {error}", action.id));
            assert!(keys.len() <= 2, "{}: {text}", action.id);
            assert_eq!(combo::chord_text(&keys), *text, "{}: written in another way than shown", action.id);
        }
    }
}

#[test]
fn defaults_do_not_clash() {
    let map = Keymap::defaults();
    for (at, a) in map.bindings().iter().enumerate() {
        for b in &map.bindings()[at + 1..] {
            let clash = a.scope == b.scope && (a.keys.starts_with(&b.keys) || b.keys.starts_with(&a.keys));
            assert!(!clash, "{} and {} in {}: {:?} {:?}", a.action.id, b.action.id, a.scope, a.keys, b.keys);
        }
    }
}

/// Keys that terminals cannot tell apart, or that terminals and window managers take.
#[test]
fn defaults_avoid_keys_that_do_not_arrive() {
    for action in actions::all().filter(|action| action.scope != Scope::Field) {
        for text in action.keys {
            for bad in ["ctrl-i", "ctrl-m", "ctrl-[", "ctrl-s"] {
                assert_ne!(*text, bad, "{}", action.id);
            }
            assert!(!text.starts_with("alt-"), "{}: {text}", action.id);
        }
    }
}

/// By key and by palette. Only what moves the cursor, edits a line or belongs to an open dialog has keys alone: the palette lies
/// over these.
#[test]
fn every_action_can_be_reached_by_key_and_by_palette() {
    for action in actions::all() {
        let below = matches!(
            action.scope,
            Scope::Field
                | Scope::Modal(_)
                | Scope::Pane(
                    "conversations.filter"
                        | "conversations.search"
                        | "list.filter"
                        | "list.search"
                        | "monitor.search"
                )
        ) || action.id.starts_with("move.")
            || action.id.starts_with("shell.palette");
        assert!(action.palette || below, "{} is not in the palette", action.id);
        assert!(!action.keys.is_empty(), "{} has no key", action.id);
    }
}

#[test]
fn arrows_work_where_letters_do() {
    for action in
        actions::all().filter(|action| action.keys.iter().any(|key| matches!(*key, "j" | "k" | "h" | "l")))
    {
        let arrows = ["up", "down", "left", "right"];
        let letter_moves = action.id.starts_with("move.");
        assert!(!letter_moves || action.keys.iter().any(|key| arrows.contains(key)), "{}", action.id);
    }
}

fn user(text: &str) -> Keymap {
    Keymap::with_user("keys.toml", text)
}

fn means(map: &Keymap, scope: Scope, key: &str) -> Option<&'static str> {
    match map.resolve(&[scope, Scope::Global], &chord(key).unwrap()) {
        Resolved::Action(action) => Some(action.id),
        _ => None,
    }
}

#[test]
fn the_user_goes_before_the_default() {
    let map = user("\"?\" = \"shell.messages\"\n\"ctrl-p\" = \"shell.palette\"\n");
    assert_eq!(map.problems, Vec::<String>::new());
    assert_eq!(means(&map, Scope::Shell, "?"), Some("shell.messages"));
    assert_eq!(means(&map, Scope::Shell, "ctrl-p"), Some("shell.palette"));
    assert_eq!(map.key_of("shell.palette"), "ctrl-p", "hints show the user's key");
}

#[test]
fn false_takes_a_key_away() {
    let map = user("\"q\" = false\n");
    assert_eq!(means(&map, Scope::Shell, "q"), None);
    assert_eq!(means(&map, Scope::Modal("jobs"), "q"), None, "in every scope");
    let map = user("\"q\" = { scope = \"shell\", unbind = true }\n");
    assert_eq!(means(&map, Scope::Shell, "q"), None);
    assert_eq!(means(&map, Scope::Modal("jobs"), "q"), Some("jobs.close"), "only there");
}

#[test]
fn a_longer_chord_gives_way_and_is_told() {
    let map = user("\n\"g\" = \"move.top\"\n");
    assert_eq!(means(&map, Scope::Global, "g"), Some("move.top"));
    assert_eq!(map.problems.len(), 1);
    assert!(map.problems[0].contains("line 2") && map.problems[0].contains("g g"), "{}", map.problems[0]);
}

#[test]
fn two_lines_for_one_key_are_told_with_both_lines() {
    let map = user("\"ctrl-e\" = \"shell.help\"\n# comment\n\"CTRL-E\" = \"shell.messages\"\n");
    assert_eq!(means(&map, Scope::Shell, "ctrl-e"), Some("shell.help"), "the first one counts");
    assert_eq!(map.problems.len(), 1);
    for part in ["line 1", "line 3", "shell.help", "shell.messages", "shell"] {
        assert!(map.problems[0].contains(part), "{part}: {}", map.problems[0]);
    }
}

#[test]
fn mistakes_are_told_and_the_rest_counts() {
    let text = "\"ctrl-p\" = \"shell.pallete\"\n\"crtl-x\" = \"shell.help\"\n\"f2\" = 7\n\"f3\" = { scope = \"nowhere\", action = \"shell.help\" }\n\"f4\" = \"shell.help\"\n";
    let map = user(text);
    assert_eq!(map.problems.len(), 4, "{:?}", map.problems);
    for (problem, line) in map.problems.iter().zip(["line 1", "line 2", "line 3", "line 4"]) {
        assert!(problem.contains(line), "{problem}");
    }
    assert!(map.problems[0].contains("did you mean shell."), "{}", map.problems[0]);
    assert_eq!(means(&map, Scope::Shell, "f4"), Some("shell.help"));
}

#[test]
fn broken_toml_leaves_the_defaults() {
    let map = user("\"q\" = false\nthis is no toml\n");
    assert_eq!(map.problems.len(), 1);
    assert!(map.problems[0].contains("line 2"), "{}", map.problems[0]);
    assert_eq!(means(&map, Scope::Shell, "q"), Some("shell.back"));
}

#[test]
fn chords_wait_for_the_second_key() {
    let map = Keymap::defaults();
    let scopes = [Scope::Shell, Scope::Global];
    let Resolved::Pending(next) = map.resolve(&scopes, &chord("g").unwrap()) else { panic!("g is a prefix") };
    let ids: Vec<&str> = next.iter().map(|(_, action)| action.id).collect();
    assert!(ids.contains(&"go.files") && ids.contains(&"move.top"), "both scopes are offered: {ids:?}");
    assert_eq!(means(&map, Scope::Shell, "g f"), Some("go.files"));
    assert_eq!(
        means(&map, Scope::Shell, "g g"),
        Some("move.top"),
        "an outer chord is reached through an inner prefix"
    );
    assert!(matches!(map.resolve(&scopes, &chord("g y").unwrap()), Resolved::Unbound));
}

#[test]
fn keys_page_is_fresh() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/keys.md");
    let page = page::page();
    if std::env::var_os("BRIGHTRUN_BLESS").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        written == page,
        "docs/keys.md is old: run BRIGHTRUN_BLESS=1 cargo test -p brightrun-tui keys_page"
    );
}
