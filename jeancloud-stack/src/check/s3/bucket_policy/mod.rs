//! Rules for bucket policies, and what a statement of one is about.

mod access;
mod document;
mod statements;

use jeancloud_model::{
    Address, Input, Text,
    iam::Statement,
    s3::{Bucket, BucketName, BucketPolicy},
};

use super::super::Rule;
use crate::{Declared, View};

const PUT_BUCKET_POLICY: &str =
    "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html";

pub(in crate::check) const RULES: &[&Rule] = &[
    &document::DOCUMENT,
    &document::ONCE,
    &document::SIZE,
    &statements::ACTIONS,
    &statements::RESOURCES,
    &access::PUBLIC,
    &access::VOID,
    &access::LOCKOUT,
];

pub(super) fn each_statement<'v>(
    view: &'v View,
    mut visit: impl FnMut(Declared<'v, BucketPolicy>, String, &'v Statement),
) {
    for policy in view.all::<BucketPolicy>() {
        for (index, statement) in policy
            .resource
            .policy_document
            .statements()
            .iter()
            .enumerate()
        {
            visit(
                policy,
                format!("PolicyDocument/Statement/{index}"),
                statement,
            );
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Bucket,
    Objects,
}

/// What a resource of a statement is, where it shows.
pub(super) fn kind_of(resource: &Text) -> Option<Kind> {
    let pattern = resource.pattern();
    // `${main/bucket.Arn}/*`, or `arn:aws:s3:::name/*`.
    let after = match pattern.rsplit_once('}') {
        Some((_, after)) => after,
        None => pattern.split_once(":::")?.1,
    };
    match after.contains('/') {
        true => Some(Kind::Objects),
        false if after.contains('*') => None,
        false => Some(Kind::Bucket),
    }
}

pub(super) enum Named<'t> {
    Declared(Address),
    Name(&'t str),
}

pub(super) struct Own<'v> {
    pub(super) address: Option<Address>,
    pub(super) name: Option<&'v str>,
}

pub(super) fn bucket_of<'v>(view: &'v View, policy: &Declared<'v, BucketPolicy>) -> Own<'v> {
    let bucket = view.target::<Bucket>(&policy.resource.bucket);
    let name = match &policy.resource.bucket {
        Input::Known(name) => Some(name),
        Input::Output(_) => bucket.and_then(|bucket| bucket.resource.bucket_name.as_ref()?.known()),
    };
    Own {
        address: bucket.map(|bucket| bucket.address()),
        name: name.map(BucketName::as_str),
    }
}

pub(super) fn is_bucket(view: &View, address: Address) -> bool {
    let declaration = view.get(address);
    declaration.is_some_and(|declaration| declaration.resource::<Bucket>().is_some())
}

pub(super) fn named(resource: &Text) -> Option<Named<'_>> {
    if let Some(known) = resource.as_known() {
        let name = known.split_once(":::")?.1.split('/').next()?;
        return (!name.contains(['*', '?'])).then_some(Named::Name(name));
    }
    let first = resource.references().next()?;
    (first.output == "Arn").then_some(Named::Declared(first.address))
}

#[cfg(test)]
mod testing {
    use jeancloud_model::{
        Handle, bucket_name,
        iam::{PolicyDocument, Principal, Statement},
        s3::{Bucket, BucketPolicy},
    };

    use crate::check::testing::Healthy;

    pub(in crate::check::s3) fn bucket(h: &Healthy<'_>) -> Handle<Bucket> {
        h.scope.add(
            "bucket",
            Bucket::builder()
                .bucket_name(bucket_name!("frontend-1"))
                .build(),
        )
    }

    pub(in crate::check::s3) fn add(
        h: &Healthy<'_>,
        name: &str,
        bucket: &Handle<Bucket>,
        document: impl Into<PolicyDocument>,
    ) {
        h.scope.add(
            name,
            BucketPolicy::builder()
                .bucket(bucket)
                .policy_document(document)
                .build(),
        );
    }

    pub(in crate::check::s3) fn reader() -> Statement {
        Statement::allow("s3:GetObject").principal(Principal::service("cloudfront.amazonaws.com"))
    }
}
