"""Runs moto's server on a free port of the loopback address until standard input closes.

Prints the port once the server listens. Its parent holds the other end of standard input, so the
server ends with its parent, however that one ends.
"""

import os
import sys
import threading

import moto.iam.models
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

# Each call looks for its access key in every partition of every account, and a partition that is
# looked at for the first time is filled with more than a thousand managed policies. The tests have
# an account each, all in one partition: this is two seconds a test.
moto.iam.models.PARTITION_NAMES = ["aws"]


def end_with_parent():
    sys.stdin.buffer.read()
    os._exit(0)


application = DomainDispatcherApplication(create_backend_app)
server = make_server(
    "127.0.0.1", 0, application, threaded=True, request_handler=MotoRequestHandler
)
os.environ["MOTO_PORT"] = str(server.port)
threading.Thread(target=end_with_parent, daemon=True).start()
print(server.port, flush=True)
server.serve_forever()
