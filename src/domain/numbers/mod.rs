//! Numbers as people write and read them. What is unknown is `–`; what is no number is refused.

mod parse;
mod print;
#[cfg(test)]
mod tests;

pub use parse::{NotANumber, decimal, duration, whole};
pub use print::{UNKNOWN, bytes, change, fixed, gib, hours, many, percent, scientific, span, thousands};

/// Divides and rounds half away from zero; exact for every pair of numbers. A divisor of 0 gives 0.
pub const fn divide(numerator: i128, divisor: i128) -> i128 {
    if divisor == 0 {
        return 0;
    }
    let (n, d) = if divisor < 0 { (-numerator, -divisor) } else { (numerator, divisor) };
    let (whole, rest) = (n / d, n % d);
    // `rest` has the sign of `n`; twice it cannot overflow for any amount of money or count of bytes.
    if rest * 2 >= d {
        whole + 1
    } else if rest * 2 <= -d {
        whole - 1
    } else {
        whole
    }
}

/// The middle of some numbers; the mean of the two in the middle when their number is even. Numbers that are not
/// finite are left out. `None` without any.
pub fn median(numbers: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut numbers: Vec<f64> = numbers.into_iter().filter(|n| n.is_finite()).collect();
    numbers.sort_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    match numbers.len() {
        0 => None,
        n if n % 2 == 1 => numbers.get(middle).copied(),
        _ => Some(f64::midpoint(numbers[middle - 1], numbers[middle])),
    }
}

/// A count as a float, for rates and means.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53, and a rate needs no more digits")]
pub const fn float(count: u64) -> f64 {
    count as f64
}

/// A float as a count: rounded, 0 for what is negative or no number, the largest for what is too large.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, which is what is wanted"
)]
pub fn count(number: f64) -> u64 {
    number.round() as u64
}
