//! A bucket's settings: each has calls of its own, to read and to write it.

use aws_sdk_s3::types::{
    AccelerateConfiguration as SdkAccelerate, BucketAccelerateStatus, BucketLoggingStatus,
    BucketVersioningStatus, LoggingEnabled, ObjectOwnership as SdkOwnership,
    OwnershipControls as SdkOwnershipControls, OwnershipControlsRule,
    PublicAccessBlockConfiguration as SdkAccessBlock, ServerSideEncryption as SdkEncryption,
    ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration, ServerSideEncryptionRule,
    TransitionDefaultMinimumObjectSize, VersioningConfiguration as SdkVersioning,
};
use jeancloud_model::{
    Arn, Input,
    s3::{
        AccelerateConfiguration, AccelerationStatus, BucketEncryption, BucketName,
        CorsConfiguration, EncryptionByDefault, EncryptionRule, LifecycleConfiguration,
        LoggingConfiguration, MinimumSize, ObjectOwnership, OwnershipControls,
        PublicAccessBlockConfiguration, ServerSideEncryption, VersioningConfiguration,
        VersioningStatus, WebsiteConfiguration,
    },
};
use jeancloud_stack::provider::ProviderError;

use super::{
    common::{built, element_of_renamed, if_set, sdk_text, text},
    lifecycle, website,
};
use crate::{Clients, error, handler::Result};

/// A bucket whose settings are read or written.
pub(super) struct Settings<'a> {
    s3: aws_sdk_s3::Client,
    bucket: &'a str,
}

impl<'a> Settings<'a> {
    /// The settings of this bucket.
    pub(super) fn of(aws: &Clients, bucket: &'a str) -> Self {
        Self {
            s3: aws.s3(),
            bucket,
        }
    }

    pub(super) async fn public_access(&self) -> Result<PublicAccessBlockConfiguration> {
        let call = self
            .s3
            .get_public_access_block()
            .bucket(self.bucket)
            .send()
            .await;
        let answer = if_set(call.map_err(error::of("GetPublicAccessBlock")))?;
        // Without a configuration S3 blocks nothing.
        let block = answer
            .as_ref()
            .and_then(|answer| answer.public_access_block_configuration());
        let on = |on: fn(&SdkAccessBlock) -> Option<bool>| block.and_then(on).unwrap_or(false);
        Ok(PublicAccessBlockConfiguration {
            block_public_acls: on(SdkAccessBlock::block_public_acls),
            block_public_policy: on(SdkAccessBlock::block_public_policy),
            ignore_public_acls: on(SdkAccessBlock::ignore_public_acls),
            restrict_public_buckets: on(SdkAccessBlock::restrict_public_buckets),
        })
    }

    pub(super) async fn set_public_access(
        &self,
        block: &PublicAccessBlockConfiguration,
    ) -> Result<()> {
        let block = SdkAccessBlock::builder()
            .block_public_acls(block.block_public_acls)
            .block_public_policy(block.block_public_policy)
            .ignore_public_acls(block.ignore_public_acls)
            .restrict_public_buckets(block.restrict_public_buckets)
            .build();
        let call = self.s3.put_public_access_block().bucket(self.bucket);
        let call = call.public_access_block_configuration(block).send().await;
        call.map(drop).map_err(error::of("PutPublicAccessBlock"))
    }

    pub(super) async fn ownership(&self) -> Result<OwnershipControls> {
        let call = self
            .s3
            .get_bucket_ownership_controls()
            .bucket(self.bucket)
            .send()
            .await;
        let answer = if_set(call.map_err(error::of("GetBucketOwnershipControls")))?;
        let controls = answer
            .as_ref()
            .and_then(|answer| answer.ownership_controls());
        let rule = controls.and_then(|controls| controls.rules().first());
        let ownership =
            rule.and_then(|rule| ObjectOwnership::from_aws(rule.object_ownership().as_str()));
        // Without controls, as buckets were before 2023, who writes an object owns it.
        Ok(OwnershipControls::new(
            ownership.unwrap_or(ObjectOwnership::ObjectWriter),
        ))
    }

    pub(super) async fn set_ownership(&self, controls: &OwnershipControls) -> Result<()> {
        let Some(ownership) = sdk_ownership(controls) else {
            return Ok(());
        };
        let rule = built(
            OwnershipControlsRule::builder()
                .object_ownership(ownership)
                .build(),
        );
        let controls = built(SdkOwnershipControls::builder().rules(rule).build());
        let call = self.s3.put_bucket_ownership_controls().bucket(self.bucket);
        let call = call.ownership_controls(controls).send().await;
        call.map(drop)
            .map_err(error::of("PutBucketOwnershipControls"))
    }

    pub(super) async fn versioning(&self) -> Result<Option<VersioningConfiguration>> {
        let call = self
            .s3
            .get_bucket_versioning()
            .bucket(self.bucket)
            .send()
            .await;
        let status = match call {
            Ok(answer) => answer.status().map(|status| status.as_str().to_owned()),
            Err(error) => match element_of_renamed(&error, "Status") {
                Some(status) => status,
                None => return Err(error::of("GetBucketVersioning")(error)),
            },
        };
        let status = status.as_deref().and_then(VersioningStatus::from_aws);
        Ok(status.map(|status| VersioningConfiguration { status }))
    }

    pub(super) async fn set_versioning(&self, versioning: &VersioningConfiguration) -> Result<()> {
        let status = BucketVersioningStatus::from(versioning.status.as_str());
        let call = self.s3.put_bucket_versioning().bucket(self.bucket);
        let call = call.versioning_configuration(SdkVersioning::builder().status(status).build());
        call.send()
            .await
            .map(drop)
            .map_err(error::of("PutBucketVersioning"))
    }

    pub(super) async fn encryption(&self) -> Result<Option<BucketEncryption>> {
        let call = self
            .s3
            .get_bucket_encryption()
            .bucket(self.bucket)
            .send()
            .await;
        let answer = if_set(call.map_err(error::of("GetBucketEncryption")))?;
        let rules = answer
            .as_ref()
            .and_then(|answer| answer.server_side_encryption_configuration());
        let rules = rules
            .into_iter()
            .flat_map(|rules| rules.rules())
            .filter_map(encryption_rule);
        let rules: Vec<_> = rules.collect();
        Ok((!rules.is_empty()).then_some(BucketEncryption {
            server_side_encryption_configuration: rules,
        }))
    }

    pub(super) async fn set_encryption(&self, encryption: &BucketEncryption) -> Result<()> {
        let rules = encryption.server_side_encryption_configuration.iter();
        let rules = rules.map(sdk_encryption_rule).collect();
        let rules = built(
            ServerSideEncryptionConfiguration::builder()
                .set_rules(Some(rules))
                .build(),
        );
        let call = self.s3.put_bucket_encryption().bucket(self.bucket);
        let call = call
            .server_side_encryption_configuration(rules)
            .send()
            .await;
        call.map(drop).map_err(error::of("PutBucketEncryption"))
    }

    pub(super) async fn lifecycle(&self) -> Result<Option<LifecycleConfiguration>> {
        let call = self
            .s3
            .get_bucket_lifecycle_configuration()
            .bucket(self.bucket)
            .send()
            .await;
        let answer = if_set(call.map_err(error::of("GetBucketLifecycleConfiguration")))?;
        Ok(answer.map(|answer| LifecycleConfiguration {
            rules: answer.rules().iter().map(lifecycle::read).collect(),
            transition_default_minimum_object_size: answer
                .transition_default_minimum_object_size()
                .and_then(|size| MinimumSize::from_aws(size.as_str()))
                .map(Input::Known),
        }))
    }

    pub(super) async fn set_lifecycle(&self, rules: Option<&LifecycleConfiguration>) -> Result<()> {
        let Some(rules) = rules.filter(|rules| !rules.rules.is_empty()) else {
            let call = self
                .s3
                .delete_bucket_lifecycle()
                .bucket(self.bucket)
                .send()
                .await;
            return call.map(drop).map_err(error::of("DeleteBucketLifecycle"));
        };
        let size = rules.transition_default_minimum_object_size.as_ref();
        let size = size.map(|size| TransitionDefaultMinimumObjectSize::from(size.value().as_str()));
        let call = self
            .s3
            .put_bucket_lifecycle_configuration()
            .bucket(self.bucket);
        let call = call
            .lifecycle_configuration(lifecycle::to_sdk(rules))
            .set_transition_default_minimum_object_size(size);
        call.send()
            .await
            .map(drop)
            .map_err(error::of("PutBucketLifecycleConfiguration"))
    }

    pub(super) async fn cors(&self) -> Result<Option<CorsConfiguration>> {
        let call = self.s3.get_bucket_cors().bucket(self.bucket).send().await;
        let answer = if_set(call.map_err(error::of("GetBucketCors")))?;
        Ok(answer.map(|answer| website::read_cors(answer.cors_rules())))
    }

    pub(super) async fn set_cors(&self, cors: Option<&CorsConfiguration>) -> Result<()> {
        let Some(cors) = cors.filter(|cors| !cors.cors_rules.is_empty()) else {
            let call = self
                .s3
                .delete_bucket_cors()
                .bucket(self.bucket)
                .send()
                .await;
            return call.map(drop).map_err(error::of("DeleteBucketCors"));
        };
        let call = self.s3.put_bucket_cors().bucket(self.bucket);
        let call = call
            .cors_configuration(website::cors_to_sdk(cors))
            .send()
            .await;
        call.map(drop).map_err(error::of("PutBucketCors"))
    }

    pub(super) async fn website(&self) -> Result<Option<WebsiteConfiguration>> {
        let call = self
            .s3
            .get_bucket_website()
            .bucket(self.bucket)
            .send()
            .await;
        let answer = if_set(call.map_err(error::of("GetBucketWebsite")))?;
        Ok(answer.as_ref().and_then(website::read))
    }

    pub(super) async fn set_website(&self, site: Option<&WebsiteConfiguration>) -> Result<()> {
        let Some(site) = site else {
            let call = self
                .s3
                .delete_bucket_website()
                .bucket(self.bucket)
                .send()
                .await;
            return call.map(drop).map_err(error::of("DeleteBucketWebsite"));
        };
        let call = self.s3.put_bucket_website().bucket(self.bucket);
        let call = call
            .website_configuration(website::to_sdk(site))
            .send()
            .await;
        call.map(drop).map_err(error::of("PutBucketWebsite"))
    }

    pub(super) async fn logging(&self) -> Result<Option<LoggingConfiguration>> {
        let call = self
            .s3
            .get_bucket_logging()
            .bucket(self.bucket)
            .send()
            .await;
        let answer = call.map_err(error::of("GetBucketLogging"))?;
        Ok(answer
            .logging_enabled()
            .map(|logging| LoggingConfiguration {
                destination_bucket_name: Some(Input::Known(BucketName::new(
                    logging.target_bucket().to_owned(),
                ))),
                log_file_prefix: text(Some(logging.target_prefix())),
            }))
    }

    /// Without a configuration, S3 takes an empty one for "no logging".
    pub(super) async fn set_logging(&self, logging: Option<&LoggingConfiguration>) -> Result<()> {
        let enabled = logging.map(|logging| {
            let target = logging.destination_bucket_name.as_ref();
            let target = target.map_or(self.bucket, |name| name.value().as_str());
            built(
                LoggingEnabled::builder()
                    .target_bucket(target)
                    .target_prefix(sdk_text(&logging.log_file_prefix).unwrap_or_default())
                    .build(),
            )
        });
        let status = BucketLoggingStatus::builder()
            .set_logging_enabled(enabled)
            .build();
        let call = self.s3.put_bucket_logging().bucket(self.bucket);
        let call = call.bucket_logging_status(status).send().await;
        call.map(drop).map_err(error::of("PutBucketLogging"))
    }

    pub(super) async fn acceleration(&self) -> Result<Option<AccelerateConfiguration>> {
        let call = self.s3.get_bucket_accelerate_configuration();
        let status = match call.bucket(self.bucket).send().await {
            Ok(answer) => answer.status().map(|status| status.as_str().to_owned()),
            Err(error) => match element_of_renamed(&error, "Status") {
                Some(status) => status,
                None => match error::of("GetBucketAccelerateConfiguration")(error) {
                    error if has_no_acceleration(&error) => None,
                    error => return Err(error),
                },
            },
        };
        let status = status.as_deref().and_then(AccelerationStatus::from_aws);
        Ok(status.map(|acceleration_status| AccelerateConfiguration {
            acceleration_status,
        }))
    }

    pub(super) async fn set_acceleration(
        &self,
        acceleration: &AccelerateConfiguration,
    ) -> Result<()> {
        let status = BucketAccelerateStatus::from(acceleration.acceleration_status.as_str());
        let configuration = SdkAccelerate::builder().status(status).build();
        let call = self
            .s3
            .put_bucket_accelerate_configuration()
            .bucket(self.bucket);
        let call = call.accelerate_configuration(configuration).send().await;
        call.map(drop)
            .map_err(error::of("PutBucketAccelerateConfiguration"))
    }
}

/// The ownership, as `CreateBucket` takes it.
pub(super) fn sdk_ownership(controls: &OwnershipControls) -> Option<SdkOwnership> {
    controls
        .ownership()
        .map(|ownership| SdkOwnership::from(ownership.as_str()))
}

/// Some regions don't know acceleration at all and say so with one of these.
fn has_no_acceleration(error: &ProviderError) -> bool {
    matches!(
        error.code.as_deref(),
        Some(
            "MethodNotAllowed" | "UnsupportedArgument" | "UnsupportedOperation" | "NotImplemented"
        )
    )
}

fn encryption_rule(rule: &ServerSideEncryptionRule) -> Option<EncryptionRule> {
    let by_default = rule.apply_server_side_encryption_by_default()?;
    Some(EncryptionRule {
        bucket_key_enabled: rule.bucket_key_enabled().map(Input::Known),
        server_side_encryption_by_default: EncryptionByDefault {
            sse_algorithm: ServerSideEncryption::from_aws(by_default.sse_algorithm().as_str())?,
            kms_master_key_id: by_default
                .kms_master_key_id()
                .map(|key| Input::Known(Arn::new(key.to_owned()))),
        },
    })
}

fn sdk_encryption_rule(rule: &EncryptionRule) -> ServerSideEncryptionRule {
    let by_default = &rule.server_side_encryption_by_default;
    let key = by_default
        .kms_master_key_id
        .as_ref()
        .map(|key| key.value().to_string());
    let by_default = ServerSideEncryptionByDefault::builder()
        .sse_algorithm(SdkEncryption::from(by_default.sse_algorithm.as_str()))
        .set_kms_master_key_id(key);
    ServerSideEncryptionRule::builder()
        .apply_server_side_encryption_by_default(built(by_default.build()))
        .set_bucket_key_enabled(rule.bucket_key_enabled.as_ref().map(|on| *on.value()))
        .build()
}
