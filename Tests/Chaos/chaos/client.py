"""One client: it submits, asks, waits, cancels, fetches and lists, as chance has it."""

import random
import threading
import time

from chaos.connection import Connection
from chaos.history import NOUNS
from chaos.naps import Nap
from chaos.orders import Submission


class Client(threading.Thread):
    """Acts until it is told to stop. What it decides depends on the seed and on its name alone."""

    PAUSE = 0.05
    REPEATS = 6
    # The share of naps among what is submitted.
    NAPS = 0.15

    def __init__(self, name, port, history, book, seed):
        super().__init__(name=name, daemon=True)
        self.random = random.Random(f"{seed} {name}")
        self.history, self.book, self.port = history, book, port
        self.connection = Connection(port, name, history)
        self.second_connection = Connection(port, name + "'s twin", history)
        self.tags = {}
        self.count = 0
        self.over = threading.Event()
        self.fault = None

    WEIGHTS = {
        "submit": 9, "submit_keyed": 6, "submit_twins": 2, "submit_and_wait": 2,
        "poll": 32, "poll_if_changed": 8, "wait": 4, "read": 6, "fetch": 14, "cancel": 6, "walk": 2,
    }

    def run(self):
        actions, weights = list(self.WEIGHTS), list(self.WEIGHTS.values())
        try:
            while not self.over.is_set():
                getattr(self, self.random.choices(actions, weights)[0])()
                self.over.wait(self.random.expovariate(1 / self.PAUSE))
        except Exception as fault:
            # A client that is gone would make a run pass that asked nothing.
            self.fault = fault
        finally:
            self.connection.close()
            self.second_connection.close()

    # --- submitting

    def _submission(self, is_keyed=False):
        self.count += 1
        name = f"{self.name}-{self.count}"
        kind = Nap if self.random.random() < self.NAPS else Submission
        submission = kind.random(name, self.random, key=f"key-{name}" if is_keyed else None)
        return submission if self.book.enter(submission) else None

    def _post(self, submission, connection=None, **fields):
        if submission.key:
            fields["Idempotency_Key"] = submission.key
        target = f"/{submission.collection}"
        exchange = (connection or self.connection).send("POST", target, submission.body, submission.name, **fields)
        if exchange.accepted:
            self.book.learn(f"{target}/{exchange.accepted}")
        return exchange

    def submit(self):
        """Once, whatever becomes of it: nobody knows whether an order whose answer was lost exists."""
        if submission := self._submission():
            self._post(submission)

    def submit_and_wait(self):
        if submission := self._submission():
            self._post(submission, Prefer="wait=1")

    def submit_keyed(self):
        if submission := self._submission(is_keyed=True):
            self._insist(submission, self.connection)

    def _insist(self, submission, connection):
        """Until it is accepted, or for a while: the key allows it."""
        for attempt in range(self.REPEATS):
            if self._post(submission, connection).accepted or self.over.wait(0.2 * attempt):
                return

    def submit_twins(self):
        """The same order twice at once, under one key, through two connections."""
        if submission := self._submission(is_keyed=True):
            twin = threading.Thread(target=self._insist, args=(submission, self.second_connection), daemon=True)
            twin.start()
            self._insist(submission, self.connection)
            twin.join()

    # --- asking

    def _ask(self, method, suffix, **fields):
        path = self.book.some(self.random)
        return path and self.connection.send(method, path + suffix, **fields)

    def poll(self):
        exchange = self._ask("GET", "/status")
        if exchange and exchange.status == 200 and "etag" in exchange.answer_fields:
            self.tags[exchange.target] = exchange.answer_fields["etag"]

    def poll_if_changed(self):
        if self.tags:
            target = self.random.choice(list(self.tags)[-20:])
            self.connection.send("GET", target, If_None_Match=self.tags[target])

    def wait(self):
        self._ask("GET", "/status", Prefer="wait=1")

    def read(self):
        self._ask("GET", "")

    def fetch(self):
        """The result, and the log of a nap."""
        exchange = self._ask("GET", "/result")
        if exchange and exchange.collection == "naps":
            self.connection.send("GET", f"/naps/{exchange.order}/log")

    def cancel(self):
        self._ask("DELETE", "/cancel")

    def walk(self):
        """A few pages of a list, newest first."""
        target = f"/{self.random.choice(list(NOUNS))}?order=desc&limit=10"
        for _ in range(3):
            page = self.connection.send("GET", target)
            if page.status != 200 or "next" not in (page.document or {}):
                return
            target = page.document["next"]


class Load:
    """All clients."""

    def __init__(self, count, *arguments):
        self.clients = [Client(f"client-{number}", *arguments) for number in range(1, count + 1)]

    def start(self):
        for client in self.clients:
            client.start()

    def stop(self):
        """Waits for what they still ask."""
        for client in self.clients:
            client.over.set()
        end = time.monotonic() + 3 * Connection.PATIENCE
        for client in self.clients:
            if client.ident:
                client.join(max(0, end - time.monotonic()))

    def raise_faults(self):
        """What one of them stumbled over, if any did."""
        for client in self.clients:
            if client.fault:
                raise client.fault
            if client.is_alive():
                raise RuntimeError(f"{client.name} does not end")
