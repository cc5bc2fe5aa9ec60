//! A base model that lies in a folder and stands in no registry: what its own files say of it.

use crate::{Error, Result, local};
use domain::base_model::{BaseModel, Sizes, Template};
use serde_json::Value;
use std::fs;
use std::path::Path;

const WHAT: &str = "Cannot use the base model";

/// Reads `config.json` and the tokenizer's settings of a folder.
pub(super) fn read(folder: &Path) -> Result<BaseModel> {
    let folder = folder.canonicalize().map_err(|e| local::error(WHAT, folder, &e))?;
    let config = json(&folder.join("config.json"))?;
    let bad = |what: &str| {
        Error::refused(WHAT, format!("its config.json does not say {what}"))
            .on(folder.display())
            .next("Describe the model in base-models.toml beside the configuration file")
    };
    let maybe = |name: &str| config.get(name).and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
    let size = |name: &str| maybe(name).filter(|n| *n > 0).ok_or_else(|| bad(name));
    let (hidden, heads) = (size("hidden_size")?, size("num_attention_heads")?);
    let sizes = Sizes {
        layers: size("num_hidden_layers")?,
        hidden,
        intermediate: size("intermediate_size")?,
        heads,
        kv_heads: maybe("num_key_value_heads").filter(|n| *n > 0).unwrap_or(heads),
        head: maybe("head_dim").filter(|n| *n > 0).unwrap_or(hidden / heads),
        vocabulary: size("vocab_size")?,
        tied: config.get("tie_word_embeddings").and_then(Value::as_bool).unwrap_or(false),
        attention_layers: None,
        experts: None,
    };
    let linear: u64 = sizes.linears().iter().map(domain::base_model::Linear::parameters).sum();
    let tables = u64::from(hidden) * u64::from(sizes.vocabulary) * if sizes.tied { 1 } else { 2 };
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(BaseModel {
        id: folder.display().to_string(),
        name,
        revision: None,
        path: Some(folder.display().to_string()),
        parameters: linear + tables,
        active_parameters: None,
        sizes,
        context_length: maybe("max_position_embeddings").unwrap_or(2048),
        template: template(&folder),
        licence: "not known".to_owned(),
        gated: false,
        supports_quantization: true,
        min_gpu_gb: 0,
        gpu: None,
    })
}

fn json(path: &Path) -> Result<Value> {
    let text = fs::read(path).map_err(|e| local::error(WHAT, path, &e))?;
    serde_json::from_slice(&text)
        .map_err(|e| Error::refused(WHAT, format!("it is no JSON: {e}")).on(path.display()))
}

/// It has a chat template; which one, and whether it has a place for a system prompt, the worker finds out.
fn template(folder: &Path) -> Option<Template> {
    let settings = json(&folder.join("tokenizer_config.json")).ok();
    let inside = settings.is_some_and(|s| s.get("chat_template").is_some_and(|t| !t.is_null()));
    let there = inside || folder.join("chat_template.jinja").is_file();
    there.then(|| Template { name: "its own".to_owned(), system: true, strict: false })
}
