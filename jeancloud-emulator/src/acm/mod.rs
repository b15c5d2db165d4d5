//! AWS Certificate Manager: public certificates that are validated by DNS.

mod certificate;
mod listing;
mod options;
mod request;
mod tags;
mod validation;

pub(crate) use certificate::Certificate;
pub(crate) use validation::record_stands;

crate::services::service! {
    "acm" signs "acm";
    operations {
        AddTagsToCertificate => tags::add,
        DeleteCertificate => certificate::delete,
        DescribeCertificate => certificate::describe,
        GetCertificate => certificate::get,
        ListCertificates => listing::list,
        ListTagsForCertificate => tags::list,
        RemoveTagsFromCertificate => tags::remove,
        RequestCertificate => request::request,
        UpdateCertificateOptions => options::update,
    }
    kinds [certificate::Certificate, validation::Awaited]
    tasks [validation::RECORDS, validation::ISSUED]
}
