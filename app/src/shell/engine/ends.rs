//! How often engines have ended: what ends each of them is not mended by another.

use std::collections::VecDeque;

/// So many ends are survived...
const MOST: usize = 3;
/// ...within this time.
const WITHIN_MS: u64 = 60_000;

/// The last ends, in milliseconds since the Unix epoch.
#[derive(Debug, Default)]
pub(super) struct Ends(VecDeque<u64>);

impl Ends {
    /// Notes an end, and says whether another engine is worth a try.
    pub(super) fn may_go_on_after(&mut self, now_ms: u64) -> bool {
        self.0
            .retain(|ended_ms| now_ms.saturating_sub(*ended_ms) < WITHIN_MS);
        self.0.push_back(now_ms);
        self.0.len() <= MOST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_ends_are_survived_and_more_later() {
        let mut ends = Ends::default();
        for now_ms in [1_000, 2_000, 3_000] {
            assert!(ends.may_go_on_after(now_ms), "{now_ms}");
        }
        assert!(!ends.may_go_on_after(4_000));
        assert!(ends.may_go_on_after(4_000 + WITHIN_MS));
    }
}
