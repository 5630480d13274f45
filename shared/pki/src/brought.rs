//! Everything that people bring in files: certificates, chains, private keys and certification requests.
//!
//! One reader for all of them: [`Brought::read`] takes files as programs and people leave them (PEM with
//! whatever is around it, DER, P7B, several things in one file, in any order and encoding) and sorts what is
//! in them. What it does not take it names, file by file ([`NotRead`]). What somebody wants of it then decides what
//! is an error: [`into_server`](Brought::into_server) a certificate and perhaps its key,
//! [`into_pair`](Brought::into_pair) both, [`into_request`](Brought::into_request) a request,
//! [`into_keys`](Brought::into_keys) keys, and what is written beside them.

mod error;
mod key;
mod not_read;
mod server;
mod shape;
mod sort;
mod text;

pub use error::BroughtError;
pub use key::{Key, KeyForm};
pub use not_read::{NotRead, Obstacle, Thing};
pub use server::{Pair, Server};

use crate::{Certificate, CertificationRequest};
use sort::Contents;
use zeroize::Zeroizing;

/// A file as the visitor chose it.
#[derive(Clone, Copy)]
pub struct File<'a> {
    /// Its name, for messages.
    pub name: &'a str,
    /// What is in it.
    pub content: &'a [u8],
}

/// What files hold, sorted.
#[derive(Debug, Default)]
pub struct Brought {
    certificates: Vec<Found<Certificate>>,
    keys: Vec<Key>,
    requests: Vec<Found<CertificationRequest>>,
    texts: Vec<Found<Zeroizing<String>>>,
    not_read: Vec<NotRead>,
}

/// Something, and the file that it is from.
#[derive(Debug)]
struct Found<T> {
    file: String,
    it: T,
}

/// The keys of [`Brought::into_keys`], and what stands beside them.
#[derive(Debug)]
pub struct Keys {
    /// Every key once.
    pub keys: Vec<Key>,
    /// Files in which there is text and nothing else, with their names.
    pub texts: Vec<(String, Zeroizing<String>)>,
    /// What was not taken.
    pub not_read: Vec<NotRead>,
}

/// Largest that is looked at, all files together.
pub const MAX_BYTES: usize = 256 * 1024;
/// Most files that are looked at together.
pub const MAX_FILES: usize = 16;
/// Most certificates, and most keys, that are looked at.
const MAX_OF_A_KIND: usize = 100;

impl Brought {
    /// Reads files.
    ///
    /// # Errors
    /// [`BroughtError::TooManyFiles`], [`BroughtError::TooLarge`], [`BroughtError::TooMany`]: there is nothing
    /// else that it does not read at all.
    pub fn read(files: &[File<'_>]) -> Result<Self, BroughtError> {
        if files.len() > MAX_FILES {
            return Err(BroughtError::TooManyFiles);
        }
        if files.iter().map(|file| file.content.len()).sum::<usize>() > MAX_BYTES {
            return Err(BroughtError::TooLarge);
        }
        let mut brought = Self::default();
        for file in files {
            let contents = Contents::of(file);
            contents.add_to(&mut brought)?;
        }
        Ok(brought)
    }

    /// The one request among the files.
    ///
    /// # Errors
    /// [`BroughtError::Missing`] names what there is instead; [`BroughtError::Several`].
    pub fn into_request(self) -> Result<CertificationRequest, BroughtError> {
        let mut requests = self.requests.into_iter();
        match (requests.next(), requests.len()) {
            (Some(request), 0) => Ok(request.it),
            (Some(_), more) => Err(BroughtError::Several {
                thing: Thing::Request,
                count: more + 1,
            }),
            (None, _) => {
                let mut not_read = self.not_read;
                not_read.extend(
                    self.certificates
                        .iter()
                        .map(Found::not_wanted(Thing::Certificate)),
                );
                not_read.extend(self.keys.iter().map(Key::not_wanted));
                not_read.extend(self.texts.iter().map(Found::other_text));
                Err(BroughtError::Missing {
                    thing: Thing::Request,
                    not_read,
                })
            }
        }
    }

    /// The keys, and the files that have only text in them.
    #[must_use]
    pub fn into_keys(self) -> Keys {
        let mut not_read = self.not_read;
        not_read.extend(
            self.certificates
                .iter()
                .map(Found::not_wanted(Thing::Certificate)),
        );
        not_read.extend(self.requests.iter().map(Found::not_wanted(Thing::Request)));
        Keys {
            keys: self.keys,
            texts: self
                .texts
                .into_iter()
                .map(|text| (text.file, text.it))
                .collect(),
            not_read,
        }
    }
}

impl<T> Found<T> {
    fn not_wanted(thing: Thing) -> impl Fn(&Self) -> NotRead {
        move |from| NotRead {
            file: from.file.clone(),
            obstacle: Obstacle::NotWanted(thing),
        }
    }
}

impl Found<Zeroizing<String>> {
    fn other_text(&self) -> NotRead {
        NotRead {
            file: self.file.clone(),
            obstacle: Obstacle::OtherText,
        }
    }
}

impl Key {
    fn not_wanted(&self) -> NotRead {
        NotRead {
            file: self.file().to_owned(),
            obstacle: Obstacle::NotWanted(Thing::Key),
        }
    }
}
