//! What the first screen offers.

use super::{choices, lately};
use crate::model::{Effect, Model, ScreenId};
use crate::update::tests::press;
use crate::update::trainings::tests::loaded;

fn overview() -> Model {
    let mut model = loaded();
    drop(press(&mut model, "1"));
    assert_eq!(model.shell.screen, ScreenId::Overview);
    model
}

#[test]
fn runs_at_work_come_first_and_enter_watches_them() {
    let mut model = overview();
    let names: Vec<String> = choices(&model).into_iter().map(|(text, ..)| text).collect();
    let active: Vec<String> =
        model.trainings.active().map(|line| format!("Watch {}", line.run.job.name)).collect();
    assert!(!active.is_empty() && names.starts_with(&active[..active.len().min(3)]), "{names:?}");
    let id = model.trainings.active().next().map(|line| line.run.job.id).unwrap();
    let asked = press(&mut model, "enter");
    let wanted = crate::model::Ask::Trainings(crate::model::trainings::Ask::Watch(id));
    assert!(matches!(&asked[..], [Effect::Ask { ask, .. }] if **ask == wanted), "{asked:?}");
}

#[test]
fn the_latest_come_first() {
    let all = lately(&overview());
    assert!(all.len() > 1 && all.is_sorted_by(|a, b| a.at >= b.at), "{all:?}");
}
