//! The way from a certificate to its issuers among certificates in any order.

use crate::{
    Certificate,
    asn1::ObjectId,
    signature::{self, SignatureError},
};
use std::collections::BTreeMap;

/// Most signatures that are verified: enough for a dozen issuers with a namesake each, and no more than a
/// few hundred milliseconds.
const MAX_SIGNATURES: usize = 64;

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Path {
    /// Places among the certificates, the visitor's own first.
    pub(crate) places: Vec<usize>,
    /// Whether the last one is signed by itself.
    pub(crate) ends_in_root: bool,
    /// Places on the path whose signature could not be verified, and why.
    pub(crate) unchecked: Vec<(usize, ObjectId)>,
    /// A certificate on the path and one that bears the name of its issuer, and is not.
    pub(crate) wrong: Option<(usize, usize)>,
    /// Whether there were more signatures than are verified.
    pub(crate) is_cut: bool,
}

/// One certificate's relation to another of the issuer's name.
#[derive(Clone, PartialEq, Eq)]
enum Link {
    Verified,
    Unchecked(ObjectId),
    Wrong,
}

struct Search<'a> {
    certificates: &'a [Certificate],
    links: BTreeMap<(usize, usize), Link>,
    issuers: BTreeMap<usize, Vec<usize>>,
    is_cut: bool,
    best: Vec<usize>,
    ends_in_root: bool,
}

/// Finds the path from the certificate at `leaf`. One that ends in a root is taken before others, then the
/// longest; among equals the order of the certificates decides.
pub(crate) fn find(certificates: &[Certificate], leaf: usize) -> Path {
    let mut search = Search {
        certificates,
        links: BTreeMap::new(),
        issuers: BTreeMap::new(),
        is_cut: false,
        best: vec![leaf],
        ends_in_root: false,
    };
    search.extend(&mut vec![leaf]);
    search.path()
}

impl Search<'_> {
    /// Follows every issuer of the last certificate of `path`, until a root is found.
    fn extend(&mut self, path: &mut Vec<usize>) {
        let Some(&last) = path.last() else { return };
        if self.is_root(last) {
            self.best.clone_from(path);
            self.ends_in_root = true;
            return;
        }
        if path.len() > self.best.len() {
            self.best.clone_from(path);
        }
        for issuer in self.issuers(last) {
            if self.ends_in_root || self.is_cut {
                return;
            }
            if !path.contains(&issuer) {
                path.push(issuer);
                self.extend(path);
                path.pop();
            }
        }
    }

    /// Those that may have issued the certificate: verified ones before those that cannot be verified.
    fn issuers(&mut self, place: usize) -> Vec<usize> {
        if let Some(issuers) = self.issuers.get(&place) {
            return issuers.clone();
        }
        let mut verified = Vec::new();
        let mut unchecked = Vec::new();
        for candidate in self.namesakes(place) {
            match self.link(place, candidate) {
                Some(Link::Verified) => verified.push(candidate),
                Some(Link::Unchecked(_)) => unchecked.push(candidate),
                Some(Link::Wrong) | None => {}
            }
        }
        verified.append(&mut unchecked);
        self.issuers.insert(place, verified.clone());
        verified
    }

    /// Other certificates that bear the issuer's name and do not deny being a CA's.
    fn namesakes(&self, place: usize) -> Vec<usize> {
        let Some(certificate) = self.certificates.get(place) else {
            return Vec::new();
        };
        let candidates = self.certificates.iter().enumerate();
        candidates
            .filter(|(index, candidate)| {
                *index != place
                    && (candidate.is_ca() || !candidate.has_basic_constraints())
                    && certificate.issuer().matches(candidate.subject())
            })
            .map(|(index, _)| index)
            .collect()
    }

    /// Verifies a signature once; nothing where that would be one too many.
    fn link(&mut self, place: usize, issuer: usize) -> Option<Link> {
        if let Some(link) = self.links.get(&(place, issuer)) {
            return Some(link.clone());
        }
        if self.links.len() >= MAX_SIGNATURES {
            self.is_cut = true;
            return None;
        }
        let (certificate, by) = (
            self.certificates.get(place)?,
            self.certificates.get(issuer)?,
        );
        let link = match signature::verify(certificate, by) {
            Ok(()) => Link::Verified,
            Err(SignatureError::Unsupported(algorithm)) => Link::Unchecked(algorithm),
            Err(SignatureError::Invalid) => Link::Wrong,
        };
        self.links.insert((place, issuer), link.clone());
        Some(link)
    }

    /// Whether it is signed by its own key, as far as that can be verified.
    fn is_root(&mut self, place: usize) -> bool {
        let is_self_issued = self
            .certificates
            .get(place)
            .is_some_and(Certificate::is_self_issued);
        is_self_issued
            && matches!(
                self.link(place, place),
                Some(Link::Verified | Link::Unchecked(_))
            )
    }

    fn path(mut self) -> Path {
        let places = std::mem::take(&mut self.best);
        let mut unchecked = Vec::new();
        for pair in places.windows(2) {
            if let [place, issuer] = *pair
                && let Some(Link::Unchecked(algorithm)) = self.links.get(&(place, issuer))
            {
                unchecked.push((place, algorithm.clone()));
            }
        }
        let last = places.last().copied();
        let wrong = self.links.iter().find(|((place, issuer), link)| {
            !self.ends_in_root && Some(*place) == last && place != issuer && **link == Link::Wrong
        });
        Path {
            wrong: wrong.map(|(pair, _)| *pair),
            places,
            ends_in_root: self.ends_in_root,
            unchecked,
            is_cut: self.is_cut,
        }
    }
}
