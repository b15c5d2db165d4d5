//! IAM's types.

use jeancloud_model::iam::{
    OidcProvider, Policy, PolicyDocument, Principal, Role, Statement, aws_managed_policy,
};
use jeancloud_stack::Stack;

use crate::{
    gaps,
    harness::{Case, Gap},
};

conformance! {
    role: Case {
        type_name: "AWS::IAM::Role",
        address: "global/role",
        base: |stack| add(stack, Role::builder()
            .role_name("conformance-role")
            .assume_role_policy_document(trust("ecs-tasks.amazonaws.com"))
            .build()),
        updates: &[
            ("set", |stack| add(stack, Role::builder()
                .role_name("conformance-role")
                .assume_role_policy_document(trust("ecs-tasks.amazonaws.com"))
                .description("what tasks may do")
                .max_session_duration(7200)
                .managed_policy_arns([aws_managed_policy("service-role/AmazonECSTaskExecutionRolePolicy")])
                .policies([
                    Policy::new("read", Statement::allow(["s3:ListBucket", "s3:GetObject"]).on("*")),
                    Policy::new("write", Statement::allow("s3:PutObject").on(["arn:aws:s3:::b/*", "arn:aws:s3:::a/*"])),
                ])
                .permissions_boundary(aws_managed_policy("ReadOnlyAccess"))
                .tag("Name", "one")
                .build())),
            ("change", |stack| add(stack, Role::builder()
                .role_name("conformance-role")
                .assume_role_policy_document(trust("ec2.amazonaws.com"))
                .description("what machines may do")
                .max_session_duration(3600)
                .managed_policy_arns([aws_managed_policy("ReadOnlyAccess")])
                .policies([Policy::new("read", Statement::allow("s3:GetObject").on("*"))])
                .permissions_boundary(aws_managed_policy("PowerUserAccess"))
                .tag("Name", "two")
                .tag("Team", "web")
                .build())),
            ("clear", |stack| add(stack, Role::builder()
                .role_name("conformance-role")
                .assume_role_policy_document(trust("ec2.amazonaws.com"))
                .build())),
        ],
        replaced: Some(|stack| add(stack, Role::builder()
            .role_name("conformance-role")
            .path("/service/")
            .assume_role_policy_document(trust("ecs-tasks.amazonaws.com"))
            .build())),
        gaps: &[],
    },
    oidc_provider: Case {
        type_name: "AWS::IAM::OIDCProvider",
        address: "global/provider",
        base: |stack| { stack.global().add("provider", OidcProvider::builder()
            .url("https://token.actions.githubusercontent.com")
            .client_id_list(["sts.amazonaws.com"])
            .thumbprint_list(["6938fd4d98bab03faadb97b34396831e3780aea1"])
            .build()); },
        updates: &[
            ("set", |stack| { stack.global().add("provider", OidcProvider::builder()
                .url("https://token.actions.githubusercontent.com")
                .client_id_list(["sts.amazonaws.com"])
                .thumbprint_list(["6938fd4d98bab03faadb97b34396831e3780aea1"])
                .tag("Name", "one")
                .build()); }),
            ("change", |stack| { stack.global().add("provider", OidcProvider::builder()
                .url("https://token.actions.githubusercontent.com")
                .client_id_list(["sts.amazonaws.com"])
                .thumbprint_list(["1c58a3a8518e8759bf075b76b750d4f2df264fcd"])
                .tag("Name", "two")
                .build()); }),
            ("clear", |stack| { stack.global().add("provider", OidcProvider::builder()
                .url("https://token.actions.githubusercontent.com")
                .client_id_list(["sts.amazonaws.com"])
                .thumbprint_list(["1c58a3a8518e8759bf075b76b750d4f2df264fcd"])
                .build()); }),
        ],
        replaced: Some(|stack| { stack.global().add("provider", OidcProvider::builder()
            .url("https://gitlab.com")
            .client_id_list(["sts.amazonaws.com"])
            .thumbprint_list(["6938fd4d98bab03faadb97b34396831e3780aea1"])
            .build()); }),
        gaps: &[],
    },
    oidc_provider_with_clients: Case {
        type_name: "AWS::IAM::OIDCProvider",
        address: "global/provider",
        base: |stack| of_clients(stack, &["sts.amazonaws.com"]),
        updates: &[
            ("add", |stack| of_clients(stack, &["sts.amazonaws.com", "other"])),
            ("change", |stack| of_clients(stack, &["other", "third"])),
            ("remove", |stack| of_clients(stack, &["third"])),
        ],
        replaced: None,
        gaps: &[Gap {
            difference: gaps::CLIENT_IDS_STAY,
            test: "updates_set_change_and_clear",
        }],
    },
}

fn of_clients(stack: &Stack, clients: &[&str]) {
    let provider = OidcProvider::builder()
        .url("https://token.actions.githubusercontent.com")
        .client_id_list(clients.iter().copied())
        .thumbprint_list(["6938fd4d98bab03faadb97b34396831e3780aea1"]);
    stack.global().add("provider", provider.build());
}

fn add(stack: &Stack, role: Role) {
    stack.global().add("role", role);
}

fn trust(service: &'static str) -> PolicyDocument {
    Statement::allow("sts:AssumeRole")
        .principal(Principal::service(service))
        .into()
}
