//! A look at RunPod for somebody who configures a training: it takes no longer than he waits gladly, and what was heard counts for a while.

use crate::{Engine, Error, Result};
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;
use tokio::sync::Mutex;

/// So long somebody who configures a training waits.
const GLANCE: Duration = Duration::from_secs(3);
/// So long nobody is asked again who did not answer.
const SILENT: TimeDelta = TimeDelta::minutes(1);

/// What was heard last, and until when nobody needs to ask again.
#[derive(Debug)]
pub(crate) struct Heard<T>(Mutex<(Option<T>, DateTime<Utc>)>);

impl<T> Default for Heard<T> {
    fn default() -> Self {
        Self(Mutex::new((None, DateTime::<Utc>::MIN_UTC)))
    }
}

impl<T: Clone> Heard<T> {
    /// What was heard last; `read` asks when that is old, and says until when its answer counts. Who comes while somebody asks waits
    /// for the same answer. `None`: nobody knows.
    pub(super) async fn or_ask(
        &self,
        engine: &Engine,
        what: &str,
        read: impl Future<Output = Result<Option<(T, DateTime<Utc>)>>>,
    ) -> Option<T> {
        let now = engine.0.clock.real();
        let mut last = self.0.lock().await;
        if now >= last.1 {
            let read = briefly(engine, what, "RunPod does not answer", read).await.unwrap_or_else(|error| {
                tracing::info!(%error, "nothing was heard");
                None
            });
            *last = read.map_or((None, now + SILENT), |(answer, until)| (Some(answer), until));
        }
        last.0.clone()
    }
}

/// What is read, or that nobody answers while somebody waits at a screen.
pub(super) async fn briefly<T>(
    engine: &Engine,
    what: &str,
    silent: &str,
    read: impl Future<Output = Result<T>>,
) -> Result<T> {
    tokio::select! {
        read = read => read,
        () = engine.0.clock.sleep(GLANCE) => Err(Error::failed(what, silent)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[tokio::test]
    async fn an_answer_is_asked_for_once_until_it_is_old() {
        let dir = tempfile::tempdir().unwrap();
        let engine = crate::testing::engine(dir.path()).await;
        let (now, asked) = (engine.0.clock.real(), Cell::new(0));
        let (fresh, old) = (now + TimeDelta::hours(1), now - TimeDelta::hours(1));
        let answer = |until: Option<DateTime<Utc>>| {
            let asked = &asked;
            async move {
                asked.set(asked.get() + 1);
                tokio::task::yield_now().await;
                let until = until.ok_or_else(|| Error::failed("Cannot ask", "nobody is there"))?;
                Ok(Some((asked.get(), until)))
            }
        };
        let heard = Heard::default();
        let ask = |until| heard.or_ask(&engine, "Cannot ask", answer(until));
        assert_eq!(ask(Some(old)).await, Some(1));
        let both = tokio::join!(ask(Some(fresh)), ask(Some(fresh)));
        assert_eq!(both, (Some(2), Some(2)), "who comes meanwhile waits for the same answer");
        let silent = Heard::default();
        let ask = |until| silent.or_ask(&engine, "Cannot ask", answer(until));
        assert_eq!((ask(None).await, ask(Some(fresh)).await), (None, None), "nobody is asked again at once");
        assert_eq!(asked.get(), 3);
    }
}
