use super::*;
use proptest::prelude::*;

#[test]
fn typed_numbers_are_read() {
    for (text, number) in
        [("2e-4", 2e-4), (" 0.05 ", 0.05), ("1,204.5", 1204.5), ("1_000", 1000.0), ("-3", -3.0), (".5", 0.5)]
    {
        assert_eq!(decimal(text), Ok(number), "{text}");
    }
    for text in [
        "",
        "nan",
        "NaN",
        "inf",
        "infinity",
        "1e999",
        "1,2",
        "12,34,567",
        "1.5,000",
        "0x10",
        "2 e-4",
        "١٢",
        ",",
    ] {
        assert!(decimal(text).is_err(), "{text}");
    }
}

#[test]
fn whole_numbers_are_whole() {
    for (text, number) in
        [("16", 16), ("1,204", 1204), ("2k", 2000), ("1M", 1_000_000), ("18446744073709551615", u64::MAX)]
    {
        assert_eq!(whole(text), Ok(number), "{text}");
    }
    for text in ["", "k", "-1", "1.0", "1e3", "18446744073709551616", "99999999999999999m"] {
        assert!(whole(text).is_err(), "{text}");
    }
    assert_eq!(whole("four").unwrap_err().to_string(), "`four` is no whole number");
}

#[test]
fn lengths_of_time_are_read() {
    for (text, seconds) in [
        ("90s", 90),
        ("45m", 2700),
        ("1h30m", 5400),
        ("1h 30m", 5400),
        ("2.5h", 9000),
        ("24", 86_400),
        ("1d", 86_400),
    ] {
        assert_eq!(duration(text), Ok(seconds), "{text}");
    }
    for text in ["", "h", "1m1h", "1h1h", "-1h", "1h30", "1w", "1e9d", "1hm"] {
        assert!(duration(text).is_err(), "{text}");
    }
}

#[test]
fn numbers_are_written_in_one_way() {
    assert_eq!(
        [thousands(0), thousands(999), thousands(1000), thousands(1_234_567)],
        ["0", "999", "1,000", "1,234,567"]
    );
    assert_eq!([fixed(0.342_04, 4), fixed(-0.000_01, 2), fixed(f64::NAN, 2)], ["0.3420", "0.00", UNKNOWN]);
    assert_eq!(
        [scientific(2e-4), scientific(1.82e-4), scientific(0.0), scientific(f64::INFINITY)],
        ["2e-4", "1.82e-4", "0", UNKNOWN]
    );
    assert_eq!([percent(0.425, 1), percent(f64::NAN, 1)], ["42.5 %", UNKNOWN]);
    assert_eq!(
        [change(0.389, 0.342), change(0.4, 0.5), change(0.0, 1.0), change(0.3, 0.3)],
        ["-12.1 %", "+25.0 %", UNKNOWN, "0.0 %"]
    );
    assert_eq!(
        [gib(0), gib(1 << 30), gib(80 << 30), gib(160 << 30)],
        ["0.00 GiB", "1.0 GiB", "80.0 GiB", "160 GiB"]
    );
    assert_eq!([span(42), span(198), span(5460), span(187_200)], ["42s", "3m 18s", "1h 31m", "2d 4h"]);
    assert_eq!(hours(5472), "1.52 h");
}

#[test]
fn halves_are_rounded_away_from_zero() {
    assert_eq!([divide(5, 2), divide(-5, 2), divide(4, 3), divide(1, -2), divide(7, 0)], [3, -3, 1, -1, 0]);
}

#[test]
fn the_median_leaves_out_what_is_no_number() {
    assert_eq!(median([3.0, 1.0, f64::NAN, 2.0]), Some(2.0));
    assert_eq!(median([4.0, 1.0]), Some(2.5));
    assert_eq!(median([f64::NAN, f64::INFINITY]), None);
    assert_eq!([count(-1.0), count(f64::NAN), count(1e300), count(2.5)], [0, 0, u64::MAX, 3]);
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(number: u64) {
        prop_assert_eq!(whole(&thousands(number)), Ok(number));
    }

    #[test]
    fn nothing_panics(text in ".{0,40}") {
        let _ = (decimal(&text), whole(&text), duration(&text));
    }
}

#[test]
fn things_are_counted_and_bytes_are_short() {
    assert_eq!(
        [(0, "pair"), (1, "pair"), (2000, "pair")].map(|(n, what)| many(n, what)),
        ["0 pairs", "1 pair", "2,000 pairs"]
    );
    assert_eq!(
        ["batch", "entry", "day", "process", "training file", "box"].map(|what| many(2, what)),
        ["2 batches", "2 entries", "2 days", "2 processes", "2 training files", "2 boxes"]
    );
    assert_eq!(many(1, "batch"), "1 batch");
    assert_eq!(
        [0, 999, 1000, 84_250, 999_999, 1_000_000, 1_300_000_000].map(bytes),
        ["0 B", "999 B", "1.0 kB", "84.2 kB", "999.9 kB", "1.0 MB", "1.3 GB"]
    );
    assert_eq!(bytes(u64::MAX), "18446.7 PB");
}
