"""Which orders there are: those that were submitted, once each."""

from chaos.checker.invariant import invariant
from chaos.evidence import FINAL, grouped, preceding
from chaos.orders import named


@invariant
def accepted_orders_are_there(evidence):
    """Every id that a 202 or 201 told is in the list at the end, both times."""
    for name, exchanges in evidence.accepted.items():
        for exchange in exchanges:
            for number, listing in enumerate(evidence.listings, 1):
                if exchange.accepted not in listing:
                    yield f"accepted ({name}), and missing in last list {number}", exchange.accepted, exchange


@invariant
def every_order_ends(evidence):
    """Every order in the list at the end is final, and the two lists are equal."""
    first, second = evidence.listings
    for order, entry in second.items():
        if entry["status"] not in FINAL:
            yield f"still {entry['status']} at the end", order
        if first.get(order) != entry:
            yield f"listed as {first.get(order)} and then as {entry}", order
    for order in first.keys() - second.keys():
        yield "listed once, and gone the second time", order


@invariant
def an_id_is_given_once(evidence):
    """No two submissions were answered with one id."""
    owners = {}
    for name, exchanges in evidence.accepted.items():
        for exchange in exchanges:
            earlier = owners.setdefault(exchange.accepted, exchange)
            if earlier.submission != name:
                yield f"given to {earlier.submission} and to {name}", exchange.accepted, earlier, exchange


@invariant
def ids_rise(evidence):
    """An order accepted after another one was has the higher id."""
    fresh = [e for exchanges in evidence.accepted.values() for e in exchanges if not e.is_replay]
    # A repeated POST may be answered as the first one was, if that answer was lost: its id is older.
    fresh = [e for e in fresh if len(evidence.posts[e.submission]) == 1]
    for earlier, later in preceding(fresh, lambda e: e.accepted):
        if later.accepted <= earlier.accepted:
            yield f"accepted after order {earlier.accepted} was", later.accepted, earlier, later


@invariant
def a_key_makes_one_order(evidence):
    """However often an order is submitted under a key, it gets one id, and at most one answer is not a replay."""
    for name, exchanges in evidence.accepted.items():
        if len({exchange.accepted for exchange in exchanges}) > 1:
            ids = sorted({exchange.accepted for exchange in exchanges})
            yield f"{name} was answered with the ids {ids}", ids[0], *exchanges
        originals = [exchange for exchange in exchanges if not exchange.is_replay]
        if len(originals) > 1:
            yield f"{name} was accepted {len(originals)} times as new", exchanges[0].accepted, *originals


@invariant
def a_submission_makes_one_order(evidence):
    """A submission is listed once if accepted, at most once if an answer was lost, and never if all refused it (a
    commit that was under way when a file was moved is refused, and there when the file is back)."""
    listed = grouped((named(entry), order) for order, entry in evidence.listings[-1].items())
    for name, posts in evidence.posts.items():
        orders, accepted = listed.get(name, []), evidence.accepted.get(name, [])
        if len(orders) > 1:
            yield f"{name} made the orders {orders}", orders[0], *posts
        if orders and accepted and orders[0] != accepted[0].accepted:
            yield f"{name} was accepted as order {accepted[0].accepted}", orders[0], *posts
        if orders and not accepted and not any(post.is_unknown or evidence.is_doubtful(post) for post in posts):
            yield f"{name} was refused every time", orders[0], *posts


@invariant
def nothing_comes_from_nowhere(evidence):
    """Every order listed at the end was submitted by a client, and is as it was submitted, to the digit."""
    for order, entry in evidence.listings[-1].items():
        submission = evidence.submissions.get(named(entry))
        if submission is None:
            yield f"nobody submitted {named(entry)}", order
        elif not submission.entry.items() <= entry.items():
            yield f"{entry} is not what {submission.name} said: {submission.body!r}", order
