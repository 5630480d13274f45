//! A second opinion on what was saved, by `openssl`, which shares no code with Tabcert.

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};

use tempfile::NamedTempFile;

/// Runs `openssl` with this input.
///
/// # Errors
/// What it says where it fails.
///
/// # Panics
/// Where it cannot be started.
pub fn openssl(arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, String> {
    let mut process = Command::new("openssl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| {
            panic!("openssl does not start ({error}): apt-get install openssl")
        });
    // What does not read its input to the end has said all it has to say.
    let _ = process.stdin.take().expect("it is piped").write_all(input);
    let output = process.wait_with_output().expect("openssl ends");
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

fn text(arguments: &[&str], input: &str) -> String {
    let output = openssl(arguments, input.as_bytes());
    let output = output.unwrap_or_else(|error| panic!("openssl {arguments:?}: {error}"));
    String::from_utf8(output).expect("text")
}

/// A file with this content, for as long as it is held.
fn file(content: &[u8]) -> NamedTempFile {
    let mut file = NamedTempFile::new().expect("a temporary file");
    file.write_all(content).expect("writes");
    file
}

/// Verifies the first certificate of a chain, with the others to help, up to the root.
///
/// # Panics
/// Where it does not verify.
pub fn assert_chain_leads_to(root_pem: &str, fullchain_pem: &str) {
    let (root, chain) = (file(root_pem.as_bytes()), file(fullchain_pem.as_bytes()));
    let path = |file: &NamedTempFile| file.path().display().to_string();
    let (root, chain) = (path(&root), path(&chain));
    // The first certificate of the file is what is verified; the file as a whole helps.
    let said = text(
        &[
            "verify",
            "-x509_strict",
            "-purpose",
            "sslserver",
            "-CAfile",
            &root,
            "-untrusted",
            &chain,
            &chain,
        ],
        "",
    );
    assert!(said.contains(": OK"), "{said}");
}

/// The public key in the first certificate, PEM.
#[must_use]
pub fn public_key_of_certificate(pem: &str) -> String {
    text(&["x509", "-noout", "-pubkey"], pem)
}

/// The public half of a private key, PEM.
#[must_use]
pub fn public_key_of_private_key(pem: &str) -> String {
    text(&["pkey", "-pubout"], pem)
}

/// The public key in a CSR whose signature is good, PEM.
#[must_use]
pub fn public_key_of_csr(pem: &str) -> String {
    text(&["req", "-verify", "-noout", "-pubkey"], pem)
}

/// The DNS names in the first certificate.
#[must_use]
pub fn names_of_certificate(pem: &str) -> BTreeSet<String> {
    let said = text(&["x509", "-noout", "-ext", "subjectAltName"], pem);
    said.lines()
        .flat_map(|line| line.split(','))
        .filter_map(|entry| entry.trim().strip_prefix("DNS:"))
        .map(str::to_owned)
        .collect()
}

/// The first certificate's SHA-256 fingerprint, as pairs of hexadecimal digits with colons.
#[must_use]
pub fn fingerprint(pem: &str) -> String {
    let said = text(&["x509", "-noout", "-fingerprint", "-sha256"], pem);
    said.trim()
        .rsplit('=')
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// The certificates in a PEM file, one text each.
#[must_use]
pub fn certificates(pem: &str) -> Vec<&str> {
    const END: &str = "-----END CERTIFICATE-----\n";
    pem.split_inclusive(END)
        .filter(|part| part.ends_with(END))
        .collect()
}

/// What `openssl` calls the kind of a private key: `Private-Key: (256 bit)`, for example.
#[must_use]
pub fn kind_of_private_key(pem: &str) -> String {
    let said = text(&["pkey", "-noout", "-text"], pem);
    said.lines().next().unwrap_or_default().to_owned()
}

/// The secret numbers of a private key with their names: `priv`, or `privateExponent`, `prime1` and
/// so on.
#[must_use]
pub fn secret_numbers(pem: &str) -> Vec<(String, Vec<u8>)> {
    const PUBLIC: [&str; 3] = ["modulus", "pub", "publicExponent"];
    let said = text(&["pkey", "-noout", "-text"], pem);
    let mut numbers: Vec<(String, Vec<u8>)> = Vec::new();
    for line in said.lines() {
        match (line.strip_prefix("    "), line.split_once(':')) {
            (Some(digits), _) => {
                let bytes = digits.trim().split(':').filter(|pair| !pair.is_empty());
                let bytes = bytes.map(|pair| u8::from_str_radix(pair, 16).expect("hexadecimal"));
                if let Some((_, number)) = numbers.last_mut() {
                    number.extend(bytes);
                }
            }
            (None, Some((name, _))) => numbers.push((name.to_owned(), Vec::new())),
            (None, None) => {}
        }
    }
    numbers.retain(|(name, number)| !number.is_empty() && !PUBLIC.contains(&name.as_str()));
    numbers
}

/// A private key as DER: PKCS#8, and the form of its kind that is inside (SEC 1 or PKCS#1).
#[must_use]
pub fn private_key_der(pem: &str) -> [Vec<u8>; 2] {
    [
        &["pkey", "-outform", "DER"][..],
        &["pkey", "-traditional", "-outform", "DER"],
    ]
    .map(|arguments| openssl(arguments, pem.as_bytes()).expect("a private key"))
}

/// A CSR as DER.
#[must_use]
pub fn csr_der(pem: &str) -> Vec<u8> {
    openssl(&["req", "-outform", "DER"], pem.as_bytes()).expect("a CSR")
}

/// Opens a PFX file: key and certificates, PEM, with the attributes in between.
///
/// # Errors
/// What `openssl` says, for example about the password.
pub fn open_pfx(pfx: &[u8], password: &str) -> Result<String, String> {
    let password = format!("pass:{password}");
    let opened = openssl(&["pkcs12", "-nodes", "-passin", &password], pfx)?;
    Ok(String::from_utf8(opened).expect("text"))
}

/// What Java makes of a PFX file.
///
/// # Errors
/// What `keytool` says where the file does not open.
///
/// # Panics
/// Where there is no `keytool`.
pub fn list_with_keytool(pfx: &[u8], password: &str) -> Result<String, String> {
    let pfx = file(pfx);
    let output = Command::new("keytool")
        .args([
            "-list",
            "-storetype",
            "PKCS12",
            "-storepass",
            password,
            "-keystore",
        ])
        .arg(pfx.path())
        .output()
        .unwrap_or_else(|error| {
            panic!("keytool does not start ({error}): apt-get install default-jre-headless")
        });
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        Ok(said)
    } else {
        Err(said)
    }
}
