use super::*;
use crate::hyperparameters::{Modules, SEVEN};
use crate::numbers::float;

fn model(id: &str) -> BaseModel {
    builtin().find(id).cloned().unwrap_or_else(|| panic!("{id} is in the registry"))
}

fn seven() -> Modules {
    Modules::Named(SEVEN.map(str::to_owned).to_vec())
}

/// The stated number of weights and the one that the sizes give are from different places: they must agree.
#[test]
fn sizes_and_parameters_agree() {
    for model in builtin().models {
        let sizes = model.sizes;
        if sizes.attention_layers.is_some() {
            continue;
        }
        let linear: u64 = sizes.linears().iter().map(Linear::parameters).sum();
        let table = u64::from(sizes.hidden) * u64::from(sizes.vocabulary);
        let counted = linear + if sizes.tied { table } else { 2 * table };
        let off = (float(counted) / float(model.parameters) - 1.0).abs();
        assert!(off < 0.002, "{}: {counted} against {} ({off})", model.id, model.parameters);
    }
}

#[test]
fn the_builtin_registry_holds_what_was_trained_and_asked_for() {
    for id in [
        "Qwen/Qwen3-Next-80B-A3B-Instruct",
        "meta-llama/Meta-Llama-3-70B-Instruct",
        "mistralai/Mistral-7B-Instruct-v0.2",
        "Qwen/Qwen3-0.6B",
    ] {
        assert!(model(id).unfit().is_none());
    }
    let mistral = model("Mistral-7B-Instruct-v0.2").template.unwrap();
    assert!(!mistral.system && mistral.strict, "its template raises on a system role");
    let prices = crate::price::builtin();
    for model in builtin().models {
        assert!(model.gpu.as_deref().is_none_or(|gpu| prices.gpu(gpu).is_some()), "{}", model.id);
    }
    assert!(builtin().default().is_some_and(|m| m.min_gpu_gb <= 24 && !m.gated));
}

/// 41.9 million is what peft prints for Mistral 7B with the seven layers at rank 16.
#[test]
fn adapters_have_the_size_that_peft_prints() {
    assert_eq!(
        model("mistralai/Mistral-7B-Instruct-v0.2").adapter_parameters(&seven(), 16),
        (41_943_040, 41_943_040)
    );
    let attention = Modules::read("q_proj,v_proj");
    assert_eq!(model("mistralai/Mistral-7B-Instruct-v0.2").adapter_parameters(&attention, 8).0, 3_407_872);
    assert_eq!(model("Qwen/Qwen3-0.6B").adapter_parameters(&Modules::Named(vec![]), 8), (0, 0));
}

#[test]
fn routed_experts_make_the_size_uncertain() {
    let (low, high) = model("Qwen/Qwen3-Next-80B-A3B-Instruct").adapter_parameters(&seven(), 16);
    assert!(low > 1_000_000 && high > 100 * low, "{low} {high}");
}

#[test]
fn models_are_found_by_what_people_call_them() {
    let registry = builtin();
    assert!(
        registry.find("qwen3-0.6b").is_some()
            && registry.find(" mistralai/mistral-7b-instruct-V0.2 ").is_some()
    );
    assert!(registry.find("gpt-5").is_none() && registry.find("").is_none());
}

#[test]
fn everything_that_is_wrong_is_named_at_once() {
    let one = toml::to_string(&Registry {
        default: Some("y".to_owned()),
        models: vec![BaseModel {
            id: "x".to_owned(),
            parameters: 0,
            active_parameters: Some(5),
            sizes: Sizes { hidden: 0, ..model("Qwen/Qwen3-0.6B").sizes },
            ..model("Qwen/Qwen3-0.6B")
        }],
    })
    .unwrap();
    assert_eq!(read(&one).unwrap_err().0.len(), 4);
    assert!(read("[[model]]\nid = \"x\"").is_err());
    assert!(read("defualt = \"x\"").is_err());
}

#[test]
fn a_users_model_is_laid_over_and_becomes_the_default() {
    let mine = Registry {
        default: Some("mine".to_owned()),
        models: vec![BaseModel { id: "mine".to_owned(), template: None, ..model("Qwen/Qwen3-0.6B") }],
    };
    let all = builtin().with(mine);
    assert_eq!(all.default().map(|m| &m.id[..]), Some("mine"));
    assert!(all.default().unwrap().unfit().is_some_and(|why| why.contains("template")));
}
