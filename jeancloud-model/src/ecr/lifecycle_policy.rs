//! [`LifecyclePolicy`]: which images a repository expires.

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeMap};
use serde_json::{Value as Json, json};

use crate::{
    Checked, Invalid,
    shape::{Member, Shape, Shaped},
};

const DOCUMENT: &str =
    "https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html";

/// Which images a repository expires: rules in the order in which AWS tries them.
///
/// Follows "Lifecycle policy properties" of the ECR user guide. An image that an earlier rule
/// selected is not looked at by a later one.
#[derive(Clone, Debug, PartialEq)]
pub struct LifecyclePolicy(Vec<LifecycleRule>);

/// One rule of a lifecycle policy: expires the selected images beyond a limit.
#[derive(Clone, Debug, PartialEq)]
pub struct LifecycleRule {
    /// Which images it looks at.
    pub selection: ImageSelection,
    /// How many, or how old, may stay.
    pub limit: ImageLimit,
    /// What it is for.
    pub description: Option<String>,
}

/// Which images a lifecycle rule looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImageSelection {
    /// Those without a tag.
    Untagged,
    /// Those with a tag that begins with one of these; an image has to match all that are given.
    TaggedWithPrefix(Vec<String>),
    /// Those with a tag that matches one of these patterns, where `*` stands for anything.
    TaggedLike(Vec<String>),
    /// All of them. Such a rule has to be the last, and there is one at most.
    Any,
}

/// How many, or how old, images may stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageLimit {
    /// Pushed at most so many days ago.
    Days(u32),
    /// The newest so many.
    Newest(u32),
}

impl LifecycleRule {
    /// Expires the selected images beyond the limit.
    pub fn expire(selection: ImageSelection, limit: ImageLimit) -> Self {
        Self {
            selection,
            limit,
            description: None,
        }
    }

    /// Expires images without a tag, so many days after they were pushed.
    pub fn untagged_after_days(days: u32) -> Self {
        Self::expire(ImageSelection::Untagged, ImageLimit::Days(days))
    }

    /// Keeps the newest so many images, whatever their tags. The last rule of a policy.
    pub fn keep_newest(count: u32) -> Self {
        Self::expire(ImageSelection::Any, ImageLimit::Newest(count))
    }

    /// With what it is for.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    fn to_json(&self, priority: usize) -> Json {
        let mut selection = match &self.selection {
            ImageSelection::Untagged => json!({"tagStatus": "untagged"}),
            ImageSelection::Any => json!({"tagStatus": "any"}),
            ImageSelection::TaggedWithPrefix(prefixes) => {
                json!({"tagStatus": "tagged", "tagPrefixList": prefixes})
            }
            ImageSelection::TaggedLike(patterns) => {
                json!({"tagStatus": "tagged", "tagPatternList": patterns})
            }
        };
        match self.limit {
            ImageLimit::Days(days) => {
                selection["countType"] = json!("sinceImagePushed");
                selection["countUnit"] = json!("days");
                selection["countNumber"] = json!(days);
            }
            ImageLimit::Newest(count) => {
                selection["countType"] = json!("imageCountMoreThan");
                selection["countNumber"] = json!(count);
            }
        }
        let mut rule = json!({
            "rulePriority": priority,
            "selection": selection,
            "action": {"type": "expire"},
        });
        if let Some(description) = &self.description {
            rule["description"] = json!(description);
        }
        rule
    }

    fn from_json(rule: &Json) -> Option<Self> {
        let selection = &rule["selection"];
        let strings = |key: &str| -> Option<Vec<String>> {
            let list = selection[key].as_array()?.iter();
            list.map(|one| one.as_str().map(str::to_owned)).collect()
        };
        if rule["action"]["type"] != "expire" {
            return None;
        }
        let number = u32::try_from(selection["countNumber"].as_u64()?).ok()?;
        Some(Self {
            selection: match selection["tagStatus"].as_str()? {
                "untagged" => ImageSelection::Untagged,
                "any" => ImageSelection::Any,
                _ => match strings("tagPatternList") {
                    Some(patterns) => ImageSelection::TaggedLike(patterns),
                    None => ImageSelection::TaggedWithPrefix(strings("tagPrefixList")?),
                },
            },
            limit: match selection["countType"].as_str()? {
                "sinceImagePushed" => ImageLimit::Days(number),
                "imageCountMoreThan" => ImageLimit::Newest(number),
                _ => return None,
            },
            description: rule["description"].as_str().map(str::to_owned),
        })
    }
}

impl LifecyclePolicy {
    /// A policy of these rules, tried in this order.
    pub fn new(rules: impl IntoIterator<Item = LifecycleRule>) -> Self {
        Self(rules.into_iter().collect())
    }

    /// The rules, in the order in which AWS tries them.
    pub fn rules(&self) -> &[LifecycleRule] {
        &self.0
    }

    /// The JSON text that AWS takes: one spelling for each meaning.
    pub fn to_aws(&self) -> String {
        let rules = self.0.iter().enumerate();
        let rules: Vec<Json> = rules.map(|(index, rule)| rule.to_json(index + 1)).collect();
        json!({ "rules": rules }).to_string()
    }

    /// The policy of AWS's JSON text; `None` where something in it is not modelled.
    pub fn from_aws(text: &str) -> Option<Self> {
        let document: Json = serde_json::from_str(text).ok()?;
        let mut rules: Vec<&Json> = document["rules"].as_array()?.iter().collect();
        rules.sort_by_key(|rule| rule["rulePriority"].as_u64());
        let rules: Option<Vec<_>> = rules.into_iter().map(LifecycleRule::from_json).collect();
        rules.map(Self)
    }
}

impl<const N: usize> From<[LifecycleRule; N]> for LifecyclePolicy {
    fn from(rules: [LifecycleRule; N]) -> Self {
        Self::new(rules)
    }
}

impl From<LifecycleRule> for Option<LifecyclePolicy> {
    fn from(rule: LifecycleRule) -> Self {
        Some([rule].into())
    }
}

// CloudFormation's shape is an object around the JSON text.
impl Serialize for LifecyclePolicy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("LifecyclePolicyText", &self.to_aws())?;
        map.end()
    }
}

#[derive(Deserialize)]
struct Wire {
    #[serde(rename = "LifecyclePolicyText")]
    text: String,
}

impl<'de> Deserialize<'de> for LifecyclePolicy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Wire { text } = Wire::deserialize(deserializer)?;
        Self::from_aws(&text).ok_or_else(|| serde::de::Error::custom("no lifecycle policy"))
    }
}

impl Shaped for LifecyclePolicy {
    fn shape() -> Shape {
        Shape::Object(vec![Member::value("LifecyclePolicyText")])
    }
}

impl Checked for LifecyclePolicy {
    fn check_values(&self, path: &str, found: &mut dyn FnMut(&str, Invalid)) {
        let mut report = |wrong: String, rule| {
            found(path, Invalid::new(wrong, rule).document(DOCUMENT));
        };
        let rules = &self.0;
        if rules.is_empty() || rules.len() > 50 {
            report(
                format!("has {} rules", rules.len()),
                "a lifecycle policy has 1 to 50 rules",
            );
        }
        for (index, rule) in rules.iter().enumerate() {
            let number = index + 1;
            if rule.selection == ImageSelection::Any && number != rules.len() {
                let wrong = format!("rule {number} of {} is for any image", rules.len());
                report(
                    wrong,
                    "a rule for any image is the last one, and the only one of its kind",
                );
            }
            if matches!(rule.limit, ImageLimit::Days(0) | ImageLimit::Newest(0)) {
                report(
                    format!("rule {number} has the limit 0"),
                    "countNumber is above 0",
                );
            }
            let filters = match &rule.selection {
                ImageSelection::TaggedWithPrefix(prefixes) => prefixes,
                ImageSelection::TaggedLike(patterns) => patterns,
                ImageSelection::Untagged | ImageSelection::Any => continue,
            };
            if filters.is_empty() || filters.iter().any(String::is_empty) {
                let wrong = format!("rule {number} selects tagged images by nothing");
                report(wrong, "a rule for tagged images names prefixes or patterns");
            }
            if filters.iter().any(|filter| filter.matches('*').count() > 4) {
                let wrong = format!("rule {number} has a pattern with more than four `*`");
                report(wrong, "a tag pattern has at most four wildcards");
            }
        }
        let untagged = rules
            .iter()
            .filter(|rule| rule.selection == ImageSelection::Untagged);
        if untagged.count() > 1 {
            report(
                "has two rules for untagged images".into(),
                "only one rule is for untagged images",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(policy: &LifecyclePolicy) -> Vec<String> {
        let mut all = Vec::new();
        policy.check_values("", &mut |_, invalid| all.push(invalid.wrong));
        all
    }

    #[test]
    fn a_policy_comes_back_from_its_text_whatever_its_priorities() {
        let tagged = ImageSelection::TaggedWithPrefix(vec!["v".into()]);
        let policy = LifecyclePolicy::new([
            LifecycleRule::untagged_after_days(14).description("leftovers"),
            LifecycleRule::expire(tagged, ImageLimit::Newest(10)),
            LifecycleRule::keep_newest(100),
        ]);
        assert_eq!(
            LifecyclePolicy::from_aws(&policy.to_aws()).as_ref(),
            Some(&policy)
        );
        let sparse = policy
            .to_aws()
            .replace("\"rulePriority\":3", "\"rulePriority\":30");
        assert_eq!(LifecyclePolicy::from_aws(&sparse).as_ref(), Some(&policy));
        assert!(faults(&policy).is_empty());
    }

    #[test]
    fn a_rule_for_any_image_is_the_last() {
        let rules = [
            LifecycleRule::keep_newest(5),
            LifecycleRule::untagged_after_days(1),
        ];
        assert_eq!(faults(&rules.into()), ["rule 1 of 2 is for any image"]);
    }

    #[test]
    fn what_is_not_modelled_is_no_policy() {
        let other = r#"{"rules":[{"rulePriority":1,"selection":{"tagStatus":"any","countType":"sinceImagePulled","countUnit":"days","countNumber":1},"action":{"type":"expire"}}]}"#;
        assert_eq!(LifecyclePolicy::from_aws(other), None);
    }
}
