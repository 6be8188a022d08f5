"""What every answer, and what is there in the end, has to be."""

ALLOWED = {
    "post": {202}, "post with key": {202}, "post and wait": {201, 202}, "poll": {200}, "poll if changed": {200, 304},
    "wait": {200}, "wait for change": {200, 304}, "result": {200, 409},
}
# Between the signal to nginx and its last worker's closing of connections that it keeps for clients.
CLOSING = 2  # seconds


def wrong_answers(exchanges):
    for each in exchanges:
        if each.is_answered and each.status not in ALLOWED[each.kind]:
            yield f"{each.kind} was answered {each.status}: {each.body[:200].decode(errors='replace')}"
        elif each.was_resent and each.fields.get("idempotent-replayed"):
            yield f"{each.token} was accepted, and the first answer got lost"


def unexplained(exchanges, reloads):
    """Requests without an answer, other than on connections that nginx closed because it was reloaded."""
    for each in exchanges:
        if not each.is_answered and not any(reload <= each.sent <= reload + CLOSING for reload in reloads):
            yield f"{each.kind} was not answered, and nginx was not being reloaded"


def misplaced(exchanges, orders):
    """`orders` are all that the service has in the end: id, token and status of each."""
    accepted, twice = {}, set()
    for each in exchanges:
        if each.token and each.status in (201, 202):
            order = each.document["id"]
            if accepted.setdefault(order, each.token) != each.token:
                yield f"order {order} is {accepted[order]} and {each.token}"
    found = {}
    for order, token, status in orders:
        if token in found.values() and token not in twice:
            twice.add(token)
            yield f"{token} is there more than once"
        found[order] = token
        if order not in accepted:
            yield f"order {order} is there, and nobody was told: {token}"
        elif status != "complete":
            yield f"order {order} is {status} in the end"
    for order, token in accepted.items():
        if found.get(order) != token:
            yield f"order {order}, {token}, was accepted and is not there"


def ended_otherwise(exchanges, documents):
    """`documents` are the status documents of all orders in the end, as bytes. A final one never changes again, and a
    planned restart charges no attempt."""
    for each in exchanges:
        if each.status == 200 and each.order and each.kind != "result" and each.document["done"]:
            if each.body != documents[each.order]:
                yield f"order {each.order} had ended, and ended again: {each.body.decode()}"
    for order, document in documents.items():
        if b'"attempt":1' not in document:
            yield f"order {order} was charged for a restart: {document.decode()}"
