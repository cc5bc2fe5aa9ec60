//! What is rented is shown as long as it is, and said once more before one leaves.

use crate::model::settings::runpod::{Answer, Ask};
use crate::model::{Effect, Leave, Modal, Model, Msg, settings};
use crate::theme::{Depth, Theme};
use crate::update::tests::{START, press, ready};
use crate::update::update;
use crate::view::shot;
use domain::budget::Alert;
use domain::money::{PerHour, Usd};
use domain::place::Place;
use domain::rental::{Rental, RentalState};
use engine::runpod::{Rented, RentedLine, Standing, Stray, StrayKind};

fn rented() -> Rented {
    let price = Usd::cents(139);
    let rental = Rental {
        id: uuid::Uuid::nil(),
        job: domain::ids::JobId(uuid::Uuid::nil()),
        fetches: None,
        attempt: 1,
        place: Place::RunpodPod,
        name: "brightrun-x-1".into(),
        state: RentalState::Held.into(),
        external_id: Some("pod1".into()),
        what: Some("A100 80GB in EU-RO-1".into()),
        gpus: 1,
        told_before: 0,
        claimed_at: START.wall,
        since: Some(START.wall),
        ended_at: None,
        worked_ms: None,
        quoted: Some(PerHour(price)),
        charged: None,
        recorded: None,
        billed: None,
        why: None,
    };
    let line = RentedLine { rental, run: Some("night-run".into()), so_far: Usd::cents(27), per_hour: price };
    Rented { lines: vec![line], volume: None, per_hour: price }
}

fn answer(model: &mut Model, answer: Answer) -> Vec<Effect> {
    let slot = "runpod.rented";
    let asked = model.ask(crate::model::Ask::Settings(settings::Ask::Runpod(Ask::Rented)));
    let Effect::Ask { run, .. } = asked else { panic!("{asked:?}") };
    let answer = Box::new(crate::model::Answer::Settings(settings::Answer::Runpod(answer)));
    update(model, Msg::Answered { run, slot, answer }, *START)
}

fn last(model: &Model, columns: u16) -> String {
    let theme = Theme::named("terminal", Depth::None).unwrap();
    let text = shot::text(&shot::draw(model, &theme, (columns, 24)).0);
    text.lines().last().unwrap_or_default().to_owned()
}

#[test]
fn the_status_bar_shows_what_an_hour_costs_as_long_as_something_is_rented() {
    let mut model = ready();
    assert!(!last(&model, 120).contains("runpod") && last(&model, 200).contains("runpod not set"));
    drop(answer(&mut model, Answer::Rented(Ok(rented()))));
    for columns in [80, 120, 200] {
        assert!(last(&model, columns).contains("$1.39/h"), "{columns}: {}", last(&model, columns));
    }
    if let crate::model::Phase::Ready(session) = &mut model.shell.phase {
        session.runpod = Standing::NoKey;
    }
    assert!(last(&model, 120).contains("runpod no key $1.39/h"), "{}", last(&model, 120));
    drop(answer(&mut model, Answer::Rented(Ok(Rented::default()))));
    assert!(!last(&model, 120).contains("/h"));
}

#[test]
fn who_leaves_with_something_rented_is_told_what_it_costs() {
    let mut model = ready();
    drop(answer(&mut model, Answer::Rented(Ok(rented()))));
    assert_eq!(press(&mut model, "ctrl-q"), []);
    let Some(Modal::Confirm(question)) = model.modals.last() else { panic!("{:?}", model.modals) };
    assert!(
        question.title.contains("$1.39 an hour") && question.body[0].contains("night-run"),
        "{question:?}"
    );
    assert_eq!(press(&mut model, "esc"), [], "stays");
    assert_eq!(press(&mut model, "ctrl-q enter"), [Effect::Leave(Leave::Now)]);
    let mut model = ready();
    drop(answer(&mut model, Answer::Rented(Ok(rented()))));
    model.trainings.hands.insert(domain::ids::JobId(uuid::Uuid::nil()));
    assert_eq!(press(&mut model, "ctrl-q"), []);
    let theme = Theme::named("terminal", Depth::None).unwrap();
    for size in [(80, 24), (40, 10)] {
        let text = shot::text(&shot::draw(&model, &theme, size).0);
        assert!(text.contains("Rented, and goes on") || size.0 < 80, "{text}");
    }
    insta::assert_snapshot!("quit-rented", shot::text(&shot::draw(&model, &theme, (80, 24)).0));
}

#[test]
fn a_level_of_the_budget_is_a_notification() {
    let mut model = ready();
    let alert =
        Alert { level: 80, critical: false, key: "k".into(), message: "$400.00 of $500.00 are spent".into() };
    let news = crate::model::trainings::Msg::News(engine::jobs::News::Budget(alert));
    drop(crate::update::update(&mut model, crate::model::Msg::Trainings(news), *crate::update::tests::START));
    assert_eq!(model.shell.unread(), 1);
}

fn hears(model: &mut crate::model::Model, news: engine::jobs::News) -> Vec<Effect> {
    let news = crate::model::trainings::Msg::News(news);
    crate::update::update(model, crate::model::Msg::Trainings(news), *crate::update::tests::START)
}

fn left(id: &str, kind: StrayKind, unknown: bool) -> Stray {
    Stray {
        kind,
        id: id.into(),
        name: format!("brightrun-{id}"),
        status: "RUNNING".into(),
        per_hour: (kind == StrayKind::Pod).then(|| Usd::cents(74)),
        since: None,
        unknown,
    }
}

#[test]
fn what_was_left_is_a_notification_and_said_before_one_leaves() {
    let mut model = ready();
    let foreign = vec![left("b", StrayKind::Pod, true), left("c", StrayKind::Secret, false)];
    drop(hears(&mut model, engine::jobs::News::Strays { strays: foreign.clone() }));
    assert_eq!(model.shell.unread(), 0, "somebody else's, and what costs nothing, is no alarm");
    assert_eq!(press(&mut model, "ctrl-q"), [Effect::Leave(Leave::Now)]);
    let strays = [foreign, vec![left("a", StrayKind::Pod, false)]].concat();
    drop(hears(&mut model, engine::jobs::News::Strays { strays }));
    assert_eq!(model.shell.unread(), 1);
    assert_eq!(press(&mut model, "ctrl-q"), [], "it asks");
    let Some(Modal::Confirm(question)) = model.modals.last() else { panic!("{:?}", model.modals) };
    let body = question.body.join("\n");
    assert!(
        question.title.contains("what was left at RunPod") && body.contains("1 pod ($0.74 an hour)"),
        "{question:?}"
    );
    assert!(body.contains("brightrun runpod reap"), "{body}");
    assert_eq!(press(&mut model, "esc"), []);
    drop(hears(&mut model, engine::jobs::News::Strays { strays: Vec::new() }));
    assert_eq!(press(&mut model, "ctrl-q"), [Effect::Leave(Leave::Now)], "it is gone");
}

#[test]
fn the_bill_is_compared_by_a_key_and_by_the_runner() {
    let mut model = ready();
    let done = engine::runpod::Reconciled {
        compared: 3,
        corrected: 2,
        difference: Usd::cents(-31),
        storage: Usd::cents(46),
    };
    drop(hears(&mut model, engine::jobs::News::Billed(done.clone())));
    assert_eq!(model.shell.unread(), 1);
    drop(answer(&mut model, Answer::Bill(Ok(done))));
    let said = &model.shell.toasts.last().unwrap().text;
    assert!(said.contains("3 bills compared: 2 corrected, $0.31 less than recorded, $0.46 of it"), "{said}");
    drop(answer(&mut model, Answer::Bill(Ok(engine::runpod::Reconciled::default()))));
    assert!(model.shell.toasts.last().unwrap().text.contains("Nothing is on the bill yet"));
    let error = engine::Error::failed("Cannot use RunPod", "nobody answers").next("Look at the network");
    drop(hears(&mut model, engine::jobs::News::Account { error }));
    assert!(model.shell.toasts.last().unwrap().text.contains("nobody answers"));
    assert_eq!(model.trainings.problem, None, "no run and no store is concerned");
}

#[test]
fn what_is_missing_for_a_volume_is_said_in_the_prompt() {
    let mut model = ready();
    for (tag, text) in [("endpoint", " "), ("volume", "200"), ("volume", "EU-RO-1 200")] {
        assert!(crate::update::settings::runpod::prompted(&mut model, tag, text).is_err(), "{tag} {text}");
    }
    let effects = crate::update::settings::runpod::prompted(&mut model, "volume", "200, EU-RO-1").unwrap();
    let wanted = Ask::PlanVolume(200, "EU-RO-1".into());
    assert!(matches!(&effects[0], Effect::Ask { ask, .. }
        if **ask == crate::model::Ask::Settings(settings::Ask::Runpod(wanted))));
}

#[test]
fn what_a_prompt_says_below_its_line_is_whole() {
    let mut model = ready();
    let msg = settings::runpod::Msg::Endpoint;
    drop(update(&mut model, Msg::Settings(settings::Msg::Runpod(msg)), *START));
    let shown = shot::text(&shot::draw(&model, &Theme::named("terminal", Depth::None).unwrap(), (80, 24)).0);
    assert!(shown.contains("The price is shown first") && shown.contains("enter take it"), "{shown}");
}

/// What a machine costs is worth more room than what it is called.
#[test]
fn who_leaves_sees_what_goes_on_costing() {
    let mut model = ready();
    let mut rented = rented();
    rented.lines[0].rental.what =
        Some("NVIDIA GeForce RTX 4090 in EU-RO-1/US-KS-2/EU-CZ-1 at $0.74/h".into());
    answer(&mut model, Answer::Rented(Ok(rented)));
    let line = crate::model::rented::first(model.settings.runpod.lines(), START.wall).remove(0);
    assert!(
        line.find("$1.39 an hour") < line.find("NVIDIA") && line.find("$0.27 so far") < line.find("NVIDIA"),
        "{line}"
    );
}
