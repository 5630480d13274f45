//! Of which certificates to remind now, once in all tabs together.

use std::cell::Cell;

use tabcert_engine_api::certificates::Reminder;
use tabcert_vault::status::is_reminder_due;
use tabcert_vault::summary::Summary;

use super::Keeper;
use super::finding::other;
use crate::clock;

impl Keeper {
    /// The certificates whose reminder is due, which is noted in each: no other tab has them too. None
    /// where the visitor does not want to be reminded.
    pub(crate) async fn remind(&self) -> Vec<Reminder> {
        let wanted = self.settings().await.is_ok_and(|it| it.reminders);
        let mut reminders = Vec::new();
        if !wanted {
            return reminders;
        }
        let now_ms = clock::now_ms();
        for summary in self.summaries().await {
            if !is_reminder_due(&summary, summary.reminded_ms, now_ms) {
                continue;
            }
            let is_ours = Cell::new(false);
            let noted = self.try_change(summary.id, |certificate| {
                let summary = Summary::from(&*certificate);
                let is_due = is_reminder_due(&summary, summary.reminded_ms, now_ms);
                is_ours.set(is_due);
                if is_due {
                    certificate.reminded_ms = Some(now_ms);
                }
            });
            if noted.await.is_ok() && is_ours.get() {
                reminders.push(Reminder {
                    certificate: other(&summary),
                    ends_ms: summary.ends_ms(),
                });
            }
        }
        reminders
    }
}
