//! [`Clients`]: the SDK clients of one region, made when first asked for.

use std::sync::{Arc, OnceLock};

use aws_config::SdkConfig;
use aws_smithy_types::retry::RetryConfig;
use jeancloud_model::Region;
use jeancloud_stack::provider::Account;

/// The SDK clients of one region.
///
/// Each service has two: `ec2()` repeats what failed on the way, as the SDK does; `ec2_once()`
/// calls once. Creating calls that take no client token go through the latter: whether a lost call
/// took effect is found out by looking, not by calling again.
#[derive(Debug)]
pub struct Clients {
    region: Region,
    config: SdkConfig,
    account: Arc<Account>,
    slots: Slots,
}

macro_rules! clients {
    ($($(#[$doc:meta])* $service:ident $once:ident: $sdk:ident,)*) => {
        #[derive(Debug, Default)]
        struct Slots { $($service: OnceLock<$sdk::Client>, $once: OnceLock<$sdk::Client>,)* }

        impl Clients {
            $(
                $(#[$doc])*
                pub fn $service(&self) -> &$sdk::Client {
                    self.slots.$service.get_or_init(|| $sdk::Client::new(&self.config))
                }

                /// The same, without the SDK's own retries: for creating calls without a token.
                pub fn $once(&self) -> &$sdk::Client {
                    self.slots.$once.get_or_init(|| $sdk::Client::new(&once(&self.config)))
                }
            )*
        }
    };
}

clients! {
    /// AWS Certificate Manager.
    acm acm_once: aws_sdk_acm,
    /// Application Auto Scaling.
    auto_scaling auto_scaling_once: aws_sdk_applicationautoscaling,
    /// Amazon CloudFront.
    cloud_front cloud_front_once: aws_sdk_cloudfront,
    /// Amazon EC2.
    ec2 ec2_once: aws_sdk_ec2,
    /// Amazon ECR.
    ecr ecr_once: aws_sdk_ecr,
    /// Amazon ECS.
    ecs ecs_once: aws_sdk_ecs,
    /// Elastic Load Balancing.
    elb elb_once: aws_sdk_elasticloadbalancingv2,
    /// IAM.
    iam iam_once: aws_sdk_iam,
    /// AWS KMS.
    kms kms_once: aws_sdk_kms,
    /// CloudWatch Logs.
    logs logs_once: aws_sdk_cloudwatchlogs,
    /// Amazon RDS.
    rds rds_once: aws_sdk_rds,
    /// Amazon Route 53.
    route53 route53_once: aws_sdk_route53,
    /// AWS Secrets Manager.
    secrets_manager secrets_manager_once: aws_sdk_secretsmanager,
    /// AWS STS.
    sts sts_once: aws_sdk_sts,
}

impl Clients {
    pub(crate) fn new(region: Region, config: &SdkConfig, account: Arc<Account>) -> Self {
        let config = config
            .to_builder()
            .region(aws_config::Region::from_static(region.endpoint_region()))
            .build();
        Self {
            region,
            config,
            account,
            slots: Slots::default(),
        }
    }

    /// The region.
    pub fn region(&self) -> Region {
        self.region
    }

    /// The account's twelve digits, for ARNs.
    pub fn account(&self) -> &str {
        &self.account.id
    }

    /// The partition, for ARNs: `aws`, `aws-cn` or `aws-us-gov`.
    pub fn partition(&self) -> &str {
        &self.account.partition
    }

    /// The ARN of something of this region and account: `aws.arn("logs", "log-group:x")`.
    pub fn arn(&self, service: &str, resource: &str) -> String {
        format!(
            "arn:{}:{service}:{}:{}:{resource}",
            self.partition(),
            self.region,
            self.account()
        )
    }

    /// The clients of another region: for what one resource has in two.
    pub fn in_region(&self, region: Region) -> Clients {
        Self::new(region, &self.config, self.account.clone())
    }

    /// Amazon S3. An endpoint that is not AWS's is asked by path: no name stands for its buckets.
    pub fn s3(&self) -> aws_sdk_s3::Client {
        let mut config = aws_sdk_s3::config::Builder::from(&self.config);
        config.set_force_path_style(Some(self.account.endpoint.is_some()));
        aws_sdk_s3::Client::from_conf(config.build())
    }
}

fn once(config: &SdkConfig) -> SdkConfig {
    config
        .to_builder()
        .retry_config(RetryConfig::disabled())
        .build()
}
