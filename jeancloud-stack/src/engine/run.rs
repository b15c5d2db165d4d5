//! One action against AWS: with its journal entries, its repetitions, and what to do when an answer
//! is lost.

use std::{collections::BTreeMap, time::Duration};

use jeancloud_model::{Address, reference};
use serde_json::Value as Json;
use thiserror::Error;
use tokio::time::{Instant, sleep};

use super::{Event, apply::Shared};
use crate::{
    plan::{Action, Op},
    provider::{
        Create, Delete, ErrorKind, Observed, Ownership, Place, ProviderError, Update, Wanted,
    },
    state::{Entry, Intent, Record, StateError},
};

/// How long a call is repeated that AWS refuses only for now.
///
/// New IAM roles take the longest: AWS documents no bound, Terraform waits two minutes.
const PATIENCE: Duration = Duration::from_secs(180);

/// How long a deletion is repeated while something else still uses the resource: the network
/// interfaces of a load balancer or an endpoint go away minutes after it.
const DETACHING: Duration = Duration::from_secs(600);

/// How long a lost creation is looked for before it is repeated: past the window in which
/// `Describe…` may not show it yet.
const CONSISTENCY: Duration = Duration::from_secs(20);

/// Why an action was not done.
#[derive(Debug, Error)]
pub(super) enum RunError {
    #[error("it was not begun")]
    NotBegun,
    #[error(transparent)]
    Aws(#[from] ProviderError),
    #[error(transparent)]
    State(#[from] StateError),
}

type Events<'e> = &'e (dyn Fn(&Event) + Send + Sync);

pub(super) async fn action(
    action: &Action,
    shared: &Shared<'_>,
    events: Events<'_>,
) -> Result<(), RunError> {
    match action.op {
        Op::Read => read(action, shared, events).await,
        Op::Create => create(action, shared, events).await,
        Op::Update => update(action, shared, events).await,
        Op::Delete => delete(action, shared, events).await,
    }
}

async fn read(action: &Action, shared: &Shared<'_>, events: Events<'_>) -> Result<(), RunError> {
    let question = resolved(action, &action.work.properties, shared).await?;
    let answer = patiently(action, events, PATIENCE, &[], || {
        shared.provider.read(place(action), &question)
    })
    .await?;
    shared
        .outputs
        .lock()
        .await
        .insert(action.address, answer.outputs);
    Ok(())
}

async fn create(action: &Action, shared: &Shared<'_>, events: Events<'_>) -> Result<(), RunError> {
    let properties = resolved(action, &action.work.properties, shared).await?;
    let ownership = ownership(action, shared);
    let begun = shared
        .store
        .lock()
        .await
        .state()
        .intents
        .get(&action.address)
        .cloned();
    let begun = begun.filter(|intent| {
        intent.generation == ownership.generation && intent.type_name == action.type_name
    });
    let intent = begun.unwrap_or_else(|| Intent {
        type_name: action.type_name.clone(),
        region: action.region,
        generation: ownership.generation,
        token: token(),
        id: None,
    });
    let request = Create {
        ownership,
        properties,
        token: intent.token.clone(),
    };
    record(
        shared,
        Entry::Began {
            address: action.address,
            intent,
        },
    )
    .await?;
    let made = create_or_find(action, &request, shared, events).await;
    let id = match made {
        Ok(id) => id,
        Err(RunError::Aws(error)) if refused(error.kind) => {
            // AWS said no, so nothing was made; but what was born and then failed stays on record.
            let born = shared
                .store
                .lock()
                .await
                .state()
                .intents
                .get(&action.address)
                .and_then(|intent| intent.id.clone());
            match born {
                None => {
                    record(
                        shared,
                        Entry::Abandoned {
                            address: action.address,
                        },
                    )
                    .await?
                }
                Some(id) => settle(action, id, shared).await?,
            }
            return Err(error.into());
        }
        Err(error) => return Err(error),
    };
    settle(action, id, shared).await
}

/// Creates, and where the answer is lost, looks whether it was made before creating again.
async fn create_or_find(
    action: &Action,
    request: &Create,
    shared: &Shared<'_>,
    events: Events<'_>,
) -> Result<String, RunError> {
    let born = std::sync::Mutex::new(None::<String>);
    let began = Instant::now();
    let mut pause = Duration::from_millis(500);
    loop {
        let told = |id: &str| {
            *born
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner) = Some(id.to_owned());
            events(&Event::Born {
                action: action.id,
                address: action.address,
                id: id.to_owned(),
            });
        };
        let creating = shared.provider.create(place(action), request, &told);
        let result = creating.await;
        let known = born
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .take();
        if let Some(id) = known {
            record(
                shared,
                Entry::Born {
                    address: action.address,
                    id,
                },
            )
            .await?;
        }
        let error = match result {
            Ok(id) => return Ok(id),
            Err(error) => error,
        };
        match error.kind {
            ErrorKind::Unknown | ErrorKind::Conflict => {
                retrying(action, events, &error);
                let patience = if error.kind == ErrorKind::Unknown {
                    CONSISTENCY
                } else {
                    Duration::ZERO
                };
                if let Some(id) = find(action, request, shared, patience).await? {
                    return Ok(id);
                }
                if error.kind == ErrorKind::Conflict || began.elapsed() > PATIENCE {
                    return Err(error.into());
                }
            }
            _ if error.is_transient() && began.elapsed() < PATIENCE => {
                retrying(action, events, &error)
            }
            _ => return Err(error.into()),
        }
        sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(10));
    }
}

/// Looks for what a creation may have made, again and again for a while.
async fn find(
    action: &Action,
    request: &Create,
    shared: &Shared<'_>,
    patience: Duration,
) -> Result<Option<String>, RunError> {
    let wanted = [Wanted {
        ownership: request.ownership.clone(),
        properties: request.properties.clone(),
    }];
    let began = Instant::now();
    let mut pause = Duration::from_millis(100);
    loop {
        match shared.provider.find(place(action), &wanted).await {
            Ok(found) => {
                let same = |ownership: &Ownership| *ownership == request.ownership;
                if let Some(found) = found.into_iter().find(|found| same(&found.ownership)) {
                    return Ok(Some(found.id));
                }
            }
            Err(error) if error.is_transient() || error.kind == ErrorKind::Unknown => {}
            Err(error) => return Err(error.into()),
        }
        if began.elapsed() + pause > patience {
            return Ok(None);
        }
        sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(5));
    }
}

async fn update(action: &Action, shared: &Shared<'_>, events: Events<'_>) -> Result<(), RunError> {
    let id = id(action)?;
    let request = Update {
        ownership: ownership(action, shared),
        id: id.clone(),
        before: action.work.before.clone(),
        after: resolved(action, &action.work.properties, shared).await?,
        changed: action.work.changed.clone(),
    };
    // An update says what is to be, so saying it again after a lost answer does no harm.
    let again = [ErrorKind::Unknown];
    patiently(action, events, PATIENCE, &again, || {
        shared.provider.update(place(action), &request)
    })
    .await?;
    settle(action, id, shared).await
}

async fn delete(action: &Action, shared: &Shared<'_>, events: Events<'_>) -> Result<(), RunError> {
    let request = Delete {
        ownership: ownership(action, shared),
        id: id(action)?,
        properties: action.work.properties.clone(),
    };
    let again = [ErrorKind::Unknown, ErrorKind::Dependency];
    patiently(action, events, DETACHING, &again, || {
        shared.provider.delete(place(action), &request)
    })
    .await?;
    let removed = Entry::Removed {
        address: action.address,
        generation: action.work.generation,
    };
    record(shared, removed).await
}

/// Reads back what was made or changed, and writes it down.
async fn settle(action: &Action, id: String, shared: &Shared<'_>) -> Result<(), RunError> {
    let observed = observe(action, &id, shared).await?;
    let mut properties = resolved(action, &action.work.declared, shared).await?;
    for path in &action.work.sensitive {
        let path: Vec<&str> = path.split('/').collect();
        crate::plan::mask(&mut properties, &path);
    }
    let put = Record {
        type_name: action.type_name.clone(),
        region: action.region,
        id,
        generation: action.work.generation,
        properties,
        outputs: observed.outputs.clone(),
        depends_on: action.work.depends_on.clone(),
    };
    record(
        shared,
        Entry::Put {
            address: action.address,
            record: put,
        },
    )
    .await?;
    shared
        .outputs
        .lock()
        .await
        .insert(action.address, observed.outputs);
    Ok(())
}

async fn observe(action: &Action, id: &str, shared: &Shared<'_>) -> Result<Observed, RunError> {
    let ids = [id.to_owned()];
    let began = Instant::now();
    loop {
        match shared.provider.observe(place(action), &ids).await {
            Ok(mut observed) => {
                if let Some(observed) = observed.pop() {
                    return Ok(observed);
                }
            }
            Err(error) if error.is_transient() || error.kind == ErrorKind::Unknown => {}
            Err(error) => return Err(error.into()),
        }
        if began.elapsed() > PATIENCE {
            let what = format!("{} ({id})", action.address);
            return Err(ProviderError::timed_out("", &what, PATIENCE).into());
        }
        sleep(Duration::from_millis(500)).await;
    }
}

/// Repeats a call that AWS refuses only for now, or for one of these reasons, with growing pauses.
async fn patiently<T, F>(
    action: &Action,
    events: Events<'_>,
    patience: Duration,
    again: &[ErrorKind],
    call: impl Fn() -> F,
) -> Result<T, ProviderError>
where
    F: Future<Output = Result<T, ProviderError>>,
{
    let began = Instant::now();
    let mut pause = Duration::from_millis(500);
    loop {
        match call().await {
            Err(error)
                if (error.is_transient() || again.contains(&error.kind))
                    && began.elapsed() + pause < patience =>
            {
                retrying(action, events, &error);
                sleep(pause).await;
                pause = (pause * 2).min(Duration::from_secs(10));
            }
            done => return done,
        }
    }
}

fn retrying(action: &Action, events: Events<'_>, error: &ProviderError) {
    events(&Event::Retrying {
        action: action.id,
        address: action.address,
        reason: error.to_string(),
    });
}

/// AWS's plain no, after which nothing of the call is left.
fn refused(kind: ErrorKind) -> bool {
    !matches!(
        kind,
        ErrorKind::Unknown | ErrorKind::TimedOut | ErrorKind::Credentials
    )
}

async fn resolved(
    action: &Action,
    properties: &Json,
    shared: &Shared<'_>,
) -> Result<Json, RunError> {
    let outputs = shared.outputs.lock().await;
    let value = reference::resolve(properties, action.region, &|address, output| {
        outputs
            .get(&Address::new(address))
            .and_then(|all: &BTreeMap<String, Json>| all.get(output))
            .cloned()
    });
    let mut missing = None;
    reference::each(&value, &mut |address, output| {
        missing.get_or_insert_with(|| format!("{address}.{output}"));
    });
    match missing {
        None => Ok(value),
        Some(missing) => {
            let message = format!("{missing} is needed and AWS has not told it");
            Err(ProviderError::new(ErrorKind::Other, "", message).into())
        }
    }
}

fn place(action: &Action) -> Place<'_> {
    Place {
        type_name: &action.type_name,
        region: action.region,
    }
}

fn ownership(action: &Action, shared: &Shared<'_>) -> Ownership {
    Ownership {
        stack: shared.stack.clone(),
        address: action.address,
        generation: action.work.generation,
    }
}

fn id(action: &Action) -> Result<String, RunError> {
    action.work.id.clone().ok_or_else(|| {
        let message = format!(
            "broken invariant: the plan names no id of {}",
            action.address
        );
        ProviderError::new(ErrorKind::Other, "", message).into()
    })
}

async fn record(shared: &Shared<'_>, entry: Entry) -> Result<(), RunError> {
    Ok(shared.store.lock().await.record(entry).await?)
}

/// A token that no other intent has.
fn token() -> String {
    uuid::Uuid::new_v4().to_string()
}
