//! Where a check found something, in a few words.

use crate::text;
use domain::dataset::Place;

/// So many places are named; the sentence says how many there are.
const NAMED: usize = 4;

/// `turn 2, 5`, `line 12; line 40 turn 3; …`; empty when nothing is known.
pub(super) fn places(places: &[Place]) -> String {
    let mut named: Vec<String> = Vec::new();
    for place in places {
        let name = one(place);
        if !name.is_empty() && !named.contains(&name) {
            named.push(name);
        }
    }
    let more = named.len() > NAMED;
    named.truncate(NAMED);
    if more {
        named.push("…".to_owned());
    }
    named.join("; ")
}

/// Everything that is known of a place: `line 40 · 1501e241… · turn 3 · system_prompt`.
pub(super) fn place(place: &Place) -> String {
    let parts = [
        place.line.map(|line| format!("line {}", text::thousands(line))),
        place.conversation.as_deref().map(|id| text::truncate(id, 40).into_owned()),
        place.turn.map(|turn| format!("turn {turn}")),
        place.what.clone().filter(|what| !what.is_empty()),
    ];
    let said = parts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    if said.is_empty() { "the whole file".to_owned() } else { said }
}

fn one(place: &Place) -> String {
    let conversation = place.conversation.as_deref().map(|id| text::truncate(id, 9).into_owned());
    let parts = [
        place.line.map(|line| format!("line {}", text::thousands(line))),
        conversation,
        place.turn.map(|turn| format!("turn {turn}")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_places_are_named_once() {
        let turn = |n| Place { turn: Some(n), ..Place::default() };
        assert_eq!(places(&[turn(2), turn(2), turn(5)]), "turn 2; turn 5");
        assert_eq!(places(&(1..9).map(turn).collect::<Vec<_>>()), "turn 1; turn 2; turn 3; turn 4; …");
        let there = Place { line: Some(1_200), conversation: Some("1501e241-aa".into()), ..turn(3) };
        assert_eq!(places(&[there, Place::default()]), "line 1,200 1501e241… turn 3");
        assert_eq!(places(&[]), "");
    }
}
