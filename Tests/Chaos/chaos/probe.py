"""Whether reads go on while nobody can write."""

import http.client
import json
import random
import threading
import time

from chaos.connection import Connection


class Probe:
    """Reads a status every now and then, each time on a connection of its own.

    nginx keeps connections to the stopped responder too, and what it sends on them waits. The clients are few enough
    that all of them may hang there or on a write; these requests are enough to get past.
    """

    EVERY = 0.05

    def __init__(self, port, history, book, seed):
        self.port, self.history, self.book = port, history, book
        self.random = random.Random(f"{seed} probe")

    def during(self, seconds, over):
        """For so long, or until `over` is set. What has no answer then gets it later."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not over.is_set():
            threading.Thread(target=self._read, args=(self.book.some(self.random),), daemon=True).start()
            over.wait(min(self.EVERY, max(0, end - time.monotonic())))

    def serving(self):
        """The responders that /healthz names where all is well, else none. Not part of the history."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            answer = connection.getresponse()
            document = json.loads(answer.read())
            return [process["pid"] for process in document["processes"]] if answer.status == 200 else []
        except (OSError, ValueError, http.client.HTTPException):
            return []
        finally:
            connection.close()

    def _read(self, path):
        if path:
            connection = Connection(self.port, "probe", self.history)
            connection.send("GET", f"{path}/status")
            connection.close()
