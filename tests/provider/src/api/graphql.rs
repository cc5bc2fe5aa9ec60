//! GraphQL, as far as it is still needed: money, and a pod that ends itself.

use super::broken::{after, before};
use super::{Answer, Reply, Request};
use crate::money::{Micros, dollars};
use crate::settings::Scope;
use crate::world::{Ending, World};
use serde_json::{Map, Value, json};

fn wrong(text: &str) -> Answer {
    Answer::json(200, json!({"errors": [{"message": text}], "data": null}))
}

impl World {
    pub(super) fn call_graphql(&mut self, request: &Request) -> Answer {
        if !self.settings.graphql {
            return Answer::json(410, json!({"error": "GraphQL has been retired."}));
        }
        let Some(key) = self.key(request).cloned() else { return Answer::new(401, Reply::Empty) };
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let query = body["query"].as_str().unwrap_or_default();
        let changes = query.contains("podTerminate") || query.contains("podStop");
        let name = if changes { "graphql.end" } else { "graphql.read" };
        let fault = self.fault(name);
        if let Some(answer) = fault.and_then(before) {
            return answer;
        }
        let (_, limited) = self.limiter.rest(self.now, &self.settings.windows, &key.text);
        if let Some((_, seconds)) = limited {
            let mut answer = Answer::new(429, Reply::Text("text/plain", "Too Many Requests".to_owned()));
            answer.headers.push(("retry-after", seconds.to_string()));
            return answer;
        }
        if key.graphql < if changes { Scope::All } else { Scope::Read } {
            return Answer::json(403, json!({"errors": [{"message": "forbidden"}]}));
        }
        after(self.graphql(query, &body["variables"], key.pod.as_deref()), fault)
    }

    fn graphql(&mut self, query: &str, variables: &Value, pod: Option<&str>) -> Answer {
        if query.contains("podTerminate") || query.contains("podStop") {
            let Some(id) = pod_id(query, variables) else { return wrong("podId is required") };
            if pod.is_some_and(|own| own != id) {
                return wrong("Something went wrong. Please try again later or contact support.");
            }
            if !self.pods.contains_key(&id) {
                return wrong("pod not found to terminate");
            }
            if query.contains("podTerminate") {
                self.ask_end(&id, Ending::Terminate);
                return Answer::json(200, json!({"data": {"podTerminate": null}}));
            }
            self.ask_end(&id, Ending::Stop);
            return Answer::json(200, json!({"data": {"podStop": {"id": id, "desiredStatus": "EXITED"}}}));
        }
        if pod.is_some() {
            return wrong("Unauthorized");
        }
        if query.contains("__schema") || query.contains("__type") {
            return wrong("GraphQL introspection is not allowed");
        }
        let Some(fields) = fields(query, "myself") else {
            return wrong("Cannot query field on type \"Query\".");
        };
        let mut shown = Map::new();
        for field in fields {
            let value = match field.as_str() {
                "id" => json!("user_2sim"),
                "email" => json!("sim@example.invalid"),
                "clientBalance" => dollars(self.balance()),
                "currentSpendPerHr" => dollars(self.burn()),
                "spendLimit" => dollars(self.settings.spend_limit),
                _ => return wrong(&format!("Cannot query field \"{field}\" on type \"User\".")),
            };
            shown.insert(field, value);
        }
        Answer::json(200, json!({"data": {"myself": shown}}))
    }

    fn burn(&self) -> Micros {
        self.ledger.burn()
    }
}

/// The names between the braces behind `of`.
fn fields(query: &str, of: &str) -> Option<Vec<String>> {
    let (_, rest) = query.split_once(of)?;
    let (_, rest) = rest.split_once('{')?;
    let (inner, _) = rest.split_once('}')?;
    Some(
        inner
            .split([' ', ',', '\n', '\t', '\r'])
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect(),
    )
}

/// `podId`, as it stands in the text or in the variable that the text names.
fn pod_id(query: &str, variables: &Value) -> Option<String> {
    if let Some(id) = variables["input"]["podId"].as_str() {
        return Some(id.to_owned());
    }
    let (_, rest) = query.split_once("podId:")?;
    let rest = rest.trim_start();
    if let Some(name) = rest.strip_prefix('$') {
        let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len());
        return variables[&name[..end]].as_str().map(str::to_owned);
    }
    rest.strip_prefix('"')?.split_once('"').map(|(id, _)| id.to_owned())
}
