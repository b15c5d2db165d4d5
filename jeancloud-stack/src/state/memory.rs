//! [`MemoryStore`]: a state that goes with its process.

use async_trait::async_trait;

use super::{Entry, State, StateError, StateStore};

/// A state that nobody keeps: for tests, and for an AWS that goes with its process too.
#[derive(Clone, Debug)]
pub struct MemoryStore(State);

impl MemoryStore {
    /// The empty state of a stack, named by its identity.
    pub fn new(stack: impl Into<String>) -> Self {
        Self(State::empty(stack))
    }
}

impl From<State> for MemoryStore {
    fn from(state: State) -> Self {
        Self(state)
    }
}

#[async_trait]
impl StateStore for MemoryStore {
    fn state(&self) -> &State {
        &self.0
    }

    async fn record(&mut self, entry: Entry) -> Result<(), StateError> {
        self.0.apply(entry);
        Ok(())
    }

    async fn compact(&mut self) -> Result<(), StateError> {
        Ok(())
    }
}
