//! What a file holds.

use super::{
    Brought, BroughtError, File, Found, Key, KeyForm, MAX_OF_A_KIND, NotRead, Obstacle, Thing,
    shape::Shape, text,
};
use crate::{
    Certificate, CertificationRequest,
    pem::{self, Block, Broken},
    pkcs7,
};
use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

/// Something in a file.
#[allow(
    clippy::large_enum_variant,
    reason = "a file has a handful, for a moment"
)]
enum Item {
    Certificate(Certificate),
    Key(Key),
    Request(CertificationRequest),
    Text(Zeroizing<String>),
    Obstacle(Obstacle),
}

/// All that is in one file.
pub(super) struct Contents<'a> {
    file: &'a str,
    items: Vec<Item>,
}

/// What a block says that it is.
enum Labelled {
    /// What may be taken, if it is what it says.
    As(Thing),
    /// What is not taken, whatever is in it.
    Not(Obstacle),
    /// What goes along with keys and certificates, and is not needed.
    Nothing,
}

/// How files begin that are neither PEM nor DER.
const BEGINNINGS: [(&[u8], Obstacle); 6] = [
    (b"PK\x03\x04", Obstacle::Zip),
    (b"\xFE\xED\xFE\xED", Obstacle::JavaKeyStore),
    (b"\xCE\xCE\xCE\xCE", Obstacle::JavaKeyStore),
    (b"PuTTY-User-Key-File-", Obstacle::PuttyKey),
    (b"ssh-", Obstacle::PublicKey),
    (b"ecdsa-sha2-", Obstacle::PublicKey),
];

impl<'a> Contents<'a> {
    pub(super) fn of(file: &File<'a>) -> Self {
        let mut contents = Self {
            file: file.name,
            items: Vec::new(),
        };
        let text = text::decode(file.content);
        let scan = pem::scan(text.as_bytes());
        if !scan.blocks.is_empty() || !scan.broken.is_empty() {
            for block in &scan.blocks {
                contents.block(block);
            }
            for broken in &scan.broken {
                contents.broken(broken);
            }
        } else if !contents.der(file.content) {
            contents.other(file.content, text);
        }
        contents
    }

    fn block(&mut self, block: &Block) {
        let thing = match labelled(&block.label) {
            Labelled::As(Thing::Key) if block.is_encrypted => {
                return self.obstacle(Obstacle::EncryptedKey);
            }
            Labelled::As(thing) => thing,
            Labelled::Not(obstacle) => return self.obstacle(obstacle),
            Labelled::Nothing => return,
        };
        if !self.der(&block.der) {
            self.obstacle(Obstacle::Damaged(thing));
        }
    }

    fn broken(&mut self, broken: &Broken) {
        match labelled(&broken.label) {
            Labelled::As(thing) if broken.is_cut_off => self.obstacle(Obstacle::CutOff(thing)),
            Labelled::As(thing) => self.obstacle(Obstacle::Damaged(thing)),
            Labelled::Not(obstacle) => self.obstacle(obstacle),
            Labelled::Nothing => {}
        }
    }

    /// Takes DER, with something behind it or not, as what its outline says that it is; `false` if it is
    /// nothing of the kind.
    fn der(&mut self, octets: &[u8]) -> bool {
        let Some((shape, element)) = Shape::find(octets) else {
            return false;
        };
        let item = match shape {
            Shape::Certificate => Certificate::from_der(element).map_or(
                Item::Obstacle(Obstacle::Damaged(Thing::Certificate)),
                Item::Certificate,
            ),
            Shape::Request => CertificationRequest::from_der(element).map_or(
                Item::Obstacle(Obstacle::Damaged(Thing::Request)),
                Item::Request,
            ),
            Shape::Pkcs8 => self.key(KeyForm::Pkcs8, element),
            Shape::Pkcs1 => self.key(KeyForm::Pkcs1, element),
            Shape::Sec1 => self.key(KeyForm::Sec1, element),
            Shape::SignedData => return self.signed_data(element),
            Shape::Dsa => Item::Obstacle(Obstacle::KeyAlgorithm {
                algorithm: "DSA".to_owned(),
            }),
            Shape::EncryptedKey => Item::Obstacle(Obstacle::EncryptedKey),
            Shape::PublicKey => Item::Obstacle(Obstacle::PublicKey),
            Shape::Pfx => Item::Obstacle(Obstacle::Pfx),
        };
        self.items.push(item);
        true
    }

    fn key(&self, form: KeyForm, der: &[u8]) -> Item {
        match Key::read(self.file, form, der) {
            Ok(key) => Item::Key(key),
            Err(obstacle) => Item::Obstacle(obstacle),
        }
    }

    /// The certificates of a P7B; whose they are shows from themselves.
    fn signed_data(&mut self, element: &[u8]) -> bool {
        let certificates = pkcs7::certificates(element).unwrap_or_default();
        let damaged = Obstacle::Damaged(Thing::Certificate);
        if certificates.is_empty() {
            self.obstacle(damaged.clone());
        }
        for der in certificates {
            let read = Certificate::from_der(der);
            self.items
                .push(read.map_or(Item::Obstacle(damaged.clone()), Item::Certificate));
        }
        true
    }

    /// What is neither PEM nor DER.
    fn other(&mut self, content: &[u8], text: Zeroizing<String>) {
        let trimmed = text.trim();
        let begins = |(with, _): &&(&[u8], Obstacle)| {
            content.starts_with(with) || trimmed.as_bytes().starts_with(with)
        };
        if let Some((_, obstacle)) = BEGINNINGS.iter().find(begins) {
            return self.obstacle(obstacle.clone());
        }
        if trimmed.is_empty() {
            return self.obstacle(Obstacle::Empty);
        }
        if trimmed.starts_with("---- BEGIN SSH2 PUBLIC KEY") {
            return self.obstacle(Obstacle::PublicKey);
        }
        if let Some(der) = bare_base64(trimmed)
            && self.der(&der)
        {
            return;
        }
        if text::is_plain(&text) {
            self.items.push(Item::Text(text));
        } else {
            self.obstacle(Obstacle::OtherData);
        }
    }

    fn obstacle(&mut self, obstacle: Obstacle) {
        self.items.push(Item::Obstacle(obstacle));
    }

    /// Sorts it in with the rest. What is there already is left out: people choose `cert.pem` and
    /// `fullchain.pem` together.
    pub(super) fn add_to(self, brought: &mut Brought) -> Result<(), BroughtError> {
        for item in self.items {
            let file = self.file.to_owned();
            match item {
                Item::Certificate(it) => {
                    if !brought.certificates.iter().any(|other| other.it == it) {
                        brought.certificates.push(Found { file, it });
                    }
                }
                Item::Key(key) => {
                    let is_it = |other: &Key| other.public_key_der() == key.public_key_der();
                    if !brought.keys.iter().any(is_it) {
                        brought.keys.push(key);
                    }
                }
                Item::Request(it) => {
                    if !brought.requests.iter().any(|other| other.it == it) {
                        brought.requests.push(Found { file, it });
                    }
                }
                Item::Text(it) => brought.texts.push(Found { file, it }),
                Item::Obstacle(obstacle) => {
                    let not_read = NotRead { file, obstacle };
                    if !brought.not_read.contains(&not_read) {
                        brought.not_read.push(not_read);
                    }
                }
            }
            if brought.certificates.len().max(brought.keys.len()) > MAX_OF_A_KIND {
                return Err(BroughtError::TooMany);
            }
        }
        Ok(())
    }
}

fn labelled(label: &str) -> Labelled {
    match label {
        "OPENSSH PRIVATE KEY" => Labelled::Not(Obstacle::OpenSshKey),
        "ENCRYPTED PRIVATE KEY" => Labelled::Not(Obstacle::EncryptedKey),
        "PKCS12" => Labelled::Not(Obstacle::Pfx),
        _ if label.starts_with("PGP ") => Labelled::Not(Obstacle::OpenPgp),
        _ if label.ends_with("PUBLIC KEY") => Labelled::Not(Obstacle::PublicKey),
        _ if label.ends_with("PRIVATE KEY") => Labelled::As(Thing::Key),
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => Labelled::As(Thing::Request),
        "CERTIFICATE"
        | "X509 CERTIFICATE"
        | "TRUSTED CERTIFICATE"
        | "CERTIFICATE CHAIN"
        | "PKCS7"
        | "PKCS #7 SIGNED DATA"
        | "CMS" => Labelled::As(Thing::Certificate),
        // Parameters of keys, lists of what was revoked, and what nobody here knows.
        _ => Labelled::Nothing,
    }
}

/// DER in base64 without the lines around it.
fn bare_base64(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    // What every SEQUENCE begins with that has 128 octets or more.
    if !text.starts_with('M') {
        return None;
    }
    let mut base64 = Zeroizing::new(String::with_capacity(text.len()));
    base64.extend(text.chars().filter(|letter| !letter.is_whitespace()));
    Base64::decode_vec(&base64).ok().map(Zeroizing::new)
}
