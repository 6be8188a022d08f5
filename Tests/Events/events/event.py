"""One event as a client got it."""

import dataclasses
import json
import re

from events import Broken

ID = re.compile(r"(.+)-([0-9]+)")
FINAL = ("complete", "failed", "cancelled")


@dataclasses.dataclass(frozen=True)
class Event:
    store: str
    change: int
    document: dict

    @classmethod
    def received(cls, event):
        """From what `httpx_sse` made of it."""
        parts = ID.fullmatch(event.id)
        if event.event != "message" or not parts:
            raise Broken(f"an event of type {event.event} with the id {event.id!r}")
        try:
            return cls(parts[1], int(parts[2]), json.loads(event.data))
        except ValueError:
            raise Broken(f"an event whose data are not JSON: {event.data!r}") from None

    @property
    def id(self):
        return f"{self.store}-{self.change}"

    @property
    def order(self):
        return self.document["id"]

    @property
    def is_final(self):
        return self.document["status"] in FINAL
