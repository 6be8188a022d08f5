"""Where a stream goes on, in whichever process and from whatever id."""

import concurrent.futures
import random

from events.orders import Orders
from events.raw import ids
from events.responders import PROCESSES
from service import product

CONNECTIONS = 4  # at once, for each question: with two processes, both are asked


def resuming(folder, say, _):
    """Each id that was given is understood by every process, and one that can't be gets everything anew."""
    with product(folder, "resuming", PROCESSES, ["--pace", "0s"]) as service:
        orders = Orders(service.port)
        posted = [orders.post(1) for _ in range(60)]
        orders.final_documents(posted)
        tags = {order: orders.tag(order) for order in posted}
        change = lambda tag: int(tag.rpartition("-")[2])
        known = sorted(tags.values(), key=change)
        page = lambda length: sorted((tags[order] for order in posted[-length:]), key=change)
        newest_page = page(50)
        store, newest = known[-1].rpartition("-")[0], change(known[-1])
        broken = []

        def expect(title, target, last_id, expected):
            with concurrent.futures.ThreadPoolExecutor(CONNECTIONS) as pool:
                answers = pool.map(lambda _: ids(service.port, target, last_id), range(CONNECTIONS))
            for got in answers:
                if got != expected:
                    broken.append(f"{title}: {target} after {last_id} tells {got} instead of {expected}")

        for index in sorted({0, len(known) - 1, *random.sample(range(len(known)), 5)}):
            missed = known[index + 1 :]
            told = missed if len(missed) <= 50 else [each for each in newest_page if each in missed]
            expect("from an id on, at most a page", "/orders/events", known[index], told)
            expect("from an id on", "/orders/events?limit=1000", known[index], missed)
        foreign = [None, "other-3", f"{store}-{newest + 1}", f"{store}-9223372036854775807", store, f"{store}-", "x y"]
        foreign += [f"{store}--1", f"{store}-1x", f"{store}-0{newest}", "-", "9" * 300]
        for each in foreign:
            expect("a snapshot", "/orders/events", each, newest_page)
        one = posted[30]
        one_id = tags[one]
        for each in [None, "other-3", f"{store}-{newest + 1}", f"{store}-{change(one_id) - 1}", f"{store}-0"]:
            expect("the final event", f"/orders/{one}/events", each, [one_id])
        for each in {one_id, known[-1], f"{store}-{newest}"}:
            expect("204", f"/orders/{one}/events", each, None)
        some = ",".join(map(str, posted[:3]))
        some_ids = sorted((tags[order] for order in posted[:3]), key=change)
        expect("a filter by id", f"/orders/events?ids={some}", None, some_ids)
        expect("a filter by id", f"/orders/events?ids={some}", f"{store}-{change(some_ids[0])}", some_ids[1:])
        expect("a filter by status", "/orders/events?status=completed&limit=7", None, page(7))
        expect("a filter by status", "/orders/events?status=failed", None, [])
        say("ids of one process were understood by all")
        return broken
