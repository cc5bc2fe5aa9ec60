//! Server-sent events, read from whatever pieces they come in.

/// One event with data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Event {
    /// The id by which the stream can be opened again behind it.
    pub id: Option<String>,
    /// The lines of its data.
    pub data: String,
}

/// The longest line that is kept; what a log line has beyond it is dropped.
const LONGEST: usize = 1024 * 1024;

/// Puts pieces together (HTML standard 9.2.6). A comment, an unknown field or an event without data is passed over.
#[derive(Debug, Default)]
pub(crate) struct Parser {
    line: Vec<u8>,
    after_return: bool,
    id: Option<String>,
    data: Option<String>,
}

impl Parser {
    /// The events that are whole with this piece.
    pub fn push(&mut self, piece: &[u8]) -> Vec<Event> {
        let mut events = Vec::new();
        for &byte in piece {
            let after_return = std::mem::replace(&mut self.after_return, byte == b'\r');
            match byte {
                // The second half of a line's end.
                b'\n' if after_return => {}
                b'\n' | b'\r' => {
                    let line = std::mem::take(&mut self.line);
                    events.extend(self.line(&String::from_utf8_lossy(&line)));
                }
                byte if self.line.len() < LONGEST => self.line.push(byte),
                _ => {}
            }
        }
        events
    }

    /// The event that the end of the stream leaves without its empty line. One whose last line is not whole is lost.
    pub fn end(self) -> Option<Event> {
        self.data.filter(|_| self.line.is_empty()).map(|data| Event { id: self.id, data })
    }

    fn line(&mut self, line: &str) -> Option<Event> {
        if line.is_empty() {
            return self.data.take().map(|data| Event { id: self.id.clone(), data });
        }
        let line = line.strip_prefix('\u{feff}').unwrap_or(line);
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "id" if !value.contains('\0') => self.id = Some(value.to_owned()),
            "data" => match &mut self.data {
                Some(data) if data.len() < LONGEST => {
                    data.push('\n');
                    data.push_str(value);
                }
                Some(_) => {}
                None => self.data = Some(value.to_owned()),
            },
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(id: &str, data: &str) -> Event {
        Event { id: (!id.is_empty()).then(|| id.to_owned()), data: data.to_owned() }
    }

    #[test]
    fn the_same_events_come_out_of_any_pieces() {
        let text = ": hello\n\nid: 2026-06-01T12:02:03Z/000000000001\r\ndata: {\"line\":\"a: b\"}\r\n\r\nevent: x\rdata:one\rdata: two ä\r\rid\ndata\n\nretry: 5\n\n";
        let wanted = [
            event("2026-06-01T12:02:03Z/000000000001", "{\"line\":\"a: b\"}"),
            event("2026-06-01T12:02:03Z/000000000001", "one\ntwo ä"),
            Event { id: Some(String::new()), data: String::new() },
        ];
        for size in [1, 2, 3, 7, 1000] {
            let mut parser = Parser::default();
            let events: Vec<_> = text.as_bytes().chunks(size).flat_map(|piece| parser.push(piece)).collect();
            assert_eq!(events, wanted, "in pieces of {size}");
        }
    }

    #[test]
    fn half_an_event_is_none_and_an_endless_line_is_cut() {
        let mut parser = Parser::default();
        assert!(parser.push(b"id: 1\ndata: whole\n").is_empty());
        assert_eq!(parser.end(), Some(event("1", "whole")));
        let mut parser = Parser::default();
        assert!(parser.push(b"data: whole\ndata: ha").is_empty());
        assert_eq!(parser.end(), None);
        let mut parser = Parser::default();
        parser.push(b"data:");
        for _ in 0..40 {
            parser.push(&vec![b'x'; 100_000]);
        }
        let events = parser.push(b"\n\n");
        assert!(events[0].data.len() <= LONGEST);
    }
}
