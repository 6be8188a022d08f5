"""One request of the load, and what became of it."""

import dataclasses
import json


@dataclasses.dataclass
class Exchange:
    kind: str
    sent: float  # seconds of the monotonic clock
    order: int | None = None  # whom it asks for
    token: str | None = None  # what names the order that it posts, in one product of its own
    status: int | None = None  # None: the connection was closed before a byte of the answer
    fields: dict = dataclasses.field(default_factory=dict)
    body: bytes = b""
    ended: float = 0
    was_resent: bool = False  # a second try of what nobody answered

    @property
    def document(self):
        return json.loads(self.body)

    @property
    def is_answered(self):
        return self.status is not None

    @property
    def milliseconds(self):
        return (self.ended - self.sent) * 1000
