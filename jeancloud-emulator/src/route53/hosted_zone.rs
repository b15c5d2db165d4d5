//! Hosted zones.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{change, common, delegation_set, name, record_set, vpc_association};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::{Edit, resource},
};

/// Private zones have these, "NS and SOA records that Amazon Route 53 creates for a private hosted
/// zone".
const PRIVATE_SERVERS: [&str; 4] = [
    "ns-0.awsdns-00.com",
    "ns-512.awsdns-00.net",
    "ns-1024.awsdns-00.org",
    "ns-1536.awsdns-00.co.uk",
];

resource! {
    /// A hosted zone, by its id without `/hostedzone/`.
    pub(crate) struct HostedZone: "route53/hosted-zone" in Account {
        name_servers: Vec<String>,
        /// The reusable set that they are from.
        delegation_set: Option<String>,
        /// The networks that a private zone is known in.
        vpcs: Vec<Value>,
        tags: BTreeMap<String, String>,
    }
    found by |zone: &HostedZone| {
        let mut keys = vec![
            reference_key(zone.view.text("CallerReference")),
            name_key(zone.view.text("Name")),
        ];
        keys.extend(zone.delegation_set.as_deref().map(delegation_set::zone_key));
        keys.extend(zone.vpcs.iter().map(vpc_association::key));
        keys
    }
}

/// CreateHostedZone.
///
/// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    name::check(input.text("Name"))?;
    let name = name::normal(input.text("Name"));
    let reference = input.text("CallerReference");
    if call
        .table::<HostedZone>()
        .any_with(&reference_key(reference))
    {
        let message = "A hosted zone has already been created with the specified caller reference.";
        return Err(AwsError::new("HostedZoneAlreadyExists", message));
    }
    let config = input.at("HostedZoneConfig").cloned().unwrap_or_default();
    let vpc = input.at("VPC").cloned();
    if let Some(vpc) = &vpc {
        vpc_association::check(call, vpc)?;
        vpc_association::check_free(call, vpc, &name)?;
    } else if config.flag("PrivateZone") {
        let message = "When you're creating a private hosted zone (when you specify true for \
                       PrivateZone), you must also specify values for VPCId and VPCRegion.";
        return Err(AwsError::new("InvalidInput", message));
    }
    let set = input.some_text("DelegationSetId").map(common::bare);
    let name_servers = match (set, &vpc) {
        (Some(_), Some(_)) => {
            let message =
                "A reusable delegation set can't be associated with a private hosted zone";
            return Err(AwsError::new("InvalidInput", message));
        }
        (Some(set), None) => {
            let set = delegation_set::named(call, set)?;
            let servers = set.view.texts("NameServers");
            servers.map(str::to_owned).collect()
        }
        (None, Some(_)) => PRIVATE_SERVERS.map(str::to_owned).to_vec(),
        (None, None) => delegation_set::name_servers(call),
    };
    let id = common::new_id(call, "Z");
    let comment = config.some_text("Comment").filter(|it| !it.is_empty());
    let zone = HostedZone {
        view: json!({
            "CallerReference": reference,
            "Config": {"Comment": comment, "PrivateZone": vpc.is_some()},
            "Id": format!("/hostedzone/{id}"),
            "Name": name,
            "ResourceRecordSetCount": 2,
        }),
        name_servers,
        delegation_set: set.map(str::to_owned),
        vpcs: vpc.iter().cloned().collect(),
        tags: BTreeMap::new(),
    };
    let mut output = json!({
        "DelegationSet": servers(&zone),
        "HostedZone": zone.view,
        "Location": format!("https://route53.amazonaws.com/2013-04-01/hostedzone/{id}"),
        "VPC": vpc,
    });
    record_set::begin_zone(call, &id, &name, &zone.name_servers);
    call.insert(id, zone);
    output["ChangeInfo"] = change::begin(call, None);
    Ok(output)
}

/// GetHostedZone.
///
/// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetHostedZone.html>
pub(super) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    let zone = named(call, input.text("Id"))?;
    let mut output = json!({"HostedZone": zone.view});
    if zone.vpcs.is_empty() {
        output["DelegationSet"] = servers(zone);
    } else {
        output["VPCs"] = zone.vpcs.clone().into();
    }
    Ok(output)
}

/// UpdateHostedZoneComment: without a comment, there is none any more.
///
/// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_UpdateHostedZoneComment.html>
pub(super) fn update_comment(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut zone = named_mut(call, input.text("Id"))?;
    let comment = input.some_text("Comment").filter(|it| !it.is_empty());
    zone.view["Config"]["Comment"] = json!(comment);
    Ok(json!({"HostedZone": zone.view}))
}

/// GetDNSSEC: zones are not signed.
///
/// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetDNSSEC.html>
pub(super) fn dnssec(call: &mut Call<'_>, input: &Value) -> Outcome {
    let zone = named(call, input.text("HostedZoneId"))?;
    if !zone.vpcs.is_empty() {
        let message = "Operation is unsupported for private";
        return Err(AwsError::new("InvalidArgument", message));
    }
    Ok(json!({"KeySigningKeys": [], "Status": {"ServeSignature": "NOT_SIGNING"}}))
}

/// DeleteHostedZone: only with nothing but its own NS and SOA records.
///
/// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_DeleteHostedZone.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = common::bare(input.text("Id")).to_owned();
    let name = named(call, &id)?.view.text("Name").to_owned();
    if record_set::more_than_own(call, &id, &name) {
        let message = "The specified hosted zone contains non-required resource record sets and so \
                       cannot be deleted.";
        return Err(AwsError::new("HostedZoneNotEmpty", message));
    }
    record_set::end_zone(call, &id);
    call.table_mut::<HostedZone>().remove(&id);
    Ok(json!({"ChangeInfo": change::begin(call, None)}))
}

pub(super) fn named<'c>(call: &'c Call<'_>, id: &str) -> Result<&'c HostedZone, AwsError> {
    let id = common::bare(id);
    call.get::<HostedZone>(id).ok_or_else(|| not_found(id))
}

pub(super) fn named_mut<'c>(
    call: &'c mut Call<'_>,
    id: &str,
) -> Result<Edit<'c, HostedZone>, AwsError> {
    let id = common::bare(id);
    let zone = call.table_mut::<HostedZone>().get_mut(id);
    zone.ok_or_else(|| not_found(id))
}

fn not_found(id: &str) -> AwsError {
    let message = format!("No hosted zone found with ID: {id}");
    AwsError::new("NoSuchHostedZone", message)
}

/// What zones of a name are found by.
pub(super) fn name_key(name: &str) -> String {
    format!("name/{name}")
}

fn reference_key(reference: &str) -> String {
    format!("reference/{reference}")
}

fn servers(zone: &HostedZone) -> Value {
    let id = zone.delegation_set.as_ref();
    json!({
        "Id": id.map(|id| format!("/delegationset/{id}")),
        "NameServers": zone.name_servers,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::{Request, testing::Aws};

    fn created(aws: &Aws, name: &str) -> Value {
        let zone = json!({
            "Name": name,
            "CallerReference": name,
            "HostedZoneConfig": {"Comment": "mine"},
        });
        aws.ok("route53", "CreateHostedZone", zone)
    }

    fn id(made: &Value) -> Value {
        let id = made["HostedZone"]["Id"].as_str().unwrap();
        json!({"Id": id.strip_prefix("/hostedzone/").unwrap()})
    }

    #[test]
    fn a_zone_comes_back_with_a_dot_and_four_servers() {
        let aws = Aws::new();
        let made = created(&aws, "Example.com");
        let told = aws.ok("route53", "GetHostedZone", id(&made));
        assert_eq!(told["HostedZone"], made["HostedZone"]);
        assert_eq!(told["HostedZone"]["Name"], "example.com.");
        assert_eq!(told["HostedZone"]["ResourceRecordSetCount"], 2);
        assert_eq!(told["HostedZone"]["Config"]["PrivateZone"], false);
        let servers = told["DelegationSet"]["NameServers"].as_array().unwrap();
        assert_eq!(servers.len(), 4);
        let other = created(&aws, "example.org");
        assert_ne!(other["DelegationSet"], made["DelegationSet"]);
    }

    /// "HTTP/1.1 201 Created", "Location", API_CreateHostedZone, response syntax.
    #[test]
    fn creation_answers_201_with_a_location() {
        let aws = Aws::new();
        let body = "<CreateHostedZoneRequest xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\">\
                    <Name>a.fr</Name><CallerReference>1</CallerReference></CreateHostedZoneRequest>";
        let request = Request::new("POST", "/2013-04-01/hostedzone").body(body);
        let response = aws.send(aws.sign(request, "route53"));
        assert_eq!(response.status, 201);
        let location = response.get("location").unwrap();
        assert!(location.starts_with("https://route53.amazonaws.com/2013-04-01/hostedzone/Z"));
        let text = String::from_utf8_lossy(&response.body).into_owned();
        assert!(
            text.contains(
                "<CreateHostedZoneResponse xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\">"
            ),
            "{text}"
        );
        assert!(text.contains("<NameServer>"), "{text}");
        assert!(!text.contains("<Location>"), "{text}");
    }

    /// "A unique string that identifies the request … Each time", API_CreateHostedZone.
    #[test]
    fn a_caller_reference_makes_one_zone() {
        let aws = Aws::new();
        created(&aws, "example.com");
        let again = json!({"Name": "example.org", "CallerReference": "example.com"});
        let refusal = aws.refused("route53", "CreateHostedZone", again);
        assert_eq!(
            (refusal.status, refusal.code.as_str()),
            (409, "HostedZoneAlreadyExists")
        );
    }

    /// "you can delete a hosted zone only if it contains only the default SOA and NS records",
    /// API_DeleteHostedZone.
    #[test]
    fn a_zone_with_records_stays() {
        let aws = Aws::new();
        let id = id(&created(&aws, "example.com"));
        let change = |action: &str| {
            json!({"HostedZoneId": id["Id"], "ChangeBatch": {"Changes": [{
                "Action": action,
                "ResourceRecordSet": {
                    "Name": "www.example.com", "Type": "A", "TTL": 60,
                    "ResourceRecords": [{"Value": "192.0.2.1"}],
                },
            }]}})
        };
        aws.ok("route53", "ChangeResourceRecordSets", change("CREATE"));
        let told = aws.ok("route53", "GetHostedZone", id.clone());
        assert_eq!(told["HostedZone"]["ResourceRecordSetCount"], 3);
        assert_eq!(
            aws.code("route53", "DeleteHostedZone", id.clone()),
            "HostedZoneNotEmpty"
        );
        aws.ok("route53", "ChangeResourceRecordSets", change("DELETE"));
        aws.ok("route53", "DeleteHostedZone", id.clone());
        let gone = aws.refused("route53", "GetHostedZone", id);
        assert_eq!((gone.status, gone.code.as_str()), (404, "NoSuchHostedZone"));
    }

    #[test]
    fn a_comment_is_changed_and_removed() {
        let aws = Aws::new();
        let mut change = id(&created(&aws, "example.com"));
        change["Comment"] = "other".into();
        let told = aws.ok("route53", "UpdateHostedZoneComment", change.clone());
        assert_eq!(told["HostedZone"]["Config"]["Comment"], "other");
        change["Comment"] = "".into();
        let told = aws.ok("route53", "UpdateHostedZoneComment", change);
        assert_eq!(told["HostedZone"]["Config"].get("Comment"), None);
    }
}
