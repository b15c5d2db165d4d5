//! IAM: roles and identity providers.

use jeancloud_model::{
    Arn, IntoText,
    iam::{OidcProvider, Principal, Role, Statement},
};
use serde_json::{Value as Json, json};

use crate::table::{Table, known, some};

/// Adds them.
pub fn rows(table: &mut Table) {
    role(table);
    provider(table);
}

fn trust(service: &'static str) -> Statement {
    Statement::allow("sts:AssumeRole").principal(Principal::service(service))
}

fn trusting(service: &str) -> Json {
    let policy = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"},
    ]});
    policy.to_string().into()
}

fn role(table: &mut Table) {
    let mut role = table.of(
        "aws_iam_role",
        |_| {
            Role::builder()
                .role_name("task")
                .assume_role_policy_document(trust("ecs-tasks.amazonaws.com"))
                .build()
        },
        json!({"name": "row-{n}", "assume_role_policy": trusting("ecs-tasks.amazonaws.com")}),
    );
    role.change(
        |it, _| it.role_name = some("worker"),
        json!({"name": "other-{n}"}),
    );
    role.change(
        |it, _| it.path = some("/service/"),
        json!({"path": "/service/"}),
    );
    role.change(
        |it, _| it.assume_role_policy_document = trust("lambda.amazonaws.com").into(),
        json!({"assume_role_policy": trusting("lambda.amazonaws.com")}),
    );
    role.change(
        |it, _| it.description = Some("the tasks".into_text()),
        json!({"description": "the tasks"}),
    );
    role.starting(
        |it, _| it.max_session_duration = some(7200),
        json!({"max_session_duration": 7200}),
    )
    .change(
        |it, _| it.max_session_duration = None,
        json!({"max_session_duration": null}),
    );
    role.change(
        |it, _| it.permissions_boundary = some(boundary()),
        json!({"permissions_boundary": "arn:aws:iam::aws:policy/PowerUserAccess"}),
    );
    role.change(
        |it, _| it.tags.insert("Name", "task"),
        json!({"tags": {"Name": "task"}}),
    );
}

fn boundary() -> Arn {
    Arn::new("arn:aws:iam::aws:policy/PowerUserAccess")
}

fn provider(table: &mut Table) {
    const ONE: &str = "6938fd4d98bab03faadb97b34396831e3780aea1";
    const TWO: &str = "1c58a3a8518e8759bf075b76b750d4f2df264fcd";
    let mut provider = table.of(
        "aws_iam_openid_connect_provider",
        |_| {
            OidcProvider::builder()
                .url("https://id.example.com")
                .client_id_list(["app"])
                .thumbprint_list([ONE])
                .build()
        },
        json!({
            "url": "https://row-{n}.example.com",
            "client_id_list": ["app"],
            "thumbprint_list": [ONE],
        }),
    );
    provider.change(
        |it, _| it.url = known("https://login.example.com"),
        json!({"url": "https://other-{n}.example.com"}),
    );
    provider.change(
        |it, _| it.client_id_list.push("site".into_text()),
        json!({"client_id_list": ["app", "site"]}),
    );
    provider.change(
        |it, _| it.thumbprint_list = vec![known(TWO)],
        json!({"thumbprint_list": [TWO]}),
    );
}
