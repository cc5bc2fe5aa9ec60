//! Keys of machines and secrets of the account.

use super::errors::Problem;
use super::pod::{list, words};
use super::shape::{Field, Kind, wrong};
use super::{Answer, Reply, Request, Route};
use crate::clock::written;
use crate::world::{Secret, World};
use serde_json::{Value, json};

const KEYS: &[Field] = &[("keys", true, Kind::Texts)];
const NEW: &[Field] =
    &[("name", true, Kind::Word), ("value", true, Kind::Word), ("description", false, Kind::Text)];
const CHANGE: &[Field] = &[("value", false, Kind::Word), ("description", false, Kind::Text)];

/// `^[a-zA-Z_][\w.\-/]*$`, at most 191 characters, not one of the provider's own.
fn well_named(name: &str) -> bool {
    name.len() <= 191
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-/".contains(c))
        && !name.to_uppercase().starts_with("RUNPOD")
}

impl World {
    pub(super) fn rest_account(&mut self, request: &Request, route: &Route<'_>) -> Result<Answer, Problem> {
        let check = |shape: &[Field]| -> Result<Value, Problem> {
            let body = request.value()?;
            let errors = wrong(&body, shape);
            if errors.is_empty() { Ok(body) } else { Err(Problem::body(errors)) }
        };
        if route.name.ends_with("keys") {
            if route.name == "account.set_keys" {
                self.ssh_keys = list(check(KEYS)?.get("keys"));
            }
            return Ok(Answer::json(200, json!({"keys": self.ssh_keys})));
        }
        if !self.settings.september {
            return Err(Problem::missing());
        }
        let named = route
            .parts
            .get(2)
            .and_then(|id| self.secrets.iter().find(|(_, secret)| secret.id == *id))
            .map(|(name, _)| name.clone());
        match route.name {
            "account.secrets" => {
                let wanted = request.query("name");
                let of = self
                    .secrets
                    .iter()
                    .filter(|(name, _)| wanted.is_none_or(|wanted| wanted == name.as_str()));
                Ok(Answer::json(
                    200,
                    json!({"secrets": of.map(|(name, secret)| shown(name, secret)).collect::<Vec<_>>()}),
                ))
            }
            "account.add_secret" => {
                let body = check(NEW)?;
                let name = words(&body["name"]);
                if !well_named(&name) {
                    return Err(Problem::body(vec![
                        "body.name: expected letters, digits and _ . - / only, not RUNPOD…".to_owned(),
                    ]));
                }
                if self.secrets.contains_key(&name) {
                    return Err(Problem::new(409, format!("a secret named {name} already exists")));
                }
                let secret = Secret {
                    id: self.chance.name(12),
                    value: words(&body["value"]),
                    description: body.get("description").and_then(Value::as_str).map(str::to_owned),
                    created: self.now,
                };
                let answer = Answer::json(201, shown(&name, &secret));
                self.secrets.insert(name, secret);
                Ok(answer)
            }
            "account.change_secret" => {
                let body = check(CHANGE)?;
                let name = named.ok_or_else(Problem::missing)?;
                let secret = self.secrets.get_mut(&name).ok_or_else(Problem::missing)?;
                if let Some(value) = body.get("value").and_then(Value::as_str) {
                    value.clone_into(&mut secret.value);
                }
                if let Some(text) = body.get("description").and_then(Value::as_str) {
                    secret.description = Some(text.to_owned());
                }
                Ok(Answer::json(200, shown(&name, secret)))
            }
            _ => {
                self.secrets.remove(&named.ok_or_else(Problem::missing)?);
                Ok(Answer::new(204, Reply::Empty))
            }
        }
    }

    /// Names of the secrets that the account keeps.
    pub fn secret_names(&self) -> Vec<String> {
        self.secrets.keys().cloned().collect()
    }
}

fn shown(name: &str, secret: &Secret) -> Value {
    json!({"id": secret.id, "name": name, "description": secret.description, "createdAt": written(secret.created)})
}
