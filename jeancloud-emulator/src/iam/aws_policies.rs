//! Policies that AWS keeps in every account, with the documents of some that stacks use.

use serde_json::{Value, json};

/// Path and name, and document.
/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html>
const DOCUMENTS: [(&str, &str); 5] = [
    (
        "/AdministratorAccess",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
    ),
    (
        "/AmazonS3FullAccess",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*","s3-object-lambda:*"],"Resource":"*"}]}"#,
    ),
    (
        "/CloudWatchLogsFullAccess",
        r#"{"Version":"2012-10-17","Statement":[{"Sid":"CloudWatchLogsFullAccess","Effect":"Allow","Action":["logs:*","cloudwatch:GenerateQuery","cloudwatch:GenerateQueryResultsSummary"],"Resource":"*"}]}"#,
    ),
    (
        "/service-role/AWSLambdaBasicExecutionRole",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["logs:CreateLogGroup","logs:CreateLogStream","logs:PutLogEvents"],"Resource":"*"}]}"#,
    ),
    (
        "/service-role/AmazonECSTaskExecutionRolePolicy",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ecr:GetAuthorizationToken","ecr:BatchCheckLayerAvailability","ecr:GetDownloadUrlForLayer","ecr:BatchGetImage","logs:CreateLogStream","logs:PutLogEvents"],"Resource":"*"}]}"#,
    ),
];

/// 2015-02-06T18:40:58Z, when AWS made the first of them.
pub(super) const CREATED: i64 = 1_423_248_058;

/// Whether an ARN is of a policy of AWS's own.
pub(super) fn is_one(arn: &str) -> bool {
    path_and_name(arn).is_some_and(|it| it.len() > 1)
}

/// The ARNs of those whose documents are known.
pub(super) fn arns() -> impl Iterator<Item = String> {
    DOCUMENTS
        .iter()
        .map(|(name, _)| format!("arn:aws:iam::aws:policy{name}"))
}

/// The document, where it is known.
pub(super) fn document(arn: &str) -> Option<&'static str> {
    let name = path_and_name(arn)?;
    let found = DOCUMENTS.iter().find(|(known, _)| *known == name);
    found.map(|(_, document)| *document)
}

/// A policy as GetPolicy shows it, without its use.
pub(super) fn view(arn: &str) -> Option<Value> {
    let (path, name) = path_and_name(arn)?.rsplit_once('/')?;
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let id = crate::world::Draw::new(0, ["aws-policy", name]).text(letters, 17);
    Some(json!({
        "Arn": arn,
        "CreateDate": CREATED,
        "DefaultVersionId": "v1",
        "IsAttachable": true,
        "Path": format!("{path}/"),
        "PolicyId": format!("ANPA{id}"),
        "PolicyName": name,
        "UpdateDate": CREATED,
    }))
}

fn path_and_name(arn: &str) -> Option<&str> {
    let (partition, rest) = arn.strip_prefix("arn:")?.split_once(':')?;
    let known = ["aws", "aws-cn", "aws-us-gov"].contains(&partition);
    rest.strip_prefix("iam::aws:policy")
        .filter(|it| known && it.starts_with('/'))
}
