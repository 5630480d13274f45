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
        let known = Self::ALL.into_iter().find(|it| it.fragment() == fragment);
        known.unwrap_or(Self::Issue)
    }
}

/// Where the visitor is. In context.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    /// The screen.
    pub(crate) screen: Memo<Screen>,
}

impl Place {
    /// Follows the address.
    pub(crate) fn follow() -> Self {
        let at = RwSignal::new(Screen::of(&location::fragment()));
        location::watch(move |fragment| at.set(Screen::of(&fragment)));
        Self {
            screen: Memo::new(move |_| at.get()),
        }
    }

    /// Goes to a screen.
    pub(crate) fn go(screen: Screen) {
        location::go(screen.fragment());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lead_to_their_screens() {
        for screen in Screen::ALL {
            assert_eq!(Screen::of(screen.fragment()), screen);
        }
        for unknown in ["elsewhere", "Accounts", "/", "issue/7"] {
            assert_eq!(Screen::of(unknown), Screen::Issue, "{unknown}");
        }
    }
}
