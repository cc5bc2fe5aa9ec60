//! A real S3 server (`s3s-fs`) in the process of the test: it checks signatures and remembers what it was asked.

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::S3Result;
use s3s::access::{S3Access, S3AccessContext};
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use std::future::{Future, ready};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

/// The public half of its key pair.
pub const KEY: &str = "tester";
/// The secret half.
pub const SECRET: &str = "not-for-anybody-else";

/// One request.
#[derive(Debug, Clone)]
pub struct Request {
    /// e.g. `PutObject`.
    pub operation: String,
    /// As it was asked for, with the query.
    pub uri: String,
    /// What the signature was made for: key, day, region.
    pub authorization: String,
    /// What a `PUT` says of its bytes.
    pub content_type: String,
    /// Session token.
    pub token: Option<String>,
}

#[derive(Clone, Default)]
struct Memory(Arc<Mutex<Vec<Request>>>);

impl S3Access for Memory {
    fn check<'a, 'b, 'c, 'all>(
        &'a self,
        context: &'b mut S3AccessContext<'c>,
    ) -> Pin<Box<dyn Future<Output = S3Result<()>> + Send + 'all>>
    where
        'a: 'all,
        'b: 'all,
        'c: 'all,
        Self: 'all,
    {
        let header = |name: &str| Some(context.headers().get(name)?.to_str().ok()?.to_owned());
        let request = Request {
            operation: context.s3_op().name().to_owned(),
            uri: context.uri().to_string(),
            authorization: header("authorization").unwrap_or_default(),
            content_type: header("content-type").unwrap_or_default(),
            token: header("x-amz-security-token"),
        };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(request);
        let known = context.credentials().is_some();
        Box::pin(ready(if known { Ok(()) } else { Err(s3s::s3_error!(AccessDenied)) }))
    }
}

/// A server over `root` on a port of its own; it ends with the runtime of the test.
pub async fn serve(root: &Path) -> String {
    serve_and_remember(root, Memory::default()).await
}

#[allow(clippy::disallowed_methods, reason = "the server of a test ends with its runtime")]
async fn serve_and_remember(root: &Path, memory: Memory) -> String {
    let mut builder = S3ServiceBuilder::new(s3s_fs::FileSystem::new(root).expect("a folder"));
    builder.set_auth(SimpleAuth::from_single(KEY, SECRET));
    builder.set_access(memory);
    let service = builder.build();
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let at = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            // An answer in two pieces would wait forty milliseconds for its second one.
            let _ = socket.set_nodelay(true);
            let service = service.clone();
            tokio::spawn(async move {
                let server = Builder::new(TokioExecutor::new());
                let _ = server.serve_connection(TokioIo::new(socket), service).await;
            });
        }
    });
    at
}

/// A server for whole programs, on threads of its own. It ends when it is dropped.
pub struct Server {
    /// Where it listens.
    pub at: String,
    root: tempfile::TempDir,
    memory: Memory,
    _runtime: tokio::runtime::Runtime,
}

impl Server {
    /// With these buckets, empty.
    pub fn with<const N: usize>(buckets: [&str; N]) -> Self {
        Self::inside(&std::env::temp_dir(), buckets)
    }
    /// With these buckets, empty, on the disk of this folder.
    pub fn inside<const N: usize>(folder: &Path, buckets: [&str; N]) -> Self {
        let root = tempfile::tempdir_in(folder).expect("a folder");
        for bucket in buckets {
            std::fs::create_dir(root.path().join(bucket)).expect("a bucket");
        }
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let (runtime, memory) = (runtime.expect("a runtime"), Memory::default());
        let at = runtime.block_on(serve_and_remember(root.path(), memory.clone()));
        Self { at, root, memory, _runtime: runtime }
    }
    /// Where an object lies on disk.
    pub fn path(&self, key: &str) -> PathBuf {
        self.root.path().join(key)
    }
    /// What it was asked, in order.
    pub fn asked(&self) -> Vec<Request> {
        self.memory.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
    /// The section of the config file that leads the program there.
    pub fn config(&self) -> String {
        format!(
            "[files.s3]\nendpoint = \"{}\"\naccess_key_id = \"{KEY}\"\nsecret_access_key = \"{SECRET}\"\n",
            self.at
        )
    }
}
