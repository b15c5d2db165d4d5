//! How long a call takes, in an empty account and beside ten thousand subnets.
//!
//! `cargo run --release -p jeancloud-emulator --example latency`

use std::time::{Duration, Instant};

use jeancloud_emulator::{Client, Emulator, Request};

const CALLS: usize = 1000;

fn ec2(client: &Client, form: &str) -> String {
    let scope = "test/20260101/eu-west-3/ec2/aws4_request";
    let request = Request::new("POST", "/")
        .header(
            "authorization",
            format!("AWS4-HMAC-SHA256 Credential={scope}, Signature=0"),
        )
        .body(form.to_owned());
    let response = client.send(request).response.expect("there are no faults");
    let text = String::from_utf8_lossy(&response.body).into_owned();
    assert_eq!(response.status, 200, "{text}");
    text
}

fn id(answer: &str, element: &str) -> String {
    let (_, after) = answer
        .split_once(&format!("<{element}>"))
        .expect("the answer has the id");
    after.split('<').next().unwrap_or_default().to_owned()
}

fn median(what: &str, mut call: impl FnMut(usize)) {
    let mut times: Vec<Duration> = (0..CALLS)
        .map(|at| {
            let before = Instant::now();
            call(at);
            before.elapsed()
        })
        .collect();
    times.sort_unstable();
    println!(
        "{what:<34} median {:>9.1?}  99% {:>9.1?}",
        times[CALLS / 2],
        times[CALLS * 99 / 100]
    );
}

fn measure(client: &Client, network: u8) {
    let vpc = format!("Action=CreateVpc&CidrBlock=10.{network}.0.0%2F16");
    let vpc = id(&ec2(client, &vpc), "vpcId");
    let mut subnets = Vec::new();
    median("CreateSubnet", |at| {
        let (third, fourth) = (at / 16, at % 16 * 16);
        let block = format!("10.{network}.{third}.{fourth}%2F28");
        let made = ec2(
            client,
            &format!("Action=CreateSubnet&VpcId={vpc}&CidrBlock={block}"),
        );
        subnets.push(id(&made, "subnetId"));
    });
    median("DescribeSubnets by id", |at| {
        ec2(
            client,
            &format!("Action=DescribeSubnets&SubnetId.1={}", subnets[at]),
        );
    });
    median("CreateTags", |at| {
        let tag = format!("Tag.1.Key=Name&Tag.1.Value={network}-{at}");
        ec2(
            client,
            &format!("Action=CreateTags&ResourceId.1={}&{tag}", subnets[at]),
        );
    });
    median("DescribeSubnets by tag", |at| {
        let filter = format!("Filter.1.Name=tag%3AName&Filter.1.Value.1={network}-{at}");
        ec2(client, &format!("Action=DescribeSubnets&{filter}"));
    });
    median("ModifySubnetAttribute", |at| {
        let change = "MapPublicIpOnLaunch.Value=true";
        ec2(
            client,
            &format!(
                "Action=ModifySubnetAttribute&SubnetId={}&{change}",
                subnets[at]
            ),
        );
    });
}

fn main() {
    let client = Emulator::new().client();
    let before = Instant::now();
    ec2(&client, "Action=DescribeVpcs");
    println!(
        "the first call, with EC2's model      {:>9.1?}",
        before.elapsed()
    );
    measure(&client, 0);
    for network in 1..10 {
        let vpc = format!("Action=CreateVpc&CidrBlock=10.{network}.0.0%2F16");
        let vpc = id(&ec2(&client, &vpc), "vpcId");
        for at in 0..1024 {
            let block = format!("10.{network}.{}.{}%2F28", at / 16, at % 16 * 16);
            ec2(
                &client,
                &format!("Action=CreateSubnet&VpcId={vpc}&CidrBlock={block}"),
            );
        }
    }
    println!("\nbeside ten thousand subnets:");
    measure(&client, 200);
}
