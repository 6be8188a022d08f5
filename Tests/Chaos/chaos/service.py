"""The product as `deploy/up` starts it, and the processes that belong to it."""

import os
import pathlib
import signal
import socket
import subprocess
import time

from chaos import CannotRun, processes

ROOT = pathlib.Path(__file__).resolve().parents[3]

WITHOUT_RIGHTS = ["--inh-caps=-all", "--ambient-caps=-all"]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Service:
    """One running `deploy/up`. Ends nothing but what it started."""

    PATIENCE = 60

    def __init__(self, data, kinds, log, binary, program, processes_wanted, options):
        """`program` is what responders are started as, and `binary` the file they run in the end. `kinds` has kind files."""
        self.data, self.log, self.processes_wanted = data, log, processes_wanted
        self.binary = os.path.realpath(binary)
        self.port = free_port()
        command = [ROOT / "deploy/up", "--no-build", "--port", self.port, "--processes", processes_wanted]
        command += ["--data", data, "--kinds", kinds, "--", *options]
        # Should this program be killed, the kernel tells `up` to stop. Who is not root has a right to mount here, with which
        # bwrap would refuse to start.
        with open(log, "ab") as output:
            self.up = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", *WITHOUT_RIGHTS, "--", *map(str, command)],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
                env={**os.environ, "ORDERS_BINARY": str(program)},
            )
        self._await(self._is_ready, "deploy/up did not get ready")
        self._await(lambda: len(self.responders()) == processes_wanted, "not all responders started")

    def _is_ready(self):
        return f"ready: http://127.0.0.1:{self.port}/\n" in self.log.read_text(errors="replace")

    def _await(self, condition, complaint):
        end = time.monotonic() + self.PATIENCE
        while not condition():
            if self.up.poll() is not None or time.monotonic() > end:
                self.stop()
                raise CannotRun(f"{complaint}:\n{self.log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.02)

    @property
    def database(self):
        return self.data / "orders.sqlite"

    @property
    def turnstile(self):
        """The side file whose lock is held around each write transaction."""
        return self.data / "orders.sqlite-turn"

    @property
    def prefix(self):
        return self.data / "run" / str(self.port)

    def parent(self):
        """multiwatch, which starts responders again."""
        return next((child for child in processes.children(self.up.pid) if processes.name(child) == "multiwatch"), None)

    def responders(self):
        parent = self.parent()
        every = processes.children(parent) if parent else []
        return [process for process in every if processes.program(process) == self.binary]

    def reload(self):
        """Tells nginx to start new workers, as after a change of its files."""
        return processes.send(int((self.prefix / "nginx.pid").read_text()), signal.SIGHUP)

    def stop(self):
        """As an operator would; returns the exit status, or None where it had to be killed."""
        if self.up.poll() is not None:
            return self.up.returncode
        family = [*processes.children(self.up.pid), *self.responders()]
        for process in self.responders():
            processes.send(process, signal.SIGCONT)
        self.up.terminate()
        try:
            return self.up.wait(self.PATIENCE)
        except subprocess.TimeoutExpired:
            # Its children were its own a minute ago and it still waits for them, so their numbers are still theirs.
            self.up.kill()
            for process in family:
                processes.send(process, signal.SIGKILL)
            self.up.wait()
            return None
