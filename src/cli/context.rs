//! [`Context`]: what every command works with: the stack, where its state is, and the screen.

use std::{future::Future, path::PathBuf, sync::Arc};

use jeancloud_aws::Aws;
use jeancloud_stack::{
    Provider, Stack,
    provider::Account,
    state::{FileStore, State},
};

use super::{arguments::StateUrl, error::CliError, screen::Screen, show::progress::Spinner};

/// What every command works with.
pub(crate) struct Context {
    pub(crate) stack: Stack,
    pub(crate) screen: Screen,
    folder: PathBuf,
}

/// Who is talked to.
pub(crate) struct Reached {
    pub(crate) provider: Arc<dyn Provider>,
    pub(crate) account: Account,
}

impl Context {
    /// For this stack; its state is where `url` says, or in `.jeancloud/<stack>/`.
    pub(crate) fn new(stack: Stack, url: Option<StateUrl>, screen: Screen) -> Self {
        let folder = match url {
            Some(StateUrl::File(folder)) => folder,
            None => PathBuf::from(".jeancloud").join(folder_name(&stack.identity())),
        };
        Self {
            stack,
            screen,
            folder,
        }
    }

    /// Where the state is.
    pub(crate) fn folder(&self) -> &std::path::Path {
        &self.folder
    }

    /// The state, to look at.
    pub(crate) fn state(&self) -> Result<State, CliError> {
        Ok(FileStore::read(&self.folder, &self.stack.identity())?)
    }

    /// The state, to write to: locked until it is dropped.
    pub(crate) fn store(&self) -> Result<FileStore, CliError> {
        Ok(FileStore::open(&self.folder, &self.stack.identity())?)
    }

    /// AWS, as the environment says, once it is known whose account it is.
    pub(crate) async fn reach(&self) -> Result<Reached, CliError> {
        let aws = Aws::from_env().await;
        let account = self.waiting("asking AWS who we are", aws.account()).await;
        let account = account.map_err(CliError::Account)?;
        Ok(Reached {
            provider: Arc::new(aws),
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
