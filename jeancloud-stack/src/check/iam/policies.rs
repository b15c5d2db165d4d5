//! Rules for what stands in policies, wherever they are.

use jeancloud_model::{
    Text,
    iam::{Effect, PrincipalKind},
};

use super::{
    super::{Report, Rule},
    actions::{is_service, matches, nearest, nearest_service, of_service},
    documents::each,
};
use crate::View;

const REFERENCE: &str = "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html";
const KEYS: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html";
const OPERATORS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html";
const PRINCIPAL: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html";
const ARNS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html";
const NOT_PRINCIPAL: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html";

pub(super) const ACTIONS: Rule = Rule {
    name: "policy-actions",
    check: actions_are_known,
};
pub(super) const CONDITION_KEYS: Rule = Rule {
    name: "policy-condition-keys",
    check: global_keys_are_known,
};
pub(super) const LITERALS: Rule = Rule {
    name: "policy-literals",
    check: stars_stand_where_they_count,
};
pub(super) const PRINCIPALS: Rule = Rule {
    name: "policy-principals",
    check: principals_are_identities,
};
pub(super) const RESOURCES: Rule = Rule {
    name: "policy-resources",
    check: arns_have_the_regions_that_they_have,
};
pub(super) const EXCLUDED: Rule = Rule {
    name: "policy-not-principal",
    check: nobody_is_allowed_by_being_left_out,
};

fn actions_are_known(view: &View, report: &mut Report) {
    each(view, |declaration, path, statement| {
        for action in statement.actions().iter().filter_map(Text::as_known) {
            let lower = action.to_ascii_lowercase();
            let Some((service, name)) = lower.split_once(':') else {
                continue;
            };
            let (wrong, better) = if !is_service(service) {
                let better = nearest_service(service).map(|service| format!("{service}:{name}"));
                (
                    format!("names {action}, and no service has the prefix {service}"),
                    better,
                )
            } else {
                let known = || of_service(service);
                if known().is_none_or(|mut known| known.any(|known| matches(name, known))) {
                    continue;
                }
                let better = nearest(name, known().into_iter().flatten());
                let better = better.map(|name| format!("{service}:{name}"));
                (
                    format!("names {action}, which fits no action of {service}"),
                    better,
                )
            };
            let hint = match better {
                Some(better) => format!("perhaps {better} is meant; case does not count"),
                None => "look it up in the Service Authorization Reference".to_owned(),
            };
            report
                .warning(declaration, format!("{path}/Action"), wrong)
                .rule("IAM takes an action that no service has, and it allows nothing; S3 refuses it (MalformedPolicy)")
                .hint(hint)
                .document(REFERENCE);
        }
    });
}

/// The keys of every request, "AWS global condition context keys", in lower case.
const GLOBAL_KEYS: &str = "assumedroot calledvia calledviafirst calledvialast calledviaawsmcp \
    chatbotsourcearn currenttime ec2instancesourceprivateipv4 ec2instancesourcevpc epochtime \
    federatedprovider ismcpserviceaction multifactorauthage multifactorauthpresent principalaccount \
    principalarn principalisawsservice principalorgid principalorgpaths principalservicename \
    principalservicenameslist principaltype referer requestedregion resourceaccount resourceorgid \
    resourceorgpaths securetransport signinsessionarn sourceaccount sourcearn sourceidentity \
    sourceip sourceorgid sourceorgpaths sourceowner sourcevpc sourcevpcarn sourcevpce tagkeys \
    tokenissuetime useragent userid username viaawsmcpservice viaawsservice vpceaccount vpceorgid \
    vpceorgpaths vpcsourceip";

fn global_keys_are_known(view: &View, report: &mut Report) {
    each(view, |declaration, path, statement| {
        for key in statement.condition_keys() {
            let lower = key.to_ascii_lowercase();
            let Some(name) = lower.strip_prefix("aws:") else {
                continue;
            };
            let tagged = ["principaltag/", "requesttag/", "resourcetag/"];
            let known = || GLOBAL_KEYS.split_whitespace();
            if known().any(|known| known == name) || tagged.iter().any(|tag| name.starts_with(tag))
            {
                continue;
            }
            let hint = match nearest(name, known()) {
                Some(better) => format!("perhaps aws:{better} is meant; case does not count"),
                None => "a service's own keys begin with its prefix, as s3:prefix".to_owned(),
            };
            report
                .warning(
                    declaration,
                    format!("{path}/Condition"),
                    format!("looks at {key}, which no request has"),
                )
                .rule("AWS documents the keys that begin with aws:; a condition on another one never holds, and S3 refuses it (MalformedPolicy)")
                .hint(hint)
                .document(KEYS);
        }
    });
}

fn stars_stand_where_they_count(view: &View, report: &mut Report) {
    each(view, |declaration, path, statement| {
        for (operator, key, values) in statement.conditions() {
            let plain = operator.contains("StringEquals") || operator.contains("StringNotEquals");
            let star = values
                .iter()
                .map(Text::pattern)
                .find(|value| value.contains('*'));
            let Some(value) = star.filter(|_| plain) else {
                continue;
            };
            let method = match operator.contains("Not") {
                true => "string_not_like",
                false => "string_like",
            };
            report
                .warning(
                    declaration,
                    format!("{path}/Condition"),
                    format!("compares {key} with `{value}` by {operator}: the * stands for itself"),
                )
                .rule("StringEquals compares letter by letter; * and ? stand for others with StringLike and with the Arn operators")
                .hint(format!("write `Condition::{method}(\"{key}\", …)`"))
                .document(OPERATORS);
        }
    });
}

fn principals_are_identities(view: &View, report: &mut Report) {
    each(view, |declaration, path, statement| {
        for (kind, name) in statement.principals() {
            let alone = name.pattern().starts_with("${") && name.references().count() == 1;
            let Some(reference) = name.references().next().filter(|_| alone) else {
                continue;
            };
            if !name.pattern().ends_with(&format!("{}}}", reference.output)) {
                continue;
            }
            let Some(named) = view.get(reference.address) else {
                continue;
            };
            let fits = match kind {
                PrincipalKind::Aws => matches!(
                    (named.type_name, reference.output),
                    ("AWS::IAM::Role", "Arn" | "RoleId") | ("Lookup::STS::CallerIdentity", _)
                ),
                PrincipalKind::Federated => {
                    (named.type_name, reference.output) == ("AWS::IAM::OIDCProvider", "Arn")
                }
                PrincipalKind::Service | PrincipalKind::CanonicalUser => false,
            };
            if !fits {
                report
                    .error(
                        declaration,
                        format!("{path}/Principal"),
                        format!("is {}.{}, of the type {}", reference.address, reference.output, named.type_name),
                    )
                    .rule("a principal is an account, a role, a user, a session, a service of AWS or an identity provider (MalformedPolicyDocument: Invalid principal in policy)")
                    .hint("name a role by `role.arn()`, an identity provider by `Principal::federated(provider.arn())`; a resource that acts does so as its service: `Principal::service(…)` with a condition on aws:SourceArn")
                    .document(PRINCIPAL);
            }
        }
    });
}

fn arns_have_the_regions_that_they_have(view: &View, report: &mut Report) {
    // What of S3 lives in a region: everything but buckets and their objects.
    const OF_A_REGION: [&str; 6] = [
        "accesspoint",
        "access-grants",
        "async-request",
        "job",
        "storage-lens",
        "storage-lens-group",
    ];
    each(view, |declaration, path, statement| {
        for resource in statement.resources().iter().filter_map(Text::as_known) {
            let parts: Vec<&str> = resource.splitn(6, ':').collect();
            let [_, _, service, region, account, name] = parts[..] else {
                continue;
            };
            let head = name.split(['/', ':']).next().unwrap_or_default();
            let (wrong, form) = match service {
                "s3" if OF_A_REGION.contains(&head) || region == "*" => continue,
                "s3" if !region.is_empty() || !account.is_empty() => (
                    "has a region or an account, and a bucket's ARN has neither",
                    format!("arn:aws:s3:::{name}"),
                ),
                "iam" | "cloudfront" | "route53" if !region.is_empty() && region != "*" => (
                    "has a region, and this service has none",
                    format!("arn:aws:{service}::{account}:{name}"),
                ),
                _ => continue,
            };
            report
                .warning(
                    declaration,
                    format!("{path}/Resource"),
                    format!("`{resource}` {wrong}: it names nothing"),
                )
                .rule("the ARNs of buckets, of IAM, of CloudFront and of Route 53 leave the region out")
                .hint(format!("write {form}"))
                .document(ARNS);
        }
    });
}

fn nobody_is_allowed_by_being_left_out(view: &View, report: &mut Report) {
    each(view, |declaration, path, statement| {
        let excluded = statement.excluded_principals().next().is_some();
        if excluded
            && statement.effect() == Effect::Allow
            && statement.conditions().next().is_none()
        {
            report
                .warning(
                    declaration,
                    format!("{path}/NotPrincipal"),
                    "stands in a statement that allows: everybody else of all accounts may, signed in or not",
                )
                .rule("NotPrincipal is for statements that deny")
                .hint("name whom you mean with `.principal(…)`")
                .document(NOT_PRINCIPAL);
        }
    });
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        iam::{Condition, Principal, Statement},
        s3::Bucket,
        text,
    };

    use super::super::testing::{may, role, trust};
    use crate::check::testing::{broken, healthy};

    #[test]
    fn usual_policies_are_healthy() {
        healthy(|h| {
            let bucket = h.scope.add("bucket", Bucket::builder().build());
            let read =
                Statement::allow(["s3:Get*", "S3:ListBucket", "secretsmanager:GetSecretValue"])
                    .on(bucket.arn())
                    .on(text!("{}/*", bucket.arn()))
                    .when(Condition::string_like("aws:PrincipalTag/team", "a*"))
                    .when(Condition::ip_address("aws:SourceIp", ["203.0.113.0/24"]));
            may(h, read);
        });
    }

    #[test]
    fn an_action_is_of_a_service() {
        assert_snapshot!(broken("policy-actions", |h| {
            may(h, Statement::allow("secretmanager:GetSecretValue").on("*"));
        }), @"
        warning: global/role: Policies/0/PolicyDocument/Statement/0/Action names secretmanager:GetSecretValue, and no service has the prefix secretmanager
          rule: IAM takes an action that no service has, and it allows nothing; S3 refuses it (MalformedPolicy)
          hint: perhaps secretsmanager:getsecretvalue is meant; case does not count
          see: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
        ");
        assert_snapshot!(broken("policy-actions", |h| {
            may(h, Statement::allow("s3:GetObjects").on("*"));
        }), @"
        warning: global/role: Policies/0/PolicyDocument/Statement/0/Action names s3:GetObjects, which fits no action of s3
          rule: IAM takes an action that no service has, and it allows nothing; S3 refuses it (MalformedPolicy)
          hint: perhaps s3:getobject is meant; case does not count
          see: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
        ");
    }

    #[test]
    fn a_global_key_is_one_that_requests_have() {
        assert_snapshot!(broken("policy-condition-keys", |h| {
            let source = Condition::arn_like("aws:SourceArns", "arn:aws:s3:::a");
            may(h, Statement::allow("s3:GetObject").on("*").when(source));
        }), @"
        warning: global/role: Policies/0/PolicyDocument/Statement/0/Condition looks at aws:SourceArns, which no request has
          rule: AWS documents the keys that begin with aws:; a condition on another one never holds, and S3 refuses it (MalformedPolicy)
          hint: perhaps aws:sourcearn is meant; case does not count
          see: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
        ");
    }

    #[test]
    fn a_star_stands_for_others_with_like() {
        assert_snapshot!(broken("policy-literals", |h| {
            let prefix = Condition::string_equals("s3:prefix", "home/*");
            may(h, Statement::allow("s3:ListBucket").on("*").when(prefix));
        }), @r#"
        warning: global/role: Policies/0/PolicyDocument/Statement/0/Condition compares s3:prefix with `home/*` by StringEquals: the * stands for itself
          rule: StringEquals compares letter by letter; * and ? stand for others with StringLike and with the Arn operators
          hint: write `Condition::string_like("s3:prefix", …)`
          see: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
        "#);
    }

    #[test]
    fn a_bucket_is_no_principal() {
        assert_snapshot!(broken("policy-principals", |h| {
            let bucket = h.scope.add("bucket", Bucket::builder().build());
            let principal = Principal::aws(bucket.arn());
            role(h, Statement::allow("sts:AssumeRole").principal(principal), vec![]);
        }), @"
        error: global/role: AssumeRolePolicyDocument/Statement/0/Principal is main/bucket.Arn, of the type AWS::S3::Bucket
          rule: a principal is an account, a role, a user, a session, a service of AWS or an identity provider (MalformedPolicyDocument: Invalid principal in policy)
          hint: name a role by `role.arn()`, an identity provider by `Principal::federated(provider.arn())`; a resource that acts does so as its service: `Principal::service(…)` with a condition on aws:SourceArn
          see: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
        ");
    }

    #[test]
    fn a_buckets_arn_has_no_region() {
        assert_snapshot!(broken("policy-resources", |h| {
            let bucket = "arn:aws:s3:eu-west-3:123456789012:frontend/*";
            may(h, Statement::allow("s3:GetObject").on(bucket));
        }), @"
        warning: global/role: Policies/0/PolicyDocument/Statement/0/Resource `arn:aws:s3:eu-west-3:123456789012:frontend/*` has a region or an account, and a bucket's ARN has neither: it names nothing
          rule: the ARNs of buckets, of IAM, of CloudFront and of Route 53 leave the region out
          hint: write arn:aws:s3:::frontend/*
          see: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
        ");
    }

    #[test]
    fn who_is_left_out_is_denied() {
        assert_snapshot!(broken("policy-not-principal", |h| {
            let everybody_else = Statement::allow("sts:AssumeRole")
                .all_principals_but(Principal::aws("123456789012"));
            role(h, [trust(), everybody_else], vec![]);
        }), @"
        warning: global/role: AssumeRolePolicyDocument/Statement/1/NotPrincipal stands in a statement that allows: everybody else of all accounts may, signed in or not
          rule: NotPrincipal is for statements that deny
          hint: name whom you mean with `.principal(…)`
          see: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
        ");
    }
}
