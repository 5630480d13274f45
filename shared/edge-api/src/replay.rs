//! A short memory of the messages that were taken, beside the one in storage: storage answers late
//! and may not know yet what it was told a moment ago.

use std::collections::VecDeque;

use crate::authorize::MessageId;

/// More than a page sends for an order of 100 names; the oldest are forgotten first.
const CAPACITY: usize = 1024;

/// Messages that were taken, in the order in which they came.
#[derive(Debug, Default)]
pub struct SeenMessages(VecDeque<(MessageId, u64)>);

impl SeenMessages {
    /// An empty memory.
    #[must_use]
    pub const fn new() -> Self {
        Self(VecDeque::new())
    }

    /// Remembers a message until `fresh_until`, in seconds since 1970 like `now`. `false` where it
    /// is known already.
    pub fn is_new(&mut self, message: &MessageId, fresh_until: u64, now: u64) -> bool {
        self.0.retain(|(_, until)| *until >= now);
        if self.0.iter().any(|(known, _)| known == message) {
            return false;
        }
        if self.0.len() == CAPACITY {
            self.0.pop_front();
        }
        self.0.push_back((message.clone(), fresh_until));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(number: usize) -> MessageId {
        MessageId::from_text(number.to_string())
    }

    #[test]
    fn knows_a_message_as_long_as_it_is_fresh() {
        let mut seen = SeenMessages::new();
        assert!(seen.is_new(&message(1), 100, 50));
        assert!(seen.is_new(&message(2), 100, 50));
        assert!(!seen.is_new(&message(1), 100, 50));
        assert!(!seen.is_new(&message(1), 100, 100));
        assert!(seen.is_new(&message(1), 200, 101));
    }

    #[test]
    fn does_not_grow_beyond_its_capacity() {
        let mut seen = SeenMessages::new();
        for number in 0..=CAPACITY {
            assert!(seen.is_new(&message(number), 100, 50));
        }
        assert_eq!(seen.0.len(), CAPACITY);
        assert!(!seen.is_new(&message(CAPACITY), 100, 50));
        assert!(seen.is_new(&message(0), 100, 50));
    }
}
