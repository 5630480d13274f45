//! What to do about a broken path.

use super::Break;

impl Break {
    /// Who has to do what about it.
    #[must_use]
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Lookup { .. } => "See whether the domain’s name servers answer.",
            Self::NoAddress => "Then wait until DNS shows it.",
            Self::PrivateAddress { .. } => "Give the name a public address.",
            Self::NoAnswer { .. } => {
                "Let the server listen on port 80 for the whole internet, and look at its firewall."
            }
            Self::Timeout { .. } => "See what keeps the server, or its firewall, from answering.",
            Self::Tls { .. } => "You may go on, or redirect to plain http.",
            Self::Status { .. } | Self::WrongAnswer => {
                "See whether the server answers this very address, for this name."
            }
            Self::NoLocation => "Give the redirect a target.",
            Self::Redirect { .. } => {
                "Redirect to a name on port 80 or 443, or exempt the challenge’s path."
            }
            Self::Loop | Self::TooManyRedirects { .. } => {
                "Exempt the challenge’s path from the redirects."
            }
            Self::TooLong { .. } => "Serve the file alone, without a page around it.",
            Self::Unknown => "Reload this page.",
        }
    }
}
