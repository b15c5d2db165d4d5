//! [`OriginAccessControl`]: `AWS::CloudFront::OriginAccessControl`, how CloudFront signs its
//! requests to an origin.

use crate::{
    Facts, IntoInput, Placement, Tagging, Unique, choice, id_value, outputs, properties, resource,
    text_value,
};

id_value! {
    /// The id of an origin access control, as `E1A2B3C4D5E6F7`.
    OriginAccessControlId,
}

text_value! {
    /// The name of an origin access control: 1 to 64 characters, unique in the account.
    OriginAccessControlName {
        rule: "an origin access control's name has 1 to 64 characters",
        document: "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginAccessControlConfig.html",
        check: |text| match text.chars().count() {
            1..=64 => None,
            0 => Some("is empty"),
            _ => Some("is longer than 64 characters"),
        },
    },
}

choice! {
    /// What kind of origin it is for.
    OriginAccessControlOriginType {
        /// A bucket.
        S3 = "s3",
        /// AWS Elemental MediaStore.
        MediaStore = "mediastore",
        /// AWS Elemental MediaPackage v2.
        MediaPackageV2 = "mediapackagev2",
        /// The URL of a Lambda function.
        Lambda = "lambda",
    }

    /// Which requests CloudFront signs.
    SigningBehavior {
        /// All of them. What AWS advises.
        Always = "always",
        /// None.
        Never = "never",
        /// Those that the viewer did not sign.
        NoOverride = "no-override",
    }

    /// How CloudFront signs.
    SigningProtocol {
        /// AWS Signature Version 4.
        SigV4 = "sigv4",
    }
}

resource! {
    /// How CloudFront signs its requests to an origin, so that a private bucket can let one
    /// distribution in and nobody else.
    ///
    /// Follows [`AWS::CloudFront::OriginAccessControl`] and CloudFront's
    /// [`CreateOriginAccessControl`]. [`s3`](Self::s3) makes the usual one.
    ///
    /// [`AWS::CloudFront::OriginAccessControl`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-originaccesscontrol.html
    /// [`CreateOriginAccessControl`]: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateOriginAccessControl.html
    OriginAccessControl = "AWS::CloudFront::OriginAccessControl", id "Id": OriginAccessControlId,
    facts Facts {
        name: Some(Unique {
            property: "OriginAccessControlConfig/Name",
            within: &[],
            generated: None,
        }),
        defaults: &[("OriginAccessControlConfig/Description", "\"\"")],
        tagging: Tagging::Noted,
        placement: Placement::Global,
        ..Facts::DEFAULT
    };

    /// Its name, and what CloudFront signs for which kind of origin.
    plain origin_access_control_config "OriginAccessControlConfig": OriginAccessControlConfig,
}

outputs! { OriginAccessControl {
    /// Its id.
    origin_access_control_id "Id": OriginAccessControlId,
} }

impl OriginAccessControl {
    /// For buckets: every request is signed.
    pub fn s3(name: impl IntoInput<OriginAccessControlName>) -> Self {
        Self {
            origin_access_control_config: OriginAccessControlConfig::builder()
                .name(name.into_input())
                .build(),
        }
    }
}

properties! {
    /// What an origin access control is. For a bucket, with every request signed, where nothing
    /// else is written.
    OriginAccessControlConfig;
    /// Its name, unique in the account.
    one name "Name": OriginAccessControlName,
    /// What it is for: up to 150 characters, because jeancloud adds a note of ownership and AWS
    /// takes 256.
    opt_text description "Description",
    /// What kind of origin it is for. A bucket unless this says otherwise.
    plain origin_access_control_origin_type "OriginAccessControlOriginType": OriginAccessControlOriginType = OriginAccessControlOriginType::S3,
    /// Which requests CloudFront signs. All of them unless this says otherwise.
    plain signing_behavior "SigningBehavior": SigningBehavior = SigningBehavior::Always,
    /// How it signs: CloudFront knows Signature Version 4 alone.
    plain signing_protocol "SigningProtocol": SigningProtocol = SigningProtocol::SigV4,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_control_for_buckets_signs_everything() {
        assert_eq!(
            serde_json::to_value(OriginAccessControl::s3("frontend")).unwrap(),
            json!({"OriginAccessControlConfig": {
                "Name": "frontend",
                "OriginAccessControlOriginType": "s3",
                "SigningBehavior": "always",
                "SigningProtocol": "sigv4",
            }})
        );
    }
}
