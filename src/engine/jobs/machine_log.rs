//! What the machine of a run prints, as it comes: RunPod's own log of a pod, before and beside what the run tells through the store. What
//! is printed there by the image, its start or a crash reaches the store by no other way.

use super::read::find;
use crate::engine::from_db;
use crate::runpod::{client, from_remote};
use crate::{CancellationToken, Engine, Error, Result};
use chrono::{DateTime, Utc};
use domain::lenient::Word;
use domain::place::Place;
use remote::runpod::{LogQuery, LogSource, PodStatus, RunPod};
use secrecy::ExposeSecret as _;
use serde::Serialize;
use std::time::Duration;

const WHAT: &str = "Cannot read the machine's log";
/// Old lines that come first.
const TAIL: u32 = 200;
/// Characters of a line that are kept.
const WIDE: usize = 2000;
/// Between two connections: a stream that ends at once is not opened again in a circle.
const PAUSE: Duration = Duration::from_secs(10);

/// A line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MachineLine {
    /// When it was printed; `None`: that was not told.
    pub at: Option<DateTime<Utc>>,
    /// By what fetches and starts the container, not by what runs in it.
    pub system: bool,
    /// The text, without anything secret.
    pub text: String,
}

/// Tells the lines of a pod, the latest old ones first, until it is gone or nobody wants more. It holds no lease and writes nothing.
///
/// # Errors
/// The run has no pod now, or RunPod does not give its log: what the store has stays (`jobs logs`).
pub async fn machine_log(
    engine: &Engine,
    job: &str,
    told: &(dyn Fn(MachineLine) + Send + Sync),
    cancel: &CancellationToken,
) -> Result<()> {
    let run = find(engine, job).await?.run;
    let named = format!("“{}”", run.job.name);
    let rentals = engine.db().rentals_of(run.job.id).await.map_err(from_db(WHAT))?;
    let open = rentals.into_iter().map(|stored| stored.rental).find(domain::rental::Rental::is_open);
    let pod = open.filter(|rental| rental.place == Place::RunpodPod).and_then(|rental| rental.external_id);
    let Some(pod) = pod else {
        let why = match run.configuration.place {
            Place::RunpodPod => "no pod is rented for it now",
            Place::RunpodServerless => "RunPod gives the log of pods only, not of an endpoint's jobs",
            Place::Local => "it works on this machine",
        };
        return Err(Error::not_found(WHAT, why).on(named).next("`brightrun jobs logs` shows what it told"));
    };
    let client = client(engine)?;
    let mut query = LogQuery { tail: Some(TAIL), ..LogQuery::default() };
    while !cancel.is_cancelled() {
        let mut stream = client.pods().logs(&pod, query.clone()).map_err(|e| from_remote(&e))?;
        loop {
            let line = tokio::select! {
                biased;
                () = cancel.cancelled() => return Ok(()),
                line = stream.next() => line,
            };
            match line {
                Ok(Some(line)) => told(MachineLine {
                    at: line.ts,
                    system: line.source.as_ref().and_then(Word::known) == Some(LogSource::System),
                    text: harmless(engine, &line.line),
                }),
                Ok(None) => break,
                Err(error) if error.is_transient() => break,
                Err(error) => return Err(from_remote(&error).on(named)),
            }
        }
        if let Some(cursor) = stream.cursor() {
            query = LogQuery { after: Some(cursor.to_owned()), ..LogQuery::default() };
        }
        if gone(&client, &pod).await {
            return Ok(());
        }
        tokio::select! {
            () = engine.0.clock.sleep(PAUSE) => {}
            () = cancel.cancelled() => {}
        }
    }
    Ok(())
}

async fn gone(client: &RunPod, pod: &str) -> bool {
    match client.pods().get(pod).await {
        Ok(pod) => pod.is(PodStatus::Terminated) || pod.is(PodStatus::Exited),
        Err(error) => error.is_not_found(),
    }
}

/// Without what is secret: the values of our keys, and what stands behind the `?` of an address. No escape sequences, not too long.
fn harmless(engine: &Engine, line: &str) -> String {
    let places = &engine.0.places;
    let runpod = &places.runpod;
    let secrets = [
        &runpod.api_key,
        &runpod.hub_token,
        &runpod.volume_access_key,
        &runpod.volume_secret_key,
        &places.access_key,
        &places.secret_key,
        &places.session_token,
    ];
    let mut text = plain(line);
    for secret in secrets.into_iter().flatten() {
        let secret = secret.expose_secret();
        if secret.len() > 3 {
            text = text.replace(secret, "[secret]");
        }
    }
    cut(&text)
}

/// Without escape sequences and other control characters.
fn plain(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '\u{1b}' {
            // `ESC [ … letter` is a colour or a move; anything else is one character.
            if letters.next_if_eq(&'[').is_some() {
                while letters.next().is_some_and(|c| !c.is_ascii_alphabetic()) {}
            } else {
                letters.next();
            }
        } else if letter == '\t' {
            text.push(' ');
        } else if !letter.is_control() {
            text.push(letter);
        }
    }
    text
}

/// Signed addresses are keys: they end at their `?`.
fn cut(text: &str) -> String {
    let words = text.split(' ').map(|word| match word.split_once('?') {
        Some((address, _)) if word.contains("://") => format!("{address}?…"),
        _ => word.to_owned(),
    });
    let text = words.collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(WIDE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_holds_no_address_that_is_a_key_and_no_escape() {
        let line = "\u{1b}[31mGET https://s3.example/x?X-Amz-Signature=abc\u{1b}[0m\tdone\r why?";
        assert_eq!(cut(&plain(line)), "GET https://s3.example/x?… done why?");
        assert_eq!(cut(&"ä".repeat(3000)).chars().count(), WIDE + 1);
        assert_eq!(plain("a\u{1b}(Bb"), "aBb");
    }

    #[tokio::test]
    async fn our_own_keys_are_taken_out() {
        let dir = tempfile::tempdir().unwrap();
        let mut places = crate::testing::places(dir.path());
        places.runpod.hub_token = Some("hf_marked_token".into());
        let engine = Engine::open(&places, None).await.unwrap();
        assert_eq!(harmless(&engine, "token hf_marked_token."), "token [secret].");
    }
}
