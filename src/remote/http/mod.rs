//! The one way out: every call of a client goes through [`Http`], which waits its turn, sends, understands what came back, and repeats
//! what may be repeated.

mod call;
mod gate;
mod limits;
mod pace;
mod patience;
mod refusal;
mod scrub;
mod sse;
#[cfg(test)]
mod tests;
mod transport;

pub(crate) use call::{Call, Effect};
pub use pace::Pace;
pub use patience::Patience;
pub(crate) use scrub::clean;
pub(crate) use sse::{Event, Parser};

use crate::error::{Advice, Kind, RemoteError, Result};
use bytes::{Bytes, BytesMut};
use gate::{Gate, Pass};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The longest answer that is read. RunPod's largest is the output of a job, 20 MB.
const LONGEST: usize = 32 * 1024 * 1024;

/// Sends calls of one client with one key.
#[derive(Clone)]
pub(crate) struct Http {
    /// Whom the errors speak of.
    service: &'static str,
    key: SecretString,
    patience: Patience,
    pace: Arc<dyn Pace>,
    gate: Arc<Gate>,
    /// Connections are kept and used again.
    calls: Client,
    /// A connection of its own for what must not happen twice: a kept one that the server closes in that moment would leave it open
    /// whether it happened.
    once: Client,
    /// Answers that go on for hours.
    streams: Client,
    #[cfg(test)]
    prefer: Option<String>,
}

/// An answer with a status of success.
#[derive(Debug)]
struct Answer {
    status: u16,
    form: String,
    body: Bytes,
}

impl Answer {
    /// What is odd about an answer that cannot be read.
    fn oddity(&self, error: &serde_json::Error) -> String {
        let begin = String::from_utf8_lossy(&self.body[..self.body.len().min(200)]);
        match begin.trim() {
            "" => "it is empty".to_owned(),
            begin if self.form.contains("html") || begin.starts_with('<') => {
                "a web page instead of data".to_owned()
            }
            // A document of another form may hold what is nobody's business, such as the environment of a pod.
            _ if error.is_data() => error.to_string(),
            begin => format!("{error}; it begins with {begin}"),
        }
    }
}

impl Http {
    /// A core for one provider and one key.
    ///
    /// # Errors
    /// There is no key, or it cannot stand in a header.
    pub fn new(
        service: &'static str,
        key: &SecretString,
        patience: Patience,
        pace: Arc<dyn Pace>,
    ) -> Result<Self> {
        let doing = "connect";
        let key = SecretString::from(key.expose_secret().trim());
        if key.expose_secret().is_empty() {
            return Err(RemoteError::new(service, doing, Kind::NoKey));
        }
        let setting = |detail: &str| RemoteError::new(service, doing, Kind::Settings).detail(detail);
        if !key.expose_secret().chars().all(|c| c.is_ascii_graphic()) {
            return Err(setting("the API key holds spaces or characters that no key has"));
        }
        let client = || {
            Client::builder()
                // The key must not travel to wherever an answer points.
                .redirect(Policy::none())
                .connect_timeout(patience.connect)
                .user_agent(concat!("brightrun/", env!("CARGO_PKG_VERSION")))
        };
        let build = |builder: reqwest::ClientBuilder| {
            builder.build().map_err(|error| setting(&clean(&transport::chain(&error), [&key])))
        };
        Ok(Self {
            service,
            patience,
            pace,
            gate: Arc::default(),
            calls: build(client().timeout(patience.answer))?,
            once: build(client().timeout(patience.answer).pool_max_idle_per_host(0))?,
            streams: build(client().read_timeout(patience.silence))?,
            key,
            #[cfg(test)]
            prefer: None,
        })
    }

    /// The same with a header by which Prism is told which documented answer to give.
    #[cfg(test)]
    pub fn preferring(&self, prefer: &str) -> Self {
        Self { prefer: Some(prefer.to_owned()), ..self.clone() }
    }

    /// Waiting and repeating.
    pub fn patience(&self) -> &Patience {
        &self.patience
    }

    /// The clock.
    pub fn pace(&self) -> &dyn Pace {
        &*self.pace
    }

    /// When a poller of this lane may ask next.
    pub fn may_poll_in(&self, lane: &str, least: Duration) -> Duration {
        self.gate.pace(lane, self.pace.now(), least)
    }

    /// Sends a call and reads the answer as this type.
    pub async fn json<T: DeserializeOwned>(&self, call: &Call<'_>) -> Result<T> {
        let answer = self.repeated(call).await?;
        serde_json::from_slice(&answer.body).map_err(|error| {
            let secrets = self.secrets(call);
            let detail = format!("{}: {}", answer.status, answer.oddity(&error));
            self.judged(call, Kind::Garbage, |error| {
                error.status(answer.status).detail(clean(&detail, secrets))
            })
        })
    }

    /// Sends a call whose answer says nothing more.
    pub async fn done(&self, call: &Call<'_>) -> Result<()> {
        self.repeated(call).await.map(drop)
    }

    /// Opens an answer that goes on; its body is the caller's to read. Sent once.
    pub async fn open(&self, call: &Call<'_>) -> Result<Response> {
        let pass = self.enter(call, self.pace.now()).await?;
        let response = self.exchange(&self.streams, call, pass).await?;
        if response.status().is_success() { Ok(response) } else { Err(self.refused(call, response).await) }
    }

    /// What went wrong while a stream was read.
    pub fn cut(&self, call: &Call<'_>, error: reqwest::Error) -> RemoteError {
        self.lost(call, error)
    }

    async fn repeated(&self, call: &Call<'_>) -> Result<Answer> {
        let begun = self.pace.now();
        let mut attempt = 0;
        loop {
            let pass = self.enter(call, begun).await?;
            attempt += 1;
            let error = match self.once(call, pass).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            if attempt > 1 && error.is_not_found() && call.gone_is_done {
                // The attempt before did it and its answer was lost.
                return Ok(Answer { status: 204, form: String::new(), body: Bytes::new() });
            }
            let pause = error.wait().unwrap_or_else(|| self.patience.pause(attempt, self.pace.chance()));
            if !error.is_transient() || attempt >= self.patience.attempts || !self.fits(begun, pause) {
                return Err(error);
            }
            tracing::debug!(call = call.doing, attempt, pause_ms = pause.as_millis(), "again");
            self.pace.sleep(pause).await;
        }
    }

    /// Waits until the gate lets the call in, or says how long it would have to wait.
    async fn enter(&self, call: &Call<'_>, begun: Instant) -> Result<Pass<'_>> {
        loop {
            let wait = match self.gate.enter(&call.lane, self.pace.now()) {
                Ok(pass) => return Ok(pass),
                Err(wait) => wait,
            };
            if !self.fits(begun, wait) {
                return Err(RemoteError::new(self.service, call.doing, Kind::Limited).after(Some(wait)));
            }
            self.pace.sleep(wait).await;
        }
    }

    fn fits(&self, begun: Instant, pause: Duration) -> bool {
        self.pace.now().saturating_duration_since(begun).saturating_add(pause) <= self.patience.budget
    }

    async fn once(&self, call: &Call<'_>, pass: Pass<'_>) -> Result<Answer> {
        let client = if call.effect == Effect::Makes { &self.once } else { &self.calls };
        let mut response = self.exchange(client, call, pass).await?;
        if !response.status().is_success() {
            return Err(self.refused(call, response).await);
        }
        let status = response.status().as_u16();
        let form = response
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|form| form.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        let (body, rest) = body(&mut response, LONGEST).await.map_err(|error| self.lost(call, error))?;
        if rest {
            return Err(
                self.judged(call, Kind::Garbage, |error| error.status(status).detail("it does not end"))
            );
        }
        Ok(Answer { status, form, body })
    }

    /// Sends it once and tells the gate what came back.
    async fn exchange(&self, client: &Client, call: &Call<'_>, pass: Pass<'_>) -> Result<Response> {
        let mut request = client.request(call.method.clone(), call.url.clone()).headers(call.headers.clone());
        request = request.header(AUTHORIZATION, self.authorization(call)?);
        if !call.headers.contains_key(ACCEPT) {
            request = request.header(ACCEPT, "application/json, application/problem+json");
        }
        if let Some(body) = &call.body {
            request = request.header(CONTENT_TYPE, "application/json").body(body.clone());
        }
        #[cfg(test)]
        if let Some(prefer) = &self.prefer {
            request = request.header("prefer", prefer);
        }
        let answer = request.send().await;
        let told = answer.as_ref().map(|response| limits::windows(response.headers())).unwrap_or_default();
        pass.told(self.pace.now(), told);
        let status = answer.as_ref().map_or(0, |response| response.status().as_u16());
        tracing::debug!(method = %call.method, path = call.url.path(), status, "asked {}", self.service);
        answer.map_err(|error| self.lost(call, error))
    }

    /// The one header that the key is in. Libraries below do not show it when they log what they send.
    fn authorization(&self, call: &Call<'_>) -> Result<HeaderValue> {
        let mut header = HeaderValue::from_str(&format!("Bearer {}", self.key.expose_secret()))
            .map_err(|_| RemoteError::new(self.service, call.doing, Kind::Settings))?;
        header.set_sensitive(true);
        Ok(header)
    }

    async fn refused(&self, call: &Call<'_>, mut response: Response) -> RemoteError {
        let (status, headers): (_, HeaderMap) = (response.status().as_u16(), response.headers().clone());
        // What of the body did not come is not missed: the status says enough.
        let body = body(&mut response, 64 * 1024).await.map(|(body, _)| body).unwrap_or_default();
        let refusal = refusal::read(call, status, &headers, &body, &self.secrets(call));
        if refusal.kind == Kind::Limited
            && let Some(wait) = refusal.after
        {
            self.gate.close(&call.lane, self.pace.now() + wait);
        }
        self.judged(call, refusal.kind, |error| {
            let error =
                error.status(status).detail(refusal.detail).fields(refusal.fields).after(refusal.after);
            let error = error.writes(call.writes());
            match refusal.advice {
                Some(advice) => error.advised(advice),
                None => error,
            }
        })
    }

    fn lost(&self, call: &Call<'_>, error: reqwest::Error) -> RemoteError {
        let (kind, sent, detail) = transport::read(error);
        let error =
            RemoteError::new(self.service, call.doing, kind).detail(clean(&detail, self.secrets(call)));
        if sent && call.effect == Effect::Makes { error.advised(Advice::Uncertain) } else { error }
    }

    /// An error after an answer came. Of a call that must not happen twice, a fault or nonsense leaves open whether it happened.
    fn judged(
        &self,
        call: &Call<'_>,
        kind: Kind,
        more: impl FnOnce(RemoteError) -> RemoteError,
    ) -> RemoteError {
        let error = more(RemoteError::new(self.service, call.doing, kind));
        let open = matches!(kind, Kind::Server | Kind::Garbage | Kind::Timeout);
        if open && call.effect == Effect::Makes { error.advised(Advice::Uncertain) } else { error }
    }

    fn secrets<'a>(&'a self, call: &'a Call<'_>) -> impl Iterator<Item = &'a SecretString> + Clone {
        std::iter::once(&self.key).chain(call.secrets.iter().copied())
    }
}

impl std::fmt::Debug for Http {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Http")
            .field("service", &self.service)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}

/// At most this many bytes of a body, and whether there was more.
async fn body(response: &mut Response, most: usize) -> Result<(Bytes, bool), reqwest::Error> {
    let mut all = BytesMut::new();
    while let Some(piece) = response.chunk().await? {
        if all.len() + piece.len() > most {
            return Ok((all.freeze(), true));
        }
        all.extend_from_slice(&piece);
    }
    Ok((all.freeze(), false))
}
