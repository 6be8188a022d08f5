"""What the responders did, by their own journal."""

from chaos.checker.invariant import invariant
from chaos.evidence import grouped

MORTAL = ("kill", "kill-all", "hold-turn-and-kill", "destroy-files")
LAPSING = ("stop", "hold-turn", "misplace-files")


@invariant
def the_journal_is_there(evidence):
    """The responders told of their work: without that half of this judgement is blind."""
    if not evidence.journal.begins or not evidence.journal.ends:
        yield f"{len(evidence.journal.begins)} beginnings and {len(evidence.journal.ends)} ends of work"


@invariant
def an_epoch_has_one_holder(evidence):
    """Work on an order begins once in each epoch, in one process, and ends at most once."""
    holders = grouped(((work.job, work.epoch), work.process) for work in evidence.journal.begins)
    ends = grouped(((work.job, work.epoch), work.process) for work in evidence.journal.ends)
    for (job, epoch), processes in holders.items():
        if len(processes) > 1:
            yield f"epoch {epoch} began {len(processes)} times, in the processes {processes}", job
    for (job, epoch), processes in ends.items():
        if processes != holders.get((job, epoch)):
            yield f"epoch {epoch} ended in the processes {processes}, began in {holders.get((job, epoch))}", job


@invariant
def epochs_rise(evidence):
    """Of two attempts at an order, the one with the higher number has the higher epoch, unless one was given back."""
    for job, begins in evidence.begins.items():
        by_epoch = sorted(begins, key=lambda work: work.epoch)
        for earlier, later in zip(by_epoch, by_epoch[1:]):
            # A planned end costs no attempt: the next one has the same number again.
            if later.attempt < earlier.attempt:
                yield f"attempt {earlier.attempt} has epoch {earlier.epoch}, and {later.attempt} {later.epoch}", job
        for work in begins:
            if not 1 <= work.attempt <= evidence.attempts or work.epoch < work.attempt:
                yield f"attempt {work.attempt} of {evidence.attempts}, in epoch {work.epoch}", job


@invariant
def complete_orders_were_worked_on(evidence):
    """No order is complete whose work never began."""
    for order, status in evidence.final.items():
        if status == "complete" and order not in evidence.begins:
            yield "complete, and no work on it began", order


def charges(evidence, order):
    """How many attempts at it may have been cut off: those that began in a process that was then killed or stopped, and
    kills that came between a claim and the line that tells of it."""
    begins = evidence.begins.get(order, [])
    since = min([o.sent for o in evidence.observations[order]] + [work.time for work in begins])
    charged, unseen = 0, 0
    for deed in evidence.deeds_of(*MORTAL, *LAPSING):
        for process in deed.processes:
            begun = [work for work in begins if work.process == process and work.time <= deed.end]
            cut = [work for work in begun if not ended_before(evidence, work, deed.begin)]
            charged += len(cut)
            unseen += not begun and deed.end >= since
    return charged, unseen


def ended_before(evidence, work, time):
    end = evidence.end_of.get((work.job, work.epoch, work.process))
    return end is not None and end.time < time


@invariant
def orders_fail_for_a_reason(evidence):
    """An order fails as worker-lost only, and only after processes were killed or hung under all its attempts, unless it
    was submitted to fail."""
    for order, observations in evidence.observations.items():
        for observation in observations:
            document = observation.document
            if not document or document["status"] != "failed":
                continue
            code = (document.get("error") or {}).get("code")
            charged, unseen = charges(evidence, order)
            submission = evidence.submission_of.get(order)
            if submission and submission.failure and code == submission.failure:
                break
            if code != "worker-lost":
                yield f"failed as {code}", order, observation.exchange
            elif document["attempt"] < evidence.attempts:
                yield f"failed at attempt {document['attempt']} of {evidence.attempts}", order, observation.exchange
            elif charged + unseen < evidence.attempts:
                yield f"failed, though only {charged} of its attempts were cut off", order, observation.exchange
            break
