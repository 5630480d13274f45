//! What to do about a broken path.

use super::{Break, Place};

/// Which hidden characters are where.
pub(super) fn hidden_words(place: &Place, code_points: &[u32]) -> String {
    let names: Vec<_> = code_points.iter().map(|&code| name(code)).collect();
    let place = match place {
        Place::Before => "before it",
        Place::After => "behind it",
        Place::Around => "before and behind it",
        Place::Within | Place::Unknown => "in it",
    };
    format!("{} {place}", names.join(", "))
}

fn name(code_point: u32) -> String {
    let known = match code_point {
        0 => "NUL",
        0x09 => "a tab",
        0x0a | 0x0d => "a line break",
        0x20 => "a blank",
        0xa0 => "a no-break space",
        0xad => "a soft hyphen",
        0x200b..=0x200d => "a zero-width character",
        0xfeff => "a byte order mark (BOM)",
        _ => return format!("U+{code_point:04X}"),
    };
    format!("{known}, U+{code_point:04X}")
}

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
            Self::HiddenCharacters { .. } | Self::Encoding { .. } => {
                "Save the file anew as plain text, in UTF-8 without byte order mark, or download it here again."
            }
            Self::DotFileForbidden => {
                "Many servers refuse whatever has a dot in front of its name. Exempt /.well-known/ from that rule, and see whether the server may read the file."
            }
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
