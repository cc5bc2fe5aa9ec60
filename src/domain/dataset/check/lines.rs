//! Files with one JSON object per line.

use super::super::Shape;
use super::super::report::{Code, LineErrorKind};
use super::LONGEST;
use super::chat::{Judge, check_line};
use super::document::{compare, malformed, utf8};
use super::lax::{Lax, Object};
use super::pair::{Memo, Pair, field};
use super::tally::{At, Tally};

#[derive(Debug)]
pub(super) struct Lines {
    shape: Shape,
    /// The beginning of a line whose end has not come yet.
    begun: Vec<u8>,
    /// It has become too long: what is left of it is passed over.
    endless: bool,
    longest: usize,
    line: u64,
    reader: Reader,
}

#[derive(Debug, Default)]
struct Reader {
    judge: Judge,
    memo: Memo,
    conversation: String,
    claimed: Option<f64>,
    filled: bool,
}

impl Lines {
    pub fn new(shape: Shape) -> Self {
        let mut memo = Memo::default();
        memo.over_file = true;
        let reader = Reader { memo, ..Reader::default() };
        Self { shape, begun: Vec::new(), endless: false, longest: LONGEST, line: 0, reader }
    }

    pub fn feed(&mut self, mut chunk: &[u8], tally: &mut Tally) {
        while let Some(end) = memchr::memchr(b'\n', chunk) {
            self.line += 1;
            if std::mem::take(&mut self.endless) {
                // It was told when it became too long.
            } else if self.begun.is_empty() {
                self.reader.line(self.shape, &chunk[..end], self.line, tally);
            } else {
                self.begun.extend_from_slice(&chunk[..end]);
                self.reader.line(self.shape, &self.begun, self.line, tally);
                self.begun.clear();
            }
            chunk = &chunk[end + 1..];
        }
        if self.endless {
            return;
        }
        self.begun.extend_from_slice(chunk);
        if self.begun.len() > self.longest {
            self.begun = Vec::new();
            self.endless = true;
            self.reader.endless(self.line + 1, tally);
        }
    }

    /// `false`: there was no line at all.
    pub fn finish(mut self, tally: &mut Tally) -> bool {
        if !self.begun.is_empty() {
            self.reader.line(self.shape, &self.begun, self.line + 1, tally);
        }
        if let Some(claimed) = self.reader.claimed {
            compare(tally, At { line: Some(1), ..At::default() }, "_meta.total_pairs", claimed, tally.pairs);
        }
        if self.shape == Shape::Turns {
            if !self.reader.filled {
                self.reader.judge.error(0, LineErrorKind::File, 0);
            }
            tally.platform = Some(self.reader.judge.finish());
        }
        self.reader.filled
    }
}

impl Reader {
    fn endless(&mut self, line: u64, tally: &mut Tally) {
        self.filled = true;
        let at = At { line: Some(line), ..At::default() };
        tally.critical(Code::MalformedJson, at, &format!("line {line} does not end"));
        self.judge.broken_line(line);
    }

    fn line(&mut self, shape: Shape, bytes: &[u8], line: u64, tally: &mut Tally) {
        let bytes = bytes.trim_ascii();
        if bytes.is_empty() {
            return;
        }
        self.filled = true;
        let at = At { line: Some(line), ..At::default() };
        let text = utf8(tally, at, bytes);
        let read = if shape == Shape::V4Jsonl {
            self.pair(&text, line, tally)
        } else {
            check_line(tally, &mut self.judge, shape, &text, line)
        };
        if let Err(e) = read {
            malformed(tally, at, line, &e);
            self.judge.broken_line(line);
        }
    }

    fn pair(&mut self, text: &str, line: u64, tally: &mut Tally) -> Result<(), serde_json::Error> {
        let at = At { line: Some(line), ..At::default() };
        let found: Lax<Object<Pair>> = serde_json::from_str(text)?;
        let Some(Object(pair)) = field(tally, at, &found, "the line", true) else { return Ok(()) };
        match &pair.meta {
            Lax::Missing => {}
            Lax::Is(Object(meta)) => {
                self.claimed = field(tally, at, &meta.total_pairs, "_meta.total_pairs", false).copied();
                return Ok(());
            }
            other => {
                field(tally, at, other, "_meta", false);
                return Ok(());
            }
        }
        let id = pair.conversation_id.text().unwrap_or_default();
        if tally.is_first("conversation", id) {
            tally.conversations += 1;
        }
        if self.conversation != id {
            id.clone_into(&mut self.conversation);
            self.memo.next_conversation();
        }
        let at = At { conversation: Some(id).filter(|id| !id.is_empty()), ..at };
        if matches!(pair.target_response, Lax::Null) {
            // Legal in the JSON kinds only (formats 1.3); it trains nothing and stops nothing.
            tally.warn(Code::InvalidType, at, "target_response is null in a line");
        }
        pair.check(tally, at, &mut self.memo, 0);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Options;
    use super::*;

    /// A line without an end must not be collected for ever, and the lines behind it are still read.
    #[test]
    fn a_line_that_does_not_end_is_told_once_and_passed_over() {
        let mut tally = Tally::new(&Options::default());
        let mut lines = Lines { longest: 10_000, ..Lines::new(Shape::Messages) };
        for _ in 0..100 {
            lines.feed(&[b'x'; 1_000], &mut tally);
            assert!(lines.begun.len() <= 10_000);
        }
        lines.feed(b"\n{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}, ", &mut tally);
        lines.feed(b"{\"role\": \"assistant\", \"content\": \"b\"}]}\n", &mut tally);
        assert!(lines.finish(&mut tally));
        let report = tally.report("f".to_owned(), Some(Shape::Messages), &Options::default());
        let broken: Vec<_> = report.findings.iter().filter(|f| f.code == Code::MalformedJson).collect();
        assert_eq!((broken.len(), broken[0].count), (1, 1));
        assert_eq!(broken[0].places[0].line, Some(1));
        assert_eq!(report.conversations, 1);
    }
}
