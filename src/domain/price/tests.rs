use super::*;
use crate::money::Usd;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn the_builtin_list_is_sound_and_dated() {
    let list = builtin();
    assert!(list.gpus.len() > 8 && list.prices.len() > 8);
    for gpu in &list.gpus {
        let called: Vec<_> =
            list.gpus.iter().filter(|g| g.is_called(&gpu.name) || g.is_called(&gpu.id)).collect();
        assert_eq!(called, [gpu], "two GPUs are called {}", gpu.name);
    }
    assert!(list.prices.iter().all(|p| !p.source.is_empty() && p.usd_per_hour.0 > Usd::ZERO));
}

#[test]
fn the_platforms_spellings_are_known() {
    let list = builtin();
    for (name, id) in [
        ("A100-80GB", "a100-80"),
        ("nvidia-a100-80gb", "a100-80"),
        ("NVIDIA A40", "a40"),
        ("h100", "h100-sxm"),
        ("V100-32GB", "v100-32"),
        ("RTX 4090", "rtx-4090"),
        ("A100-40GB", "a100-40"),
    ] {
        assert_eq!(list.gpu(name).map(|g| &g.id[..]), Some(id), "{name}");
    }
    assert_eq!(list.gpu("TPU"), None);
    assert_eq!(list.gpu(""), None);
}

#[test]
fn what_nobody_prices_has_no_price() {
    let list = builtin();
    assert_eq!(list.quote("V100-32GB", Place::RunpodPod, Tier::Guaranteed), None);
    assert_eq!(list.quote("A100-80GB", Place::RunpodPod, Tier::Interruptible), None);
    assert_eq!(list.quote("A100-80GB", Place::Local, Tier::Guaranteed), None);
    let found = list.quote("A100-80GB", Place::RunpodPod, Tier::Guaranteed).unwrap();
    assert_eq!(found.usd_per_hour.0, Usd::cents(139));
}

#[test]
fn prices_age() {
    let quote = Quote { as_of: Some(day("2026-08-31")), ..Quote::local(None) };
    assert_eq!(quote.age(day("2026-09-30")), Some(30));
    assert!(!quote.is_old(day("2026-09-30")) && quote.is_old(day("2026-10-01")));
    assert_eq!(quote.age(day("2026-08-01")), Some(0), "a date ahead is no age");
    assert!(!Quote::local(None).is_old(day("2099-01-01")));
}

#[test]
fn this_machine_costs_nothing_or_what_the_user_says() {
    assert_eq!(Quote::local(None).usd_per_hour.0, Usd::ZERO);
    let here = Quote::local(Some(PerHour(Usd::cents(12))));
    assert_eq!(here.usd_per_hour.0, Usd::cents(12));
    for gpus in [1, 2, 4] {
        let all = here.clone().for_each_of(gpus).usd_per_hour.gpus(gpus);
        assert_eq!(all, Usd::cents(12), "the machine costs the same with {gpus}");
    }
}

#[test]
fn everything_that_is_wrong_is_named_at_once() {
    let text = r#"
        [[gpu]]
        id = "a"
        name = "A"
        vram_gb = 0
        bf16_tflops = nan
        [[gpu]]
        id = "a"
        name = "A"
        vram_gb = 8
        [[price]]
        gpu = "b"
        place = "local"
        usd_per_hour = -1
        as_of = "2026-01-01"
        source = "x"
        [[price]]
        gpu = "b"
        place = "local"
        usd_per_hour = "0.5"
        as_of = "2026-01-01"
        source = "x"
    "#;
    let faults = read(text, &PriceList::default()).unwrap_err().0;
    assert_eq!(faults.len(), 9, "{faults:#?}");
    assert!(read("[[price]]\ngpu = 1", &PriceList::default()).is_err());
    assert!(
        read("[[gpu]]\nid = \"a\"\nname = \"A\"\nvram_gb = 8\nspeed = 1", &PriceList::default()).is_err()
    );
}

#[test]
fn a_users_price_wins_and_may_name_builtin_gpus() {
    let mine = r#"
        [[price]]
        gpu = "a100-80"
        place = "runpod-pod"
        usd_per_hour = 1.19
        as_of = "2026-11-01"
        source = "my contract"
    "#;
    let base = builtin();
    let count = base.prices.len();
    let list = base.clone().with(read(mine, &base).unwrap());
    assert_eq!(list.prices.len(), count);
    assert_eq!(
        list.quote("a100-80", Place::RunpodPod, Tier::Guaranteed).unwrap().usd_per_hour.0,
        Usd::cents(119)
    );
    let offers = list.offers(Place::RunpodPod, Tier::Guaranteed);
    assert!(offers.is_sorted_by_key(|(_, p)| p.usd_per_hour));
}
