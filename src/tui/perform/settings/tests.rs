//! The screen of RunPod against a real engine and accounts with one thing wrong with them: each says what to do.

#[path = "../../../../tests/support/answers.rs"]
mod answers;

use crate::model::{Modal, Model, Phase, ScreenId};
use crate::perform::conversations::tests::{does, places, types};
use crate::theme::{Depth, Theme};
use crate::update::tests::{START, ready};
use crate::view::shot;
use answers::{Account, Answers};
use engine::runpod::Standing;
use engine::{Engine, RunpodPlaces};
use std::path::Path;

/// An engine for an account at this address; without one there is no key.
async fn opened(dir: &Path, at: Option<&str>) -> (Engine, Model) {
    let mut places = places(dir);
    places.training.catalog = dir.join("config");
    if let Some(at) = at {
        places.runpod = RunpodPlaces {
            api_key: Some("rpa_planted0key".into()),
            endpoint: Some("ep".to_owned()),
            image: Some("ghcr.io/example/worker:1.0".to_owned()),
            volume: Some("vol".to_owned()),
            volume_data_center: Some("EU-RO-1".to_owned()),
            volume_access_key: Some("user_a".into()),
            volume_secret_key: Some("rps_b".into()),
            rest_url: Some(format!("{at}/rest")),
            jobs_url: Some(format!("{at}/jobs")),
            graphql_url: Some(format!("{at}/graphql")),
            ..RunpodPlaces::default()
        };
    }
    let engine = Engine::open(&places, Some(START.wall)).await.unwrap();
    let mut model = ready();
    if let Phase::Ready(session) = &mut model.shell.phase {
        session.runpod = engine::runpod::at_first(&engine);
    }
    (engine, model)
}

fn shots(name: &str, model: &Model) {
    let theme = Theme::named("terminal", Depth::None).unwrap();
    for size in [(80, 24), (120, 40)] {
        let mut model = model.clone();
        model.shell.size = size;
        if let Some(checked) = &mut model.settings.runpod.checked {
            checked.at = START.wall;
        }
        let text = shot::text(&shot::draw(&model, &theme, size).0);
        assert!(!text.contains("planted"));
        insta::assert_snapshot!(format!("{name}-{}x{}", size.0, size.1), text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_thing_that_can_be_wrong_has_a_screen_that_says_what_to_do() {
    for (name, account, standing) in [
        ("good", Some(Account::Good), Standing::Ok),
        ("no-key", None, Standing::NotSet),
        ("wrong-key", Some(Account::WrongKey), Standing::BadKey),
        ("scoped-key", Some(Account::Scoped), Standing::NoRight),
        ("empty-balance", Some(Account::Empty), Standing::NoCredit),
        ("retired", Some(Account::Retired), Standing::Retired),
    ] {
        let (dir, server) = (tempfile::tempdir().unwrap(), account.map(Answers::start));
        let (engine, mut model) = opened(dir.path(), server.as_ref().map(|server| server.at.as_str())).await;
        does(&engine, &mut model, "0 tab").await;
        assert_eq!(model.settings.runpod.checked.as_ref().unwrap().standing, standing, "{name}");
        assert!(server.is_none_or(|server| !server.asked().is_empty()), "{name}");
        shots(name, &model);
    }
    let dir = tempfile::tempdir().unwrap();
    let (engine, mut model) = opened(dir.path(), Some("http://127.0.0.1:1")).await;
    does(&engine, &mut model, "0 tab").await;
    assert_eq!(model.settings.runpod.checked.as_ref().unwrap().standing, Standing::Unreachable);
    shots("unreachable", &model);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_is_made_only_after_its_price_was_seen() {
    let (dir, server) = (tempfile::tempdir().unwrap(), Answers::start(Account::Good));
    let (engine, mut model) = opened(dir.path(), Some(&server.at)).await;
    let posts = || server.asked().iter().filter(|call| call.starts_with("POST /rest/")).count();
    does(&engine, &mut model, "0 tab n").await;
    types(&engine, &mut model, "a100-80").await;
    does(&engine, &mut model, "enter").await;
    let Some(Modal::Confirm(question)) = model.modals.last() else { panic!("{:?}", model.modals) };
    assert!(question.body.iter().any(|line| line.contains("$2.72 an hour")), "{question:?}");
    does(&engine, &mut model, "esc").await;
    assert_eq!(posts(), 0);
    does(&engine, &mut model, "n").await;
    types(&engine, &mut model, "a100-80").await;
    does(&engine, &mut model, "enter enter").await;
    assert_eq!((posts(), model.settings.runpod.made[0].id.as_str()), (1, "ep9"));
    does(&engine, &mut model, "v").await;
    types(&engine, &mut model, "200 eu-ro-1").await;
    does(&engine, &mut model, "enter").await;
    let Some(Modal::Confirm(question)) = model.modals.last() else { panic!("{:?}", model.modals) };
    assert!(question.body.iter().any(|line| line.contains("$14.00 a month")), "{question:?}");
    does(&engine, &mut model, "enter P").await;
    assert_eq!(posts(), 2);
    assert_eq!(model.shell.screen, ScreenId::Settings);
    does(&engine, &mut model, "x").await;
    assert!(model.shell.messages[0].text.contains("Nothing was left"), "{:?}", model.shell.messages[0]);
}
