"""The responders of a running service: ended all at once, and awaited."""

import json
import os
import time

from events import Broken
from service import BINARY, Client, children, name

PROCESSES = 2
PATIENCE = 20  # seconds, for what takes one


def living(service):
    return [child for child in children(service.watcher) if name(child) == BINARY.name[:15]]


def end_all(service, signal):
    """Sends all responders a signal, and returns when others answer."""
    old = living(service)
    for process in old:
        os.kill(process, signal)
    wait_until(lambda: not set(old) & set(living(service)), f"responders {old} still live after signal {signal}")
    wait_until(lambda: len(serving(service) - set(old)) == PROCESSES, "no new responders serve")


def serving(service):
    """The processes that say of themselves that they serve the store."""
    try:
        status, _, body = Client(service.port).send("GET", "/healthz")
    except OSError:
        return set()
    return {process["pid"] for process in json.loads(body)["processes"]} if status == 200 else set()


def wait_until(condition, complaint, seconds=PATIENCE):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise Broken(complaint)
        time.sleep(0.02)
