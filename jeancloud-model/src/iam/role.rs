//! [`Role`]: `AWS::IAM::Role`, what a service or person may act as.

use crate::{
    Arn, Bounded, Facts, GeneratedName, Placement, Unique, id_value, outputs, policy_sets,
    properties, resource, text_value,
};

use super::PolicyDocument;

text_value! {
    /// The name of a role: 1 to 64 letters, digits and `_+=,.@-`. Two roles whose names differ only
    /// in case can't both be.
    RoleName {
        rule: "a role's name has 1 to 64 letters, digits and _ + = , . @ -",
        document: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
        check: |text| bad_name(text, 64),
    },
    /// The name of a policy: 1 to 128 letters, digits and `_+=,.@-`.
    PolicyName {
        rule: "a policy's name has 1 to 128 letters, digits and _ + = , . @ -",
        document: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
        check: |text| bad_name(text, 128),
    },
    /// Where a role stands in the account's tree of names, as `/service/`.
    RolePath {
        rule: "a path begins and ends with / and has at most 512 characters, without spaces",
        document: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html",
        check: |text| {
            let good = text.starts_with('/') && text.ends_with('/') && text.len() <= 512
                && text.bytes().all(|b| (0x21..=0x7f).contains(&b));
            (!good).then_some("is no path")
        },
    },
}

id_value! {
    /// The id that AWS gives a role, as `AROAEXAMPLEID`: never given twice, unlike its name.
    RoleId,
}

fn bad_name(text: &str, most: usize) -> Option<&'static str> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"_+=,.@-".contains(&b);
    if text.is_empty() {
        Some("is empty")
    } else if text.len() > most {
        Some("is too long")
    } else {
        (!text.bytes().all(allowed)).then_some("has a character that AWS does not take")
    }
}

properties! {
    /// A policy that is part of a role.
    Policy;
    /// Its name, unique in the role.
    one policy_name "PolicyName": PolicyName,
    /// What it allows, or denies: up to 10,240 characters in all of a role's own policies.
    plain policy_document "PolicyDocument": PolicyDocument,
}

impl Policy {
    /// A policy with this name: `Policy::new("read", Statement::allow("s3:GetObject").on(…))`.
    pub fn new(name: impl Into<PolicyName>, document: impl Into<PolicyDocument>) -> Self {
        Self::builder()
            .policy_name(name.into())
            .policy_document(document)
            .build()
    }
}

/// The ARN of a policy that AWS keeps, as `service-role/AmazonECSTaskExecutionRolePolicy`.
pub fn aws_managed_policy(name: &str) -> Arn {
    Arn::new(format!("arn:aws:iam::aws:policy/{name}"))
}

resource! {
    /// What a service or person may act as, and what that allows.
    ///
    /// Follows [`AWS::IAM::Role`] and IAM's [`CreateRole`]. Its policies are part of it: of both
    /// kinds, those listed are all that it has.
    ///
    /// [`AWS::IAM::Role`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
    /// [`CreateRole`]: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
    Role = "AWS::IAM::Role", id "RoleName": RoleName,
    facts Facts {
        create_only: &["Path", "RoleName"],
        outputs: &["Arn", "RoleId"],
        unordered: policy_sets!(
            "AssumeRolePolicyDocument", "Policies/*/PolicyDocument"; "ManagedPolicyArns", "Policies"
        ),
        defaults: &[
            ("Description", "\"\""),
            ("ManagedPolicyArns", "[]"),
            ("MaxSessionDuration", "3600"),
            ("Path", "\"/\""),
            ("PermissionsBoundary", "null"),
            ("Policies", "[]"),
        ],
        name: Some(Unique {
            property: "RoleName",
            within: &[],
            generated: Some(GeneratedName { max: 64, lower_case: false }),
        }),
        placement: Placement::Global,
        ..Facts::DEFAULT
    };

    /// Its name, unique in the account. Left out, one is generated.
    opt role_name "RoleName": RoleName,
    /// Where it stands in the account's tree of names. AWS's default: `/`.
    opt path "Path": RolePath,
    /// Who may assume it: a statement that allows `sts:AssumeRole` to a principal.
    plain assume_role_policy_document "AssumeRolePolicyDocument": PolicyDocument,
    /// What it is for: up to 1000 characters.
    opt_text description "Description",
    /// The policies of AWS or of the account that it has: at most 10, by AWS's default quota.
    /// See [`aws_managed_policy`].
    opt_list managed_policy_arns "ManagedPolicyArns": Arn,
    /// The policies that are part of it: 10240 characters in all.
    plain_list policies "Policies": Policy,
    /// The policy that bounds what all others may allow.
    opt permissions_boundary "PermissionsBoundary": Arn,
    /// How long a session may last, in seconds: 3600 to 43200. AWS's default: 3600.
    opt max_session_duration "MaxSessionDuration": Bounded<3600, 43_200>,
    tags,
}

outputs! { Role {
    /// Its name.
    role_name "RoleName": RoleName,
    /// Its ARN: what other resources name it by.
    arn "Arn": Arn,
    /// The id that AWS gave it.
    role_id "RoleId": RoleId,
} }

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Checked, Value,
        iam::{Principal, Statement},
    };

    #[test]
    fn names_keep_to_iams_characters_and_lengths() {
        assert!(
            RoleName::new("jeancloud-ecs_execution+role=,.@-")
                .check()
                .is_ok()
        );
        for bad in ["", "a role", "rôle", &"x".repeat(65)] {
            assert!(RoleName::new(bad.to_owned()).check().is_err(), "{bad}");
        }
        assert!(PolicyName::new("x".repeat(65)).check().is_ok());
        assert!(RolePath::new("/service/").check().is_ok());
        assert!(RolePath::new("service/").check().is_err());
    }

    #[test]
    fn faults_inside_a_policy_are_found_with_their_path() {
        let role = Role::builder()
            .assume_role_policy_document(
                Statement::allow("sts:AssumeRole")
                    .principal(Principal::service("ecs-tasks.amazonaws.com")),
            )
            .managed_policy_arns([aws_managed_policy(
                "service-role/AmazonECSTaskExecutionRolePolicy",
            )])
            .policies([Policy::new("read", Statement::allow("GetObject").on("*"))])
            .build();
        let mut paths = Vec::new();
        role.check_values("", &mut |path, _| paths.push(path.to_owned()));
        assert_eq!(paths, ["/Policies/0/PolicyDocument/Statement/0/Action"]);
    }
}
