//! What fuzzing starts from and what it has found, tried wherever tests run.
#![allow(missing_docs)]
#![allow(clippy::print_stdout, reason = "says what a check did not survive")]

use std::fs;
use std::path::Path;

use tabcert_hostile::CHECKS;

#[test]
fn the_corpora_hold() {
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus");
    for (name, check) in CHECKS {
        let files = fs::read_dir(corpora.join(name)).expect(name);
        let mut paths: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
        paths.sort();
        assert!(paths.len() >= 5, "{name} has {} files", paths.len());
        for path in paths {
            println!("{}", path.display());
            check(&fs::read(&path).expect("reads it"));
        }
    }
}

/// Much of one thing: what takes time or room for the square of its size is not done in a minute.
#[test]
fn much_of_one_thing_holds() {
    for (name, check) in CHECKS {
        for piece in [
            &b"-----BEGIN PRIVATE KEY-----\n"[..],
            b"-----BEGIN A----------END A-----",
            b"-",
            b"<",
            b"<a>;rel=\"up\",",
            b"[",
            b"{\"a\":",
            b"\\n",
            b"\x30\x80",
            b"\x30\x82\xFF\xFF",
            b"\0",
            b"\xFF\xFE",
            b"M",
        ] {
            println!("{name} {piece:?}");
            check(&piece.repeat(250_000 / piece.len()));
        }
    }
}
