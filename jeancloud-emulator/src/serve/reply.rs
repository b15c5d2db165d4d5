//! Writing a response to the wire (RFC 9112).

use std::{
    io::{self, Read, Write},
    net::{Shutdown, TcpStream},
    time::Duration,
};

use crate::http::Response;

/// How long a client may go on sending what is refused, before it reads the answer.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Sends a response. To HEAD (`head`) it is only a head, which tells what GET would bring.
pub fn send(mut stream: &TcpStream, response: &Response, head: bool, last: bool) -> io::Result<()> {
    let mut text = format!(
        "HTTP/1.1 {} {}\r\n",
        response.status,
        phrase(response.status)
    );
    let told = response.get("content-length").is_some();
    for (name, value) in &response.headers {
        if name != "content-length" || head {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    let no_body = matches!(response.status, 100..200 | 204 | 304);
    if !(no_body || head && told) {
        text.push_str(&format!("content-length: {}\r\n", response.body.len()));
    }
    if last {
        text.push_str("connection: close\r\n");
    }
    text.push_str("\r\n");
    let mut bytes = text.into_bytes();
    if !head && !no_body {
        bytes.extend_from_slice(&response.body);
    }
    stream.write_all(&bytes)
}

/// Says why a request can't be read, and ends the connection.
pub fn refuse(mut stream: &TcpStream, status: u16, why: &str) -> io::Result<()> {
    let response = Response {
        status,
        headers: vec![("content-type".to_owned(), "text/plain".to_owned())],
        body: why.to_owned().into(),
    };
    send(stream, &response, false, true)?;
    stream.shutdown(Shutdown::Write)?;
    // Closing with bytes unread resets the connection, and the client may never see the answer.
    stream.set_read_timeout(Some(LAST_WORDS))?;
    let mut rest = [0; 1 << 14];
    for _ in 0..1 << 14 {
        if stream.read(&mut rest)? == 0 {
            break;
        }
    }
    Ok(())
}

fn phrase(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        206 => "Partial Content",
        301 => "Moved Permanently",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        416 => "Range Not Satisfiable",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        _ => "-",
    }
}
