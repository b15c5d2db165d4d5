//! What the scaffold writes for the schema in its test.

use jeancloud_model::{Facts, choice, id_value, properties, resource, text_value};

id_value! {
    /// The id of one, as `…`.
    QueueUrl starts "…",
}

text_value! {
    /// DESCRIBE.
    CreatedBy,
}

choice! {
    /// DESCRIBE.
    Permission {
        /// DESCRIBE.
        AllowAll = "allowAll",
        /// DESCRIBE.
        DenyAll = "DENY_ALL",
    }
}

choice! {
    /// DESCRIBE.
    Scope {
        /// DESCRIBE.
        Queue = "queue",
        /// DESCRIBE.
        MessageGroup = "messageGroup",
    }
}

properties! {
    /// DESCRIBE.
    Redrive;

    /// DESCRIBE: meaning, unit, range, default, AWS's rule.
    opt permission "Permission": Permission,
    /// DESCRIBE: meaning, unit, range, default, AWS's rule.
    text queue "Queue",
}

resource! {
    /// WHAT IT IS.
    ///
    /// Follows [`AWS::Example::Queue`] and [`WHICH CALL`].
    ///
    /// [`AWS::Example::Queue`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-example-queue.html
    /// [`WHICH CALL`]: https://docs.aws.amazon.com/WHERE/latest/APIReference/API_WHICH.html
    Queue = "AWS::Example::Queue", id "QueueUrl": QueueUrl,
    facts Facts {
        create_only: &["Fifo", "QueueName"],
        outputs: &["Arn", "CreatedBy"],
        ..Facts::DEFAULT
    };

    /// DESCRIBE: meaning, unit, range, default, AWS's rule.
    opt delay_seconds "DelaySeconds": u32,
    /// DESCRIBE: meaning, unit, range, default, AWS's rule.
    opt fifo "Fifo": bool,
    /// DESCRIBE: meaning, unit, range, default, AWS's rule.
    texts names "Names",
    /// DESCRIBE: meaning, unit, range, default, AWS's rule.
    opt_text policy "Policy",
    /// DESCRIBE: meaning, unit, range, default, AWS's rule.
    text queue_name "QueueName",
    /// DESCRIBE: meaning, unit, range, default, AWS's rule.
    opt_plain redrive "Redrive": Redrive,
    /// DESCRIBE: meaning, unit, range, default, AWS's rule.
    plain_list redrives "Redrives": Redrive,
    /// DESCRIBE: meaning, unit, range, default, AWS's rule.
    one scope "Scope": Scope,
    tags,
}
