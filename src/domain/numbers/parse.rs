//! Reading numbers that somebody typed.

/// A text that is no number of the wanted kind: one sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no {wanted}")]
pub struct NotANumber {
    /// What was written.
    pub text: String,
    /// What was expected, with an example.
    pub wanted: &'static str,
}

fn no(text: &str, wanted: &'static str) -> NotANumber {
    NotANumber { text: text.chars().take(40).collect(), wanted }
}

/// The text without its separators of thousands: `_` anywhere between digits, commas only where they part threes.
fn plain(text: &str) -> Option<String> {
    let text = text.trim();
    let (whole, rest) = text.split_at(text.find(['.', 'e', 'E']).unwrap_or(text.len()));
    if rest.contains(',') {
        return None;
    }
    if let Some((head, groups)) = whole.split_once(',') {
        let head = head.trim_start_matches(['+', '-']);
        if head.is_empty() || head.len() > 3 || groups.split(',').any(|g| g.len() != 3) {
            return None;
        }
    }
    Some(text.replace([',', '_'], ""))
}

/// A number with a fraction or an exponent: `0.0002`, `2e-4`, `1,204.5`. Never NaN or infinite.
///
/// # Errors
/// It is none.
pub fn decimal(text: &str) -> Result<f64, NotANumber> {
    let wanted = "number; write 0.05 or 2e-4";
    let plain = plain(text).ok_or_else(|| no(text, wanted))?;
    let looks = plain.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'));
    plain.parse().ok().filter(|n: &f64| looks && n.is_finite()).ok_or_else(|| no(text, wanted))
}

/// A number without a fraction: `16`, `1,204`, `1_204`; `2k` is 2,000 and `1m` is a million.
///
/// # Errors
/// It is none, is negative, or is too large for 64 bits.
pub fn whole(text: &str) -> Result<u64, NotANumber> {
    let wanted = "whole number";
    let lower = text.trim().to_ascii_lowercase();
    let (digits, times) = match lower.as_bytes().last() {
        Some(b'k') => (&lower[..lower.len() - 1], 1_000),
        Some(b'm') => (&lower[..lower.len() - 1], 1_000_000),
        _ => (&lower[..], 1),
    };
    let plain = plain(digits).filter(|d| !d.is_empty() && d.bytes().all(|b| b.is_ascii_digit()));
    plain
        .and_then(|d| d.parse::<u64>().ok())
        .and_then(|n| n.checked_mul(times))
        .ok_or_else(|| no(text, wanted))
}

/// A length of time in seconds: `90s`, `45m`, `1h30m`, `2.5h`, `1d`; a bare number is hours.
///
/// # Errors
/// It is none, or is longer than a hundred years.
pub fn duration(text: &str) -> Result<u64, NotANumber> {
    let wanted = "length of time; write 90m or 1h30m";
    let compact: String =
        text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    let mut rest = &compact[..];
    let mut seconds = 0.0;
    let mut before = f64::INFINITY;
    while !rest.is_empty() {
        let end = rest.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let number = decimal(&rest[..end]).map_err(|_| no(text, wanted))?;
        let unit = match rest[end..].chars().next() {
            Some('s') => 1.0,
            Some('m') => 60.0,
            Some('h') => 3600.0,
            Some('d') => 86_400.0,
            None if before.is_infinite() => 3600.0,
            _ => return Err(no(text, wanted)),
        };
        // Units go down, so that `1m1h` is a slip and not an hour and a minute.
        if unit >= before || number < 0.0 {
            return Err(no(text, wanted));
        }
        before = unit;
        seconds += number * unit;
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    if before.is_infinite() || seconds > 3_155_760_000.0 {
        return Err(no(text, wanted));
    }
    Ok(super::count(seconds))
}
