"""Leaves out what the description says in words only, for JSON Schema has none for it."""

from decimal import Decimal

import schemathesis

MOST_DIGITS = 64


@schemathesis.hook
def filter_body(_context, body) -> bool:
    """Without amounts of more digits, when written without an exponent, than an order takes."""
    amount = body.get("amount") if isinstance(body, dict) else None
    return not isinstance(amount, float) or len(format(Decimal(repr(amount)), "f").replace(".", "")) <= MOST_DIGITS


@schemathesis.hook
def before_call(_context, case, **_):
    """A period of a report that the description allows becomes one that begins before it ends."""
    body = case.body
    if isinstance(body, dict) and all(isinstance(body.get(name), str) and len(body[name]) <= 64 for name in ("from", "to")):
        case.body = {**body, "from": "2026-11-01", "to": "2026-12-01"}
