//! Repositories.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    errors,
    image::{self, Image},
    tags,
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    kms,
    world::{Edit, Time, resource},
};

/// "If this parameter is not used, then DescribeRepositories returns up to 100 results."
const PAGE: usize = 100;

resource! {
    /// A repository, by its name.
    pub(crate) struct Repository: "ecr/repository" in Region {
        tags: BTreeMap<String, String>,
        /// As it is given back.
        policy: Option<String>,
        lifecycle: Option<String>,
        /// When the lifecycle policy was last looked at.
        evaluated: Option<Time>,
        /// Sizes of layers by their digests.
        layers: BTreeMap<String, u64>,
    }
}

/// CreateRepository.
///
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    own_registry(call, input)?;
    let name = input.text("repositoryName");
    if call.table::<Repository>().contains(name) {
        let message = format!(
            "The repository with name '{name}' already exists in the registry with id '{}'",
            call.account
        );
        return Err(AwsError::new("RepositoryAlreadyExistsException", message));
    }
    let tags = tags::merged(&BTreeMap::new(), input.items("tags"))?;
    let mut repository = empty(call, name, &call.account.clone(), &call.region.clone());
    let kept = call.keep("Repository", input);
    repository.view.take_over(
        &kept,
        &[
            "encryptionConfiguration",
            "imageScanningConfiguration",
            "imageTagMutability",
            "imageTagMutabilityExclusionFilters",
        ],
    );
    check_exclusions(&repository.view)?;
    // What a client leaves out of the configuration is told all the same.
    let scanning = &mut repository.view["imageScanningConfiguration"];
    *scanning = json!({"scanOnPush": scanning.flag("scanOnPush")});
    let encryption = &mut repository.view["encryptionConfiguration"];
    if encryption.text("encryptionType") != "AES256" {
        let named = encryption.some_text("kmsKey");
        let key = named.map_or_else(
            || kms::own_key(call, "ecr"),
            |named| kms::arn_of(call, named),
        );
        encryption["kmsKey"] = key.into();
    }
    repository.tags = tags;
    let view = repository.view.clone();
    call.insert(name, repository);
    Ok(json!({"repository": view}))
}

/// A repository with the settings that AWS gives to it unasked, as replication makes them.
pub(super) fn empty(call: &Call<'_>, name: &str, account: &str, region: &str) -> Repository {
    let partition = call.partition();
    let view = json!({
        "createdAt": call.now,
        "encryptionConfiguration": {"encryptionType": "AES256"},
        "imageScanningConfiguration": {"scanOnPush": false},
        "imageTagMutability": "MUTABLE",
        "registryId": account,
        "repositoryArn": format!("arn:{partition}:ecr:{region}:{account}:repository/{name}"),
        "repositoryName": name,
        "repositoryUri": format!("{}/{name}", host(account, region)),
    });
    Repository {
        view,
        tags: BTreeMap::new(),
        policy: None,
        lifecycle: None,
        evaluated: None,
        layers: BTreeMap::new(),
    }
}

/// Where a registry is.
pub(super) fn host(account: &str, region: &str) -> String {
    let domain = if region.starts_with("cn-") {
        "amazonaws.com.cn"
    } else {
        "amazonaws.com"
    };
    format!("{account}.dkr.ecr.{region}.{domain}")
}

/// DescribeRepositories.
///
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRepositories.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    own_registry(call, input)?;
    let table = call.table::<Repository>();
    let names: Vec<&str> = input.texts("repositoryNames").collect();
    if let Some(name) = names.iter().find(|name| !table.contains(name)) {
        return Err(errors::no_repository(call, name));
    }
    let rows = table
        .iter()
        .filter(|(name, _)| names.is_empty() || names.contains(name))
        .map(|(name, it)| (name.to_owned(), it));
    call.page(input, PAGE, rows, |it| it.view.clone())
}

/// DeleteRepository: with images only by force.
///
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepository.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.text("repositoryName");
    let view = named(call, input)?.view.clone();
    let images: Vec<String> = image::of(call.table(), name)
        .into_iter()
        .map(|(id, _)| id.to_owned())
        .collect();
    if !images.is_empty() && !input.flag("force") {
        let message = format!(
            "The repository with name '{name}' in registry with id '{}' cannot be deleted because \
             it still contains images",
            call.account
        );
        return Err(AwsError::new("RepositoryNotEmptyException", message));
    }
    for id in images {
        call.table_mut::<Image>().remove(&id);
    }
    call.table_mut::<Repository>().remove(name);
    Ok(json!({"repository": view}))
}

/// PutImageTagMutability.
///
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImageTagMutability.html>
pub(super) fn put_mutability(call: &mut Call<'_>, input: &Value) -> Outcome {
    check_exclusions(input)?;
    let mut repository = named(call, input)?;
    repository.view.clear("imageTagMutabilityExclusionFilters");
    let members = ["imageTagMutability", "imageTagMutabilityExclusionFilters"];
    repository.view.take_over(input, &members);
    let mut answer = json!({"repositoryName": input["repositoryName"]});
    answer.take_over(&repository.view, &["registryId"]);
    answer.take_over(&repository.view, &members);
    Ok(answer)
}

/// Filters stand beside the settings that have exclusions, and only there.
///
/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html>
fn check_exclusions(settings: &Value) -> Result<(), AwsError> {
    let filters = settings.items("imageTagMutabilityExclusionFilters");
    let wants = settings
        .text("imageTagMutability")
        .ends_with("_WITH_EXCLUSION");
    if wants == filters.is_empty() {
        let rule = if wants {
            "Exclusion filters must be specified with this image tag mutability"
        } else {
            "Exclusion filters cannot be specified with this image tag mutability"
        };
        return Err(errors::invalid("imageTagMutabilityExclusionFilters", rule));
    }
    Ok(())
}

/// PutImageScanningConfiguration.
///
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImageScanningConfiguration.html>
pub(super) fn put_scanning(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut repository = named(call, input)?;
    let on = input["imageScanningConfiguration"].flag("scanOnPush");
    repository.view["imageScanningConfiguration"] = json!({"scanOnPush": on});
    Ok(json!({
        "imageScanningConfiguration": {"scanOnPush": on},
        "registryId": repository.view["registryId"],
        "repositoryName": input["repositoryName"],
    }))
}

/// The repository that an input names.
pub(super) fn named<'c>(
    call: &'c mut Call<'_>,
    input: &Value,
) -> Result<Edit<'c, Repository>, AwsError> {
    own_registry(call, input)?;
    let name = input.text("repositoryName");
    if !call.table::<Repository>().contains(name) {
        return Err(errors::no_repository(call, name));
    }
    let found = call.table_mut().get_mut(name);
    found.ok_or_else(|| AwsError::internal("a repository went during a call"))
}

/// Another account's registry is closed: the emulator judges no policies.
pub(super) fn own_registry(call: &Call<'_>, input: &Value) -> Result<(), AwsError> {
    match input.some_text("registryId") {
        Some(id) if id != call.account => {
            let message = format!(
                "Account {} is not authorized to use the registry with id '{id}'",
                call.account
            );
            Err(AwsError::new("AccessDeniedException", message))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::{fields::Fields, testing::Aws};

    #[test]
    fn a_repository_has_aws_settings() {
        let aws = Aws::new();
        let made = aws.ok("ecr", "CreateRepository", json!({"repositoryName": "a/b"}));
        let made = &made["repository"];
        assert_eq!(
            made["repositoryUri"],
            "123456789012.dkr.ecr.eu-west-3.amazonaws.com/a/b"
        );
        assert_eq!(made["imageTagMutability"], "MUTABLE");
        assert_eq!(made["encryptionConfiguration"]["encryptionType"], "AES256");
        let told = aws.ok(
            "ecr",
            "DescribeRepositories",
            json!({"repositoryNames": ["a/b"]}),
        );
        assert_eq!(&told["repositories"][0], made);
    }

    /// "RepositoryAlreadyExistsException", API_CreateRepository.
    #[test]
    fn a_name_is_used_once() {
        let aws = Aws::new();
        let input = json!({"repositoryName": "app"});
        aws.ok("ecr", "CreateRepository", input.clone());
        let refusal = aws.refused("ecr", "CreateRepository", input.clone());
        assert_eq!(refusal.code, "RepositoryAlreadyExistsException");
        aws.in_region("us-east-1")
            .ok("ecr", "CreateRepository", input);
        let odd = json!({"repositoryName": "App"});
        assert_eq!(
            aws.code("ecr", "CreateRepository", odd),
            "InvalidParameterException"
        );
    }

    /// "The specified repository contains images. To delete a repository that contains images, you
    /// must force the deletion with the force parameter", API_DeleteRepository.
    #[test]
    fn images_keep_a_repository_unless_forced() {
        let aws = Aws::new();
        let made = aws.ok("ecr", "CreateRepository", json!({"repositoryName": "app"}));
        let uri = made["repository"]["repositoryUri"].as_str().unwrap();
        aws.emulator().push_image(uri, "1").unwrap();
        let name = json!({"repositoryName": "app"});
        let refusal = aws.refused("ecr", "DeleteRepository", name);
        assert_eq!(refusal.code, "RepositoryNotEmptyException");
        let force = json!({"repositoryName": "app", "force": true});
        aws.ok("ecr", "DeleteRepository", force.clone());
        let refusal = aws.refused("ecr", "DeleteRepository", force);
        assert_eq!(refusal.code, "RepositoryNotFoundException");
        assert_eq!(
            refusal.message,
            "The repository with name 'app' does not exist in the registry with id '123456789012'"
        );
        assert!(aws.emulator().inventory().is_empty());
    }

    /// As the answer to a request without it: API_CreateRepository, "Examples".
    #[test]
    fn scanning_is_told_whether_asked_for_or_not() {
        let aws = Aws::new();
        for (name, asked) in [("app", json!({})), ("scanned", json!({"scanOnPush": true}))] {
            let input = json!({"repositoryName": name, "imageScanningConfiguration": asked});
            let made = aws.ok("ecr", "CreateRepository", input);
            let told = &made["repository"]["imageScanningConfiguration"];
            assert_eq!(told["scanOnPush"], name == "scanned");
        }
    }

    #[test]
    fn settings_are_put() {
        let aws = Aws::new();
        aws.ok("ecr", "CreateRepository", json!({"repositoryName": "app"}));
        let scan = json!({
            "repositoryName": "app",
            "imageScanningConfiguration": {"scanOnPush": true},
        });
        aws.ok("ecr", "PutImageScanningConfiguration", scan);
        let fixed = json!({"repositoryName": "app", "imageTagMutability": "IMMUTABLE"});
        aws.ok("ecr", "PutImageTagMutability", fixed);
        let told = aws.ok("ecr", "DescribeRepositories", json!({}));
        let told = &told["repositories"][0];
        assert_eq!(told["imageScanningConfiguration"]["scanOnPush"], true);
        assert_eq!(told["imageTagMutability"], "IMMUTABLE");
    }

    #[test]
    fn repositories_are_listed_by_pages() {
        let aws = Aws::new();
        for name in ["aa", "bb", "cc"] {
            aws.ok("ecr", "CreateRepository", json!({"repositoryName": name}));
        }
        let first = aws.ok("ecr", "DescribeRepositories", json!({"maxResults": 2}));
        assert_eq!(first["repositories"].as_array().unwrap().len(), 2);
        let rest = json!({"maxResults": 2, "nextToken": first["nextToken"]});
        let rest = aws.ok("ecr", "DescribeRepositories", rest);
        assert_eq!(rest["repositories"][0]["repositoryName"], "cc");
        assert_eq!(rest.get("nextToken"), None);
    }

    /// "If you use the KMS encryption type, specify the KMS key to use for encryption. The alias, key
    /// ID, or full ARN of the KMS key can be specified", and without one "the default Amazon Web
    /// Services managed KMS key for Amazon ECR will be used", API_EncryptionConfiguration.
    #[test]
    fn an_encrypted_repository_tells_the_arn_of_its_key() {
        let aws = Aws::new();
        let made = aws.ok("kms", "CreateKey", json!({}));
        let (id, arn) = (&made["KeyMetadata"]["KeyId"], &made["KeyMetadata"]["Arn"]);
        let key_of = |name: &str, key: Value| {
            let mut encryption = json!({"encryptionType": "KMS"});
            encryption.take_over(&json!({"kmsKey": key}), &["kmsKey"]);
            let input = json!({"repositoryName": name, "encryptionConfiguration": encryption});
            let made = aws.ok("ecr", "CreateRepository", input);
            made["repository"]["encryptionConfiguration"]["kmsKey"].clone()
        };
        assert_eq!(key_of("one", id.clone()), *arn);
        let own = key_of("two", Value::Null);
        assert_eq!(key_of("three", json!("alias/aws/ecr")), own);
    }
}
