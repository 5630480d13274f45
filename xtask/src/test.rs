//! `cargo xtask test`: the suites, with what they need.

mod browser;
mod corpora;
mod fuzz;
mod load;

use std::process::Command;

use anyhow::{Result, bail};
use clap::ValueEnum;
use tabcert_harness::PebblePackage;

use crate::build::{self, Profile};
use crate::system::{self, Package};
use crate::workspace::{Workspace, cargo};
use crate::{process, progress};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only these suites
    suites: Vec<Suite>,

    /// Build page and worker quickly instead of as they are deployed
    #[arg(long)]
    dev: bool,

    /// How long each target is fuzzed
    #[arg(long, value_name = "MINUTES", default_value_t = 10)]
    minutes: u32,

    /// Run the whole browser suite on a busy machine: three loops beside it take the processor from it
    #[arg(long)]
    loaded: bool,

    /// What the test programs are told, such as a part of a test's name
    #[arg(last = true)]
    test_args: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Suite {
    /// Every crate by itself
    Unit,
    /// The flow, natively, against the test CA
    Pebble,
    /// The edge worker on the Workers runtime
    Edge,
    /// Journeys in Chromium
    Browser,
    /// The flow, natively, against a CA that misbehaves on purpose; by itself, 500 seeds
    Chaos,
    /// A browser that is killed in the midst of issuances; by itself, at every step and 100 instants
    Kill,
    /// Whatever anybody may send, found by fuzzing; by name only
    Fuzz,
}

/// How many random instants the browser is killed at, where that suite alone is asked for.
const DEATHS: &str = "100";

/// How many seeds the CA misbehaves by, where that suite alone is asked for.
const SEEDS: &str = "500";

/// What the tests run that a fresh machine may lack.
const OPENSSL: Package = Package {
    program: "openssl",
    package: "openssl",
};
const CHROMIUM: Package = Package {
    program: "chromium",
    package: "chromium",
};
const CHROMEDRIVER: Package = Package {
    program: "chromedriver",
    package: "chromium-driver",
};
const KEYTOOL: Package = Package {
    program: "keytool",
    package: "default-jre-headless",
};

pub(crate) fn command(workspace: &Workspace, args: &Args) -> Result<()> {
    let mut suites = args.suites.clone();
    if suites.is_empty() {
        suites.extend_from_slice(Suite::value_variants());
        suites.retain(|suite| *suite != Suite::Fuzz);
    }

    let profile = if args.dev {
        Profile::Dev
    } else {
        Profile::Release
    };
    prepare(workspace, &suites, profile)?;

    let mut failed = Vec::new();
    for suite in suites {
        if let Err(error) = suite.run(workspace, args) {
            progress::note(&format!("{error:#}"));
            failed.push(suite.name());
        }
    }
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    progress::note("all suites passed");
    Ok(())
}

/// Installs and builds what these suites need.
pub(crate) fn prepare(workspace: &Workspace, suites: &[Suite], profile: Profile) -> Result<()> {
    let packages: Vec<Package> = suites
        .iter()
        .flat_map(|suite| suite.packages())
        .copied()
        .collect();
    system::install(&packages)?;
    if suites.iter().any(|suite| suite.needs_ca()) && !PebblePackage::is_cached() {
        progress::step("getting the test CA", || Ok(PebblePackage::install()?))?;
    }
    if suites.iter().any(|suite| suite.needs_build()) {
        build::all(workspace, profile)?;
    }
    Ok(())
}

impl Suite {
    fn name(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Pebble => "pebble",
            Self::Edge => "edge",
            Self::Browser => "browser",
            Self::Chaos => "chaos",
            Self::Kill => "kill",
            Self::Fuzz => "fuzz",
        }
    }

    fn needs_ca(self) -> bool {
        !matches!(self, Self::Unit | Self::Fuzz)
    }

    fn needs_build(self) -> bool {
        matches!(self, Self::Edge | Self::Browser | Self::Kill)
    }

    fn packages(self) -> &'static [Package] {
        match self {
            Self::Unit | Self::Pebble | Self::Edge | Self::Chaos => &[OPENSSL],
            Self::Browser => &[OPENSSL, CHROMIUM, CHROMEDRIVER, KEYTOOL],
            Self::Kill => &[CHROMIUM, CHROMEDRIVER],
            Self::Fuzz => &[],
        }
    }

    /// What cargo is told, once for each list.
    fn targets(self) -> &'static [&'static [&'static str]] {
        match self {
            // The rest of these two crates needs servers.
            Self::Unit => &[
                &[
                    "--workspace",
                    "--exclude=tabcert-tests",
                    "--exclude=tabcert-harness",
                ],
                &[
                    "--package=tabcert-tests",
                    "--package=tabcert-harness",
                    "--lib",
                    "--bins",
                ],
            ],
            Self::Pebble => &[
                &["--package", "tabcert-harness", "--test", "servers"],
                &["--package", "tabcert-tests", "--test", "pebble"],
            ],
            Self::Edge => &[&["--package", "tabcert-tests", "--test", "edge"]],
            // As `browser` says.
            Self::Browser => &[],
            Self::Chaos => &[&["--package", "tabcert-tests", "--test", "chaos"]],
            Self::Kill => &[&["--package", "tabcert-tests", "--test", "kill"]],
            // As `fuzz` says.
            Self::Fuzz => &[],
        }
    }

    fn run(self, workspace: &Workspace, args: &Args) -> Result<()> {
        let mut test_args = args.test_args.clone();
        if self == Self::Kill {
            // Its tables are printed; and one browser at a time is killed.
            test_args.extend(["--nocapture", "--test-threads=1"].map(str::to_owned));
        }
        if self == Self::Chaos {
            // Its table is printed.
            test_args.push("--nocapture".to_owned());
        }
        if self == Self::Fuzz {
            return fuzz::run(workspace, &test_args, args.minutes);
        }
        progress::step(&format!("testing: {}", self.name()), || {
            if self == Self::Browser {
                return browser::run(workspace, &test_args, args.loaded);
            }
            for target in self.targets() {
                let mut test = test(workspace, target, &test_args);
                if self == Self::Kill && args.suites == [self] {
                    test.env("TABCERT_DEATHS", DEATHS)
                        .env("TABCERT_EVERY_STEP", "1");
                }
                if self == Self::Chaos && args.suites == [self] {
                    test.env("TABCERT_SEEDS", SEEDS);
                }
                process::run(&mut test)?;
            }
            if self == Self::Unit {
                corpora::run_as_wasm(workspace, &test_args)?;
            }
            Ok(())
        })
    }
}

fn test(workspace: &Workspace, target: &[&str], test_args: &[String]) -> Command {
    let mut command = cargo();
    command
        .args(["test", "--no-fail-fast"])
        .args(target)
        .arg("--")
        .args(test_args)
        .current_dir(workspace.root());
    command
}
