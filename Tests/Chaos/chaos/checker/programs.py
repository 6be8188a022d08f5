"""What the programs of naps told of themselves, and what is left of them."""

from chaos.checker.invariant import invariant
from heartbeats import overlaps


@invariant
def programs_were_heard(evidence):
    """The programs of naps told of themselves: without that this judgement is blind."""
    if evidence.naps and not evidence.beats:
        yield f"{len(evidence.naps)} naps, and no heartbeat"


@invariant
def attempts_of_a_program_never_overlap(evidence):
    """No program tells of an attempt after a later attempt at its job has begun."""
    for late, first in overlaps(evidence.beats):
        text = f"attempt {late.attempt} (epoch {late.epoch}) lived at {late.time} s of uptime, attempt {first.attempt}"
        yield f"{text} (epoch {first.epoch}) since {first.time} s at the latest", late.job


@invariant
def programs_run_in_epochs_of_the_journal(evidence):
    """A program begins once for each `work begins` of the journal at most, and knows its attempt and epoch."""
    begun = {(work.job, work.epoch, work.attempt) for work in evidence.journal.begins}
    seen = set()
    for beat in evidence.beats:
        attempt = (beat.job, beat.epoch, beat.attempt)
        if attempt not in begun:
            begun.add(attempt)
            yield f"attempt {beat.attempt} (epoch {beat.epoch}) ran, and no work began", beat.job
        if beat.word == "begin" and attempt in seen:
            yield f"attempt {beat.attempt} (epoch {beat.epoch}) began twice", beat.job
        if beat.word == "begin":
            seen.add(attempt)


@invariant
def complete_programs_came_to_their_end(evidence):
    """A nap that is complete, or failed with a failure of its own, had a last attempt that came to its end."""
    for nap, epoch in last_epochs(evidence).items():
        ended = {beat.epoch for beat in evidence.beats_of.get(nap, []) if beat.word == "end"}
        if epoch not in ended:
            yield f"{evidence.final[nap]}, and its program came to its end in the epochs {sorted(ended)}", nap


@invariant
def a_log_is_of_the_last_attempt(evidence):
    """The log of a nap at the end is what its last attempt wrote: of one that was cut off, of an attempt or none."""
    last = last_epochs(evidence)
    for exchange in evidence.readings[-1]:
        if exchange.kind != "log" or exchange.order not in evidence.naps:
            continue
        nap, about = evidence.naps[exchange.order], evidence.beats_of.get(exchange.order, [])
        epochs = {last[exchange.order]} if exchange.order in last else {beat.epoch for beat in about}
        logs = [nap.log(epoch) for epoch in epochs]
        is_none = exchange.status == 404 and exchange.order not in last
        if not is_none and (exchange.status != 200 or exchange.content not in logs):
            yield f"its log is {exchange.content[:200]!r}, and its epochs are {sorted(epochs)}", exchange.order, exchange


@invariant
def nothing_is_left_of_programs(evidence):
    """At the end there is no process of a program, no zombie of a responder and no work folder."""
    yield from evidence.left


def last_epochs(evidence):
    """Of the naps whose programs ended them: the epoch of the last attempt that began, 0 where none did."""
    result = {}
    for nap, submission in evidence.naps.items():
        failure = code(evidence, nap)
        if evidence.final[nap] == "complete" or failure and failure == submission.failure:
            result[nap] = max((beat.epoch for beat in evidence.beats_of.get(nap, [])), default=0)
    return result


def code(evidence, order):
    """That of the error in an order's status documents; None where there is none."""
    errors = [o.document.get("error") for o in evidence.observations.get(order, []) if o.document]
    return next((error["code"] for error in errors if error), None)
