"""A second nginx in front of a service's responders: one that can go away, and refuse what the shipped one takes."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time

from page import Broken
from service import ending, free_port, start

STREAMS = "location ~ /events/?$ {"
OTHERS = "location / {"


class Gateway:
    def __init__(self, service, folder):
        self.shipped, self.folder, self.port, self.child = service.prefix, folder, free_port(), None
        self.stack = contextlib.ExitStack()
        (folder / "logs").mkdir(parents=True)
        for name in ("orders", "page"):
            shutil.copytree(service.prefix / name, folder / name)
        text = (service.prefix / "nginx.conf").read_text()
        listen = f"listen 127.0.0.1:{service.port} "
        if listen not in text:
            raise Broken(f"nginx.conf has no {listen}")
        (folder / "nginx.conf").write_text(text.replace(listen, f"listen 127.0.0.1:{self.port} "))
        # The service's own are closed to others, and workers read the file of users.
        (folder / "orders").chmod(0o755)
        self.rules = {name: (folder / "orders" / name).read_text() for name in ("server.conf", "requests.conf")}

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}/"

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        # The socket is named from its folder.
        command = ["nginx", "-p", f"{self.folder}/", "-e", "logs/error.log", "-c", "nginx.conf"]
        self.child = self.stack.enter_context(
            ending(start(command, cwd=self.shipped, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)))
        deadline = time.monotonic() + 10
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=5):
                return
            if self.child.poll() is not None or time.monotonic() > deadline:
                raise Broken("the second nginx did not start")
            time.sleep(0.02)

    def stop(self):
        """At once, as a machine goes away."""
        self.stack.close()

    def require_login(self, user, password):
        """Before it is started: as site.conf does with authentication.conf."""
        (self.folder / "orders/users").write_text(f"{user}:{{PLAIN}}{password}\n")
        self.rules["server.conf"] += "\ninclude orders/authentication.conf;\n"
        self.write(self.rules)

    def write(self, files):
        for name, text in files.items():
            (self.folder / "orders" / name).write_text(text)

    def refuse(self, rules):
        """From now on there are these rules in these locations, and no others."""
        files = dict(self.rules)
        for location, rule in rules.items():
            names = [name for name, text in files.items() if text.count(location) == 1]
            if len(names) != 1:
                raise Broken(f"the rules have no {location}")
            files[names[0]] = files[names[0]].replace(location, f"{location} {rule}")
        self.write(files)
        before = self.workers()
        os.kill(self.child.pid, signal.SIGHUP)
        # Until a new worker serves: the old one goes on with what it has.
        deadline = time.monotonic() + 10
        while not self.workers() - before:
            if time.monotonic() > deadline:
                raise Broken("the second nginx has no new worker")
            time.sleep(0.02)

    def workers(self):
        with open(f"/proc/{self.child.pid}/task/{self.child.pid}/children") as children:
            return set(children.read().split())
