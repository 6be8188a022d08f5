"""Each answer for itself."""

import json

from chaos.checker.invariant import invariant

# What the contract has for each request, where there is no code without one. Clients ask about orders that they know
# to exist, and in the right form: there is no 404 and no 4xx but these. Codes are without the noun of their collection.
EXPECTED = {
    "submit": {201, 202},
    "list": {200, 304},
    "read": {200, 304},
    "status": {200, 304},
    "result": {200, (409, "not-finished"), (409, "failed"), (409, "cancelled")},
    # A program may have been ended before it wrote anything.
    "log": {200, (404, "no-log")},
    "cancel": {204, (409, "already-finished")},
    "other": {200},
}
UNAVAILABLE = {
    (503, "busy"), (503, "store-unavailable"), (502, "service-unavailable"), (504, "gateway-timeout"),
}


def told(exchange):
    return f"{exchange.method} {exchange.target} was answered {exchange.status} {exchange.content[:200]!r}"


@invariant
def answers_are_of_the_contract(evidence):
    """Every answer is one that the contract has for that request of an order that exists."""
    for exchange in evidence.exchanges:
        if exchange.status is None:
            continue
        answer = exchange.status if exchange.status < 400 else (exchange.status, exchange.reason)
        if answer not in EXPECTED[exchange.kind] and answer not in UNAVAILABLE:
            yield told(exchange), exchange.order, exchange


@invariant
def problems_are_documents(evidence):
    """Every error, nginx's own too, is a problem document with its status and a code."""
    for exchange in evidence.exchanges:
        if exchange.status is None or exchange.status < 400:
            continue
        document, kind = exchange.document, exchange.answer_fields.get("content-type")
        if kind != "application/problem+json" or not isinstance(document, dict):
            yield f"{told(exchange)} as {kind}", exchange.order, exchange
        elif document.get("status") != exchange.status or not document.get("code"):
            yield told(exchange), exchange.order, exchange


@invariant
def refusals_say_when_to_come_again(evidence):
    """A 502, 503 or 504 has a Retry-After in whole seconds, and so has the status of an order that is not final."""
    for exchange in evidence.exchanges:
        is_refusal = exchange.status in (502, 503, 504)
        document = exchange.document
        is_status = exchange.kind == "status" and exchange.status == 200 and isinstance(document, dict)
        is_open = is_status and not document.get("done")
        if (is_refusal or is_open) and not exchange.answer_fields.get("retry-after", "").isdigit():
            yield f"{told(exchange)} without Retry-After", exchange.order, exchange


@invariant
def answers_have_the_form_promised(evidence):
    """A 202 and 201 hold the id and nothing else, a 204 nothing, and every 200 of an order a tag of the one store: a
    restore makes another one."""
    stores, wanted = {}, 1 + len(evidence.deeds_of("destroy-files"))
    for exchange in evidence.exchanges:
        document = exchange.document
        if exchange.kind == "submit" and exchange.status in (201, 202):
            if not isinstance(document, dict) or list(document) != ["id"] or not isinstance(document["id"], int):
                yield told(exchange), None, exchange
            elif "location" not in exchange.answer_fields:
                yield f"{told(exchange)} without Location", document["id"], exchange
        elif exchange.status == 204 and exchange.content:
            yield told(exchange), exchange.order, exchange
        elif exchange.kind not in ("other", "log") and exchange.status == 200:
            if exchange.tag is None:
                yield f"{told(exchange)} with the tag {exchange.answer_fields.get('etag')}", exchange.order, exchange
            elif len(stores) <= wanted:
                stores.setdefault(exchange.tag[0], exchange)
    if len(stores) > wanted:
        yield f"tags of several stores: {json.dumps(sorted(stores))}", None, *stores.values()
