//! What can go wrong with objects, in a sentence each. The sentence never holds a secret: it is made of the key, the place and a
//! class of failure, and of the server's error *code* at most.

use object_store::client::{HttpError, HttpErrorKind};
use std::error::Error as StdError;
use std::io;

/// A class of failures: what to do next depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilesErrorKind {
    /// The object is not there.
    Missing,
    /// The bucket is not there.
    NoBucket,
    /// The server cannot be reached.
    Unreachable,
    /// The server does not accept the keys, or they may not do this.
    Denied,
    /// No room.
    Full,
    /// The folder cannot be written.
    ReadOnly,
    /// The address or the key makes no sense.
    Wrong,
    /// Anything else.
    Other,
}

/// Why an object could not be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilesError {
    /// Which class.
    pub kind: FilesErrorKind,
    /// What happened, in a sentence without a full stop.
    pub sentence: String,
    /// What to do next; empty when there is nothing to say.
    pub hint: String,
}

impl FilesError {
    pub(super) fn new(doing: &str, key: &str, at: &str, source: &object_store::Error) -> Self {
        let (kind, detail) = classify(source);
        Self::say(kind, doing, key, at, &detail)
    }
    pub(super) fn io(doing: &str, key: &str, at: &str, source: &io::Error) -> Self {
        Self::say(from_io(source), doing, key, at, &source.to_string())
    }
    /// The folder of all objects cannot be used.
    pub(super) fn folder(at: &str, source: &io::Error) -> Self {
        use io::ErrorKind as E;
        let (kind, why) = match source.kind() {
            E::AlreadyExists | E::NotADirectory => {
                (FilesErrorKind::Wrong, "a part of its path is a file".to_owned())
            }
            E::NotFound => (FilesErrorKind::Wrong, "it does not exist and cannot be made".to_owned()),
            E::PermissionDenied => (FilesErrorKind::Denied, "you have no right to it".to_owned()),
            E::ReadOnlyFilesystem => (FilesErrorKind::ReadOnly, "the disk is read-only".to_owned()),
            E::StorageFull | E::QuotaExceeded => (FilesErrorKind::Full, "there is no room left".to_owned()),
            _ => (FilesErrorKind::Other, source.to_string()),
        };
        let hint = if kind == FilesErrorKind::Full {
            "Make room, then try again"
        } else {
            "Choose another folder with --files or --data-dir"
        };
        Self { kind, sentence: format!("the folder {at} cannot be used: {why}"), hint: hint.to_owned() }
    }
    pub(super) fn wrong(what: &str, why: &str, hint: &str) -> Self {
        Self { kind: FilesErrorKind::Wrong, sentence: format!("{what} {why}"), hint: hint.to_owned() }
    }
    pub(super) fn garbled(key: &str, at: &str) -> Self {
        Self::say(FilesErrorKind::Other, "read", key, at, "other bytes came back than were written")
    }
    /// The object is not there.
    pub fn is_missing(&self) -> bool {
        self.kind == FilesErrorKind::Missing
    }
    /// Trying again later may help.
    pub fn is_transient(&self) -> bool {
        matches!(self.kind, FilesErrorKind::Unreachable)
    }

    fn say(kind: FilesErrorKind, doing: &str, key: &str, at: &str, detail: &str) -> Self {
        use FilesErrorKind as K;
        let bucket = super::place::bucket(key);
        let (sentence, hint) = match kind {
            K::Missing => (format!("{key} is not in the store at {at}"), ""),
            K::NoBucket => (
                format!("the bucket for {bucket} does not exist at {at}"),
                "Create it, or name another one with --files s3://BUCKET/PREFIX",
            ),
            K::Unreachable => (
                format!("the file store at {at} cannot be reached"),
                "Check the endpoint and the network, then try again",
            ),
            K::Denied if at.ends_with(super::place::NO_KEYS) => (
                format!("the file store at {at} does not let us {doing} {key} without keys"),
                "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or access_key_id and secret_access_key in [files.s3] of the config",
            ),
            K::Denied => (
                format!("the file store at {at} does not let us {doing} {key}{}", in_brackets(detail)),
                "Check the access key, the secret key and their rights (brightrun doctor tests them), or the rights of the folder",
            ),
            K::Full => (
                format!("there is no room left at {at} to {doing} {key}"),
                "Make room, then do it again; nothing half-written is left",
            ),
            K::ReadOnly => (
                format!("{at} is read-only, so we cannot {doing} {key}"),
                "Choose another place with --files or --data-dir",
            ),
            K::Wrong => (
                format!("{key} is no key for {at}"),
                "Keys are made of letters, digits and - _ . between slashes",
            ),
            K::Other if matches!(detail, "EntityTooLarge" | "the server answered HTTP 413") => (
                format!("{key} is larger than the bucket at {at} takes"),
                "Raise the bucket's limit for one file, or put fewer conversations into it",
            ),
            K::Other => (format!("cannot {doing} {key} at {at}: {detail}"), "Run brightrun doctor"),
        };
        Self { kind, sentence, hint: hint.to_owned() }
    }
}

impl std::fmt::Display for FilesError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl StdError for FilesError {}

fn in_brackets(detail: &str) -> String {
    if detail.is_empty() { String::new() } else { format!(" ({detail})") }
}

fn from_io(e: &io::Error) -> FilesErrorKind {
    match e.kind() {
        io::ErrorKind::NotFound => FilesErrorKind::Missing,
        io::ErrorKind::PermissionDenied => FilesErrorKind::Denied,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            FilesErrorKind::Full
        }
        io::ErrorKind::ReadOnlyFilesystem => FilesErrorKind::ReadOnly,
        _ => FilesErrorKind::Other,
    }
}

/// The class of a failure and the words that may be shown: a server's error code or the operating system's message.
fn classify(e: &object_store::Error) -> (FilesErrorKind, String) {
    let text = chain_text(e);
    let code = server_code(&text);
    if let Some(io) = find::<io::Error>(e).map(|io| (from_io(io), io.to_string()))
        && io.0 != FilesErrorKind::Other
    {
        return io;
    }
    let kind = match (e, code.as_deref()) {
        (_, Some("NoSuchBucket")) => FilesErrorKind::NoBucket,
        (_, Some("AccessDenied" | "InvalidAccessKeyId" | "SignatureDoesNotMatch" | "ExpiredToken"))
        | (object_store::Error::PermissionDenied { .. } | object_store::Error::Unauthenticated { .. }, _) => {
            FilesErrorKind::Denied
        }
        (object_store::Error::NotFound { .. }, _) => FilesErrorKind::Missing,
        (object_store::Error::InvalidPath { .. }, _) => FilesErrorKind::Wrong,
        _ if find::<HttpError>(e).is_some_and(|h| {
            matches!(
                h.kind(),
                HttpErrorKind::Connect
                    | HttpErrorKind::Request
                    | HttpErrorKind::Timeout
                    | HttpErrorKind::Interrupted
            )
        }) =>
        {
            FilesErrorKind::Unreachable
        }
        _ => FilesErrorKind::Other,
    };
    let detail = code.unwrap_or_else(|| match kind {
        FilesErrorKind::Other => status(&text).unwrap_or_else(|| "the store gave no reason".to_owned()),
        _ => String::new(),
    });
    (kind, detail)
}

fn causes(e: &dyn StdError) -> Vec<&dyn StdError> {
    let mut all = vec![e];
    while let Some(next) = all[all.len() - 1].source() {
        all.push(next);
    }
    all
}

fn find<'a, T: StdError + 'static>(e: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    let mut e = Some(e);
    while let Some(this) = e {
        if let Some(found) = this.downcast_ref::<T>() {
            return Some(found);
        }
        e = this.source();
    }
    None
}

fn chain_text(e: &dyn StdError) -> String {
    causes(e).iter().map(ToString::to_string).collect::<Vec<_>>().join(" | ")
}

/// The `<Code>` of an S3 error document.
fn server_code(text: &str) -> Option<String> {
    let code = text.split_once("<Code>")?.1.split_once("</Code>")?.0;
    (code.len() <= 64 && code.chars().all(|c| c.is_ascii_alphanumeric())).then(|| code.to_owned())
}

/// `HTTP 503` out of the client's text.
fn status(text: &str) -> Option<String> {
    let number: String =
        text.split_once("status code: ")?.1.chars().take_while(char::is_ascii_digit).collect();
    (number.len() == 3).then(|| format!("the server answered HTTP {number}"))
}
