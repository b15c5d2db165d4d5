//! Task definitions: families of revisions.

use serde_json::{Value, json};

use super::{common, definition_defaults as defaults};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::{Edit, resource},
};

/// "up to 100 results", API_ListTaskDefinitions.
const PAGE: usize = 100;

resource! {
    /// A revision, as `FAMILY:NUMBER`.
    pub(crate) struct Definition: "ecs/task-definition" in Region {
        tags: Value,
    }
}

resource! {
    /// A family, with the number of its last revision, which isn't used again.
    pub(crate) struct Family: "ecs/task-definition-family" in Region {
        last: i64,
    }
}

/// RegisterTaskDefinition.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html>
pub(super) fn register(call: &mut Call<'_>, input: &Value) -> Outcome {
    let family = input.text("family");
    common::check_name("Family", family)?;
    let fargate = input
        .texts("requiresCompatibilities")
        .any(|it| it == "FARGATE");
    if fargate {
        defaults::check_fargate(input)?;
    }
    let awsvpc = input.text("networkMode") == "awsvpc";
    let containers = defaults::containers(input.items("containerDefinitions"), awsvpc)?;
    let tags = common::merged(&[], input.items("tags"))?;
    let last = call.get::<Family>(family).map_or(0, |it| it.last);
    let id = format!("{family}:{}", last + 1);
    let mut view = call.keep("TaskDefinition", input);
    for (member, empty) in [("placementConstraints", json!([])), ("volumes", json!([]))] {
        if view.at(member).is_none() {
            view[member] = empty;
        }
    }
    for size in ["cpu", "memory"] {
        if let Some(units) = defaults::units(input.text(size)) {
            view[size] = units.to_string().into();
        }
    }
    let compatibilities = if awsvpc && fargate {
        json!(["EC2", "FARGATE"])
    } else {
        json!(["EC2"])
    };
    for (member, value) in [
        ("compatibilities", compatibilities),
        ("containerDefinitions", containers),
        ("registeredAt", call.now.into()),
        ("registeredBy", call.global_arn("iam", "root").into()),
        ("revision", (last + 1).into()),
        ("status", "ACTIVE".into()),
        (
            "taskDefinitionArn",
            call.arn("ecs", &format!("task-definition/{id}")).into(),
        ),
    ] {
        view[member] = value;
    }
    let number = Family {
        view: json!({"family": family}),
        last: last + 1,
    };
    call.insert(family, number);
    let answer = json!({"taskDefinition": view, "tags": tags});
    call.insert(id, Definition { view, tags });
    Ok(answer)
}

/// The id that a name means: `family` is its last active revision.
pub(super) fn resolve(call: &Call<'_>, given: &str) -> Option<String> {
    let name = common::name_of(given);
    if name.contains(':') {
        return call
            .table::<Definition>()
            .contains(name)
            .then(|| name.to_owned());
    }
    let last = call.get::<Family>(name)?.last;
    let ids = (1..=last).rev().map(|number| format!("{name}:{number}"));
    let mut active = ids.filter(|id| {
        let found = call.get::<Definition>(id);
        found.is_some_and(|it| it.view.text("status") == "ACTIVE")
    });
    active.next()
}

fn named<'c>(
    call: &'c mut Call<'_>,
    given: &str,
    verb: &str,
) -> Result<Edit<'c, Definition>, AwsError> {
    let id = resolve(call, given).unwrap_or_default();
    let found = call.table_mut().get_mut(&id);
    found.ok_or_else(|| common::client(format!("Unable to {verb} task definition.")))
}

/// DescribeTaskDefinition.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTaskDefinition.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let definition = named(call, input.text("taskDefinition"), "describe")?;
    let mut answer = json!({"taskDefinition": definition.view});
    if common::includes(input, "TAGS") {
        answer["tags"] = definition.tags.clone();
    }
    Ok(answer)
}

/// ListTaskDefinitions: of one family, where one is named; the active ones, unless others are asked
/// for.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTaskDefinitions.html>
pub(super) fn list(call: &mut Call<'_>, input: &Value) -> Outcome {
    let family = input.some_text("familyPrefix");
    let status = input.some_text("status").unwrap_or("ACTIVE");
    let down = input.text("sort") == "DESC";
    let rows = call.table::<Definition>().iter();
    let rows = rows.filter(|(_, it)| {
        family.is_none_or(|family| it.view.text("family") == family)
            && it.view.text("status") == status
    });
    let mut rows: Vec<(String, Value)> = rows
        .map(|(_, it)| {
            let revision = it.view.int("revision").unwrap_or_default();
            let number = if down {
                9_999_999_999 - revision
            } else {
                revision
            };
            let key = format!("{}:{number:010}", it.view.text("family"));
            (key, it.view["taskDefinitionArn"].clone())
        })
        .collect();
    rows.sort_by(|one, other| one.0.cmp(&other.0));
    call.page(input, PAGE, rows, |arn| arn)
}

/// DeregisterTaskDefinition: it stays, `INACTIVE`.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeregisterTaskDefinition.html>
pub(super) fn deregister(call: &mut Call<'_>, input: &Value) -> Outcome {
    let given = input.text("taskDefinition");
    if !common::name_of(given).contains(':') {
        return Err(common::client("Revision is missing."));
    }
    let now = call.now;
    let mut definition = named(call, given, "describe")?;
    if definition.view.text("status") == "ACTIVE" {
        definition.view["status"] = "INACTIVE".into();
        definition.view["deregisteredAt"] = now.into();
    }
    Ok(json!({"taskDefinition": definition.view}))
}

/// DeleteTaskDefinitions: of inactive ones. "A task definition revision will stay in
/// DELETE_IN_PROGRESS status until all the associated tasks and services have been terminated."
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteTaskDefinitions.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let now = call.now;
    let (mut gone, mut failures) = (Vec::new(), Vec::new());
    for given in input.texts("taskDefinitions") {
        let failure = |detail: &str| json!({"arn": given, "detail": detail, "reason": "TASK_DEFINITION_NOT_INACTIVE"});
        let mut definition = match named(call, given, "describe") {
            Ok(definition) => definition,
            Err(_) => {
                failures.push(common::missing(given));
                continue;
            }
        };
        if definition.view.text("status") == "ACTIVE" {
            failures.push(failure(
                "The specified task definition is still in ACTIVE status.",
            ));
            continue;
        }
        definition.view["status"] = "DELETE_IN_PROGRESS".into();
        definition.view["deleteRequestedAt"] = now.into();
        gone.push(definition.view.clone());
    }
    Ok(json!({"taskDefinitions": gone, "failures": failures}))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::Aws;

    fn app(more: Value) -> Value {
        let mut input = json!({
            "family": "app", "cpu": "256", "memory": "512", "networkMode": "awsvpc",
            "requiresCompatibilities": ["FARGATE"],
            "containerDefinitions": [
                {"name": "app", "image": "nginx", "portMappings": [{"containerPort": 80}]},
            ],
        });
        for (name, value) in more.as_object().unwrap() {
            input[name] = value.clone();
        }
        input
    }

    #[test]
    fn revisions_count_up_and_containers_are_filled_in() {
        let aws = Aws::new();
        let made = aws.ok("ecs", "RegisterTaskDefinition", app(json!({})));
        let container = &made["taskDefinition"]["containerDefinitions"][0];
        assert_eq!(container["essential"], true);
        assert_eq!(
            container["portMappings"],
            json!([{"containerPort": 80, "hostPort": 80, "protocol": "tcp"}])
        );
        let second = aws.ok("ecs", "RegisterTaskDefinition", app(json!({})));
        let second = &second["taskDefinition"];
        assert_eq!(
            second["taskDefinitionArn"],
            "arn:aws:ecs:eu-west-3:123456789012:task-definition/app:2"
        );
        let last = aws.ok(
            "ecs",
            "DescribeTaskDefinition",
            json!({"taskDefinition": "app"}),
        );
        assert_eq!(&last["taskDefinition"], second);
    }

    /// No Fargate configuration exists for given values; see "task definition invalid CPU or
    /// memory".
    #[test]
    fn fargate_takes_pairs_only() {
        let aws = Aws::new();
        for more in [
            json!({"memory": "4096"}),
            json!({"networkMode": "bridge"}),
            json!({"family": "a b"}),
        ] {
            let code = aws.code("ecs", "RegisterTaskDefinition", app(more));
            assert_eq!(code, "ClientException");
        }
    }

    /// "You must deregister a task definition revision before you delete it",
    /// API_DeleteTaskDefinitions.
    #[test]
    fn a_revision_is_inactive_before_it_is_deleted() {
        let aws = Aws::new();
        aws.ok("ecs", "RegisterTaskDefinition", app(json!({})));
        let delete = json!({"taskDefinitions": ["app:1"]});
        let early = aws.ok("ecs", "DeleteTaskDefinitions", delete.clone());
        assert_eq!(early["failures"].as_array().unwrap().len(), 1);
        let one = json!({"taskDefinition": "app:1"});
        aws.ok("ecs", "DeregisterTaskDefinition", one.clone());
        let told = aws.ok("ecs", "DescribeTaskDefinition", one);
        assert_eq!(told["taskDefinition"]["status"], "INACTIVE");
        let gone = aws.ok("ecs", "DeleteTaskDefinitions", delete);
        assert_eq!(gone["taskDefinitions"][0]["status"], "DELETE_IN_PROGRESS");
        let refusal = aws.refused(
            "ecs",
            "DescribeTaskDefinition",
            json!({"taskDefinition": "x:1"}),
        );
        assert_eq!(refusal.code, "ClientException");
        assert_eq!(refusal.message, "Unable to describe task definition.");
        let listed = aws.ok("ecs", "ListTaskDefinitions", json!({"familyPrefix": "app"}));
        assert_eq!(listed["taskDefinitionArns"], json!([]));
    }
}
