//! Reading what CAs send: an optional member that is absent, null, empty or of another shape costs
//! only itself, in every object.
//!
//! A type that is part of an answer says in [`FromAnswer`] what can be made of a JSON value. Objects
//! take their members out of [`Members`] one by one, so that none can spoil another.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::AcmeError;
use crate::error::Resource;
use crate::url::HttpsUrl;
use crate::words;

/// Longest list that is read; what comes after it is left out.
pub(crate) const MAX_LIST: usize = 1000;

/// Longest text that is no sentence: a name, a URL, a status, a date.
const MAX_TEXT: usize = 2048;

/// What can be made of a value in an answer.
pub(crate) trait FromAnswer: Sized {
    /// `None` where the value is of another shape, or says nothing.
    fn from_answer(value: Value) -> Option<Self>;
}

/// The members of an object. Where one is there twice, the last one counts.
#[derive(Debug, Default)]
pub(crate) struct Members(Map<String, Value>);

impl Members {
    /// The object that a body consists of. A byte order mark in front of it is skipped, and what is no
    /// UTF-8 is replaced.
    pub(crate) fn of_body(body: &[u8]) -> Result<Self, serde_json::Error> {
        let text = String::from_utf8_lossy(body);
        let members = serde_json::from_str(text.trim_start_matches('\u{feff}'))?;
        Ok(Self(members))
    }

    /// The object that a resource has to be.
    pub(crate) fn of_resource(resource: Resource, body: &[u8]) -> Result<Self, AcmeError> {
        Self::of_body(body).map_err(|error| malformed(resource, error.to_string()))
    }

    /// The object that a value is.
    pub(crate) fn of_value(value: Value) -> Option<Self> {
        match value {
            Value::Object(members) => Some(Self(members)),
            _ => None,
        }
    }

    /// A member.
    pub(crate) fn take<T: FromAnswer>(&mut self, name: &str) -> Option<T> {
        self.0.remove(name).and_then(T::from_answer)
    }

    /// A member without which a resource is of no use.
    pub(crate) fn need<T: FromAnswer>(
        &mut self,
        resource: Resource,
        name: &'static str,
    ) -> Result<T, AcmeError> {
        self.take(name)
            .ok_or_else(|| malformed(resource, format!("no usable member `{name}`")))
    }

    /// The elements of a list that are usable; none where it is no list.
    pub(crate) fn list<T: FromAnswer>(&mut self, name: &str) -> Vec<T> {
        self.take(name).unwrap_or_default()
    }
}

pub(crate) fn malformed(resource: Resource, reason: String) -> AcmeError {
    AcmeError::MalformedResource { resource, reason }
}

impl<T: FromAnswer> FromAnswer for Vec<T> {
    fn from_answer(value: Value) -> Option<Self> {
        let Value::Array(elements) = value else {
            return None;
        };
        let usable = elements.into_iter().filter_map(T::from_answer);
        Some(usable.take(MAX_LIST).collect())
    }
}

/// Texts by name. A name whose value is no text is a name all the same.
impl FromAnswer for BTreeMap<String, String> {
    fn from_answer(value: Value) -> Option<Self> {
        let Members(members) = Members::of_value(value)?;
        let named = members.into_iter().take(MAX_LIST).map(|(name, value)| {
            let text = String::from_answer(value).unwrap_or_default();
            (words::fit(&name, MAX_TEXT), text)
        });
        Some(named.collect())
    }
}

/// Text that says something, as it may be shown.
impl FromAnswer for String {
    fn from_answer(value: Value) -> Option<Self> {
        let text = words::fit(value.as_str()?.trim(), MAX_TEXT);
        (!text.is_empty()).then_some(text)
    }
}

impl FromAnswer for bool {
    fn from_answer(value: Value) -> Option<Self> {
        value.as_bool()
    }
}

impl FromAnswer for HttpsUrl {
    fn from_answer(value: Value) -> Option<Self> {
        Self::parse(value.as_str()?.trim()).ok()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn members(value: Value) -> Members {
        Members::of_value(value).expect("an object")
    }

    #[test]
    fn what_is_odd_costs_only_itself() {
        for odd in [json!(null), json!(""), json!(7), json!([]), json!({})] {
            let mut object = members(json!({"odd": odd, "good": "https://ca.example/x"}));
            assert_eq!(object.take::<HttpsUrl>("odd"), None, "{odd}");
            let good = object.take::<HttpsUrl>("good").map(String::from);
            assert_eq!(good.as_deref(), Some("https://ca.example/x"));
            assert_eq!(object.take::<HttpsUrl>("absent"), None);
            let mut object = members(json!({"odd": odd}));
            assert_eq!(object.take::<String>("odd"), None, "{odd}");
            let mut object = members(json!({"odd": odd}));
            assert_eq!(object.take::<bool>("odd"), None, "{odd}");
            let mut object = members(json!({"odd": odd}));
            assert_eq!(object.list::<String>("odd"), Vec::<String>::new(), "{odd}");
            let mut list = members(json!({"list": ["a", odd, "b"]}));
            assert_eq!(list.list::<String>("list"), ["a", "b"], "{odd}");
        }
    }

    #[test]
    fn bodies_are_objects() {
        let twice = Members::of_body(b"\xef\xbb\xbf {\"a\":\"1\",\"a\":\"2\",\"b\":\"\xff\"}\n");
        let mut twice = twice.expect("an object");
        assert_eq!(twice.take::<String>("a").as_deref(), Some("2"));
        assert_eq!(twice.take::<String>("b").as_deref(), Some("\u{fffd}"));
        for body in ["", "[]", "null", "\"{}\"", "<html>", "{", "{}{}"] {
            assert!(Members::of_body(body.as_bytes()).is_err(), "{body}");
        }
        let deep = "[".repeat(100_000);
        assert!(Members::of_body(deep.as_bytes()).is_err());
    }

    #[test]
    fn lists_and_texts_are_bounded() {
        let mut object =
            members(json!({"list": vec!["a"; MAX_LIST + 1], "text": "a".repeat(9999)}));
        assert_eq!(object.list::<String>("list").len(), MAX_LIST);
        let text = object.take::<String>("text").expect("text");
        assert_eq!(text.chars().count(), MAX_TEXT);
    }
}
