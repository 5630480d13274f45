//! Does what the CA sent belong to the key and the names that it was asked for?

use crate::{
    Certificate, Chain, ChainNote, Delivered, Error, Misfit, PrivateKey, SubjectName,
    chain_note::{cut, title},
    name::MAX_LISTED,
    path::{self, Path},
};

/// Proof that [`check_issued`] has found a certificate for the key and the names; nothing else makes one.
/// The functions of [`bundle`](crate::bundle) take it, so that no file with the wrong key can be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedChain {
    path: Chain,
    beside: Vec<Certificate>,
    notes: Vec<ChainNote>,
    names: Vec<SubjectName>,
    primary_name: SubjectName,
    public_key_der: Vec<u8>,
}

impl CheckedChain {
    /// The certificate and its issuers as far as they came, each signed by the next. Where a signature is
    /// wrong it is what came, the certificate first, and a [`ChainNote::SignatureWrong`] says so.
    #[must_use]
    pub fn path(&self) -> &Chain {
        &self.path
    }

    /// The visitor's own certificate.
    #[must_use]
    pub fn leaf(&self) -> &Certificate {
        self.path.leaf()
    }

    /// Certificates that came along and are not on the path.
    #[must_use]
    pub fn beside(&self) -> &[Certificate] {
        &self.beside
    }

    /// What is unusual about what came, but for time.
    #[must_use]
    pub fn notes(&self) -> &[ChainNote] {
        &self.notes
    }

    /// The same with what `now`, in seconds since 1970, makes of the validity periods.
    #[must_use]
    pub fn notes_at(&self, now: u64) -> Vec<ChainNote> {
        let of_validity = |certificate| ChainNote::of_validity(certificate, now);
        let by_time = self.path.iter().filter_map(of_validity);
        by_time.chain(self.notes.iter().cloned()).collect()
    }

    /// The names in the order in which they were asked for, each as often as it was; never empty.
    #[must_use]
    pub fn names(&self) -> &[SubjectName] {
        &self.names
    }

    /// The first of the [`names`](Self::names), after which files are called.
    #[must_use]
    pub fn primary_name(&self) -> &SubjectName {
        &self.primary_name
    }

    /// Checks that `key` is the one that the certificate is for.
    ///
    /// # Errors
    /// [`Error::KeyMismatch`].
    pub fn check_key(&self, key: &PrivateKey) -> Result<(), Error> {
        if key.public_key_der()? == self.public_key_der {
            Ok(())
        } else {
            Err(Error::KeyMismatch)
        }
    }
}

/// Looks for the certificate that was ordered in what came out of the order.
///
/// 1. One of the certificates is for `key`, wherever it stands.
/// 2. It has the names `expected`, in any order: RFC 8555 section 7.4 binds the CA to the names of the
///    order, and one name too few breaks a site. One too many is noted.
/// 3. The path goes from it to issuers that are CAs, each bearing the issuer's name of the one before
///    (RFC 5280 section 6.1.3 (a)(4)) and having signed it ((a)(1)), as far as they came. A signature of a
///    kind that cannot be verified is noted.
///
/// Whether the last certificate leads to a trusted root is not asked: the caller has no root store. Nor is
/// the time, see [`CheckedChain::notes_at`].
///
/// # Errors
/// [`Misfit`].
pub fn check_issued(
    key: &PrivateKey,
    expected: &[SubjectName],
    delivered: &Delivered,
) -> Result<CheckedChain, Misfit> {
    // A key that has no public half is none that a certificate could be for.
    let public_key_der = key.public_key_der().unwrap_or_default();
    check_issued_for(public_key_der, expected, delivered)
}

/// The same where the private key is elsewhere: the certificate is for `public_key_der`, a
/// `SubjectPublicKeyInfo`.
///
/// # Errors
/// Those of [`check_issued`].
pub fn check_issued_for(
    public_key_der: Vec<u8>,
    expected: &[SubjectName],
    delivered: &Delivered,
) -> Result<CheckedChain, Misfit> {
    let primary_name = expected.first().ok_or(Misfit::NoNames)?.clone();
    let mut notes = delivered.notes().to_vec();
    let certificates = distinct(delivered.certificates(), &mut notes);
    let leaf = find_leaf(&certificates, &public_key_der, expected, delivered)?;
    let path = path::find(&certificates, leaf);
    note_path(&certificates, &path, &mut notes);
    let (chain, beside) = separate(certificates, &path, leaf).ok_or(Misfit::NoCertificate {
        contents: delivered.contents(),
    })?;
    note_certificates(&chain, expected, &mut notes);
    if !beside.is_empty() {
        notes.push(ChainNote::beside(beside.iter()));
    }
    Ok(CheckedChain {
        path: chain,
        beside,
        notes,
        names: expected.to_vec(),
        primary_name,
        public_key_der,
    })
}

/// Each certificate once, in the order in which they came.
fn distinct(certificates: &[Certificate], notes: &mut Vec<ChainNote>) -> Vec<Certificate> {
    let mut distinct: Vec<Certificate> = Vec::new();
    for certificate in certificates {
        if !distinct.contains(certificate) {
            distinct.push(certificate.clone());
        }
    }
    let count = certificates.len() - distinct.len();
    if count > 0 {
        notes.push(ChainNote::Duplicates { count });
    }
    distinct
}

/// The place of the certificate for the key; where there are several, of the one that has the names.
fn find_leaf(
    certificates: &[Certificate],
    public_key_der: &[u8],
    expected: &[SubjectName],
    delivered: &Delivered,
) -> Result<usize, Misfit> {
    let first = certificates.first().ok_or(Misfit::NoCertificate {
        contents: delivered.contents(),
    })?;
    let is_for_key =
        |(_, certificate): &(usize, &Certificate)| certificate.public_key_der() == public_key_der;
    let mut for_key = certificates
        .iter()
        .enumerate()
        .filter(is_for_key)
        .peekable();
    let Some((_, nearest)) = for_key.peek().copied() else {
        let names = first.names().iter().take(MAX_LISTED);
        return Err(Misfit::OtherKey {
            names: names.map(ToString::to_string).collect(),
        });
    };
    let has_names = |(_, certificate): &(usize, &Certificate)| {
        expected
            .iter()
            .all(|name| certificate.names().contains(name))
    };
    match for_key.find(has_names) {
        Some((place, _)) => Ok(place),
        None => {
            let mut missing: Vec<String> = Vec::new();
            for name in expected {
                let text = name.to_string();
                if !nearest.names().contains(name) && !missing.contains(&text) {
                    missing.push(text);
                }
            }
            Err(Misfit::names_missing(
                missing.into_iter(),
                nearest.names().iter(),
            ))
        }
    }
}

fn note_path(certificates: &[Certificate], path: &Path, notes: &mut Vec<ChainNote>) {
    let title_at = |place: usize| certificates.get(place).map(title).unwrap_or_default();
    if let Some((place, issuer)) = path.wrong {
        notes.push(ChainNote::SignatureWrong {
            certificate: title_at(place),
            issuer: title_at(issuer),
        });
    }
    for (place, algorithm) in &path.unchecked {
        notes.push(ChainNote::SignatureUnchecked {
            certificate: title_at(*place),
            algorithm: algorithm.to_string(),
        });
    }
    if path.places.first() != Some(&0) || !path.places.is_sorted() {
        notes.push(ChainNote::OutOfOrder);
    }
    if let [_, .., root] = *path.places.as_slice()
        && path.ends_in_root
    {
        notes.push(ChainNote::RootIncluded {
            certificate: title_at(root),
        });
    }
    if let [leaf] = *path.places.as_slice()
        && !path.ends_in_root
        && path.wrong.is_none()
        && let Some(leaf) = certificates.get(leaf)
    {
        notes.push(ChainNote::IssuerMissing {
            issuer: cut(&leaf.issuer().short()),
        });
    }
    if path.is_cut {
        notes.push(ChainNote::Truncated);
    }
}

/// The path, and what is not on it. Where the issuer's signature on the visitor's own certificate is wrong
/// there is no path: then it is everything.
fn separate(
    certificates: Vec<Certificate>,
    path: &Path,
    leaf: usize,
) -> Option<(Chain, Vec<Certificate>)> {
    let places = match (path.places.as_slice(), path.wrong) {
        ([_], Some(_)) => {
            let others = (0..certificates.len()).filter(|place| *place != leaf);
            std::iter::once(leaf).chain(others).collect()
        }
        _ => path.places.clone(),
    };
    let mut left: Vec<Option<Certificate>> = certificates.into_iter().map(Some).collect();
    let mut on_path = places
        .into_iter()
        .filter_map(|place| left.get_mut(place)?.take());
    let chain = Chain::of(on_path.next()?, on_path.collect());
    Some((chain, left.into_iter().flatten().collect()))
}

fn note_certificates(chain: &Chain, expected: &[SubjectName], notes: &mut Vec<ChainNote>) {
    let leaf = chain.leaf();
    let added = leaf.names().iter().filter(|name| !expected.contains(name));
    let added: Vec<String> = added
        .map(ToString::to_string)
        .chain(leaf.other_names().iter().map(|name| cut(name)))
        .take(MAX_LISTED)
        .collect();
    if !added.is_empty() {
        notes.push(ChainNote::NamesAdded { names: added });
    }
    if leaf.is_ca() {
        notes.push(ChainNote::MarkedAsCa);
    }
    let unconstrained = chain
        .issuers()
        .iter()
        .filter(|issuer| !issuer.has_basic_constraints());
    notes.extend(unconstrained.map(|issuer| ChainNote::IssuerUnconstrained {
        certificate: title(issuer),
    }));
    for certificate in chain.iter() {
        let extensions = certificate.unreadable_extensions();
        if !extensions.is_empty() {
            notes.push(ChainNote::ExtensionsUnreadable {
                certificate: title(certificate),
                extensions: extensions.to_vec(),
            });
        }
    }
}
