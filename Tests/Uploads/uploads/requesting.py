"""Requests as bytes, and forms made by hand."""

import dataclasses
import http.client
import json
import random
import socket

BOUNDARY = "boundary"
FORM = f"multipart/form-data; boundary={BOUNDARY}"


@dataclasses.dataclass
class Answer:
    status: int
    fields: dict
    body: bytes

    @property
    def document(self):
        return json.loads(self.body)

    @property
    def pointers(self):
        return [fault["pointer"] for fault in self.document.get("errors", [])]

    def __str__(self):
        return f"{self.status} {self.body[:300]!r}"


def ask(port, method, target, body=None, fields=(), timeout=60):
    """On a connection of its own. Field names in small letters."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(method, target, body, dict(fields))
        return answer_of(connection.getresponse())
    finally:
        connection.close()


def answer_of(response):
    return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())


def send_raw(port, text, timeout=30):
    """These bytes and nothing else, and what is answered to them."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as connection:
        connection.sendall(text)
        response = http.client.HTTPResponse(connection)
        response.begin()
        return answer_of(response)


def part(name, data, file=None, type=None, fields=()):
    """One part of a form, without its boundary."""
    disposition = f'form-data; name="{name}"' + (f'; filename="{file}"' if file is not None else "")
    lines = [f"Content-Disposition: {disposition}", *([f"Content-Type: {type}"] if type else []), *fields]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + (data if isinstance(data, bytes) else data.encode())


def form(*parts, boundary=BOUNDARY, preamble=b"", epilogue=b"\r\n"):
    delimiter = b"--" + boundary.encode()
    return preamble + b"".join(delimiter + b"\r\n" + each + b"\r\n" for each in parts) + delimiter + b"--" + epilogue


def png(size=1000, seed=0):
    return b"\x89PNG\r\n\x1a\n" + random.Random(seed).randbytes(size - 8)


def jpeg(size=1000, seed=0):
    return b"\xff\xd8\xff\xe0" + random.Random(seed).randbytes(size - 4)


def pdf(size=1000, seed=0):
    return b"%PDF-1.7\n" + random.Random(seed).randbytes(size - 9)
