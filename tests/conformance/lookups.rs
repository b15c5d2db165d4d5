//! Lookups that no case of another type uses: what they find, and what they say of what isn't there.

use jeancloud_model::Region;
use jeancloud_stack::provider::{ErrorKind, Place};
use serde_json::json;

use crate::harness::World;

#[tokio::test]
async fn the_key_behind_an_alias_is_found() {
    let world = World::new("lookups::the_key_behind_an_alias_is_found").await;
    let place = Place {
        type_name: "Lookup::KMS::Alias",
        region: Region::EuWest3,
    };
    let question = json!({"AliasName": "alias/conformance"});
    let missing = world.provider().read(place, &question).await.unwrap_err();
    assert_eq!(missing.kind, ErrorKind::NotFound, "{missing}");

    let clients = world.clients().clients(Region::EuWest3).await;
    let clients = clients.expect("moto has every region");
    let key = clients.kms().create_key().send().await.expect("CreateKey");
    let key = key.key_metadata.expect("a key has metadata");
    let alias = clients.kms().create_alias().alias_name("alias/conformance");
    let alias = alias.target_key_id(&key.key_id).send().await;
    alias.expect("CreateAlias");
    let found = world.provider().read(place, &question).await;
    let found = found.expect("the alias is there");
    assert_eq!(found.id, key.key_id);
    assert_eq!(found.outputs["Arn"], json!(key.arn));
}

#[tokio::test]
async fn a_hosted_zone_is_found_by_its_name_alone() {
    let world = World::new("lookups::a_hosted_zone_is_found_by_its_name_alone").await;
    let place = Place {
        type_name: "Lookup::Route53::HostedZone",
        region: Region::Global,
    };
    let question = json!({"Name": "conformance.example"});
    let missing = world.provider().read(place, &question).await.unwrap_err();
    assert_eq!(missing.kind, ErrorKind::NotFound, "{missing}");

    let clients = world.clients().clients(Region::Global).await;
    let clients = clients.expect("moto has every region");
    for name in ["conformance.example", "sub.conformance.example"] {
        let zone = clients.route53().create_hosted_zone().name(name);
        let zone = zone.caller_reference(name).send().await;
        zone.expect("CreateHostedZone");
    }
    let found = world.provider().read(place, &question).await;
    let found = found.expect("the zone is there");
    assert_eq!(found.outputs["Name"], json!("conformance.example"));
    let servers = found.outputs["NameServers"].as_array();
    assert_eq!(servers.map(Vec::len), Some(4));
}
