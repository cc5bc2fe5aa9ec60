//! The part of the model hub that fetching a model touches, with one model.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// What every revision of the model is.
const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// It listens on a port of its own until the test ends.
pub struct Hub {
    /// The model, as `owner/name`; a name of its own, since a volume is everybody's.
    pub model: String,
    at: String,
    fetched: Arc<Mutex<Vec<String>>>,
}

impl Hub {
    /// One that has the model in this folder, and beside it what nobody shall fetch.
    #[allow(clippy::disallowed_methods, reason = "the hub of a test ends with its process")]
    pub fn with(folder: &Path) -> Self {
        let mut files: BTreeMap<String, Vec<u8>> = std::fs::read_dir(folder)
            .expect("a model")
            .flatten()
            .map(|file| {
                (file.file_name().to_string_lossy().into_owned(), std::fs::read(file.path()).expect("a file"))
            })
            .collect();
        files.insert("evil.py".to_owned(), b"boom".to_vec());
        let model = format!("org/tiny-{}", uuid::Uuid::new_v4().simple());
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let at = format!("http://{}", listener.local_addr().expect("an address"));
        let fetched = Arc::new(Mutex::new(Vec::new()));
        let (name, told) = (model.clone(), fetched.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // Whoever goes away in the middle is not the hub's affair.
                let _gone = answer(&stream, &name, &files, &told);
            }
        });
        Self { model, at, fetched }
    }

    /// What leads a worker there.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        let word = |word: &str| word.to_owned();
        vec![
            ("HF_ENDPOINT", self.at.clone()),
            ("HF_HUB_OFFLINE", word("0")),
            ("HF_HUB_DISABLE_XET", word("1")),
        ]
    }

    /// The files that were fetched, in order.
    pub fn fetched(&self) -> Vec<String> {
        self.fetched.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// One request, after which the line is closed.
fn answer(
    mut stream: &TcpStream,
    model: &str,
    files: &BTreeMap<String, Vec<u8>>,
    fetched: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    let mut words = first.split(' ');
    let (method, uri) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let path = uri.split('?').next().unwrap_or_default();
    let listed = |name: &str, id: &str| -> Vec<Value> {
        let one = |(file, content): (&String, &Vec<u8>)| json!({name: file, "type": "file", "size": content.len(), id: COMMIT});
        files.iter().map(one).collect()
    };
    let api = path.strip_prefix("/api/models/").and_then(|rest| rest.strip_prefix(model));
    let file = path.strip_prefix('/').and_then(|rest| rest.strip_prefix(model)).and_then(|rest| {
        let (_, name) = rest.strip_prefix("/resolve/")?.split_once('/')?;
        files.get_key_value(name)
    });
    let (status, body) = match (api, file) {
        (Some(rest), _) if rest.starts_with("/tree/") => {
            ("200 OK", json!(listed("path", "oid")).to_string().into_bytes())
        }
        (Some(_), _) => {
            let about = json!({"id": model, "sha": COMMIT, "siblings": listed("rfilename", "blobId")});
            ("200 OK", about.to_string().into_bytes())
        }
        (None, Some((name, content))) => {
            if method == "GET" {
                fetched.lock().unwrap_or_else(PoisonError::into_inner).push(name.clone());
            }
            ("200 OK", content.clone())
        }
        _ => ("404 Not Found", Vec::new()),
    };
    // A tag for each file, so that none is taken for another one.
    let tag = file.map_or(COMMIT.to_owned(), |(name, _)| {
        name.bytes().fold(String::new(), |tag, byte| tag + &format!("{byte:02x}"))
    });
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nContent-Type: application/json\r\nETag: \"{tag}\"\r\nX-Repo-Commit: {COMMIT}\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    if method == "GET" { stream.write_all(&body) } else { Ok(()) }
}
