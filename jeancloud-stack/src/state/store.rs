//! [`StateStore`]: where a state is kept.

use async_trait::async_trait;

use super::{Entry, State, StateError};

/// Where a state is kept while it is worked with.
#[async_trait]
pub trait StateStore: Send {
    /// The state now.
    fn state(&self) -> &State;

    /// Writes an entry down, for good, before it returns; the state is then so.
    async fn record(&mut self, entry: Entry) -> Result<(), StateError>;

    /// Writes the whole state and empties the journal.
    async fn compact(&mut self) -> Result<(), StateError>;
}
