//! One client's connection: request, answer, and so on until either has enough.

use std::{
    io::{self, BufReader},
    net::{Shutdown, TcpStream},
    thread,
};

use super::{
    admin,
    receive::{self, Received},
    reply,
};
use crate::client::{Answer, Client};

/// Answers until the client leaves, says `connection: close`, or sends what is no HTTP.
pub fn converse(stream: &TcpStream, client: &Client) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    loop {
        let (request, last) = match receive::next(&mut reader, stream)? {
            Received::Request { request, last } => (request, last),
            Received::Refused(status, why) => return reply::refuse(stream, status, why),
            Received::Nothing => return Ok(()),
        };
        let head = request.method == "HEAD";
        let response = match admin::answer(client.emulator(), &request) {
            Some(response) => response,
            None => {
                let Answer { delay, response } = client.send(request);
                thread::sleep(delay);
                // A lost answer and one that never comes look the same from here.
                let Ok(response) = response else {
                    return stream.shutdown(Shutdown::Both);
                };
                response
            }
        };
        reply::send(stream, &response, head, last)?;
        if last {
            return Ok(());
        }
    }
}
