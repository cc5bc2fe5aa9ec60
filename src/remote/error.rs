//! What can go wrong with somebody else's server, each in a plain sentence and with what to do next. No text here ever holds a key.

use std::fmt;
use std::time::Duration;

/// Short for a result of a remote call.
pub type Result<T, E = RemoteError> = std::result::Result<T, E>;

/// What whoever called should do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advice {
    /// The same call may work later without anybody changing anything. It certainly did not happen, or happening twice is harmless.
    TryAgain,
    /// Somebody has to change something first; the text says what.
    FixThis,
    /// Stop renting: nothing more can be had on this account until somebody acts.
    Stop,
    /// It may or may not have happened. Look at the provider's list before anything is done again.
    Uncertain,
    /// Not this machine; the next candidate may do.
    NextCandidate,
}

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// There is no key.
    NoKey,
    /// Key or address are written in a way that cannot be used.
    Settings,
    /// 401: the key is not accepted.
    BadKey,
    /// 403: the key is accepted and may not do this.
    Scope,
    /// 402: the balance does not suffice.
    Balance,
    /// 400 with a text about capacity: nothing of that kind is free.
    NoCapacity,
    /// 400 and the like, or refused before it was sent: a rule is broken.
    Rule,
    /// 422: fields of the request are wrong. Never repeated.
    Fields,
    /// 404: no such thing, or not any more.
    NotFound,
    /// 410: this interface was switched off.
    Retired,
    /// An answer in the form of the retired interface v1.
    OldInterface,
    /// 409: not possible in the present state.
    Conflict,
    /// 413, or larger than a documented limit: too much to send.
    TooLarge,
    /// 429, or no call left in the present window.
    Limited,
    /// 5xx: a fault of the server.
    Server,
    /// An answer that is none: HTML, half a document, another form.
    Garbage,
    /// No connection.
    Unreachable,
    /// No secure connection.
    Tls,
    /// No answer in time.
    Timeout,
    /// The connection was lost before the answer was whole.
    Broken,
}

/// Why a call to a provider did not do what it should.
#[derive(Clone, PartialEq, Eq)]
pub struct RemoteError(Box<Facts>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Facts {
    service: &'static str,
    doing: &'static str,
    kind: Kind,
    advice: Advice,
    status: Option<u16>,
    detail: String,
    fields: Vec<String>,
    after: Option<Duration>,
    writes: bool,
}

impl std::error::Error for RemoteError {}

impl RemoteError {
    pub(crate) fn new(service: &'static str, doing: &'static str, kind: Kind) -> Self {
        let advice = kind.advice();
        let (status, detail, fields, after) = (None, String::new(), Vec::new(), None);
        let writes = false;
        Self(Box::new(Facts { service, doing, kind, advice, status, detail, fields, after, writes }))
    }
    /// A rule of the provider that the request breaks; found here, nothing was sent.
    pub(crate) fn rule(service: &'static str, doing: &'static str, detail: impl Into<String>) -> Self {
        Self::new(service, doing, Kind::Rule).detail(detail)
    }
    pub(crate) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = detail.into();
        self
    }
    pub(crate) fn status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }
    pub(crate) fn fields(mut self, fields: Vec<String>) -> Self {
        self.0.fields = fields;
        self
    }
    pub(crate) fn after(mut self, after: Option<Duration>) -> Self {
        self.0.after = after;
        self
    }
    /// The call was to change something: a key that may only read is refused here and nowhere else.
    pub(crate) fn writes(mut self, writes: bool) -> Self {
        self.0.writes = writes;
        self
    }
    pub(crate) fn advised(mut self, advice: Advice) -> Self {
        self.0.advice = advice;
        self
    }

    /// The same, when every candidate was refused with it: another one does not help.
    #[must_use]
    pub fn of_all(mut self) -> Self {
        self.0.advice = self.0.kind.advice();
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }
    /// What to do now.
    pub fn advice(&self) -> Advice {
        self.0.advice
    }
    /// The HTTP status, when there was an answer.
    pub fn http_status(&self) -> Option<u16> {
        self.0.status
    }
    /// What the provider said, in one line without anything secret; may be empty.
    pub fn said(&self) -> &str {
        &self.0.detail
    }
    /// The fields that a 422 names, as the provider put it.
    pub fn wrong_fields(&self) -> &[String] {
        &self.0.fields
    }
    /// How long the provider asks to wait before the next call.
    pub fn wait(&self) -> Option<Duration> {
        self.0.after
    }
    /// There is no such thing at the provider, or not any more.
    pub fn is_not_found(&self) -> bool {
        self.0.kind == Kind::NotFound
    }
    /// It may have happened although no answer came.
    pub fn is_uncertain(&self) -> bool {
        self.0.advice == Advice::Uncertain
    }
    /// Trying again later may help without anybody changing anything.
    pub fn is_transient(&self) -> bool {
        self.0.advice == Advice::TryAgain
    }

    /// What happened, without what to do: `cannot start the job: RunPod does not accept the API key`.
    pub fn what(&self) -> String {
        format!("cannot {}: {}", self.0.doing, self.because())
    }

    /// What was to be done: `start the job`.
    pub fn doing(&self) -> &'static str {
        self.0.doing
    }

    /// Why it was not: `RunPod does not accept the API key`.
    pub fn because(&self) -> String {
        let Facts { service, kind, status, detail, fields, writes, .. } = &*self.0;
        match kind {
            Kind::NoKey => format!("there is no API key for {service}"),
            Kind::Settings => detail.clone(),
            Kind::BadKey if *writes => {
                format!(
                    "{service} does not accept the API key for this: it is wrong, or this key may only read"
                )
            }
            Kind::BadKey => format!("{service} does not accept the API key"),
            Kind::Scope if *writes => {
                let text = "accepts the API key, but it may not do this: this key may only read, or lacks this right";
                with(format!("{service} {text}"), detail)
            }
            Kind::Scope => with(format!("{service} accepts the API key, but it may not do this"), detail),
            Kind::Balance => format!("the balance of the {service} account does not suffice"),
            Kind::NoCapacity => format!("{service} has no such machine free"),
            // Found here: nothing was sent.
            Kind::Rule if status.is_none() => with(format!("{service} would refuse it"), detail),
            Kind::Rule => with(format!("{service} refuses it"), detail),
            Kind::Fields if fields.is_empty() => {
                with(format!("{service} does not accept the request"), detail)
            }
            Kind::Fields => format!("{service} does not accept the request: {}", fields.join("; ")),
            Kind::NotFound => with(format!("{service} knows no such thing, or not any more"), detail),
            Kind::Retired => format!("{service} has switched this interface off"),
            Kind::OldInterface => format!("the answer comes from the retired interface of {service}"),
            Kind::Conflict => with(format!("{service} cannot do it in the present state"), detail),
            Kind::TooLarge => with("the request is too large".to_owned(), detail),
            Kind::Limited => format!("{service} allows no more calls just now"),
            Kind::Server if detail.is_empty() => format!("{service} has a fault ({})", status.unwrap_or(500)),
            Kind::Server => format!("{service} has a fault ({}: {detail})", status.unwrap_or(500)),
            Kind::Garbage => with(format!("the answer of {service} cannot be understood"), detail),
            Kind::Unreachable => with(format!("{service} cannot be reached"), detail),
            Kind::Tls => with(format!("no secure connection to {service}"), detail),
            Kind::Timeout => format!("{service} did not answer in time"),
            Kind::Broken => with(format!("the connection to {service} was lost"), detail),
        }
    }

    /// What to do, in one or two sentences.
    pub fn next(&self) -> String {
        let Facts { service, kind, advice, after, writes, .. } = &*self.0;
        if *advice == Advice::Uncertain {
            return format!(
                "It may have happened all the same: look at what {service} lists before you try again"
            );
        }
        let console = format!("{service}'s console");
        let text = match kind {
            Kind::NoKey => {
                &format!("Make one in {console} and put it into the configuration or the environment")
            }
            Kind::Settings => "Correct it in the configuration",
            Kind::BadKey | Kind::Scope if *writes && *advice != Advice::NextCandidate => &format!(
                "Make a key that may read and write in {console} (Settings, API keys), and set RUNPOD_API_KEY or runpod.api_key"
            ),
            Kind::BadKey => &format!(
                "Check RUNPOD_API_KEY or runpod.api_key, or make a new key in {console} (Settings, API keys)"
            ),
            Kind::Scope if *advice == Advice::NextCandidate => {
                &format!("Try another machine, or give the key more rights in {console}")
            }
            Kind::Scope => &format!("Give the key that right in {console}, or use another key"),
            Kind::Balance => &format!("Add credit in {console}; nothing was started"),
            Kind::NoCapacity => "Try another GPU or data centre, or wait",
            Kind::Rule if *advice == Advice::NextCandidate => {
                "Try another machine, or change what is named there"
            }
            Kind::Rule => "Change what is named there",
            Kind::Fields => "Change these settings; if none of them is yours, update brightrun",
            Kind::NotFound => "Check the id; it may have ended or been removed",
            Kind::Retired => {
                "Update brightrun, or correct the base URLs in the configuration (runpod.rest_url, runpod.jobs_url)"
            }
            Kind::OldInterface => "Correct the base URL in the configuration: https://api.runpod.io/v2",
            Kind::Conflict => "Look at its present state, then decide again",
            Kind::TooLarge => "Keep large things in the store, not in the request",
            Kind::Limited => {
                return match after {
                    Some(after) => format!("Try again in {}", human(*after)),
                    None => "Try again in a minute".to_owned(),
                };
            }
            Kind::Server => "There is nothing to do here; try again in a minute",
            Kind::Garbage => {
                "Check the base URL in the configuration, and whether a proxy or a login page stands in between"
            }
            Kind::Unreachable | Kind::Broken => "Check the network, then try again",
            Kind::Tls => {
                "Check the clock and the certificates of this machine, and whether a proxy stands in between"
            }
            Kind::Timeout => "Try again in a minute",
        };
        text.to_owned()
    }
}

impl Kind {
    /// What to do about it where nothing else is known about the call.
    const fn advice(self) -> Advice {
        match self {
            Self::Limited | Self::Server | Self::Unreachable | Self::Timeout | Self::Broken => {
                Advice::TryAgain
            }
            Self::NoCapacity => Advice::NextCandidate,
            Self::Balance => Advice::Stop,
            Self::NoKey
            | Self::Settings
            | Self::BadKey
            | Self::Scope
            | Self::Rule
            | Self::Fields
            | Self::NotFound
            | Self::Retired
            | Self::OldInterface
            | Self::Conflict
            | Self::TooLarge
            | Self::Garbage
            | Self::Tls => Advice::FixThis,
        }
    }
}

impl fmt::Display for RemoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}. {}", self.what(), self.next())
    }
}

impl fmt::Debug for RemoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn with(sentence: String, detail: &str) -> String {
    if detail.is_empty() { sentence } else { format!("{sentence} ({detail})") }
}

/// `40 s`, `12 min`, `3 h`, rounded up.
fn human(time: Duration) -> String {
    let seconds = time.as_secs() + u64::from(time.subsec_nanos() > 0);
    match seconds {
        0..=90 => format!("{seconds} s"),
        91..=5400 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h", seconds.div_ceil(3600)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [Kind; 20] = [
        Kind::NoKey,
        Kind::Settings,
        Kind::BadKey,
        Kind::Scope,
        Kind::Balance,
        Kind::NoCapacity,
        Kind::Rule,
        Kind::Fields,
        Kind::NotFound,
        Kind::Retired,
        Kind::OldInterface,
        Kind::Conflict,
        Kind::TooLarge,
        Kind::Limited,
        Kind::Server,
        Kind::Garbage,
        Kind::Unreachable,
        Kind::Tls,
        Kind::Timeout,
        Kind::Broken,
    ];

    #[test]
    fn every_text_says_what_happened_and_what_to_do() {
        for kind in KINDS {
            for advice in [kind.advice(), Advice::Uncertain, Advice::NextCandidate] {
                let error =
                    RemoteError::new("RunPod", "rent the pod", kind).detail("the words").advised(advice);
                let text = error.to_string();

                assert!(
                    text.starts_with("cannot rent the pod: ") && text.matches(". ").count() == 1,
                    "{text}"
                );
                assert!(error.next().starts_with(char::is_uppercase) && !text.ends_with('.'), "{text}");
            }
        }
    }

    #[test]
    fn a_key_that_may_only_read_is_told_by_the_first_thing_that_it_shall_write() {
        for kind in [Kind::Scope, Kind::BadKey] {
            let error = RemoteError::new("RunPod", "start the job", kind).writes(true);
            assert!(error.because().contains("this key may only read"), "{error}");
            assert!(error.next().contains("a key that may read and write"), "{error}");
            let reads = RemoteError::new("RunPod", "list the pods", kind);
            assert!(!reads.to_string().contains("only read"), "{reads}");
        }
    }

    #[test]
    fn a_wait_is_told_in_the_unit_that_people_use() {
        let told = |seconds: u64| human(Duration::from_millis(seconds * 1000 - 1));
        assert_eq!(
            [told(1), told(90), told(91), told(5400), told(5401)],
            ["1 s", "90 s", "2 min", "90 min", "2 h"]
        );
    }
}
