//! What to change when a training does not fit (R4.18, out of memory).

use super::{Fit, Memory, memory};
use crate::base_model::BaseModel;
use crate::hyperparameters::{Field, Hyperparameters, Optimizer, Quantization};
use serde::{Deserialize, Serialize};

/// One setting to change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Which.
    pub field: Field,
    /// From this.
    pub from: String,
    /// To this.
    pub to: String,
}

/// The fewest steps down a ladder that make a training fit: what costs no quality first. Gives the changed settings and
/// what was changed. `None`: it fits already, nobody knows how much memory there is, or nothing helps.
pub fn advise(
    model: &BaseModel,
    values: &Hyperparameters,
    longest: Option<u64>,
    there: Option<u64>,
    cuda: bool,
) -> Option<(Hyperparameters, Vec<Change>)> {
    let fits =
        |v: &Hyperparameters| matches!(memory(model, v, longest, cuda).fit(there), Fit::Fits | Fit::Unknown);
    if fits(values) {
        return None;
    }
    let mut tried = values.clone();
    let ladder: [fn(&mut Hyperparameters, &BaseModel, bool) -> bool; 6] =
        [recompute, four_bits, halve_batch, light_optimizer, shorter, smaller_rank];
    for step in ladder {
        while step(&mut tried, model, cuda) {
            if fits(&tried) {
                let change = |f: Field| Change { field: f, from: values.text(f), to: tried.text(f) };
                let changes = tried.differs(values).into_iter().map(change).collect();
                return Some((tried, changes));
            }
        }
    }
    None
}

/// The changes as one sentence: they help together, none of them alone. `None`: there are none.
pub fn advice_words(changes: &[Change]) -> Option<String> {
    let said = |change: &Change| format!("{} = {} instead of {}", change.field, change.to, change.from);
    let said: Vec<String> = changes.iter().map(said).collect();
    match said.split_last()? {
        (one, []) => Some(format!("It would fit with {one}.")),
        (last, rest) => {
            let both = if rest.len() == 1 { "both" } else { "all of these" };
            Some(format!("It would fit with {both}: {} and {last}.", rest.join(", ")))
        }
    }
}

fn recompute(v: &mut Hyperparameters, _: &BaseModel, cuda: bool) -> bool {
    let change = v.gradient_checkpointing.unwrap_or(cuda);
    v.gradient_checkpointing = if change { v.gradient_checkpointing } else { Some(true) };
    !change
}

fn four_bits(v: &mut Hyperparameters, model: &BaseModel, cuda: bool) -> bool {
    let can = cuda && model.supports_quantization && v.quantization == Quantization::None;
    if can {
        v.quantization = Quantization::Nf4;
    }
    can
}

/// Half the batch, twice the accumulation: the same steps in less memory.
fn halve_batch(v: &mut Hyperparameters, _: &BaseModel, _: bool) -> bool {
    if v.batch_size <= 1 {
        return false;
    }
    let before = v.batch_size;
    v.batch_size /= 2;
    v.gradient_accumulation = v.gradient_accumulation.saturating_mul(before / v.batch_size);
    true
}

fn light_optimizer(v: &mut Hyperparameters, _: &BaseModel, cuda: bool) -> bool {
    let can = cuda && v.optimizer == Optimizer::Adamw;
    if can {
        v.optimizer = Optimizer::PagedAdamw8bit;
    }
    can
}

fn shorter(v: &mut Hyperparameters, _: &BaseModel, _: bool) -> bool {
    let can = v.max_seq_length > 512;
    if can {
        v.max_seq_length = (v.max_seq_length / 2).max(512);
    }
    can
}

fn smaller_rank(v: &mut Hyperparameters, _: &BaseModel, _: bool) -> bool {
    let can = v.rank > 8;
    if can {
        v.rank = (v.rank / 2).max(8);
    }
    can
}

impl Memory {
    /// What to say on the checklist: one sentence.
    pub fn sentence(&self, there: Option<u64>) -> String {
        let words = self.words(there);
        match self.fit(there) {
            Fit::Unknown => format!("It takes about {words}; how much there is, is unknown."),
            Fit::Fits => format!("It takes about {words}."),
            Fit::Tight => format!("It takes about {words}: a long example may be one too many."),
            Fit::TooBig => format!("It takes about {words}: it does not fit."),
        }
    }
}
