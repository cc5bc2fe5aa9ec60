//! Limits on requests, and answers that get lost.

use crate::ask::{empty, endpoint, jobs, order, rest, value};
use provider_sim::clock::{MINUTE, SECOND};
use provider_sim::{Fault, Reply, Settings, Wire};
use serde_json::{Value, json};

#[test]
fn windows_fill_and_empty() {
    let mut world = empty(Settings::default());
    for left in (0..60).rev() {
        let answer = rest(&mut world, "GET", "/v2/pods", &Value::Null);
        let limit = &answer.headers.iter().find(|(name, _)| *name == "ratelimit").unwrap().1;
        assert!(limit.starts_with(&format!("\"minute\";r={left};t=60, \"hour\";r=")), "{limit}");
    }
    world.pass(48 * SECOND);
    let answer = rest(&mut world, "GET", "/v2/pods", &Value::Null);
    assert_eq!(answer.status, 429);
    assert!(answer.headers.contains(&("retry-after", "12".to_owned())), "{answer:?}");
    assert_eq!(value(&answer)["detail"], "rate limit exceeded for the minute window");
    assert_eq!(rest(&mut world, "POST", "/v2/pods", &order("a")).status, 429);
    assert_eq!(world.truth().rented().count(), 0, "what is refused has no effect");
    world.pass(12 * SECOND);
    assert_eq!(rest(&mut world, "GET", "/v2/pods", &Value::Null).status, 200);
}

#[test]
fn the_jobs_api_has_limits_of_its_own() {
    let mut world = empty(Settings::default());
    let ep = endpoint(&mut world, 1);
    let purge = format!("/v2/{ep}/purge-queue");
    let statuses: Vec<_> = (0..3).map(|_| jobs(&mut world, "POST", &purge, &Value::Null)).collect();
    assert_eq!(statuses.iter().map(|answer| answer.status).collect::<Vec<_>>(), [200, 200, 429]);
    assert_eq!(statuses[2].reply, Reply::Text("text/plain", "Too Many Requests".to_owned()));
    world.pass(10 * SECOND);
    assert_eq!(jobs(&mut world, "POST", &purge, &Value::Null).status, 200);
}

#[test]
fn faults_before_and_after_the_effect() {
    for (wire, arrives, effect, status) in [
        (Wire::LostBefore, false, false, 0),
        (Wire::LostAfter, false, true, 201),
        (Wire::CutShort, false, true, 201),
        (Wire::Slow(5), true, true, 201),
        (Wire::Html, true, false, 502),
        (Wire::HtmlAfter, true, true, 502),
        (Wire::Blank, true, true, 200),
        (Wire::Status(503), true, false, 503),
        (Wire::Limited(7), true, false, 429),
    ] {
        let mut world = empty(Settings::instant());
        world.inject(Fault::next("pods.create", wire).after(1));
        assert_eq!(rest(&mut world, "POST", "/v2/pods", &order("a")).status, 201);
        let answer = rest(&mut world, "POST", "/v2/pods", &order("b"));
        assert_eq!((answer.arrives(), answer.status), (arrives, status), "{wire:?}");
        assert_eq!(world.truth().of("b").count() == 1, effect, "{wire:?}");
        assert_eq!(rest(&mut world, "POST", "/v2/pods", &order("c")).status, 201, "only once");
    }
}

#[test]
fn faults_by_chance_and_until_they_are_healed() {
    let mut world = empty(Settings { spend_limit: 1_000_000_000, ..Settings::instant() });
    world.set_free(crate::ask::GPU, "US-KS-2", 1000);
    world.inject(Fault::always("", Wire::Status(500)).sometimes(300_000));
    let failed = (0..200)
        .filter(|n| rest(&mut world, "POST", "/v2/pods", &order(&n.to_string())).status == 500)
        .count();
    assert!((35..85).contains(&failed), "{failed} of 200");
    assert_eq!(world.truth().rented().count(), 200 - failed);
    world.heal();
    assert!((0..50).all(|_| rest(&mut world, "GET", "/v2/pods", &Value::Null).status == 200));
    world.settings.chances.lost_after = 500_000;
    let lost = (0..100).filter(|_| !rest(&mut world, "GET", "/v2/pods", &Value::Null).arrives()).count();
    assert!((30..70).contains(&lost), "{lost}");
}

#[test]
fn the_same_seed_plays_the_same() {
    let play = |seed| {
        let mut world = empty(Settings { seed, ..Settings::default() });
        world.settings.chances.bad_host = 300_000;
        world.settings.chances.host_lost_per_hour = 300_000;
        for n in 0..20 {
            rest(&mut world, "POST", "/v2/pods", &order(&n.to_string()));
            world.pass(17 * MINUTE);
        }
        world.truth()
    };
    assert_eq!(play(4), play(4));
    assert_ne!(play(4), play(5));
    assert!(json!(play(4).bill).as_i64().unwrap() > 0);
}
