//! Credentials for private images (apis.md A2).

use super::rest::Rest;
use super::tolerant::or_default;
use crate::error::Result;
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;

/// A credential; what it holds is never given out again.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Registry {
    /// Its id, for a pod's `registry`.
    pub id: String,
    /// Its name.
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
}

/// Credentials for private images.
#[derive(Debug, Clone, Copy)]
pub struct Registries<'a>(pub(super) &'a Rest);

impl Registries<'_> {
    /// Keeps a credential at RunPod.
    pub async fn create(&self, name: &str, username: &str, password: &SecretString) -> Result<Registry> {
        let call = self
            .0
            .call("keep the registry's credential", Method::POST, &["registries"])?
            .makes()
            .secret(password);
        self.0
            .send(call, &json!({"name": name, "username": username, "password": password.expose_secret()}))
            .await
    }
    /// One credential.
    pub async fn get(&self, id: &str) -> Result<Registry> {
        self.0.get("read the registry's credential", &["registries", id]).await
    }
    /// All credentials.
    pub async fn list(&self) -> Result<Vec<Registry>> {
        self.0.list(self.0.call("list the registries", Method::GET, &["registries"])?, "registries").await
    }
    /// Forgets a credential.
    pub async fn delete(&self, id: &str) -> Result<()> {
        self.0.delete("forget the registry's credential", &["registries", id]).await
    }
}
