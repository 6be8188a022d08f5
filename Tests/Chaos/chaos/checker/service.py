"""The service as a whole, and whether the run was one."""

from chaos.checker.invariant import invariant
from chaos.checker.work import MORTAL

HOLDING = ("hold-turn", "hold-turn-and-kill")


@invariant
def the_nemesis_came(evidence):
    """Every kind of deed in the schedule happened, and clients got orders and naps accepted: an idle run proves nothing."""
    done = {deed.kind for deed in evidence.deeds}
    for kind in sorted(evidence.wanted - done):
        yield f"{kind} never happened"
    if evidence.wanted and not evidence.naps:
        yield "no nap was accepted"
    if len(evidence.accepted) < evidence.seconds:
        yield f"only {len(evidence.accepted)} submissions were accepted in {evidence.seconds:g} s"


@invariant
def responders_die_by_others_hands(evidence):
    """Every responder that served was killed or told to stop by us, or lived at the end; none fell over."""
    ended = {process for deed in evidence.deeds_of(*MORTAL, "terminate") for process in deed.processes}
    for process in sorted(evidence.journal.serving - ended - evidence.survivors):
        yield f"process {process} ended by itself"
    for line in evidence.journal.crashes:
        yield line


@invariant
def who_is_told_to_stop_ends_in_order(evidence):
    """A responder that gets a SIGTERM says that it served, if it is not killed while it drains."""
    killed = {process for deed in evidence.deeds_of(*MORTAL) for process in deed.processes}
    told = {process for deed in evidence.deeds_of("terminate") for process in deed.processes}
    for process in sorted((told & evidence.journal.serving) - killed - evidence.journal.served):
        yield f"process {process} was told to stop, and never said it had served"
    if evidence.exit_status != 0:
        yield f"deploy/up ended with {evidence.exit_status}"


@invariant
def reads_go_on(evidence):
    """While a stopped process holds the turn to write, reads are answered."""
    for deed in evidence.deeds_of(*HOLDING):
        within = [e for e in evidence.exchanges if deed.begin < e.sent and e.ended < deed.end and e.kind == "status"]
        if not any(exchange.status == 200 for exchange in within) and deed.end - deed.begin > 1:
            seconds = f"{deed.end - deed.begin:.1f} s"
            yield f"no status was read while process {deed.processes[0]} held the turn for {seconds}"


@invariant
def the_service_recovers(evidence):
    """At the end /healthz is ok, names as many processes as were asked for, and nothing waits or runs."""
    document = evidence.health.document if evidence.health else None
    if not isinstance(document, dict) or evidence.health.status != 200 or document.get("status") != "ok":
        yield f"/healthz says {evidence.health and evidence.health.content[:200]!r}"
    elif len(document["processes"]) != evidence.processes:
        yield f"/healthz names {len(document['processes'])} processes instead of {evidence.processes}"
    elif document["queued"] or any(process["running"] for process in document["processes"]):
        yield f"/healthz tells of unfinished work: {evidence.health.content[:400]!r}"


@invariant
def the_store_is_whole(evidence):
    """After the end SQLite finds no fault with the file, and `orders check` none with what is in it."""
    if evidence.integrity != "ok":
        yield f"PRAGMA integrity_check: {evidence.integrity}"
    if evidence.check is not None:
        yield "orders check: " + " ".join(evidence.check.split())
