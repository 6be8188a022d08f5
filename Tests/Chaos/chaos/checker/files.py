"""What is acknowledged is in the file at the path."""

from chaos.checker.invariant import invariant

MISPLACING = ("misplace-files", "destroy-files")


@invariant
def nothing_is_acknowledged_into_other_files(evidence):
    """While a file of the store is away, replaced or overwritten, no order is accepted, and no cancel is a 204."""
    for deed in evidence.deeds_of(*MISPLACING):
        for exchange in evidence.exchanges:
            is_acknowledged = exchange.accepted or (exchange.kind == "cancel" and exchange.status == 204)
            if is_acknowledged and deed.done < exchange.sent and exchange.ended < deed.end:
                order = exchange.accepted or exchange.order
                yield f"answered {exchange.status} while this was so: {deed.kind} {deed.note}", order, exchange


@invariant
def other_files_are_told_of(evidence):
    """While they are, writes are refused with 503 store-unavailable."""
    for deed in evidence.deeds_of(*MISPLACING):
        within = [e for e in evidence.exchanges if e.kind == "submit" and deed.done < e.sent and e.ended < deed.end]
        answered = [exchange for exchange in within if exchange.status not in (None, 502, 504)]
        if answered and not any(exchange.code == "store-unavailable" for exchange in answered):
            yield f"no write was refused while this was so: {deed.kind} {deed.note}", None, *answered[:3]
