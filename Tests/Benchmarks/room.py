"""Room for many waits in nginx: each takes two of its connections, and each connection a descriptor."""

import os
import re
import signal

from service import await_true, children

SPARE = 1000  # connections for everybody else


def make_room(service, waits):
    """Gives nginx as many workers as so many waits need, where those that it has may not open enough files."""
    file = service.prefix / "nginx.conf"
    text = file.read_text()
    setting = lambda name: int(re.search(rf"^\s*{name}\s+(\d+);", text, re.M)[1])
    needed = 2 * waits + SPARE
    if setting("worker_processes") * setting("worker_connections") >= needed:
        return
    connections = setting("worker_rlimit_nofile") - 200
    workers = -(-needed // connections)
    for old, new in [
        (r"worker_processes\s+\d+;", f"worker_processes {workers};"),
        (r"worker_connections\s+\d+;", f"worker_connections {connections};"),
        (r"(listen\s[^;]*);", r"\1 reuseport;"),  # by the hash of the client's port: evenly
    ]:
        text, found = re.subn(old, new, text)
        assert found == 1, f"{file}: {old}"
    file.write_text(text)
    nginx = int((service.prefix / "nginx.pid").read_text())
    before = set(children(nginx))
    os.kill(nginx, signal.SIGHUP)
    await_true(
        lambda: len(children(nginx)) == workers and not before & set(children(nginx)), "nginx with more workers"
    )
    print(f"nginx may have {connections} files a worker: {workers} workers hold {waits:,} waits", flush=True)
