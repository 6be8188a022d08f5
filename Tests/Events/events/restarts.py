"""Streams that are followed while all responders are killed and ended, several times."""

import concurrent.futures
import random
import signal
import time

from events import Broken
from events.follower import Follower
from events.judgement import faults, missing
from events.orders import Orders
from events.responders import PROCESSES, end_all, wait_until
from service import product

# So that the deaths of processes condemn no order.
SERVED = ["--pace", "60ms", "--jobs", "16", "--attempts", "1000"]
RESTARTS = [signal.SIGKILL, signal.SIGTERM, signal.SIGKILL, signal.SIGTERM]


def restarts(folder, say, count):
    """Follows all orders, some by filter, and twenty one by one, while they are posted, run and cancelled."""
    with product(folder, "restarts", PROCESSES, SERVED) as service:
        orders = Orders(service.port)
        # They run over several restarts, and begin anew each time.
        begun = [orders.post(random.randint(10, 100)) for _ in range(20)]
        # Cancelled before all others, and at last, when a stream of all has told everything else.
        first, last = orders.post(900), orders.post(900)
        follow = lambda target, wants=lambda event: False: Follower(service.port, target, wants)
        is_last = lambda event: event.order == last and event.is_final
        single = [follow(f"/orders/{order}/events") for order in begun]
        every = [follow("/orders/events?limit=1000", is_last) for _ in range(3)]
        cancelled = follow("/orders/events?status=cancelled", is_last)
        chosen = follow(f"/orders/events?ids={','.join(map(str, [*begun, first, last]))}", is_last)
        followers = [*single, *every, cancelled, chosen]
        for follower in followers:
            follower.start()
        # Who has heard nothing has nothing to go on from: a stream of all would begin anew with its newest page.
        orders.cancel(first)
        wait_until(lambda: all(each.events for each in [*every, cancelled, chosen]), "a stream of all tells nothing")

        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            posting = pool.submit(post_and_cancel, service.port, count - len(begun))
            for number in RESTARTS:
                time.sleep(1.5)
                say(f"all responders get a {number.name}")
                end_all(service, number)
            posted = [*begun, first, *posting.result(), last]
        documents = orders.final_documents(posted[:-1])
        orders.cancel(last)
        documents[last] = orders.document(last)
        say(f"{len(posted)} orders are final")

        for follower in followers:
            follower.await_end(30)
        words = lambda *wanted: {order: each for order, each in documents.items() if each["status"] in wanted}
        among = lambda wanted: {order: documents[order] for order in wanted}
        broken = []
        for follower, expected in [
            *((each, among([order])) for each, order in zip(single, begun)),
            *((each, documents) for each in every),
            (cancelled, words("cancelled")), (chosen, among([*begun, first, last])),
        ]:
            found = [*faults(follower.events), *missing(follower.events, expected)]
            found += [f"it tells of order {each}" for each in told(follower) - set(expected)]
            if follower in single and not follower.is_sent_away:
                found.append("it was not answered 204 at last")
            broken += [f"{follower.name}: {each}" for each in found]
        again = [len(follower.openings) for follower in followers]
        say(
            f"{sum(len(each.events) for each in followers):,} events in {len(followers)} streams, each opened"
            f" {min(again)} to {max(again)} times; {sum(each.cuts for each in followers)} of them cut off,"
            f" {sum(each.refusals for each in followers)} refused while nobody served"
        )
        if min(len(each.openings) for each in every) < 3:
            broken.append("the restarts went unnoticed")
        if len(words("complete")) < count // 2 or len(words("cancelled")) < 5:
            broken.append(f"{len(words('complete'))} orders are complete and {len(words('cancelled'))} cancelled")
        return broken


def told(follower):
    return {event.order for event in follower.events}


def post_and_cancel(port, count):
    """All while the restarts go on. One in ten is cancelled, if it is not faster."""
    orders, posted = Orders(port), []
    for number in range(count):
        posted.append(orders.post(random.randint(1, 3)))
        if number % 10 == 0:
            orders.cancel(posted[-1])
        time.sleep(0.01)
    return posted


def condemned(folder, say, _):
    """An order whose process dies under it and that has no second attempt is told to be failed, once."""
    with product(folder, "condemned", PROCESSES, ["--pace", "1s", "--attempts", "1"]) as service:
        orders = Orders(service.port)
        order = orders.post(50)
        followers = [Follower(service.port, f"/orders/{order}/events")]
        followers.append(Follower(service.port, "/orders/events", lambda event: event.is_final))
        for follower in followers:
            follower.start()
        wait_until(
            lambda: all(each.events and each.events[-1].document["status"] == "running" for each in followers),
            "nobody is told that the order runs",
        )
        end_all(service, signal.SIGKILL)
        documents = orders.final_documents([order])
        for follower in followers:
            follower.await_end(30)
        if documents[order]["status"] != "failed" or "error" not in documents[order]:
            raise Broken(f"order {order} should have failed: {documents[order]}")
        say(f"order {order} was told as failed: {documents[order]['error']['code']}")
        return [
            f"{each.name}: {fault}" for each in followers
            for fault in [*faults(each.events), *missing(each.events, documents)]
        ]
