"""Everything that is known of a run, arranged by order. Values only: the checker asks, and nothing here changes.

Where it says order, a nap is meant too: what is promised of one is promised of the other.
"""

import dataclasses
from collections import defaultdict
from functools import cached_property

from chaos.history import Exchange
from chaos.journal import Journal
from chaos.orders import named

FINAL = frozenset(["complete", "failed", "cancelled"])
UNFINISHED = frozenset(["started", "running"])
EVERY = FINAL | UNFINISHED


@dataclasses.dataclass(frozen=True)
class Observation:
    """What one answer tells of one order: the statuses it may have had at some moment of that exchange."""

    exchange: Exchange
    statuses: frozenset
    change: int | None = None
    document: dict | None = None
    """The status document."""

    @property
    def sent(self):
        return self.exchange.sent

    @property
    def ended(self):
        return self.exchange.ended

    @property
    def status(self):
        """The one it had; None where that is not certain."""
        return next(iter(self.statuses)) if len(self.statuses) == 1 else None

    @property
    def is_final(self):
        return self.statuses <= FINAL


REASONS = {
    ("result", "not-finished"): UNFINISHED,
    ("result", "failed"): frozenset(["failed"]),
    ("result", "cancelled"): frozenset(["cancelled"]),
    ("cancel", "already-finished"): frozenset(["complete", "failed"]),
}


def observed(exchange):
    """Pairs of an order and what the exchange tells of it. Answers out of form tell nothing: others object to them."""
    document, kind, status = exchange.document, exchange.kind, exchange.status
    change = exchange.tag[1] if exchange.tag else None
    if kind == "submit" and exchange.accepted:
        yield exchange.accepted, Observation(exchange, frozenset(["complete"]) if status == 201 else EVERY)
    elif kind == "list" and status == 200 and isinstance(document, dict):
        for entry in document.get(exchange.collection, []):
            if entry.get("status") in EVERY:
                yield entry.get("id"), Observation(exchange, frozenset([entry["status"]]))
    elif kind in ("status", "read") and status == 200 and isinstance(document, dict):
        if document.get("status") in EVERY:
            told = document if kind == "status" else None
            yield exchange.order, Observation(exchange, frozenset([document["status"]]), change, told)
    elif kind in ("status", "read") and status == 304:
        yield exchange.order, Observation(exchange, EVERY, change)
    elif kind == "result" and status == 200:
        yield exchange.order, Observation(exchange, frozenset(["complete"]), change)
    elif kind == "cancel" and status == 204:
        yield exchange.order, Observation(exchange, frozenset(["cancelled"]))
    elif (kind, exchange.reason) in REASONS and status == 409:
        yield exchange.order, Observation(exchange, REASONS[kind, exchange.reason])


def judged(exchanges, deeds):
    """Without reads of a database or a log that another program writes into: until the responders are killed, SQLite can't tell
    its bytes from the store's. What is acknowledged meanwhile is judged."""
    spoilt = [deed for deed in deeds if deed.kind == "destroy-files" and deed.note in ("overwrite", "truncate-log")]
    # They are killed right after the deed's end.
    return [
        exchange for exchange in exchanges
        if exchange.method != "GET"
        or not any(exchange.sent <= deed.end + 0.1 and exchange.ended >= deed.begin for deed in spoilt)
    ]


@dataclasses.dataclass(frozen=True)
class Evidence:
    exchanges: list
    deeds: list
    journal: Journal
    submissions: dict
    """By name."""
    listings: tuple
    """The whole list, read twice after everything had settled: dictionaries by id."""
    readings: tuple
    """The exchanges of those two last looks at every order: status, result, and the log of a nap."""
    health: Exchange | None
    survivors: frozenset
    """The responders that ran when the service was told to stop."""
    wanted: frozenset
    """The kinds of deeds that the schedule had."""
    processes: int
    attempts: int
    seconds: float
    exit_status: int | None = 0
    integrity: str = "ok"
    """What SQLite said of the file after the end."""
    check: str | None = None
    """What `orders check` complained of; None where it was content."""
    beats: tuple = ()
    """What the programs of naps told of themselves, in the order in which they did."""
    left: tuple = ()
    """Processes of programs, zombies of responders and work folders that were there at the end, in words."""

    @cached_property
    def observations(self):
        """By order."""
        return grouped(pair for exchange in self.exchanges for pair in observed(exchange))

    @cached_property
    def accepted(self):
        """The exchanges that accepted each submission, by its name."""
        return grouped((exchange.submission, exchange) for exchange in self.exchanges if exchange.accepted)

    @cached_property
    def posts(self):
        """All exchanges that tried to submit, by the submission's name."""
        return grouped((exchange.submission, exchange) for exchange in self.exchanges if exchange.kind == "submit")

    @cached_property
    def final(self):
        """Each listed order's last status."""
        return {order: entry["status"] for order, entry in self.listings[-1].items()}

    @cached_property
    def begins(self):
        """The attempts at each order, one after the other."""
        return grouped((work.job, work) for work in sorted(self.journal.begins, key=lambda work: work.time))

    @cached_property
    def end_of(self):
        """How each attempt ended, by order, epoch and process."""
        return {(work.job, work.epoch, work.process): work for work in self.journal.ends}

    @cached_property
    def submission_of(self):
        """What each listed order was submitted as; orders that nobody submitted are left out."""
        names = {order: named(entry) for order, entry in self.listings[-1].items()}
        return {order: self.submissions[name] for order, name in names.items() if name in self.submissions}

    @cached_property
    def naps(self):
        """Of those, the naps."""
        return {order: nap for order, nap in self.submission_of.items() if nap.collection == "naps"}

    @cached_property
    def beats_of(self):
        """By nap."""
        return grouped((beat.job, beat) for beat in self.beats)

    def is_doubtful(self, exchange):
        """Refused because the files were not the right ones, by a commit that had begun when they still were, or a
        millisecond later."""
        return exchange.status == 503 and any(
            exchange.sent <= deed.done + 0.01 and exchange.ended >= deed.begin
            for deed in self.deeds_of("misplace-files", "destroy-files")
        )

    def deeds_of(self, *kinds):
        return [deed for deed in self.deeds if deed.kind in kinds]


def grouped(pairs):
    """The values by key, as a plain dictionary: asking for what is not there must not make it."""
    groups = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return dict(groups)


def preceding(observations, worth):
    """For each observation, the weightiest of those whose answer had arrived before its request was sent.

    `worth` gives the weight, None for those that don't count; an observation without any such before it is left out.
    """
    arrived = sorted((o for o in observations if worth(o) is not None), key=lambda o: o.ended)
    place, best = 0, None
    for observation in sorted(observations, key=lambda o: o.sent):
        while place < len(arrived) and arrived[place].ended < observation.sent:
            if best is None or worth(arrived[place]) > worth(best):
                best = arrived[place]
            place += 1
        if best is not None:
            yield best, observation
