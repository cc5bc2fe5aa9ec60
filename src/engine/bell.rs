//! A bell that programs of this machine ring when runs have changed, so that whoever waits for work may sleep (decision 0156).
//!
//! Every listener hangs up a socket of its own below the data folder. What is rung says nothing but *look again*.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::net::UnixDatagram as Sender;
use std::path::{Path, PathBuf};
use tokio::net::UnixDatagram;

fn folder(data_dir: &Path) -> PathBuf {
    data_dir.join("bells")
}

/// A bell that hangs; it is taken down when it is dropped.
#[derive(Debug)]
pub(crate) struct Bell {
    socket: UnixDatagram,
    path: PathBuf,
}

impl Bell {
    /// Hangs it up under the name of a living engine. `None`: this file system knows no sockets, or the path is too long for one.
    pub fn hang(data_dir: &Path, owner: &str) -> Option<Self> {
        let folder = folder(data_dir);
        // Names of sockets hold a hundred bytes; the first letters of an owner tell enough.
        let path = folder.join(owner.get(..13).unwrap_or(owner));
        let hung = fs::create_dir_all(&folder).and_then(|()| {
            let _ = fs::remove_file(&path);
            UnixDatagram::bind(&path)
        });
        match hung {
            Ok(socket) => Some(Self { socket, path }),
            Err(error) => {
                tracing::warn!(%error, "nobody can be told that runs have changed: they are looked at by the clock");
                None
            }
        }
    }

    /// Until somebody rings; what was rung meanwhile is one ring.
    pub async fn rung(&self) {
        let mut byte = [0];
        if self.socket.recv(&mut byte).await.is_err() {
            // A socket that broke rings no more.
            std::future::pending::<()>().await;
        }
        while self.socket.try_recv(&mut byte).is_ok() {}
    }
}

impl Drop for Bell {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Rings all bells of this machine; those of programs that died are taken down.
pub(crate) fn ring(data_dir: &Path) {
    let Ok(entries) = fs::read_dir(folder(data_dir)) else { return };
    let Ok(sender) = Sender::unbound() else { return };
    // A bell that is full has been rung.
    let _ = sender.set_nonblocking(true);
    for path in entries.flatten().map(|entry| entry.path()) {
        let rung = sender.send_to(&[1], &path);
        if rung.is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused) {
            let _ = fs::remove_file(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test]
    async fn a_bell_is_heard_once_for_many_rings_and_a_dead_one_is_taken_down() {
        let dir = tempfile::tempdir().unwrap();
        let bell = Bell::hang(dir.path(), "0123456789abcdef").unwrap();
        let dead = folder(dir.path()).join("dead");
        drop(Sender::bind(&dead).unwrap());
        for _ in 0..3 {
            ring(dir.path());
        }
        bell.rung().await;
        assert!(!dead.exists());
        let again = tokio::time::timeout(Duration::from_millis(50), bell.rung()).await;
        assert!(again.is_err(), "three rings are one");
        let path = bell.path.clone();
        drop(bell);
        assert!(!path.exists());
        ring(dir.path());
    }

    #[tokio::test]
    async fn a_folder_whose_name_is_too_long_for_a_socket_has_no_bell() {
        let dir = tempfile::tempdir().unwrap();
        assert!(Bell::hang(&dir.path().join("x".repeat(120)), "a").is_none());
    }
}
