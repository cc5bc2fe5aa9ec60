//! How programs inside reach a store.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// GET and PUT at signed addresses.
pub trait Web: Send {
    /// The bytes at that address; `None`: nothing is there (404).
    fn get(&mut self, address: &str) -> Result<Option<Vec<u8>>, String>;
    /// Puts bytes there.
    fn put(&mut self, address: &str, bytes: Vec<u8>) -> Result<(), String>;
}

/// A store in memory; its addresses are any texts. Clones are the same store.
#[derive(Debug, Clone, Default)]
pub struct Memory(Arc<Mutex<BTreeMap<String, Vec<u8>>>>);

impl Memory {
    /// What lies at that address.
    pub fn look(&self, address: &str) -> Option<Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(address).cloned()
    }

    /// Lays something there.
    pub fn lay(&self, address: &str, bytes: impl Into<Vec<u8>>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(address.to_owned(), bytes.into());
    }

    /// All addresses that begin so.
    pub fn names(&self, start: &str) -> Vec<String> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.keys().filter(|name| name.starts_with(start)).cloned().collect()
    }

    /// Removes all addresses that begin so.
    pub fn remove(&self, start: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|name, _| !name.starts_with(start));
    }
}

impl Web for Memory {
    fn get(&mut self, address: &str) -> Result<Option<Vec<u8>>, String> {
        Ok(self.look(address))
    }

    fn put(&mut self, address: &str, bytes: Vec<u8>) -> Result<(), String> {
        self.lay(address, bytes);
        Ok(())
    }
}

/// A server's files as they lie in its folder: `http://host/bucket/key?signature` is `root/bucket/key`. Quicker than asking the server, for one that
/// keeps its objects as plain files (s3s-fs); nobody looks at the signature. Addresses `volume:<id>/…` are `root/<id>/…`.
#[derive(Debug, Clone)]
pub struct Folder(pub PathBuf);

impl Folder {
    fn path(&self, address: &str) -> PathBuf {
        let plain = address.split(['?', '#']).next().unwrap_or_default();
        let path = match plain.strip_prefix("volume:") {
            Some(path) => path,
            None => plain
                .split_once("://")
                .and_then(|(_, rest)| rest.split_once('/'))
                .map_or(plain, |(_, path)| path),
        };
        self.0.join(path)
    }
}

impl Web for Folder {
    fn get(&mut self, address: &str) -> Result<Option<Vec<u8>>, String> {
        match std::fs::read(self.path(address)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.to_string()),
        }
    }

    fn put(&mut self, address: &str, bytes: Vec<u8>) -> Result<(), String> {
        let path = self.path(address);
        let beside = path.with_extension("sim-part");
        let written = path
            .parent()
            .map_or(Ok(()), std::fs::create_dir_all)
            .and_then(|()| std::fs::write(&beside, bytes));
        written.and_then(|()| std::fs::rename(&beside, &path)).map_err(|error| error.to_string())
    }
}

/// Plain HTTP, one connection a request.
#[derive(Debug, Clone, Copy, Default)]
pub struct Http;

impl Http {
    fn ask(method: &str, address: &str, bytes: &[u8]) -> Result<(u16, Vec<u8>), String> {
        let rest = address.strip_prefix("http://").ok_or("only http:// is spoken here")?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let ask = || -> std::io::Result<Vec<u8>> {
            let mut socket = TcpStream::connect(host)?;
            socket.set_read_timeout(Some(Duration::from_secs(30)))?;
            // HTTP/1.0: no chunks to put together.
            let head = format!(
                "{method} /{path} HTTP/1.0\r\nhost: {host}\r\ncontent-length: {}\r\n\r\n",
                bytes.len()
            );
            socket.write_all(head.as_bytes())?;
            socket.write_all(bytes)?;
            let mut answer = Vec::new();
            socket.read_to_end(&mut answer)?;
            Ok(answer)
        };
        let answer = ask().map_err(|error| error.to_string())?;
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").ok_or("the answer has no head")?;
        let head = String::from_utf8_lossy(&answer[..end]);
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .ok_or("the answer has no status")?;
        Ok((status, answer[end + 4..].to_vec()))
    }
}

impl Web for Http {
    fn get(&mut self, address: &str) -> Result<Option<Vec<u8>>, String> {
        match Self::ask("GET", address, &[])? {
            (200, bytes) => Ok(Some(bytes)),
            (404, _) => Ok(None),
            (status, _) => Err(format!("the store answers {status}")),
        }
    }

    fn put(&mut self, address: &str, bytes: Vec<u8>) -> Result<(), String> {
        match Self::ask("PUT", address, &bytes)? {
            (200..=299, _) => Ok(()),
            (status, _) => Err(format!("the store answers {status}")),
        }
    }
}
