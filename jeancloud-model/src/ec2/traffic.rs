//! [`Traffic`]: a protocol and its ports, as security group rules name them.

use std::{
    fmt,
    ops::{RangeFrom, RangeFull, RangeInclusive},
};

use serde::{Deserialize, Serialize};

use crate::{
    Checked, Invalid, Port,
    shape::{Member, Shape, Shaped},
};

/// What a rule lets through: a protocol with what belongs to it.
///
/// Written as `IpProtocol`, `FromPort` and `ToPort`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "Wire", try_from = "Wire")]
pub enum Traffic {
    /// TCP to these ports.
    Tcp(Ports),
    /// UDP to these ports.
    Udp(Ports),
    /// These messages of ICMP.
    Icmp(Icmp),
    /// These messages of ICMP for IPv6.
    Icmpv6(Icmp),
    /// Everything of the protocol with this number, as 50 for ESP.
    Protocol(u8),
    /// Everything.
    All,
}

/// The ports from the first to the last, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ports {
    /// The first.
    pub from: u16,
    /// The last.
    pub to: u16,
}

impl Ports {
    /// Every port.
    pub const ALL: Ports = Ports {
        from: 0,
        to: u16::MAX,
    };

    /// Whether `port` is one of them.
    pub const fn contains(self, port: u16) -> bool {
        self.from <= port && port <= self.to
    }
}

/// Messages of ICMP, by IANA's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Icmp {
    /// All of them.
    Any,
    /// Those of this type, as 8 for an echo request.
    Type(u8),
    /// That of this type and code, as 3 and 4 for "fragmentation needed".
    Code(u8, u8),
}

/// What `tcp` and `udp` take.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a port nor a range of ports",
    label = "a port (`80`, `port!(80)`), a range (`8000..=8010`, `1024..`) or every port (`..`)"
)]
pub trait IntoPorts {
    /// The ports.
    fn into_ports(self) -> Ports;
}

impl IntoPorts for Ports {
    fn into_ports(self) -> Ports {
        self
    }
}

impl IntoPorts for u16 {
    fn into_ports(self) -> Ports {
        Ports {
            from: self,
            to: self,
        }
    }
}

impl IntoPorts for Port {
    fn into_ports(self) -> Ports {
        self.number().into_ports()
    }
}

impl IntoPorts for RangeInclusive<u16> {
    fn into_ports(self) -> Ports {
        Ports {
            from: *self.start(),
            to: *self.end(),
        }
    }
}

impl IntoPorts for RangeFrom<u16> {
    fn into_ports(self) -> Ports {
        Ports {
            from: self.start,
            to: u16::MAX,
        }
    }
}

impl IntoPorts for RangeFull {
    fn into_ports(self) -> Ports {
        Ports::ALL
    }
}

impl Traffic {
    /// What these three values of an answer of AWS mean: protocols by name or number, -1 for ports
    /// that don't apply.
    ///
    /// # Errors
    /// Where they are no traffic.
    pub fn from_aws(protocol: &str, from: Option<i32>, to: Option<i32>) -> Result<Self, String> {
        Wire {
            protocol: protocol.to_owned(),
            from,
            to,
        }
        .try_into()
    }

    /// The protocol, the first and the last port (for ICMP: type and code), as EC2 takes them.
    pub fn to_aws(self) -> (String, Option<i32>, Option<i32>) {
        let Wire { protocol, from, to } = self.into();
        (protocol, from, to)
    }

    /// Whether everything that `other` lets through, this does as well.
    pub fn covers(self, other: Traffic) -> bool {
        let ports = |a: Ports, b: Ports| a.from <= b.from && b.to <= a.to;
        match (self, other) {
            (Traffic::All, _) => true,
            (Traffic::Tcp(a), Traffic::Tcp(b)) | (Traffic::Udp(a), Traffic::Udp(b)) => ports(a, b),
            (Traffic::Icmp(a), Traffic::Icmp(b)) | (Traffic::Icmpv6(a), Traffic::Icmpv6(b)) => {
                match (a, b) {
                    (Icmp::Any, _) => true,
                    (Icmp::Type(a), Icmp::Type(b) | Icmp::Code(b, _)) => a == b,
                    (a, b) => a == b,
                }
            }
            (a, b) => a == b,
        }
    }
}

/// `tcp-80`, `udp-8000-8010`, `icmp-8`, `protocol-50`, `all`: how a rule's name says it.
impl fmt::Display for Traffic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(ports) => write!(f, "tcp-{ports}"),
            Self::Udp(ports) => write!(f, "udp-{ports}"),
            Self::Icmp(messages) => write!(f, "icmp{messages}"),
            Self::Icmpv6(messages) => write!(f, "icmpv6{messages}"),
            Self::Protocol(number) => write!(f, "protocol-{number}"),
            Self::All => f.write_str("all"),
        }
    }
}

impl fmt::Display for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self { from, to } if from == to => write!(f, "{from}"),
            Self { from, to } => write!(f, "{from}-{to}"),
        }
    }
}

impl fmt::Display for Icmp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => Ok(()),
            Self::Type(number) => write!(f, "-{number}"),
            Self::Code(number, code) => write!(f, "-{number}-{code}"),
        }
    }
}

const DOCUMENT: &str =
    "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html";

impl Shaped for Traffic {
    fn shape() -> Shape {
        Shape::Object(vec![
            Member::value("IpProtocol"),
            Member::new("FromPort", Shape::Value, true),
            Member::new("ToPort", Shape::Value, true),
        ])
    }
}

impl Checked for Traffic {
    /// Asked once for each of its properties, whose name ends `path`.
    fn check_values(&self, path: &str, found: &mut dyn FnMut(&str, Invalid)) {
        let fault = match *self {
            Self::Tcp(ports) | Self::Udp(ports) if path.ends_with("/FromPort") => {
                wrong_ports(ports)
            }
            Self::Protocol(number) if path.ends_with("/IpProtocol") => wrong_number(number),
            _ => None,
        };
        if let Some(fault) = fault {
            found(path, fault.document(DOCUMENT));
        }
    }
}

fn wrong_ports(Ports { from, to }: Ports) -> Option<Invalid> {
    if to == 0 {
        let rule = "nothing listens on port 0; a port is between 1 and 65535";
        return Some(Invalid::new("0 is no port", rule).hint("name the port; every port is `..`"));
    }
    (from > to).then(|| {
        let rule = "a range of ports goes from the lower to the higher one";
        Invalid::new(format!("the range {from}..={to} is empty"), rule)
            .hint(format!("write {to}..={from}"))
    })
}

fn wrong_number(number: u8) -> Option<Invalid> {
    let named = match number {
        1 => "icmp(Icmp::Any)",
        6 => "tcp(..)",
        17 => "udp(..)",
        58 => "icmpv6(Icmp::Any)",
        _ => return None,
    };
    let rule = "AWS writes tcp, udp, icmp and icmpv6 by name and wants their ports or types";
    let wrong = format!("protocol {number} has a name of its own");
    Some(Invalid::new(wrong, rule).hint(format!("write {named}")))
}

/// CloudFormation's shape.
#[derive(Serialize, Deserialize)]
struct Wire {
    #[serde(rename = "IpProtocol")]
    protocol: String,
    #[serde(rename = "FromPort", default, skip_serializing_if = "Option::is_none")]
    from: Option<i32>,
    #[serde(rename = "ToPort", default, skip_serializing_if = "Option::is_none")]
    to: Option<i32>,
}

impl From<Traffic> for Wire {
    fn from(traffic: Traffic) -> Self {
        let messages = |messages: Icmp| match messages {
            Icmp::Any => (-1, -1),
            Icmp::Type(number) => (i32::from(number), -1),
            Icmp::Code(number, code) => (number.into(), code.into()),
        };
        let (protocol, pair) = match traffic {
            Traffic::Tcp(ports) => ("tcp", Some((ports.from.into(), ports.to.into()))),
            Traffic::Udp(ports) => ("udp", Some((ports.from.into(), ports.to.into()))),
            Traffic::Icmp(of) => ("icmp", Some(messages(of))),
            Traffic::Icmpv6(of) => ("icmpv6", Some(messages(of))),
            Traffic::All => ("-1", None),
            Traffic::Protocol(number) => {
                return Wire {
                    protocol: number.to_string(),
                    from: None,
                    to: None,
                };
            }
        };
        Wire {
            protocol: protocol.to_owned(),
            from: pair.map(|(from, _)| from),
            to: pair.map(|(_, to)| to),
        }
    }
}

impl TryFrom<Wire> for Traffic {
    type Error = String;

    fn try_from(wire: Wire) -> Result<Self, String> {
        let Wire { protocol, from, to } = wire;
        let byte = |number: Option<i32>| number.and_then(|number| u8::try_from(number).ok());
        let ports = || {
            let port = |number: Option<i32>| match number {
                Some(number) => u16::try_from(number).map_err(|_| format!("{number} is no port")),
                None => Err(format!("{protocol} without ports")),
            };
            Ok::<_, String>(Ports {
                from: port(from)?,
                to: port(to)?,
            })
        };
        let messages = || match (byte(from), byte(to)) {
            (None, _) => Icmp::Any,
            (Some(number), None) => Icmp::Type(number),
            (Some(number), Some(code)) => Icmp::Code(number, code),
        };
        Ok(match protocol.as_str() {
            "tcp" | "6" => Self::Tcp(ports()?),
            "udp" | "17" => Self::Udp(ports()?),
            "icmp" | "1" => Self::Icmp(messages()),
            "icmpv6" | "58" => Self::Icmpv6(messages()),
            "-1" => Self::All,
            other => {
                let number = other
                    .parse()
                    .map_err(|_| format!("`{other}` is no protocol"))?;
                Self::Protocol(number)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn any_traffic() -> impl Strategy<Value = Traffic> {
        let ports = || any::<(u16, u16)>().prop_map(|(from, to)| Ports { from, to });
        let icmp = || {
            prop_oneof![
                Just(Icmp::Any),
                any::<u8>().prop_map(Icmp::Type),
                any::<(u8, u8)>().prop_map(|(number, code)| Icmp::Code(number, code)),
            ]
        };
        let unnamed = any::<u8>().prop_filter("named", |n| ![1, 6, 17, 58].contains(n));
        prop_oneof![
            ports().prop_map(Traffic::Tcp),
            ports().prop_map(Traffic::Udp),
            icmp().prop_map(Traffic::Icmp),
            icmp().prop_map(Traffic::Icmpv6),
            unnamed.prop_map(Traffic::Protocol),
            Just(Traffic::All),
        ]
    }

    proptest! {
        #[test]
        fn cloudformations_shape_reads_back(traffic in any_traffic()) {
            let json = serde_json::to_value(traffic).unwrap();
            prop_assert_eq!(serde_json::from_value::<Traffic>(json).unwrap(), traffic);
        }

        #[test]
        fn covering_is_reflexive_and_transitive(a in any_traffic(), b in any_traffic(), c in any_traffic()) {
            prop_assert!(a.covers(a));
            prop_assert!(!(a.covers(b) && b.covers(c)) || a.covers(c));
        }

        #[test]
        fn names_are_different(a in any_traffic(), b in any_traffic()) {
            prop_assert_eq!(a == b, a.to_string() == b.to_string());
        }
    }

    #[test]
    fn awss_spellings_are_one_value() {
        let read = |json| serde_json::from_value::<Traffic>(json).unwrap();
        let all = json!({"IpProtocol": "-1", "FromPort": -1, "ToPort": -1});
        assert_eq!(read(all), Traffic::All);
        let web = json!({"IpProtocol": "6", "FromPort": 80, "ToPort": 80});
        assert_eq!(read(web), Traffic::Tcp(80.into_ports()));
        let esp = json!({"IpProtocol": "50", "FromPort": -1, "ToPort": -1});
        assert_eq!(read(esp), Traffic::Protocol(50));
        assert!(serde_json::from_value::<Traffic>(json!({"IpProtocol": "tcp"})).is_err());
    }

    fn faults(traffic: Traffic) -> Vec<String> {
        let mut all = Vec::new();
        for property in ["/IpProtocol", "/FromPort", "/ToPort"] {
            traffic.check_values(property, &mut |path, invalid| {
                all.push(format!("{path}: {invalid}"))
            });
        }
        all
    }

    #[test]
    fn port_zero_and_empty_ranges_are_refused() {
        assert_eq!(
            faults(Traffic::Tcp(0.into_ports())),
            ["/FromPort: 0 is no port (nothing listens on port 0; a port is between 1 and 65535)"]
        );
        assert_eq!(faults(Traffic::Udp(Ports { from: 9, to: 8 })).len(), 1);
        assert_eq!(faults(Traffic::Protocol(6)).len(), 1);
        assert!(faults(Traffic::Tcp((..).into_ports())).is_empty());
        assert!(faults(Traffic::Tcp((1024..).into_ports())).is_empty());
        assert!(faults(Traffic::Protocol(50)).is_empty());
    }
}
