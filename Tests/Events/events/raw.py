"""A stream as it is on the wire, for what a client doesn't show."""

import socket
import time

from events import Broken


class RawStream:
    """One request for a stream, and whatever bytes came so far, chunks taken apart."""

    def __init__(self, port, target, fields=()):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        lines = [f"GET {target} HTTP/1.1", "Host: 127.0.0.1", "Accept: text/event-stream", *fields]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.rest, self.is_over = b"", False
        while b"\r\n\r\n" not in self.rest:
            self.receive(10)
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        self.status = int(head.split()[1])
        self.fields = dict(line.lower().split(": ", 1) for line in head.decode().split("\r\n")[1:])

    def receive(self, seconds):
        """False where nothing came in that time."""
        self.socket.settimeout(max(seconds, 0.001))  # 0 means something else
        try:
            data = self.socket.recv(65536)
        except TimeoutError:
            return False
        self.is_over = self.is_over or not data
        self.rest += data
        return bool(data)

    def text(self, until, seconds):
        """What came until `until` says so of it, the stream ended, or the time was up."""
        deadline, text = time.monotonic() + seconds, ""
        self.receive(0)
        while True:
            text += self.take_chunks()
            left = deadline - time.monotonic()
            if until(text) or self.is_over or left <= 0:
                return text
            self.receive(left)

    def take_chunks(self):
        text = b""
        while (end := self.rest.find(b"\r\n")) >= 0:
            length = int(self.rest[:end], 16)
            if len(self.rest) < end + length + 4:
                break
            text += self.rest[end + 2 : end + 2 + length]
            self.rest = self.rest[end + length + 4 :]
            if not length:
                self.is_over = True
                break
        return text.decode()

    def close(self):
        self.socket.close()


def ids(port, target, last_id=None, quiet=0.3):
    """The ids of the events that come until nothing came for a while; None where the answer was 204."""
    stream = RawStream(port, target, [f"Last-Event-ID: {last_id}"] if last_id else [])
    if stream.status == 204:
        return None
    if stream.status != 200:
        raise Broken(f"{target} was answered {stream.status}")
    text = ""
    while more := stream.text(bool, quiet):
        text += more
    stream.close()
    return [line[4:] for line in text.split("\n") if line.startswith("id: ")]
