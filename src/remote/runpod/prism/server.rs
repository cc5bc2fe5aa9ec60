//! Prism, and the vendor's document.

use super::*;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::process::{Child, Command};

/// Prism with the vendor's document; it ends with the value.
pub(super) struct Prism {
    url: String,
    child: Child,
}

impl Prism {
    pub async fn start() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/prism");
        assert!(
            folder.join("current").exists(),
            "{} is missing: run `bash tests/prism.sh`",
            folder.display()
        );
        // Given back at once, so that Prism finds it free.
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = Command::new(folder.join("node"))
            .arg(folder.join("prism.js"))
            .args(["mock", "--host", "127.0.0.1", "--port", &port.to_string()])
            .arg(document_path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        for _ in 0..300 {
            if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return Self { url: format!("http://127.0.0.1:{port}"), child };
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        panic!("Prism does not answer within a minute");
    }

    /// Ends it and waits for that.
    pub async fn end(mut self) {
        self.child.kill().await.unwrap();
    }

    /// A client that asks once.
    pub fn client(&self) -> RunPod {
        let (mut settings, _) = testing::settings(&self.url);
        settings.patience = Patience { attempts: 1, ..Patience::default() };
        RunPod::new(settings).unwrap()
    }
}

fn document_path() -> PathBuf {
    let reference = std::env::var("BRIGHTRUN_REFERENCE").expect("BRIGHTRUN_REFERENCE names the reference");
    Path::new(&reference).join("api/runpod-openapi-v2.json")
}

pub(super) fn document() -> Value {
    serde_json::from_str(&std::fs::read_to_string(document_path()).unwrap()).unwrap()
}
