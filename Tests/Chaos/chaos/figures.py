"""How fast things went in the storm. Noisy by nature: nothing is judged by it."""

import bisect
import math
from collections import Counter, defaultdict

from chaos.checker.service import HOLDING
from chaos.checker.work import MORTAL

BREATH = 1.0


class Spans:
    """Milliseconds from one event to another, all of them and those in calm: without any deed from a second before the
    first event until the second one."""

    def __init__(self, deeds):
        self.deeds = sorted(deeds, key=lambda deed: deed.begin)
        self.begins = [deed.begin for deed in self.deeds]
        self.longest = max((deed.end - deed.begin for deed in deeds), default=0)
        self.every, self.calm = [], []

    def add(self, begin, end, but=None):
        """`but` is the deed that is measured itself."""
        milliseconds = (end - begin) * 1000
        self.every.append(milliseconds)
        first = bisect.bisect_left(self.begins, begin - BREATH - self.longest)
        last = bisect.bisect_right(self.begins, end)
        if not any(deed is not but and deed.end >= begin - BREATH for deed in self.deeds[first:last]):
            self.calm.append(milliseconds)


def percentile(values, share):
    """The nearest rank."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def spans(evidence):
    """The measured spans by name."""
    measures = {
        "pick-up: 202 received → work begins": pick_up,
        "cancel: DELETE sent → 204 received": cancel_answered,
        "cancel: DELETE sent → work interrupted": cancel_heard,
        "take-over: kill -9 → work begins elsewhere": take_over,
    }
    result = {}
    for name, measure in measures.items():
        result[name] = Spans(evidence.deeds)
        measure(evidence, result[name])
    return result


def pick_up(evidence, result):
    """Less than nothing where work began before the client had its answer."""
    for exchanges in evidence.accepted.values():
        first = exchanges[0]
        if first.status == 202 and not first.is_replay and first.accepted in evidence.begins:
            result.add(first.ended, evidence.begins[first.accepted][0].time)


def first_cancels(evidence):
    """The first DELETE of each order."""
    seen = set()
    for exchange in sorted(evidence.exchanges, key=lambda exchange: exchange.sent):
        if exchange.kind == "cancel" and exchange.order not in seen:
            seen.add(exchange.order)
            yield exchange


def cancel_answered(evidence, result):
    for exchange in first_cancels(evidence):
        if exchange.status == 204:
            result.add(exchange.sent, exchange.ended)


def cancel_heard(evidence, result):
    interrupted = defaultdict(list)
    for work in evidence.journal.ends:
        if work.end == "interrupted":
            interrupted[work.job].append(work.time)
    for exchange in first_cancels(evidence):
        later = [time for time in interrupted[exchange.order] if time > exchange.sent]
        if exchange.status == 204 and later:
            result.add(exchange.sent, min(later))


def take_over(evidence, result):
    for deed in evidence.deeds_of(*MORTAL):
        for begins in evidence.begins.values():
            cut = [w for w in begins if w.process in deed.processes and w.time < deed.end]
            if not cut:
                continue
            end = evidence.end_of.get((cut[-1].job, cut[-1].epoch, cut[-1].process))
            again = [work.time for work in begins if work.epoch > cut[-1].epoch and work.time > deed.end]
            if end is None and again:
                result.add(deed.end, again[0], but=deed)


def requests(evidence):
    """How many of each kind had which answer."""
    table = defaultdict(Counter)
    for exchange in evidence.exchanges:
        table[exchange.kind][str(exchange.status or "lost")] += 1
    return table


def refusals(evidence, *kinds):
    """In how many periods of these kinds a write was refused because of it."""
    times = sorted(
        e.ended for e in evidence.exchanges if e.status == 503 and e.code == "store-unavailable"
    )
    deeds = evidence.deeds_of(*kinds)
    hit = sum(bisect.bisect_left(times, d.begin) < bisect.bisect_right(times, d.end + 0.5) for d in deeds)
    return hit, len(deeds)


def probes(evidence):
    """How many of the reads that probed held turns were answered while the turn was held."""
    probes = [exchange for exchange in evidence.exchanges if exchange.client == "probe"]
    holds = evidence.deeds_of(*HOLDING)
    within = [e for e in probes if e.status == 200 and any(d.begin < e.sent and e.ended < d.end for d in holds)]
    return len(within), len(probes)


FULL_DISK, HELD_TURN = ("fill-disk", "fill-disk-and-press"), HOLDING
