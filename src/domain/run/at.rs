//! Instants as the worker writes them.

use chrono::{DateTime, TimeDelta, Utc};

/// An RFC 3339 instant. The spelling of protocol 1 (`2026-11-28T02:09:44.123Z`) costs next to nothing; a file has one per line.
pub fn instant(text: &[u8]) -> Option<DateTime<Utc>> {
    milliseconds(text).and_then(DateTime::from_timestamp_millis).or_else(|| {
        let text = std::str::from_utf8(text).ok()?;
        DateTime::parse_from_rfc3339(text).ok().map(|at| at.with_timezone(&Utc))
    })
}

/// Milliseconds since 1970 of exactly that spelling.
fn milliseconds(text: &[u8]) -> Option<i64> {
    let text: &[u8; 24] = text.try_into().ok()?;
    let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (19, b'.'), (23, b'Z')];
    if marks.iter().any(|(at, mark)| text[*at] != *mark) {
        return None;
    }
    let digits = |from: usize, to: usize| {
        text[from..to].iter().try_fold(0_i64, |n, b| b.is_ascii_digit().then(|| n * 10 + i64::from(b - b'0')))
    };
    let (year, month, day) = (digits(0, 4)?, digits(5, 7)?, digits(8, 10)?);
    let (hour, minute, second) = (digits(11, 13)?, digits(14, 16)?, digits(17, 19)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=last).contains(&day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    // Days since 1970, with years that begin in March so that the leap day comes last.
    let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * y + y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400) + (153 * m + 2) / 5 + day
        - 1
        - 719_468;
    Some((((days * 24 + hour) * 60 + minute) * 60 + second) * 1000 + digits(20, 23)?)
}

/// From one instant to another, in seconds; negative when the second lies before the first.
#[expect(clippy::cast_precision_loss, reason = "milliseconds of a run")]
pub(super) fn seconds(from: DateTime<Utc>, to: DateTime<Utc>) -> f64 {
    let between: TimeDelta = to - from;
    between.num_milliseconds() as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_what_chrono_says(ms in -62_135_596_800_000_i64..253_402_300_799_999) {
            let at = DateTime::from_timestamp_millis(ms).unwrap();
            let text = at.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
            prop_assert_eq!(milliseconds(text.as_bytes()), Some(ms));
        }
    }

    #[test]
    fn days_that_do_not_exist_are_none() {
        for text in
            ["2026-02-29T00:00:00.000Z", "2026-13-01T00:00:00.000Z", "2026-01-01T24:00:00.000Z", "x", ""]
        {
            assert_eq!(instant(text.as_bytes()), None, "{text}");
        }
        let other = instant(b"2026-11-28T03:00:00+01:00");
        assert_eq!(other, instant(b"2026-11-28T02:00:00.000Z"));
    }
}
