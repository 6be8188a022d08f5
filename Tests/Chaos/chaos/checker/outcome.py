"""What the status documents and results say."""

from chaos.checker.invariant import invariant
from chaos.evidence import FINAL, preceding


def documents(evidence):
    """The observations that are status documents, by order."""
    for order, observations in evidence.observations.items():
        yield order, [o for o in observations if o.document is not None]


def percent(observation):
    return observation.document["progress"]["percent"]


def by_store(told):
    """Observations of one store each: a restore renews its name, and progress since the backup is no promise."""
    stores = {}
    for observation in told:
        stores.setdefault(observation.exchange.tag and observation.exchange.tag[0], []).append(observation)
    return stores.values()


@invariant
def percent_never_falls(evidence):
    """Percent never falls for who asks again, is at most 99 before complete, and 100 then."""
    for order, told in documents(evidence):
        for of_one in by_store(told):
            for earlier, later in preceding(of_one, percent):
                if percent(later) < percent(earlier):
                    yield f"{percent(later)} % after {percent(earlier)} %", order, earlier.exchange, later.exchange
        for observation in told:
            if (percent(observation) == 100) != (observation.status == "complete"):
                yield f"{observation.status} at {percent(observation)} %", order, observation.exchange


@invariant
def dates_stay(evidence):
    """createdAt, startedAt and finishedAt stay as first told; done and finishedAt are there when it is final."""
    for order, told in documents(evidence):
        for name in ("createdAt", "startedAt", "finishedAt"):
            def has_it(observation):
                return -observation.ended if name in observation.document else None

            for earlier, later in preceding(told, has_it):
                if later.document.get(name) != earlier.document[name]:
                    text = f"{name} {later.document.get(name)} after {earlier.document[name]}"
                    yield text, order, earlier.exchange, later.exchange
        for observation in told:
            is_final = observation.status in FINAL
            if observation.document["done"] != is_final or ("finishedAt" in observation.document) != is_final:
                yield f"{observation.status} with {observation.document}", order, observation.exchange


@invariant
def a_result_is_one(evidence):
    """A complete order has a result: the one that follows from what was submitted, equal to the byte at each reading."""
    first = {}
    for exchange in evidence.exchanges:
        if exchange.kind == "result" and exchange.status == 200:
            earlier = first.setdefault(exchange.order, exchange)
            if earlier.content != exchange.content:
                yield f"{exchange.content!r} after {earlier.content!r}", exchange.order, earlier, exchange
    for order, status in evidence.final.items():
        if status == "complete" and order not in first:
            yield "complete, and its result was never to be had", order
        if status != "complete" and order in first:
            yield f"{status}, and a result was read", order, first[order]
    for order, exchange in first.items():
        submission = evidence.submission_of.get(order)
        if submission and (submission.failure or exchange.content != submission.result(order)):
            yield f"the result {exchange.content!r} is not of {submission.body!r}", order, exchange


@invariant
def last_looks_agree(evidence):
    """After everything had settled, two readings of every order, status, result and log, are equal to the byte."""
    first, second = ({(e.order, e.kind): e for e in reading} for reading in evidence.readings)
    for about, exchange in second.items():
        earlier = first.get(about)
        if earlier is None or (earlier.status, earlier.tag) != (exchange.status, exchange.tag):
            yield f"the second last look at its {about[1]} differs", about[0], *filter(None, (earlier, exchange))
        elif exchange.status == 200 and earlier.content != exchange.content:
            yield f"the second last look at its {about[1]} differs", about[0], earlier, exchange
    for order in evidence.final:
        if (order, "status") not in second:
            yield "its status could not be read at the end", order
