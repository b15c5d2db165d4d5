//! [`ListenerAttributes`]: a listener's settings.

use crate::{Bounded, properties};

use super::attributes::taken_as_attributes;

properties! {
    /// A listener's settings. What is left out stays with AWS.
    ///
    /// Follows ELBv2's [`ListenerAttribute`].
    ///
    /// [`ListenerAttribute`]: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ListenerAttribute.html
    #[derive(Default)]
    ListenerAttributes;
    /// Seconds after which a silent TCP connection is closed, 60 to 6000. TCP. AWS's default: 350.
    opt tcp_idle_timeout_seconds "tcp.idle_timeout.seconds": Bounded<60, 6000>,
    /// Whether answers name the server. HTTP and HTTPS. AWS's default: true.
    opt response_server_enabled "routing.http.response.server.enabled": bool,
    /// The header `Strict-Transport-Security` of every answer, as `max-age=31536000`.
    opt_text strict_transport_security "routing.http.response.strict_transport_security.header_value",
    /// The header `Content-Security-Policy` of every answer.
    opt_text content_security_policy "routing.http.response.content_security_policy.header_value",
    /// The header `X-Content-Type-Options` of every answer: `nosniff`.
    opt_text x_content_type_options "routing.http.response.x_content_type_options.header_value",
    /// The header `X-Frame-Options` of every answer, as `DENY`.
    opt_text x_frame_options "routing.http.response.x_frame_options.header_value",
    /// The header `Access-Control-Allow-Origin` of every answer.
    opt_text access_control_allow_origin "routing.http.response.access_control_allow_origin.header_value",
}

taken_as_attributes!(ListenerAttributes);
