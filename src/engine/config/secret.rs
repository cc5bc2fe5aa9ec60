//! Values that must not show: whole secrets, and addresses that may carry a password.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{borrow::Cow, fmt};

/// A secret: prints and serializes as `set` or as nothing, whatever the way.
#[derive(Clone, Default)]
pub struct Secret(Option<SecretString>);

impl Secret {
    /// An empty text is no secret.
    pub fn new(text: String) -> Self {
        Self((!text.is_empty()).then(|| SecretString::from(text)))
    }
    /// There is one.
    pub fn is_set(&self) -> bool {
        self.0.is_some()
    }
    /// The secret itself, to hand it to whom it is for.
    pub fn expose(&self) -> Option<&str> {
        self.0.as_ref().map(ExposeSecret::expose_secret)
    }
    fn shown(&self) -> &'static str {
        if self.is_set() { "set" } else { "" }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({})", self.shown())
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.shown())
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

impl JsonSchema for Secret {
    fn schema_name() -> Cow<'static, str> {
        "Secret".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "x-secret": true })
    }
}

/// An address that may carry a password: prints and serializes with `***` in its place.
#[derive(Clone, Default)]
pub struct Address(Secret);

impl Address {
    /// Takes the text without surrounding blanks.
    pub fn new(text: &str) -> Self {
        Self(Secret::new(text.trim().to_owned()))
    }
    /// Nothing was set.
    pub fn is_empty(&self) -> bool {
        !self.0.is_set()
    }
    /// The address with its password, to connect with it.
    pub fn expose(&self) -> &str {
        self.0.expose().unwrap_or_default()
    }
    /// It carries a password.
    pub fn has_secret(&self) -> bool {
        redacted(self.expose()) != self.expose()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&redacted(self.expose()))
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

impl PartialEq for Address {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self::new(&text))
    }
}

impl JsonSchema for Address {
    fn schema_name() -> Cow<'static, str> {
        "Address".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "x-address": true })
    }
}

/// The address without its password. Errs on the side of hiding: what stands between the first colon and the last
/// `@` goes, also when the address is malformed, and so does the value of every parameter that is called password.
pub fn redacted(address: &str) -> String {
    if address.starts_with("sqlite:") {
        return address.to_owned();
    }
    let (scheme, rest) = match address.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), address),
    };
    let without_user = match rest.rsplit_once('@') {
        Some((login, host)) => match login.split_once(':') {
            Some((user, password)) if !password.is_empty() => format!("{user}:***@{host}"),
            _ => rest.to_owned(),
        },
        None => rest.to_owned(),
    };
    format!("{scheme}{}", without_parameters(&without_user))
}

/// Hides the values of `password=`, `secret=` and `token=`, also inside longer names such as `sslpassword=`.
fn without_parameters(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let mut shown = String::with_capacity(text.len());
    let mut at = 0;
    while let Some((start, end)) = next_value(&lower, at) {
        shown.push_str(&text[at..start]);
        if end > start {
            shown.push_str("***");
        }
        at = end;
    }
    shown.push_str(&text[at..]);
    shown
}

/// Where the next hidden value begins and ends, from byte `at` on.
fn next_value(lower: &str, at: usize) -> Option<(usize, usize)> {
    let start = ["password=", "secret=", "token="]
        .iter()
        .filter_map(|name| lower[at..].find(name).map(|found| at + found + name.len()))
        .min()?;
    let end = lower[start..].find(['&', ' ', '\n']).map_or(lower.len(), |length| start + length);
    Some((start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_never_shows_however_the_address_is_written() {
        for address in [
            "postgres://ann:hunter2@db.example:5432/x",
            "postgres://ann:hunter2@@db/x",
            "postgres://ann:hun/ter2@hunter2@db/x",
            "postgres:ann:hunter2@db",
            "ann:hunter2@db",
            "postgres://db/x?user=ann&password=hunter2&sslmode=require",
            "host=db password=hunter2 user=ann",
            "https://db/?SSLPassword=hunter2",
            "s3://KEY:hunter2@bucket/prefix",
        ] {
            let address = Address::new(address);
            assert!(address.has_secret(), "{address}");
            for text in [
                address.to_string(),
                format!("{address:?}"),
                serde_json::to_string(&address).unwrap_or_default(),
            ] {
                assert!(!text.contains("hunter2") && !text.contains("ter2"), "{text}");
                assert!(text.contains("***"), "{text}");
            }
        }
    }

    #[test]
    fn an_address_without_password_stays_as_it_is() {
        for address in
            ["", "sqlite:/home/a:b@c/x.db", "postgres://ann@db/x", "s3://bucket/prefix", "/srv/files"]
        {
            assert_eq!(Address::new(address).to_string(), address);
            assert!(!Address::new(address).has_secret());
        }
    }

    #[test]
    fn a_secret_prints_as_set() {
        let secret = Secret::new("hunter2".to_owned());
        assert_eq!(format!("{secret:?}"), "Secret(set)");
        assert_eq!(serde_json::to_string(&secret).ok().as_deref(), Some("\"set\""));
        assert_eq!(secret.expose(), Some("hunter2"));
        assert!(!Secret::new(String::new()).is_set());
    }
}
