"""Runs the checks of one service: `python run.py ENDPOINT SERVICE OPERATIONS`.

OPERATIONS is the file that lists what the emulator answers of the service. Every operation in it has to
succeed at least once, and every paginator and waiter of boto3 that uses one of them has to be used,
except those in the service's `UNREACHED`, each with a reason.
"""

import importlib
import json
import sys
import time
import urllib.request

from check import Aws, expect, same


def main(endpoint, service, operations):
    module = importlib.import_module("service_" + service.replace("-", "_"))
    aws = Aws(endpoint)
    checks = [check for name, check in vars(module).items() if name.startswith("check_")]
    before = time.monotonic()
    for check in checks:
        try:
            check(aws)
        except Exception as error:
            error.add_note(f"in {service}: {check.__name__}: {check.__doc__}")
            raise
        left_over(endpoint, check)
    with open(operations, encoding="utf-8") as lines:
        listed = lines.read().split()
    missing = aws.reached.missing(aws, service, listed)
    unreached = getattr(module, "UNREACHED", {})
    expect(missing <= unreached.keys(), f"{service}: nothing used {sorted(missing - unreached.keys())}")
    same(set(unreached), missing, f"{service}: UNREACHED, beside what really wasn't")
    print(
        f"{service}: {len(checks)} checks, {len(listed)} operations, {aws.reached.calls} calls "
        f"in {time.monotonic() - before:.1f} s"
    )


def left_over(endpoint, check):
    """A check deletes what it makes, and what that made by itself."""
    with urllib.request.urlopen(f"{endpoint}/_emulator/inventory") as answer:
        items = json.load(answer)
    left = [f"{item['kind']} {item['id']}" for item in items]
    same(left, [], f"what {check.__name__} leaves")
    request = urllib.request.Request(f"{endpoint}/_emulator/reset", method="POST")
    urllib.request.urlopen(request).close()


if __name__ == "__main__":
    main(*sys.argv[1:])
