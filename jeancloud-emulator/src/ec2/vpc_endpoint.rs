//! VPC endpoints: gateways, which are routes, and interfaces in subnets.

use serde_json::{Value, json};

use super::{
    common::{self, Listing},
    endpoint_interfaces as interfaces, endpoint_service as service, prefix_list,
    route_table::{self, RouteTable},
    vpc::{self, Vpc},
};
use crate::{
    call::Call,
    durations::{INTERFACE_ENDPOINT_AVAILABLE, INTERFACE_ENDPOINT_DELETED},
    error::{AwsError, Outcome},
    fields::Fields,
    world::{Task, resource},
};

/// "If this parameter is not specified, we attach a default policy that allows full access to the
/// service", API_CreateVpcEndpoint.
const FULL_ACCESS: &str = r#"{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#;

resource! {
    /// An endpoint.
    pub(crate) struct VpcEndpoint: "ec2/vpc-endpoint" in Region {
        request: Option<Value>,
    }
    found by |endpoint: &VpcEndpoint| {
        let view = &endpoint.view;
        let mut keys: Vec<String> = common::token_key(endpoint.request.as_ref()).into_iter().collect();
        if view.flag("PrivateDnsEnabled") {
            keys.push(private_key(view.text("VpcId"), view.text("ServiceName")));
        }
        keys
    }
}

/// CreateVpcEndpoint.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    let token = input["ClientToken"].clone();
    if let Some(made) = common::repeated::<VpcEndpoint>(call, input, |it| it.request.as_ref())? {
        return Ok(json!({"ClientToken": token, "VpcEndpoint": made.view}));
    }
    let (vpc, name) = (input.text("VpcId"), input.text("ServiceName"));
    if !call.table::<Vpc>().contains(vpc) {
        return Err(vpc::not_found(vpc));
    }
    let kind = input.some_text("VpcEndpointType").unwrap_or("Gateway");
    check_kind(&call.region, name, kind)?;
    let policy = policy(input)?.unwrap_or_else(|| FULL_ACCESS.to_owned());
    let tags = common::tags_at_creation(input, "vpc-endpoint")?;
    let id = call.id("vpce");
    let mut view = json!({
        "CreationTimestamp": call.now,
        "DnsEntries": [],
        "Groups": [],
        "IpAddressType": input.some_text("IpAddressType").unwrap_or("ipv4"),
        "NetworkInterfaceIds": [],
        "OwnerId": call.account,
        "PolicyDocument": policy,
        "PrivateDnsEnabled": false,
        "RequesterManaged": false,
        "RouteTableIds": [],
        "ServiceName": name,
        "ServiceRegion": call.region,
        "State": "available",
        "SubnetIds": [],
        "Tags": tags,
        "VpcEndpointId": id,
        "VpcEndpointType": kind,
        "VpcId": vpc,
    });
    if kind == "Gateway" {
        view["DnsOptions"] = json!({"DnsRecordIpType": "service-defined"});
        let tables: Vec<&str> = input.texts("RouteTableIds").collect();
        add_routes(call, &mut view, &tables)?;
    } else {
        view["State"] = "pending".into();
        interfaces::create(call, input, &mut view)?;
        call.after(INTERFACE_ENDPOINT_AVAILABLE, &AVAILABLE, &id);
    }
    let endpoint = VpcEndpoint {
        view: view.clone(),
        request: common::request_of(input),
    };
    call.insert(id, endpoint);
    Ok(json!({"ClientToken": token, "VpcEndpoint": view}))
}

fn check_kind(region: &str, name: &str, kind: &str) -> Result<(), AwsError> {
    let mut kinds = Vec::new();
    if service::has_gateway(region, name) {
        kinds.push("Gateway");
    }
    if service::private_name(region, name).is_some() {
        kinds.push("Interface");
    }
    if kinds.is_empty() {
        return Err(service::unknown(name));
    }
    if !kinds.contains(&kind) {
        let message = format!(
            "Endpoint type ({kind}) does not match available service types ([{}]).",
            kinds.join(", ")
        );
        return Err(AwsError::new("InvalidParameter", message));
    }
    Ok(())
}

/// The policy in the input, which is JSON.
fn policy(input: &Value) -> Result<Option<String>, AwsError> {
    let Some(text) = input
        .some_text("PolicyDocument")
        .filter(|it| !it.is_empty())
    else {
        return Ok(None);
    };
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(_)) => Ok(Some(text.to_owned())),
        _ => {
            let message = "The specified policy document is not a valid JSON policy document.";
            Err(AwsError::new("InvalidPolicyDocument", message))
        }
    }
}

/// An interface endpoint's becoming available, also after a change.
pub(super) const AVAILABLE: Task = Task {
    service: "ec2",
    name: "vpc-endpoint/available",
    run: |call, id| {
        if let Some(mut endpoint) = call.table_mut::<VpcEndpoint>().get_mut(id)
            && endpoint.view.text("State") == "pending"
        {
            endpoint.view["State"] = "available".into();
        }
    },
};

/// DescribeVpcEndpoints.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpoints.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let listing = Listing {
        filters: &[("vpc-endpoint-state", "State")],
        ..Listing::of("VpcEndpoint", "VpcEndpointIds", not_found)
    };
    common::describe::<VpcEndpoint>(call, input, &listing)
}

/// ModifyVpcEndpoint.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html>
pub(super) fn modify(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = input.text("VpcEndpointId");
    let endpoint = call.get::<VpcEndpoint>(id).ok_or_else(|| not_found(id))?;
    let mut view = endpoint.view.clone();
    if view.text("State") == "deleting" {
        let message = format!("The Vpc Endpoint '{id}' is being deleted");
        return Err(AwsError::new("IncorrectState", message));
    }
    if let Some(policy) = policy(input)? {
        view["PolicyDocument"] = policy.into();
    }
    if input.flag("ResetPolicy") {
        view["PolicyDocument"] = FULL_ACCESS.into();
    }
    let removed: Vec<&str> = input.texts("RemoveRouteTableIds").collect();
    let added: Vec<&str> = input.texts("AddRouteTableIds").collect();
    if view.text("VpcEndpointType") == "Gateway" {
        add_routes(call, &mut view, &added)?;
        remove_routes(call, &mut view, &removed);
    } else {
        if !added.is_empty() || !removed.is_empty() {
            let message = "Route tables can be changed of gateway endpoints only.";
            return Err(AwsError::new("InvalidParameter", message));
        }
        if interfaces::modify(call, input, &mut view)? {
            view["State"] = "pending".into();
            call.after(INTERFACE_ENDPOINT_AVAILABLE, &AVAILABLE, id);
        }
    }
    if let Some(mut endpoint) = call.table_mut::<VpcEndpoint>().get_mut(id) {
        endpoint.view = view;
    }
    Ok(json!({"Return": true}))
}

/// DeleteVpcEndpoints. What can't be deleted stands in the answer.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpoints.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut unsuccessful = Vec::new();
    for id in input.texts("VpcEndpointIds") {
        let Some(endpoint) = call.get::<VpcEndpoint>(id) else {
            let error = json!({
                "Code": "InvalidVpcEndpoint.NotFound",
                "Message": not_found(id).message,
            });
            unsuccessful.push(json!({"Error": error, "ResourceId": id}));
            continue;
        };
        let mut view = endpoint.view.clone();
        if view.text("VpcEndpointType") == "Gateway" {
            let tables = view["RouteTableIds"].clone();
            let tables: Vec<&str> = tables
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            remove_routes(call, &mut view, &tables);
            call.table_mut::<VpcEndpoint>().remove(id);
        } else if view.text("State") != "deleting" {
            if let Some(mut endpoint) = call.table_mut::<VpcEndpoint>().get_mut(id) {
                endpoint.view["State"] = "deleting".into();
            }
            call.after(INTERFACE_ENDPOINT_DELETED, &DELETED, id);
        }
    }
    Ok(json!({"Unsuccessful": unsuccessful}))
}

/// The end of an interface endpoint, with its interfaces.
pub(super) const DELETED: Task = Task {
    service: "ec2",
    name: "vpc-endpoint/deleted",
    run: |call, id| {
        if let Some(gone) = call.table_mut::<VpcEndpoint>().remove(id) {
            for interface in gone.view.texts("NetworkInterfaceIds") {
                super::network_interface::remove(call, interface);
            }
        }
    },
};

/// Forgets a route table that goes.
pub(super) fn forget_route_table(call: &mut Call<'_>, table: &str) {
    let endpoints = call.table::<VpcEndpoint>().with(table);
    let endpoints: Vec<String> = endpoints.map(|(id, _)| id.to_owned()).collect();
    for id in endpoints {
        if let Some(mut endpoint) = call.table_mut::<VpcEndpoint>().get_mut(&id)
            && let Some(tables) = endpoint.view["RouteTableIds"].as_array_mut()
        {
            tables.retain(|it| it != table);
        }
    }
}

/// Adds the endpoint's route to tables, all or none: A route table can have one endpoint route to
/// a service; see "Gateway endpoints".
///
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html>
fn add_routes(call: &mut Call<'_>, view: &mut Value, tables: &[&str]) -> Result<(), AwsError> {
    let list = prefix_list_of(call, view)?;
    for table in tables {
        let found = call.get::<RouteTable>(table);
        let found = found.ok_or_else(|| {
            let message = route_table::not_found(table).message;
            AwsError::new("InvalidRouteTableId.NotFound", message)
        })?;
        if found.view["VpcId"] != view["VpcId"] {
            let vpc = view.text("VpcId");
            let message = format!("Route table {table} belongs to another network than {vpc}");
            return Err(AwsError::new("InvalidParameter", message));
        }
        let mut routes = found.view.items("Routes").iter();
        if routes.any(|route| route.text("DestinationPrefixListId") == list) {
            let message = format!(
                "route table {table} already has a route with destination-prefix-list-id {list}"
            );
            return Err(AwsError::new("RouteAlreadyExists", message));
        }
    }
    let route = json!({
        "DestinationPrefixListId": list,
        "GatewayId": view["VpcEndpointId"],
        "Origin": "CreateRoute",
        "State": "active",
    });
    for table in tables {
        if let Some(mut found) = call.table_mut::<RouteTable>().get_mut(table)
            && let Some(routes) = found.view["Routes"].as_array_mut()
        {
            routes.push(route.clone());
        }
        if let Some(ids) = view["RouteTableIds"].as_array_mut() {
            ids.push((*table).into());
        }
    }
    Ok(())
}

fn remove_routes(call: &mut Call<'_>, view: &mut Value, tables: &[&str]) {
    let id = view["VpcEndpointId"].clone();
    for table in tables {
        if let Some(mut found) = call.table_mut::<RouteTable>().get_mut(table)
            && let Some(routes) = found.view["Routes"].as_array_mut()
        {
            routes.retain(|route| route["GatewayId"] != id);
        }
        if let Some(ids) = view["RouteTableIds"].as_array_mut() {
            ids.retain(|it| it != table);
        }
    }
}

fn prefix_list_of(call: &Call<'_>, view: &Value) -> Result<String, AwsError> {
    let name = view.text("ServiceName");
    let list = prefix_list::all(&call.region)
        .into_iter()
        .find(|list| list.name == name);
    list.map(|list| list.id)
        .ok_or_else(|| service::unknown(name))
}

/// By what an endpoint that has a service's own name in a VPC is found.
pub(super) fn private_key(vpc: &str, service: &str) -> String {
    format!("private-dns={vpc}/{service}")
}

fn not_found(id: &str) -> AwsError {
    let message = format!("The Vpc Endpoint Id '{id}' does not exist");
    AwsError::new("InvalidVpcEndpointId.NotFound", message)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::Aws;

    fn table(aws: &Aws, vpc: &Value) -> Value {
        let table = aws.ok("ec2", "CreateRouteTable", json!({"VpcId": vpc}));
        table["RouteTable"]["RouteTableId"].clone()
    }

    fn routes(aws: &Aws, table: &Value) -> Vec<Value> {
        let found = aws.found(
            "DescribeRouteTables",
            "RouteTables",
            "route-table-id",
            table,
        );
        found[0]["Routes"].as_array().cloned().unwrap()
    }

    /// A route is added by itself that points traffic destined for the service to the gateway
    /// endpoint; see "Gateway endpoints", AWS PrivateLink Guide.
    #[test]
    fn a_gateway_endpoint_is_a_route_in_its_tables() {
        let aws = Aws::new();
        let vpc = aws.vpc("10.0.0.0/16");
        let (one, other) = (table(&aws, &vpc), table(&aws, &vpc));
        let service = "com.amazonaws.eu-west-3.s3";
        let input = json!({"VpcId": vpc, "ServiceName": service, "RouteTableIds": [one]});
        let made = aws.ok("ec2", "CreateVpcEndpoint", input.clone());
        let endpoint = &made["VpcEndpoint"];
        let id = &endpoint["VpcEndpointId"];
        assert_eq!(endpoint["State"], "available");
        let route = json!({
            "DestinationPrefixListId": "pl-23ad484a",
            "GatewayId": id,
            "Origin": "CreateRoute",
            "State": "active",
        });
        assert_eq!(routes(&aws, &one)[1], route);
        assert_eq!(
            aws.code("ec2", "CreateVpcEndpoint", input),
            "RouteAlreadyExists"
        );
        let delete = json!({"RouteTableId": one, "DestinationPrefixListId": "pl-23ad484a"});
        assert_eq!(
            aws.code("ec2", "DeleteRoute", delete),
            "InvalidParameterValue"
        );
        let vpc = json!({"VpcId": vpc});
        let change = json!({
            "VpcEndpointId": id,
            "AddRouteTableIds": [other],
            "RemoveRouteTableIds": [one],
        });
        aws.ok("ec2", "ModifyVpcEndpoint", change);
        assert_eq!(
            [&one, &other].map(|table| routes(&aws, table).len()),
            [1, 2]
        );
        for table in [&one, &other] {
            aws.ok("ec2", "DeleteRouteTable", json!({"RouteTableId": table}));
        }
        assert_eq!(
            aws.code("ec2", "DeleteVpc", vpc.clone()),
            "DependencyViolation"
        );
        let gone = json!({"VpcEndpointIds": [id]});
        let deleted = aws.ok("ec2", "DeleteVpcEndpoints", gone.clone());
        assert_eq!(deleted["Unsuccessful"], json!([]));
        let again = aws.ok("ec2", "DeleteVpcEndpoints", gone.clone());
        let code = &again["Unsuccessful"][0]["Error"]["Code"];
        assert_eq!(code, "InvalidVpcEndpoint.NotFound");
        let code = aws.code("ec2", "DescribeVpcEndpoints", gone);
        assert_eq!(code, "InvalidVpcEndpointId.NotFound");
        aws.ok("ec2", "DeleteVpc", vpc);
    }

    #[test]
    fn service_type_and_policy_have_to_fit() {
        let aws = Aws::new();
        let vpc = aws.vpc("10.0.0.0/16");
        let code = |more: Value| {
            let mut input = json!({"VpcId": vpc, "ServiceName": "com.amazonaws.eu-west-3.s3"});
            for (name, value) in more.as_object().unwrap() {
                input[name] = value.clone();
            }
            aws.code("ec2", "CreateVpcEndpoint", input)
        };
        let elsewhere = json!({"ServiceName": "com.amazonaws.us-east-1.s3"});
        assert_eq!(code(elsewhere), "InvalidServiceName");
        let logs = json!({"ServiceName": "com.amazonaws.eu-west-3.logs"});
        assert_eq!(code(logs), "InvalidParameter");
        assert_eq!(
            code(json!({"PolicyDocument": "{"})),
            "InvalidPolicyDocument"
        );
        let table = json!({"RouteTableIds": ["rtb-00000000"]});
        assert_eq!(code(table), "InvalidRouteTableId.NotFound");
    }
}
