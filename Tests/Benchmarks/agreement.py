"""Whether the C program and the service answer alike, in the fields and members that the C program has."""

import json
import re
import time

from service import ORDER, Client

TIME = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
FIELDS = ("Content-Type", "Location", "Retry-After", "Preference-Applied")


def answer(service, method, target, body=None, fields=()):
    """What is to be alike: status, some fields, and the members of the body, with one word for every time."""
    status, answered, text = Client(service.port).send(method, target, body, fields)
    members = json.loads(TIME.sub("TIME", text.decode())) if text else {}
    return status, {field: value for field, value in answered if field in FIELDS}, members


def await_done(service, target):
    deadline = time.monotonic() + 10
    while not answer(service, "GET", target)[2]["done"] and time.monotonic() < deadline:
        time.sleep(0.01)


def differences(theirs, ours):
    """What the C program's answer has that ours has not."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        return [f"{key}: {one}" for key in theirs for one in differences(theirs[key], ours.get(key))]
    return [] if theirs == ours else [f"C {theirs}, ours {ours}"]


def check(services, lists):
    """Prints what differs; returns the exit status. `lists` are services that work on nothing."""
    faults, count = [], 0

    def compare(services, *request):
        nonlocal count
        count += 1
        for what, *pair in zip(("status", "fields", "body"), *(answer(services[who], *request) for who in ("C", 2))):
            faults.extend(f"{request[0]} {request[1]}: {what}: {fault}" for fault in differences(*pair))

    wrong = '{"products":"y","amount":250}'
    compare(services, "POST", "/orders", ORDER, ["Prefer: wait=10"])
    compare(services, "POST", "/orders/", ORDER)
    for service in services.values():
        await_done(service, "/orders/2/status")
    for target in ("/orders/2/status", "/orders/2/result", "/orders/2"):
        compare(services, "GET", target)
    for target in ("/orders", "/orders?limit=1", "/orders?status=complete"):
        compare(services, "GET", target)
    compare(services, "DELETE", "/orders/2/cancel")
    compare(services, "POST", "/orders", wrong)
    for target in ("/orders/99", "/orders/99/status", "/orders/99/result", "/nothing"):
        compare(services, "GET", target)
    compare(services, "DELETE", "/orders/99/cancel")

    for _ in range(3):
        compare(lists, "POST", "/orders", ORDER)
    for target in ("/orders/1/status", "/orders/1/result", "/orders?status=started&status=running"):
        compare(lists, "GET", target)
    for _ in range(2):
        compare(lists, "DELETE", "/orders/1/cancel")
    for target in ("/orders/1/status", "/orders/1/result", "/orders?status=cancelled"):
        compare(lists, "GET", target)

    print(f"{count} requests were answered alike" if not faults else "\n".join(faults))
    return 1 if faults else 0
