//! What there is to say about a rented machine while nothing of its own can be seen: why it waits, what does not work, what it costs
//! otherwise than was quoted. It stands with the run, so that every face of every program that shows the run can say it.

use crate::clock::after;
use crate::jobs::drive::Driver;
use domain::sentence::sentences;
use remote::RemoteError;
use remote::runpod::RunPod;
use std::collections::BTreeMap;

/// What a note is about; of each the newest counts, and they are said in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum About {
    /// Why nobody trains yet.
    Wait,
    /// The price.
    Price,
    /// Talking to the provider.
    Provider,
    /// Talking to the store.
    Store,
}

/// What is said at present.
#[derive(Debug, Default)]
pub(super) struct Notes(BTreeMap<About, String>);

impl Notes {
    /// All of it, each a sentence; `None`: nothing.
    fn text(&self) -> Option<String> {
        let said = sentences(self.0.values());
        (!said.is_empty()).then_some(said)
    }
}

/// What the provider says, and what to do. What mends itself needs nobody.
fn advised(error: &RemoteError) -> String {
    let next = if error.is_transient() || error.is_uncertain() {
        "brightrun goes on asking".to_owned()
    } else {
        error.next()
    };
    sentences([error.what(), next])
}

impl Driver<'_> {
    /// Says something; what was said about the same is over.
    pub(super) fn note(&mut self, about: About, text: impl Into<String>) {
        let text = text.into();
        if self.away().notes.0.get(&about) == Some(&text) {
            return;
        }
        if about != About::Wait {
            tracing::warn!(run = %self.run.job.id, text, "a rented machine");
        }
        self.away().notes.0.insert(about, text);
        self.say();
    }

    /// There is nothing to say about it any more.
    pub(super) fn well(&mut self, about: About) {
        let was = self.away().notes.0.remove(&about).is_some();
        if was || self.away().notes.0.is_empty() {
            self.say();
        }
    }

    /// Nothing of an earlier attempt counts.
    pub(super) fn forget_notes(&mut self) {
        self.away().notes = Notes::default();
        self.say();
    }

    fn say(&mut self) {
        let text = self.away().notes.text();
        if text == self.run.job.stage_message {
            return;
        }
        if let Some(text) = &text {
            self.heard.say(&self.run.job.name, text);
        }
        self.run.job.stage_message = text;
    }

    /// The provider does not answer as it should; it is asked again.
    pub(super) fn trouble(&mut self, error: &RemoteError) {
        self.note(About::Provider, advised(error));
    }

    /// The store does not; it is asked again.
    pub(super) fn store_trouble(&mut self, error: &crate::Error) {
        self.note(About::Store, error.to_string());
    }

    /// Why the job waits. While it waits only for a moment, the workers are left alone.
    pub(super) async fn explain(&mut self, client: &RunPod, endpoint: &str) -> crate::Result<()> {
        let now = self.engine.0.clock.real();
        let since = self.away().rental.as_ref().map_or(now, |stored| stored.rental.claimed_at);
        if now < after(since, self.engine.0.places.runpod.explain) {
            self.note(About::Wait, "The job is in RunPod's queue, and no worker has taken it yet");
            return Ok(());
        }
        match self.staying(client.endpoints().workers(endpoint)).await? {
            Ok(workers) => self.note(About::Wait, crate::runpod::waiting(&workers.summary, since)),
            Err(error) => {
                let text = format!("The job waits for a machine; why is not known: {}", error.because());
                self.note(About::Wait, text);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_each_matter_the_newest_note_counts() {
        let mut notes = Notes::default();
        assert_eq!(notes.text(), None);
        notes.0.insert(About::Provider, "cannot ask".to_owned());
        notes.0.insert(About::Wait, "It waits.".to_owned());
        assert_eq!(notes.text().as_deref(), Some("It waits. Cannot ask."));
        notes.0.insert(About::Wait, "It waits for long".to_owned());
        assert_eq!(notes.text().as_deref(), Some("It waits for long. Cannot ask."));
    }
}
