//! Log streams and the events in them.

use serde_json::{Value, json};

use super::{
    arn,
    log_group::{self, LogGroup},
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::resource,
};

/// "up to 50 items", API_DescribeLogStreams.
const PAGE: usize = 50;
/// "up to … 10,000 log events", API_GetLogEvents.
const EVENTS: i64 = 10_000;

resource! {
    /// A stream, by `GROUP:STREAM`; a stream's name has no colon.
    pub(crate) struct LogStream: "logs/log-stream" in Region {
        /// As FilterLogEvents shows them, by time.
        events: Vec<Value>,
    }
}

/// CreateLogStream.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    let group = group(call, input)?;
    let name = input.text("logStreamName");
    let id = format!("{group}:{name}");
    if call.get::<LogStream>(&id).is_some() {
        let message = "The specified log stream already exists";
        return Err(AwsError::new("ResourceAlreadyExistsException", message));
    }
    let view = json!({
        "arn": call.arn("logs", &format!("log-group:{group}:log-stream:{name}")),
        "creationTime": call.now.0,
        "logStreamName": name,
        "storedBytes": 0,
    });
    let events = Vec::new();
    call.insert(id, LogStream { view, events });
    Ok(json!({}))
}

/// DescribeLogStreams: by name, or by the time of the last event.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogStreams.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let start = format!(
        "{}:{}",
        group(call, input)?,
        input.text("logStreamNamePrefix")
    );
    let streams = call.table::<LogStream>().from(&start);
    let mut views: Vec<Value> = streams
        .take_while(|(id, _)| id.starts_with(&start))
        .map(|(_, stream)| stream.view.clone())
        .collect();
    if input.text("orderBy") == "LastEventTime" {
        views.sort_by_key(|view| view.int("lastEventTimestamp"));
    }
    if input.flag("descending") {
        views.reverse();
    }
    let rows = views.into_iter().enumerate();
    call.page(
        input,
        PAGE,
        rows.map(|(at, view)| (format!("{at:08}"), view)),
        |view| view,
    )
}

/// DeleteLogStream.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogStream.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = format!("{}:{}", group(call, input)?, input.text("logStreamName"));
    let gone = call.table_mut::<LogStream>().remove(&id);
    gone.map(|_| json!({})).ok_or_else(not_found)
}

/// PutLogEvents: "in chronological order".
///
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html>
pub(super) fn put_events(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.text("logStreamName");
    let id = format!("{}:{name}", group(call, input)?);
    let events = input.items("logEvents");
    if !events.is_sorted_by_key(|event| event.int("timestamp")) {
        let message = "Log events in a single PutLogEvents request must be in chronological order.";
        return Err(AwsError::new("InvalidParameterException", message));
    }
    let now = call.now.0;
    let ids: Vec<String> = events
        .iter()
        .map(|_| call.draw("log-event").text("0123456789", 56))
        .collect();
    let mut stream = call
        .table_mut::<LogStream>()
        .get_mut(&id)
        .ok_or_else(not_found)?;
    for (event, id) in events.iter().zip(ids) {
        let mut kept = json!({"eventId": id, "ingestionTime": now, "logStreamName": name});
        kept.take_over(event, &["message", "timestamp"]);
        stream.events.push(kept);
    }
    stream.events.sort_by_key(|event| event.int("timestamp"));
    let ends = [stream.events.first(), stream.events.last()];
    let ends = ends.map(|it| it.map(|event| event["timestamp"].clone()));
    stream.view["firstEventTimestamp"] = json!(ends[0]);
    stream.view["lastEventTimestamp"] = json!(ends[1]);
    stream.view["lastIngestionTime"] = now.into();
    Ok(json!({"nextSequenceToken": "0"}))
}

/// GetLogEvents: the last ones, or from the first on.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html>
pub(super) fn get_events(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = format!("{}:{}", group(call, input)?, input.text("logStreamName"));
    let stream = call.get::<LogStream>(&id).ok_or_else(not_found)?;
    let wanted: Vec<&Value> = stream
        .events
        .iter()
        .filter(|it| in_time(it, input))
        .collect();
    let limit = input.int("limit").unwrap_or(EVENTS).clamp(1, EVENTS) as usize;
    // A token says at which event a page begins or ends: `f/3`, `b/3`.
    let token = input
        .some_text("nextToken")
        .and_then(|it| it.split_once('/'));
    let token = token.and_then(|(way, at)| Some((way, at.parse::<usize>().ok()?)));
    let (first, last) = match token {
        Some(("f", at)) => (at, at.saturating_add(limit)),
        Some((_, at)) => (at.saturating_sub(limit), at),
        None if input.flag("startFromHead") => (0, limit),
        None => (wanted.len().saturating_sub(limit), wanted.len()),
    };
    let (first, last) = (first.min(wanted.len()), last.min(wanted.len()));
    let events = wanted[first..last]
        .iter()
        .map(|event| call.keep("OutputLogEvent", event));
    let events: Vec<Value> = events.collect();
    Ok(json!({
        "events": events,
        "nextBackwardToken": format!("b/{first}"),
        "nextForwardToken": format!("f/{last}"),
    }))
}

/// FilterLogEvents: of all streams; a pattern is words that a message has to contain.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html>
pub(super) fn filter_events(call: &mut Call<'_>, input: &Value) -> Outcome {
    let start = format!(
        "{}:{}",
        group(call, input)?,
        input.text("logStreamNamePrefix")
    );
    let names: Vec<&str> = input.texts("logStreamNames").collect();
    let words: Vec<&str> = input.text("filterPattern").split_whitespace().collect();
    let streams = call.table::<LogStream>().from(&start);
    let streams = streams
        .take_while(|(id, _)| id.starts_with(&start))
        .filter(|(_, it)| names.is_empty() || names.contains(&it.view.text("logStreamName")));
    let events = streams.flat_map(|(_, stream)| &stream.events);
    let mut events: Vec<&Value> = events
        .filter(|event| in_time(event, input))
        .filter(|event| {
            let message = event.text("message");
            words
                .iter()
                .all(|word| message.contains(word.trim_matches('"')))
        })
        .collect();
    events.sort_by_key(|event| event.int("timestamp"));
    let rows = events.into_iter().enumerate();
    let rows = rows.map(|(at, event)| (format!("{at:08}"), event));
    let limit = usize::try_from(EVENTS).unwrap_or(usize::MAX);
    let after = input
        .some_text("nextToken")
        .and_then(|it| it.parse::<usize>().ok());
    let most = input
        .int("limit")
        .map_or(limit, |it| usize::try_from(it).unwrap_or(limit));
    let all: Vec<&Value> = rows
        .map(|(_, event)| event)
        .skip(after.unwrap_or(0))
        .collect();
    let shown = &all[..most.min(all.len())];
    let next = (shown.len() < all.len()).then(|| (after.unwrap_or(0) + shown.len()).to_string());
    Ok(json!({"events": shown, "nextToken": next, "searchedLogStreams": []}))
}

fn in_time(event: &Value, input: &Value) -> bool {
    let at = event.int("timestamp");
    let (from, to) = (input.int("startTime"), input.int("endTime"));
    from.is_none_or(|from| at >= Some(from)) && to.is_none_or(|to| at < Some(to))
}

/// The name of the group that an input names, if there is one.
fn group(call: &Call<'_>, input: &Value) -> Result<String, AwsError> {
    let name = input
        .some_text("logGroupName")
        .or(input.some_text("logGroupIdentifier"));
    let name = arn::name_of(name.unwrap_or_default());
    let there = call.get::<LogGroup>(name);
    there
        .map(|_| name.to_owned())
        .ok_or_else(log_group::not_found)
}

fn not_found() -> AwsError {
    let message = "The specified log stream does not exist.";
    AwsError::new("ResourceNotFoundException", message)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    #[test]
    fn events_are_put_read_and_found() {
        let aws = Aws::new();
        aws.ok("logs", "CreateLogGroup", json!({"logGroupName": "a"}));
        let stream = json!({"logGroupName": "a", "logStreamName": "s"});
        aws.ok("logs", "CreateLogStream", stream.clone());
        let code = aws.code("logs", "CreateLogStream", stream.clone());
        assert_eq!(code, "ResourceAlreadyExistsException");
        let events = |times: [i64; 2]| {
            let events = times.map(|at| json!({"timestamp": at, "message": format!("at {at}")}));
            json!({"logGroupName": "a", "logStreamName": "s", "logEvents": events})
        };
        let code = aws.code("logs", "PutLogEvents", events([2, 1]));
        assert_eq!(code, "InvalidParameterException");
        aws.ok("logs", "PutLogEvents", events([1, 2]));
        let got = aws.ok("logs", "GetLogEvents", stream.clone());
        assert_eq!(got["events"][1]["message"], "at 2");
        let pattern = json!({"logGroupName": "a", "filterPattern": "2"});
        let found = aws.ok("logs", "FilterLogEvents", pattern);
        assert_eq!(found["events"].as_array().unwrap().len(), 1);
        let told = aws.ok("logs", "DescribeLogStreams", json!({"logGroupName": "a"}));
        assert_eq!(told["logStreams"][0]["lastEventTimestamp"], 2);
        aws.ok("logs", "DeleteLogStream", stream.clone());
        let code = aws.code("logs", "GetLogEvents", stream);
        assert_eq!(code, "ResourceNotFoundException");
    }

    #[test]
    fn streams_go_with_their_group() {
        let aws = Aws::new();
        let group = json!({"logGroupName": "a"});
        aws.ok("logs", "CreateLogGroup", group.clone());
        aws.ok(
            "logs",
            "CreateLogStream",
            json!({"logGroupName": "a", "logStreamName": "s"}),
        );
        aws.ok("logs", "DeleteLogGroup", group.clone());
        aws.ok("logs", "CreateLogGroup", group.clone());
        let told = aws.ok("logs", "DescribeLogStreams", group);
        assert_eq!(told["logStreams"], json!([]));
    }
}
