//! How an issuance begins, or goes on: with its locks, before anything is read that they guard.

use std::cell::RefCell;

use tabcert_acme::url::HttpsUrl;
use tabcert_issuance::issuance::Start;
use tabcert_issuance::saved::{Saved, SavedOrder};
use tabcert_vault::account::Account;
use tabcert_vault::id::{AccountId, CertificateId, OrderId};
use tabcert_vault::order::Order;
use tabcert_vault::schema::Kind;

use super::accounts::account_lock;
use super::case::Case;
use super::not_there::damaged_as;
use super::{Keeper, NotThere, place};
use crate::clock;
use crate::lock::{self, Held, Lock};

/// Whoever works on an order has this alone.
pub(super) fn order_lock(order: OrderId) -> String {
    format!("tabcert {}", place(Kind::Order, order))
}

/// Keeps everybody else from working on an order.
///
/// # Errors
/// [`NotThere::Elsewhere`], where somebody does.
pub(super) async fn have_order(order: OrderId) -> Result<Lock, NotThere> {
    let taken = lock::take(&order_lock(order)).await;
    taken.map_err(|Held| NotThere::Elsewhere)
}

/// Keeps everybody from changing the key of an account, ending or forgetting it.
async fn share_account(account: AccountId) -> Result<Lock, NotThere> {
    let taken = lock::share(&account_lock(account)).await;
    taken.map_err(|Held| NotThere::AccountElsewhere)
}

impl Keeper {
    /// Begins an issuance at a CA.
    ///
    /// # Errors
    /// [`NotThere`], where an account's key is damaged or somebody changes the account.
    pub(crate) async fn begin(
        &self,
        directory_url: HttpsUrl,
        edge_available: bool,
        redirected: Vec<String>,
    ) -> Result<(Case, Start), NotThere> {
        let (account, account_lock) = self.account_to_begin_with(&directory_url).await?;
        let account = self.settled(account, edge_available).await;
        let mut account = account.map_err(damaged_as(NotThere::DamagedAccount))?;
        for name in redirected {
            if !account.redirected.contains(&name) {
                account.redirected.push(name);
            }
        }
        let order = OrderId::from_random(self.random_bytes());
        let lock = have_order(order).await?;
        let start = self.start(&account, order, edge_available, None).await?;
        let case = Case {
            account: RefCell::new(account),
            order,
            certificate: CertificateId::from_random(self.random_bytes()),
            renews: None,
            created_ms: clock::now_ms(),
            failure: RefCell::default(),
            _lock: lock,
            account_lock: RefCell::new(Some(account_lock)),
        };
        Ok((case, start))
    }

    /// The account for new orders at a CA, with its lock: chosen again once the lock is there, as whoever
    /// had it may have ended or forgotten the account, or preferred another.
    async fn account_to_begin_with(
        &self,
        directory_url: &HttpsUrl,
    ) -> Result<(Account, Lock), NotThere> {
        let mut chosen = self.account_at(directory_url).await?;
        loop {
            let lock = share_account(chosen.id).await?;
            let account = self.account_at(directory_url).await?;
            if account.id == chosen.id {
                return Ok((account, lock));
            }
            chosen = account;
        }
    }

    /// Goes on with an order.
    ///
    /// # Errors
    /// [`NotThere`]
    pub(crate) async fn resume(
        &self,
        order: &str,
        edge_available: bool,
    ) -> Result<(Case, Start), NotThere> {
        let id: OrderId = order.parse().map_err(|_| NotThere::Order)?;
        // Before it is read: whoever had it may have changed it.
        let lock = have_order(id).await?;
        let found = self.get(id).await;
        let order: Order = found
            .map_err(damaged_as(NotThere::DamagedOrder))?
            .ok_or(NotThere::Order)?;
        let (account, account_lock) = self.settled_account(order.account, edge_available).await?;
        let saved: Saved =
            serde_json::from_str(order.snapshot.as_str()).map_err(|_| NotThere::DamagedOrder)?;
        let failure = saved.failed.clone();
        let start = self
            .start(&account, id, edge_available, Some(saved))
            .await?;
        let case = Case {
            account: RefCell::new(account),
            order: id,
            certificate: CertificateId::from_random(self.random_bytes()),
            renews: order.renews,
            created_ms: order.created_ms,
            failure: RefCell::new(failure),
            _lock: lock,
            account_lock: RefCell::new(Some(account_lock)),
        };
        Ok((case, start))
    }

    /// An account, with the key that counts at the CA, and its lock, which is taken before it is read.
    pub(super) async fn settled_account(
        &self,
        id: AccountId,
        edge_available: bool,
    ) -> Result<(Account, Lock), NotThere> {
        let lock = share_account(id).await?;
        let found = self.get(id).await;
        let account: Account = found
            .map_err(damaged_as(NotThere::DamagedAccount))?
            .ok_or(NotThere::Account)?;
        let settled = self.settled(account, edge_available).await;
        let account = settled.map_err(damaged_as(NotThere::DamagedAccount))?;
        Ok((account, lock))
    }

    /// Where the orders are that other issuances have made.
    async fn orders_but(&self, own: OrderId) -> Vec<HttpsUrl> {
        let orders: Vec<Order> = self.all().await;
        let others = orders.iter().filter(|order| order.id != own);
        let url = |order: &Order| {
            let saved: Saved = serde_json::from_str(order.snapshot.as_str()).ok()?;
            match saved.order {
                SavedOrder::Made(url) => Some(url),
                _ => None,
            }
        };
        others.filter_map(url).collect()
    }

    pub(super) async fn start(
        &self,
        account: &Account,
        order: OrderId,
        edge_available: bool,
        saved: Option<Saved>,
    ) -> Result<Start, NotThere> {
        Ok(Start {
            directory_url: account.directory_url.clone(),
            account_key: account
                .account_key()
                .map_err(|_| NotThere::DamagedAccount)?,
            edge_available,
            redirected: account.redirected.clone(),
            account_url: account.url.clone(),
            other_orders: self.orders_but(order).await,
            saved,
        })
    }
}
