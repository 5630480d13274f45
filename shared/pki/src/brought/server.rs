//! The certificate of a server, its issuers and its key.

use super::{Brought, BroughtError, Found, Key, NotRead, Thing};
use crate::{Certificate, Chain};

/// A certificate with its issuers, and its key where that was among the files.
#[derive(Debug)]
pub struct Server {
    /// The certificate first, its issuers after it as far as they were there.
    pub chain: Chain,
    /// Its private key.
    pub key: Option<Key>,
    /// What was not taken.
    pub not_read: Vec<NotRead>,
}

/// A certificate and its key.
#[derive(Debug)]
pub struct Pair {
    /// The certificate.
    pub certificate: Certificate,
    /// Its private key.
    pub key: Key,
}

impl Brought {
    /// The one certificate that the files are about, with its issuers, and its key if that is there. What
    /// belongs to no certificate of the chain is left out.
    ///
    /// # Errors
    /// [`BroughtError::Missing`], [`BroughtError::Several`], [`BroughtError::ChainTooLong`];
    /// [`BroughtError::OtherKey`] where there are keys, and none is the certificate's.
    pub fn into_server(mut self) -> Result<Server, BroughtError> {
        let leaf = self.take_leaf(false)?;
        let key = self.take_key(&leaf)?;
        let issuers = self.take_issuers(&leaf);
        if issuers.len() >= Chain::MAX_CERTIFICATES {
            return Err(BroughtError::ChainTooLong);
        }
        let mut not_read = self.not_read;
        not_read.extend(self.texts.iter().map(Found::other_text));
        Ok(Server {
            chain: Chain::of(leaf, issuers),
            key,
            not_read,
        })
    }

    /// The one certificate that the files are about, or that the key is for, and its key.
    ///
    /// # Errors
    /// Those of [`into_server`](Self::into_server), and [`BroughtError::Missing`] for the key.
    pub fn into_pair(mut self) -> Result<Pair, BroughtError> {
        let certificate = self.take_leaf(true)?;
        match self.take_key(&certificate)? {
            Some(key) => Ok(Pair { certificate, key }),
            None => {
                let mut not_read = self.not_read;
                not_read.retain(|what| what.obstacle.is_about_a_key());
                Err(BroughtError::Missing {
                    thing: Thing::Key,
                    not_read,
                })
            }
        }
    }

    /// Takes out the certificate that issued none of the others. Where that holds for several, a key that
    /// belongs to one of them alone decides, if it may.
    fn take_leaf(&mut self, key_decides: bool) -> Result<Certificate, BroughtError> {
        let all = &self.certificates;
        let is_issuer = |candidate: &Certificate| {
            all.iter()
                .any(|other| other.it != *candidate && other.it.issuer() == candidate.subject())
        };
        let leaves: Vec<usize> = (0..all.len())
            .filter(|index| all.get(*index).is_some_and(|it| !is_issuer(&it.it)))
            .collect();
        let has_key = |index: &usize| {
            let certificate = all.get(*index).map(|from| from.it.public_key_der());
            let mut keys = self.keys.iter();
            keys.any(|key| Some(key.public_key_der()) == certificate)
        };
        let with_key: Vec<usize> = leaves.iter().copied().filter(has_key).collect();
        match (leaves.as_slice(), with_key.as_slice()) {
            ([], _) if all.is_empty() => Err(self.no_certificate()),
            // They all issued one another.
            ([], _) => Ok(self.certificates.remove(0).it),
            ([one], _) => Ok(self.certificates.remove(*one).it),
            (_, [one]) if key_decides => Ok(self.certificates.remove(*one).it),
            (several, _) => Err(BroughtError::Several {
                thing: Thing::Certificate,
                count: several.len(),
            }),
        }
    }

    fn no_certificate(&self) -> BroughtError {
        let mut not_read = self.not_read.clone();
        not_read.extend(self.requests.iter().map(Found::not_wanted(Thing::Request)));
        not_read.extend(self.texts.iter().map(Found::other_text));
        BroughtError::Missing {
            thing: Thing::Certificate,
            not_read,
        }
    }

    fn take_key(&mut self, certificate: &Certificate) -> Result<Option<Key>, BroughtError> {
        let is_its = |key: &Key| key.public_key_der() == certificate.public_key_der();
        match (self.keys.iter().position(is_its), self.keys.first()) {
            (Some(index), _) => Ok(Some(self.keys.swap_remove(index))),
            (None, None) => Ok(None),
            (None, Some(other)) => Err(BroughtError::OtherKey {
                file: other.file().to_owned(),
            }),
        }
    }

    /// Takes out the issuers, one after the other.
    fn take_issuers(&mut self, leaf: &Certificate) -> Vec<Certificate> {
        let mut issuers: Vec<Certificate> = Vec::new();
        while let Some(index) = {
            let last = issuers.last().unwrap_or(leaf);
            let mut rest = self.certificates.iter();
            rest.position(|candidate| candidate.it.subject() == last.issuer())
        } {
            issuers.push(self.certificates.remove(index).it);
        }
        issuers
    }
}
