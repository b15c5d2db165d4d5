//! [`PlanOptions`]: what a person asks of one plan, beside what the stack declares.

use serde::{Deserialize, Serialize};

/// What a person asks of one plan, beside what the stack declares.
///
/// Addresses are patterns: `*` stands for any text, `?` for one character, so that `france/*` is
/// everything in France.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct PlanOptions {
    /// Only these addresses, with all that has to be done before (`--target`); none: everything.
    pub targets: Vec<String>,
    /// These are made anew, whether they changed or not (`--replace`).
    pub replace: Vec<String>,
}

impl PlanOptions {
    /// With one more address to plan for.
    ///
    /// ```
    /// use jeancloud_model::{Region, cidr, ec2::Vpc, logs::LogGroup};
    /// use jeancloud_stack::{Stack, plan::{Observations, PlanInput, PlanOptions, plan_with}, state::State};
    ///
    /// let stack = Stack::new("web");
    /// let france = stack.region("france", Region::EuWest3);
    /// france.add("vpc", Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build());
    /// france.add("logs", LogGroup::builder().build());
    /// let (view, state) = (&stack.view(), &State::empty(stack.identity()));
    /// let input = PlanInput { view, state, observed: &Observations::default() };
    /// let (plan, report) = plan_with(input, &PlanOptions::default().target("france/v*"))?;
    /// assert_eq!(plan.actions.len(), 1);
    /// assert_eq!(plan.actions[0].address.as_str(), "france/vpc");
    /// assert_eq!(report.left_out[0].address.as_str(), "france/logs");
    /// # Ok::<(), jeancloud_stack::plan::PlanError>(())
    /// ```
    #[must_use]
    pub fn target(mut self, pattern: impl Into<String>) -> Self {
        self.targets.push(pattern.into());
        self
    }

    /// With one more address to make anew.
    ///
    /// ```
    /// use jeancloud_model::{Address, Region, cidr, ec2::Vpc};
    /// use jeancloud_stack::{
    ///     Stack,
    ///     plan::{Generation, Observations, PlanInput, PlanOptions, plan_with},
    ///     provider::Observed,
    ///     state::State,
    /// };
    /// use serde_json::json;
    ///
    /// let stack = Stack::new("web");
    /// let vpc = Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build();
    /// stack.region("france", Region::EuWest3).add("vpc", vpc);
    /// // A program has this from a survey.
    /// let there = Generation {
    ///     number: 1,
    ///     type_name: "AWS::EC2::VPC".into(),
    ///     region: Region::EuWest3,
    ///     observed: Observed {
    ///         id: "vpc-1".into(),
    ///         properties: json!({"CidrBlock": "10.0.0.0/16"}),
    ///         outputs: [("VpcId".to_owned(), json!("vpc-1"))].into(),
    ///         ownership: None,
    ///         going: false,
    ///     },
    /// };
    /// let mut observed = Observations::default();
    /// observed.resources.insert(Address::new("france/vpc"), vec![there]);
    /// let (view, state) = (&stack.view(), &State::empty(stack.identity()));
    /// let input = PlanInput { view, state, observed: &observed };
    ///
    /// let (plan, _report) = plan_with(input, &PlanOptions::default())?;
    /// assert!(plan.is_empty());
    /// let (plan, _report) = plan_with(input, &PlanOptions::default().replace("france/vpc"))?;
    /// assert_eq!(plan.summary.replace, 1);
    /// assert_eq!(plan.actions[0].reason, "asked for with --replace");
    /// # Ok::<(), jeancloud_stack::plan::PlanError>(())
    /// ```
    #[must_use]
    pub fn replace(mut self, pattern: impl Into<String>) -> Self {
        self.replace.push(pattern.into());
        self
    }
}
