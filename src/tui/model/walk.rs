//! Walking what a check found: every place that it names is a stop, and `enter` goes there.

use super::conversations::DetailPlace;
use super::{Nav, Problem};
use domain::dataset::{Passage, Place};

/// The findings have the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Walk {
    /// The stop under the cursor.
    pub at: usize,
    /// Where the detail was before, and whether it had the keyboard.
    pub from: (DetailPlace, bool),
}

/// A stop: which finding, and which of its places. Without one it is the finding itself, which speaks of the whole file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop {
    /// Number of the finding, from 0.
    pub finding: usize,
    /// Number of the place in it, from 0.
    pub place: Option<usize>,
}

/// The name under which the view says which line of a detail is the first one in view (as a height).
pub const FIRST: &str = "detail.first";
/// Stops of a page.
const PAGE: usize = 10;

/// The stops of one finding.
pub fn of(finding: usize, places: &[Place]) -> impl Iterator<Item = Stop> {
    // One place that is nowhere says nothing that the finding itself has not said.
    let nowhere =
        |place: &Place| place.line.is_none() && place.conversation.is_none() && place.turn.is_none();
    let own = places.is_empty() || places.len() == 1 && nowhere(&places[0]);
    let count = if own { 1 } else { places.len() };
    (0..count).map(move |place| Stop { finding, place: (!own).then_some(place) })
}

/// All stops of a check, in the order in which they are drawn.
pub fn stops<'a>(findings: impl IntoIterator<Item = &'a [Place]>) -> Vec<Stop> {
    findings.into_iter().enumerate().flat_map(|(number, places)| of(number, places)).collect()
}

/// Where a move leads from this stop: up and down by stops, left and right by findings. `None`: it is no such move.
pub fn step(nav: Nav, at: usize, stops: &[Stop]) -> Option<usize> {
    let at = at.min(stops.len().saturating_sub(1));
    let finding = stops.get(at).map(|stop| stop.finding);
    let first = |wanted: usize| stops.iter().position(|stop| stop.finding == wanted);
    match nav {
        Nav::Left => {
            let own = finding.and_then(first).unwrap_or(0);
            let before = finding.and_then(|finding| first(finding.checked_sub(1)?));
            Some(if own < at { own } else { before.unwrap_or(own) })
        }
        Nav::Right => Some(finding.and_then(|finding| first(finding + 1)).unwrap_or(at)),
        _ => nav.step(at, stops.len(), PAGE),
    }
}

/// The line of a text, from 0, at which a place is: the one that it names, else the one with the field or the words that were
/// found.
pub fn line_of(lines: &[impl AsRef<str>], place: &Place) -> Option<usize> {
    if let Some(line) = place.line {
        return usize::try_from(line.saturating_sub(1)).ok();
    }
    let what = place.what.as_deref()?;
    let find = |from: usize, words: &str| {
        lines.iter().skip(from).position(|line| line.as_ref().contains(words)).map(|line| from + line)
    };
    if let Some(end) = what.strip_prefix('…') {
        return find(0, serde_json::to_string(end).unwrap_or_default().trim_matches('"'));
    }
    let mut at = 0;
    for key in what.split(' ').next()?.split('.') {
        at = find(at, &format!("\"{}\"", key.trim_end_matches("[]")))?;
    }
    Some(at)
}

/// The place of a finding, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Number of the stop that leads here, from 0.
    pub at: usize,
    /// How many there are.
    pub of: usize,
    /// In which file.
    pub name: String,
    /// What was found there: its code.
    pub code: String,
    /// Where.
    pub place: Place,
    /// What stands there; `None` while it is read.
    pub content: Option<Result<Box<Passage>, Problem>>,
    /// First line in view; `None`: the place itself is.
    pub top: Option<usize>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(turn: u32) -> Place {
        Place { turn: Some(turn), ..Place::default() }
    }

    #[test]
    fn every_place_is_a_stop_and_a_finding_of_the_whole_file_is_one_itself() {
        let nowhere = Place { what: Some("53 of 500".into()), ..Place::default() };
        let found: [&[Place]; 4] =
            [&[turn(2), turn(4)], &[], std::slice::from_ref(&nowhere), &[nowhere.clone(), nowhere.clone()]];
        let stops: Vec<_> = stops(found).into_iter().map(|stop| (stop.finding, stop.place)).collect();
        let all = [(0, Some(0)), (0, Some(1)), (1, None), (2, None), (3, Some(0)), (3, Some(1))];
        assert_eq!(stops, all);
    }

    #[test]
    fn a_field_is_found_below_those_that_hold_it() {
        let text = "{\n\"primary\": 0,\n\"emotional_context\": {\n\"detected\": {\n\"primary\": null\n}}}";
        let lines: Vec<&str> = text.lines().collect();
        let find = |what: &str| line_of(&lines, &Place { what: Some(what.into()), ..Place::default() });
        assert_eq!(find("emotional_context.detected.primary is null"), Some(4));
        assert_eq!(find("primary"), Some(1));
        assert_eq!(find("…primary\": null"), None, "the words are escaped in the text");
        assert_eq!(find("nothing.of.it"), None);
        assert_eq!(line_of(&lines, &Place { line: Some(3), ..turn(1) }), Some(2));
    }

    #[test]
    fn moves_stay_among_the_stops() {
        let found: [&[Place]; 3] = [&[turn(1), turn(2)], &[turn(3)], &[turn(4), turn(5)]];
        let all = stops(found);
        for (nav, from, to) in [
            (Nav::Right, 0, 2),
            (Nav::Right, 2, 3),
            (Nav::Right, 4, 4),
            (Nav::Left, 4, 3),
            (Nav::Left, 3, 2),
            (Nav::Left, 0, 0),
            (Nav::Down, 4, 4),
            (Nav::Bottom, 0, 4),
            (Nav::Down, 99, 4),
        ] {
            assert_eq!(step(nav, from, &all), Some(to), "{nav:?} from {from}");
        }
        for nav in [Nav::Up, Nav::Down, Nav::Left, Nav::Right, Nav::PageDown] {
            assert_eq!(step(nav, 0, &[]), Some(0), "{nav:?} of none");
        }
        assert_eq!(step(Nav::Enter, 0, &all), None);
    }
}
