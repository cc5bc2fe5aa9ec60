//! Numbers in JavaScript's spelling: every number is a double, printed with the fewest digits that give it back.

use super::Kind;

/// From the first character of a number to behind its last; whether JavaScript would spell it the same way.
pub(super) fn scan(bytes: &[u8], start: usize) -> Result<(usize, bool), (usize, Kind)> {
    let digits =
        |from: usize| bytes[from.min(bytes.len())..].iter().take_while(|b| b.is_ascii_digit()).count();
    let minus = usize::from(bytes.get(start) == Some(&b'-'));
    let whole = digits(start + minus);
    let mut at = start + minus + whole;
    let leading_zero = bytes.get(start + minus) == Some(&b'0');
    if whole == 0 || (leading_zero && whole > 1) {
        return Err((start, Kind::Number));
    }
    let mut same = whole <= 15 && !(minus == 1 && leading_zero);
    if bytes.get(at) == Some(&b'.') {
        let fraction = digits(at + 1);
        if fraction == 0 {
            return Err((start, Kind::Number));
        }
        let zeros = bytes[at + 1..at + 1 + fraction].iter().take_while(|b| **b == b'0').count();
        // Up to 15 digits are the shortest spelling of their double; below a millionth JavaScript writes an exponent.
        same = whole + fraction <= 15 && bytes[at + fraction] != b'0' && (!leading_zero || zeros <= 5);
        at += 1 + fraction;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        let exponent = digits(at + 1 + sign);
        if exponent == 0 {
            return Err((start, Kind::Number));
        }
        at += 1 + sign + exponent;
        same = false;
    }
    Ok((at, same))
}

/// The number as JavaScript's `JSON.stringify` prints it: `3`, `0.1`, `1e+21`; `null` when it is not finite.
pub fn number(value: f64) -> String {
    if !value.is_finite() {
        return "null".to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    // `{:e}` gives the shortest digits that read back as the same double: "-1.25e-7".
    let short = format!("{:e}", value.abs());
    let (mantissa, exponent) = short.split_once('e').unwrap_or((&short, "0"));
    let digits = mantissa.replace('.', "");
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let sign = if value < 0.0 { "-" } else { "" };
    sign.to_owned() + &place(&digits, exponent)
}

/// Puts the decimal point where JavaScript puts it (ECMA-262, `Number::toString`).
fn place(digits: &str, exponent: i32) -> String {
    let count = digits.len();
    match exponent {
        0..=20 => {
            let whole = usize::try_from(exponent).unwrap_or_default() + 1;
            if count <= whole {
                format!("{digits}{}", "0".repeat(whole - count))
            } else {
                format!("{}.{}", &digits[..whole], &digits[whole..])
            }
        }
        -6..=-1 => format!("0.{}{digits}", "0".repeat(usize::try_from(-exponent - 1).unwrap_or_default())),
        _ => {
            let sign = if exponent < 0 { '-' } else { '+' };
            let fraction = if count > 1 { format!(".{}", &digits[1..]) } else { String::new() };
            format!("{}{fraction}e{sign}{}", &digits[..1], exponent.abs())
        }
    }
}
