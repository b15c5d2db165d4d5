//! [`Params`]: what a person may set of a stack without touching its source.
//!
//! A stack function asks for its parameters by name, with their type and their default. What was
//! asked is remembered, so that a mistake ([`Params::finish`]) can name every parameter there is.

mod kept;

use std::{
    any::type_name,
    collections::BTreeMap,
    fmt,
    str::FromStr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use thiserror::Error;

/// The parameters of a stack: from `--set key=value`, and from the environment's `JEANCLOUD_<KEY>`.
///
/// ```
/// use jeancloud::Params;
///
/// struct Sizes { domain: String, tls: bool, tasks: u32, image: Option<String> }
///
/// fn sizes(p: &Params) -> Sizes {
///     Sizes {
///         domain: p.get("domain", "example.com"),
///         tls: p.get("tls", false),
///         tasks: p.get("tasks", 2u32),
///         image: p.optional("image"),
///     }
/// }
///
/// let sizes = sizes(&Params::from_pairs([("tls", "true"), ("image", "v1")]));
/// assert!(sizes.tls && sizes.domain == "example.com");
/// assert_eq!(sizes.image.as_deref(), Some("v1"));
/// ```
///
/// Asking never fails: a value that is no `T` counts as not given, and [`finish`](Self::finish)
/// reports it together with all other mistakes. The command line calls it before anything else
/// happens.
#[derive(Debug, Default)]
pub struct Params {
    given: BTreeMap<String, Given>,
    asked: Mutex<BTreeMap<String, Asked>>,
}

#[derive(Debug)]
struct Given {
    value: String,
    /// How a person wrote it: `--set tls=maybe` or `JEANCLOUD_TLS=maybe`.
    written: String,
}

#[derive(Debug)]
struct Asked {
    known: KnownParameter,
    mistake: Option<String>,
}

/// A parameter that the stack asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownParameter {
    /// Its name.
    pub name: String,
    /// What it takes, as `text` or `true or false`.
    pub kind: String,
    /// Its default; `None`: it may be left out.
    pub default: Option<String>,
}

/// Values that a stack could not use, all at once, with everything that it knows.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub struct ParamsError {
    /// Each unknown or ill-typed value, as one sentence.
    pub mistakes: Vec<String>,
    /// Every parameter of the stack, by name.
    pub known: Vec<KnownParameter>,
}

impl Params {
    /// What the environment's variables for parameters begin with.
    pub const PREFIX: &'static str = "JEANCLOUD_";

    /// None given: every default holds.
    pub fn none() -> Self {
        Self::default()
    }

    /// Those given by `pairs`, as `--set key=value` does.
    pub fn from_pairs<K: Into<String>, V: Into<String>>(
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let mut params = Self::default();
        for (key, value) in pairs {
            let (key, value) = (key.into(), value.into());
            let written = format!("--set {key}={value}");
            params.given.insert(key, Given { value, written });
        }
        params
    }

    /// With those that the environment gives: `JEANCLOUD_DB_CLASS=x` sets `db-class`. What is given
    /// already stays.
    #[must_use]
    pub fn or_environment(mut self, variables: impl IntoIterator<Item = (String, String)>) -> Self {
        for (variable, value) in variables {
            let Some(key) = variable.strip_prefix(Self::PREFIX) else {
                continue;
            };
            let key = key.to_ascii_lowercase().replace('_', "-");
            let written = format!("{variable}={value}");
            self.given.entry(key).or_insert(Given { value, written });
        }
        self
    }

    /// The parameter `name`, or `default` where it is not given.
    pub fn get<T>(&self, name: &str, default: impl Into<T>) -> T
    where
        T: FromStr<Err: fmt::Display> + fmt::Display,
    {
        let default = default.into();
        let shown = Some(default.to_string());
        self.ask(name, shown).unwrap_or(default)
    }

    /// The parameter `name`, if it is given.
    pub fn optional<T>(&self, name: &str) -> Option<T>
    where
        T: FromStr<Err: fmt::Display>,
    {
        self.ask(name, None)
    }

    /// Whether a value was given for `name`.
    pub(crate) fn is_given(&self, name: &str) -> bool {
        self.given.keys().any(|key| plain(key) == plain(name))
    }

    /// Every parameter that was asked for, by name.
    pub fn known(&self) -> Vec<KnownParameter> {
        let asked = self.asked();
        asked.values().map(|asked| asked.known.clone()).collect()
    }

    /// Ends the asking.
    ///
    /// # Errors
    /// Where a value was given that nothing asked for, or that was no value of the type asked for.
    pub fn finish(&self) -> Result<(), ParamsError> {
        let known = self.known();
        let asked = self.asked();
        let mut mistakes: Vec<String> = asked
            .values()
            .filter_map(|asked| asked.mistake.clone())
            .collect();
        for (key, given) in &self.given {
            if asked.keys().all(|name| plain(name) != plain(key)) {
                mistakes.push(format!(
                    "{}: the stack has no parameter `{key}`{}",
                    given.written,
                    similar(key, &known)
                ));
            }
        }
        match mistakes.is_empty() {
            true => Ok(()),
            false => Err(ParamsError { mistakes, known }),
        }
    }

    fn ask<T>(&self, name: &str, default: Option<String>) -> Option<T>
    where
        T: FromStr<Err: fmt::Display>,
    {
        let kind = kind(type_name::<T>());
        let mut mistake = None;
        let given = self.given.iter().find(|(key, _)| plain(key) == plain(name));
        let value = given.and_then(|(_, given)| match given.value.parse::<T>() {
            Ok(value) => Some(value),
            Err(error) => {
                let why = refused(&kind, &given.value, &error.to_string());
                mistake = Some(format!("{}: `{name}` is {kind}{why}", given.written));
                None
            }
        });
        let known = KnownParameter {
            name: name.to_owned(),
            kind,
            default,
        };
        self.asked()
            .insert(name.to_owned(), Asked { known, mistake });
        value
    }

    fn asked(&self) -> MutexGuard<'_, BTreeMap<String, Asked>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Display for ParamsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.mistakes.len() {
            1 => write!(f, "a parameter can't be used")?,
            many => write!(f, "{many} parameters can't be used")?,
        }
        for mistake in &self.mistakes {
            write!(f, "\n  {mistake}")?;
        }
        match self.known.is_empty() {
            true => write!(f, "\nthe stack takes no parameters"),
            false => write!(f, "\nthe stack's parameters:\n{}", Listed(&self.known)),
        }
    }
}

/// A table of parameters: name, kind and default, one a line.
#[derive(Clone, Copy, Debug)]
pub struct Listed<'k>(pub &'k [KnownParameter]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |text: fn(&KnownParameter) -> &str| {
            let widths = self.0.iter().map(|known| text(known).chars().count());
            widths.max().unwrap_or_default()
        };
        let (name, kind) = (width(|known| &known.name), width(|known| &known.kind));
        for (index, known) in self.0.iter().enumerate() {
            let line_end = if index == 0 { "" } else { "\n" };
            write!(
                f,
                "{line_end}  {:name$}  {:kind$}  ",
                known.name, known.kind
            )?;
            match &known.default {
                Some(default) if default.is_empty() => f.write_str("default: empty")?,
                Some(default) => write!(f, "default: {default}")?,
                None => f.write_str("optional")?,
            }
        }
        Ok(())
    }
}

/// `db_class`, `db-class` and `DB_CLASS` are one name.
fn plain(name: &str) -> String {
    name.to_ascii_lowercase().replace('_', "-")
}

/// Why a value is refused. Of a truth or a number, what it takes is said already, and Rust's own
/// message says nothing more unless the number is too large.
fn refused(kind: &str, value: &str, error: &str) -> String {
    match kind == TRUTH || (kind.starts_with(NUMBER) && !error.contains("too")) {
        true => format!(", not `{value}`"),
        false => format!(": {error}"),
    }
}

const TRUTH: &str = "true or false";
const NUMBER: &str = "a number";

/// What a type takes, in words; a type of the stack's own is named.
fn kind(type_name: &str) -> String {
    let words = match type_name {
        "alloc::string::String" => "text",
        "bool" => TRUTH,
        "u8" | "u16" | "u32" | "u64" | "usize" => NUMBER,
        "i8" | "i16" | "i32" | "i64" | "isize" => "a number, or one below zero",
        "f32" | "f64" => "a number with decimals",
        // `Cidr` of `jeancloud_model::value::cidr::Cidr`.
        other => other.rsplit("::").next().unwrap_or(other),
    };
    words.to_owned()
}

fn similar(key: &str, known: &[KnownParameter]) -> String {
    let near = known
        .iter()
        .map(|known| (distance(&plain(key), &plain(&known.name)), &known.name))
        .min();
    match near {
        Some((distance, name)) if distance <= 2 => format!("; `{name}` is meant?"),
        _ => String::new(),
    }
}

/// How many letters differ (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let changed = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(p: &Params) -> (String, bool, u16, Option<String>) {
        (
            p.get("domain", "example.com"),
            p.get("tls", false),
            p.get("max-tasks", 10u16),
            p.optional("image"),
        )
    }

    #[test]
    fn what_is_given_wins_over_the_environment_and_that_over_the_default() {
        let environment = [
            ("JEANCLOUD_MAX_TASKS", "4"),
            ("JEANCLOUD_TLS", "true"),
            ("PATH", "/bin"),
        ];
        let environment = environment.map(|(key, value)| (key.to_owned(), value.to_owned()));
        let p = Params::from_pairs([("tls", "false"), ("image", "v1")]).or_environment(environment);
        assert_eq!(ask(&p), ("example.com".into(), false, 4, Some("v1".into())));
        p.finish().unwrap();
    }

    #[test]
    fn all_mistakes_are_told_at_once_with_all_that_is_known() {
        let given = [("tls", "maybe"), ("max_tasks", "many"), ("domian", "x")];
        let p = Params::from_pairs(given);
        assert_eq!(ask(&p), ("example.com".into(), false, 10, None));
        let text = p.finish().unwrap_err().to_string();
        assert_eq!(
            text,
            "3 parameters can't be used\n  \
             --set max_tasks=many: `max-tasks` is a number, not `many`\n  \
             --set tls=maybe: `tls` is true or false, not `maybe`\n  \
             --set domian=x: the stack has no parameter `domian`; `domain` is meant?\n\
             the stack's parameters:\n  \
             domain     text           default: example.com\n  \
             image      text           optional\n  \
             max-tasks  a number       default: 10\n  \
             tls        true or false  default: false"
        );
    }

    #[test]
    fn a_number_that_is_too_large_is_told_so() {
        let p = Params::from_pairs([("max-tasks", "70000")]);
        let _: u16 = p.get("max-tasks", 10u16);
        let text = p.finish().unwrap_err().mistakes.concat();
        assert!(text.contains("is a number: number too large"), "{text}");
    }
}
