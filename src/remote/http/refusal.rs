//! What an answer without success means (apis.md A1, A2).

use super::limits::retry_after;
use super::{Call, clean};
use crate::error::{Advice, Kind};
use reqwest::header::HeaderMap;
use secrecy::SecretString;
use serde_json::Value;
use std::time::Duration;

/// What a server said no with.
#[derive(Debug)]
pub(super) struct Refusal {
    pub kind: Kind,
    pub detail: String,
    pub fields: Vec<String>,
    pub after: Option<Duration>,
    /// Where the call knows better than the kind.
    pub advice: Option<Advice>,
}

/// Reads status, headers and body; every form of body is understood as far as it goes.
pub(super) fn read<'a>(
    call: &Call<'_>,
    status: u16,
    headers: &HeaderMap,
    body: &[u8],
    secrets: &(impl Iterator<Item = &'a SecretString> + Clone),
) -> Refusal {
    let document: Value = serde_json::from_slice(body).unwrap_or_default();
    let said = said(&document);
    let kind = kind(call, status, &document, &said.to_lowercase());
    let advice =
        (call.candidate && matches!(kind, Kind::Rule | Kind::Scope)).then_some(Advice::NextCandidate);
    let mut detail = clean(&said, secrets.clone());
    if (300..400).contains(&status) {
        let to = headers.get("location").and_then(|to| to.to_str().ok()).unwrap_or("another address");
        let to = to.split(['?', '#']).next().unwrap_or_default();
        detail = clean(&format!("{status}: it points to {to}"), secrets.clone());
    }
    let fields = fields(&document).iter().map(|field| clean(field, secrets.clone())).collect();
    Refusal { kind, detail, fields, after: retry_after(headers), advice }
}

fn kind(call: &Call<'_>, status: u16, document: &Value, said: &str) -> Kind {
    let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
    let broke =
        says(&["insufficient balance", "insufficient fund", "not enough balance", "not enough credit"]);
    match status {
        401 => Kind::BadKey,
        402 => Kind::Balance,
        408 => Kind::Timeout,
        410 => Kind::Retired,
        413 => Kind::TooLarge,
        425 | 429 => Kind::Limited,
        500.. => Kind::Server,
        300..400 => Kind::Garbage,
        400 | 403 if broke => Kind::Balance,
        _ if call.versioned && document.get("error").is_some() && document.get("title").is_none() => {
            Kind::OldInterface
        }
        403 => Kind::Scope,
        404 => Kind::NotFound,
        409 => Kind::Conflict,
        422 => Kind::Fields,
        400 if says(&["no longer any instances", "no instances"]) => Kind::NoCapacity,
        400 if call.candidate && says(&["capacity", "not available", "unavailable", "no available"]) => {
            Kind::NoCapacity
        }
        _ => Kind::Rule,
    }
}

/// The text of an error body: `detail`, `message`, `error`, `title`, in this order, whatever form they have.
fn said(document: &Value) -> String {
    if let Value::String(text) = document {
        return text.clone();
    }
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Null => None,
        Value::Object(object) => object
            .get("message")
            .and_then(Value::as_str)
            .map(str::to_owned)
            .or_else(|| Some(value.to_string())),
        other => Some(other.to_string()),
    };
    ["detail", "message", "error", "title"]
        .iter()
        .find_map(|key| text(document.get(key)?))
        .unwrap_or_default()
}

fn fields(document: &Value) -> Vec<String> {
    let Some(Value::Array(errors)) = document.get("errors") else { return Vec::new() };
    let text = |error: &Value| error.as_str().map_or_else(|| error.to_string(), str::to_owned);
    errors.iter().take(20).map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::Method;
    use url::Url;

    fn refused(status: u16, body: &str, shape: impl FnOnce(Call<'static>) -> Call<'static>) -> Refusal {
        let url = Url::parse("http://localhost/x").unwrap();
        let call = shape(Call::new("do it", Method::POST, url, "lane"));
        read(&call, status, &HeaderMap::new(), body.as_bytes(), &std::iter::empty())
    }

    #[test]
    fn each_status_has_its_meaning() {
        for (status, kind) in [
            (301, Kind::Garbage),
            (400, Kind::Rule),
            (401, Kind::BadKey),
            (402, Kind::Balance),
            (403, Kind::Scope),
            (404, Kind::NotFound),
            (405, Kind::Rule),
            (408, Kind::Timeout),
            (409, Kind::Conflict),
            (410, Kind::Retired),
            (413, Kind::TooLarge),
            (418, Kind::Rule),
            (422, Kind::Fields),
            (429, Kind::Limited),
            (500, Kind::Server),
            (524, Kind::Server),
            (599, Kind::Server),
        ] {
            assert_eq!(refused(status, "", |call| call).kind, kind, "{status}");
            assert_eq!(refused(status, "<html>nonsense", Call::versioned).kind, kind, "{status}");
        }
    }

    #[test]
    fn no_capacity_and_a_broken_rule_are_both_400_and_both_mean_the_next_candidate() {
        let full = r#"{"title":"Bad Request","status":400,"detail":"There are no longer any instances available with the requested specifications."}"#;
        let rule = r#"{"title":"Bad Request","status":400,"detail":"minCudaVersion and allowedCudaVersions exclude each other"}"#;
        let (full, rule) = (refused(400, full, Call::candidate), refused(400, rule, Call::candidate));
        assert_eq!((full.kind, full.advice), (Kind::NoCapacity, None));
        assert_eq!((rule.kind, rule.advice), (Kind::Rule, Some(Advice::NextCandidate)));
        let elsewhere = refused(400, r#"{"detail":"name is not available"}"#, |call| call);
        assert_eq!((elsewhere.kind, elsewhere.advice), (Kind::Rule, None));
        assert_eq!(refused(403, "{}", Call::candidate).advice, Some(Advice::NextCandidate));
    }

    #[test]
    fn an_empty_purse_is_known_by_its_words_too() {
        let body = r#"{"detail":"Insufficient balance to start this pod"}"#;
        assert_eq!(refused(400, body, Call::candidate).kind, Kind::Balance);
    }

    #[test]
    fn an_error_member_comes_from_v1_only_where_v2_was_asked() {
        let body = r#"{"error":"not found"}"#;
        assert_eq!(refused(404, body, Call::versioned).kind, Kind::OldInterface);
        assert_eq!(refused(404, body, |call| call).kind, Kind::NotFound);
        assert_eq!(refused(401, body, Call::versioned).kind, Kind::BadKey);
        let v2 = r#"{"title":"Not Found","status":404,"detail":"x","error":"y"}"#;
        assert_eq!(refused(404, v2, Call::versioned).kind, Kind::NotFound);
    }

    #[test]
    fn every_known_form_of_body_gives_its_text() {
        for (body, text) in [
            (r#"{"error":"a"}"#, "a"),
            (r#"{"message":"b"}"#, "b"),
            (r#"{"detail":[{"loc":["input"]}]}"#, r#"[{"loc":["input"]}]"#),
            (r#"{"title":"t","status":400,"detail":"d"}"#, "d"),
            (r#"{"title":"t","detail":null}"#, "t"),
            (r#"{"error":{"message":"deep","code":3}}"#, "deep"),
            (r#""just text""#, "just text"),
            ("<html>502 Bad Gateway</html>", ""),
            ("", ""),
            ("[1,2]", ""),
        ] {
            assert_eq!(refused(400, body, |call| call).detail, text, "{body}");
        }
        let body = r#"{"title":"t","status":422,"detail":"d","errors":["body.gpu: unknown",{"path":"/x"}]}"#;
        assert_eq!(refused(422, body, |call| call).fields, ["body.gpu: unknown", r#"{"path":"/x"}"#]);
    }
}
