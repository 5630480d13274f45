//! The accounts: what the visitor sees of them, and does with them.

use std::rc::Rc;

use futures::FutureExt;
use tabcert_acme::key::AccountKey;
use tabcert_acme::url::HttpsUrl;
use tabcert_engine_api::EngineError;
use tabcert_engine_api::accounts::{
    AboutAccounts, AccountStatus, Answer, BroughtFile, Cause, KeyForm, Recognised, Wish,
};
use tabcert_engine_api::files::Content;
use tabcert_issuance::catalogue;
use tabcert_issuance::errand::{self, Done, Task, Undone};
use tabcert_issuance::explain::Explanation;
use tabcert_vault::account::Account;
use tabcert_vault::account_import::{self, Client, ImportedAccount};
use zeroize::Zeroizing;

use super::Answering;
use crate::keeper::{Keeper, describe, status_of};
use crate::vault::StorageError;
use crate::{Engine, errand as errands};

pub(super) fn answer(engine: &Engine, asked: AboutAccounts) -> Answering<AboutAccounts> {
    let keeper = engine.keeper();
    let has_it_alone = matches!(
        asked.wish,
        Wish::ChangeKey { .. } | Wish::Deactivate { .. } | Wish::Forget { .. }
    );
    let paused = has_it_alone.then(|| engine.pause_idle_session());
    async move {
        let answer = fulfil(keeper, asked).await;
        drop(paused);
        answer
    }
    .boxed_local()
}

async fn fulfil(keeper: Rc<Keeper>, asked: AboutAccounts) -> Result<Answer, EngineError> {
    let AboutAccounts {
        wish,
        edge_available,
    } = asked;
    let keeper = &*keeper;
    let account = async |id: String| keeper.account(&id).await.ok_or_else(gone);
    match wish {
        Wish::List => {}
        Wish::Read { account: id } => {
            return read(keeper, account(id).await?, edge_available).await;
        }
        Wish::ChangeContact {
            account: id,
            contact,
        } => {
            let account = account(id).await?;
            if let Some(failed) = change_contact(keeper, account, contact, edge_available).await? {
                return Ok(failed);
            }
        }
        Wish::ChangeKey { account: id } => {
            if let Some(failed) = change_key(keeper, account(id).await?, edge_available).await? {
                return Ok(failed);
            }
        }
        Wish::Deactivate { account: id } => {
            if let Some(failed) = deactivate(keeper, account(id).await?, edge_available).await? {
                return Ok(failed);
            }
        }
        Wish::SetLabel { account: id, label } => {
            let account = account(id).await?;
            let label = label.trim();
            let set = |account: &mut Account| {
                label.clone_into(&mut account.label);
                Ok(())
            };
            keeper.change_account(account.id, set).await?;
        }
        Wish::Prefer { account: id } => keeper.prefer(account(id).await?.id).await?,
        Wish::Forget { account: id } => {
            let account = account(id).await?;
            let Ok(_lock) = keeper.have_account(account.id).await else {
                return Ok(busy());
            };
            keeper.forget_account(&account).await?;
        }
        Wish::Make { directory_url } => keeper.make_account(&directory_url).await?,
        Wish::Recognise(files) => {
            let found = import(&files)?;
            return Ok(Answer::Recognised(Recognised {
                client: found.client.map(Client::name).map(str::to_owned),
                key: describe(&found.key),
                thumbprint: found.key.thumbprint().to_string(),
                url: found.url,
                contact: found.contact,
                not_read: found.not_read,
            }));
        }
        Wish::Import {
            files,
            directory_url,
        } => {
            let found = import(&files)?;
            if let Some(other) = take_in(keeper, found, directory_url, edge_available).await? {
                return Ok(other);
            }
        }
        Wish::Export { account: id, form } => return export(&account(id).await?, form),
    }
    Ok(Answer::Accounts(keeper.accounts().await))
}

async fn read(
    keeper: &Keeper,
    account: Account,
    edge_available: bool,
) -> Result<Answer, EngineError> {
    match keeper.errand(&account, edge_available, Task::Read).await? {
        Ok(Done::Account(found)) => {
            let learn = |account: &mut Account| {
                account.url = Some(found.url.clone());
                if let Some(status) = status_of(found.account.status) {
                    account.status = status;
                }
                if !found.account.contact.is_empty() {
                    account.contact.clone_from(&found.account.contact);
                }
                Ok(())
            };
            keeper.change_account(account.id, learn).await?;
            Ok(Answer::Object(found.json))
        }
        Ok(_) => Ok(Answer::Accounts(keeper.accounts().await)),
        Err(undone) => Ok(failed(&undone)),
    }
}

async fn change_contact(
    keeper: &Keeper,
    account: Account,
    contact: Vec<String>,
    edge_available: bool,
) -> Result<Option<Answer>, EngineError> {
    let task = Task::ChangeContact(contact.clone());
    match keeper.errand(&account, edge_available, task).await? {
        Ok(_) => {
            let learn = |account: &mut Account| {
                account.contact.clone_from(&contact);
                Ok(())
            };
            keeper.change_account(account.id, learn).await?;
            Ok(None)
        }
        Err(undone) => Ok(Some(failed(&undone))),
    }
}

/// Stored before used: the new key is in the vault before the CA hears of it, and the old one until the
/// CA has said which counts.
async fn change_key(
    keeper: &Keeper,
    account: Account,
    edge_available: bool,
) -> Result<Option<Answer>, EngineError> {
    let Ok(_lock) = keeper.have_account(account.id).await else {
        return Ok(Some(busy()));
    };
    let account = keeper.prepare_key(account.id).await?;
    let new_key = account.pending_account_key().map_err(StorageError::from)?;
    let new_key = new_key.ok_or(StorageError::Damaged)?;
    let task = Task::ChangeKey(Box::new(new_key.clone()));
    match keeper.errand(&account, edge_available, task).await? {
        Ok(_) => {
            keeper.settle(&account, Some(&new_key)).await?;
            Ok(None)
        }
        Err(undone) => {
            if undone.old_key_counts {
                keeper.settle(&account, None).await?;
            }
            Ok(Some(failed(&undone)))
        }
    }
}

async fn deactivate(
    keeper: &Keeper,
    account: Account,
    edge_available: bool,
) -> Result<Option<Answer>, EngineError> {
    let Ok(_lock) = keeper.have_account(account.id).await else {
        return Ok(Some(busy()));
    };
    let account = keeper.settled(account, edge_available).await?;
    let ended = keeper.errand(&account, edge_available, Task::Deactivate);
    match ended.await? {
        Ok(_) => {
            keeper.account_ended(&account).await?;
            Ok(None)
        }
        Err(undone) => Ok(Some(failed(&undone))),
    }
}

fn import(files: &[BroughtFile]) -> Result<ImportedAccount, EngineError> {
    let files: Vec<_> = files.iter().map(BroughtFile::as_file).collect();
    Ok(account_import::import(&files)?)
}

/// Only an account that the CA knows is stored.
async fn take_in(
    keeper: &Keeper,
    imported: ImportedAccount,
    directory_url: HttpsUrl,
    edge_available: bool,
) -> Result<Option<Answer>, EngineError> {
    let key = imported.key;
    let known = keeper.account_of(&directory_url, key.thumbprint()).await;
    if let Some(known) = known {
        return Ok(Some(Answer::Known {
            account: known.id.to_string(),
        }));
    }
    let start = |account_url: Option<HttpsUrl>, task| errand::Start {
        directory_url: directory_url.clone(),
        key: key.clone(),
        account_url,
        edge_available,
        task,
    };
    let ca = catalogue::name_of(&directory_url).to_owned();
    let mut ended = errands::run(start(None, Task::Find)).await;
    // Where newAccount takes no request without a binding, the account itself does; one at another host
    // is another CA's.
    let url = imported
        .url
        .filter(|url| url.authority() == directory_url.authority());
    if let (Err(undone), Some(url)) = (&ended, url)
        && undone.wants_external_account()
    {
        ended = errands::run(start(Some(url), Task::Read)).await;
    }
    match ended {
        Ok(Done::Account(found)) => {
            if matches!(
                status_of(found.account.status),
                Some(AccountStatus::Deactivated | AccountStatus::Revoked)
            ) {
                return Ok(Some(refused(
                    Cause::Ended,
                    &format!("The account of this key has ended at {ca}."),
                    "Nothing can be ordered with it any more, so it was not taken in.",
                )));
            }
            keeper.take_in(directory_url, &key, &found).await?;
            Ok(None)
        }
        Ok(_) => Ok(None),
        Err(undone) if undone.is_unknown_account() => Ok(Some(refused(
            Cause::Unknown,
            &format!("{ca} knows no account with this key."),
            "Choose the CA that the account was made at; staging environments have accounts of their own. Nothing was taken in.",
        ))),
        Err(undone) => Ok(Some(failed(&undone))),
    }
}

fn export(account: &Account, form: KeyForm) -> Result<Answer, EngineError> {
    let file = |key: AccountKey| {
        let text = match form {
            KeyForm::Pem => key.to_pkcs8_pem(),
            KeyForm::Jwk => key.to_private_jwk(),
        };
        let text = text.map_err(|_| StorageError::Damaged)?;
        Ok::<_, EngineError>(Content(Zeroizing::new(text.as_bytes().to_vec())))
    };
    let pending = account.pending_account_key().map_err(StorageError::from)?;
    Ok(Answer::Key {
        key: file(account.account_key().map_err(StorageError::from)?)?,
        pending: pending.map(file).transpose()?,
    })
}

fn failed(undone: &Undone) -> Answer {
    Answer::Failed {
        cause: Cause::Ca,
        explanation: Box::new(undone.shown().explanation),
    }
}

fn refused(cause: Cause, sentence: &str, next_step: &str) -> Answer {
    Answer::Failed {
        cause,
        explanation: Box::new(Explanation {
            sentence: sentence.to_owned(),
            detail: None,
            next_step: next_step.to_owned(),
            link: None,
        }),
    }
}

fn busy() -> Answer {
    refused(
        Cause::UnderWay,
        "An order of this account is under way, in this or another tab of this browser.",
        "Finish it there, or start over: then this can be done.",
    )
}

fn gone() -> EngineError {
    EngineError::NotKept(
        "This account is not kept here any more. Reload the page to see what is.".to_owned(),
    )
}
