//! [`Call`]: all that an operation can see and do.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Map, Value};

use crate::{
    error::{AwsError, Outcome},
    fields::Fields,
    model::{self, Model, Operation, Page},
    protocol::Reply,
    services::{self, Service},
    world::{Draw, PlaceKey, Resource, Scope, Table, Task, Time, World},
};

/// One call of an operation, or one run of a task.
pub(crate) struct Call<'w> {
    world: &'w mut World,
    service: &'static Service,
    operation: Option<&'static Operation>,
    /// Whose credentials signed.
    pub account: String,
    /// The access key that signed, "" for an anonymous call.
    pub access_key: String,
    /// Where the call was sent.
    pub region: String,
    /// When it is.
    pub now: Time,
    /// The bytes of a streamed input.
    pub body: Bytes,
    /// What to answer besides the output.
    pub reply: Reply,
    places: [usize; 3],
}

/// Who calls what, where.
pub(crate) struct Caller {
    pub service: &'static Service,
    pub operation: Option<&'static Operation>,
    pub account: String,
    pub access_key: String,
    pub region: String,
}

impl<'w> Call<'w> {
    pub fn new(world: &'w mut World, caller: Caller, now: Time, body: Bytes) -> Self {
        let Caller {
            service,
            operation,
            account,
            access_key,
            region,
        } = caller;
        let places = [Scope::Region, Scope::Account, Scope::World]
            .map(|scope| world.place(PlaceKey::new(scope, &account, &region)));
        Self {
            world,
            service,
            operation,
            account,
            access_key,
            region,
            now,
            body,
            reply: Reply::default(),
            places,
        }
    }

    /// A task's run, in the place where it was scheduled.
    pub fn of_task(
        world: &'w mut World,
        task: &Task,
        account: &str,
        region: &str,
        at: Time,
    ) -> Self {
        let caller = Caller {
            service: services::named(task.service),
            operation: None,
            account: account.to_owned(),
            access_key: String::new(),
            region: region.to_owned(),
        };
        Self::new(world, caller, at, Bytes::new())
    }

    /// All resources of a kind that this call can see.
    pub fn table<R: Resource>(&self) -> &Table<R> {
        self.world.table(self.places[scope_index(R::SCOPE)])
    }

    /// The same, to change them.
    pub fn table_mut<R: Resource>(&mut self) -> &mut Table<R> {
        self.world.table_mut(self.places[scope_index(R::SCOPE)])
    }

    /// All resources of a kind in another account or region.
    pub fn table_of<R: Resource>(&mut self, account: &str, region: &str) -> &mut Table<R> {
        let place = self.world.place(PlaceKey::new(R::SCOPE, account, region));
        self.world.table_mut(place)
    }

    pub fn get<R: Resource>(&self, id: &str) -> Option<&R> {
        self.table().get(id)
    }

    /// A new resource, from now on.
    pub fn insert<R: Resource>(&mut self, id: impl Into<String>, resource: R) {
        let now = self.now;
        self.table_mut().insert(id, resource, now);
    }

    /// A resource, unless it is so new that AWS may not tell of it yet.
    pub fn seen<R: Resource>(&self, id: &str, lag: Duration) -> Option<&R> {
        let table = self.table::<R>();
        let lag = self.world.scaled(lag);
        let hidden = self.world.rules.eventual && table.since(id)?.after(lag) > self.now;
        if hidden { None } else { table.get(id) }
    }

    /// The ids of a kind in this region.
    pub fn ids_of(&self, kind: &str) -> Vec<String> {
        self.world
            .ids_of(self.places[scope_index(Scope::Region)], kind)
    }

    /// Whether a region that is new has a default VPC.
    pub fn begins_with_default_vpcs(&self) -> bool {
        self.world.rules.default_vpcs
    }

    /// Kind and id of everything in this region that names `id` in its view: what a deletion has to
    /// look for.
    pub fn referrers(&self, id: &str) -> Vec<(&'static str, String)> {
        self.world
            .referrers(self.places[scope_index(Scope::Region)], id)
    }

    /// A source of ids for `purpose`, another one each time.
    pub fn draw(&mut self, purpose: &str) -> Draw {
        let (account, region) = (self.account.clone(), self.region.clone());
        self.world.draw(&[&account, &region, purpose])
    }

    /// An id as EC2 makes them: `vpc-0123456789abcdef0`.
    pub fn id(&mut self, prefix: &str) -> String {
        format!("{prefix}-0{}", self.draw(prefix).hex(16))
    }

    /// The ARN of a resource of this account and region.
    pub fn arn(&self, service: &str, resource: &str) -> String {
        let (partition, region, account) = (self.partition(), &self.region, &self.account);
        format!("arn:{partition}:{service}:{region}:{account}:{resource}")
    }

    /// The ARN of a resource that has no region.
    pub fn global_arn(&self, service: &str, resource: &str) -> String {
        let (partition, account) = (self.partition(), &self.account);
        format!("arn:{partition}:{service}::{account}:{resource}")
    }

    /// `aws`, or what China and the government have in its place.
    pub fn partition(&self) -> &'static str {
        match self.region.split('-').take(2).collect::<Vec<_>>()[..] {
            ["cn", _] => "aws-cn",
            ["us", "gov"] => "aws-us-gov",
            _ => "aws",
        }
    }

    /// Lets `task` happen to `id` after a while: one of [`crate::durations`].
    pub fn after(&mut self, duration: Duration, task: &Task, id: &str) {
        let at = self.now.after(self.world.scaled(duration));
        let place = PlaceKey {
            account: self.account.clone(),
            region: self.region.clone(),
        };
        self.world.schedule(at, task, place, id);
    }

    /// The service's model.
    pub fn model(&self) -> &'static Model {
        self.service.model()
    }

    /// Those members of `input` that the shape called `shape` has too: what was put in comes out.
    pub fn keep(&self, shape: &str, input: &Value) -> Value {
        let model = self.model();
        let kept = model.shape_named(shape);
        let kept = kept.and_then(|shape| model::keep(model, shape, input));
        kept.unwrap_or_else(|| Map::new().into())
    }

    /// One page of `rows`, which are sorted by their keys, as the model says that this operation
    /// pages. Without a limit in the input, a page holds `default` rows.
    pub fn page<T>(
        &self,
        input: &Value,
        default: usize,
        rows: impl IntoIterator<Item = (String, T)>,
        mut show: impl FnMut(T) -> Value,
    ) -> Outcome {
        let page = self.operation.and_then(|operation| operation.page.as_ref());
        let page = page.ok_or_else(|| AwsError::internal("the operation has no pages"))?;
        let after = token(self.service.name, input, page)?;
        let limit = page.limit_key.as_ref().and_then(|key| input.int(key));
        let limit = limit.map_or(default, |limit| usize::try_from(limit).unwrap_or(1).max(1));
        let rows = rows.into_iter();
        let mut rows = rows.filter(|(key, _)| after.as_ref().is_none_or(|after| key > after));
        let (mut shown, mut last) = (Vec::new(), String::new());
        for (key, row) in rows.by_ref().take(limit) {
            shown.push(show(row));
            last = key;
        }
        let more = rows.next().is_some();
        let mut output = Value::Object(Map::new());
        put(&mut output, &page.result_key, shown.into());
        if more {
            let token = base64_simd::URL_SAFE_NO_PAD.encode_to_string(last);
            put(&mut output, &page.output_token, token.into());
        }
        if let Some(key) = &page.more_results {
            put(&mut output, key, more.into());
        }
        Ok(output)
    }
}

fn scope_index(scope: Scope) -> usize {
    match scope {
        Scope::Region => 0,
        Scope::Account => 1,
        Scope::World => 2,
    }
}

/// The key after which the page begins.
fn token(service: &str, input: &Value, page: &Page) -> Result<Option<String>, AwsError> {
    let Some(token) = input
        .some_text(&page.input_token)
        .filter(|it| !it.is_empty())
    else {
        return Ok(None);
    };
    let decoded = base64_simd::URL_SAFE_NO_PAD.decode_to_vec(token).ok();
    let decoded = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    let invalid = || {
        let message = format!(
            "The value of {} is not a token that was answered",
            page.input_token
        );
        AwsError::new(code_of_bad_token(service), message)
    };
    decoded.ok_or_else(invalid).map(Some)
}

/// What a service calls a token that it didn't answer: its model's error for it, where it has one.
fn code_of_bad_token(service: &str) -> &'static str {
    match service {
        "kms" => "InvalidMarkerException",
        "application-autoscaling" | "secretsmanager" => "InvalidNextTokenException",
        "ecr" | "ecs" | "logs" => "InvalidParameterException",
        "acm" => "ValidationException",
        "s3" => "InvalidArgument",
        "rds" => "InvalidParameterValue",
        "elbv2" | "iam" => "ValidationError",
        _ => "InvalidNextToken",
    }
}

/// Sets `A.B` in a tree.
fn put(output: &mut Value, path: &str, value: Value) {
    let mut place = output;
    for name in path.split('.') {
        place = &mut place[name];
    }
    *place = value;
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{model::Protocol, testing::Aws};

    /// The "Errors" of API_ListKeys, API_DescribeScalableTargets, API_ListSecrets, API_ListClusters,
    /// API_DescribeRepositories, API_DescribeLogGroups and API_ListCertificates; services with forms
    /// and XML have no error of their own for it.
    #[test]
    fn a_token_that_was_not_answered_is_refused_in_the_services_words() {
        let aws = Aws::new();
        for (service, operation, member, code) in [
            ("kms", "ListKeys", "Marker", "InvalidMarkerException"),
            (
                "secretsmanager",
                "ListSecrets",
                "NextToken",
                "InvalidNextTokenException",
            ),
            (
                "ecs",
                "ListClusters",
                "nextToken",
                "InvalidParameterException",
            ),
            (
                "ecr",
                "DescribeRepositories",
                "nextToken",
                "InvalidParameterException",
            ),
            (
                "logs",
                "DescribeLogGroups",
                "nextToken",
                "InvalidParameterException",
            ),
            (
                "acm",
                "ListCertificates",
                "NextToken",
                "ValidationException",
            ),
            ("iam", "ListRoles", "Marker", "ValidationError"),
            (
                "elbv2",
                "DescribeLoadBalancers",
                "Marker",
                "ValidationError",
            ),
            (
                "rds",
                "DescribeDBInstances",
                "Marker",
                "InvalidParameterValue",
            ),
            ("ec2", "DescribeVpcs", "NextToken", "InvalidNextToken"),
        ] {
            let input = Value::from_iter([(member, json!("é"))]);
            // KMS and ACM have a pattern for it.
            let ascii = Value::from_iter([(member, json!("AAAA~"))]);
            let codes = [input, ascii].map(|it| aws.code(service, operation, it));
            assert!(codes.iter().any(|it| it == code), "{service}: {codes:?}");
        }
    }

    #[test]
    fn what_has_errors_in_its_model_answers_one_of_those() {
        for service in services::ALL {
            let model = service.model();
            if model.protocol == Protocol::Json {
                let code = code_of_bad_token(service.name);
                assert!(model.faults.contains_key(code), "{}: {code}", service.name);
            }
        }
    }
}
