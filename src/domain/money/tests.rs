use super::*;
use proptest::prelude::*;

fn usd(text: &str) -> Usd {
    text.parse().unwrap()
}

#[test]
fn a_thousand_small_costs_add_up() {
    let sum: Usd = (0..1000).map(|_| usd("0.10")).sum();
    assert_eq!(sum, Usd::dollars(100));
    // As floats this is 99.9999999999986.
    assert_eq!(sum.to_string(), "$100.00");
}

#[test]
fn half_a_cent_is_rounded_away_from_zero() {
    assert_eq!([usd("0.005").as_cents(), usd("0.0049").as_cents(), usd("-0.005").as_cents()], [1, 0, -1]);
    assert_eq!(
        [usd("1.005").column(), usd("-0.1").column(), usd("0.004").column()],
        ["1.01", "-0.10", "0.00"]
    );
    assert_eq!(Usd::dollars(1_000_000_000).column(), "99999999.99");
}

#[test]
fn amounts_are_written_for_people() {
    assert_eq!(
        [usd("1234.5"), usd("0.004"), usd("0"), usd("-47.23")].map(|u| u.to_string()),
        ["$1,234.50", "<$0.01", "$0.00", "-$47.23"]
    );
    assert_eq!([usd("0.00415").exact(), usd("2.5").exact()], ["0.004150", "2.50"]);
    assert_eq!(Range::new(usd("2.9"), usd("2.1")).to_string(), "$2.10–$2.90");
    assert_eq!(Range::new(Usd::ZERO, Usd::ZERO).to_string(), "$0.00");
}

#[test]
fn what_is_no_money_is_refused() {
    for text in
        ["", "$", ".", "-", "two", "1e3", "2k", "1.2345678", "1,23", "NaN", "9999999999999", "1.-5", "+1"]
    {
        assert!(text.parse::<Usd>().is_err(), "{text}");
    }
    assert_eq!([Usd::from_float(f64::NAN), Usd::from_float(f64::INFINITY), Usd::from_float(1e13)], [None; 3]);
    assert_eq!([usd(".5"), usd("5.")], [Usd::cents(50), Usd::dollars(5)]);
}

#[test]
fn sums_stop_at_the_largest_amount() {
    let most = Usd::micros(i64::MAX);
    assert_eq!(most + most, most);
    assert_eq!(PerHour(most).of(u64::MAX, u32::MAX), most);
    assert!((-most - most).as_micros() < 0);
    assert_eq!(Usd::micros(i64::MIN).exact(), "-9223372036854.775808");
    assert!(Usd::micros(i64::MIN).to_string().starts_with("-$9,223"));
}

#[test]
fn time_costs_to_the_millionth() {
    let rate = PerHour(usd("2.49"));
    assert_eq!(rate.seconds(3600, 2), usd("4.98"));
    assert_eq!(rate.seconds(1, 1), usd("0.000692"));
    assert_eq!(rate.of(500, 1), usd("0.000346"));
    assert_eq!(rate.to_string(), "$2.49/h");
}

#[test]
fn percentages_are_reached_only_when_they_are() {
    let limit = Usd::dollars(500);
    assert_eq!(usd("399.999999").percent_of(limit), Some(79));
    assert_eq!(usd("400").percent_of(limit), Some(80));
    assert_eq!(limit.percent_of(Usd::ZERO), None);
    assert_eq!(usd("10").per_mille(850), usd("8.5"));
}

proptest! {
    #[test]
    fn json_gives_the_same_amount(cents in -100_000_000_000_i64..100_000_000_000) {
        let amount = Usd::micros(cents);
        let text = serde_json::to_string(&amount).unwrap();
        prop_assert_eq!(serde_json::from_str::<Usd>(&text).unwrap(), amount);
        prop_assert_eq!(amount.exact().parse::<Usd>().unwrap(), amount);
    }

    #[test]
    fn nothing_panics(text in ".{0,30}", micros: i64, ms: u64, gpus: u32) {
        let _ = text.parse::<Usd>();
        let _ = (PerHour(Usd::micros(micros)).of(ms, gpus), Usd::micros(micros).column(), Usd::micros(micros).to_string());
    }
}
