"""A client that follows a stream as a browser's `EventSource` does."""

import threading
import time

import httpx
import httpx_sse

from events import Broken
from events.event import Event

HEARTBEAT = 15  # seconds; the stream is never silent for longer
RESTARTING = (502, 503, 504)


class Follower(threading.Thread):
    """Comes again with the id of the last event whenever the stream ends, until it gets a 204 or has what it wants."""

    def __init__(self, port, target, wants=lambda event: False):
        """`wants` says of each event whether it is the last one that is wanted."""
        super().__init__(name=target, daemon=True)
        self.address, self.wants = f"http://127.0.0.1:{port}{target}", wants
        self.events, self.last_id, self.retry = [], None, 1.0
        self.openings = []  # how many events there were when each connection was answered 200
        self.refusals, self.cuts = 0, 0
        self.is_sent_away, self.fault = False, None

    def run(self):
        try:
            timeout = httpx.Timeout(10, read=HEARTBEAT + 5)
            # Every time a connection of its own: whichever process takes it.
            while not self.is_through():
                with httpx.Client(timeout=timeout) as client:
                    try:
                        self.follow(client)
                    except (httpx.NetworkError, httpx.RemoteProtocolError):
                        self.cuts += 1
                if not self.is_through():
                    time.sleep(self.retry)
        except Exception as fault:
            self.fault = fault

    def is_through(self):
        return self.is_sent_away or bool(self.events) and self.wants(self.events[-1])

    def follow(self, client):
        fields = {"Last-Event-ID": self.last_id} if self.last_id else {}
        with httpx_sse.connect_sse(client, "GET", self.address, headers=fields) as source:
            status = source.response.status_code
            if status == 204:
                self.is_sent_away = True
            elif status in RESTARTING:
                self.refusals += 1
            elif status != 200:
                raise Broken(f"{self.name} was answered {status}: {source.response.read()}")
            else:
                self.openings.append(len(self.events))
                self.read(source)

    def read(self, source):
        for event in source.iter_sse():
            if event.retry is not None:
                self.retry = event.retry / 1000
            if event.id:
                self.last_id = event.id
            if event.data:
                self.events.append(Event.received(event))
                if self.is_through():
                    return

    def await_end(self, seconds):
        self.join(seconds)
        if self.fault:
            raise Broken(f"{self.name}: {type(self.fault).__name__}: {self.fault}") from self.fault
        if self.is_alive():
            raise Broken(f"{self.name} has not told all within {seconds} s; its last event: {self.events[-1:]}")
