//! [`BucketEncryption`]: with which keys S3 encrypts new objects.

use crate::{Arn, IntoInput, choice, properties};

choice! {
    /// How S3 encrypts an object.
    ServerSideEncryption {
        /// With keys of S3: SSE-S3.
        Aes256 = "AES256",
        /// With a key of KMS: SSE-KMS.
        Kms = "aws:kms",
        /// Twice, with a key of KMS: DSSE-KMS.
        KmsDsse = "aws:kms:dsse",
    }
}

properties! {
    /// With which keys S3 encrypts new objects. [`kms`](Self::kms) and [`sse_s3`](Self::sse_s3)
    /// make the usual ones.
    BucketEncryption;
    /// Exactly one rule.
    plain_list server_side_encryption_configuration "ServerSideEncryptionConfiguration": EncryptionRule,
}

properties! {
    /// How S3 encrypts what is written without saying how.
    EncryptionRule;
    /// Whether S3 keeps a key of the bucket's own, so that KMS is asked seldom and costs less.
    /// For KMS only. AWS's default: false.
    opt bucket_key_enabled "BucketKeyEnabled": bool,
    /// The algorithm and key for objects whose request names none.
    plain server_side_encryption_by_default "ServerSideEncryptionByDefault": EncryptionByDefault,
}

properties! {
    /// An algorithm and its key.
    EncryptionByDefault;
    /// The algorithm: keys of S3, or a key of KMS.
    plain sse_algorithm "SSEAlgorithm": ServerSideEncryption,
    /// The key, for KMS only, by its ARN. AWS's default: its own key `aws/s3`.
    opt kms_master_key_id "KMSMasterKeyID": Arn,
}

impl BucketEncryption {
    /// Keys of S3 itself: what AWS does where nothing is written.
    pub fn sse_s3() -> Self {
        let by_default = EncryptionByDefault::builder()
            .sse_algorithm(ServerSideEncryption::Aes256)
            .build();
        Self::new(
            EncryptionRule::builder()
                .server_side_encryption_by_default(by_default)
                .build(),
        )
    }

    /// This key of KMS, by its ARN (`key.arn()`), with a bucket key.
    pub fn kms(key: impl IntoInput<Arn>) -> Self {
        let by_default = EncryptionByDefault::builder()
            .sse_algorithm(ServerSideEncryption::Kms)
            .kms_master_key_id(key.into_input())
            .build();
        let rule = EncryptionRule::builder()
            .server_side_encryption_by_default(by_default)
            .bucket_key_enabled(true)
            .build();
        Self::new(rule)
    }

    /// This rule.
    pub fn new(rule: EncryptionRule) -> Self {
        Self {
            server_side_encryption_configuration: vec![rule],
        }
    }
}
