//! From HTTP to the world and back.

use super::{Pace, Shared};
use crate::api::{Answer, Host, Reply, Request};
use crate::clock::Ms;
use crate::faults::Wire;
use bytes::Bytes;
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use http_body_util::{BodyExt as _, Full, Limited, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Response, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use serde_json::json;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

type Body = http_body_util::combinators::UnsyncBoxBody<Bytes, Lost>;

/// The connection ends here.
#[derive(Debug)]
struct Lost;

impl std::fmt::Display for Lost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the connection ends here")
    }
}

impl std::error::Error for Lost {}

/// Takes connections for one host.
pub(super) async fn listen(shared: Arc<Shared>, listener: std::net::TcpListener, host: Host) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    let mut open = tokio::task::JoinSet::new();
    loop {
        let Ok((socket, _)) = listener.accept().await else { continue };
        // An answer in two pieces would wait forty milliseconds for its second one.
        let _quicker = socket.set_nodelay(true);
        let shared = Arc::clone(&shared);
        let service = service_fn(move |request| answer(Arc::clone(&shared), host, request));
        open.spawn(async move {
            // A fault ends the connection with an error; so does a client that leaves.
            let _ended =
                Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(socket), service).await;
        });
        while open.try_join_next().is_some() {}
    }
}

/// Keeps the world's clock going.
pub(super) async fn tick(shared: Arc<Shared>) {
    let mut every = tokio::time::interval(Duration::from_millis(50));
    loop {
        every.tick().await;
        let shared = Arc::clone(&shared);
        let _done = tokio::task::spawn_blocking(move || shared.act(crate::World::bury_all_silent)).await;
    }
}

async fn answer(
    shared: Arc<Shared>,
    host: Host,
    request: hyper::Request<Incoming>,
) -> Result<Response<Body>, Lost> {
    let (head, body) = request.into_parts();
    let text = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let body = Limited::new(body, 32 << 20).collect().await.map_err(|_| Lost)?.to_bytes();
    let query = url::form_urlencoded::parse(head.uri.query().unwrap_or_default().as_bytes());
    let request = Request {
        host,
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: query.into_owned().collect(),
        key: text("authorization"),
        last_event: text("last-event-id"),
        body: body.to_vec(),
        patient: true,
        again: false,
    };
    let answer = settle(&shared, request).await;
    if let Some(Wire::Slow(ms)) = answer.wire {
        tokio::time::sleep(Duration::from_millis(ms.max(0).cast_unsigned())).await;
    }
    if matches!(answer.wire, Some(Wire::LostBefore | Wire::LostAfter)) {
        return Err(Lost);
    }
    Ok(written(&shared, answer))
}

/// The world's answer; holds the line while it has none yet.
async fn settle(shared: &Arc<Shared>, mut request: Request) -> Answer {
    let mut changed = shared.changed.subscribe();
    let mut until = None;
    loop {
        changed.mark_unchanged();
        let (asked, world) = (request.clone(), Arc::clone(shared));
        let called = tokio::task::spawn_blocking(move || world.act(|world| world.call(&asked))).await;
        let Ok(answer) = called else {
            return Answer::json(500, json!({"error": "the simulation has a defect"}));
        };
        let Reply::Wait(ms) = answer.reply else { return answer };
        if !std::mem::replace(&mut request.again, true) {
            request
                .query
                .extend(answer.headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        }
        // Where only the test moves the clock, nobody is kept waiting for long.
        let real = match shared.pace {
            Pace::Still => ms.min(300),
            Pace::Times(times) => ms / Ms::from(times.max(1)),
        };
        let end = *until.get_or_insert_with(|| {
            let now = tokio::time::sleep(Duration::ZERO).deadline();
            now + Duration::from_millis(real.max(0).cast_unsigned())
        });
        if tokio::time::timeout_at(end, changed.changed()).await.is_err() {
            request.patient = false;
        }
    }
}

fn written(shared: &Arc<Shared>, answer: Answer) -> Response<Body> {
    let cut = answer.wire == Some(Wire::CutShort);
    let (kind, text) = match answer.reply {
        Reply::Empty | Reply::Wait(_) => (None, String::new()),
        Reply::Json(value) => (Some("application/json"), value.to_string()),
        Reply::Text(kind, text) => (Some(kind), text),
        Reply::Log { id, endpoint, source, after } => {
            let body =
                StreamBody::new(events(Arc::clone(shared), id, endpoint, source, after)).boxed_unsync();
            return head(200, &answer.headers, Some("text/event-stream"), None, body);
        }
    };
    let bytes = Bytes::from(text);
    let length = bytes.len();
    let body = if cut {
        // The half must be on its way before the connection ends.
        let half = stream::iter([Ok(Frame::data(bytes.slice(..length / 2)))]);
        let end = stream::once(async {
            tokio::time::sleep(Duration::from_millis(30)).await;
            Err(Lost)
        });
        StreamBody::new(half.chain(end)).boxed_unsync()
    } else {
        Full::new(bytes).map_err(|never| match never {}).boxed_unsync()
    };
    head(answer.status, &answer.headers, kind, Some(length).filter(|_| cut), body)
}

fn head(
    status: u16,
    headers: &[(&'static str, String)],
    kind: Option<&str>,
    length: Option<usize>,
    body: Body,
) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let all = headers.iter().map(|(name, value)| (*name, value.clone()));
    let all = all.chain(kind.map(|kind| ("content-type", kind.to_owned())));
    for (name, value) in all.chain(length.map(|length| ("content-length", length.to_string()))) {
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// The lines of a log as they come, until the thing is gone.
fn events(
    shared: Arc<Shared>,
    id: String,
    endpoint: Option<String>,
    source: Option<String>,
    after: u64,
) -> BoxStream<'static, Result<Frame<Bytes>, Lost>> {
    let changed = shared.changed.subscribe();
    let start = (shared, changed, id, endpoint, source, after);
    stream::unfold(start, |(shared, mut changed, id, endpoint, source, mut after)| async move {
        loop {
            changed.mark_unchanged();
            let lines = shared.world().lines(&id, endpoint.as_deref(), source.as_deref(), after)?;
            if let Some(last) = lines.last() {
                after = last.number;
                let mut text = String::new();
                for line in &lines {
                    let data = json!({"ts": crate::clock::written(line.at), "source": line.source, "line": line.text});
                    // A text takes everything.
                    let _written = write!(text, "id: {}\ndata: {data}\n\n", line.id());
                }
                return Some((Ok(Frame::data(Bytes::from(text))), (shared, changed, id, endpoint, source, after)));
            }
            changed.changed().await.ok()?;
        }
    })
    .boxed()
}
