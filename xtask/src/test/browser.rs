//! The browser suite: a part of it runs on a busy machine, where page, engine and servers come to
//! their next steps in other orders.

use std::process::Command;

use anyhow::{Result, bail};

use super::load::Load;
use super::test;
use crate::process;
use crate::workspace::Workspace;

/// One of so many tests, by the order of their names, runs on a busy machine unless all or none of them
/// is to.
const ONE_OF: usize = 3;

const TARGET: [&str; 4] = ["--package", "tabcert-tests", "--test", "browser"];

/// Runs the tests that `test_args` are for, all of them on a busy machine where `loaded`. Without
/// either, a third of all runs so.
pub(super) fn run(workspace: &Workspace, test_args: &[String], loaded: bool) -> Result<()> {
    if loaded {
        let _load = Load::start();
        return process::run(&mut test(workspace, &TARGET, test_args));
    }
    if !test_args.is_empty() {
        return process::run(&mut test(workspace, &TARGET, test_args));
    }
    let (busy, idle) = split(&names(workspace)?);
    let outcome = process::run(&mut exactly(workspace, &idle));
    let _load = Load::start();
    // Also after a failure: what it says about the other tests is worth knowing.
    process::run(&mut exactly(workspace, &busy)).and(outcome)
}

fn exactly(workspace: &Workspace, names: &[String]) -> Command {
    let mut test_args = vec!["--exact".to_owned()];
    test_args.extend_from_slice(names);
    test(workspace, &TARGET, &test_args)
}

/// The names of all tests, sorted.
fn names(workspace: &Workspace) -> Result<Vec<String>> {
    let list = ["--list", "--format=terse"].map(str::to_owned);
    let listed = process::output(&mut test(workspace, &TARGET, &list))?;
    let listed = String::from_utf8_lossy(&listed);
    let mut names: Vec<String> = listed
        .lines()
        .filter_map(|line| line.strip_suffix(": test"))
        .map(str::to_owned)
        .collect();
    names.sort_unstable();
    // Without a name, every test would be meant.
    if names.len() < ONE_OF {
        bail!("the browser suite has hardly any tests: {names:?}");
    }
    Ok(names)
}

/// Those that run on a busy machine, and the others.
fn split(names: &[String]) -> (Vec<String>, Vec<String>) {
    let (busy, idle): (Vec<_>, Vec<_>) = names
        .iter()
        .cloned()
        .enumerate()
        .partition(|(at, _)| at % ONE_OF == 0);
    let name = |(_, name)| name;
    (
        busy.into_iter().map(name).collect(),
        idle.into_iter().map(name).collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_test_runs_once_and_a_third_on_a_busy_machine() {
        let names: Vec<String> = ('a'..='g').map(String::from).collect();
        let (busy, idle) = split(&names);
        assert_eq!(busy, ["a", "d", "g"]);
        assert_eq!(idle, ["b", "c", "e", "f"]);
    }
}
