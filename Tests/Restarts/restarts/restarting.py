"""Restarts one responder after the other, and reloads nginx."""

import json
import os
import pathlib
import signal
import time

from restarts import Broken
from service import BINARY, Client, children, name

DRAIN = 30  # seconds: the default of --drain


def living(service):
    return [child for child in children(service.watcher) if is_responder(child)]


def is_responder(process):
    try:
        return name(process) == BINARY.name[:15]
    except OSError:
        return False


def members(service):
    """The processes of the store that don't drain."""
    status, _, body = Client(service.port).send("GET", "/healthz")
    if status != 200:
        raise Broken(f"/healthz was answered {status}: {body}")
    return {each["pid"] for each in json.loads(body)["processes"] if not each.get("draining")}


def restart_all(service, say):
    """Each gets a SIGTERM, and the next one not before its successor serves."""
    for process in living(service):
        begun, others = time.monotonic(), members(service) - {process}
        os.kill(process, signal.SIGTERM)
        await_true(lambda: process not in living(service), DRAIN + 10, f"responder {process} doesn't end")
        drained = time.monotonic() - begun
        await_true(lambda: len(members(service) - others) == 1, 20, f"responder {process} has no successor")
        if "served" not in "".join(told_by(service, process)):
            raise Broken(f"responder {process} did not end well: {told_by(service, process)}")
        [successor] = members(service) - others
        say(f"responder {process} ended {drained:.1f} s after its SIGTERM; {successor} serves")


def reload_nginx(service, say):
    """The moment of the signal. Returns when the workers of before are gone."""
    master = int((service.prefix / "nginx.pid").read_text())
    old, reload = set(children(master)), time.monotonic()
    os.kill(master, signal.SIGHUP)
    # Its worker_shutdown_timeout is 30 s, and no wait lasts that long here.
    await_true(lambda: not old & set(children(master)), 40, "nginx's old workers don't end")
    say(f"nginx was reloaded; its old workers were gone after {time.monotonic() - reload:.1f} s")
    return reload


def told_by(service, process):
    return [line for line in service.log.read_text().splitlines() if f"pid={process}" in line]


def alarms(service):
    """What the responders, and nginx, should have had no reason to say."""
    for line in service.log.read_text().splitlines():
        if " error " in line or " critical " in line:
            yield line
    for line in pathlib.Path(service.prefix / "logs/error.log").read_text().splitlines():
        if any(f"[{level}]" in line for level in ("error", "crit", "alert", "emerg")):
            yield f"nginx: {line}"


def await_true(condition, seconds, complaint):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise Broken(f"{complaint} within {seconds} s")
        time.sleep(0.02)
