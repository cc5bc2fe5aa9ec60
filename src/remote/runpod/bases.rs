//! Where RunPod is. Five addresses, all of them configurable (apis.md A).

use super::SERVICE;
use crate::error::{Kind, RemoteError, Result};
use url::Url;

/// The addresses of RunPod's interfaces. Two hosts are easily mixed up: jobs are on `.ai`, management is on `.io`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bases {
    /// Jobs of queue endpoints; `{endpoint}/run` and so on come behind it.
    pub jobs: String,
    /// Management (REST v2); `pods` and so on come behind it.
    pub rest: String,
    /// Balance and spend.
    pub graphql: String,
    /// The S3 interface of network volumes; `{dc}` stands for the data centre.
    pub s3: String,
    /// What a pod serves; `{pod}` and `{port}` stand for both.
    pub proxy: String,
}

impl Default for Bases {
    fn default() -> Self {
        Self {
            jobs: "https://api.runpod.ai/v2".to_owned(),
            rest: "https://api.runpod.io/v2".to_owned(),
            graphql: "https://api.runpod.io/graphql".to_owned(),
            s3: "https://s3api-{dc}.runpod.io".to_owned(),
            proxy: "https://{pod}-{port}.proxy.runpod.net".to_owned(),
        }
    }
}

impl Bases {
    /// The S3 interface of the volumes in a data centre such as `EU-RO-1`, without a slash at the end. Its region is the data centre's id.
    pub fn s3(&self, data_center: &str) -> String {
        self.s3.replace("{dc}", &data_center.to_lowercase()).trim_end_matches('/').to_owned()
    }

    /// What a pod serves on a port that was opened as `/http`. Answers later than 100 seconds are cut off by the proxy (524).
    pub fn proxy(&self, pod: &str, port: u16) -> String {
        self.proxy.replace("{pod}", pod).replace("{port}", &port.to_string())
    }
}

/// An address that the key may be sent to: HTTPS, or this machine.
pub(super) fn base(what: &str, address: &str) -> Result<Url> {
    let wrong = |why: &str| {
        let detail = format!("the base URL `{}` for {what} {why}", without_password(address));
        RemoteError::new(SERVICE, "connect", Kind::Settings).detail(detail)
    };
    let url = Url::parse(address.trim()).map_err(|error| wrong(&format!("cannot be read ({error})")))?;
    let here = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => return Err(wrong("names no host")),
    };
    match url.scheme() {
        "https" => {}
        "http" if here => {}
        "http" => return Err(wrong("would send the key unencrypted; begin it with https://")),
        _ => return Err(wrong("has to begin with https://")),
    }
    if !url.username().is_empty()
        || url.password().is_some()
        || url.query().is_some()
        || url.fragment().is_some()
    {
        return Err(wrong("holds more than host and path"));
    }
    Ok(url)
}

/// What stands before an `@` may be a password.
fn without_password(address: &str) -> &str {
    address.rsplit_once('@').map_or(address, |(_, rest)| rest)
}

/// An address below a base. Each part becomes one segment, whatever it holds.
///
/// # Errors
/// A part is empty or `.`: it would be another address (`DELETE /pods/` instead of `/pods/x`).
pub(super) fn below(base: &Url, doing: &'static str, parts: &[&str]) -> Result<Url> {
    let mut url = base.clone();
    if let Some(part) = parts.iter().find(|part| matches!(part.trim(), "" | "." | "..")) {
        return Err(RemoteError::rule(SERVICE, doing, format!("`{part}` is no id")));
    }
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(parts);
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_goes_nowhere_unencrypted() {
        for address in [
            "https://api.runpod.io/v2",
            "http://127.0.0.1:8080/v2/",
            "http://localhost:1",
            "http://[::1]:9",
            " https://example.org ",
        ] {
            assert!(base("jobs", address).is_ok(), "{address}");
        }
        for address in [
            "http://api.runpod.io/v2",
            "http://localhost.example.org",
            "http://127.0.0.1.example.org",
            "ftp://localhost",
            "api.runpod.io",
            "",
            "https://",
            "https://user:pw@api.runpod.io",
            "https://api.runpod.io/?api_key=x",
        ] {
            let error = base("jobs", address).unwrap_err();
            assert_eq!(error.kind(), Kind::Settings, "{address}");
            assert!(!error.to_string().contains("user:pw"), "{error}");
        }
    }

    #[test]
    fn an_id_is_one_segment() {
        let root = base("jobs", "https://x.org/v2/").unwrap();
        let url = |parts: &[&str]| below(&root, "do it", parts).map(String::from);
        assert_eq!(
            url(&["pods", "a b/../c?d#e%2f"]).unwrap(),
            "https://x.org/v2/pods/a%20b%2F..%2Fc%3Fd%23e%252f"
        );
        for id in ["", " ", ".", ".."] {
            assert!(url(&["pods", id]).is_err(), "{id:?}");
        }
    }

    #[test]
    fn volumes_and_pods_have_their_addresses() {
        let bases = Bases::default();
        assert_eq!(bases.s3("EU-RO-1"), "https://s3api-eu-ro-1.runpod.io");
        assert_eq!(bases.proxy("abc", 8888), "https://abc-8888.proxy.runpod.net");
    }
}
