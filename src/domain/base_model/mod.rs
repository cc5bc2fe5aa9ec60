//! The models that adapters are trained for: a registry in a file (training-pipeline 4.9 nos. 6 and 30, 7 no. 5).

mod file;
mod layers;
#[cfg(test)]
mod tests;

pub use file::{BadRegistry, builtin, read};
pub use layers::Linear;

use serde::{Deserialize, Serialize};

/// How a model is told who speaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Its family, e.g. `chatml`.
    pub name: String,
    /// It has a place for a system prompt; otherwise the prompt goes into the first user turn.
    pub system: bool,
    /// It refuses turns that do not alternate.
    #[serde(default)]
    pub strict: bool,
}

/// Layers with routed experts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Experts {
    /// In each layer.
    pub count: u32,
    /// That read one token.
    pub used: u32,
    /// That read every token.
    pub shared: u32,
    /// Inner width of one.
    pub width: u32,
}

/// The sizes of a decoder, as its `config.json` gives them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sizes {
    /// Decoder layers.
    pub layers: u32,
    /// Width of the stream between layers.
    pub hidden: u32,
    /// Inner width of a plain feed-forward layer; 0 where experts do its work.
    pub intermediate: u32,
    /// Query heads.
    pub heads: u32,
    /// Key and value heads.
    pub kv_heads: u32,
    /// Width of a head.
    pub head: u32,
    /// Entries of the vocabulary.
    pub vocabulary: u32,
    /// Input and output share one table.
    #[serde(default)]
    pub tied: bool,
    /// Layers with ordinary attention; all of them when not said. The others are linear attention.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attention_layers: Option<u32>,
    /// Experts instead of a plain feed-forward layer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub experts: Option<Experts>,
}

/// A model of the registry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaseModel {
    /// Name on the model hub, or any key for a folder.
    pub id: String,
    /// What to call it.
    pub name: String,
    /// Branch, tag or commit to load.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// A folder on this machine to load it from instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// All weights.
    pub parameters: u64,
    /// Weights that read one token; the same for models without experts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_parameters: Option<u64>,
    /// Its sizes.
    pub sizes: Sizes,
    /// The most tokens that it reads.
    pub context_length: u32,
    /// How it is told who speaks; `None`: it is a base model without a template and cannot be trained on conversations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<Template>,
    /// Under which terms it may be used.
    pub licence: String,
    /// Its terms have to be accepted on the hub before it can be loaded.
    #[serde(default)]
    pub gated: bool,
    /// It can be held in four bits.
    #[serde(default = "yes")]
    pub supports_quantization: bool,
    /// Memory that a card should have for it, GiB, with four bits; a first guess before the estimate.
    pub min_gpu_gb: u32,
    /// The GPU to offer first: a key of the price list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gpu: Option<String>,
}

const fn yes() -> bool {
    true
}

impl BaseModel {
    /// Weights that read one token.
    pub fn active(&self) -> u64 {
        self.active_parameters.unwrap_or(self.parameters)
    }

    /// Why it cannot be trained on conversations: one sentence; `None`: it can.
    pub fn unfit(&self) -> Option<String> {
        self.template.is_none().then(|| {
            format!(
                "{} has no chat template, so it does not know who speaks; take its instruct version.",
                self.name
            )
        })
    }
}

/// The models that can be chosen.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registry {
    /// The model that a new configuration begins with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// In the order in which they are offered.
    #[serde(default, rename = "model")]
    pub models: Vec<BaseModel>,
}

impl Registry {
    /// The model with this id or name, whatever the case; the last part of an id is enough where it is the only one.
    pub fn find(&self, name: &str) -> Option<&BaseModel> {
        let name = name.trim();
        let exact = |m: &&BaseModel| m.id.eq_ignore_ascii_case(name) || m.name.eq_ignore_ascii_case(name);
        if let Some(found) = self.models.iter().find(exact) {
            return Some(found);
        }
        let tail = |m: &&BaseModel| m.id.rsplit('/').next().is_some_and(|t| t.eq_ignore_ascii_case(name));
        let mut found = self.models.iter().filter(tail);
        found.next().filter(|_| found.next().is_none())
    }

    /// The model that a new configuration begins with: the named default, else the first.
    pub fn default(&self) -> Option<&BaseModel> {
        self.default.as_deref().and_then(|id| self.find(id)).or_else(|| self.models.first())
    }

    /// This registry with another one laid over it.
    #[must_use]
    pub fn with(mut self, over: Self) -> Self {
        self.default = over.default.or(self.default);
        for model in over.models {
            match self.models.iter_mut().find(|m| m.id == model.id) {
                Some(old) => *old = model,
                None => self.models.push(model),
            }
        }
        self
    }
}
