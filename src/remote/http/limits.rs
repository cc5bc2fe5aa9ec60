//! The rate-limit headers (IETF draft): what is left of which window, and for how long.
//!
//! `RateLimit: "minute";r=0;t=12, "hour";r=2800;t=1812` with `RateLimit-Policy: "minute";q=60;w=60` (apis.md A2). Anything that
//! is written in another way is left out, never an error.

use reqwest::header::HeaderMap;
use std::time::Duration;

/// One window of a limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// `minute`, `hour`, `day`.
    pub name: String,
    /// Calls left in it.
    pub left: u64,
    /// Until it starts anew.
    pub renews: Duration,
    /// Calls that it allows at all, when the policy says so.
    pub quota: Option<u64>,
}

/// The windows that an answer tells of.
pub(crate) fn windows(headers: &HeaderMap) -> Vec<Window> {
    let quotas: Vec<_> =
        items(headers, "ratelimit-policy").map(|item| (item.name.clone(), item.number("q"))).collect();
    items(headers, "ratelimit")
        .filter_map(|item| {
            let (left, seconds) = (item.number("r")?, item.number("t")?);
            let quota = quotas.iter().find(|(name, _)| *name == item.name).and_then(|(_, quota)| *quota);
            // A year is more than any window lasts; more would only overflow somewhere.
            let renews = Duration::from_secs(seconds.min(31_536_000));
            Some(Window { name: item.name, left, renews, quota })
        })
        .collect()
}

/// What `Retry-After` asks for: seconds, or a date beside the answer's own date.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("retry-after")?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return (seconds.is_finite() && seconds >= 0.0)
            .then(|| Duration::from_secs_f64(seconds.min(31_536_000.0)));
    }
    let date = |text: &str| chrono::DateTime::parse_from_rfc2822(text.trim()).ok();
    let now = date(headers.get("date")?.to_str().ok()?)?;
    Some((date(text)? - now).to_std().unwrap_or_default())
}

struct Item {
    name: String,
    parameters: Vec<(String, String)>,
}

impl Item {
    fn number(&self, key: &str) -> Option<u64> {
        let (_, value) = self.parameters.iter().find(|(name, _)| name == key)?;
        let number: f64 = value.parse().ok()?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be in range")]
        (0.0..1e15).contains(&number).then_some(number.ceil() as u64)
    }
}

/// The members of a header that is a list of names with parameters.
fn items(headers: &HeaderMap, name: &str) -> impl Iterator<Item = Item> {
    let text: Vec<&str> = headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
    split(&text.join(","), ',').into_iter().filter_map(|member| {
        let mut parts = split(&member, ';').into_iter();
        let name = parts.next()?.trim().trim_matches('"').to_owned();
        let parameters = parts
            .filter_map(|part| {
                part.split_once('=').map(|(key, value)| (key.trim().to_lowercase(), plain(value)))
            })
            .collect();
        Some(Item { name, parameters })
    })
}

fn plain(value: &str) -> String {
    value.trim().trim_matches('"').to_owned()
}

/// Splits where `by` stands outside of quotation marks.
fn split(text: &str, by: char) -> Vec<String> {
    let (mut parts, mut quoted) = (vec![String::new()], false);
    for c in text.chars() {
        quoted ^= c == '"';
        if c == by && !quoted {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::{HeaderName, HeaderValue};

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn the_documented_form_is_read() {
        let found = windows(&headers(&[
            ("ratelimit", r#""minute";r=0;t=12, "hour";r=2800;t=1812"#),
            ("ratelimit-policy", r#""minute";q=60;w=60, "hour";q=3000;w=3600"#),
        ]));
        let window = |name: &str, left, seconds, quota| Window {
            name: name.to_owned(),
            left,
            renews: Duration::from_secs(seconds),
            quota: Some(quota),
        };
        assert_eq!(found, [window("minute", 0, 12, 60), window("hour", 2800, 1812, 3000)]);
    }

    #[test]
    fn odd_forms_are_left_out_and_the_rest_is_kept() {
        let found = windows(&headers(&[(
            "ratelimit",
            r#""a,b;c";r=3;t=1.5, plain ; R = 7 ; t="9", "no time";r=1, ;;, "minus";r=-1;t=5, "huge";r=1;t=99999999999999"#,
        )]));
        let names: Vec<_> = found.iter().map(|window| (window.name.as_str(), window.left)).collect();
        assert_eq!(names, [("a,b;c", 3), ("plain", 7), ("huge", 1)]);
        assert_eq!(found[0].renews, Duration::from_secs(2));
        assert!(found[2].renews <= Duration::from_hours(365 * 24));
        assert!(windows(&headers(&[("ratelimit", "")])).is_empty());
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_beside_the_answers_own() {
        assert_eq!(retry_after(&headers(&[("retry-after", "12")])), Some(Duration::from_secs(12)));
        assert_eq!(retry_after(&headers(&[("retry-after", "soon")])), None);
        assert_eq!(retry_after(&headers(&[("retry-after", "-3")])), None);
        let dated = headers(&[
            ("date", "Sat, 28 Nov 2026 09:00:00 GMT"),
            ("retry-after", "Sat, 28 Nov 2026 09:00:40 GMT"),
        ]);
        assert_eq!(retry_after(&dated), Some(Duration::from_secs(40)));
        let past = headers(&[
            ("date", "Sat, 28 Nov 2026 09:00:00 GMT"),
            ("retry-after", "Sat, 28 Nov 2026 08:00:00 GMT"),
        ]);
        assert_eq!(retry_after(&past), Some(Duration::ZERO));
    }
}
