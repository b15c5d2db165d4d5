//! [`Time`]: a moment, as AWS spells it.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

const DAY: i64 = 86_400_000;
const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Milliseconds since 1970. As JSON it is a number of seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Time(pub i64);

impl Time {
    /// The moment that a number of seconds names, if it is one.
    pub fn from_seconds(seconds: f64) -> Self {
        Self((seconds * 1000.0).round() as i64)
    }

    pub fn after(self, duration: Duration) -> Self {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(millis))
    }

    /// `2026-01-31T12:00:00Z`, with milliseconds where there are some.
    pub fn iso8601(self) -> String {
        let (year, month, day) = self.date();
        let millis = self.0.rem_euclid(DAY);
        let (hour, minute) = (millis / 3_600_000, millis / 60_000 % 60);
        let (second, millis) = (millis / 1000 % 60, millis % 1000);
        let head = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
        match millis {
            0 => format!("{head}Z"),
            millis => format!("{head}.{millis:03}Z"),
        }
    }

    /// `Sat, 31 Jan 2026 12:00:00 GMT`
    pub fn rfc822(self) -> String {
        let (year, month, day) = self.date();
        let weekday = WEEKDAYS[self.0.div_euclid(DAY).rem_euclid(7) as usize];
        let month = MONTHS[month as usize - 1];
        let millis = self.0.rem_euclid(DAY);
        let (hour, minute, second) = (millis / 3_600_000, millis / 60_000 % 60, millis / 1000 % 60);
        format!("{weekday}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} GMT")
    }

    /// Reads any of AWS's spellings.
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(seconds) = text.parse::<f64>() {
            return seconds.is_finite().then(|| Self::from_seconds(seconds));
        }
        parse_iso8601(text).or_else(|| parse_rfc822(text))
    }

    /// Year, month and day. After Howard Hinnant's `civil_from_days`.
    fn date(self) -> (i64, i64, i64) {
        let days = self.0.div_euclid(DAY) + 719_468;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let years = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * years + years / 4 - years / 100);
        let shifted = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 {
            shifted + 3
        } else {
            shifted - 9
        };
        (years + era * 400 + i64::from(month <= 2), month, day)
    }

    fn at(date: (i64, i64, i64), clock: (i64, i64, i64), millis: i64) -> Option<Self> {
        let (year, month, day) = date;
        let (hour, minute, second) = clock;
        let fits = (1..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=31).contains(&day)
            && (0..24).contains(&hour)
            && (0..60).contains(&minute)
            && (0..61).contains(&second);
        let shifted = if month > 2 { month - 3 } else { month + 9 };
        let year = if month > 2 { year } else { year - 1 };
        let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let of_year = (153 * shifted + 2) / 5 + day - 1;
        let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
        let seconds = hour * 3600 + minute * 60 + second;
        fits.then(|| Self(days * DAY + seconds * 1000 + millis))
    }
}

fn parse_iso8601(text: &str) -> Option<Time> {
    let (date, clock) = text.split_once('T').unwrap_or((text, "00:00:00Z"));
    let date = three(date, '-')?;
    let clock = clock.strip_suffix('Z').unwrap_or(clock);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
    Time::at(date, three(clock, ':')?, digits.parse().ok()?)
}

fn parse_rfc822(text: &str) -> Option<Time> {
    let mut words = text.split_once(", ")?.1.split(' ');
    let day = words.next()?.parse().ok()?;
    let month = words.next()?;
    let month = MONTHS.iter().position(|name| *name == month)? as i64 + 1;
    let year = words.next()?.parse().ok()?;
    Time::at((year, month, day), three(words.next()?, ':')?, 0)
}

fn three(text: &str, between: char) -> Option<(i64, i64, i64)> {
    let mut parts = text.splitn(3, between).map(|part| match part.len() {
        1..=4 => part.parse::<u16>().ok().map(i64::from),
        _ => None,
    });
    Some((parts.next()??, parts.next()??, parts.next()??))
}

impl From<Time> for Value {
    fn from(time: Time) -> Self {
        match time.0 % 1000 {
            0 => (time.0 / 1000).into(),
            _ => (time.0 as f64 / 1000.0).into(),
        }
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Value::from(*self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::from_seconds(f64::deserialize(deserializer)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_and_read_in_every_spelling() {
        let time = Time(1_769_860_799_250);
        assert_eq!(time.iso8601(), "2026-01-31T11:59:59.250Z");
        assert_eq!(time.rfc822(), "Sat, 31 Jan 2026 11:59:59 GMT");
        assert_eq!(Time::parse("2026-01-31T11:59:59.25Z"), Some(time));
        assert_eq!(Time::parse(&time.rfc822()), Some(Time(1_769_860_799_000)));
        assert_eq!(Time::parse("1769860799.25"), Some(time));
        assert_eq!(Time::parse("2024-02-29"), Some(Time(1_709_164_800_000)));
        assert_eq!(Time(1_709_164_800_000).iso8601(), "2024-02-29T00:00:00Z");
    }

    #[test]
    fn nonsense_is_no_time() {
        for text in [
            "",
            "tomorrow",
            "2026-13-01",
            "2026-01-01T99:00:00Z",
            "NaN",
            "Sat, 1",
        ] {
            assert_eq!(Time::parse(text), None, "{text}");
        }
    }
}
