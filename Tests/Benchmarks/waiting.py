"""Clients that wait: thousands of kept connections, each with one `Prefer: wait` under way, all on one thread."""

import json
import random
import resource
import select
import socket
import struct
import time

from service import Void

LONGEST = 50  # seconds; what the service grants
IP_BIND_ADDRESS_NO_PORT = 24  # Python 3.11 has no name for it


def raise_own_limit(connections):
    """Lets this program have that many connections; returns whether it may."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard >= connections + 100


class Wait:
    """One connection that waits for one order."""

    __slots__ = ("socket", "order", "seconds", "sent", "buffer")

    def __init__(self, connection, order):
        self.socket, self.order = connection, order
        self.seconds, self.sent, self.buffer = 0, 0.0, b""

    def send(self, seconds):
        self.seconds, self.sent = seconds, time.monotonic()
        self.socket.send(
            f"GET /orders/{self.order}/status HTTP/1.1\r\nHost: 127.0.0.1\r\nPrefer: wait={seconds}\r\n\r\n".encode()
        )

    def receive(self):
        """The status code and the body, once they are there; else None."""
        data = self.socket.recv(65536)
        if not data:
            raise Void(f"the connection of a wait for order {self.order} was closed")
        self.buffer += data
        head, end, body = self.buffer.partition(b"\r\n\r\n")
        if not end:
            return None
        fields = dict(line.lower().split(": ", 1) for line in head.decode().split("\r\n")[1:])
        if len(body) < int(fields["content-length"]):
            return None
        self.buffer = b""
        return int(head.split(b" ", 2)[1]), body


class Waiters:
    """Waits that are sent again whenever they end, until their order does.

    Nothing happens by itself: waits are answered and renewed inside `serve`.
    """

    BATCH = 250  # connections opened at once; the queue of the responders' socket has room for 4096

    def __init__(self, service):
        self.service = service
        self.poll = select.epoll()
        self.waits = {}  # by descriptor
        self.ended = {}  # by order: when the answer came that says so
        self.guests = {}  # by descriptor: what else `serve` looks after
        self.renewals = self.opened = 0

    def __len__(self):
        return len(self.waits)

    def open(self, orders, spread=False):
        """One wait for each of `orders`; returns when the responders hold all of them.

        Where they are `spread`, the first waits take any time up to the longest, so that renewals come evenly
        afterwards and not ten thousand at once.
        """
        orders, before = list(orders), self.service.descriptors()
        for start in range(0, len(orders), self.BATCH):
            for order in orders[start : start + self.BATCH]:
                wait = Wait(self.connection(), order)
                self.waits[wait.socket.fileno()] = wait
                self.poll.register(wait.socket, select.EPOLLIN)
                wait.send(random.randint(1, LONGEST) if spread else LONGEST)
            # Connections that nginx had kept are used first, so not every wait opens one.
            self.serve(lambda: self.service.descriptors() - before >= len(self) - self.BATCH, 2)
        self.serve(lambda: False, 0.5)

    def connection(self):
        """From one of many addresses: the ports of closed connections stay taken for a minute."""
        connection = socket.socket()
        connection.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.bind((f"127.0.1.{1 + self.opened // 1000 % 250}", 0))
        connection.settimeout(10)
        connection.connect(("127.0.0.1", self.service.port))
        self.opened += 1
        return connection

    def look_after(self, connection, receive):
        """Calls `receive` inside `serve` when there is something to receive."""
        self.guests[connection.fileno()] = receive
        self.poll.register(connection, select.EPOLLIN)

    def serve(self, until, seconds):
        """Renews what ends, until `until` says so or the time is up; returns whether it said so."""
        deadline = time.monotonic() + seconds
        while not (done := until()) and (left := deadline - time.monotonic()) > 0:
            for descriptor, _ in self.poll.poll(min(left, 0.02), 256):
                if guest := self.guests.get(descriptor):
                    guest()
                elif answer := self.waits[descriptor].receive():
                    self.judge(self.waits[descriptor], *answer)
        return done

    def judge(self, wait, status, body):
        now = time.monotonic()
        if status != 200:
            raise Void(f"a wait for order {wait.order} was answered {status}: {body}")
        if json.loads(body)["done"]:
            self.ended[wait.order] = now
            return
        took = now - wait.sent
        if not wait.seconds - 0.1 < took < wait.seconds + 5:
            raise Void(f"a wait of {wait.seconds} s for order {wait.order}, which goes on, took {took:.2f} s")
        self.renewals += 1
        wait.send(LONGEST)

    def go_on(self, wait, order):
        """Has a wait whose order ended wait for another one."""
        del self.ended[wait.order]
        wait.order = order
        wait.send(LONGEST)

    def ending_within(self, seconds):
        """How many waits end in that time; with less than nothing, how many should have ended so long ago."""
        end = time.monotonic() + seconds
        return sum(
            1 for wait in self.waits.values() if wait.order not in self.ended and wait.sent + wait.seconds < end
        )

    def hang_up(self):
        """Closes all connections at once, every other one with a reset instead of an end."""
        for number, wait in enumerate(self.waits.values()):
            if number % 2:
                wait.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            wait.socket.close()
        self.waits, self.ended = {}, {}
