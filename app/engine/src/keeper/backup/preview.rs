//! What a backup would do, as the page shows it.

use std::collections::HashMap;

use tabcert_engine_api::backup::{ChangesView, ConflictView, Preview};
use tabcert_vault::account::Account;
use tabcert_vault::certificate::Certificate;
use tabcert_vault::difference::Differs;
use tabcert_vault::merge::{Changes, Conflict, Merge, Mergeable, Side};
use tabcert_vault::order::Order;
use tabcert_vault::schema::{Kind, Record};
use tabcert_vault::settings::Settings;
use tabcert_vault::summary::Summary;

use super::super::settings;

/// How many of those that would be added are named; the others are counted.
const MAX_NAMED: usize = 100;

/// A record as the preview names it.
pub(super) trait Shown: Record + Mergeable + Differs {
    /// What names it in a choice.
    fn shown_id(&self) -> String;
    /// What it is called.
    fn title(&self) -> String;
}

impl Shown for Account {
    fn shown_id(&self) -> String {
        self.id.to_string()
    }

    fn title(&self) -> String {
        let ca = self.directory_url.authority();
        match self.label.trim() {
            "" => format!("Account at {ca}"),
            label => format!("{label} (account at {ca})"),
        }
    }
}

impl Shown for Order {
    fn shown_id(&self) -> String {
        self.id.to_string()
    }

    fn title(&self) -> String {
        self.names.first().cloned().unwrap_or_default()
    }
}

impl Shown for Certificate {
    fn shown_id(&self) -> String {
        self.id.to_string()
    }

    fn title(&self) -> String {
        Summary::from(self).title().to_owned()
    }
}

impl Shown for Settings {
    fn shown_id(&self) -> String {
        settings::ID.to_owned()
    }

    fn title(&self) -> String {
        "Settings".to_owned()
    }
}

/// Enters what the visitor has chosen.
pub(super) fn choose<T: Shown>(changes: &mut Changes<T>, chosen: &HashMap<(Kind, &str), Side>) {
    for conflict in &mut changes.conflicts {
        let id = conflict.mine.shown_id();
        conflict.choice = chosen.get(&(T::KIND, id.as_str())).copied();
    }
}

/// What the file would do.
pub(super) fn preview(made_at_ms: u64, merge: &Merge) -> Preview {
    let changes = [
        changes_view(&merge.certificates),
        changes_view(&merge.orders),
        changes_view(&merge.accounts),
        changes_view(&merge.settings),
    ];
    Preview {
        made_at_ms,
        changes: changes.into_iter().flatten().collect(),
    }
}

fn changes_view<T: Shown>(changes: &Changes<T>) -> Option<ChangesView> {
    let is_empty = changes.added.is_empty() && changes.same == 0 && changes.conflicts.is_empty();
    (!is_empty).then(|| ChangesView {
        kind: T::KIND,
        added: changes.added.len(),
        named: changes
            .added
            .iter()
            .take(MAX_NAMED)
            .map(Shown::title)
            .collect(),
        same: changes.same,
        conflicts: changes.conflicts.iter().map(conflict_view).collect(),
    })
}

fn conflict_view<T: Shown>(conflict: &Conflict<T>) -> ConflictView {
    let Conflict { mine, theirs, .. } = conflict;
    ConflictView {
        id: mine.shown_id(),
        title: mine.title(),
        differences: mine.differences(theirs),
        mine_ms: mine.updated_ms(),
        theirs_ms: theirs.updated_ms(),
        only_key: match (mine.has_key(), theirs.has_key()) {
            (true, false) => Some(Side::Mine),
            (false, true) => Some(Side::Theirs),
            _ => None,
        },
        newer: conflict.newer(),
    }
}
