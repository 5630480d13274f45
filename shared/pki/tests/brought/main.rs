//! Files as people and programs leave them, made with OpenSSL, OpenSSH and keytool.

#![allow(clippy::unwrap_used)]

#[path = "../common/mod.rs"]
mod common;
mod forms;
mod not_taken;
mod together;

use common::{Workshop, issued};
use tabcert_pki::{
    Chain, KeyType,
    brought::{Brought, BroughtError, File, NotRead, Obstacle, Pair, Server},
};

fn files<'a>(contents: &[&'a [u8]]) -> Vec<File<'a>> {
    let names = ["one", "two", "three", "four"];
    let named = contents.iter().zip(names);
    named
        .map(|(content, name)| File { name, content })
        .collect()
}

fn server(contents: &[&[u8]]) -> Result<Server, BroughtError> {
    Brought::read(&files(contents))?.into_server()
}

fn pair(contents: &[&[u8]]) -> Result<Pair, BroughtError> {
    Brought::read(&files(contents))?.into_pair()
}

fn not_read(file: &str, obstacle: Obstacle) -> NotRead {
    NotRead {
        file: file.to_owned(),
        obstacle,
    }
}

/// `leaf.key` and `leaf.pem` of a certificate with its issuers, and more files made of them by OpenSSL.
fn made(kind: KeyType, commands: &[&str]) -> (Workshop, Chain) {
    let (workshop, key, chain) = issued(kind, &["example.org"]);
    workshop.write("leaf.key", key.to_pkcs8_pem().unwrap().as_bytes());
    for command in commands {
        let words: Vec<&str> = command.split(' ').collect();
        workshop.openssl(&words);
    }
    (workshop, chain)
}
