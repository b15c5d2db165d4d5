"""What the checks of all services use: clients, comparisons, pages, waits, and the count of what was reached.

A check fails by raising; what differs is in the message.
"""

import contextlib
import time

import boto3
import botocore.config
import botocore.exceptions
from botocore import xform_name

REGION = "eu-west-3"


class Aws:
    """An account in one region of the emulator, which remembers what it was asked."""

    def __init__(self, endpoint, region=REGION, key="test", reached=None):
        self.endpoint = endpoint
        self.region = region
        self.key = key
        self.reached = Reached() if reached is None else reached
        self._clients = {}

    def client(self, service):
        """boto3's client of a service. It never tries again: nothing may hide a failure."""
        if service not in self._clients:
            self._clients[service] = self._made(service)
        return self._clients[service]

    def elsewhere(self, region=None, key=None):
        """The same emulator in another region, or as another account."""
        return Aws(self.endpoint, region or self.region, key or self.key, self.reached)

    def _made(self, service, **settings):
        client = boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=self.region,
            aws_access_key_id=self.key,
            aws_secret_access_key="test",
            config=botocore.config.Config(retries={"max_attempts": 0}, **settings),
        )
        note = self.reached.operation
        client.meta.events.register(
            "after-call", lambda model, http_response, **_: note(model, http_response)
        )
        return client

    def wait(self, service, name, **of):
        """Waits with one of boto3's waiters, which looks more often than it would at AWS."""
        self.reached.waiters.add(name)
        waiter = self.client(service).get_waiter(name)
        waiter.wait(WaiterConfig={"Delay": 0.05, "MaxAttempts": 400}, **of)

    def pages(self, service, operation, size=1, **of):
        """All that a paginator brings in pages of `size`; there must be as many pages as that takes."""
        self.reached.paginators.add(operation)
        paginator = self.client(service).get_paginator(operation)
        key = paginator.result_keys[0].expression
        pages = [
            at(page, key) or [] for page in paginator.paginate(PaginationConfig={"PageSize": size}, **of)
        ]
        for page in pages:
            expect(len(page) <= size, f"{operation}: a page of {size} has {len(page)}")
        for page in pages[:-1]:
            expect(page, f"{operation}: a page but the last is empty")
        items = [item for page in pages for item in page]
        needed = max(1, -(-len(items) // size))
        expect(len(pages) - needed in (0, 1), f"{operation}: {len(items)} in {len(pages)} pages of {size}")
        return items

    def whole(self, service, operation, **of):
        """All that a paginator brings in pages of the service's own size."""
        self.reached.paginators.add(operation)
        paginator = self.client(service).get_paginator(operation)
        key = paginator.result_keys[0].expression
        return [item for page in paginator.paginate(**of) for item in at(page, key) or []]


class Reached:
    """Operations that succeeded, paginators and waiters that were used, and how many calls there were."""

    def __init__(self):
        self.operations = {}
        self.paginators = set()
        self.waiters = set()
        self.calls = 0

    def operation(self, model, response):
        self.calls += 1
        if response.status_code < 300:
            self.operations.setdefault(model.service_model.service_name, set()).add(model.name)

    def missing(self, aws, service, operations):
        """The operations, paginators and waiters of a service that the emulator has and nobody used."""
        client = aws.client(service)
        missing = set(operations) - self.operations.get(service, set())
        for operation in operations:
            method = xform_name(operation)
            if client.can_paginate(method) and method not in self.paginators:
                missing.add(f"paginator {method}")
        if client.waiter_names:
            for name, waiter in client._get_waiter_config()["waiters"].items():
                if waiter["operation"] in operations and xform_name(name) not in self.waiters:
                    missing.add(f"waiter {xform_name(name)}")
        return missing


def at(answer, path):
    """The value at `A.B` in an answer."""
    for name in path.split("."):
        answer = (answer or {}).get(name)
    return answer


def expect(true, message):
    if not true:
        raise AssertionError(message)


def same(got, wanted, what="the answer"):
    """What was answered is exactly what was wanted."""
    expect(got == wanted, f"{what}: got {got!r}, wanted {wanted!r}")


def holds(got, **wanted):
    """An answer has these members with these values; it may have more."""
    for name, value in wanted.items():
        expect(name in got, f"{name} is missing in {got!r}")
        same(got[name], value, name)


def only(items):
    """The one item of a list that has one."""
    same(len(items), 1, f"the length of {items!r}")
    return items[0]


@contextlib.contextmanager
def refused(code, status=None):
    """AWS says no in the block, with this code."""
    try:
        yield
    except botocore.exceptions.ClientError as error:
        same(error.response["Error"]["Code"], code, f"the code of {error}")
        if status is not None:
            same(error.response["ResponseMetadata"]["HTTPStatusCode"], status, f"the status of {error}")
        return
    raise AssertionError(f"was not refused with {code}")


def until(look, what):
    """Looks until there is something, for what boto3 has no waiter for."""
    for _ in range(400):
        found = look()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"{what} didn't come in time")


def tags(**pairs):
    """Tags as most services spell them."""
    return [{"Key": key, "Value": value} for key, value in pairs.items()]


def pairs(listed):
    """A list of tags as a dictionary."""
    return {tag["Key"]: tag["Value"] for tag in listed}
