"""A steady load: so many requests each second, whatever becomes of them."""

import random
import threading
import time

from restarts import Broken
from restarts.connection import Connection
from restarts.exchange import Exchange

# Of a hundred requests. Orders are never cancelled, so that each of them has to be complete in the end.
WEIGHTS = {
    "post": 15, "post with key": 10, "post and wait": 5, "poll": 35, "poll if changed": 15, "wait": 10, "wait for change": 5,
    "result": 5,
}


class Load:
    """Threads that share one schedule: request number n is due n/rate seconds after the begin, and never earlier.

    Waits hold a thread, so there are more of them than requests at once.
    """

    THREADS = 96
    WAIT = 2  # seconds

    def __init__(self, port, rate):
        self.port, self.rate = port, rate
        self.exchanges, self.faults = [], []
        self.latest = 0.0  # seconds that a request was sent after it was due
        self._lock = threading.Lock()
        self._count, self._orders, self._tags = 0, [], {}
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(self.THREADS)]

    def start(self):
        self.begun = time.monotonic()
        for thread in self._threads:
            thread.start()

    def stop(self):
        """Waits for the answers that are on their way. The rate that there was."""
        self._over.set()
        self.ended = time.monotonic()
        for thread in self._threads:
            thread.join(60)
            if thread.is_alive():
                raise Broken("a client got no answer for a minute")
        return len(self.exchanges) / (self.ended - self.begun)

    def _run(self):
        connection = Connection(self.port)
        while not self._over.is_set():
            with self._lock:
                number, self._count = self._count, self._count + 1
            due = self.begun + number / self.rate
            if self._over.wait(max(0, due - time.monotonic())):
                break
            self.latest = max(self.latest, time.monotonic() - due)
            kind = random.choices(list(WEIGHTS), WEIGHTS.values())[0]
            try:
                self._act(connection, kind, number)
            except Broken as fault:
                self.faults.append(f"{kind}, {time.monotonic() - self.begun:.1f} s after the begin: {fault}")
        connection.close()

    def _act(self, connection, kind, number):
        order = random.choice(self._orders[-300:]) if self._orders else None
        if kind.startswith("post") or order is None:
            self._post(connection, kind if kind.startswith("post") else "post", number)
            return
        target, fields = f"/orders/{order}/status", []
        if "change" in kind and order in self._tags:
            fields.append(f"If-None-Match: {self._tags[order]}")
        if "wait" in kind:
            fields.append(f"Prefer: wait={self.WAIT}")
        if kind == "result":
            target = f"/orders/{order}/result"
        answer = self._exchange(connection, True, dict(kind=kind, order=order), "GET", target, None, fields)
        if answer and "etag" in answer.fields and kind != "result":
            self._tags[order] = answer.fields["etag"]

    def _post(self, connection, kind, number):
        token, fields = f"order {number}", []
        if kind == "post with key":
            fields.append(f'Idempotency-Key: "{token.replace(" ", "-")}"')
        if kind == "post and wait":
            fields.append(f"Prefer: wait={self.WAIT}")
        others = ',"b"' * random.randint(0, 2)
        body = f'{{"products":["{token}"{others}],"amount":{number}}}'
        about = dict(kind=kind, token=token)
        answer = self._exchange(connection, kind == "post with key", about, "POST", "/orders", body, fields)
        if answer and answer.status in (201, 202):
            self._orders.append(answer.document["id"])

    def _exchange(self, connection, may_repeat, about, *request):
        """The answer; `None` where there was none. What may be repeated is sent once more then."""
        for was_resent in (False, True) if may_repeat else (False,):
            exchange = Exchange(sent=time.monotonic(), was_resent=was_resent, **about)
            self.exchanges.append(exchange)
            if connection.send(exchange, *request):
                return exchange
        if may_repeat:
            raise Broken(f"{request[0]} {request[1]} was not answered twice")
        return None
