//! What stands at the place that a finding speaks of, read out of the checked file again: a conversation, a line, or the
//! lines round a fault.

use super::check::split::{Part, Splitter};
use super::{Place, Shape};
use crate::conversation::Turn;
use crate::json;
use crate::training_file::survey::turns;
use serde::Deserialize;

/// Bytes of a line that are kept: more is nothing that anybody reads on a screen.
const READABLE: usize = 256 << 10;
/// So many lines are kept on either side of a faulty one in a document.
const ROUND: u64 = 12;

/// What stands at a place.
#[derive(Debug, Clone, PartialEq)]
pub enum Passage {
    /// A conversation of a full file.
    Conversation {
        /// Its id, else its number in the file as text: what the finding calls it.
        id: String,
        /// Its number in the file, from 1.
        number: u64,
        /// Its turns.
        turns: Vec<Turn>,
    },
    /// One JSON value, pretty-printed: a line of a JSONL, or a conversation whose turns cannot be read.
    Value(Vec<String>),
    /// Physical lines as they are, of which the first has this number (from 1); long ones are cut.
    Lines {
        /// Number of the first.
        first: u64,
        /// The lines.
        lines: Vec<String>,
    },
}

/// Looks for it: [`Finder::feed`] until it says that it has it, then [`Finder::finish`].
#[derive(Debug)]
pub struct Finder {
    wanted: Wanted,
    found: Option<Passage>,
}

#[derive(Debug)]
enum Wanted {
    /// These physical lines; `value`: the line is a JSON value of its own.
    Lines { from: u64, to: u64, value: bool, line: u64, begun: Vec<u8>, kept: Vec<String> },
    /// A conversation of a full file.
    Conversation(Splitter, String),
    /// An element of the list in a file that is one conversation: its number.
    Element(Splitter, u64),
    /// The finding speaks of the whole file.
    Nothing,
}

/// The conversation's own name, as lenient as the check.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Named {
    conversation_metadata: serde_json::Value,
}

impl Finder {
    /// For a place in a file of this shape.
    pub fn new(shape: Option<Shape>, place: &Place) -> Self {
        let lines = shape.is_none_or(Shape::is_lines);
        let wanted = match (place.line, &place.conversation, place.turn, shape) {
            (Some(line), ..) => {
                let round = if lines { 0 } else { ROUND };
                let (from, to) = (line.saturating_sub(round).max(1), line.saturating_add(round));
                Wanted::Lines { from, to, value: lines, line: 1, begun: Vec::new(), kept: Vec::new() }
            }
            (None, Some(id), _, Some(Shape::Full)) => {
                Wanted::Conversation(Splitter::new("conversations"), id.clone())
            }
            (None, _, Some(turn), Some(Shape::Enriched)) => {
                Wanted::Element(Splitter::new("training_pairs"), u64::from(turn))
            }
            (None, _, Some(turn), Some(Shape::Raw)) => {
                Wanted::Element(Splitter::new("turns"), u64::from(turn))
            }
            _ => Wanted::Nothing,
        };
        Self { wanted, found: None }
    }

    /// Whether the place is anywhere in particular: there is something to look for.
    pub const fn wants(&self) -> bool {
        !matches!(self.wanted, Wanted::Nothing)
    }

    /// The next bytes; `true`: it is found, or there is nothing to find, and nothing more need be read.
    pub fn feed(&mut self, bytes: &[u8]) -> bool {
        self.take(bytes, false);
        self.found.is_some() || !self.wants()
    }

    /// No bytes are left, or no more are needed. `None`: the file has no such place.
    pub fn finish(mut self) -> Option<Passage> {
        if self.found.is_none() {
            self.take(&[], true);
        }
        self.found
    }

    fn take(&mut self, bytes: &[u8], all: bool) {
        let found = &mut self.found;
        match &mut self.wanted {
            Wanted::Nothing => {}
            Wanted::Lines { .. } => self.lines(bytes, all),
            Wanted::Conversation(splitter, id) => splitter.feed(bytes, all, &mut |part| {
                if let Part::Element { number, value, line } = part
                    && found.is_none()
                {
                    *found = is_it(value, number, id).then(|| conversation(value, (number, line), id));
                }
            }),
            Wanted::Element(splitter, wanted) => splitter.feed(bytes, all, &mut |part| {
                if let Part::Element { number, value, line } = part
                    && number == *wanted
                {
                    *found = Some(value_or_lines(value, line));
                }
            }),
        }
    }

    fn lines(&mut self, mut bytes: &[u8], all: bool) {
        let Wanted::Lines { from, to, value, line, begun, kept } = &mut self.wanted else { return };
        while *line <= *to && !bytes.is_empty() {
            let end = memchr::memchr(b'\n', bytes);
            let part = &bytes[..end.unwrap_or(bytes.len())];
            if *line >= *from {
                // One byte more says that it was cut.
                begun.extend_from_slice(&part[..part.len().min((READABLE + 1).saturating_sub(begun.len()))]);
            }
            bytes = end.map_or(&[], |end| &bytes[end + 1..]);
            if end.is_some() {
                close(*line >= *from, *value, begun, kept, *line, &mut self.found);
                *line += 1;
            }
        }
        if *line > *to || all {
            if !begun.is_empty() {
                close(true, *value, begun, kept, *line, &mut self.found);
            }
            if !*value && !kept.is_empty() {
                self.found = Some(Passage::Lines { first: *from, lines: std::mem::take(kept) });
            }
        }
    }
}

/// A physical line has ended.
fn close(
    wanted: bool,
    value: bool,
    begun: &mut Vec<u8>,
    kept: &mut Vec<String>,
    line: u64,
    found: &mut Option<Passage>,
) {
    if wanted && value {
        *found = Some(value_or_lines(begun, line));
    } else if wanted {
        kept.push(readable(begun));
    }
    begun.clear();
}

/// What somebody can read of a line, also of one that is no UTF-8.
fn readable(line: &[u8]) -> String {
    let cut = &line[..line.len().min(READABLE)];
    let text = String::from_utf8_lossy(cut.strip_suffix(b"\r").unwrap_or(cut));
    if cut.len() < line.len() { format!("{text} …") } else { text.into_owned() }
}

fn value_or_lines(bytes: &[u8], line: u64) -> Passage {
    let mut pretty = Vec::new();
    if bytes.len() <= READABLE
        && json::pretty(json::without_bom(bytes), 0, &mut pretty).is_ok()
        && let Ok(text) = std::str::from_utf8(&pretty)
    {
        return Passage::Value(text.lines().map(str::to_owned).collect());
    }
    Passage::Lines { first: line, lines: vec![readable(bytes)] }
}

/// Whether this element is called so: by its id, or by its number when it has none.
fn is_it(value: &[u8], number: u64, wanted: &str) -> bool {
    let named: Named = serde_json::from_slice(value).unwrap_or_default();
    match named.conversation_metadata["conversation_id"].as_str().filter(|id| !id.is_empty()) {
        // The check keeps the beginning of a long id only.
        Some(id) => id.chars().take(super::report::ID).eq(wanted.chars()) || number.to_string() == wanted,
        None => number.to_string() == wanted,
    }
}

fn conversation(value: &[u8], (number, line): (u64, u64), id: &str) -> Passage {
    match turns(value) {
        Ok(turns) if !turns.is_empty() => Passage::Conversation { id: id.to_owned(), number, turns },
        _ => value_or_lines(value, line),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Options, Report, check_bytes};
    use super::*;

    fn find(shape: Shape, place: &Place, bytes: &[u8]) -> Option<Passage> {
        let whole = find_in(shape, place, bytes, bytes.len().max(1));
        // However the bytes were cut, the same is found.
        for size in [1, 7] {
            assert_eq!(find_in(shape, place, bytes, size), whole, "in pieces of {size}");
        }
        whole
    }

    fn find_in(shape: Shape, place: &Place, bytes: &[u8], size: usize) -> Option<Passage> {
        let mut finder = Finder::new(Some(shape), place);
        for piece in bytes.chunks(size) {
            if finder.feed(piece) {
                break;
            }
        }
        finder.finish()
    }

    fn check(bytes: &[u8]) -> Report {
        check_bytes("x", bytes, &Options::default()).unwrap()
    }

    fn at(line: u64) -> Place {
        Place { line: Some(line), ..Place::default() }
    }

    fn pair(turn: u32, target: &str) -> String {
        format!(
            r#"{{"id":"p{turn}","conversation_id":"x","turn_number":{turn},"system_prompt":"s","conversation_history":[],
            "current_user_input":"What now?","target_response":{target}}}"#
        )
    }

    fn full(ids: &[&str]) -> String {
        let one = |id: &&str| {
            format!(
                r#"{{"conversation_metadata":{{"conversation_id":"{id}"}},"training_pairs":[{},{}]}}"#,
                pair(1, "null"),
                pair(2, r#""It stops in the""#)
            )
        };
        let all: Vec<String> = ids.iter().map(one).collect();
        format!(
            r#"{{"training_file_metadata":{{"version":"4.0.0"}},"consultant_profile":{{}},"conversations":[{}]}}"#,
            all.join(",\n")
        )
    }

    #[test]
    fn every_place_of_a_check_is_found_again() {
        let bytes = full(&["a", "", "c"]);
        let report = check(bytes.as_bytes());
        let cut = report.findings.iter().find(|f| f.code == super::super::Code::TruncatedTurn).unwrap();
        assert_eq!(cut.places.len(), 3);
        for (place, number) in cut.places.iter().zip(1..) {
            let Some(Passage::Conversation { id, number: n, turns }) =
                find(Shape::Full, place, bytes.as_bytes())
            else {
                panic!("{place:?}")
            };
            assert_eq!((Some(&id), n), (place.conversation.as_ref(), number));
            assert!(turns.iter().any(|turn| Some(turn.number) == place.turn));
        }
    }

    #[test]
    fn a_line_is_the_physical_one_and_a_broken_one_is_shown_as_it_is() {
        let bytes = b"{\"a\":1}\n\n{\"b\": [\r\n{\"c\":2}";
        assert_eq!(
            find(Shape::V4Jsonl, &at(1), bytes),
            Some(Passage::Value(vec!["{".into(), "  \"a\": 1".into(), "}".into()]))
        );
        assert_eq!(
            find(Shape::V4Jsonl, &at(3), bytes),
            Some(Passage::Lines { first: 3, lines: vec!["{\"b\": [".into()] })
        );
        assert!(matches!(find(Shape::V4Jsonl, &at(4), bytes), Some(Passage::Value(_))), "without a line end");
        assert_eq!(find(Shape::V4Jsonl, &at(5), bytes), None, "there is no such line");
    }

    #[test]
    fn a_fault_in_a_document_is_shown_with_what_is_round_it() {
        let bytes = "{\"conversations\": [\n".to_owned() + &"1,\n".repeat(40) + "]]";
        let Some(Passage::Lines { first, lines }) = find(Shape::Full, &at(20), bytes.as_bytes()) else {
            panic!()
        };
        assert_eq!((first, lines.len()), (8, 25));
        let Some(Passage::Lines { first, lines }) = find(Shape::Full, &at(2), bytes.as_bytes()) else {
            panic!()
        };
        assert_eq!((first, lines[0].as_str(), lines.len()), (1, "{\"conversations\": [", 14));
    }

    #[test]
    fn a_line_without_end_is_cut_where_nobody_reads_on() {
        let bytes = [b"x".repeat(READABLE * 2), b"\nb".to_vec()].concat();
        let mut finder = Finder::new(Some(Shape::Full), &at(1));
        finder.feed(&bytes);
        let Some(Passage::Lines { lines, .. }) = finder.finish() else { panic!() };
        assert!(lines[0].len() <= READABLE + 8 && lines[1] == "b");
    }

    #[test]
    fn what_speaks_of_the_whole_file_leads_nowhere() {
        let finder = Finder::new(Some(Shape::Full), &Place { what: Some("x".into()), ..Place::default() });
        assert!(!finder.wants() && finder.finish().is_none());
    }
}
