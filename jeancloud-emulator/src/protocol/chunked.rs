//! The content encoding `aws-chunked`: chunks with their signatures, and trailers.
//!
//! Follows "Signature calculations for the authorization header: transferring payload in multiple
//! chunks", Amazon S3 API Reference.

use bytes::{Bytes, BytesMut};

use crate::{error::AwsError, http::Request};

/// Replaces a chunked body by its content. Trailers become headers.
pub fn unwrap(request: &mut Request) -> Result<(), AwsError> {
    let encoded = request
        .get("content-encoding")
        .is_some_and(|encodings| encodings.split(',').any(|it| it.trim() == "aws-chunked"));
    let streamed = request
        .get("x-amz-content-sha256")
        .is_some_and(|hash| hash.starts_with("STREAMING-"));
    if !encoded && !streamed {
        return Ok(());
    }
    let malformed = || AwsError::new("IncompleteBody", "The request body is not aws-chunked");
    let (content, trailers) = content(&request.body).ok_or_else(malformed)?;
    let announced = request.get("x-amz-decoded-content-length");
    if announced.is_some_and(|length| length.parse() != Ok(content.len())) {
        let message = "You did not provide the number of bytes specified by the Content-Length \
                       HTTP header";
        return Err(AwsError::new("IncompleteBody", message));
    }
    request.body = content;
    request.headers.extend(trailers);
    for (name, value) in &mut request.headers {
        if name == "content-encoding" {
            let left = value.split(',').map(str::trim);
            *value = left
                .filter(|it| *it != "aws-chunked")
                .collect::<Vec<_>>()
                .join(",");
        }
    }
    request
        .headers
        .retain(|(name, value)| name != "content-encoding" || !value.is_empty());
    Ok(())
}

type Trailers = Vec<(String, String)>;

fn content(body: &Bytes) -> Option<(Bytes, Trailers)> {
    let (mut content, mut at) = (BytesMut::new(), 0);
    loop {
        let line = line(body, &mut at)?;
        // `10000;chunk-signature=…`
        let size = line.split(';').next()?.trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        if size == 0 {
            break;
        }
        let end = at.checked_add(size)?;
        content.extend_from_slice(body.get(at..end)?);
        at = end;
        if !self::line(body, &mut at)?.is_empty() {
            return None;
        }
    }
    let mut trailers = Trailers::new();
    while let Some(line) = line(body, &mut at) {
        if let Some((name, value)) = line.split_once(':') {
            trailers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    Some((content.freeze(), trailers))
}

fn line<'a>(body: &'a [u8], at: &mut usize) -> Option<&'a str> {
    let rest = body.get(*at..)?;
    let end = rest.windows(2).position(|two| two == b"\r\n")?;
    *at += end + 2;
    std::str::from_utf8(&rest[..end]).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunked(body: &'static str) -> Request {
        Request::new("PUT", "/bucket/key")
            .header("content-encoding", "aws-chunked")
            .body(body)
    }

    #[test]
    fn chunks_are_joined_and_trailers_become_headers() {
        let mut request = chunked(
            "5;chunk-signature=a\r\nhello\r\n1\r\n!\r\n0\r\nx-amz-checksum-crc32:AA==\r\n\r\n",
        );
        unwrap(&mut request).unwrap();
        assert_eq!(request.body, "hello!");
        assert_eq!(request.get("x-amz-checksum-crc32"), Some("AA=="));
        assert_eq!(request.get("content-encoding"), None);
    }

    #[test]
    fn broken_chunks_are_an_error() {
        for body in [
            "",
            "5\r\nhell",
            "zz\r\n",
            "ffffffffffffffff\r\na\r\n",
            "5\r\nhelloX\r\n0\r\n\r\n",
        ] {
            assert!(unwrap(&mut chunked(body)).is_err(), "{body:?}");
        }
        let mut short = chunked("1\r\na\r\n0\r\n\r\n").header("x-amz-decoded-content-length", "2");
        assert!(unwrap(&mut short).is_err());
    }
}
