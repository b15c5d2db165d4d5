//! One action against AWS: with its journal entries and its repetitions. How something is made has a
//! file of its own: [`create`](super::create).

use std::{collections::BTreeMap, time::Duration};

use jeancloud_model::{Address, reference};
use serde_json::Value as Json;
use thiserror::Error;

use super::{Event, apply::Shared, create, redact};
use crate::{
    plan::{Action, Op, Retag},
    provider::{Create, Delete, ErrorKind, Observed, Own, Ownership, Place, ProviderError, Update},
    state::{Attempt, Entry, Intent, Record, Remembered, StateError},
    time::{Instant, sleep},
};

/// How long a call is repeated that AWS refuses only for now.
///
/// New IAM roles take the longest: AWS documents no bound, Terraform waits two minutes.
pub(super) const PATIENCE: Duration = Duration::from_secs(180);

/// How long a deletion is repeated while something else still uses the resource: the network
/// interfaces of a load balancer or an endpoint go away minutes after it.
const DETACHING: Duration = Duration::from_secs(600);

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

pub(super) type Events<'e> = &'e (dyn Fn(&Event) + Send + Sync);

pub(super) async fn action(
    action: &Action,
    shared: &Shared<'_>,
    events: Events<'_>,
) -> Result<(), RunError> {
    let done = match action.op {
        Op::Read => read(action, shared, events).await,
        Op::Create => create::create(action, shared, events).await,
        Op::Update => update(action, shared, events).await,
        Op::Delete => delete(action, shared, events).await,
        Op::Forget => forget(action, shared, events).await,
    };
    done.map_err(|error| match error {
        RunError::Aws(error) => RunError::Aws(redact::error(action, error)),
        other => other,
    })
}

async fn read(action: &Action, shared: &Shared<'_>, events: Events<'_>) -> Result<(), RunError> {
    let question = resolved(action, &action.work.properties, shared).await?;
    let answer = patiently(action, events, PATIENCE, &[], || {
        shared.provider.read(place(action), &question)
    })
    .await?;
    let answer = answered(question, answer);
    let mut known = shared.outputs.lock().await;
    known.insert(action.address, answer.outputs.clone());
    shared.lookups.lock().await.insert(action.address, answer);
    Ok(())
}

/// An answer together with its question, so that nobody takes it for the answer to another one.
pub(super) fn answered(question: Json, answer: Observed) -> Observed {
    Observed {
        properties: question,
        ..answer
    }
}

/// How long a call of this action is repeated that AWS refuses only for now.
pub(super) fn patience(action: &Action, otherwise: Duration) -> Duration {
    action.work.timeout.unwrap_or(otherwise)
}

/// Writes other ownership tags, where the plan says so.
async fn own(
    action: &Action,
    after: Option<Ownership>,
    shared: &Shared<'_>,
    events: Events<'_>,
) -> Result<(), RunError> {
    let Some(Retag { before }) = action.work.own.clone() else {
        return Ok(());
    };
    let request = Own {
        id: id(action, shared).await?,
        properties: match action.op {
            Op::Update => action.work.before.clone(),
            _ => action.work.properties.clone(),
        },
        before,
        after,
    };
    // Tags are what they are told to be, however often.
    let again = [ErrorKind::Unknown];
    patiently(action, events, PATIENCE, &again, || {
        shared.provider.own(place(action), &request)
    })
    .await?;
    Ok(())
}

/// Lets go of it: without tags first, so that an interrupted run finds it on record.
async fn forget(action: &Action, shared: &Shared<'_>, events: Events<'_>) -> Result<(), RunError> {
    own(action, None, shared, events).await?;
    gone(action, shared).await
}

async fn update(action: &Action, shared: &Shared<'_>, events: Events<'_>) -> Result<(), RunError> {
    let id = id(action, shared).await?;
    own(action, Some(ownership(action, shared)), shared, events).await?;
    let request = Update {
        ownership: ownership(action, shared),
        id: id.clone(),
        before: before(action, &id, shared).await?,
        after: resolved(action, &action.work.properties, shared).await?,
        changed: action.work.changed.clone(),
        timeout: action.work.timeout,
    };
    // An update says what is to be, so saying it again after a lost answer does no harm.
    let again = [ErrorKind::Unknown];
    let update = || {
        patiently(action, events, patience(action, PATIENCE), &again, || {
            shared.provider.update(place(action), &request)
        })
    };
    let changes = !request.changed.is_empty();
    if changes {
        let (address, untold) = (action.address, action.work.untold.clone());
        let properties = kept(action, shared).await?;
        let attempt = Attempt { properties, untold };
        record(shared, Entry::Attempted { address, attempt }).await?;
    }
    let Some(intent) = begun(action, shared).await else {
        let done = match changes {
            true => update().await,
            false => Ok(()),
        };
        let Err(error) = done else {
            return settle(action, id, shared).await;
        };
        // AWS took the change and it did not come to its end, which no comparison would show.
        if is_unfinished(&error) {
            let address = action.address;
            let intent = create::intent(action, Some(id), shared).await?;
            record(shared, Entry::Began { address, intent }).await?;
        }
        return Err(error.into());
    };
    // A run was interrupted while it made this one. Changed first, since what has to be waited for
    // may never come without the change; but some things take no change before they are ready.
    let create = Create {
        ownership: request.ownership.clone(),
        properties: request.after.clone(),
        token: intent.token,
        timeout: action.work.timeout,
    };
    let early = match changes {
        true => shared.provider.update(place(action), &request).await,
        false => Ok(()),
    };
    let early = match early {
        Err(error) if is_unfinished(&error) => return Err(error.into()),
        early => early,
    };
    create::finish(action, &create, id.clone(), shared, events).await?;
    if early.is_err() {
        update().await?;
        settle(action, id, shared).await?;
    }
    Ok(())
}

/// Whether AWS took what was asked for, and it has failed since or goes on.
fn is_unfinished(error: &ProviderError) -> bool {
    matches!(error.kind, ErrorKind::Failed | ErrorKind::TimedOut)
}

async fn delete(action: &Action, shared: &Shared<'_>, events: Events<'_>) -> Result<(), RunError> {
    let id = id(action, shared).await?;
    let (address, generation) = (action.address, action.work.generation);
    if is_anothers(action, &id, shared).await {
        return gone(action, shared).await;
    }
    let deleting = Entry::Deleting {
        address,
        generation,
    };
    record(shared, deleting).await?;
    let request = Delete {
        ownership: ownership(action, shared),
        id,
        properties: left(action, shared).await,
        timeout: action.work.timeout,
    };
    let again = [ErrorKind::Unknown, ErrorKind::Dependency];
    patiently(action, events, patience(action, DETACHING), &again, || {
        shared.provider.delete(place(action), &request)
    })
    .await?;
    gone(action, shared).await
}

/// Whether another generation of the address is the same thing in AWS: what is known by its parent and a
/// key has the key again when it is made anew, as the record that validates a certificate.
async fn is_anothers(action: &Action, id: &str, shared: &Shared<'_>) -> bool {
    let store = shared.store.lock().await;
    let state = store.state();
    let retired = state.retired.iter().filter(|(at, _)| *at == action.address);
    let current = state.resources.get(&action.address).into_iter();
    let mut all = current.chain(retired.map(|(_, record)| record));
    all.any(|other| {
        other.generation > action.work.generation
            && (other.type_name.as_str(), other.region, other.id.as_str())
                == (action.type_name.as_str(), action.region, id)
    })
}

/// Takes a generation out of the state.
async fn gone(action: &Action, shared: &Shared<'_>) -> Result<(), RunError> {
    let removed = Entry::Removed {
        address: action.address,
        generation: action.work.generation,
    };
    record(shared, removed).await?;
    // Nobody refers to what is gone; its replacement, if it has one, stays known.
    let store = shared.store.lock().await;
    if !store.state().resources.contains_key(&action.address) {
        shared.outputs.lock().await.remove(&action.address);
    }
    Ok(())
}

/// Reads back what was made or changed, and writes it down.
pub(super) async fn settle(
    action: &Action,
    id: String,
    shared: &Shared<'_>,
) -> Result<(), RunError> {
    put(action, observe(action, &id, shared).await?, shared).await
}

pub(super) async fn put(
    action: &Action,
    observed: Observed,
    shared: &Shared<'_>,
) -> Result<(), RunError> {
    let properties = kept(action, shared).await?;
    let lifecycle = Remembered {
        replace_when: replace_when(action, shared).await?,
        ..action.work.remembered.clone()
    };
    let made = Record {
        type_name: action.type_name.clone(),
        region: action.region,
        id: observed.id,
        generation: action.work.generation,
        properties,
        outputs: observed.outputs.clone(),
        depends_on: action.work.depends_on.clone(),
        lifecycle,
        deleting: false,
        attempts: Vec::new(),
    };
    record(
        shared,
        Entry::Put {
            address: action.address,
            record: made,
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

/// What the author set, resolved, without what must not be kept.
pub(super) async fn kept(action: &Action, shared: &Shared<'_>) -> Result<Json, RunError> {
    let mut properties = resolved(action, &action.work.declared, shared).await?;
    for path in &action.work.sensitive {
        let path: Vec<&str> = path.split('/').collect();
        crate::plan::mask(&mut properties, &path);
    }
    Ok(properties)
}

/// The values whose change replaces it, resolved.
pub(super) async fn replace_when(
    action: &Action,
    shared: &Shared<'_>,
) -> Result<Vec<Json>, RunError> {
    let mut values = action.work.remembered.replace_when.clone();
    for value in &mut values {
        *value = resolved(action, value, shared).await?;
    }
    Ok(values)
}

/// Reads what is there for certain, which AWS may not show yet.
async fn observe(action: &Action, id: &str, shared: &Shared<'_>) -> Result<Observed, RunError> {
    let began = Instant::now();
    loop {
        match look(action, id, shared).await {
            Ok(Some(observed)) => return Ok(observed),
            Ok(None) => {}
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

/// Reads it, if it is there.
pub(super) async fn look(
    action: &Action,
    id: &str,
    shared: &Shared<'_>,
) -> Result<Option<Observed>, ProviderError> {
    let ids = [id.to_owned()];
    Ok(shared.provider.observe(place(action), &ids).await?.pop())
}

/// The creation of this very generation, if an earlier run began it and did not end it.
pub(super) async fn begun(action: &Action, shared: &Shared<'_>) -> Option<Intent> {
    let store = shared.store.lock().await;
    let begun = store.state().begun(action.address, action.work.generation);
    begun.cloned()
}

/// Repeats a call that AWS refuses only for now, or for one of these reasons, with growing pauses.
/// Patience begins with the first refusal: a call may wait long before it fails.
pub(super) async fn patiently<T, F>(
    action: &Action,
    events: Events<'_>,
    patience: Duration,
    again: &[ErrorKind],
    call: impl Fn() -> F,
) -> Result<T, ProviderError>
where
    F: Future<Output = Result<T, ProviderError>>,
{
    let mut refused = None;
    let mut pause = Duration::from_millis(500);
    loop {
        match call().await {
            Err(error)
                if (error.is_transient() || again.contains(&error.kind))
                    && refused.get_or_insert_with(Instant::now).elapsed() + pause < patience =>
            {
                retrying(action, events, &error);
                sleep(pause).await;
                pause = (pause * 2).min(Duration::from_secs(10));
            }
            done => return done,
        }
    }
}

pub(super) fn retrying(action: &Action, events: Events<'_>, error: &ProviderError) {
    events(&Event::Retrying {
        action: action.id,
        address: action.address,
        reason: redact::text(action, error.to_string()),
    });
}

pub(super) async fn resolved(
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

pub(super) fn place(action: &Action) -> Place<'_> {
    Place {
        type_name: &action.type_name,
        region: action.region,
    }
}

pub(super) fn ownership(action: &Action, shared: &Shared<'_>) -> Ownership {
    Ownership {
        stack: shared.stack.clone(),
        address: action.address,
        generation: action.work.generation,
        marks: action.work.remembered.marks,
    }
}

/// The physical id: from the plan, or of what an earlier action of the same plan made, from the state.
async fn id(action: &Action, shared: &Shared<'_>) -> Result<String, RunError> {
    if let Some(id) = &action.work.id {
        return Ok(id.clone());
    }
    let made = made(action, shared).await;
    made.map(|record| record.id).ok_or_else(|| {
        let (address, generation) = (action.address, action.work.generation);
        let message =
            format!("broken invariant: nothing made generation {generation} of {address}");
        ProviderError::new(ErrorKind::Other, "", message).into()
    })
}

/// What the state knows of the generation that an action is about.
async fn made(action: &Action, shared: &Shared<'_>) -> Option<Record> {
    let store = shared.store.lock().await;
    let state = store.state();
    let current = state.resources.get(&action.address);
    let retired = state.retired.iter();
    let retired = retired.filter(|(address, _)| *address == action.address);
    let mut all = current.into_iter().chain(retired.map(|(_, record)| record));
    let made = all.find(|record| record.generation == action.work.generation);
    made.cloned()
}

/// What is there before an update: as the plan saw it, or where an earlier action of the same plan has
/// changed it since, as AWS has it.
async fn before(action: &Action, id: &str, shared: &Shared<'_>) -> Result<Json, RunError> {
    let before = &action.work.before;
    if action.work.id.is_some() && !reference::is_unknown(before) {
        return Ok(before.clone());
    }
    Ok(observe(action, id, shared).await?.properties)
}

/// The properties of what is to be deleted: from the plan, or of what an earlier action of the same
/// plan made, as it was made.
async fn left(action: &Action, shared: &Shared<'_>) -> Json {
    let planned = &action.work.properties;
    if action.work.id.is_some() && !reference::is_unknown(planned) {
        return planned.clone();
    }
    match made(action, shared).await {
        Some(record) => record.properties,
        None => planned.clone(),
    }
}

pub(super) async fn record(shared: &Shared<'_>, entry: Entry) -> Result<(), RunError> {
    Ok(shared.store.lock().await.record(entry).await?)
}
