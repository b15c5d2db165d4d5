//! [`Bucket`]: `AWS::S3::Bucket`, where objects are kept.

use crate::{
    Arn, DnsName, Facts, GeneratedName, Tagging, Unique, choice, id_value, outputs, properties,
    resource,
};

use super::{
    BucketEncryption, BucketName, CorsConfiguration, LifecycleConfiguration, WebsiteConfiguration,
};

id_value! {
    /// The URL of a bucket that is served as a web site, as
    /// `http://jeancloud-frontend.s3-website.eu-west-3.amazonaws.com`.
    WebsiteUrl starts "http://",
}

resource! {
    /// Where objects are kept, in a region. Private unless a line says otherwise.
    ///
    /// Follows [`AWS::S3::Bucket`] and S3's [`CreateBucket`]. What nobody writes here, AWS's own
    /// defaults do: objects are encrypted with keys of S3.
    ///
    /// [`AWS::S3::Bucket`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
    /// [`CreateBucket`]: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
    Bucket = "AWS::S3::Bucket", id "BucketName": BucketName,
    facts Facts {
        create_only: &["BucketName"],
        outputs: &["Arn", "DomainName", "DualStackDomainName", "RegionalDomainName", "WebsiteURL"],
        unordered: &[
            "CorsConfiguration/CorsRules/*/AllowedHeaders",
            "CorsConfiguration/CorsRules/*/AllowedMethods",
            "CorsConfiguration/CorsRules/*/AllowedOrigins",
            "CorsConfiguration/CorsRules/*/ExposedHeaders",
            "LifecycleConfiguration/Rules",
            "LifecycleConfiguration/Rules/*/NoncurrentVersionTransitions",
            "LifecycleConfiguration/Rules/*/TagFilters",
            "LifecycleConfiguration/Rules/*/Transitions",
        ],
        write_only: &["jeancloud:EmptyOnDelete"],
        on_delete: &["jeancloud:EmptyOnDelete"],
        defaults: &[
            ("AccelerateConfiguration", r#"{"AccelerationStatus":"Suspended"}"#),
            ("BucketEncryption", r#"{"ServerSideEncryptionConfiguration":[{"ServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}]}"#),
            ("CorsConfiguration", "null"),
            ("LifecycleConfiguration", "null"),
            ("LifecycleConfiguration/TransitionDefaultMinimumObjectSize", r#""all_storage_classes_128K""#),
            ("LoggingConfiguration", "null"),
            ("LoggingConfiguration/DestinationBucketName", "null"),
            ("LoggingConfiguration/LogFilePrefix", r#""""#),
            ("VersioningConfiguration", r#"{"Status":"Suspended"}"#),
            ("WebsiteConfiguration", "null"),
            ("WebsiteConfiguration/ErrorDocument", "null"),
            ("WebsiteConfiguration/IndexDocument", "null"),
            ("WebsiteConfiguration/RedirectAllRequestsTo", "null"),
            ("WebsiteConfiguration/RedirectAllRequestsTo/Protocol", "null"),
            ("WebsiteConfiguration/RoutingRules", "[]"),
            ("jeancloud:EmptyOnDelete", "false"),
        ],
        name: Some(Unique {
            property: "BucketName",
            within: &[],
            generated: Some(GeneratedName { max: 63, lower_case: true }),
        }),
        tagging: Tagging::OnCreate,
        ..Facts::DEFAULT
    };

    /// Its name, unique among all accounts of the partition. [`bucket_name!`](crate::bucket_name!)
    /// checks a literal when compiling. Where it is left out, one is made from stack and address.
    opt bucket_name "BucketName": BucketName,
    /// What stands between its objects and the public. Everything is blocked unless this says
    /// otherwise.
    plain public_access_block_configuration "PublicAccessBlockConfiguration": PublicAccessBlockConfiguration = PublicAccessBlockConfiguration::private(),
    /// Who owns what others put into it, and whether access control lists count. The bucket's
    /// owner owns everything and lists don't count unless this says otherwise.
    plain ownership_controls "OwnershipControls": OwnershipControls = OwnershipControls::enforced(),
    /// Whether older versions of objects are kept. AWS's default: they are not. Once on, it can
    /// only be suspended.
    opt_plain versioning_configuration "VersioningConfiguration": VersioningConfiguration,
    /// With which keys S3 encrypts new objects. AWS's default: keys of S3 itself, `AES256`.
    opt_plain bucket_encryption "BucketEncryption": BucketEncryption,
    /// When objects move to a cheaper storage class and when they go. AWS's default: never.
    opt_plain lifecycle_configuration "LifecycleConfiguration": LifecycleConfiguration,
    /// Which other web sites' pages may read or write its objects from a browser. AWS's default:
    /// none.
    opt_plain cors_configuration "CorsConfiguration": CorsConfiguration,
    /// Whether S3 serves it as a web site over HTTP. AWS's default: no. Behind CloudFront with an
    /// origin access control it is not needed.
    opt_plain website_configuration "WebsiteConfiguration": WebsiteConfiguration,
    /// Where records of the requests made to it go. AWS's default: nowhere.
    opt_plain logging_configuration "LoggingConfiguration": LoggingConfiguration,
    /// Whether uploads may enter AWS at an edge location. AWS's default: no. Not for names with
    /// dots.
    opt_plain accelerate_configuration "AccelerateConfiguration": AccelerateConfiguration,
    /// Whether jeancloud deletes its objects, all versions of them, when it deletes the bucket.
    /// Jeancloud's own. Default: false, and S3 refuses to delete a bucket that is not empty.
    opt empty_on_delete "jeancloud:EmptyOnDelete": bool,
    tags,
}

outputs! { Bucket {
    /// Its name.
    bucket_name "BucketName": BucketName,
    /// Its ARN, as `arn:aws:s3:::jeancloud-frontend`.
    arn "Arn": Arn,
    /// `jeancloud-frontend.s3.amazonaws.com`. Requests may be redirected until DNS knows a new
    /// bucket's region; prefer [`regional_domain_name`](crate::Handle::regional_domain_name).
    domain_name "DomainName": DnsName,
    /// `jeancloud-frontend.s3.eu-west-3.amazonaws.com`: what an origin of CloudFront takes.
    regional_domain_name "RegionalDomainName": DnsName,
    /// `jeancloud-frontend.s3.dualstack.eu-west-3.amazonaws.com`: over IPv4 and IPv6.
    dual_stack_domain_name "DualStackDomainName": DnsName,
    /// `http://jeancloud-frontend.s3-website.eu-west-3.amazonaws.com`: where it is served as a web
    /// site.
    website_url "WebsiteURL": WebsiteUrl,
} }

properties! {
    /// What stands between a bucket's objects and the public: all four are on unless written
    /// otherwise.
    ///
    /// Follows S3's "Blocking public access to your Amazon S3 storage".
    PublicAccessBlockConfiguration;
    /// Whether requests that would make the bucket or an object public by a list are refused.
    plain block_public_acls "BlockPublicAcls": bool = true,
    /// Whether a bucket policy that would make it public is refused.
    plain block_public_policy "BlockPublicPolicy": bool = true,
    /// Whether lists that make it public don't count.
    plain ignore_public_acls "IgnorePublicAcls": bool = true,
    /// Whether, under a public policy, only AWS's services and the bucket's own account get in.
    plain restrict_public_buckets "RestrictPublicBuckets": bool = true,
}

impl PublicAccessBlockConfiguration {
    /// Everything public is blocked.
    pub fn private() -> Self {
        Self::builder().build()
    }

    /// Nothing is blocked: a bucket policy may open it to everybody.
    pub fn open() -> Self {
        Self {
            block_public_acls: false,
            block_public_policy: false,
            ignore_public_acls: false,
            restrict_public_buckets: false,
        }
    }
}

choice! {
    /// Who owns an object, and whether access control lists count.
    ObjectOwnership {
        /// The bucket's owner owns everything; lists don't count. What AWS advises.
        BucketOwnerEnforced = "BucketOwnerEnforced",
        /// The bucket's owner owns what is written with the list `bucket-owner-full-control`.
        BucketOwnerPreferred = "BucketOwnerPreferred",
        /// Who writes an object owns it.
        ObjectWriter = "ObjectWriter",
    }

    /// Whether older versions of objects are kept.
    VersioningStatus {
        /// Every write and delete keeps what was there.
        Enabled = "Enabled",
        /// No new versions are kept; those that exist stay.
        Suspended = "Suspended",
    }

    /// Whether uploads may enter AWS at an edge location.
    AccelerationStatus {
        /// They may.
        Enabled = "Enabled",
        /// They may not.
        Suspended = "Suspended",
    }
}

properties! {
    /// Who owns what others put into a bucket.
    OwnershipControls;
    /// Exactly one rule.
    plain_list rules "Rules": OwnershipRule,
}

properties! {
    /// Who owns an object of a bucket.
    OwnershipRule;
    /// Who owns it, and whether access control lists count.
    plain object_ownership "ObjectOwnership": ObjectOwnership,
}

impl OwnershipControls {
    /// This ownership.
    pub fn new(ownership: ObjectOwnership) -> Self {
        let rule = OwnershipRule {
            object_ownership: ownership,
        };
        Self { rules: vec![rule] }
    }

    /// The bucket's owner owns everything, and access control lists don't count.
    pub fn enforced() -> Self {
        Self::new(ObjectOwnership::BucketOwnerEnforced)
    }

    /// The ownership that it asks for.
    pub fn ownership(&self) -> Option<ObjectOwnership> {
        self.rules.first().map(|rule| rule.object_ownership)
    }
}

properties! {
    /// Whether older versions of objects are kept.
    VersioningConfiguration;
    /// On or suspended. Once on, it can't be switched off again.
    plain status "Status": VersioningStatus,
}

impl VersioningConfiguration {
    /// Every write and delete keeps what was there.
    pub fn enabled() -> Self {
        Self {
            status: VersioningStatus::Enabled,
        }
    }
}

impl From<VersioningStatus> for Option<VersioningConfiguration> {
    fn from(status: VersioningStatus) -> Self {
        Some(VersioningConfiguration { status })
    }
}

properties! {
    /// Whether uploads may enter AWS at an edge location.
    AccelerateConfiguration;
    /// On or off.
    plain acceleration_status "AccelerationStatus": AccelerationStatus,
}

impl From<AccelerationStatus> for Option<AccelerateConfiguration> {
    fn from(acceleration_status: AccelerationStatus) -> Self {
        Some(AccelerateConfiguration {
            acceleration_status,
        })
    }
}

properties! {
    /// Where records of the requests made to a bucket go.
    ///
    /// The other bucket is in the same region and account, is not itself logged into, and its
    /// policy lets `logging.s3.amazonaws.com` write: S3's "Enabling Amazon S3 server access
    /// logging".
    LoggingConfiguration;
    /// The bucket that takes the records. AWS's default: this bucket itself.
    opt destination_bucket_name "DestinationBucketName": BucketName,
    /// What the records' keys begin with. AWS's default: nothing.
    opt_text log_file_prefix "LogFilePrefix",
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_bucket_is_private_where_nobody_says_otherwise() {
        let bucket = Bucket::builder().bucket_name("some-name").build();
        assert_eq!(
            serde_json::to_value(&bucket).unwrap(),
            json!({
                "BucketName": "some-name",
                "PublicAccessBlockConfiguration": {
                    "BlockPublicAcls": true,
                    "BlockPublicPolicy": true,
                    "IgnorePublicAcls": true,
                    "RestrictPublicBuckets": true,
                },
                "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            })
        );
    }

    #[test]
    fn a_bucket_reads_back_what_it_writes() {
        let bucket = Bucket::builder()
            .bucket_name(crate::bucket_name!("some-name"))
            .public_access_block_configuration(PublicAccessBlockConfiguration::open())
            .versioning_configuration(VersioningStatus::Enabled)
            .bucket_encryption(BucketEncryption::kms(Arn::new(
                "arn:aws:kms:eu-west-3:123456789012:key/k",
            )))
            .empty_on_delete(true)
            .tag("Name", "x")
            .build();
        let json = serde_json::to_value(&bucket).unwrap();
        assert_eq!(json["jeancloud:EmptyOnDelete"], true);
        assert_eq!(serde_json::from_value::<Bucket>(json).unwrap(), bucket);
    }
}
