//! `index.html`: which sources it names, and the same page with the assets in their places.

use anyhow::{Context, Result};

use super::bundle::Bundle;

/// How an attribute value that names a source file begins.
const SOURCE: &str = "\"/app/";

/// The source files that the page names, as paths below the repository.
pub(super) fn sources(html: &str) -> Vec<&str> {
    let mut sources: Vec<&str> = html
        .match_indices(SOURCE)
        .filter_map(|(at, _)| html[at..].strip_prefix("\"/")?.split('"').next())
        .collect();
    sources.sort_unstable();
    sources.dedup();
    sources
}

/// The page as it is deployed.
pub(super) fn link(html: &str, bundle: &Bundle) -> Result<String> {
    let mut linked = html.to_owned();
    for source in sources(html) {
        linked = linked.replace(
            &format!("\"/{source}\""),
            &format!("\"{}\"", bundle.url(source)?),
        );
    }
    let head_end = linked
        .find("</head>")
        .context("index.html has no </head>")?;
    linked.insert_str(head_end, &hints(html, bundle)?);
    Ok(linked)
}

/// What the page will need, so that the browser asks for it before the scripts do.
fn hints(html: &str, bundle: &Bundle) -> Result<String> {
    let mut hints = String::new();
    for script in sources(html)
        .into_iter()
        .filter(|source| is_page_script(html, source))
    {
        for url in bundle.imports(script) {
            hints += &format!("<link rel=\"modulepreload\" href=\"{url}\">\n");
        }
    }
    let module = bundle.module()?;
    hints += &format!(
        "<link rel=\"preload\" href=\"{module}\" as=\"fetch\" type=\"application/wasm\" crossorigin>\n"
    );
    Ok(hints)
}

/// Whether the page itself runs this source, as opposed to a worker that it starts later.
fn is_page_script(html: &str, source: &str) -> bool {
    html.contains(&format!("src=\"/{source}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTML: &str = r#"<html><head>
<link rel="stylesheet" href="/app/style.css">
<meta name="tabcert-engine" content="/app/js/engine.js">
<script type="module" src="/app/js/boot.js"></script>
</head><body><a href="/apple">"/app</a></body></html>"#;

    const OUTPUTS: &str = r#"{
        "d/boot-1.js": {"entryPoint": "app/js/boot.js",
            "imports": [{"path": "d/chunk-2.js", "kind": "import-statement"}]},
        "d/engine-3.js": {"entryPoint": "app/js/engine.js",
            "imports": [{"path": "d/chunk-4.js", "kind": "import-statement"}]},
        "d/chunk-2.js": {"imports": [{"path": "d/app_bg-5.wasm", "kind": "file-loader"},
            {"path": "d/split_a-7.wasm", "kind": "file-loader"},
            {"path": "d/chunk-4.js", "kind": "import-statement"}]},
        "d/chunk-4.js": {"imports": [{"path": "d/chunk-2.js", "kind": "import-statement"}]},
        "d/app_bg-5.wasm": {"imports": []},
        "d/split_a-7.wasm": {"imports": []},
        "d/style-6.css": {"entryPoint": "app/style.css", "imports": []}
    }"#;

    #[test]
    fn sources_are_the_values_below_app() {
        assert_eq!(
            sources(HTML),
            ["app/js/boot.js", "app/js/engine.js", "app/style.css"]
        );
    }

    #[test]
    fn sources_become_assets_and_the_rest_stays() {
        let linked = link(HTML, &Bundle::from_metafile(OUTPUTS)).expect("everything was bundled");
        assert!(linked.contains(r#"<link rel="stylesheet" href="/assets/style-6.css">"#));
        assert!(linked.contains(r#"name="tabcert-engine" content="/assets/engine-3.js""#));
        assert!(linked.contains(r#"src="/assets/boot-1.js""#));
        assert!(linked.contains(r#"<a href="/apple">"/app</a>"#));
    }

    #[test]
    fn hints_name_each_import_of_the_page_once_and_the_module_without_its_parts() {
        let linked = link(HTML, &Bundle::from_metafile(OUTPUTS)).expect("everything was bundled");
        assert_eq!(linked.matches("modulepreload").count(), 2);
        assert!(linked.contains(r#"<link rel="modulepreload" href="/assets/chunk-2.js">"#));
        assert!(linked.contains(r#"<link rel="modulepreload" href="/assets/chunk-4.js">"#));
        assert!(linked.contains(r#"<link rel="preload" href="/assets/app_bg-5.wasm" as="fetch""#));
        assert!(!linked.contains("split_a"));
    }

    #[test]
    fn a_source_that_was_not_bundled_is_an_error() {
        assert!(link(HTML, &Bundle::from_metafile("{}")).is_err());
    }
}
