//! The management interface: addresses, lists over several pages, the form of its errors (apis.md A2).

use super::{SERVICE, bases, tolerant};
use crate::error::{Kind, RemoteError, Result};
use crate::http::{Call, Http};
use reqwest::Method;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

/// All of it counts against one limit per user.
pub(super) const LANE: &str = "rest";
/// The largest body that is taken (apis.md A2, newer than the saved document).
const LARGEST: usize = 102_400;
/// More pages than any account has; a list that goes on is a fault of the server.
const MOST_PAGES: usize = 200;

/// The management interface.
#[derive(Debug, Clone)]
pub(super) struct Rest {
    pub http: Http,
    pub base: Url,
}

impl Rest {
    /// A call below the base.
    pub fn call<'a>(&self, doing: &'static str, method: Method, parts: &[&str]) -> Result<Call<'a>> {
        Ok(Call::new(doing, method, bases::below(&self.base, doing, parts)?, LANE).versioned())
    }

    /// Reads one thing.
    pub async fn get<T: DeserializeOwned>(&self, doing: &'static str, parts: &[&str]) -> Result<T> {
        self.http.json(&self.call(doing, Method::GET, parts)?).await
    }

    /// Sends a body with a call.
    pub async fn send<T: DeserializeOwned>(&self, call: Call<'_>, body: &impl Serialize) -> Result<T> {
        self.http.json(&call.json(SERVICE, body, LARGEST)?).await
    }

    /// Removes one thing. Gone already after a lost answer is done.
    pub async fn delete(&self, doing: &'static str, parts: &[&str]) -> Result<()> {
        self.http.done(&self.call(doing, Method::DELETE, parts)?.removes()).await
    }

    /// The same for what is looked at and never owned: `null` is a list without elements.
    pub async fn lenient_list<T: DeserializeOwned>(&self, call: Call<'_>, name: &str) -> Result<Vec<T>> {
        self.pages(call, name, true).await
    }

    /// All of a list, whose elements lie in the member `name`, over all its pages.
    ///
    /// # Errors
    /// Also when one element cannot be read: a list of rented things that leaves one out would be worse than none.
    pub async fn list<T: DeserializeOwned>(&self, call: Call<'_>, name: &str) -> Result<Vec<T>> {
        self.pages(call, name, false).await
    }

    async fn pages<T: DeserializeOwned>(&self, call: Call<'_>, name: &str, lenient: bool) -> Result<Vec<T>> {
        let (mut all, mut cursor) = (Vec::new(), None::<String>);
        let garbage = |detail: String| RemoteError::new(SERVICE, call.doing, Kind::Garbage).detail(detail);
        for _ in 0..MOST_PAGES {
            let mut page = call.clone();
            if let Some(cursor) = &cursor {
                page = page.query("cursor", cursor);
            }
            let mut document: Value = self.http.json(&page).await?;
            let next = next_cursor(&document);
            // v1 answered with the bare list.
            let list =
                if document.is_array() { Some(document) } else { document.get_mut(name).map(Value::take) };
            let list = list.ok_or_else(|| garbage(format!("it has no `{name}`")))?;
            let list = if lenient && list.is_null() { Value::Array(Vec::new()) } else { list };
            let elements: Vec<T> =
                serde_json::from_value(list).map_err(|error| garbage(error.to_string()))?;
            all.extend(elements);
            match next {
                Some(next) if cursor.as_ref() != Some(&next) => cursor = Some(next),
                _ => return Ok(all),
            }
        }
        Err(garbage("the list does not end".to_owned()))
    }
}

/// Where the next page begins. Not documented; clients of others follow `nextCursor`, at the top or in `pagination`.
fn next_cursor(document: &Value) -> Option<String> {
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "camelCase", default)]
    struct Page {
        #[serde(deserialize_with = "tolerant::or_default")]
        next_cursor: Option<String>,
    }
    let read = |value: &Value| Page::deserialize(value).ok()?.next_cursor.filter(|cursor| !cursor.is_empty());
    read(document).or_else(|| read(document.get("pagination")?))
}
