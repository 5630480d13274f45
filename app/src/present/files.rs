//! The files of a certificate, as the visitor gets them.

use tabcert_engine_api::files::PemFile;
use tabcert_pki::Form;

/// Every PEM file, in the order in which to offer them.
pub(crate) const PEM_FILES: [PemFile; 5] = [
    PemFile::Fullchain,
    PemFile::PrivateKey,
    PemFile::Certificate,
    PemFile::Chain,
    PemFile::Request,
];

/// Its usual name.
pub(crate) fn name(file: PemFile) -> &'static str {
    match file {
        PemFile::Fullchain => "fullchain.pem",
        PemFile::Certificate => "cert.pem",
        PemFile::Chain => "chain.pem",
        PemFile::PrivateKey => "privkey.pem",
        PemFile::Request => "request.csr",
    }
}

/// The name of the file with what the CA sent, which has this form if there is a certificate in it.
pub(crate) fn answer_name(form: Option<Form>) -> String {
    format!("ca-answer.{}", form.map_or("txt", Form::extension))
}

/// What is in it.
pub(crate) fn about(file: PemFile, has_issuers: bool) -> &'static str {
    match file {
        PemFile::Fullchain if !has_issuers => "The certificate. The CA sent no issuers with it.",
        PemFile::Fullchain => "The certificate and its issuers: what most servers want.",
        PemFile::Certificate => "The certificate alone.",
        PemFile::Chain => "Its issuers alone.",
        PemFile::PrivateKey => {
            "The private key (PKCS#8, not encrypted). Whoever has it can pose as your site."
        }
        PemFile::Request => "The request that it was made for, for the record.",
    }
}

/// A file name without extension for what belongs to this name: `*.example.org` becomes
/// `wildcard.example.org`.
pub(crate) fn stem(name: &str) -> String {
    name.parse().map_or_else(
        |_| "certificate".to_owned(),
        |name| tabcert_pki::bundle::file_stem(&name),
    )
}
