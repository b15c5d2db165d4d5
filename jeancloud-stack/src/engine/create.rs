//! Making one resource: the creating call, once; then what follows it, as often as it takes.
//!
//! A creating call is never simply repeated. Where its answer is lost, or its run was killed, the
//! resource is looked for by its identity first. What follows the call ([`Provider::finish`]) may be
//! repeated, so whoever finds a resource again also finishes it.
//!
//! [`Provider::finish`]: crate::Provider::finish

use std::time::Duration;

use super::{
    Event,
    apply::Shared,
    run::{
        Events, PATIENCE, RunError, begun, kept, look, ownership, patience, patiently, place, put,
        record, replace_when, resolved, retrying, settle,
    },
};
use crate::{
    plan::Action,
    provider::{Create, ErrorKind, Ownership, Wanted},
    state::{Entry, Intent},
    time::{Instant, sleep},
};

pub(super) async fn create(
    action: &Action,
    shared: &Shared<'_>,
    events: Events<'_>,
) -> Result<(), RunError> {
    let properties = resolved(action, &action.work.properties, shared).await?;
    let ownership = ownership(action, shared);
    let begun = begun(action, shared).await;
    let begun = begun.filter(|intent| intent.type_name == action.type_name);
    let request = |token: String| Create {
        ownership: ownership.clone(),
        properties: properties.clone(),
        token,
        timeout: action.work.timeout,
    };
    // What an interrupted run made is finished; where it is gone, its token goes with it.
    if let Some((intent, id)) = begun.as_ref().and_then(|it| Some((it, it.id.clone()?)))
        && look(action, &id, shared).await?.is_some()
    {
        let request = request(intent.token.clone());
        return finish(action, &request, id, shared, events).await;
    }
    let resumed = begun.filter(|intent| intent.id.is_none());
    let hidden_for = resumed.as_ref().map(Intent::unsettled_for);
    let fresh = intent(action, None, shared).await?;
    let intent = match resumed {
        // AWS takes a token again for the same request alone.
        Some(resumed) if resumed.asks_the_same(&fresh) => Intent {
            token: resumed.token,
            since: resumed.since,
            ..fresh
        },
        _ => fresh,
    };
    let request = request(intent.token.clone());
    let address = action.address;
    record(shared, Entry::Began { address, intent }).await?;
    // A run that was killed a moment ago may have made what AWS does not show yet.
    let there = match hidden_for {
        None | Some(Duration::ZERO) => None,
        Some(hidden_for) => find(action, &request, shared, hidden_for).await?,
    };
    let made = match there {
        Some(id) => Ok(id),
        None => create_or_find(action, &request, shared, events).await,
    };
    let id = match made {
        Ok(id) => id,
        Err(error) => {
            // AWS said no, so nothing was made.
            if matches!(&error, RunError::Aws(error) if refused(error.kind)) {
                record(shared, Entry::Abandoned { address }).await?;
            }
            return Err(error);
        }
    };
    let born = Entry::Born {
        address,
        id: id.clone(),
    };
    record(shared, born).await?;
    events(&Event::Born {
        action: action.id,
        address,
        id: id.clone(),
    });
    finish(action, &request, id, shared, events).await
}

/// Does what follows the creating call, and writes down what came of it.
pub(super) async fn finish(
    action: &Action,
    request: &Create,
    id: String,
    shared: &Shared<'_>,
    events: Events<'_>,
) -> Result<(), RunError> {
    let patience = patience(action, PATIENCE);
    let finished = patiently(action, events, patience, &[ErrorKind::Unknown], || {
        shared.provider.finish(place(action), request, &id)
    });
    let Err(error) = finished.await else {
        return settle(action, id, shared).await;
    };
    // What was made and then refused stays on record as it is: the next plan compares it. What may
    // still get done stays begun: the next run goes on with it. So does what is as declared and has
    // failed all the same, as a service whose tasks don't start: no comparison would show it.
    if refused(error.kind) {
        match look(action, &id, shared).await {
            Ok(Some(_)) if error.kind == ErrorKind::Failed => {}
            Ok(Some(observed)) => put(action, observed, shared).await?,
            Ok(None) => {
                let address = action.address;
                record(shared, Entry::Abandoned { address }).await?;
            }
            Err(_) => {}
        }
    }
    Err(error.into())
}

/// Makes the creating call, and where its answer is lost, looks whether it took effect before
/// making it again.
async fn create_or_find(
    action: &Action,
    request: &Create,
    shared: &Shared<'_>,
    events: Events<'_>,
) -> Result<String, RunError> {
    let began = Instant::now();
    let mut pause = Duration::from_millis(500);
    loop {
        let error = match shared.provider.create(place(action), request).await {
            Ok(id) => return Ok(id),
            Err(error) => error,
        };
        match error.kind {
            ErrorKind::Unknown | ErrorKind::Conflict => {
                retrying(action, events, &error);
                let hidden_for = if error.kind == ErrorKind::Unknown {
                    Intent::CONSISTENCY
                } else {
                    Duration::ZERO
                };
                if let Some(id) = find(action, request, shared, hidden_for).await? {
                    return Ok(id);
                }
                if error.kind == ErrorKind::Conflict || began.elapsed() > patience(action, PATIENCE)
                {
                    return Err(error.into());
                }
            }
            _ if error.is_transient() && began.elapsed() < patience(action, PATIENCE) => {
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

/// AWS's plain no, after which nothing of the call is left.
fn refused(kind: ErrorKind) -> bool {
    !matches!(
        kind,
        ErrorKind::Unknown | ErrorKind::TimedOut | ErrorKind::Credentials
    )
}

/// A new intent, with a token that no other one has.
pub(super) async fn intent(
    action: &Action,
    id: Option<String>,
    shared: &Shared<'_>,
) -> Result<Intent, RunError> {
    Ok(Intent {
        type_name: action.type_name.clone(),
        region: action.region,
        generation: action.work.generation,
        token: uuid::Uuid::new_v4().to_string(),
        id,
        properties: kept(action, shared).await?,
        replace_when: replace_when(action, shared).await?,
        since: now(),
    })
}

/// Seconds since 1970.
fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}
