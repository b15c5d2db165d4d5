//! Handlers for AWS Certificate Manager.

mod certificate;
mod certificate_issued;

use crate::aws::Registry;

/// The handlers of this service.
pub(crate) fn register(registry: &mut Registry) {
    registry.add(certificate::CertificateHandler);
    registry.add(certificate_issued::CertificateIssuedHandler);
}
