//! A server in the process of the test that answers as the test says, also with half answers and none.

use bytes::Bytes;
use futures::{StreamExt, stream};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

type Body = UnsyncBoxBody<Bytes, io::Error>;

/// What the server does with a request.
#[derive(Debug, Clone)]
pub enum Reply {
    /// A whole answer: status, headers, body.
    Says(u16, Vec<(&'static str, String)>, String),
    /// Half an answer, then the connection is closed.
    Half(String),
    /// Closes the connection without an answer.
    Cut,
    /// Never answers.
    Never,
}

impl Reply {
    /// An answer of JSON, or of what looks like it.
    #[expect(clippy::needless_pass_by_value, reason = "a document that is made for it, or a text")]
    pub fn json(status: u16, body: impl ToString) -> Self {
        Self::Says(status, vec![("content-type", "application/json".to_owned())], body.to_string())
    }
    /// The same with one more header.
    pub fn header(self, name: &'static str, value: &str) -> Self {
        let Self::Says(status, mut headers, body) = self else { panic!("only an answer has headers") };
        headers.push((name, value.to_owned()));
        Self::Says(status, headers, body)
    }
    /// Events.
    pub fn events(text: &str) -> Self {
        Self::Says(200, vec![("content-type", "text/event-stream".to_owned())], text.to_owned())
    }

    fn answer(self) -> io::Result<Response<Body>> {
        let closed = || io::Error::other("closed by the test");
        let (status, headers, body) = match self {
            Self::Says(status, headers, body) => (status, headers, full(body)),
            Self::Half(body) => {
                let length = (body.len() + 100).to_string();
                let half = stream::iter([Ok(Frame::data(Bytes::from(body)))]);
                // Hyper sends what it has when it has to wait.
                let end = stream::once(async move {
                    tokio::task::yield_now().await;
                    Err(closed())
                });
                (200, vec![("content-length", length)], StreamBody::new(half.chain(end)).boxed_unsync())
            }
            Self::Cut | Self::Never => return Err(closed()),
        };
        let mut answer = Response::builder().status(status);
        for (name, value) in headers {
            answer = answer.header(name, value);
        }
        answer.body(body).map_err(io::Error::other)
    }
}

fn full(body: String) -> Body {
    Full::new(Bytes::from(body)).map_err(|never| match never {}).boxed_unsync()
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Seen {
    /// `GET /v2/pods?cursor=2`
    pub line: String,
    /// Names in small letters.
    pub headers: BTreeMap<String, String>,
    /// Its body.
    pub body: String,
}

impl Seen {
    /// The body as a document.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// The server; it ends with the value.
pub struct Server {
    /// `http://127.0.0.1:4711`
    pub url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    _tasks: JoinSet<()>,
}

impl Server {
    /// Answers by what it was asked and how many requests came before.
    pub async fn answering(answer: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (seen, mut tasks) = (Arc::<Mutex<Vec<Seen>>>::default(), JoinSet::new());
        let (answer, memory) = (Arc::new(answer), seen.clone());
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((connection, _)) = listener.accept().await {
                let (answer, memory) = (answer.clone(), memory.clone());
                connections.spawn(async move {
                    let service = service_fn(move |request: Request<Incoming>| {
                        let (answer, memory) = (answer.clone(), memory.clone());
                        async move {
                            let seen = see(request).await;
                            let before = {
                                let mut memory = memory.lock().unwrap();
                                memory.push(seen.clone());
                                memory.len() - 1
                            };
                            match answer(&seen, before) {
                                Reply::Never => futures::future::pending().await,
                                reply => reply.answer(),
                            }
                        }
                    });
                    let _ = hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(connection), service)
                        .await;
                });
            }
        });
        Self { url, seen, _tasks: tasks }
    }

    /// Answers with these, one after another; the last one again and again.
    pub async fn script(replies: impl IntoIterator<Item = Reply>) -> Self {
        let replies: Vec<_> = replies.into_iter().collect();
        Self::answering(move |_, before| replies[before.min(replies.len() - 1)].clone()).await
    }

    /// What was asked so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
    /// Only the first lines.
    pub fn lines(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.line).collect()
    }
}

async fn see(request: Request<Incoming>) -> Seen {
    let line = format!("{} {}", request.method(), request.uri());
    let text = |value: &hyper::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = request.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
    let body =
        request.into_body().collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    Seen { line, headers, body: String::from_utf8_lossy(&body).into_owned() }
}
