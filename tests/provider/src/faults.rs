//! What goes wrong between the provider and its caller.

use crate::clock::Ms;

/// What becomes of a request or of its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    /// The connection ends before anything has happened.
    LostBefore,
    /// It has happened; the connection ends without an answer.
    LostAfter,
    /// It has happened; half of the answer arrives.
    CutShort,
    /// It happens; the answer comes so many milliseconds later.
    Slow(Ms),
    /// 502 with a page of HTML; nothing has happened.
    Html,
    /// 502 with a page of HTML; it has happened.
    HtmlAfter,
    /// 200 with nothing in it; it has happened.
    Blank,
    /// This status with a body of the provider's kind; nothing has happened.
    Status(u16),
    /// 429; come back after so many seconds.
    Limited(u32),
}

/// A fault that waits for requests.
#[derive(Debug, Clone)]
pub struct Fault {
    /// The beginning of the names of the requests that it hits: `pods.create`, `jobs.`, or nothing for all.
    pub what: String,
    /// What happens to them.
    pub wire: Wire,
    /// Requests of that name that pass first.
    pub skip: u32,
    /// How many are hit; `None`: all, until it is taken away.
    pub times: Option<u32>,
    /// How often it hits, in a million.
    pub ppm: u32,
}

impl Fault {
    /// Hits the next request of that name.
    pub fn next(what: &str, wire: Wire) -> Self {
        Self { what: what.to_owned(), wire, skip: 0, times: Some(1), ppm: 1_000_000 }
    }

    /// Hits every request of that name.
    pub fn always(what: &str, wire: Wire) -> Self {
        Self { times: None, ..Self::next(what, wire) }
    }

    /// Lets so many pass first.
    #[must_use]
    pub fn after(self, skip: u32) -> Self {
        Self { skip, ..self }
    }

    /// Hits so many in a million, for ever.
    #[must_use]
    pub fn sometimes(self, ppm: u32) -> Self {
        Self { ppm, times: None, ..self }
    }
}
