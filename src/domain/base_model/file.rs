//! The file of the registry.

use super::Registry;
use std::collections::HashSet;

/// Why a registry cannot be used: everything that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("; "))]
pub struct BadRegistry(pub Vec<String>);

/// Reads a registry in TOML: `[[model]]` tables.
///
/// # Errors
/// It is no TOML, a field is missing or unknown, an id stands there twice, a size is 0, or the default is not listed.
pub fn read(text: &str) -> Result<Registry, BadRegistry> {
    let registry: Registry =
        toml::from_str(text).map_err(|e| BadRegistry(vec![e.to_string().trim_end().to_owned()]))?;
    let mut faults = Vec::new();
    let mut seen = HashSet::new();
    for model in &registry.models {
        let sizes = &model.sizes;
        if !seen.insert(model.id.to_ascii_lowercase()) {
            faults.push(format!("{} stands there twice", model.id));
        }
        if [sizes.layers, sizes.hidden, sizes.heads, sizes.kv_heads, sizes.head, sizes.vocabulary]
            .contains(&0)
        {
            faults.push(format!("a size of {} is 0", model.id));
        }
        if model.parameters == 0 || model.context_length == 0 {
            faults.push(format!("{} needs parameters and a context_length above 0", model.id));
        }
        if model.active_parameters.is_some_and(|active| active == 0 || active > model.parameters) {
            faults.push(format!("active_parameters of {} must be between 1 and its parameters", model.id));
        }
    }
    if let Some(default) = &registry.default
        && !registry.models.is_empty()
        && registry.find(default).is_none()
    {
        faults.push(format!("the default {default} is not in the list"));
    }
    if faults.is_empty() { Ok(registry) } else { Err(BadRegistry(faults)) }
}

/// The registry that comes with the program. Users lay theirs over it ([`Registry::with`]).
///
/// # Panics
/// Never: a test reads it.
#[expect(clippy::expect_used, reason = "the file is compiled in and read by a test")]
pub fn builtin() -> Registry {
    read(include_str!("../catalog/base-models.toml")).expect("the built-in registry is sound")
}
