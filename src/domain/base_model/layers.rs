//! The linear layers of a model: what an adapter can sit on, and how large it gets.

use super::{BaseModel, Sizes};
use crate::hyperparameters::Modules;

/// A kind of linear layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Linear {
    /// Its name in the model, e.g. `q_proj`.
    pub name: &'static str,
    /// Width of what goes in.
    pub input: u64,
    /// Width of what comes out.
    pub output: u64,
    /// How many there are in the whole model.
    pub count: u64,
    /// It belongs to a routed expert. Loaders that keep experts in one block have no such layers, and an adapter skips
    /// them there.
    pub routed: bool,
}

impl Linear {
    /// Weights of all of them.
    pub const fn parameters(&self) -> u64 {
        self.input * self.output * self.count
    }
    /// Weights of adapters of this rank on all of them: two thin matrices each.
    pub const fn adapter(&self, rank: u32) -> u64 {
        (self.input + self.output) * self.count * rank as u64
    }
}

impl Sizes {
    /// Every linear layer but the output head. Layers of linear attention are named only where adapters reach them.
    pub fn linears(&self) -> Vec<Linear> {
        let hidden = u64::from(self.hidden);
        let layers = u64::from(self.layers);
        let attention = self.attention_layers.map_or(layers, u64::from);
        let queries = u64::from(self.heads) * u64::from(self.head);
        let keys = u64::from(self.kv_heads) * u64::from(self.head);
        let plain = |name, input, output, count| Linear { name, input, output, count, routed: false };
        // Hybrid models gate the output of their attention with a second half of the queries.
        let gate = if self.attention_layers.is_some() { 2 } else { 1 };
        let mut found = vec![
            plain("q_proj", hidden, queries * gate, attention),
            plain("k_proj", hidden, keys, attention),
            plain("v_proj", hidden, keys, attention),
            plain("o_proj", queries, hidden, attention),
        ];
        match self.experts {
            None => found.extend(feed_forward(hidden, u64::from(self.intermediate), layers, false)),
            Some(experts) => {
                let width = u64::from(experts.width);
                found.extend(feed_forward(hidden, width, layers * u64::from(experts.shared), false));
                found.extend(feed_forward(hidden, width, layers * u64::from(experts.count), true));
            }
        }
        found.retain(|l| l.count > 0);
        found
    }
}

fn feed_forward(hidden: u64, width: u64, count: u64, routed: bool) -> [Linear; 3] {
    let linear = |name, input, output| Linear { name, input, output, count, routed };
    [linear("gate_proj", hidden, width), linear("up_proj", hidden, width), linear("down_proj", width, hidden)]
}

impl BaseModel {
    /// The names of the layers that an adapter can sit on, each once.
    pub fn linear_layers(&self) -> Vec<&'static str> {
        let mut names = Vec::new();
        for linear in self.sizes.linears() {
            if !names.contains(&linear.name) {
                names.push(linear.name);
            }
        }
        names
    }

    /// Weights of an adapter, at least and at most: models with routed experts get an adapter on each of them or on
    /// none, depending on how they are loaded.
    pub fn adapter_parameters(&self, modules: &Modules, rank: u32) -> (u64, u64) {
        let wanted = |l: &Linear| modules.names().is_none_or(|names| names.iter().any(|n| n == l.name));
        let linears = self.sizes.linears();
        let sum = |routed: bool| {
            linears.iter().filter(|l| wanted(l) && (routed || !l.routed)).map(|l| l.adapter(rank)).sum()
        };
        (sum(false), sum(true))
    }

    /// Weights in linear layers, which four bits can hold; the rest are tables and norms, which stay whole.
    pub fn linear_parameters(&self) -> u64 {
        let head = u64::from(self.sizes.hidden) * u64::from(self.sizes.vocabulary);
        let tables = if self.sizes.tied { head } else { head * 2 };
        self.parameters.saturating_sub(tables)
    }
}
