//! The account's public keys for SSH (apis.md A2).

use super::rest::Rest;
use super::tolerant::readable;
use crate::error::Result;
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

/// The account's public keys.
#[derive(Debug, Clone, Copy)]
pub struct SshKeys<'a>(pub(super) &'a Rest);

#[derive(Deserialize)]
struct Keys {
    #[serde(default, deserialize_with = "readable")]
    keys: Vec<String>,
}

impl SshKeys<'_> {
    /// All keys, one line each.
    pub async fn list(&self) -> Result<Vec<String>> {
        let keys: Keys = self.0.get("list the SSH keys", &["account", "ssh-keys"]).await?;
        Ok(keys.keys)
    }
    /// Replaces all keys by these: read them first, or others lose theirs.
    pub async fn replace(&self, keys: &[String]) -> Result<Vec<String>> {
        let call = self.0.call("replace the SSH keys", Method::PUT, &["account", "ssh-keys"])?;
        let keys: Keys = self.0.send(call, &json!({ "keys": keys })).await?;
        Ok(keys.keys)
    }
}
