"""Made-up runs to be judged: a good one, and the means to break it."""

import dataclasses
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from chaos.checker import check  # noqa: E402
from chaos.evidence import Evidence, judged  # noqa: E402, F401
from chaos.history import Deed, Exchange  # noqa: E402
from chaos.journal import Journal, Work  # noqa: E402
from chaos.naps import Nap  # noqa: E402
from chaos.orders import Submission  # noqa: E402
from heartbeats import Beat  # noqa: E402

STORE = "00ff00ff00ff00ff"
FINAL_PERCENT = {"complete": 100}
VICTIM, SIBLING = 100, 200


class Run:
    """A history that is told request by request, one second after the other; `at` and `until` say otherwise."""

    def __init__(self):
        self.exchanges, self.deeds, self.submissions, self.entries = [], [], {}, {}
        self.journal = Journal(serving={VICTIM, SIBLING})
        self.changes = {"processes": 2, "survivors": frozenset([VICTIM, SIBLING])}
        self.beats = []
        self.clock = 0.0
        self.last_looks = None

    # --- requests

    def exchange(self, method, target, status=200, document=None, change=None, at=None, until=None, **about):
        """`document` is the answer's JSON, or its bytes."""
        sent = self.clock if at is None else at
        ended = sent + 0.5 if until is None else until
        self.clock = max(self.clock, ended) + 0.5
        fields = {"content-type": "application/json" if (status or 0) < 400 else "application/problem+json"}
        if change is not None:
            fields["etag"] = f'"{STORE}-{change}"'
        if status in (502, 503, 504) or isinstance(document, dict) and document.get("done") is False:
            fields["retry-after"] = "1"
        fields |= about.pop("answer_fields", {})
        if not isinstance(document, bytes):
            document = b"" if document is None else json.dumps(document).encode()
        exchange = Exchange(
            len(self.exchanges) + 1, about.pop("client", "client"), method, target, sent, ended, status=status,
            answer_fields=fields, content=document, **about,
        )
        self.exchanges.append(exchange)
        return exchange

    def problem(self, method, target, status, code, **about):
        return self.exchange(method, target, status, {"status": status, "code": code}, **about)

    def post(self, name, order, key=None, status=202, replayed=False, **about):
        """Accepted as `order`; `order` None: no answer arrived."""
        submission = self.submissions.setdefault(name, Submission(name, (name, "y"), "10.50", key))
        fields = {"location": "/orders/1/status"} | ({"idempotent-replayed": "true"} if replayed else {})
        request = {"fields": {"Idempotency-Key": key} if key else {}, "submission": submission.name}
        if order is None:
            return self.exchange("POST", "/orders", None, fault="TimeoutError", **request, **about)
        return self.exchange("POST", "/orders", status, {"id": order}, answer_fields=fields, **request, **about)

    def status(self, order, status, change, percent=None, attempt=1, error=None, **about):
        percent = FINAL_PERCENT.get(status, 40) if percent is None else percent
        done = status in ("complete", "failed", "cancelled")
        document = {
            "id": order, "status": status, "done": done, "progress": {"percent": percent},
            "createdAt": f"2026-01-01T00:00:{order:02}.000Z", "attempt": attempt,
        }
        if done:
            document["finishedAt"] = "2026-01-01T00:01:00.000Z"
        if error:
            document["error"] = {"code": error}
        document |= about.pop("more", {})
        collection = about.pop("collection", "orders")
        return self.exchange("GET", f"/{collection}/{order}/status", 200, document, change, **about)

    def result(self, order, name, change=90, **about):
        submission = self.submissions[name]
        return self.exchange(
            "GET", f"/orders/{order}/result", 200, b'{"id":%d,' % order + submission.body[1:], change, **about
        )

    def cancel(self, order, **about):
        return self.exchange("DELETE", f"/orders/{order}/cancel", 204, **about)

    # --- work

    def work(self, order, epoch=1, attempt=1, process=SIBLING, end="complete", at=None, until=None):
        """Begins, and ends so unless `end` is None."""
        at = self.clock if at is None else at
        self.journal.begins.append(Work(at, order, epoch, attempt, process))
        if end:
            self.journal.ends.append(Work(until or at + 0.1, order, epoch, attempt, process, end))

    def deed(self, kind, *processes, at=None, until=None, note=""):
        begin = self.clock if at is None else at
        self.deeds.append(Deed(kind, begin, begin if until is None else until, processes, note, done=begin))

    # --- naps

    def beat(self, nap, word="beat", epoch=1, attempt=1):
        """The next line of the pipe."""
        self.beats.append(Beat(nap, epoch, attempt, self.clock, word))

    def run_program(self, nap, epoch=1, attempt=1, words=("begin", "beat", "end"), **about):
        """One attempt, as the journal and the program tell of it."""
        self.work(nap, epoch, attempt, **about)
        for word in words:
            self.beat(nap, word, epoch, attempt)

    def accept_nap(self, nap, name, **about):
        submission = self.submissions.setdefault(name, Nap(name, 3, **about))
        fields = {"location": f"/naps/{nap}/status"}
        self.exchange("POST", "/naps", 202, {"id": nap}, answer_fields=fields, submission=submission.name)

    def end_nap(self, nap, status, error=None, log_of=1):
        """How it is found after everything had settled, with the log of the attempt with that epoch; None for no log."""
        submission = next(s for s in self.submissions.values() if self._accepted(s) == nap)
        self.entries[nap] = {"id": nap, **submission.entry, "status": status}
        self.status(nap, status, nap * 10, error=error, collection="naps")
        if status == "complete":
            self.exchange("GET", f"/naps/{nap}/result", 200, submission.result(nap), nap * 10)
        if log_of is None:
            self.problem("GET", f"/naps/{nap}/log", 404, "no-log")
        else:
            fields = {"content-type": "text/plain; charset=utf-8", "etag": '"2z8bhspf3qh9n"'}
            self.exchange("GET", f"/naps/{nap}/log", 200, submission.log(log_of), answer_fields=fields)

    def _accepted(self, submission):
        return next((e.accepted for e in self.exchanges if e.submission == submission.name), None)

    # --- the end

    def listed(self, order, status, name, **about):
        submission = self.submissions.setdefault(name, Submission(name, (name, "y"), "10.50"))
        self.entries[order] = {
            "id": order, "products": list(submission.products), "amount": submission.amount, "status": status, **about,
        }

    def complete_order(self, order, name, **about):
        """A whole good life."""
        accepted = self.post(name, order, **about)
        self.work(order)
        self.end(order, "complete", name)
        return accepted

    def end(self, order, status, name, change=None, **about):
        """How it is found after everything had settled."""
        self.listed(order, status, name)
        self.status(order, status, order * 10 if change is None else change, **about)
        if status == "complete":
            self.result(order, name, order * 10 if change is None else change)

    def evidence(self):
        health = {
            "status": "ok", "queued": 0, "processes": [{"pid": VICTIM, "running": 0}, {"pid": SIBLING, "running": 0}],
        }
        looked = [e for e in self.exchanges if e.kind in ("status", "result", "log")]
        last = list({(e.order, e.kind): e for e in looked}.values())
        about = {
            "exchanges": self.exchanges, "deeds": self.deeds, "journal": self.journal, "submissions": self.submissions,
            "listings": (self.entries, dict(self.entries)), "readings": (last, last),
            "health": self.exchange("GET", "/healthz", 200, health), "wanted": frozenset(), "attempts": 3, "seconds": 1,
            "beats": tuple(self.beats),
        }
        return Evidence(**(about | self.changes))

    def violations(self):
        return check(self.evidence())

    def names(self):
        """The invariants that object."""
        return {violation.invariant for violation in self.violations()}


def with_other(exchange, **changes):
    return dataclasses.replace(exchange, **changes)
