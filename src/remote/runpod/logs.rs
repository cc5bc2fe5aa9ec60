//! Log lines as they come, over server-sent events (apis.md A2). A lost connection is opened again behind the last line.

use super::rest::Rest;
use super::tolerant::or_default;
use crate::error::{Advice, RemoteError, Result};
use crate::http::{Call, Event, Parser};
use chrono::{DateTime, SecondsFormat, Utc};
use domain::conversation::{UnknownWord, words};
use domain::lenient::Word;
use reqwest::header::{ACCEPT, HeaderName};
use reqwest::{Method, Response};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::{fmt, str::FromStr};
use url::Url;

words! {
    /// Whose lines.
    LogSource, "log source" {
        /// What runs in the container.
        Container = "container",
        /// What fetches and starts it.
        System = "system",
    }
}

/// Which lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogQuery {
    /// Only these; both when left out.
    pub source: Option<LogSource>,
    /// How many old lines come first, at most 5000; 100 when left out.
    pub tail: Option<u32>,
    /// From then on, instead of `tail`.
    pub since: Option<DateTime<Utc>>,
    /// Behind this event, instead of `tail` and `since`; [`LogStream::cursor`] of an earlier stream.
    pub after: Option<String>,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LogLine {
    /// When it was printed.
    #[serde(default, deserialize_with = "or_default")]
    pub ts: Option<DateTime<Utc>>,
    /// By whom.
    #[serde(default, deserialize_with = "or_default")]
    pub source: Option<Word<LogSource>>,
    /// The text; may hold escape sequences.
    #[serde(default, deserialize_with = "or_default")]
    pub line: String,
}

/// Lines of one pod or worker. Dropping it closes the connection.
pub struct LogStream<'a> {
    rest: &'a Rest,
    doing: &'static str,
    url: Url,
    query: LogQuery,
    open: Option<(Response, Parser)>,
    ready: VecDeque<Event>,
    cursor: Option<String>,
    /// Lines that came with the cursor's id; the server may send them again.
    seen: Vec<String>,
    again: Vec<String>,
    /// Openings since the last line.
    empty: u32,
}

impl<'a> LogStream<'a> {
    pub(super) fn new(rest: &'a Rest, doing: &'static str, parts: &[&str], query: LogQuery) -> Result<Self> {
        let url = rest.call(doing, Method::GET, parts)?.url;
        let (open, ready, cursor, seen, again) =
            (None, VecDeque::new(), query.after.clone(), Vec::new(), Vec::new());
        Ok(Self { rest, doing, url, query, open, ready, cursor, seen, again, empty: 0 })
    }

    /// Where another stream can go on behind the last line.
    pub fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }

    /// The next line, as long as it takes. `None`: the server closed the stream several times without a new line, so there is probably
    /// nothing more; read the pod.
    ///
    /// # Errors
    /// The log cannot be had (400, 403, 404; fall back to the log in the store), or the connection was lost too often.
    pub async fn next(&mut self) -> Result<Option<LogLine>> {
        loop {
            while let Some(event) = self.ready.pop_front() {
                if let Some(line) = self.take(event) {
                    return Ok(Some(line));
                }
            }
            let Some((response, parser)) = &mut self.open else {
                if self.reopen().await? {
                    continue;
                }
                return Ok(None);
            };
            match response.chunk().await {
                Ok(Some(piece)) => self.ready.extend(parser.push(&piece)),
                Ok(None) => {
                    let rest = self.open.take().and_then(|(_, parser)| parser.end());
                    self.ready.extend(rest);
                }
                Err(error) => {
                    let error = self.rest.http.cut(&self.call(), error);
                    tracing::debug!(%error, "log stream");
                    self.open = None;
                }
            }
        }
    }

    /// Opens the stream behind the last line. False: several openings brought nothing.
    async fn reopen(&mut self) -> Result<bool> {
        let http = &self.rest.http;
        loop {
            if self.empty >= http.patience().attempts {
                return Ok(false);
            }
            if self.empty > 0 {
                http.pace().sleep(http.patience().pause(self.empty, http.pace().chance())).await;
            }
            self.empty += 1;
            match http.open(&self.call()).await {
                Ok(response) => {
                    self.again.clone_from(&self.seen);
                    self.open = Some((response, Parser::default()));
                    return Ok(true);
                }
                Err(error) if self.may_wait(&error) => {
                    if let Some(wait) = error.wait() {
                        http.pace().sleep(wait).await;
                    }
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn may_wait(&self, error: &RemoteError) -> bool {
        let fits = error.wait().is_none_or(|wait| wait <= self.rest.http.patience().budget);
        error.advice() == Advice::TryAgain && fits && self.empty < self.rest.http.patience().attempts
    }

    fn call(&self) -> Call<'static> {
        let mut call = Call::new(self.doing, Method::GET, self.url.clone(), super::rest::LANE)
            .versioned()
            .header(ACCEPT, "text/event-stream, application/problem+json");
        if let Some(source) = self.query.source {
            call = call.query("source", source.word());
        }
        match (&self.cursor, self.query.since, self.query.tail) {
            (Some(cursor), ..) => call.header(HeaderName::from_static("last-event-id"), cursor),
            (None, Some(since), _) => {
                call.query("since", &since.to_rfc3339_opts(SecondsFormat::AutoSi, true))
            }
            (None, None, Some(tail)) => call.query("tail", &tail.min(5000).to_string()),
            (None, None, None) => call,
        }
    }

    fn take(&mut self, event: Event) -> Option<LogLine> {
        if event.id.is_some() && event.id == self.cursor {
            if let Some(at) = self.again.iter().position(|data| *data == event.data) {
                self.again.swap_remove(at);
                return None;
            }
        } else {
            self.again.clear();
            self.seen.clear();
        }
        // What is no line (a sign of life, an error in another form) is passed over.
        let line: LogLine = serde_json::from_str(&event.data).ok()?;
        self.empty = 0;
        if event.id.is_some() {
            self.seen.push(event.data);
            self.cursor = event.id;
        } else if line.ts.is_some() {
            self.query.since = line.ts;
        }
        Some(line)
    }
}

impl fmt::Debug for LogStream<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogStream")
            .field("path", &self.url.path())
            .field("cursor", &self.cursor)
            .finish_non_exhaustive()
    }
}
