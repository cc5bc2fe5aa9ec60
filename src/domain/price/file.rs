//! The file of the price list.

use super::PriceList;
use crate::money::Usd;
use std::collections::HashSet;

/// Why a price list cannot be used: everything that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("; "))]
pub struct BadList(pub Vec<String>);

/// Reads a list in TOML: `[[gpu]]` and `[[price]]` tables. `known` are GPUs that another list brings; its prices may
/// name them.
///
/// # Errors
/// It is no TOML, a field is missing or unknown, a price is negative or names a GPU that nobody knows, a key stands
/// there twice, or the place is this machine, which has no list price.
pub fn read(text: &str, known: &PriceList) -> Result<PriceList, BadList> {
    let list: PriceList =
        toml::from_str(text).map_err(|e| BadList(vec![e.to_string().trim_end().to_owned()]))?;
    let mut faults = Vec::new();
    let mut seen = HashSet::new();
    for gpu in &list.gpus {
        if !seen.insert(&gpu.id) {
            faults.push(format!("GPU {} stands there twice", gpu.id));
        }
        if gpu.vram_gb == 0 {
            faults.push(format!("GPU {} has no memory", gpu.id));
        }
        if gpu.bf16_tflops.is_some_and(|t| !(t > 0.0 && t.is_finite())) {
            faults.push(format!("bf16_tflops of GPU {} must be above 0", gpu.id));
        }
    }
    let mut priced = HashSet::new();
    for price in &list.prices {
        let name = format!("{} in {} ({})", price.gpu, price.place, price.tier);
        if !list.gpus.iter().chain(&known.gpus).any(|g| g.id == price.gpu) {
            faults.push(format!("the price of {name} names a GPU that is not in the list"));
        }
        if price.usd_per_hour.0 < Usd::ZERO {
            faults.push(format!("the price of {name} is below 0"));
        }
        if !price.place.is_billed() {
            faults
                .push(format!("{name} has no list price; set the rate of this machine in the configuration"));
        }
        if !priced.insert((&price.gpu, price.place, price.tier)) {
            faults.push(format!("the price of {name} stands there twice"));
        }
    }
    if faults.is_empty() { Ok(list) } else { Err(BadList(faults)) }
}

/// The list that comes with the program. Users lay theirs over it ([`PriceList::with`]).
///
/// # Panics
/// Never: a test reads it.
#[expect(clippy::expect_used, reason = "the file is compiled in and read by a test")]
pub fn builtin() -> PriceList {
    read(include_str!("../catalog/prices.toml"), &PriceList::default())
        .expect("the built-in price list is sound")
}
