"""One kept connection, used as a careful client uses it."""

import select
import time

from restarts import Broken
from service import Client


class Connection:
    """Sends one request after the other on a connection that nginx keeps.

    HTTP allows a server to close a kept connection between two requests at any time (RFC 9112, 9.5), and nginx does so when
    it is reloaded. A careful client looks before it sends, and may send once more what is idempotent.
    """

    def __init__(self, port):
        self.port, self.client = port, None

    def send(self, exchange, method, target, body=None, fields=()):
        """False where the connection was closed before a byte of the answer came."""
        if self.client and (self.client.is_over or self.is_closed()):
            self.close()
        try:
            self.client = self.client or Client(self.port)
        except OSError as fault:
            raise Broken(f"nobody takes a connection: {fault}") from fault
        try:
            exchange.status, answer, exchange.body = self.client.send(method, target, body, fields)
        except OSError as fault:
            rest = self.client.buffer
            self.close()
            if rest or isinstance(fault, TimeoutError):
                raise Broken(f"{method} {target} got half an answer, or none in time: {fault}; {rest!r}") from fault
            return False
        exchange.fields = {name.lower(): value for name, value in answer}
        exchange.ended = time.monotonic()
        return True

    def is_closed(self):
        """Nothing may come between two answers but the end."""
        return bool(select.select([self.client.socket], [], [], 0)[0])

    def close(self):
        if self.client:
            self.client.socket.close()
            self.client = None
