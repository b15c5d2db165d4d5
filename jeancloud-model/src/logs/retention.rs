//! [`Retention`]: how long CloudWatch keeps log events.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Invalid, Value};

macro_rules! days {
    ($($(#[$doc:meta])* $name:ident = $days:literal,)*) => {
        /// How long CloudWatch keeps log events: the numbers of days that AWS takes.
        ///
        /// Follows CloudWatch Logs' [`PutRetentionPolicy`]. Forever is no value: leave it out.
        ///
        /// [`PutRetentionPolicy`]: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Retention { $($(#[$doc])* $name),* }

        impl Retention {
            /// Every value, the shortest first.
            pub const ALL: &'static [Retention] = &[$(Retention::$name),*];

            /// The number of days.
            pub const fn days(self) -> u32 {
                match self { $(Retention::$name => $days),* }
            }
        }
    };
}

days! {
    /// One day.
    Days1 = 1,
    /// 3 days.
    Days3 = 3,
    /// 5 days.
    Days5 = 5,
    /// 7 days.
    Days7 = 7,
    /// 14 days.
    Days14 = 14,
    /// 30 days.
    Days30 = 30,
    /// 60 days.
    Days60 = 60,
    /// 90 days.
    Days90 = 90,
    /// 120 days.
    Days120 = 120,
    /// 150 days.
    Days150 = 150,
    /// 180 days.
    Days180 = 180,
    /// A year.
    Days365 = 365,
    /// Thirteen months.
    Days400 = 400,
    /// Eighteen months.
    Days545 = 545,
    /// Two years.
    Days731 = 731,
    /// Three years.
    Days1096 = 1096,
    /// Five years.
    Days1827 = 1827,
    /// Six years.
    Days2192 = 2192,
    /// Seven years.
    Days2557 = 2557,
    /// Eight years.
    Days2922 = 2922,
    /// Nine years.
    Days3288 = 3288,
    /// Ten years.
    Days3653 = 3653,
}

impl Retention {
    /// The value of so many days: for numbers that come from outside of the program.
    ///
    /// # Errors
    /// Where AWS doesn't take that number; the hint names the next that it takes.
    pub fn from_days(days: u32) -> Result<Self, Invalid> {
        let found = Self::ALL.iter().find(|retention| retention.days() == days);
        found.copied().ok_or_else(|| {
            let wrong = format!("log events can't be kept for {days} days");
            let rule = "AWS takes 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, \
                        2922, 3288 and 3653 days";
            let longer = Self::ALL.iter().find(|retention| retention.days() > days);
            let hint = longer.map_or_else(
                || "leave it out to keep them forever".to_owned(),
                |longer| format!("the next is {} days", longer.days()),
            );
            Invalid::new(wrong, rule).hint(hint)
        })
    }
}

impl fmt::Display for Retention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.days().fmt(f)
    }
}

impl Value for Retention {
    const NAME: &'static str = "Retention";
}

impl Serialize for Retention {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.days())
    }
}

impl<'de> Deserialize<'de> for Retention {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_days(u32::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_awss_numbers_of_days_are_values() {
        assert_eq!(Retention::from_days(30), Ok(Retention::Days30));
        let refused = Retention::from_days(45).expect_err("AWS takes 30 and 60");
        assert_eq!(refused.hint.as_deref(), Some("the next is 60 days"));
        assert_eq!(serde_json::to_value(Retention::Days7).unwrap(), 7);
    }
}
