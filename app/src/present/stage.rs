//! What the machine does, for those who watch it.

use tabcert_issuance::view::Stage;

/// What is going on.
pub(crate) fn doing(stage: Stage) -> &'static str {
    match stage {
        Stage::Registering => "Registering with the CA",
        Stage::Ordering => "Ordering the certificate",
        Stage::Resuming => "Asking how your order stands",
        Stage::Authorizing => "Asking what has to be proven",
        Stage::Publishing => "Handing the answers to the edge",
        Stage::Validating => "The CA is looking at your proofs",
        Stage::Diagnosing => "Asking the CA what went wrong",
        Stage::MakingKey => "Making the private key in this browser",
        Stage::Finalizing => "The CA is making the certificate",
        Stage::Downloading => "Downloading the certificate",
        Stage::Checking => "Checking that key, names and certificate belong together",
    }
}

/// What comes after it.
pub(crate) fn next(stage: Stage) -> &'static str {
    match stage {
        Stage::Registering => "Then the certificate is ordered.",
        Stage::Ordering => "Then the CA says what has to be proven.",
        Stage::Resuming => "Then it goes on where it stood.",
        Stage::Authorizing => "Then you get the records or files to put in place.",
        Stage::Publishing => "Then the CA is asked to look.",
        Stage::Validating => {
            "It looks from several places, which takes a few seconds. Then the certificate is made."
        }
        Stage::Diagnosing => "Then you get its own words for every name.",
        Stage::MakingKey => "RSA keys take a moment. Then the certificate is requested.",
        Stage::Finalizing => "Then it is downloaded.",
        Stage::Downloading => "Then it is checked.",
        Stage::Checking => "Then the files are yours.",
    }
}

/// What the parts are, where a stage has parts.
pub(crate) fn part(stage: Stage) -> &'static str {
    match stage {
        Stage::Authorizing | Stage::Diagnosing => "answers read",
        Stage::Publishing => "hosts ready",
        _ => "names",
    }
}

/// The tab's title.
pub(crate) fn title(stage: Stage) -> &'static str {
    match stage {
        Stage::Registering | Stage::Ordering | Stage::Resuming | Stage::Authorizing => "Ordering",
        Stage::Publishing => "Getting ready",
        Stage::Validating | Stage::Diagnosing => "Waiting for the CA",
        Stage::MakingKey => "Making the key",
        Stage::Finalizing => "Waiting for the certificate",
        Stage::Downloading | Stage::Checking => "Almost there",
    }
}
