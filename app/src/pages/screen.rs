//! Which screen is on.

use leptos::prelude::*;

use crate::shell::location;

/// A screen. Each has an address, so that it can be linked to and gone back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Screen {
    /// Getting a certificate.
    Issue,
    /// All certificates of this browser.
    Certificates,
    /// The accounts at CAs.
    Accounts,
    /// How things are kept: protection, backups, reminders.
    Settings,
}

impl Screen {
    /// All, in the order of the navigation.
    pub(crate) const ALL: [Self; 4] = [
        Self::Issue,
        Self::Certificates,
        Self::Accounts,
        Self::Settings,
    ];

    /// What is behind `#` in its address.
    pub(crate) fn fragment(self) -> &'static str {
        match self {
            Self::Issue => "",
            Self::Certificates => "certificates",
            Self::Accounts => "accounts",
            Self::Settings => "settings",
        }
    }

    /// What the navigation calls it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Issue => "Get a certificate",
            Self::Certificates => "Certificates",
            Self::Accounts => "Accounts",
            Self::Settings => "Settings",
        }
    }

    /// The screen of an address; unknown ones lead to the start.
    fn of(fragment: &str) -> Self {
        let (first, _) = split(fragment);
        let known = Self::ALL.into_iter().find(|it| it.fragment() == first);
        known.unwrap_or(Self::Issue)
    }
}

/// The screen's part of an address, and what is meant on it.
fn split(fragment: &str) -> (&str, &str) {
    fragment.split_once('/').unwrap_or((fragment, ""))
}

/// Where the visitor is. In context.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    /// The screen.
    pub(crate) screen: Memo<Screen>,
    /// What is meant on it, such as the id of a certificate; empty for the screen as a whole.
    pub(crate) part: Memo<String>,
}

impl Place {
    /// Follows the address.
    pub(crate) fn follow() -> Self {
        let at = RwSignal::new(location::fragment());
        location::watch(move |fragment| at.set(fragment));
        Self {
            screen: Memo::new(move |_| at.with(|at| Screen::of(at))),
            part: Memo::new(move |_| at.with(|at| split(at).1.to_owned())),
        }
    }

    /// Goes to a screen.
    pub(crate) fn go(screen: Screen) {
        location::go(screen.fragment());
    }

    /// The address of a part of a screen.
    pub(crate) fn address(screen: Screen, part: &str) -> String {
        format!("#{}/{part}", screen.fragment())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lead_to_their_screens() {
        for screen in Screen::ALL {
            assert_eq!(Screen::of(screen.fragment()), screen);
            let address = Place::address(screen, "a1");
            assert_eq!(Screen::of(address.trim_start_matches('#')), screen);
            assert_eq!(split(address.trim_start_matches('#')).1, "a1");
        }
        for unknown in ["elsewhere", "Accounts", "/", "issue/7"] {
            assert_eq!(Screen::of(unknown), Screen::Issue, "{unknown}");
        }
    }
}
