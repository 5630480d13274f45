//! How records are written, and how those of older versions are read: the one place that knows of
//! versions.
//!
//! A record is `{"schema": …, "kind": …, "record": …}`. [`SCHEMA`] is raised with every change that an
//! older Tabcert would misread, and a [`Step`] added that brings a record of the version before to the
//! new one. A record of a newer version is refused, not guessed at, and stays as it is.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::VaultError;

/// The version that is written.
pub const SCHEMA: u32 = 1;

/// What brings the `record` of one version to the next; `None` where it is not one of that version.
type Step = fn(Kind, Value) -> Option<Value>;

/// The first brings version 1 to version 2, and so on.
const STEPS: [Step; SCHEMA as usize - 1] = [];

/// The kinds of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// [`Account`](crate::account::Account).
    Account,
    /// [`Order`](crate::order::Order).
    Order,
    /// [`Certificate`](crate::certificate::Certificate).
    Certificate,
    /// [`Settings`](crate::settings::Settings).
    Settings,
}

impl std::fmt::Display for Kind {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Self::Account => "account",
            Self::Order => "order",
            Self::Certificate => "certificate",
            Self::Settings => "setting",
        })
    }
}

/// What can be written and read.
pub trait Record: Serialize + DeserializeOwned {
    /// Which kind it is.
    const KIND: Kind;
}

#[derive(Serialize)]
struct Written<'a, T> {
    schema: u32,
    kind: Kind,
    record: &'a T,
}

#[derive(Deserialize)]
struct Read<T> {
    schema: u32,
    kind: Kind,
    record: T,
}

/// What is looked at first: a newer version may know kinds that are not known here.
#[derive(Deserialize)]
struct Version {
    schema: u32,
}

impl Version {
    fn check(&self, known: u32) -> Result<(), VaultError> {
        if self.schema <= known {
            Ok(())
        } else {
            Err(VaultError::NewerSchema {
                found: self.schema,
                known,
            })
        }
    }
}

/// What is looked at next; the rest may be of any older version.
#[derive(Deserialize)]
struct Head {
    schema: u32,
    kind: Kind,
}

/// Writes a record as JSON, on one line.
///
/// # Errors
/// [`VaultError::UnwritableRecord`], which no record of these kinds causes.
pub fn serialize<T: Record>(record: &T) -> Result<Zeroizing<String>, VaultError> {
    let written = Written {
        schema: SCHEMA,
        kind: T::KIND,
        record,
    };
    serde_json::to_string(&written)
        .map(Zeroizing::new)
        .map_err(|_| VaultError::UnwritableRecord { kind: T::KIND })
}

/// Reads a record, of this version or an older one.
///
/// # Errors
/// [`VaultError::NewerSchema`], [`VaultError::MalformedRecord`].
pub fn parse<T: Record>(json: &str) -> Result<T, VaultError> {
    parse_as(T::KIND, json)
}

/// As [`parse`], for a type that has only a part of the record.
pub(crate) fn parse_as<T: DeserializeOwned>(kind: Kind, json: &str) -> Result<T, VaultError> {
    parse_with(kind, json, &STEPS)
}

/// Which kind of record `json` is.
///
/// # Errors
/// [`VaultError::NewerSchema`]; [`VaultError::DamagedBackup`] for what is no record, since only files
/// have records of unknown kinds.
pub(crate) fn kind(json: &str) -> Result<Kind, VaultError> {
    let version: Version = serde_json::from_str(json).map_err(|_| VaultError::DamagedBackup)?;
    version.check(SCHEMA)?;
    serde_json::from_str::<Head>(json)
        .map(|head| head.kind)
        .map_err(|_| VaultError::DamagedBackup)
}

fn parse_with<T: DeserializeOwned>(
    kind: Kind,
    json: &str,
    steps: &[Step],
) -> Result<T, VaultError> {
    let malformed = VaultError::MalformedRecord { kind };
    let known = u32::try_from(steps.len() + 1).unwrap_or(u32::MAX);
    // Nearly every record is of this version: reading it at once makes long lists open sooner.
    if let Ok(read) = serde_json::from_str::<Read<T>>(json)
        && (read.schema, read.kind) == (known, kind)
    {
        return Ok(read.record);
    }
    let version: Version = serde_json::from_str(json).map_err(|_| malformed.clone())?;
    version.check(known)?;
    let head = serde_json::from_str::<Head>(json).map_err(|_| malformed.clone())?;
    if head.schema == 0 || head.schema == known || head.kind != kind {
        return Err(malformed);
    }
    let mut record = serde_json::from_str::<Read<Value>>(json)
        .map_err(|_| malformed.clone())?
        .record;
    for step in steps.iter().skip(head.schema as usize - 1) {
        record = step(kind, record).ok_or_else(|| malformed.clone())?;
    }
    serde_json::from_value(record).map_err(|_| malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    fn with_schema(schema: u32) -> String {
        let json = serialize(&Settings::default()).expect("JSON");
        json.replacen(r#""schema":1"#, &format!(r#""schema":{schema}"#), 1)
    }

    const MALFORMED: VaultError = VaultError::MalformedRecord {
        kind: Kind::Settings,
    };

    #[test]
    fn a_record_survives() {
        let settings = Settings {
            reminders: true,
            updated_ms: 7,
            ..Settings::default()
        };
        let json = serialize(&settings).expect("JSON");
        assert!(
            json.starts_with(r#"{"schema":1,"kind":"settings","record":{"#),
            "{}",
            *json
        );
        assert!(!json.contains('\n'));
        assert_eq!(parse(&json), Ok(settings));
    }

    #[test]
    fn a_newer_version_is_told_from_damage() {
        assert_eq!(
            parse::<Settings>(&with_schema(2)),
            Err(VaultError::NewerSchema { found: 2, known: 1 })
        );
        assert_eq!(
            parse::<Settings>(r#"{"schema":9,"kind":"hologram","x":[]}"#),
            Err(VaultError::NewerSchema { found: 9, known: 1 })
        );
        for json in [
            with_schema(0),
            String::new(),
            r#"{"schema":1}"#.to_owned(),
            r#"{"schema":1,"kind":"account","record":{}}"#.to_owned(),
            r#"{"schema":1,"kind":"settings","record":7}"#.to_owned(),
        ] {
            assert_eq!(parse::<Settings>(&json), Err(MALFORMED), "{json}");
        }
    }

    #[test]
    fn each_step_is_taken_once_and_in_order() {
        fn second(_: Kind, mut record: Value) -> Option<Value> {
            let old = record.as_object_mut()?.remove("remind")?;
            record["second"] = old;
            Some(record)
        }
        fn third(kind: Kind, mut record: Value) -> Option<Value> {
            assert_eq!(kind, Kind::Settings);
            let old = record.as_object_mut()?.remove("second")?;
            record["reminders"] = old;
            Some(record)
        }
        let read = |schema: u32, name: &str| {
            let json = format!(
                r#"{{"schema":{schema},"kind":"settings","record":{{"{name}":true,"updated_ms":3}}}}"#
            );
            parse_with::<Settings>(Kind::Settings, &json, &[second, third])
                .map(|settings| settings.reminders)
        };
        assert_eq!(read(1, "remind"), Ok(true));
        assert_eq!(read(2, "second"), Ok(true));
        assert_eq!(read(3, "reminders"), Ok(true));
        assert_eq!(read(1, "second"), Err(MALFORMED));
        assert_eq!(
            read(4, "reminders"),
            Err(VaultError::NewerSchema { found: 4, known: 3 })
        );
    }
}
