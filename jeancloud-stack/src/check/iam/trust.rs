//! Rules for trust policies: who may assume a role.

use jeancloud_model::{
    Text,
    iam::{Effect, PolicyKind, PrincipalKind, Role, Statement},
};

use super::{
    super::{Report, Rule},
    ELEMENTS,
    actions::{matches, nearest},
    document,
};
use crate::{Declared, View};

const ASSUMING: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage-assume.html";
const SERVICE_PRINCIPALS: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html";

pub(super) const POLICY: Rule = Rule {
    name: "role-trust-policy",
    check: trust_policies_say_who_may_assume,
};
pub(super) const ACTIONS: Rule = Rule {
    name: "role-trust-actions",
    check: trust_policies_allow_sts_actions_only,
};
pub(super) const FITTING: Rule = Rule {
    name: "role-trust-fitting",
    check: principals_have_the_action_that_is_theirs,
};
pub(super) const ANYONE: Rule = Rule {
    name: "role-trust-anyone",
    check: not_everybody_may_assume,
};
pub(super) const SERVICES: Rule = Rule {
    name: "role-trust-services",
    check: services_are_called_by_their_names,
};

/// Every statement of every trust policy, with its path.
pub(super) fn statements<'v>(
    view: &'v View,
    mut visit: impl FnMut(Declared<'v, Role>, String, &'v Statement),
) {
    for role in view.all::<Role>() {
        let trust = &role.resource.assume_role_policy_document;
        for (index, statement) in trust.statements().iter().enumerate() {
            let path = format!("AssumeRolePolicyDocument/Statement/{index}");
            visit(role, path, statement);
        }
    }
}

fn trust_policies_say_who_may_assume(view: &View, report: &mut Report) {
    for role in view.all::<Role>() {
        let trust = &role.assume_role_policy_document;
        document(
            report,
            role.declaration,
            "AssumeRolePolicyDocument",
            trust,
            PolicyKind::Trust,
        );
    }
}

fn trust_policies_allow_sts_actions_only(view: &View, report: &mut Report) {
    statements(view, |role, path, statement| {
        let known = statement.actions().iter().filter_map(Text::as_known);
        for action in known.filter(|action| !action.to_ascii_lowercase().starts_with("sts:")) {
            report
                .error(
                    role.declaration,
                    format!("{path}/Action"),
                    format!("`{action}` is no action of STS"),
                )
                .rule("a trust policy is about STS's actions only (MalformedPolicyDocument)")
                .hint("what the role may do goes into `policies` or `managed_policy_arns`; here: `Statement::allow(\"sts:AssumeRole\")`")
                .document(ELEMENTS);
        }
    });
}

/// The actions by which a principal gets a role's credentials.
fn ways_of(kind: PrincipalKind, name: &str) -> &'static [&'static str] {
    match kind {
        PrincipalKind::Federated if name.contains(":saml-provider/") => &["sts:AssumeRoleWithSAML"],
        PrincipalKind::Federated => &["sts:AssumeRoleWithWebIdentity"],
        _ => &["sts:AssumeRole"],
    }
}

fn principals_have_the_action_that_is_theirs(view: &View, report: &mut Report) {
    statements(view, |role, path, statement| {
        let actions: Option<Vec<String>> = statement
            .actions()
            .iter()
            .map(|action| action.as_known().map(str::to_ascii_lowercase))
            .collect();
        let Some(actions) = actions.filter(|actions| !actions.is_empty()) else {
            return;
        };
        // Other actions, as sts:TagSession, may have a statement of their own.
        let assumes = actions.iter().any(|action| {
            matches(action, "sts:assumerole") || action.starts_with("sts:assumerole")
        });
        if statement.effect() != Effect::Allow || !assumes {
            return;
        }
        for (kind, name) in statement.principals() {
            let pattern = name.pattern();
            let ways = ways_of(kind, &pattern);
            let may = ways.iter().any(|way| {
                let way = way.to_ascii_lowercase();
                actions.iter().any(|action| matches(action, &way))
            });
            if !may {
                report
                    .error(
                        role.declaration,
                        format!("{path}/Action"),
                        format!("has no {}, by which {pattern} would get the role", ways.join(" or ")),
                    )
                    .rule("a service, role or account assumes a role by sts:AssumeRole, a user of an OpenID Connect provider by sts:AssumeRoleWithWebIdentity, one of a SAML provider by sts:AssumeRoleWithSAML")
                    .hint(format!("write `Statement::allow(\"{}\")` for this principal", ways[0]))
                    .document(ASSUMING);
                return;
            }
        }
    });
}

fn not_everybody_may_assume(view: &View, report: &mut Report) {
    statements(view, |role, path, statement| {
        let anyone = statement
            .principals()
            .any(|(kind, name)| kind == PrincipalKind::Aws && name.as_known() == Some("*"));
        let open = statement.conditions().next().is_none();
        if statement.effect() == Effect::Allow && anyone && open {
            report
                .warning(
                    role.declaration,
                    format!("{path}/Principal"),
                    "is everybody: whoever has an account of AWS may assume the role",
                )
                .rule("a trust policy's `*` is every identity of every account")
                .hint("name the account: `Principal::account(&caller)`, or add a condition on aws:PrincipalOrgID")
                .document(ELEMENTS);
        }
    });
}

/// Services that assume roles, by the first part of their principals.
const KNOWN: &str = "access-analyzer airflow airflow-env amplify apigateway appflow \
    application-autoscaling apprunner appstream appsync athena autoscaling backup batch bedrock \
    bedrock-agentcore build.apprunner chatbot cloud9 cloudformation cloudfront cloudtrail codebuild \
    codecommit codedeploy codepipeline cognito-idp config connect databrew datapipeline datasync \
    dax delivery.logs dms dynamodb ec2 ecr ecs ecs-tasks edgelambda eks eks-fargate-pods \
    elasticache elasticbeanstalk elasticfilesystem elasticloadbalancing elasticmapreduce \
    elastictranscoder emr-serverless es events export.rds firehose fis forecast gamelift \
    glacier glue greengrass guardduty iam imagebuilder inspector iot kafka kafkaconnect kendra \
    kinesis kinesisanalytics kms lakeformation lambda lex lightsail logs macie mediaconvert \
    medialive mediapackage mgn monitoring monitoring.rds network-firewall opensearchservice \
    ops.apigateway organizations osis personalize pinpoint pipes pods.eks quicksight rds redshift \
    rekognition replication.dynamodb replicator.lambda resource-groups robomaker route53 s3 \
    sagemaker scheduler secretsmanager securityhub servicecatalog serverlessrepo ses shield \
    sms sns spot spotfleet sqs ssm states storagegateway streams.metrics.cloudwatch support \
    swf synthetics tasks.apprunner timestream transcribe transfer translate trustedadvisor \
    vpc-flow-logs vpc-lattice waf wafv2 workspaces xray";

fn services_are_called_by_their_names(view: &View, report: &mut Report) {
    statements(view, |role, path, statement| {
        let services = statement
            .principals()
            .filter(|(kind, _)| *kind == PrincipalKind::Service);
        for (_, name) in services {
            let Some(service) = name
                .as_known()
                .and_then(|name| name.strip_suffix(".amazonaws.com"))
            else {
                continue;
            };
            let known = || KNOWN.split_whitespace();
            if service.len() < 4 || known().any(|known| known == service) {
                continue;
            }
            let Some(better) = nearest(service, known()) else {
                continue;
            };
            report
                .warning(
                    role.declaration,
                    format!("{path}/Principal"),
                    format!("`{service}.amazonaws.com` is no service that jeancloud knows"),
                )
                .rule("IAM refuses a principal that is no service of AWS (MalformedPolicyDocument: Invalid principal in policy)")
                .hint(format!("perhaps {better}.amazonaws.com is meant"))
                .document(SERVICE_PRINCIPALS);
        }
    });
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::iam::{OidcProvider, Policy, Principal, Statement};

    use super::super::testing::{role, trust};
    use crate::check::testing::{broken, healthy};

    #[test]
    fn a_role_is_healthy() {
        healthy(|h| {
            let read = Policy::new("read", Statement::allow("s3:GetObject").on("*"));
            let tag = Statement::allow(["sts:AssumeRole", "sts:TagSession"])
                .principal(Principal::service("pods.eks.amazonaws.com"));
            role(h, [trust(), tag], vec![read]);
        });
    }

    #[test]
    fn a_trust_policy_names_a_principal() {
        assert_snapshot!(broken("role-trust-policy", |h| {
            role(h, Statement::allow("sts:AssumeRole"), vec![]);
        }), @r#"
        error: global/role: AssumeRolePolicyDocument/Statement/0/Principal is missing
          rule: a trust policy says who may assume the role (MalformedPolicyDocument)
          hint: add `.principal(Principal::service("ecs-tasks.amazonaws.com"))` or another principal
          see: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
        "#);
        assert_snapshot!(broken("role-trust-policy", |h| {
            role(h, trust().sid("ECS tasks"), vec![]);
        }), @r#"
        error: global/role: AssumeRolePolicyDocument/Statement/0/Sid `ECS tasks` holds something else than letters and digits
          rule: in IAM, a Sid has letters and digits only (MalformedPolicyDocument)
          hint: write `.sid("ECStasks")`
          see: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
        "#);
    }

    #[test]
    fn a_trust_policy_is_about_sts() {
        assert_snapshot!(broken("role-trust-actions", |h| {
            role(h, trust().action("s3:GetObject"), vec![]);
        }), @r#"
        error: global/role: AssumeRolePolicyDocument/Statement/0/Action `s3:GetObject` is no action of STS
          rule: a trust policy is about STS's actions only (MalformedPolicyDocument)
          hint: what the role may do goes into `policies` or `managed_policy_arns`; here: `Statement::allow("sts:AssumeRole")`
          see: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
        "#);
    }

    #[test]
    fn a_provider_is_trusted_with_its_own_action() {
        assert_snapshot!(broken("role-trust-fitting", |h| {
            let provider = h.stack.global().add("provider", OidcProvider::builder()
                .url("https://oidc.example.com")
                .client_id_list(["app"])
                .build());
            let principal = Principal::federated(provider.arn());
            role(h, Statement::allow("sts:AssumeRole").principal(principal), vec![]);
        }), @r#"
        error: global/role: AssumeRolePolicyDocument/Statement/0/Action has no sts:AssumeRoleWithWebIdentity, by which ${global/provider.Arn} would get the role
          rule: a service, role or account assumes a role by sts:AssumeRole, a user of an OpenID Connect provider by sts:AssumeRoleWithWebIdentity, one of a SAML provider by sts:AssumeRoleWithSAML
          hint: write `Statement::allow("sts:AssumeRoleWithWebIdentity")` for this principal
          see: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage-assume.html
        "#);
    }

    #[test]
    fn not_everybody_assumes_a_role() {
        assert_snapshot!(broken("role-trust-anyone", |h| {
            role(h, Statement::allow("sts:AssumeRole").principal(Principal::anyone()), vec![]);
        }), @"
        warning: global/role: AssumeRolePolicyDocument/Statement/0/Principal is everybody: whoever has an account of AWS may assume the role
          rule: a trust policy's `*` is every identity of every account
          hint: name the account: `Principal::account(&caller)`, or add a condition on aws:PrincipalOrgID
          see: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
        ");
    }

    #[test]
    fn a_service_is_called_by_its_name() {
        assert_snapshot!(broken("role-trust-services", |h| {
            let tasks = Principal::service("ecs-task.amazonaws.com");
            role(h, Statement::allow("sts:AssumeRole").principal(tasks), vec![]);
        }), @"
        warning: global/role: AssumeRolePolicyDocument/Statement/0/Principal `ecs-task.amazonaws.com` is no service that jeancloud knows
          rule: IAM refuses a principal that is no service of AWS (MalformedPolicyDocument: Invalid principal in policy)
          hint: perhaps ecs-tasks.amazonaws.com is meant
          see: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
        ");
    }
}
