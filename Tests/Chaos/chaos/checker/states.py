"""How each order changed, as its observers saw it.

Requests overlap, so the order of two observations is certain only where the second request was sent after the first
answer had arrived, or where both carry change numbers.
"""

from chaos.checker.invariant import invariant
from chaos.evidence import FINAL, UNFINISHED, preceding

# What a status may become in any number of steps; started and running alternate with the attempts.
REACHABLE = {
    **{status: UNFINISHED | FINAL for status in UNFINISHED},
    **{status: frozenset([status]) for status in FINAL},
}


def words(statuses):
    return " or ".join(sorted(statuses))


@invariant
def a_cancelled_order_stays_cancelled(evidence):
    """What is asked after a 204 of cancel arrived says cancelled."""
    for order, observations in evidence.observations.items():
        def is_cancel(o):
            return -o.ended if o.exchange.kind == "cancel" and o.status == "cancelled" else None

        for cancelled, later in preceding(observations, is_cancel):
            if "cancelled" not in later.statuses:
                text = f"{words(later.statuses)} after its cancel was answered 204"
                yield text, order, cancelled.exchange, later.exchange


@invariant
def a_final_order_stays_as_it_is(evidence):
    """What is asked after a final status was told says the same."""
    for order, observations in evidence.observations.items():
        for final, later in preceding(observations, lambda o: -o.ended if o.is_final else None):
            if not final.statuses & later.statuses:
                text = f"{words(later.statuses)} after it had been {words(final.statuses)}"
                yield text, order, final.exchange, later.exchange


@invariant
def an_order_ends_once(evidence):
    """All final statuses ever told of an order are one, whenever they were told."""
    for order, observations in evidence.observations.items():
        finals = [o for o in observations if o.is_final]
        if finals and not frozenset.intersection(*(o.statuses for o in finals)):
            first = finals[0]
            other = next(o for o in finals if not o.statuses & first.statuses)
            yield f"{words(first.statuses)} and {words(other.statuses)}", order, first.exchange, other.exchange


@invariant
def only_a_cancel_cancels(evidence):
    """No order is cancelled that no client asked to cancel."""
    asked = {exchange.order for exchange in evidence.exchanges if exchange.kind == "cancel"}
    for order, status in evidence.final.items():
        if status == "cancelled" and order not in asked:
            yield "cancelled, and nobody asked for it", order


@invariant
def states_follow_the_table(evidence):
    """By their change numbers: an order goes between started and running, then to one final status, and no further."""
    for order, observations in evidence.observations.items():
        told = sorted((o for o in observations if o.change is not None and o.status), key=lambda o: o.change)
        for earlier, later in zip(told, told[1:]):
            if later.status not in REACHABLE[earlier.status]:
                text = f"{earlier.status} at change {earlier.change}, {later.status} at change {later.change}"
                yield text, order, earlier.exchange, later.exchange
            elif earlier.status in FINAL and later.change != earlier.change:
                text = f"changed from {earlier.change} to {later.change} after it had been {earlier.status}"
                yield text, order, earlier.exchange, later.exchange


@invariant
def change_numbers_never_fall(evidence):
    """The change number in an order's tag never falls for who asks again."""
    for order, observations in evidence.observations.items():
        numbered = [o for o in observations if o.change is not None]
        for earlier, later in preceding(numbered, lambda o: o.change):
            if later.change < earlier.change:
                yield f"change {later.change} after change {earlier.change}", order, earlier.exchange, later.exchange


@invariant
def lists_know_what_was_told(evidence):
    """The change number of a list is not below any that was told before it was asked for, by whichever process."""
    tagged = [exchange for exchange in evidence.exchanges if exchange.tag]
    for earlier, later in preceding(tagged, lambda exchange: exchange.tag[1]):
        if later.kind == "list" and later.tag[1] < earlier.tag[1]:
            yield f"a list at change {later.tag[1]} after change {earlier.tag[1]} was told", None, earlier, later


@invariant
def a_change_number_means_one_document(evidence):
    """Two answers with one change number are equal to the byte, and an order changes with each number of its own."""
    contents, owners = {}, {}
    for exchange in evidence.exchanges:
        if exchange.tag is None or exchange.status != 200 or exchange.order is None:
            continue
        number = exchange.tag[1]
        first = contents.setdefault((exchange.order, exchange.kind, number), exchange)
        if first.content != exchange.content:
            yield f"two documents at change {number}", exchange.order, first, exchange
        owner = owners.setdefault(number, exchange)
        if owner.order != exchange.order:
            yield f"change {number} is one of order {owner.order} too", exchange.order, owner, exchange
