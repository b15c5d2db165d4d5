//! [`BucketPolicy`]: `AWS::S3::BucketPolicy`, who may do what to a bucket and its objects.

use crate::{
    Arn, Facts, Handle, Tagging, Unique,
    cloud_front::Distribution,
    iam::{Condition, PolicyDocument, Principal, Statement},
    id_value, outputs, policy_sets, resource, text,
};

use super::{Bucket, BucketName};

id_value! {
    /// What identifies a bucket policy: the name of its bucket.
    BucketPolicyId,
}

resource! {
    /// Who may do what to a bucket and its objects, beside what IAM allows in its own account.
    ///
    /// Follows [`AWS::S3::BucketPolicy`] and S3's [`PutBucketPolicy`]. A bucket has one policy; up
    /// to 20 KB of JSON.
    ///
    /// [`AWS::S3::BucketPolicy`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucketpolicy.html
    /// [`PutBucketPolicy`]: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
    BucketPolicy = "AWS::S3::BucketPolicy", id "Bucket": BucketPolicyId,
    facts Facts {
        create_only: &["Bucket"],
        name: Some(Unique { property: "Bucket", within: &[], generated: None }),
        unordered: policy_sets!("PolicyDocument"),
        tagging: Tagging::None,
        ..Facts::DEFAULT
    };

    /// The bucket; another one replaces it.
    one bucket "Bucket": BucketName,
    /// The policy: every statement names whom it is about, and the bucket or objects in it.
    plain policy_document "PolicyDocument": PolicyDocument,
}

outputs! { BucketPolicy {
    /// What identifies it: the name of its bucket.
    bucket_policy_id "Bucket": BucketPolicyId,
} }

impl BucketPolicy {
    /// Lets `distribution` read every object of `bucket`, and no other distribution of any account.
    ///
    /// CloudFront's "Restrict access to an Amazon S3 origin". The distribution's origin needs an
    /// origin access control.
    pub fn readable_by(bucket: &Handle<Bucket>, distribution: &Handle<Distribution>) -> Self {
        Self::builder()
            .bucket(bucket)
            .policy_document(readable(bucket.arn(), distribution.arn()))
            .build()
    }
}

fn readable(bucket: crate::Output<Arn>, distribution: crate::Output<Arn>) -> Statement {
    Statement::allow("s3:GetObject")
        .sid("AllowCloudFrontRead")
        .principal(Principal::service("cloudfront.amazonaws.com"))
        .on(text!("{}/*", bucket))
        .when(Condition::string_equals("AWS:SourceArn", distribution))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Address;

    #[test]
    fn a_distribution_reads_objects_and_nothing_else() {
        let bucket = Handle::declared(Address::new("france/frontend"));
        let distribution = Handle::declared(Address::new("global/cdn"));
        let policy = BucketPolicy::readable_by(&bucket, &distribution);
        assert_eq!(
            serde_json::to_value(policy).unwrap(),
            json!({
                "Bucket": {"$output": ["france/frontend", "BucketName"]},
                "PolicyDocument": {"Version": "2012-10-17", "Statement": [{
                    "Sid": "AllowCloudFrontRead",
                    "Effect": "Allow",
                    "Principal": {"Service": ["cloudfront.amazonaws.com"]},
                    "Action": ["s3:GetObject"],
                    "Resource": [{"$text": [{"$output": ["france/frontend", "Arn"]}, "/*"]}],
                    "Condition": {"StringEquals": {"AWS:SourceArn": [{"$output": ["global/cdn", "Arn"]}]}},
                }]},
            })
        );
    }
}
