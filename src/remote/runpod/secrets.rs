//! Secrets of the account (apis.md A2, newer than the saved document). The way to give a machine a key: an environment is readable to
//! everybody who may read the pod, [`super::secret_reference`] in it is not the secret.

use super::SERVICE;
use super::rest::Rest;
use super::tolerant::or_default;
use crate::error::{RemoteError, Result};
use chrono::{DateTime, Utc};
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;

/// A secret without its value, which is never given out again.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Secret {
    /// Its id.
    pub id: String,
    /// Its name.
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
    /// What somebody wrote about it.
    #[serde(default, deserialize_with = "or_default")]
    pub description: Option<String>,
    /// When it was made.
    #[serde(default, deserialize_with = "or_default")]
    pub created_at: Option<DateTime<Utc>>,
    /// When its value was last set.
    #[serde(default, deserialize_with = "or_default")]
    pub value_last_updated_at: Option<DateTime<Utc>>,
}

/// Secrets of the account.
#[derive(Debug, Clone, Copy)]
pub struct Secrets<'a>(pub(super) &'a Rest);

impl Secrets<'_> {
    /// Keeps a secret. A name that is taken is a conflict ([`crate::Kind::Conflict`]).
    pub async fn create(
        &self,
        name: &str,
        value: &SecretString,
        description: Option<&str>,
    ) -> Result<Secret> {
        let doing = "keep the secret";
        if !is_name(name) {
            let detail = "a secret's name has 1 to 191 letters, digits or _ . - /, begins with a letter or _ and not with RUNPOD";
            return Err(RemoteError::rule(SERVICE, doing, detail));
        }
        let call = self.0.call(doing, Method::POST, &["account", "secrets"])?.makes().secret(value);
        let mut body = json!({"name": name, "value": value.expose_secret()});
        if let Some(description) = description {
            body["description"] = description.into();
        }
        // The limit of bodies is not for the values of secrets, which may be large.
        self.0.http.json(&call.json(SERVICE, &body, 16 * 1024 * 1024)?).await
    }

    /// All secrets, or the one of this name.
    pub async fn list(&self, name: Option<&str>) -> Result<Vec<Secret>> {
        let call = self.0.call("list the secrets", Method::GET, &["account", "secrets"])?;
        let call = if let Some(name) = name { call.query("name", name) } else { call };
        let mut secrets: Vec<Secret> = self.0.list(call, "secrets").await?;
        // An unknown parameter is ignored by the server: then this is all of them.
        secrets.retain(|secret| name.is_none_or(|name| secret.name == name));
        Ok(secrets)
    }

    /// Gives a secret a new value; machines that start from now on get it.
    pub async fn change(&self, id: &str, value: &SecretString) -> Result<Secret> {
        let call =
            self.0.call("change the secret", Method::PATCH, &["account", "secrets", id])?.secret(value);
        self.0
            .http
            .json(&call.json(SERVICE, &json!({"value": value.expose_secret()}), 16 * 1024 * 1024)?)
            .await
    }

    /// Forgets a secret.
    pub async fn delete(&self, id: &str) -> Result<()> {
        self.0.delete("forget the secret", &["account", "secrets", id]).await
    }
}

fn is_name(name: &str) -> bool {
    let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '/');
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.len() <= 191
        && name.chars().all(inside)
        && !name.to_ascii_uppercase().starts_with("RUNPOD")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_documented_pattern() {
        for name in ["a", "_x", "brightrun.run-7/K", &"n".repeat(191)] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "1a", "-a", "a b", "ä", "runpod_x", "RUNPODx", &"n".repeat(192)] {
            assert!(!is_name(name), "{name}");
        }
    }
}
