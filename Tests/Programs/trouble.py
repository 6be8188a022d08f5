"""Kills, freezes and restarts the responders that run programs."""

import collections
import os
import random
import signal
import subprocess
import threading
import time

import leftovers
from service import BINARY, ROOT, children, name

# Longer than the lease, so that a sibling takes the programs over.
FREEZE = (1.5, 3)
LEASE = "1s"
# Seconds from one rolling restart to the next.
RESTARTS = 10


class Trouble(threading.Thread):
    """One fault after the other until it is told to end. What it decides follows from the seed."""

    def __init__(self, service, work, options, say):
        super().__init__(daemon=True)
        self.service, self.work, self.options, self.say = service, work, options, say
        self.rand = random.Random(f"{options.seed} trouble")
        self.is_over = threading.Event()
        self.counts, self.faults = collections.Counter(), []
        self.fault = None

    FAULTS = {"kill": 10, "kill_at_start": 40, "kill_all": 3, "freeze": 2, "freeze_at_start": 4, "freeze_and_kill": 2}

    def run(self):
        every = {kind: weight for kind, weight in self.FAULTS.items() if self.options.freezes or "freeze" not in kind}
        restart = time.monotonic() + RESTARTS / 3
        try:
            while not self.is_over.wait(self.rand.uniform(0.05, 0.25)):
                if time.monotonic() > restart:
                    self.restart()
                    restart = time.monotonic() + RESTARTS
                else:
                    [kind] = self.rand.choices(list(every), every.values())
                    getattr(self, kind)()
        except Exception as fault:
            self.fault = fault

    def end(self):
        """Raises what it stumbled over: without trouble a run shows nothing."""
        self.is_over.set()
        self.join()
        if self.fault:
            raise self.fault

    # --- faults

    def kill(self):
        if victim := self._any():
            self._signal(victim, signal.SIGKILL)

    def kill_at_start(self):
        if victim := self._starter():
            self._signal(victim, signal.SIGKILL)
            self.counts["kills 2 to 35 ms after a start"] += 1

    def kill_all(self):
        for victim in self.responders():
            self._signal(victim, signal.SIGKILL)

    def freeze(self):
        if victim := self._any():
            self._freeze(victim)
            self._signal(victim, signal.SIGCONT)

    def freeze_at_start(self):
        if victim := self._starter():
            self._freeze(victim)
            self._signal(victim, signal.SIGCONT)
            self.counts["freezes 2 to 35 ms after a start"] += 1

    def freeze_and_kill(self):
        if victim := self._any():
            self._freeze(victim)
            self._signal(victim, signal.SIGKILL)

    def restart(self):
        """A rolling one, under load."""
        where = ["--data", self.service.prefix.parent.parent, "--port", str(self.service.port)]
        done = subprocess.run(
            [ROOT / "deploy/rolling-restart", *where], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=120)
        self.counts["rolling restarts"] += 1
        if done.returncode:
            self.faults.append(f"a rolling restart failed: {done.stdout[-500:]}")

    def _freeze(self, victim):
        self._signal(victim, signal.SIGSTOP)
        time.sleep(self.rand.uniform(*FREEZE))

    def _signal(self, victim, number):
        try:
            os.kill(victim, number)
        except ProcessLookupError:
            return
        if number != signal.SIGCONT:
            self.counts["kills" if number == signal.SIGKILL else "freezes"] += 1

    # --- victims

    def responders(self):
        return [process for process in children(self.service.watcher) if name(process) == BINARY.name[:15]]

    def _any(self):
        living = self.responders()
        return self.rand.choice(living) if living else None

    def _starter(self):
        """A responder that began to start a program 2 to 35 ms ago; None where none does in a while."""
        # It makes the folder of an attempt just before it starts the program.
        known, deadline = set(leftovers.folders(self.work)), time.monotonic() + 2
        while time.monotonic() < deadline:
            if new := set(leftovers.folders(self.work)) - known:
                begin, delay = time.monotonic(), self.rand.uniform(0.002, 0.035)
                folder = os.path.realpath(self.rand.choice(sorted(new)).parent)
                victim = next((process for process in self.responders() if self._has_open(process, folder)), None)
                time.sleep(max(0, begin + delay - time.monotonic()))
                return victim
            time.sleep(0.0005)
        return None

    @staticmethod
    def _has_open(process, folder):
        """Each responder has its own work folder open, for its lock."""
        try:
            descriptors = list(os.scandir(f"/proc/{process}/fd"))
            return any(os.readlink(descriptor.path) == folder for descriptor in descriptors)
        except OSError:
            return False
