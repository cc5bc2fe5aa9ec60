//! A RunPod account that answers always alike: one that works, or one with one thing wrong with it.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

/// What is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Account {
    /// Nothing.
    Good,
    /// The key is not accepted.
    WrongKey,
    /// The key may not read pods and secrets.
    Scoped,
    /// Nothing is left; whatever is made is refused with 402.
    Empty,
    /// All interfaces were switched off.
    Retired,
}

/// The account.
pub struct Answers {
    /// Where it is, without a slash at the end.
    pub at: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Answers {
    /// One that answers until the test ends.
    #[allow(clippy::disallowed_methods, reason = "the server of a test ends with its process")]
    pub fn start(account: Account) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let at = format!("http://{}", listener.local_addr().expect("an address"));
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let heard = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that goes away is no failure of the account.
                let _ = answer(stream, account, &heard);
            }
        });
        Self { at, asked }
    }

    /// Method and path of everything that was asked, with what was sent.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn answer(stream: TcpStream, account: Account, heard: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace();
    let (method, path) =
        (words.next().unwrap_or_default().to_owned(), words.next().unwrap_or_default().to_owned());
    let mut length = 0;
    loop {
        let mut header = String::new();
        if reader.read_line(&mut header)? == 0 || header.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = header.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let path = path.split('?').next().unwrap_or_default();
    let sent = String::from_utf8_lossy(&body).into_owned();
    heard.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{method} {path} {sent}"));
    let (code, answer) = said(account, &method, path, &sent);
    let text = if answer.is_null() { String::new() } else { answer.to_string() };
    let mut stream = stream;
    write!(
        stream,
        "HTTP/1.1 {code} x\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{text}",
        text.len()
    )
}

fn said(account: Account, method: &str, path: &str, sent: &str) -> (u16, Value) {
    match account {
        Account::WrongKey => return (401, Value::Null),
        Account::Retired => return (410, json!({"error": "Gone"})),
        Account::Scoped if path.ends_with("/pods") || path.ends_with("/secrets") => {
            return (403, json!({"title": "Forbidden", "status": 403, "detail": "the key lacks the scope"}));
        }
        Account::Empty if method == "POST" && path != "/graphql" => {
            return (
                402,
                json!({"title": "Payment Required", "status": 402, "detail": "insufficient balance"}),
            );
        }
        _ => {}
    }
    let sent: Value = serde_json::from_str(sent).unwrap_or_default();
    let left = if account == Account::Empty { 0.0 } else { 12.5 };
    match (method, path) {
        (_, "/graphql") => (
            200,
            json!({"data": {"myself": {"clientBalance": left, "currentSpendPerHr": 0.74, "spendLimit": 80}}}),
        ),
        ("GET", "/rest/pods") => (200, json!({"pods": []})),
        ("GET", "/rest/serverless") => (200, json!({"endpoints": []})),
        ("POST", "/rest/serverless") => (201, json!({"id": "ep9", "name": sent["name"]})),
        ("GET", "/rest/serverless/ep") => (
            200,
            json!({"id": "ep", "name": "training", "type": "QUEUE",
            "image": "ghcr.io/example/worker:1.0", "gpu": {"pools": ["AMPERE_80"]}, "workers": {"min": 0, "max": 2},
            "dataCenterIds": ["EU-RO-1"], "networkVolumes": ["vol"]}),
        ),
        ("GET", "/rest/serverless/ep/workers") => (
            200,
            json!({"workers": [{"id": "w", "image": "ghcr.io/example/worker:1.0"}], "summary": {"idle": 1}}),
        ),
        ("GET", "/jobs/ep/health") => {
            (200, json!({"jobs": {"inQueue": 0, "inProgress": 0}, "workers": {"idle": 1}}))
        }
        ("GET", "/jobs/ep/requests") => (200, json!({"requests": []})),
        ("GET", "/rest/network-volumes") => (200, json!({"networkVolumes": []})),
        ("POST", "/rest/network-volumes") => (201, json!({"id": "vol9", "name": sent["name"]})),
        ("GET", "/rest/network-volumes/vol") => {
            (200, json!({"id": "vol", "name": "models", "size": 200, "dataCenter": "EU-RO-1"}))
        }
        ("GET", "/rest/account/secrets") => (200, json!({"secrets": []})),
        ("GET", "/rest/catalog/gpus") => (
            200,
            json!({"gpus": [
            {"id": "NVIDIA A100 80GB PCIe", "name": "A100 PCIe", "pool": "AMPERE_80", "memory": 80, "secure": true,
             "price": {"secure": 1.44, "serverless": 2.72}},
            {"id": "NVIDIA L40S", "name": "L40S", "pool": "ADA_48_PRO", "memory": 48, "secure": true,
             "price": {"secure": 0.99, "serverless": 1.91}}]}),
        ),
        ("GET", "/rest/catalog/datacenters") => (
            200,
            json!({"dataCenters": [
            {"id": "EU-RO-1", "networkVolumeTypes": ["STANDARD"]}, {"id": "US-XX-1"}]}),
        ),
        _ => (404, json!({"title": "Not Found", "status": 404})),
    }
}
