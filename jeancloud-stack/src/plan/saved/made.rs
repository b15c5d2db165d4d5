//! [`Made`]: how a saved plan was made, so that the same program makes the same again.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::SavedPlan;
use crate::{View, plan::secrets_in};

/// How a plan was made. It decides nothing: what is planned again is compared all the same.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Made {
    /// The parameters that the program was given, by name.
    parameters: BTreeMap<String, String>,
    /// The names of those that are not kept, since they are secret.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    secret_parameters: BTreeSet<String>,
    /// The folder of an AWS in the process.
    #[serde(skip_serializing_if = "Option::is_none")]
    embedded: Option<PathBuf>,
}

impl SavedPlan {
    /// With the parameters that the program was given, from which it made what `view` looks at. Of one
    /// whose value stands in something that must not be shown, the name is kept and not the value.
    #[must_use]
    pub fn with_parameters(
        mut self,
        parameters: impl IntoIterator<Item = (String, String)>,
        view: &View,
    ) -> Self {
        let declared = view.declarations().iter();
        let secrets: BTreeSet<String> = declared
            .flat_map(|declaration| secrets_in(declaration.facts, &declaration.properties))
            .collect();
        for (name, value) in parameters {
            if secrets.iter().any(|secret| tells(&value, secret)) {
                self.made.secret_parameters.insert(name);
            } else {
                self.made.parameters.insert(name, value);
            }
        }
        self
    }

    /// For an AWS in the process that is kept in this folder.
    #[must_use]
    pub fn in_folder(mut self, folder: Option<PathBuf>) -> Self {
        self.made.embedded = folder;
        self
    }

    /// The parameters that the program was given and that are no secrets, by name.
    pub fn parameters(&self) -> &BTreeMap<String, String> {
        &self.made.parameters
    }

    /// The names of those that are secrets: they have to be given again.
    pub fn secret_parameters(&self) -> &BTreeSet<String> {
        &self.made.secret_parameters
    }

    /// The folder of the AWS in the process that it is for; `None`: it is for AWS itself, or for one
    /// that went with its process.
    pub fn folder(&self) -> Option<&Path> {
        self.made.embedded.as_deref()
    }
}

/// Whether who knows the value of a parameter knows a secret, or part of one. What is short stands in
/// any text.
fn tells(value: &str, secret: &str) -> bool {
    value.len() >= 4 && (secret.contains(value) || value.contains(secret))
}
