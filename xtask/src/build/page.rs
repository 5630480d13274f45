//! `dist/page/`: `index.html` and, under `/assets/` and named by its content, all that it refers to.
//!
//! The repository's `index.html` names source files: every attribute value that begins with `/app/`
//! is replaced by the URL of what is built from that file.
//!
//! | In `index.html` | Becomes |
//! |---|---|
//! | `<link rel="stylesheet" href="/app/style.css">` | `/assets/style-HASH.css` |
//! | `<link rel="icon" href="/app/favicon.svg">` | `/assets/favicon-HASH.svg` |
//! | `<script type="module" src="/app/js/boot.js">` | `/assets/boot-HASH.js` |
//! | `<meta name="tabcert-engine" content="/app/js/engine.js">` | `/assets/engine-HASH.js` |
//!
//! The last is how the page finds its engine's script, without an inline script. JavaScript imports
//! wasm-bindgen's loader as `tabcert-app/app.js` and the module's URL as `tabcert-app/app_bg.wasm`,
//! and the engine's as `tabcert-engine/engine.js` and `tabcert-engine/engine_bg.wasm`; what two
//! scripts share is one file. At the end of `<head>` come `modulepreload` hints for what the page's
//! scripts import, and a `preload` for the page's module, so that everything is asked for as soon as
//! `index.html` has arrived. The engine and the parts that the page's module was split into are loaded
//! when the visitor has named a first name.

mod bundle;
mod html;
mod weight;

use std::fs;

use anyhow::{Context, Result};

use super::bindgen::{Host, bind};
use super::{Profile, cargo};
use crate::progress;
use crate::workspace::Workspace;

/// The crates that become the page, and what JavaScript calls their modules.
const PACKAGES: [(&str, &str, Host); 2] = [
    ("tabcert-app", "app", Host::Page),
    ("tabcert-engine", "engine", Host::Worker),
];

pub(super) fn build(workspace: &Workspace, profile: Profile) -> Result<()> {
    let modules = cargo::compile(workspace, &PACKAGES.map(|(package, ..)| package), profile)?;
    let mut loaders = Vec::new();
    for ((package, name, host), module) in PACKAGES.into_iter().zip(&modules) {
        loaders.push((package, bind(workspace, module, name, host, profile)?));
    }

    let source = workspace.root().join("index.html");
    let html =
        fs::read_to_string(&source).with_context(|| format!("cannot read {}", source.display()))?;

    // Built aside and moved into place: a running server never sees half a page.
    let page = workspace.dist().join("page");
    let staging = workspace.dist().join(".page");
    if staging.exists() {
        fs::remove_dir_all(&staging)?;
    }
    let assets = staging.join("assets");
    let bundle = bundle::bundle(workspace, &html::sources(&html), &loaders, &assets, profile)?;
    let index = staging.join("index.html");
    fs::write(&index, html::link(&html, &bundle)?)?;

    let mut files = vec![index];
    for asset in fs::read_dir(&assets)? {
        files.push(asset?.path());
    }
    progress::note(&format!("page, gzip: {}", weight::weigh(&files)?));

    if page.exists() {
        fs::remove_dir_all(&page)?;
    }
    fs::rename(&staging, &page).with_context(|| format!("cannot replace {}", page.display()))
}
