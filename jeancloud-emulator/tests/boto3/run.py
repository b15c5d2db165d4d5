"""Runs the checks of one service: `python run.py ENDPOINT SERVICE OPERATIONS`.

OPERATIONS is the file that lists what the emulator answers of the service. Every operation in it has to
succeed at least once, and every paginator and waiter of boto3 that uses one of them has to be used,
except those in the service's `UNREACHED`, each with a reason.
"""

import importlib
import json
import sys
import time
import traceback
import urllib.request

from check import Aws, expect, same

# A hundred days.
LATER = 8_640_000
# What AWS keeps of what was done; nobody can delete it.
HISTORY = {"ecs/service-deployment", "ecs/task-definition-family", "route53/change"}
# The states of what has gone and is still told of.
GONE = {"INACTIVE", "DELETE_IN_PROGRESS", "PendingDeletion", "deleted", "Deleted"}


def main(endpoint, service, operations):
    module = importlib.import_module("service_" + service.replace("-", "_"))
    aws = Aws(endpoint)
    checks = [check for name, check in vars(module).items() if name.startswith("check_")]
    before = time.monotonic()
    failed = [check.__name__ for check in checks if not passes(aws, check)]
    expect(not failed, f"{service}: {len(failed)} of {len(checks)} checks failed: {', '.join(failed)}")
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


def passes(aws, check):
    """Runs a check, which also deletes what it makes, and what that made by itself."""
    try:
        check(aws)
        left = [f"{item['kind']} {item['id']}" for item in later(aws.endpoint) if not is_history(item)]
        same(left, [], "what is left")
    except Exception as error:
        error.add_note(f"in {check.__name__}: {check.__doc__}")
        traceback.print_exc()
        return False
    finally:
        ask(aws.endpoint, "POST", "reset")
    return True


def is_history(item):
    view = item["view"]
    states = {view.get(name) for name in ("status", "KeyState", "State")}
    return item["kind"] in HISTORY or bool(states & GONE)


def later(endpoint):
    """Everything that exists when the longest recovery windows are over."""
    ask(endpoint, "POST", f"advance?seconds={LATER}")
    return json.loads(ask(endpoint, "GET", "inventory"))


def ask(endpoint, method, what):
    request = urllib.request.Request(f"{endpoint}/_emulator/{what}", method=method)
    with urllib.request.urlopen(request) as answer:
        return answer.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
