//! A request's URL, taken apart without allocating: the runtime gives it as text.

/// The parts of an absolute URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Target<'a> {
    /// Scheme and authority, for example `https://edge.example`, as written.
    pub(crate) origin: &'a str,
    /// The path, starting with `/`.
    pub(crate) path: &'a str,
    /// Path and query.
    pub(crate) path_and_query: &'a str,
}

impl<'a> Target<'a> {
    /// Takes a URL apart. The runtime gives absolute URLs only; any other text has an empty origin,
    /// which equals no origin that anything is compared with.
    pub(crate) fn parse(url: &'a str) -> Self {
        let url = url.split('#').next().unwrap_or_default();
        let authority = url.find("://").map_or(0, |index| index + 3);
        let end = url[authority..]
            .find(['/', '?'])
            .map_or(url.len(), |index| authority + index);
        let (origin, path_and_query) = url.split_at(end);
        let path = path_and_query.split('?').next().unwrap_or_default();
        Self {
            origin: if authority == 0 { "" } else { origin },
            path: if path.is_empty() { "/" } else { path },
            path_and_query,
        }
    }

    /// The host name that was asked, in lower case, without port and trailing dot.
    pub(crate) fn host(&self) -> String {
        host_of(self.origin)
    }

    /// The origin as browsers write it: lower case, without the scheme's default port.
    pub(crate) fn normalised_origin(&self) -> String {
        let origin = self.origin.to_ascii_lowercase();
        let default_port = if self.is_https() { ":443" } else { ":80" };
        match origin.strip_suffix(default_port) {
            Some(stripped) => stripped.to_owned(),
            None => origin,
        }
    }

    /// Whether the request came by https.
    pub(crate) fn is_https(&self) -> bool {
        self.origin.starts_with("https://")
    }
}

/// The host name in an origin, in lower case, without port and trailing dot.
pub(crate) fn host_of(origin: &str) -> String {
    let authority = origin.split_once("://").map_or(origin, |(_, rest)| rest);
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_urls_apart() {
        for (url, origin, path, path_and_query) in [
            ("https://a.b/c/d?e=f/g", "https://a.b", "/c/d", "/c/d?e=f/g"),
            ("http://a.b:80", "http://a.b:80", "/", ""),
            ("http://a.b?x", "http://a.b", "/", "?x"),
            ("http://[::1]:8787/x#/y?z", "http://[::1]:8787", "/x", "/x"),
            ("/x", "", "/x", "/x"),
            ("", "", "/", ""),
        ] {
            let expected = Target {
                origin,
                path,
                path_and_query,
            };
            assert_eq!(Target::parse(url), expected, "{url}");
        }
    }

    #[test]
    fn writes_origins_as_browsers_do() {
        for (url, origin) in [
            ("https://Edge.Example:443/x", "https://edge.example"),
            ("http://127.0.0.1:80/", "http://127.0.0.1"),
            ("http://127.0.0.1:8787/", "http://127.0.0.1:8787"),
            ("https://edge.example:80/", "https://edge.example:80"),
            ("http://[::1]:8080/", "http://[::1]:8080"),
        ] {
            assert_eq!(Target::parse(url).normalised_origin(), origin);
        }
    }

    #[test]
    fn finds_the_host() {
        for (origin, host) in [
            ("http://WWW.Example.org:5002", "www.example.org"),
            ("https://example.org.", "example.org"),
            ("https://example.org.:443", "example.org"),
            ("http://[::1]:80", "[::1]"),
            ("http://[::1]", "[::1]"),
            ("", ""),
        ] {
            assert_eq!(host_of(origin), host, "{origin}");
        }
    }
}
