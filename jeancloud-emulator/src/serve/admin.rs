//! What no AWS is asked: `/_emulator/…`.
//!
//! No bucket can be called so: names of buckets have no underscore.
//!
//! | request | answer |
//! |---|---|
//! | `GET /_emulator/inventory` | everything that exists, as a list of `account`, `region`, `kind`, `id`, `view` |
//! | `GET /_emulator/calls` | the last calls, as a list of `account`, `region`, `service`, `operation`, `input`, `error` |
//! | `POST /_emulator/reset` | nothing exists any more |
//! | `POST /_emulator/advance?seconds=N` | time has passed |
//! | `POST /_emulator/push?image=URI:TAG` | a small image was pushed into an ECR repository, without Docker; `digest` names it |

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    emulator::Emulator,
    http::{Request, Response},
    protocol::scalar::decoded,
};

/// The answer, if the request is for the emulator itself.
pub fn answer(emulator: &Emulator, request: &Request) -> Option<Response> {
    let asked = request.path.strip_prefix("/_emulator/")?;
    let (status, body) = match (request.method.as_str(), asked) {
        ("GET", "inventory") => (200, inventory(emulator)),
        ("GET", "calls") => (200, calls(emulator)),
        ("POST", "reset") => {
            emulator.reset();
            (200, json!({}))
        }
        ("POST", "advance") => match seconds(&request.query) {
            Some(duration) => {
                emulator.advance(duration);
                (200, json!({}))
            }
            None => (400, json!({"error": "advance?seconds=N needs a number"})),
        },
        ("POST", "push") => pushed(emulator, &request.query),
        _ => (
            404,
            json!({"error": "there are GET inventory and calls, POST reset, advance and push"}),
        ),
    };
    Some(Response {
        status,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: body.to_string().into(),
    })
}

fn inventory(emulator: &Emulator) -> Value {
    let items = emulator.inventory().into_iter().map(|item| {
        json!({
            "account": item.account,
            "region": item.region,
            "kind": item.kind,
            "id": item.id,
            "view": item.view,
        })
    });
    items.collect()
}

fn calls(emulator: &Emulator) -> Value {
    let calls = emulator.calls().into_iter().map(|call| {
        json!({
            "account": call.account,
            "region": call.region,
            "service": call.service,
            "operation": call.operation,
            "input": call.input,
            "error": call.error,
        })
    });
    calls.collect()
}

fn pushed(emulator: &Emulator, query: &str) -> (u16, Value) {
    let image = query.strip_prefix("image=").unwrap_or_default();
    let image = decoded(image, false);
    let Some((repository, tag)) = image.rsplit_once(':') else {
        return (400, json!({"error": "push?image=URI:TAG needs both"}));
    };
    match emulator.push_image(repository, tag) {
        Ok(digest) => (200, json!({"digest": digest})),
        Err(error) => (400, json!({"error": error.to_string()})),
    }
}

fn seconds(query: &str) -> Option<Duration> {
    let seconds: f64 = query.strip_prefix("seconds=")?.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}
