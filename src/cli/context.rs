//! [`Context`]: what every command works with: the stack, where its state is, and the screen.

use std::{collections::BTreeMap, fmt, future::Future, path::PathBuf, sync::Arc};

use jeancloud_aws::Aws;
use jeancloud_stack::{
    Provider, Stack,
    provider::Account,
    state::{FileStore, MemoryStore, State, StateStore},
    time::SimulatedTime,
};

use super::{
    arguments::StateUrl, embedded::Kept, error::CliError, screen::Screen, show::progress::Spinner,
};

/// What every command works with.
pub(crate) struct Context {
    pub(crate) stack: Stack,
    /// The parameters that it was given.
    pub(crate) parameters: BTreeMap<String, String>,
    pub(crate) screen: Screen,
    home: Home,
    embedded: Option<Kept>,
}

/// Where a state is kept.
pub(crate) enum Home {
    /// In this folder.
    Folder(PathBuf),
    /// It goes with the process, as the AWS does that it is of.
    Memory,
}

/// Who is talked to.
pub(crate) struct Reached {
    pub(crate) provider: Arc<dyn Provider>,
    pub(crate) account: Account,
    /// The folder that it is kept in, where it is one in the process.
    pub(crate) folder: Option<PathBuf>,
    /// How a person reads of it.
    pub(crate) name: String,
}

impl Reached {
    /// The time that it lives in, where it isn't ours.
    pub(crate) fn time(&self) -> Option<&SimulatedTime> {
        self.provider.time()
    }
}

impl fmt::Display for Home {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => write!(f, "{}", folder.display()),
            Self::Memory => f.write_str("the memory of this process"),
        }
    }
}

impl Context {
    /// For this stack; its state is where `url` says, or beside the embedded AWS, or in
    /// `.jeancloud/<stack>/`.
    ///
    /// # Errors
    /// Where the folder of the embedded AWS holds something else.
    pub(crate) fn new(
        stack: Stack,
        parameters: BTreeMap<String, String>,
        url: Option<StateUrl>,
        embedded: Option<Kept>,
        screen: Screen,
    ) -> Result<Self, CliError> {
        let name = folder_name(&stack.identity());
        let home = match (url, &embedded) {
            (Some(StateUrl::File(folder)), _) => Home::Folder(folder),
            (None, None) => Home::Folder(PathBuf::from(".jeancloud").join(name)),
            (None, Some(kept)) => match kept.state() {
                Some(folder) => Home::Folder(folder.join(name)),
                None => Home::Memory,
            },
        };
        embedded.as_ref().map_or(Ok(()), Kept::check)?;
        Ok(Self {
            stack,
            parameters,
            screen,
            home,
            embedded,
        })
    }

    /// The AWS in the process, where it is worked with.
    pub(crate) fn embedded(&self) -> Option<&Kept> {
        self.embedded.as_ref()
    }

    /// Where the state is.
    pub(crate) fn home(&self) -> &Home {
        &self.home
    }

    /// The state, to look at.
    pub(crate) fn state(&self) -> Result<State, CliError> {
        let stack = self.stack.identity();
        match &self.home {
            Home::Folder(folder) => Ok(FileStore::read(folder, &stack)?),
            Home::Memory => Ok(State::empty(stack)),
        }
    }

    /// The state, to write to: locked until it is dropped.
    pub(crate) fn store(&self) -> Result<Box<dyn StateStore>, CliError> {
        let stack = self.stack.identity();
        match &self.home {
            Home::Folder(folder) => Ok(Box::new(FileStore::open(folder, &stack)?)),
            Home::Memory => Ok(Box::new(MemoryStore::new(stack))),
        }
    }

    /// The same for who makes the state anew: where what was there is damaged, it is put aside, under
    /// the names that are given too.
    pub(crate) fn store_anew(&self) -> Result<(Box<dyn StateStore>, Vec<PathBuf>), CliError> {
        match &self.home {
            Home::Folder(folder) => {
                let stack = self.stack.identity();
                let (store, aside) = FileStore::open_without_damaged(folder, &stack)?;
                Ok((Box::new(store), aside))
            }
            Home::Memory => Ok((self.store()?, Vec::new())),
        }
    }

    /// AWS, as the environment says, once it is known whose account it is; or the embedded one.
    pub(crate) async fn reach(&self) -> Result<Reached, CliError> {
        if let Some(kept) = &self.embedded {
            let aws = kept.open()?.realistic();
            let account = aws.account().await.map_err(CliError::Account)?;
            return Ok(Reached {
                provider: Arc::new(aws),
                account,
                folder: kept.folder(),
                name: kept.name(),
            });
        }
        let aws = Aws::from_env().await;
        let account = self.waiting("asking AWS who we are", aws.account()).await;
        let account = account.map_err(CliError::Account)?;
        Ok(Reached {
            provider: Arc::new(aws),
            folder: None,
            name: account.to_string(),
            account,
        })
    }

    /// Waits for `work`, and says so where somebody looks on.
    pub(crate) async fn waiting<T>(&self, what: &'static str, work: impl Future<Output = T>) -> T {
        let _turning = Spinner::start(self.screen, what);
        work.await
    }
}

/// A stack's identity as a path that stays inside the folder: `web`, `web/prod`.
fn folder_name(identity: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_/".contains(c);
    identity
        .chars()
        .map(|c| if plain(c) { c } else { '-' })
        .collect::<String>()
        .trim_matches('/')
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_stays_inside_its_folder() {
        assert_eq!(folder_name("web/prod"), "web/prod");
        assert_eq!(folder_name("../etc"), "--/etc");
        assert_eq!(folder_name("/etc"), "etc");
    }
}
