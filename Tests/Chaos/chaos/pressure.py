"""Makes a full disk felt."""

import random
import threading
import time

from chaos.connection import Connection
from chaos.orders import Submission

# Characters of four bytes, as many as a product may have, and as many products as nginx keeps in memory.
HEAVY_PRODUCT = "\N{PACKAGE}" * 200
PRODUCTS = 145
# Orders in one period. More than this, 32 MB, the log never holds: then the store cuts it to nothing.
LONGEST = 280


class Pressure:
    """Submits heavy orders until one is refused, or there were many.

    The store writes its log over again and again, so it has room for a while on a disk without any: only what is more
    than it ever held between two checkpoints makes it grow.
    """

    def __init__(self, port, history, book, seed):
        self.connection = Connection(port, "pressure", history)
        self.book = book
        self.random = random.Random(f"{seed} pressure")
        self.count = 0

    def during(self, disk_is_full):
        """Runs `disk_is_full` beside it, and returns its result and when it ended; what was accepted is cancelled
        afterwards."""
        over, result = threading.Event(), []

        def fill():
            try:
                result.extend([disk_is_full(), time.monotonic()])
            finally:
                over.set()

        filling = threading.Thread(target=fill, daemon=True)
        filling.start()
        accepted = self._submit_until(over)
        filling.join()
        for order in accepted:
            self.connection.send("DELETE", f"/orders/{order}/cancel")
        return result

    def _submit_until(self, over):
        accepted = []
        while not over.is_set() and len(accepted) < LONGEST:
            self.count += 1
            products = (f"pressure-{self.count}", *[HEAVY_PRODUCT] * PRODUCTS)
            submission = Submission(products[0], products, f"{self.random.randint(1, 999)}.5")
            if not self.book.enter(submission):
                break
            exchange = self.connection.send("POST", "/orders", submission.body, submission.name)
            if exchange.accepted:
                accepted.append(exchange.accepted)
            elif exchange.status == 503:
                break
        return accepted
