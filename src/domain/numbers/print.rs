//! Writing numbers: one way for each kind, so that every screen and every report says the same.

/// What stands for a number that nobody knows (design/screens, Tone).
pub const UNKNOWN: &str = "–";

/// `1,204`
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number of things: `1 turn`, `1,204 turns`, `2 batches`, `3 queries`.
pub fn many(number: u64, thing: &str) -> String {
    let count = thousands(number);
    if number == 1 {
        return format!("{count} {thing}");
    }
    if thing.ends_with(['s', 'x', 'z']) || thing.ends_with("ch") || thing.ends_with("sh") {
        return format!("{count} {thing}es");
    }
    match thing.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{count} {stem}ies"),
        _ => format!("{count} {thing}s"),
    }
}

/// Bytes in the unit that keeps the number short, powers of 1,000: `512 B`, `84.2 kB`, `1.3 GB`. Not rounded up.
pub fn bytes(count: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if count < 1000 {
        return format!("{count} B");
    }
    let (mut tenths, mut unit) = (count / 100, 0);
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1000;
        unit += 1;
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
}

/// With this many decimals: losses have 4, percentages 1 (R4.10). [`UNKNOWN`] for what is not finite.
pub fn fixed(number: f64, decimals: usize) -> String {
    if !number.is_finite() {
        return UNKNOWN.to_owned();
    }
    let text = format!("{number:.decimals$}");
    // -0.00 is 0.00.
    match text.strip_prefix('-') {
        Some(rest) if rest.bytes().all(|b| matches!(b, b'0' | b'.')) => rest.to_owned(),
        _ => text,
    }
}

/// A learning rate (R4.10): `2e-4`, `1.82e-4`, at most three digits; 0 is `0`.
pub fn scientific(number: f64) -> String {
    if !number.is_finite() {
        return UNKNOWN.to_owned();
    }
    if number == 0.0 {
        return "0".to_owned();
    }
    let text = format!("{number:.2e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let digits = digits.trim_end_matches('0').trim_end_matches('.');
    format!("{digits}e{exponent}")
}

/// A share of one as a percentage: 0.425 is `42.5 %` with one decimal.
pub fn percent(share: f64, decimals: usize) -> String {
    let number = fixed(share * 100.0, decimals);
    if number == UNKNOWN { number } else { format!("{number} %") }
}

/// How far a number moved, in percent of where it was: `+12.1 %`, `-3.0 %`. Unknown from 0.
pub fn change(from: f64, to: f64) -> String {
    let share = (to - from) / from.abs();
    let text = percent(share, 1);
    if text == UNKNOWN || share < 0.0 || text.starts_with('0') { text } else { format!("+{text}") }
}

/// Bytes of memory in GiB, with one decimal below a hundred: `31.4 GiB`.
pub fn gib(bytes: u64) -> String {
    let number = super::float(bytes) / f64::from(1 << 30);
    let decimals = if number < 1.0 { 2 } else { usize::from(number < 99.95) };
    format!("{} GiB", fixed(number, decimals))
}

/// A length of time in seconds with its two largest units: `42s`, `3m 18s`, `1h 31m`, `2d 4h`.
pub fn span(seconds: u64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    let seconds = seconds % 60;
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds}s"),
        (0, 0, _) => format!("{minutes}m {seconds:02}s"),
        (0, _, _) => format!("{hours}h {minutes:02}m"),
        _ => format!("{days}d {hours}h"),
    }
}

/// Seconds as hours with two decimals: `1.52 h`.
pub fn hours(seconds: u64) -> String {
    format!("{} h", fixed(super::float(seconds) / 3600.0, 2))
}
