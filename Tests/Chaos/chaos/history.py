"""What was done to the service and what it answered: evidence, in the order of its ends, and a file of it."""

import dataclasses
import json
import re
import threading
import time
from functools import cached_property

NOUNS = {"orders": "order", "naps": "nap"}
PATH = re.compile(rf"^/({'|'.join(NOUNS)})(?:/(\d+)(?:/(status|cancel|result|log))?)?/?(?:\?|$)")


@dataclasses.dataclass(frozen=True)
class Exchange:
    """One request, and its answer or why there is none. Times are of the monotonic clock, in seconds."""

    number: int
    client: str
    method: str
    target: str
    sent: float
    ended: float
    fields: dict = dataclasses.field(default_factory=dict)
    submission: str | None = None
    """The name of what a POST submits."""
    status: int | None = None
    answer_fields: dict = dataclasses.field(default_factory=dict)
    """By names in lower case."""
    content: bytes = b""
    fault: str | None = None
    """Why there is no answer: nobody knows whether the request was carried out."""

    @cached_property
    def kind(self):
        """submit, list, read, status, result, log, cancel, or other."""
        match = PATH.match(self.target)
        if not match:
            return "other"
        if match[2] is None:
            return "submit" if self.method == "POST" else "list"
        return match[3] or "read"

    @cached_property
    def collection(self):
        """orders or naps; None for what is in neither."""
        match = PATH.match(self.target)
        return match[1] if match else None

    @cached_property
    def order(self):
        """The order or nap that is asked about: they have their ids from one counter."""
        match = PATH.match(self.target)
        return int(match[2]) if match and match[2] else None

    @cached_property
    def document(self):
        """The answer's JSON, an amount as its text; None where it is not JSON."""
        try:
            return json.loads(self.content, parse_float=str)
        except ValueError:
            return None

    @property
    def code(self):
        """The code of a problem document."""
        return self.document.get("code") if isinstance(self.document, dict) else None

    @property
    def reason(self):
        """That code without the noun of the collection that was asked."""
        noun = NOUNS.get(self.collection)
        return self.code.removeprefix(f"{noun}-") if self.code and noun else self.code

    @property
    def key(self):
        return self.fields.get("Idempotency-Key")

    @property
    def accepted(self):
        """The id that a POST was answered with."""
        if self.kind != "submit" or self.status not in (201, 202) or not isinstance(self.document, dict):
            return None
        return self.document.get("id")

    @property
    def is_unknown(self):
        """Whether it may have been carried out or not: cut off on the way, by us or by nginx."""
        return self.status is None or self.status in (502, 504)

    @property
    def is_replay(self):
        return self.answer_fields.get("idempotent-replayed") == "true"

    @cached_property
    def tag(self):
        """The store's name and the change number of its entity tag."""
        match = re.fullmatch(r'"([0-9a-f]+)-(\d+)"', self.answer_fields.get("etag", ""))
        return (match[1], int(match[2])) if match else None


@dataclasses.dataclass(frozen=True)
class Deed:
    """What the nemesis did, from when to when, and to which processes."""

    kind: str
    begin: float
    end: float
    processes: tuple = ()
    note: str = ""
    done: float = 0
    """When it had been done; its end is when it began to be undone."""


class History:
    """Written by many threads, read when they have ended."""

    CONTENT_KEPT = 2000

    def __init__(self, path):
        self.exchanges, self.deeds = [], []
        self.file = open(path, "w", encoding="utf-8")
        self.lock = threading.Lock()
        self.began = time.monotonic()

    def add(self, **about):
        with self.lock:
            exchange = Exchange(number=len(self.exchanges) + 1, **about)
            self.exchanges.append(exchange)
            line = dataclasses.asdict(exchange)
            line["content"] = exchange.content[: self.CONTENT_KEPT].decode(errors="replace")
            self._write(line)
        return exchange

    def add_deed(self, deed):
        with self.lock:
            self.deeds.append(deed)
            self._write({"deed": deed.kind, **dataclasses.asdict(deed)})

    def _write(self, line):
        self.file.write(json.dumps(line, separators=(",", ":")) + "\n")

    def close(self):
        with self.lock:
            self.file.close()
