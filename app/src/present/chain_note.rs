//! What is worth knowing about what a CA delivered, in sentences.

use tabcert_pki::{ChainNote, Form};

use super::time;

/// One note.
pub(crate) fn sentence(note: &ChainNote) -> String {
    match note {
        ChainNote::NamesAdded { names } => format!(
            "The certificate is for more than you ordered: {}. Who has your key can pose as these, too.",
            names.join(", ")
        ),
        ChainNote::SignatureUnchecked {
            certificate,
            algorithm,
        } => format!(
            "The signature on {certificate} could not be checked here: it is made with {}.",
            algorithm_name(algorithm)
        ),
        ChainNote::SignatureWrong {
            certificate,
            issuer,
        } => format!(
            "The signature on {certificate} is not by the key of {issuer} that came with it. Browsers will refuse it unless they know the right issuer: ask the CA for it."
        ),
        ChainNote::OutOfOrder => {
            "The CA sent the certificates in another order than servers need. In your files they are in the right one.".to_owned()
        }
        ChainNote::Beside { certificates } => format!(
            "The CA also sent certificates that do not belong to yours: {}. They are in what the CA sent, and not in the other files.",
            certificates.join(", ")
        ),
        ChainNote::Duplicates { .. } => {
            "The CA sent some certificates more than once. In your files each is there once.".to_owned()
        }
        ChainNote::RootIncluded { certificate } => format!(
            "The chain goes up to the root, {certificate}. Servers need not send that one; it does no harm."
        ),
        ChainNote::IssuerUnconstrained { certificate } => format!(
            "{certificate} does not say that it is a CA, as very old roots do. Some programs refuse such issuers."
        ),
        ChainNote::IssuerMissing { issuer } => format!(
            "The CA sent no certificate of the issuer, {issuer}. Unless that is a root, servers have to send it: look for it on the CA’s site, and append it to fullchain.pem."
        ),
        ChainNote::MarkedAsCa => {
            "The certificate is marked as a CA’s own. Browsers may refuse it on a server.".to_owned()
        }
        ChainNote::Expired {
            certificate,
            not_after,
        } => format!(
            "{certificate} was valid until {} only. Browsers refuse it.",
            time::date_time(not_after.saturating_mul(1000))
        ),
        ChainNote::NotYetValid {
            certificate,
            not_before,
        } => format!(
            "{certificate} is valid from {} on. Browsers refuse it before; or this computer’s clock is wrong.",
            time::date_time(not_before.saturating_mul(1000))
        ),
        ChainNote::ExtensionsUnreadable { certificate, .. } => {
            format!("{certificate} has extensions that could not be read here.")
        }
        ChainNote::CertificatesUnreadable { count: 1 } => {
            "Another certificate that the CA sent could not be read.".to_owned()
        }
        ChainNote::CertificatesUnreadable { count } => {
            format!("{count} more certificates that the CA sent could not be read.")
        }
        ChainNote::TextAround => {
            "There was text around the certificates. It is not in your files.".to_owned()
        }
        ChainNote::ByteOrderMark => {
            "What the CA sent begins with a byte-order mark. Your files do not.".to_owned()
        }
        ChainNote::OctetsAround => {
            "There were stray bytes around the certificates. They are not in your files.".to_owned()
        }
        ChainNote::PrivateKeyInside => {
            "The CA sent a private key along. It is in what the CA sent, and not in the other files.".to_owned()
        }
        ChainNote::OtherForm { form } => format!(
            "The CA sent {} instead of PEM. Your files are PEM.",
            form_name(*form)
        ),
        ChainNote::Truncated => {
            "The CA sent far more than a certificate with its issuers. Only the beginning was looked at.".to_owned()
        }
    }
}

fn form_name(form: Form) -> &'static str {
    match form {
        Form::Pem => "PEM",
        Form::Der => "DER",
        Form::Pkcs7 | Form::Pkcs7Pem => "PKCS#7",
        Form::Base64 => "base64 without PEM’s first and last line",
    }
}

/// Of the object identifiers that occur in practice; any other is shown as it is.
fn algorithm_name(identifier: &str) -> String {
    let name = match identifier {
        "1.2.840.113549.1.1.1" => "an RSA key of an unusual size",
        "1.2.840.113549.1.1.5" => "SHA-1 and RSA",
        "1.2.840.113549.1.1.10" => "RSASSA-PSS",
        "1.2.840.10045.4.1" => "SHA-1 and ECDSA",
        "1.3.132.0.35" => "a P-521 key",
        "1.3.101.112" => "Ed25519",
        "1.3.101.113" => "Ed448",
        other => return format!("the algorithm {other}"),
    };
    name.to_owned()
}
