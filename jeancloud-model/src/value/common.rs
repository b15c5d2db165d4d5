//! Values that many services share: ARNs, accounts, DNS names.

crate::text_value! {
    /// An Amazon Resource Name, as `arn:aws:iam::123456789012:role/name`.
    Arn {
        rule: "an ARN is arn:partition:service:region:account:resource",
        document: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html",
        check: |text| {
            let parts: Vec<&str> = text.splitn(6, ':').collect();
            let whole = parts.len() == 6 && parts[0] == "arn" && !parts[1].is_empty()
                && !parts[2].is_empty() && !parts[5].is_empty();
            (!whole).then_some("is no ARN")
        },
    },
    /// The twelve digits of an AWS account.
    AccountId {
        rule: "an account's id has twelve digits",
        document: "https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html",
        check: |text| {
            let twelve = text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
            (!twelve).then_some("is no account id")
        },
    },
    /// A DNS name, without a trailing dot, as `api.example.com`.
    DnsName {
        rule: "a DNS name has labels of 1 to 63 letters, digits, - and _, and 255 characters at most",
        document: "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html",
        check: |text| {
            let text = text.strip_suffix('.').unwrap_or(text);
            if text.is_empty() {
                return Some("is empty");
            }
            if text.len() > 255 {
                return Some("is longer than 255 characters");
            }
            let label = |label: &str| {
                (1..=63).contains(&label.len())
                    && label.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_*".contains(&b))
                    && !label.starts_with('-') && !label.ends_with('-')
            };
            (!text.split('.').all(label)).then_some("is no DNS name")
        },
    },
}
