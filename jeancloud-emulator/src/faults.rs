//! [`Faults`]: what goes wrong, planned and repeatable.

use std::{collections::HashMap, time::Duration};

use crate::{error::AwsError, model::Protocol, services::Service, world::Draw};

/// A plan of what goes wrong for one client.
///
/// Actions are named as IAM names them, with `*` for any rest: `ec2:CreateVpc`, `ec2:Describe*`,
/// `*`. What is left to chance follows from the seed, the action, and how often it was called: the
/// same calls meet the same faults, in whatever order different actions run.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    seed: u64,
    rules: Vec<(String, When, Fault)>,
    allowed: Option<Vec<String>>,
    denied: Vec<String>,
    crash: Option<(u64, Effect)>,
}

/// Something that goes wrong with a call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fault {
    /// AWS says that there are too many requests.
    Throttled,
    /// AWS answers 500 and does nothing.
    InternalError,
    /// AWS answers 503 and does nothing.
    Unavailable,
    /// No answer comes until the client's patience ends.
    TimedOut(Effect),
    /// The connection breaks.
    Lost(Effect),
    /// The answer comes late, by this much.
    Slow(Duration),
    /// The credentials have expired.
    ExpiredCredentials,
}

/// Whether the call did its work before it went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing happened.
    Without,
    /// All happened, but nobody was told.
    With,
}

#[derive(Clone, Copy, Debug)]
enum When {
    Always,
    Nth(u64),
    Chance(f64),
}

impl Faults {
    /// Nothing goes wrong, until more is said.
    pub fn seeded(seed: u64) -> Self {
        Self {
            seed,
            ..Self::default()
        }
    }

    /// Every call of `action` meets `fault`.
    pub fn always(self, action: &str, fault: Fault) -> Self {
        self.rule(action, When::Always, fault)
    }

    /// The `nth` call of actions that fit (from 1, counted for each action) meets `fault`.
    pub fn nth(self, action: &str, nth: u64, fault: Fault) -> Self {
        self.rule(action, When::Nth(nth), fault)
    }

    /// Calls of `action` meet `fault` with this probability.
    pub fn chance(self, action: &str, probability: f64, fault: Fault) -> Self {
        self.rule(action, When::Chance(probability), fault)
    }

    /// Only actions that fit one of these are allowed, and those of further calls of this.
    pub fn allow(mut self, actions: &[&str]) -> Self {
        let actions = actions.iter().map(|&action| action.to_owned());
        self.allowed.get_or_insert_default().extend(actions);
        self
    }

    /// These actions are denied, whatever is allowed.
    pub fn deny(mut self, actions: &[&str]) -> Self {
        let actions = actions.iter().map(|&action| action.to_owned());
        self.denied.extend(actions);
        self
    }

    /// The client dies at its `nth` call (from 1): that call and all after it break.
    pub fn crash_at(mut self, nth: u64, effect: Effect) -> Self {
        self.crash = Some((nth, effect));
        self
    }

    fn rule(mut self, action: &str, when: When, fault: Fault) -> Self {
        self.rules.push((action.to_owned(), when, fault));
        self
    }
}

/// A plan at work.
#[derive(Debug, Default)]
pub(crate) struct Trouble {
    plan: Faults,
    calls: u64,
    of_action: HashMap<String, u64>,
}

/// What comes of a call.
#[derive(Clone, Debug)]
pub(crate) enum Decision {
    /// It goes well.
    Go,
    /// AWS says no.
    Refuse(AwsError),
    Break(Effect),
    Hang(Effect),
    Delay(Duration),
}

impl Trouble {
    pub fn new(plan: Faults) -> Self {
        Self {
            plan,
            ..Self::default()
        }
    }

    /// What comes of the next call.
    pub fn decide(&mut self, service: &Service, protocol: Protocol, operation: &str) -> Decision {
        self.calls += 1;
        if let Some((nth, effect)) = self.plan.crash {
            match self.calls {
                call if call == nth => return Decision::Break(effect),
                call if call > nth => return Decision::Break(Effect::Without),
                _ => {}
            }
        }
        let action = format!("{}:{operation}", service.signing);
        if self.is_denied(&action) {
            return Decision::Refuse(denied(protocol, service, &action));
        }
        let count = self.of_action.entry(action.clone()).or_default();
        *count += 1;
        for (at, (pattern, when, fault)) in self.plan.rules.iter().enumerate() {
            let hits = fits(pattern, &action)
                && match when {
                    When::Always => true,
                    When::Nth(nth) => nth == count,
                    When::Chance(probability) => {
                        let words = [action.as_str(), &count.to_string(), &at.to_string()];
                        Draw::new(self.plan.seed, words).fraction() < *probability
                    }
                };
            if hits {
                return decision(*fault, protocol, service);
            }
        }
        Decision::Go
    }

    fn is_denied(&self, action: &str) -> bool {
        let any = |patterns: &[String]| patterns.iter().any(|pattern| fits(pattern, action));
        let allowed = self
            .plan
            .allowed
            .as_ref()
            .is_none_or(|allowed| any(allowed));
        !allowed || any(&self.plan.denied)
    }
}

fn fits(pattern: &str, action: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(head) => action.starts_with(head),
        None => action == pattern,
    }
}

fn decision(fault: Fault, protocol: Protocol, service: &Service) -> Decision {
    Decision::Refuse(match fault {
        Fault::Lost(effect) => return Decision::Break(effect),
        Fault::TimedOut(effect) => return Decision::Hang(effect),
        Fault::Slow(delay) => return Decision::Delay(delay),
        Fault::Throttled => match (protocol, service.name) {
            (Protocol::Ec2, _) => {
                AwsError::new("RequestLimitExceeded", "Request limit exceeded.").status(503)
            }
            (_, "s3") => AwsError::new("SlowDown", "Please reduce your request rate.").status(503),
            (Protocol::Json | Protocol::RestJson, _) => {
                AwsError::new("ThrottlingException", "Rate exceeded")
            }
            _ => AwsError::new("Throttling", "Rate exceeded"),
        },
        Fault::InternalError => {
            let message = "We encountered an internal error. Please try again.";
            AwsError::new(code_of_internal_error(service.name), message).status(500)
        }
        Fault::Unavailable => {
            let message = "Service is unable to handle request.";
            AwsError::new("ServiceUnavailable", message).status(503)
        }
        Fault::ExpiredCredentials => {
            let message = "The security token included in the request is expired";
            match protocol {
                Protocol::Ec2 => AwsError::new("RequestExpired", "Request has expired."),
                Protocol::Json | Protocol::RestJson => {
                    AwsError::new("ExpiredTokenException", message)
                }
                _ if service.name == "s3" => AwsError::new("ExpiredToken", message),
                _ => AwsError::new("ExpiredToken", message).status(403),
            }
        }
    })
}

/// What a service calls a mistake of its own: its model's error for it, where it has one.
fn code_of_internal_error(service: &str) -> &'static str {
    match service {
        "ec2" | "s3" => "InternalError",
        "ecr" | "ecs" => "ServerException",
        "kms" => "KMSInternalException",
        "secretsmanager" => "InternalServiceError",
        "application-autoscaling" => "InternalServiceException",
        "iam" => "ServiceFailure",
        _ => "InternalFailure",
    }
}

fn denied(protocol: Protocol, service: &Service, action: &str) -> AwsError {
    let message = format!(
        "User is not authorized to perform: {action} because no identity-based policy allows the \
         {action} action"
    );
    match protocol {
        Protocol::Ec2 => AwsError::new(
            "UnauthorizedOperation",
            format!("You are not authorized to perform this operation. {message}"),
        )
        .status(403),
        Protocol::Json | Protocol::RestJson => AwsError::new("AccessDeniedException", message),
        _ if service.name == "s3" => AwsError::new("AccessDenied", "Access Denied").status(403),
        _ => AwsError::new("AccessDenied", message).status(403),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        Emulator,
        services::ALL,
        testing::{Aws, Refusal},
    };

    /// A call of each protocol's services, as they refuse it.
    fn refusal(service: &str, fault: Fault) -> Refusal {
        let faults = Faults::default().always("*", fault);
        let aws = Aws::of(Emulator::new().client_with(faults));
        let operation = match service {
            "acm" => "ListCertificates",
            "application-autoscaling" => "DescribeScalableTargets",
            "cloudfront" => "ListDistributions",
            "ec2" => "DescribeVpcs",
            "ecr" => "DescribeRepositories",
            "ecs" => "ListClusters",
            "elbv2" => "DescribeLoadBalancers",
            "iam" => "ListRoles",
            "kms" => "ListKeys",
            "logs" => "DescribeLogGroups",
            "rds" => "DescribeDBInstances",
            "route53" => "ListHostedZones",
            "s3" => "ListBuckets",
            "secretsmanager" => "ListSecrets",
            _ => "GetCallerIdentity",
        };
        aws.refused(service, operation, json!({}))
    }

    /// "Request throttling for the Amazon EC2 API", the "Common Errors" of the other services, and
    /// "Error responses" of Amazon S3.
    #[test]
    fn every_service_throttles_in_its_own_words() {
        for service in ALL {
            let Refusal { status, code, .. } = refusal(service.name, Fault::Throttled);
            let expected = match service.name {
                "ec2" => (503, "RequestLimitExceeded"),
                "s3" => (503, "SlowDown"),
                "elbv2" | "iam" | "rds" | "sts" | "route53" | "cloudfront" => (400, "Throttling"),
                _ => (400, "ThrottlingException"),
            };
            assert_eq!((status, code.as_str()), expected, "{}", service.name);
        }
    }

    #[test]
    fn every_service_fails_with_its_models_error() {
        for service in ALL {
            let Refusal { status, code, .. } = refusal(service.name, Fault::InternalError);
            assert_eq!(status, 500, "{}", service.name);
            let faults = &service.model().faults;
            let known = ["InternalFailure", "InternalError"].contains(&code.as_str());
            assert!(
                known || faults.contains_key(&code),
                "{} {code}",
                service.name
            );
            assert_eq!(refusal(service.name, Fault::Unavailable).status, 503);
        }
    }

    #[test]
    fn every_service_knows_expired_credentials() {
        for service in ALL {
            let Refusal { status, code, .. } = refusal(service.name, Fault::ExpiredCredentials);
            let expected = match service.name {
                "ec2" => (400, "RequestExpired"),
                "s3" => (400, "ExpiredToken"),
                "elbv2" | "iam" | "rds" | "sts" | "route53" | "cloudfront" => (403, "ExpiredToken"),
                _ => (400, "ExpiredTokenException"),
            };
            assert_eq!((status, code.as_str()), expected, "{}", service.name);
        }
    }

    #[test]
    fn actions_are_named_exactly_or_by_their_beginning() {
        assert!(fits("*", "ec2:CreateVpc"));
        assert!(fits("ec2:Create*", "ec2:CreateVpc"));
        assert!(fits("ec2:CreateVpc", "ec2:CreateVpc"));
        assert!(!fits("ec2:CreateVpc", "ec2:CreateVpcEndpoint"));
        assert!(!fits("ec2:*", "ecs:CreateCluster"));
    }
}
