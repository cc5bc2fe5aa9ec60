//! What is left on the account (apis.md A3). Only the old GraphQL interface tells; it ends in early 2027, so it stands behind a trait
//! and its absence is an answer, not an error.

use super::SERVICE;
use super::tolerant::or_default;
use crate::error::{Kind, RemoteError, Result};
use crate::http::{Call, Http, clean};
use domain::money::{PerHour, Usd};
use futures::future::BoxFuture;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

/// Tells what is left on the account.
pub trait Wallet: Send + Sync {
    /// Balance and spend. `None`: this account's interface does not tell (any more); show `n/a`.
    fn balance(&self) -> BoxFuture<'_, Result<Option<Balance>>>;
}

/// Balance and spend of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Balance {
    /// What is left. At nothing, pods without a network volume are ended and their disks lost.
    #[serde(rename = "clientBalance")]
    pub left: Usd,
    /// What everything that is rented costs together.
    #[serde(rename = "currentSpendPerHr", default, deserialize_with = "or_default")]
    pub spend: Option<PerHour>,
    /// The most that may be rented at once.
    #[serde(rename = "spendLimit", default, deserialize_with = "or_default")]
    pub limit: Option<PerHour>,
}

/// The old interface.
#[derive(Debug, Clone)]
pub(super) struct GraphQl {
    pub http: Http,
    pub url: Url,
}

const QUERY: &str = "query { myself { clientBalance currentSpendPerHr spendLimit } }";
const DOING: &str = "read the balance";

impl Wallet for GraphQl {
    fn balance(&self) -> BoxFuture<'_, Result<Option<Balance>>> {
        Box::pin(async {
            let call = Call::new(DOING, Method::POST, self.url.clone(), "graphql");
            let answer: Result<Value> =
                self.http.json(&call.json(SERVICE, &json!({ "query": QUERY }), 10_000)?).await;
            match answer {
                Ok(answer) => read(&answer),
                Err(error) if matches!(error.kind(), Kind::NotFound | Kind::Retired) => Ok(None),
                Err(error) => Err(error),
            }
        })
    }
}

/// GraphQL says 200 whatever happened; what happened stands in `errors`.
fn read(answer: &Value) -> Result<Option<Balance>> {
    let error = |kind, detail: &str| RemoteError::new(SERVICE, DOING, kind).detail(clean(detail, []));
    if let Ok(balance) = Balance::deserialize(&answer["data"]["myself"]) {
        return Ok(Some(balance));
    }
    let said = answer["errors"][0]["message"].as_str().unwrap_or_default();
    let lower = said.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if says(&["cannot query field", "unknown field", "deprecated", "no longer"]) {
        Ok(None)
    } else if says(&["unauthenticated", "not authenticated", "unauthorized", "invalid api key"]) {
        Err(error(Kind::BadKey, ""))
    } else if says(&["permission", "forbidden", "not allowed", "access denied", "scope"])
        || answer["data"]["myself"].is_null() && said.is_empty() && answer.get("data").is_some()
    {
        // A key without the right gets `myself: null` and no word about it.
        Err(error(Kind::Scope, said))
    } else if said.is_empty() {
        Err(error(Kind::Garbage, "it has neither data nor errors"))
    } else {
        Err(error(Kind::Rule, said))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_hundred_is_no_success_by_itself() {
        let good = json!({"data": {"myself": {"clientBalance": 12.345_678, "currentSpendPerHr": 0.74, "spendLimit": 80}}});
        let balance = read(&good).unwrap().unwrap();
        assert_eq!(balance.left, Usd::micros(12_345_678));
        assert_eq!(balance.spend, Some(PerHour(Usd::cents(74))));
        let bare = json!({"data": {"myself": {"clientBalance": 0, "currentSpendPerHr": null}}});
        assert_eq!(read(&bare).unwrap().unwrap(), Balance { left: Usd::ZERO, spend: None, limit: None });

        let kind = |answer: Value| read(&answer).unwrap_err().kind();
        let said = |text: &str| json!({"errors": [{"message": text}], "data": null});
        assert_eq!(kind(said("Unauthorized")), Kind::BadKey);
        assert_eq!(kind(said("You do not have permission for that")), Kind::Scope);
        assert_eq!(kind(json!({"data": {"myself": null}})), Kind::Scope);
        assert_eq!(kind(said("something else")), Kind::Rule);
        assert_eq!(kind(json!({})), Kind::Garbage);
        assert_eq!(read(&said("Cannot query field \"clientBalance\" on type \"User\".")), Ok(None));
    }
}
