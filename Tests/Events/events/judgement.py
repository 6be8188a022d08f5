"""What may be told in one stream, however often its client had to come again."""


def faults(events):
    """What is wrong with the events of one client, in the order in which they came."""
    latest = {}  # by order
    for number, event in enumerate(events):
        if number:
            earlier = events[number - 1]
            if event.store != earlier.store:
                yield f"{event.id} comes after {earlier.id}: another store"
            elif event.change <= earlier.change:
                yield f"{event.id} comes after {earlier.id}"
        if known := latest.get(event.order):
            yield from faults_of_step(known, event)
        latest[event.order] = event


def faults_of_step(earlier, later):
    """What is wrong with two events of one order."""
    before, after = earlier.document, later.document
    if earlier.is_final:
        yield f"order {later.order} was {before['status']} and is told once more, as {after['status']}"
    if after["progress"]["percent"] < before["progress"]["percent"]:
        yield f"order {later.order} falls from {before['progress']['percent']} to {after['progress']['percent']} %"


def missing(events, documents):
    """What is wrong with the final events, where those of `documents` (by order) are what the orders came to."""
    finals = {}
    for event in events:
        if event.is_final:
            finals.setdefault(event.order, []).append(event.document)
    for order, document in documents.items():
        told = finals.get(order, [])
        if len(told) != 1:
            yield f"the end of order {order}, {document['status']}, was told {len(told)} times"
        elif told[0] != document:
            yield f"order {order} was told as {told[0]} and is {document}"
