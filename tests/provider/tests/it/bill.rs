//! The bill: to the millionth, whatever happens.

use crate::ask::{GPU, Worker, act, empty, endpoint, jobs, order, pod, rest, submit};
use proptest::prelude::*;
use provider_sim::clock::{HOUR, MINUTE, Ms, SECOND, written};
use provider_sim::settings::Chances;
use provider_sim::{Container, Guest, Inside, Next, Rental, Settings, Signal, World};
use serde_json::{Value, json};
use std::collections::HashSet;

/// Millionths of a JSON number of dollars.
#[expect(clippy::cast_possible_truncation, reason = "sums of a test")]
fn micros(value: &Value) -> i64 {
    (value.as_f64().unwrap() * 1e6).round() as i64
}

fn bill(world: &mut World, path: &str) -> Value {
    let answer = rest(world, "GET", path, &Value::Null);
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body().clone()
}

#[test]
fn an_hour_and_a_half_in_buckets_of_an_hour() {
    let mut world = World::new(Settings { disks: false, ..Settings::instant() }, |_: &Container| {
        Worker::boxed(9 * HOUR, Next::Never)
    });
    world.pass(15 * MINUTE);
    let id = pod(&mut world, &order("a"));
    world.pass(90 * MINUTE);
    world.terminate(&id);
    let start = world.settings.start;
    let path = format!(
        "/v2/billing/pods?bucketSize=hour&podId={id}&startTime={}&endTime={}",
        written(start),
        written(start + 5 * HOUR)
    );
    // It comes late.
    let early = bill(&mut world, &path);
    assert_eq!(micros(&early["metadata"]["totals"]["totalAmount"]), 990_000 * 50 / 60, "40 minutes behind");
    world.pass(HOUR);
    let late = bill(&mut world, &path);
    let amounts: Vec<_> =
        late["records"].as_array().unwrap().iter().map(|record| micros(&record["totalAmount"])).collect();
    assert_eq!(amounts, [990_000 * 3 / 4, 990_000 * 3 / 4]);
    assert_eq!(late["records"][0]["startTime"], written(start));
    assert_eq!(
        (&late["metadata"]["recordCount"], &late["metadata"]["uniquePodCount"]),
        (&json!(2), &json!(1))
    );
    let whole = bill(&mut world, "/v2/billing?bucketSize=day&lastN=2");
    assert_eq!(micros(&whole["records"][0]["podGpuAmount"]), 1_485_000);
    assert_eq!(bill(&mut world, "/v2/billing/endpoints")["records"], json!([]), "a different product");
    for wrong in ["bucketSize=minute", "lastN=0", "startTime=yesterday"] {
        assert_eq!(
            rest(&mut world, "GET", &format!("/v2/billing/pods?{wrong}"), &Value::Null).status,
            422,
            "{wrong}"
        );
    }
}

#[test]
fn disks_cost_twice_as_much_when_a_pod_is_stopped() {
    let mut world = empty(Settings::instant());
    let mut body = order("a");
    body["disk"] = json!(100);
    body["mounts"] = json!({"persistent": {"size": 730, "path": "/workspace"}});
    let id = pod(&mut world, &body);
    world.pass(0);
    world.pass(HOUR);
    // 730 GB at a tenth of a dollar a month of 730 hours are a tenth of a dollar an hour.
    assert_eq!(world.bill(), 990_000 + 100_000 + 100 * 100_000 / 730);
    act(&mut world, &id, "stop");
    let before = world.bill();
    world.pass(HOUR);
    assert_eq!(world.bill() - before, 200_000);
}

#[test]
fn a_queue_worker_costs_from_its_start_to_its_end_with_its_fee() {
    let settings = Settings { fee_ppm: 100_000, ..Settings::instant() };
    let mut world =
        World::new(settings, |_: &Container| Worker::boxed(HOUR - 5 * SECOND, Next::Return(json!({}))));
    let ep = endpoint(&mut world, 1);
    submit(&mut world, &ep, "a", &json!({"executionTimeout": 2 * HOUR}));
    world.pass(3 * HOUR);
    // With the five seconds for which it was idle, one hour at 1.908, and a tenth of it as fee.
    let records = bill(&mut world, &format!("/v2/billing/serverless?bucketSize=hour&serverlessId={ep}"));
    let totals = &records["metadata"]["totals"];
    assert_eq!((micros(&totals["gpuAmount"]), micros(&totals["feeAmount"])), (1_908_000, 190_800));
}

#[test]
fn volumes_cost_always() {
    let mut world = empty(Settings::instant());
    rest(
        &mut world,
        "POST",
        "/v2/network-volumes",
        &json!({"name": "v", "size": 730, "dataCenter": "EU-RO-1"}),
    );
    world.pass(11 * HOUR);
    assert_eq!(world.bill(), 11 * 70_000);
    let records = bill(&mut world, "/v2/billing/network-volumes?bucketSize=day");
    assert_eq!(micros(&records["records"][0]["standardAmount"]), 70_000 * 620 / 60, "forty minutes behind");
}

/// Works, ends, dies or ends its own pod, as its number says.
struct Any(u8, bool);

impl Guest for Any {
    fn wake(&mut self, inside: &mut Inside<'_>) -> Next {
        if !std::mem::replace(&mut self.1, true) {
            return Next::At(inside.now + Ms::from(self.0) * 40 * SECOND + 1);
        }
        match self.0 % 4 {
            0 => Next::Exit(1),
            1 => Next::Return(json!({"ok": true})),
            2 => Next::Raise("no".to_owned()),
            _ => {
                inside.terminate();
                Next::Never
            }
        }
    }

    fn signal(&mut self, _: &mut Inside<'_>, why: Signal) -> Next {
        if why == Signal::Cancel && self.0.is_multiple_of(3) { Next::Never } else { Next::Exit(143) }
    }
}

#[derive(Debug, Clone)]
enum Act {
    Create(u8, u8),
    Action(u8, u8),
    Submit(u8, u16),
    Cancel(u8),
    Lose(u8),
    Kill(u8),
    Volume(u8),
    Deposit(i32),
    Pass(u32),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        4 => (any::<u8>(), any::<u8>()).prop_map(|(a, b)| Act::Create(a, b)),
        4 => (any::<u8>(), any::<u8>()).prop_map(|(a, b)| Act::Action(a, b)),
        3 => (any::<u8>(), any::<u16>()).prop_map(|(a, b)| Act::Submit(a, b)),
        1 => any::<u8>().prop_map(Act::Cancel),
        1 => any::<u8>().prop_map(Act::Lose),
        1 => any::<u8>().prop_map(Act::Kill),
        1 => any::<u8>().prop_map(Act::Volume),
        1 => (-20_000_000..20_000_000).prop_map(Act::Deposit),
        8 => (0_u32..5_400_000).prop_map(Act::Pass),
    ];
    prop::collection::vec(act, 1..60)
}

/// What one pod cost by what anybody could see: its price times the time between looks at which it ran. Looks are made whenever something could change.
fn pick(list: &[String], n: u8) -> Option<&String> {
    list.get(usize::from(n) % list.len().max(1))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is done, in whatever order.
    #[test]
    fn books_balance(acts in acts(), seed in any::<u64>()) {
        let settings = Settings {
            seed, windows: Vec::new(), job_limits: false, disks: false, balance: 30_000_000,
            chances: Chances {
                bad_host: 100_000, host_lost_per_hour: 50_000, restart_per_hour: 50_000, worker_lost_per_hour: 100_000, stop_ignored: 100_000,
                price_differs: 300_000, capacity_gone: 50_000, lost_before: 50_000, lost_after: 50_000, html: 20_000,
            },
            ..Settings::default()
        };
        let mut n = 0_u8;
        let mut world = World::new(settings, move |_: &Container| {
            n = n.wrapping_add(7);
            Some(Box::new(Any(n, false)) as Box<dyn Guest>)
        });
        let start = world.now();
        let ep = loop {
            // The endpoint's own creation may be lost, too.
            let body = json!({"name": "t", "type": "QUEUE", "image": "i", "scaling": {"type": "QUEUE_DELAY", "queueDelay": 2}, "workers": {"min": 0, "max": 3}});
            rest(&mut world, "POST", "/v2/serverless", &body);
            let listed = rest(&mut world, "GET", "/v2/serverless", &Value::Null);
            if let Some(id) = listed.body()["endpoints"][0]["id"].as_str() {
                break id.to_owned();
            }
        };
        let (mut pods, mut submitted): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        let mut created = 0_usize;
        // Seen from outside: id, price per hour, milliseconds that it ran.
        let mut deposits = 0_i64;
        for act_ in acts {
            match act_ {
                Act::Create(run, size) => {
                    let mut body = order(&format!("r{}", run % 8));
                    body["gpu"]["count"] = json!(1 + size % 2);
                    if size % 5 == 0 {
                        body["mounts"] = json!({"persistent": {"size": 20, "path": "/w"}});
                    }
                    let before = world.truth().rentals.len();
                    let answer = rest(&mut world, "POST", "/v2/pods", &body);
                    if answer.arrives() && answer.status == 201 {
                        pods.push(answer.body()["id"].as_str().unwrap().to_owned());
                    }
                    let made = world.truth().rentals.len() - before;
                    prop_assert!(made <= 1);
                    prop_assert!(answer.status != 201 || made == 1, "a 201 is a pod");
                    created += made;
                }
                Act::Action(at, what) => if let Some(id) = pick(&pods, at) {
                    act(&mut world, id, ["start", "stop", "restart", "terminate"][usize::from(what % 4)]);
                },
                Act::Submit(run, limit) => {
                    let body = json!({"input": {"run": format!("r{}", run % 8)}, "policy": {"executionTimeout": 5_000 + Ms::from(limit) * 100, "ttl": 10_000 + Ms::from(limit) * 400}});
                    let answer = jobs(&mut world, "POST", &format!("/v2/{ep}/run"), &body);
                    if let Some(id) = answer.body()["id"].as_str().filter(|_| answer.arrives()) {
                        submitted.push(id.to_owned());
                    }
                }
                Act::Cancel(at) => if let Some(id) = pick(&submitted, at) {
                    jobs(&mut world, "POST", &format!("/v2/{ep}/cancel/{id}"), &Value::Null);
                },
                Act::Lose(at) => if let Some(id) = pick(&pods, at) {
                    world.lose_host(id);
                },
                Act::Kill(at) => if let Some(id) = pick(&submitted, at) {
                    world.kill_worker(id);
                },
                Act::Volume(size) => {
                    rest(&mut world, "POST", "/v2/network-volumes", &json!({"name": "v", "size": 10 + u32::from(size), "dataCenter": "EU-RO-1"}));
                }
                Act::Deposit(micros) => {
                    deposits += i64::from(micros);
                    world.deposit(micros.into());
                }
                Act::Pass(ms) => world.pass(ms.into()),
            }
            let truth = world.truth();
            prop_assert_eq!(truth.balance, 30_000_000 + deposits - truth.bill);
        }
        world.settings.chances = Chances::default();
        let truth = world.truth();
        let known: HashSet<&String> = truth.rentals.iter().map(|rental| &rental.id).collect();
        let is_pod = |rental: &&Rental| rental.thing == provider_sim::Thing::Pod;
        prop_assert_eq!(truth.rentals.iter().filter(is_pod).count(), created, "no pod without a create");
        prop_assert!(pods.iter().chain(&submitted).all(|id| known.contains(id)));
        // What the API lists is what is there.
        let listed = rest(&mut world, "GET", "/v2/pods", &Value::Null);
        let mut listed: Vec<_> = listed.body()["pods"].as_array().unwrap().iter().map(|pod| pod["id"].as_str().unwrap().to_owned()).collect();
        let mut there: Vec<_> = truth.rented().filter(is_pod).map(|rental| rental.id.clone()).collect();
        listed.sort();
        there.sort();
        prop_assert_eq!(listed, there);
        // An hour later every second up to now is on the bill, to the millionth and in every size of bucket.
        for id in listed_ids(&mut world) {
            world.terminate(&id);
        }
        rest(&mut world, "DELETE", &format!("/v2/serverless/{ep}"), &Value::Null);
        for volume in listed_volumes(&mut world) {
            rest(&mut world, "DELETE", &format!("/v2/network-volumes/{volume}"), &Value::Null);
        }
        let end = world.bill();
        world.pass(HOUR);
        prop_assert_eq!(world.bill(), end, "nothing is charged when nothing is there");
        let span = format!("startTime={}&endTime={}", written(start), written(world.now() + HOUR));
        for size in ["hour", "day", "week"] {
            let mut sum = 0;
            for kind in ["pods", "serverless", "network-volumes"] {
                let records = bill(&mut world, &format!("/v2/billing/{kind}?bucketSize={size}&{span}"));
                let records_sum: i64 = records["records"].as_array().unwrap().iter().map(|record| micros(&record["totalAmount"])).sum();
                prop_assert_eq!(records_sum, micros(&records["metadata"]["totals"]["totalAmount"]));
                sum += records_sum;
            }
            prop_assert_eq!(sum, end, "{}", size);
            let whole = bill(&mut world, &format!("/v2/billing?bucketSize={size}&{span}"));
            prop_assert_eq!(micros(&whole["metadata"]["totals"]["totalAmount"]), end);
        }
        // Every GPU is given back.
        world.settings.market = 0;
        for rental in world.truth().rentals.iter().filter(is_pod) {
            let records = bill(&mut world, &format!("/v2/billing/pods?bucketSize=hour&podId={}&{span}", rental.id));
            prop_assert_eq!(micros(&records["metadata"]["totals"]["totalAmount"]), rental.cost);
        }
    }

    /// The sum over pods of price times running seconds, seen from outside each second.
    #[test]
    fn a_bill_is_price_times_seconds(lives in prop::collection::vec((1_u8..4, 1_u32..7_200, 0_u32..3_600), 1..12), seed in any::<u64>()) {
        let settings = Settings { seed, disks: false, market: 0, ..Settings::instant() };
        let mut world = empty(Settings { chances: Chances { price_differs: 500_000, ..Chances::default() }, ..settings });
        world.set_free(GPU, "US-KS-2", 100);
        let mut exact = 0_i128;
        let mut each = 0_i64;
        for (count, runs, pause) in lives {
            let mut body = order("a");
            body["gpu"]["count"] = json!(count);
            let answer = rest(&mut world, "POST", "/v2/pods", &body);
            let price = micros(&answer.body()["cost"]);
            let id = answer.body()["id"].as_str().unwrap().to_owned();
            world.pass(0);
            world.pass(Ms::from(runs) * SECOND);
            world.terminate(&id);
            world.pass(Ms::from(pause) * SECOND);
            exact += i128::from(price) * i128::from(runs);
            each += price * i64::from(runs) / 3_600;
        }
        prop_assert_eq!(world.bill(), each, "each pod is rounded down once");
        prop_assert!((exact / 3_600 - i128::from(world.bill())).abs() < 10_000, "to the cent");
    }
}

fn listed_ids(world: &mut World) -> Vec<String> {
    let answer = rest(world, "GET", "/v2/pods", &Value::Null);
    answer.body()["pods"]
        .as_array()
        .unwrap()
        .iter()
        .map(|pod| pod["id"].as_str().unwrap().to_owned())
        .collect()
}

fn listed_volumes(world: &mut World) -> Vec<String> {
    let answer = rest(world, "GET", "/v2/network-volumes", &Value::Null);
    answer.body()["networkVolumes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|volume| volume["id"].as_str().unwrap().to_owned())
        .collect()
}
