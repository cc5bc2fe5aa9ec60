//! The image that rented machines run: how it is made, whether its tag is fixed, and what the endpoint really uses.

use super::client::{client, from_remote};
use crate::{Engine, Result};
use serde::Serialize;

/// The version of this program, of its worker, and of the image that goes with both: its tag (decision 0188).
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Tags that mean something else tomorrow.
const MOVING: &[&str] = &["latest", "main", "master", "dev", "edge", "nightly", "stable"];

/// The image, and how one comes to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Image {
    /// What `runpod.image` says: pods are started with it.
    pub configured: Option<String>,
    /// Its tag or digest; `None`: there is none, or it moves.
    pub tag: Option<String>,
    /// What the endpoint runs; `None`: there is no endpoint, or nobody could be asked.
    pub endpoint: Option<String>,
    /// Both are the same; `None`: one of them is not known.
    pub same: Option<bool>,
    /// The commands that build and push it, in a checkout of this program.
    pub commands: Vec<String>,
}

/// The fixed tag or digest of an image; `None`: it has none, or one that moves.
pub fn pinned(image: &str) -> Option<&str> {
    if let Some((_, digest)) = image.split_once('@') {
        return Some(digest).filter(|digest| digest.starts_with("sha256:"));
    }
    // A colon before the last slash is the port of a registry.
    let name = image.rsplit('/').next().unwrap_or(image);
    let (_, tag) = name.split_once(':')?;
    (!tag.is_empty() && !MOVING.contains(&tag)).then_some(tag)
}

/// Whether a fixed tag is that of this program: its version, or one that begins with it (`0.1.0-cuda12`). `None`: a digest says nothing.
pub(super) fn is_ours(tag: &str) -> Option<bool> {
    let rest = match tag.strip_prefix("sha256:") {
        Some(_) => return None,
        None => tag.trim_start_matches('v').strip_prefix(VERSION),
    };
    Some(rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_', '+'])))
}

/// What is known about the image. RunPod is asked where there are a key and an endpoint.
pub async fn image(engine: &Engine) -> Result<Image> {
    let places = &engine.0.places.runpod;
    let endpoint = match &places.endpoint {
        Some(id) if places.api_key.is_some() => {
            client(engine)?.endpoints().get(id).await.map_err(|e| from_remote(&e))?.image
        }
        _ => None,
    };
    let configured = places.image.clone();
    let name = configured.as_deref().filter(|image| pinned(image).is_some());
    let name = name.map_or_else(|| format!("REGISTRY/brightrun-worker:{VERSION}"), str::to_owned);
    Ok(Image {
        tag: configured.as_deref().and_then(pinned).map(str::to_owned),
        same: configured.as_ref().zip(endpoint.as_ref()).map(|(ours, theirs)| ours == theirs),
        commands: vec![
            format!(
                "docker build --platform linux/amd64 --build-arg VERSION={VERSION} --build-arg REVISION=$(git rev-parse HEAD) -t {name} worker"
            ),
            format!("docker push {name}"),
        ],
        configured,
        endpoint,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tag_that_the_commands_give_is_the_one_that_the_check_wants() {
        assert_eq!(is_ours(VERSION), Some(true));
        assert_eq!(is_ours(&format!("v{VERSION}-cuda12")), Some(true));
        assert_eq!(is_ours(&format!("{VERSION}1")), Some(false));
        assert_eq!(is_ours("7f3a2b1"), Some(false));
        assert_eq!(is_ours("sha256:ab"), None);
        let dockerfile = include_str!("../../../worker/Dockerfile");
        assert!(dockerfile.contains("brightrun-worker:$VERSION"), "the recipe gives the same tag");
    }

    #[test]
    fn only_a_tag_that_stays_is_one() {
        assert_eq!(pinned("ghcr.io/me/worker:0.1.0"), Some("0.1.0"));
        assert_eq!(pinned("localhost:5000/worker:7f3a"), Some("7f3a"));
        assert_eq!(pinned("worker@sha256:ab"), Some("sha256:ab"));
        for moving in ["worker", "worker:latest", "localhost:5000/worker", "worker:", "a/worker:main"] {
            assert_eq!(pinned(moving), None, "{moving}");
        }
    }
}
