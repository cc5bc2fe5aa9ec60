//! What went wrong on the way, before there was an answer or in the middle of it.

use crate::error::Kind;
use std::error::Error;
use std::fmt::Write as _;

/// Which kind it is, whether the request may have reached the server, and what was said. The address is left out: it says nothing new.
pub(super) fn read(error: reqwest::Error) -> (Kind, bool, String) {
    let error = error.without_url();
    let sent = !(error.is_connect() || error.is_builder());
    let kind = if causes(&error).any(is_tls) {
        Kind::Tls
    } else if error.is_builder() {
        Kind::Settings
    } else if error.is_connect() {
        Kind::Unreachable
    } else if error.is_timeout() {
        Kind::Timeout
    } else {
        Kind::Broken
    };
    // The outermost text only says that a request was sent.
    let said = causes(&error).last().map(ToString::to_string).unwrap_or_default();
    (kind, sent, said)
}

/// All that an error says, from the outside in.
pub(super) fn chain(error: &(dyn Error + 'static)) -> String {
    causes(error).fold(String::new(), |mut text, cause| {
        let _ = write!(text, "{}{cause}", if text.is_empty() { "" } else { ": " });
        text
    })
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let error = next?;
        next = error.source();
        Some(error)
    })
}

/// An error of TLS hides inside I/O errors, which do not name it as their source.
fn is_tls(error: &(dyn Error + 'static)) -> bool {
    let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    error.is::<rustls::Error>() || inner.is_some_and(|inner| is_tls(inner))
}
