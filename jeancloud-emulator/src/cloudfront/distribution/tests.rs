//! CloudFront's rules for distributions.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{Emulator, Request, testing::Aws};

const OPTIMIZED: &str = "658327ea-f89d-4fab-a63d-7e88639e58f6";

fn config(reference: &str) -> Value {
    json!({
        "CallerReference": reference,
        "Comment": "",
        "Enabled": true,
        "Origins": {"Quantity": 1, "Items": [{
            "Id": "one",
            "DomainName": "one.s3.eu-west-3.amazonaws.com",
            "S3OriginConfig": {"OriginAccessIdentity": ""},
        }]},
        "DefaultCacheBehavior": {
            "TargetOriginId": "one",
            "ViewerProtocolPolicy": "redirect-to-https",
            "CachePolicyId": OPTIMIZED,
        },
    })
}

fn created(aws: &Aws, config: Value) -> Value {
    aws.ok(
        "cloudfront",
        "CreateDistribution",
        json!({"DistributionConfig": config}),
    )
}

fn refused(aws: &Aws, config: Value) -> String {
    aws.code(
        "cloudfront",
        "CreateDistribution",
        json!({"DistributionConfig": config}),
    )
}

/// An issued certificate.
fn certificate(aws: &Aws, domain: &str, region: &str) -> Value {
    let aws = aws.in_region(region);
    let zone = json!({"Name": domain, "CallerReference": format!("{domain} {region}")});
    let zone = aws.ok("route53", "CreateHostedZone", zone);
    let zone = zone["HostedZone"]["Id"].as_str().unwrap();
    let zone = zone.strip_prefix("/hostedzone/").unwrap();
    let request = json!({
        "DomainName": domain,
        "SubjectAlternativeNames": [format!("*.{domain}")],
        "ValidationMethod": "DNS",
    });
    let made = aws.ok("acm", "RequestCertificate", request);
    let told = aws.ok("acm", "DescribeCertificate", made.clone());
    let record = &told["Certificate"]["DomainValidationOptions"][0]["ResourceRecord"];
    let record = json!({
        "Name": record["Name"], "Type": "CNAME", "TTL": 60,
        "ResourceRecords": [{"Value": record["Value"]}],
    });
    let changes = json!([{"Action": "CREATE", "ResourceRecordSet": record}]);
    let batch = json!({"HostedZoneId": zone, "ChangeBatch": {"Changes": changes}});
    aws.ok("route53", "ChangeResourceRecordSets", batch);
    made["CertificateArn"].clone()
}

fn with_alias(reference: &str, alias: &str, certificate: &Value) -> Value {
    let mut config = config(reference);
    config["Aliases"] = json!({"Quantity": 1, "Items": [alias]});
    config["ViewerCertificate"] = json!({
        "ACMCertificateArn": certificate,
        "SSLSupportMethod": "sni-only",
        "MinimumProtocolVersion": "TLSv1.2_2021",
    });
    config
}

#[test]
fn a_distribution_comes_back_with_its_defaults() {
    let aws = Aws::new();
    let made = created(&aws, config("1"));
    let told = aws.ok(
        "cloudfront",
        "GetDistribution",
        json!({"Id": made["Distribution"]["Id"]}),
    );
    assert_eq!(told["ETag"], made["ETag"]);
    let config = &told["Distribution"]["DistributionConfig"];
    assert_eq!(config["Aliases"], json!({"Quantity": 0}));
    assert_eq!(config["PriceClass"], "PriceClass_All");
    assert_eq!(config["HttpVersion"], "http2");
    let origin = &config["Origins"]["Items"][0];
    assert_eq!(
        (&origin["ConnectionAttempts"], &origin["OriginPath"]),
        (&json!(3), &json!(""))
    );
    let behavior = &config["DefaultCacheBehavior"];
    assert_eq!(behavior["AllowedMethods"]["CachedMethods"]["Quantity"], 2);
    let certificate = &config["ViewerCertificate"];
    assert_eq!(certificate["CloudFrontDefaultCertificate"], true);
    assert_eq!(certificate["MinimumProtocolVersion"], "TLSv1");
    let domain = told["Distribution"]["DomainName"].as_str().unwrap();
    assert!(
        domain.starts_with('d') && domain.ends_with(".cloudfront.net"),
        "{domain}"
    );
}

/// "201 Created" with ETag and Location, "204" without content, API_CreateDistribution and
/// API_DeleteDistribution; errors as "ErrorResponse", "Error responses".
#[test]
fn answers_have_status_and_headers() {
    let aws = Aws::new();
    let get = Request::new("GET", "/2020-05-31/distribution/E0");
    let response = aws.send(aws.sign(get, "cloudfront"));
    let text = String::from_utf8_lossy(&response.body).into_owned();
    assert_eq!(response.status, 404);
    assert!(
        text.contains("<ErrorResponse xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\">"),
        "{text}"
    );
    assert!(text.contains("<Code>NoSuchDistribution</Code>"), "{text}");
    let control = "<OriginAccessControlConfig xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\">\
                   <Name>a</Name><SigningProtocol>sigv4</SigningProtocol>\
                   <SigningBehavior>always</SigningBehavior>\
                   <OriginAccessControlOriginType>s3</OriginAccessControlOriginType>\
                   </OriginAccessControlConfig>";
    let post = Request::new("POST", "/2020-05-31/origin-access-control").body(control);
    let response = aws.send(aws.sign(post, "cloudfront"));
    assert_eq!(response.status, 201);
    let location = response.get("location").unwrap();
    let etag = response.get("etag").unwrap();
    let (_, id) = location.rsplit_once('/').unwrap();
    let path = format!("/2020-05-31/origin-access-control/{id}");
    let delete = Request::new("DELETE", &path).header("if-match", etag);
    let response = aws.send(aws.sign(delete, "cloudfront"));
    assert_eq!((response.status, response.body.len()), (204, 0));
}

/// "Status … InProgress … Deployed", API_Distribution; "you must disable the distribution" and
/// wait,
/// API_DeleteDistribution.
#[test]
fn a_distribution_is_deployed_after_minutes_and_deleted_when_disabled() {
    let emulator = Emulator::new();
    let aws = Aws::of(emulator.client());
    let made = created(&aws, config("1"));
    let id = &made["Distribution"]["Id"];
    assert_eq!(made["Distribution"]["Status"], "InProgress");
    let status = |aws: &Aws| {
        aws.ok("cloudfront", "GetDistribution", json!({"Id": id}))["Distribution"]["Status"].clone()
    };
    emulator.advance(Duration::from_secs(60));
    let mut off = made["Distribution"]["DistributionConfig"].clone();
    let gone = json!({"Id": id, "IfMatch": made["ETag"]});
    assert_eq!(
        aws.code("cloudfront", "DeleteDistribution", gone),
        "DistributionNotDisabled"
    );
    off["Enabled"] = false.into();
    let update = json!({"Id": id, "IfMatch": made["ETag"], "DistributionConfig": off});
    let updated = aws.ok("cloudfront", "UpdateDistribution", update);
    let gone = json!({"Id": id, "IfMatch": updated["ETag"]});
    // The first version would have been deployed by now.
    emulator.advance(Duration::from_secs(250));
    assert_eq!(status(&aws), "InProgress");
    let code = aws.code("cloudfront", "DeleteDistribution", gone.clone());
    assert_eq!(code, "DistributionNotDisabled");
    emulator.advance(Duration::from_secs(60));
    assert_eq!(status(&aws), "Deployed");
    aws.ok("cloudfront", "DeleteDistribution", gone.clone());
    assert_eq!(
        aws.code("cloudfront", "DeleteDistribution", gone),
        "NoSuchDistribution"
    );
}

/// "InvalidIfMatchVersion", "PreconditionFailed", API_UpdateDistribution.
#[test]
fn a_change_names_the_current_version() {
    let aws = Aws::new();
    let made = created(&aws, config("1"));
    let id = &made["Distribution"]["Id"];
    let mut update = json!({"Id": id, "DistributionConfig": config("1")});
    let code = aws.code("cloudfront", "UpdateDistribution", update.clone());
    assert_eq!(code, "InvalidIfMatchVersion");
    update["IfMatch"] = "E0".into();
    let refusal = aws.refused("cloudfront", "UpdateDistribution", update.clone());
    assert_eq!(
        (refusal.status, refusal.code.as_str()),
        (412, "PreconditionFailed")
    );
    update["IfMatch"] = made["ETag"].clone();
    let updated = aws.ok("cloudfront", "UpdateDistribution", update.clone());
    assert_ne!(updated["ETag"], made["ETag"]);
    let code = aws.code("cloudfront", "UpdateDistribution", update);
    assert_eq!(code, "PreconditionFailed");
}

/// "CloudFront returns a DistributionAlreadyExists error", API_DistributionConfig.
#[test]
fn a_caller_reference_makes_one_distribution() {
    let aws = Aws::new();
    created(&aws, config("1"));
    assert_eq!(refused(&aws, config("1")), "DistributionAlreadyExists");
    created(&aws, config("2"));
}

/// "Requirements for using alternate domain names", Amazon CloudFront Developer Guide.
#[test]
fn aliases_need_an_issued_certificate_of_virginia_that_covers_them() {
    let aws = Aws::new();
    let mut bare = config("1");
    bare["Aliases"] = json!({"Quantity": 1, "Items": ["www.a.fr"]});
    assert_eq!(refused(&aws, bare), "InvalidViewerCertificate");
    let paris = certificate(&aws, "b.fr", "eu-west-3");
    assert_eq!(
        refused(&aws, with_alias("1", "www.b.fr", &paris)),
        "InvalidViewerCertificate"
    );
    let virginia = certificate(&aws, "a.fr", "us-east-1");
    assert_eq!(
        refused(&aws, with_alias("1", "www.c.fr", &virginia)),
        "InvalidViewerCertificate"
    );
    let made = created(&aws, with_alias("1", "www.a.fr", &virginia));
    let told = &made["Distribution"]["DistributionConfig"]["ViewerCertificate"];
    assert_eq!(told["CertificateSource"], "acm");
    // "in use": ResourceInUseException, API_DeleteCertificate of ACM.
    let us = aws.in_region("us-east-1");
    let used = json!({"CertificateArn": virginia});
    assert_eq!(
        us.code("acm", "DeleteCertificate", used.clone()),
        "ResourceInUseException"
    );
    let told = us.ok("acm", "DescribeCertificate", used);
    assert_eq!(
        told["Certificate"]["InUseBy"],
        json!([made["Distribution"]["ARN"]])
    );
}

/// "CNAMEAlreadyExists", API_CreateDistribution.
#[test]
fn an_alias_has_one_distribution() {
    let aws = Aws::new();
    let virginia = certificate(&aws, "a.fr", "us-east-1");
    created(&aws, with_alias("1", "www.a.fr", &virginia));
    assert_eq!(
        refused(&aws, with_alias("2", "www.a.fr", &virginia)),
        "CNAMEAlreadyExists"
    );
}

fn associated(aws: &Aws, alias: &str, target: &Value) -> Result<Value, String> {
    let input = json!({"Alias": alias, "TargetDistributionId": target["Distribution"]["Id"]});
    aws.call("cloudfront", "AssociateAlias", input)
        .map_err(|refusal| refusal.code)
}

fn aliases(aws: &Aws, made: &Value) -> Value {
    let id = json!({"Id": made["Distribution"]["Id"]});
    let told = aws.ok("cloudfront", "GetDistribution", id);
    told["Distribution"]["DistributionConfig"]["Aliases"]["Items"].clone()
}

/// The TXT record that lets an alias move to a distribution.
fn proof(aws: &Aws, name: &str, made: &Value) {
    let zones = aws.ok("route53", "ListHostedZones", json!({}));
    let zone = zones["HostedZones"][0]["Id"].as_str().unwrap();
    let zone = zone.strip_prefix("/hostedzone/").unwrap();
    let host = made["Distribution"]["DomainName"].as_str().unwrap();
    let record = json!({
        "Name": name, "Type": "TXT", "TTL": 60,
        "ResourceRecords": [{"Value": format!("\"{host}\"")}],
    });
    let changes = json!([{"Action": "UPSERT", "ResourceRecordSet": record}]);
    let batch = json!({"HostedZoneId": zone, "ChangeBatch": {"Changes": changes}});
    aws.ok("route53", "ChangeResourceRecordSets", batch);
}

/// "Move an alternate domain name", Amazon CloudFront Developer Guide; in an account of its own the
/// source stays enabled.
#[test]
fn an_alias_moves_in_one_step_once_a_record_names_the_target() {
    let aws = Aws::new();
    let virginia = certificate(&aws, "a.fr", "us-east-1");
    let mut both = with_alias("1", "www.a.fr", &virginia);
    both["Aliases"] = json!({"Quantity": 2, "Items": ["a.fr", "www.a.fr"]});
    let old = created(&aws, both);
    let mut bare = with_alias("2", "www.a.fr", &virginia);
    bare["Aliases"] = json!({"Quantity": 0});
    let new = created(&aws, bare);
    let refused = Err("IllegalUpdate".to_owned());
    assert_eq!(associated(&aws, "www.a.fr", &new), refused);
    proof(&aws, "_www.a.fr", &old);
    assert_eq!(associated(&aws, "www.a.fr", &new), refused);
    proof(&aws, "_www.a.fr", &new);
    for _again in 0..2 {
        assert!(associated(&aws, "www.a.fr", &new).is_ok());
    }
    assert_eq!(aliases(&aws, &old), json!(["a.fr"]));
    assert_eq!(aliases(&aws, &new), json!(["www.a.fr"]));
    // Both have another configuration, which has to reach the edge locations.
    for made in [&old, &new] {
        let id = json!({"Id": made["Distribution"]["Id"]});
        let told = aws.ok("cloudfront", "GetDistribution", id);
        assert_ne!(told["ETag"], made["ETag"]);
    }
    // The domain of a zone itself has nothing before it to write an underscore to.
    proof(&aws, "_.a.fr", &new);
    assert!(associated(&aws, "a.fr", &new).is_ok());
    assert_eq!(aliases(&aws, &old), Value::Null);
    assert_eq!(aliases(&aws, &new), json!(["www.a.fr", "a.fr"]));
}

/// "This distribution must have a TLS certificate that covers the alternate domain name".
#[test]
fn an_alias_moves_only_where_a_certificate_covers_it() {
    let aws = Aws::new();
    let virginia = certificate(&aws, "a.fr", "us-east-1");
    let old = created(&aws, with_alias("1", "www.a.fr", &virginia));
    let bare = created(&aws, config("2"));
    proof(&aws, "_www.a.fr", &bare);
    let refused = Err("InvalidArgument".to_owned());
    assert_eq!(associated(&aws, "www.a.fr", &bare), refused);
    assert_eq!(aliases(&aws, &old), json!(["www.a.fr"]));
    let nobody = json!({"Distribution": {"Id": "E0"}});
    let refused = Err("NoSuchDistribution".to_owned());
    assert_eq!(associated(&aws, "www.a.fr", &nobody), refused);
}

#[test]
fn what_a_configuration_names_has_to_exist() {
    let aws = Aws::new();
    let mut origin = config("1");
    origin["DefaultCacheBehavior"]["TargetOriginId"] = "two".into();
    assert_eq!(refused(&aws, origin), "NoSuchOrigin");
    let mut policy = config("1");
    policy["DefaultCacheBehavior"]["CachePolicyId"] = "0".into();
    assert_eq!(refused(&aws, policy), "NoSuchCachePolicy");
    let mut control = config("1");
    control["Origins"]["Items"][0]["OriginAccessControlId"] = "E0".into();
    assert_eq!(refused(&aws, control), "InvalidOriginAccessControl");
    let mut count = config("1");
    count["Origins"]["Quantity"] = 2.into();
    assert_eq!(refused(&aws, count), "InconsistentQuantities");
}

#[test]
fn distributions_are_listed_by_page_and_tagged() {
    let aws = Aws::new();
    for reference in ["1", "2"] {
        created(&aws, config(reference));
    }
    let tags = json!({"Items": [{"Key": "a", "Value": "1"}]});
    let tagged = json!({"DistributionConfig": config("3"), "Tags": tags});
    let tagged = json!({"DistributionConfigWithTags": tagged});
    let made = aws.ok("cloudfront", "CreateDistributionWithTags", tagged);
    let first = aws.ok("cloudfront", "ListDistributions", json!({"MaxItems": "2"}));
    let first = &first["DistributionList"];
    assert_eq!(
        (&first["Quantity"], &first["IsTruncated"]),
        (&json!(2), &json!(true))
    );
    let next = json!({"Marker": first["NextMarker"]});
    let second = aws.ok("cloudfront", "ListDistributions", next);
    assert_eq!(second["DistributionList"]["Quantity"], 1);
    let arn = &made["Distribution"]["ARN"];
    let more = json!({"Resource": arn, "Tags": {"Items": [{"Key": "b", "Value": "2"}]}});
    aws.ok("cloudfront", "TagResource", more);
    let fewer = json!({"Resource": arn, "TagKeys": {"Items": ["a"]}});
    aws.ok("cloudfront", "UntagResource", fewer);
    let told = aws.ok(
        "cloudfront",
        "ListTagsForResource",
        json!({"Resource": arn}),
    );
    assert_eq!(told["Tags"]["Items"], json!([{"Key": "b", "Value": "2"}]));
}
