//! Presets, base models and machines: what is picked from a list, and what is kept under a name.

use super::*;

#[test]
fn settings_of_ones_own_are_set_aside_by_a_preset_and_can_be_had_back() {
    let mut model = opened(300, None);
    on(&mut model, Row::Field(Field::Rank));
    press(&mut model, "right right");
    on(&mut model, Row::Preset);
    assert_eq!(model.train.chip(), 4, "custom stands behind the presets");
    press(&mut model, "left");
    assert_eq!(model.train.draft.hyperparameters.epochs, 6, "night-run");
    press(&mut model, "right");
    assert_eq!(model.train.draft.hyperparameters.rank, 24);
    assert_eq!(model.train.draft.based_on.as_deref(), Some("balanced"));
    assert!(model.train.is_custom());
    press(&mut model, "R");
    assert_eq!(model.train.draft.hyperparameters.rank, 16);
    assert_eq!(model.train.chips().len(), 5);
}

#[test]
fn a_preset_is_saved_under_a_name_and_one_of_ours_keeps_its_own() {
    let mut model = opened(300, None);
    on(&mut model, Row::Field(Field::Epochs));
    press(&mut model, "+");
    for wrong in ["balanced", "Night"] {
        press(&mut model, "w ctrl-u");
        update(&mut model, Any::Input(Input::Paste(wrong.into())), *START);
        assert_eq!(keys(&mut model, "enter"), [], "{wrong}");
        assert_eq!(model.modals.len(), 1, "{wrong}: the prompt stays");
        press(&mut model, "esc");
    }
    press(&mut model, "w");
    update(&mut model, Any::Input(Input::Paste("four".into())), *START);
    let asked = keys(&mut model, "enter");
    let [Ask::SavePreset(preset, false)] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!((preset.name.as_str(), preset.hyperparameters.epochs), ("four", 4));
    let known =
        KnownPreset { name: "four".into(), preset: *preset.clone(), file: Some("/x/four.toml".into()) };
    drop(answer(&mut model, Answer::Saved(Ok(Box::new(known)))));
    assert!(!model.train.is_custom());
    assert_eq!(model.train.draft.based_on.as_deref(), Some("four"));
    // A name of one's own that is taken is asked about.
    press(&mut model, "w ctrl-u");
    update(&mut model, Any::Input(Input::Paste("night-run".into())), *START);
    assert_eq!(keys(&mut model, "enter"), []);
    assert!(matches!(keys(&mut model, "y").as_slice(), [Ask::SavePreset(_, true)]));
    assert_eq!(keys(&mut model, "x"), []);
    assert_eq!(keys(&mut model, "y"), [Ask::RemovePreset("four".into())]);
    assert_eq!(asks(&answer(&mut model, Answer::Removed(Ok("four".into())))), [Ask::Choices]);
    assert!(asks(&answer(&mut model, Answer::Choices(Ok(Box::new(choices()))))).len() == 1);
    assert_eq!(model.train.draft.based_on.as_deref(), Some("balanced"));
}

#[test]
fn a_model_is_picked_from_the_list_or_lies_in_a_folder() {
    let mut model = opened(300, None);
    on(&mut model, Row::Model);
    let second = choices().models[1].id.clone();
    press(&mut model, "enter g g j");
    assert_eq!(last(&keys(&mut model, "enter")).0.base_model, Some(second));
    press(&mut model, "enter G enter");
    assert_eq!(keys(&mut model, "enter"), [], "a folder is wanted");
    update(&mut model, Any::Input(Input::Paste("tiny".into())), *START);
    assert_eq!(last(&keys(&mut model, "enter")).0.base_model.as_deref(), Some("./tiny"));
    press(&mut model, "f");
    update(&mut model, Any::Input(Input::Paste("~/models/tiny".into())), *START);
    assert_eq!(last(&keys(&mut model, "enter")).0.base_model.as_deref(), Some("~/models/tiny"));
}

#[test]
fn a_machine_that_cannot_be_had_says_so_and_changes_nothing() {
    let mut model = opened(300, None);
    on(&mut model, Row::Place);
    assert_eq!(keys(&mut model, "enter j enter"), []);
    let Some(crate::model::Modal::Problem { problem, .. }) = model.modals.last() else { panic!() };
    assert!(problem.why.contains("2 things") && problem.details.len() == 2, "{problem:?}");
    press(&mut model, "esc k enter");
    assert!(model.modals.is_empty());
    assert_eq!(model.train.draft.place, Place::Local);
}

/// Accepts everything that can be.
#[test]
fn left_and_right_go_to_the_machines_that_are_set_up() {
    let mut model = opened(120, None);
    on(&mut model, Row::Place);
    assert!(keys(&mut model, "+").is_empty() && model.train.draft.place == Place::Local, "there is no other");
    let offers = &mut model.train.choices.as_mut().unwrap().offers;
    let gpus: Vec<String> = offers.iter().map(|offer| offer.gpu.clone()).collect();
    for at in [2, 3] {
        offers[at].unusable.clear();
    }
    let last = |model: &mut Model, key: &str| {
        assert!(!keys(model, key).is_empty(), "it is kept and judged");
        (model.train.draft.place, model.train.draft.gpu.clone())
    };
    assert_eq!(last(&mut model, "+"), (Place::RunpodPod, Some(gpus[2].clone())));
    assert_eq!(last(&mut model, "+"), (Place::RunpodPod, Some(gpus[3].clone())));
    keys(&mut model, "enter");
    assert_eq!(model.modals.last(), Some(&crate::model::Modal::Train(Modal::Places { at: 3 })));
    keys(&mut model, "esc");
    assert_eq!(last(&mut model, "+"), (Place::Local, None));
    assert_eq!(last(&mut model, "-"), (Place::RunpodPod, Some(gpus[3].clone())));
}
