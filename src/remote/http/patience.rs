//! How long to wait and how often to repeat.

use std::time::Duration;

/// How long a call may take and how it is repeated. The usual one is [`Patience::default`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Until a connection stands.
    pub connect: Duration,
    /// From sending the request to the end of the answer, once.
    pub answer: Duration,
    /// Without a byte on a stream of log lines; then it is opened again.
    pub silence: Duration,
    /// All of one call together, with repetitions and waiting.
    pub budget: Duration,
    /// How often one call is sent at most.
    pub attempts: u32,
    /// Before the second attempt; doubled for each further one.
    pub first: Duration,
    /// The longest pause that we choose ourselves; the provider may ask for more.
    pub most: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            connect: seconds(10),
            answer: seconds(45),
            silence: seconds(120),
            budget: seconds(120),
            attempts: 6,
            first: Duration::from_millis(500),
            most: seconds(20),
        }
    }
}

impl Patience {
    /// The pause after the `attempt`-th failure (from 1): doubled each time, the upper half of it by `chance` (0 to 1), so that
    /// many clients that failed together do not come back together.
    pub fn pause(&self, attempt: u32, chance: f64) -> Duration {
        let doubled =
            self.first.saturating_mul(1_u32.checked_shl(attempt.saturating_sub(1)).unwrap_or(u32::MAX));
        let pause = doubled.min(self.most);
        pause.mul_f64(0.5 + chance.clamp(0.0, 1.0) / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_most_and_never_fall_below_half() {
        let patience = Patience::default();
        let longest = |attempt| patience.pause(attempt, 1.0);
        assert_eq!(longest(1), Duration::from_millis(500));
        assert_eq!(longest(2), Duration::from_secs(1));
        assert_eq!(longest(3), Duration::from_secs(2));
        assert_eq!(longest(40), patience.most);
        assert_eq!(longest(4_000_000), patience.most);
        assert_eq!(patience.pause(3, 0.0), Duration::from_secs(1));
    }
}
