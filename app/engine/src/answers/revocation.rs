//! Revoking certificates, kept ones and brought ones.

use std::rc::Rc;

use futures::FutureExt;
use tabcert_acme::key::AccountKey;
use tabcert_acme::url::HttpsUrl;
use tabcert_engine_api::EngineError;
use tabcert_engine_api::accounts::BroughtFile;
use tabcert_engine_api::revocation::{
    AboutRevocation, Answer, Reason, Recognised, Signer, Ways, Wish,
};
use tabcert_issuance::errand::{self, Done, Ended, Task};
use tabcert_pki::brought::{Brought, BroughtError, Pair, Thing};
use tabcert_pki::{Certificate, Chain};
use tabcert_vault::account_import::account_key;
use tabcert_vault::certificate as vault;

use super::Answering;
use crate::keeper::Keeper;
use crate::vault::StorageError;
use crate::{Engine, errand as errands};

pub(super) fn answer(engine: &Engine, asked: AboutRevocation) -> Answering<AboutRevocation> {
    let keeper = engine.keeper();
    async move { fulfil(keeper, asked).await }.boxed_local()
}

async fn fulfil(keeper: Rc<Keeper>, asked: AboutRevocation) -> Result<Answer, EngineError> {
    let AboutRevocation {
        wish,
        edge_available,
    } = asked;
    match wish {
        Wish::Ways { certificate } => {
            let certificate = kept(&keeper, &certificate).await?;
            let account = keeper.account_that_ordered(&certificate).await;
            let has_ca = certificate.directory_url.is_some();
            Ok(Answer::Ways(Ways {
                by_account: account.is_some(),
                by_certificate: has_ca && certificate.key.is_some(),
                is_revoked: certificate.revoked.is_some(),
            }))
        }
        Wish::Kept {
            certificate,
            reason,
            by,
        } => {
            let certificate = kept(&keeper, &certificate).await?;
            let ended = revoke_kept(&keeper, &certificate, reason, by, edge_available).await?;
            keeper.note_revocation(&certificate, reason, &ended).await;
            Ok(told(&ended))
        }
        Wish::Recognise(files) => {
            let (certificate, _) = read(&files)?;
            Ok(Answer::Recognised(Recognised {
                names: certificate
                    .names()
                    .iter()
                    .map(ToString::to_string)
                    .collect(),
                issuer: certificate.issuer().short(),
                not_after: certificate.not_after(),
                serial: certificate.serial_hex(),
            }))
        }
        Wish::Brought {
            files,
            directory_url,
            reason,
        } => {
            let (certificate, key) = read(&files)?;
            let der = certificate.as_der().to_vec();
            let ended = by_key(directory_url, key, der, reason, edge_available).await;
            Ok(told(&ended))
        }
    }
}

async fn kept(keeper: &Keeper, id: &str) -> Result<vault::Certificate, EngineError> {
    keeper.certificate(id).await.ok_or_else(|| {
        EngineError::NotKept("This certificate is not kept here any more.".to_owned())
    })
}

async fn revoke_kept(
    keeper: &Keeper,
    certificate: &vault::Certificate,
    reason: Reason,
    by: Signer,
    edge_available: bool,
) -> Result<Ended, EngineError> {
    let chain = Chain::from_pem(&certificate.chain_pem)?;
    let der = chain.leaf().as_der().to_vec();
    match by {
        Signer::Account => {
            let account = keeper.account_that_ordered(certificate).await;
            let account = account.ok_or_else(|| missing("the account that ordered it"))?;
            let account = keeper.settled(account, edge_available).await?;
            let task = Task::RevokeByAccount(der, reason);
            Ok(keeper.errand(&account, edge_available, task).await?)
        }
        Signer::Certificate => {
            let key = certificate.key.as_ref();
            let key = key.ok_or_else(|| missing("its private key"))?;
            let key = AccountKey::from_pkcs8_der(key.as_bytes());
            let key = key.map_err(|_| StorageError::Damaged)?;
            let directory_url = certificate.directory_url.clone();
            let directory_url = directory_url.ok_or_else(|| missing("the address of its CA"))?;
            Ok(by_key(directory_url, key, der, reason, edge_available).await)
        }
    }
}

async fn by_key(
    directory_url: HttpsUrl,
    key: AccountKey,
    der: Vec<u8>,
    reason: Reason,
    edge_available: bool,
) -> Ended {
    let start = errand::Start {
        directory_url,
        key,
        account_url: None,
        edge_available,
        task: Task::RevokeByCertificateKey(der, reason),
    };
    errands::run(start).await
}

fn told(ended: &Ended) -> Answer {
    match ended {
        Ok(done) => Answer::Revoked {
            before: *done == Done::Revoked { before: true },
        },
        Err(undone) => Answer::Failed(Box::new(undone.shown().explanation)),
    }
}

fn missing(what: &str) -> EngineError {
    EngineError::Unfit {
        message: format!("To revoke this certificate so, {what} would have to be here"),
        hint: "Revoke it in the other way".to_owned(),
    }
}

/// A certificate and its key, out of one file or several.
fn read(files: &[BroughtFile]) -> Result<(Certificate, AccountKey), EngineError> {
    let files: Vec<_> = files.iter().map(BroughtFile::as_file).collect();
    let Pair { certificate, key } = Brought::read(&files)?.into_pair()?;
    let signer = account_key(&key).map_err(|_| BroughtError::Missing {
        thing: Thing::Key,
        not_read: vec![key.damaged()],
    })?;
    Ok((certificate, signer))
}
