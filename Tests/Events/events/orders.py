"""Orders for a service whose processes come and go."""

import json
import time
import uuid

from events import Broken
from service import Client

AGAIN = (502, 503, 504)


class Orders:
    """Insists until it is answered by a process that stays: its POSTs have a key, and a DELETE may be repeated."""

    PATIENCE = 20  # seconds

    def __init__(self, port):
        self.port, self.client = port, None

    def send(self, method, target, body=None, fields=()):
        deadline = time.monotonic() + self.PATIENCE
        while True:
            try:
                self.client = self.client or Client(self.port)
                status, fields_back, content = self.client.send(method, target, body, fields)
                if status not in AGAIN:
                    return status, fields_back, content
            except OSError:
                self.client = None
            if time.monotonic() > deadline:
                raise Broken(f"{method} {target} gets no answer")
            time.sleep(0.05)

    def post(self, products):
        order = json.dumps({"products": [f"p{number}" for number in range(products)], "amount": 1})
        status, _, body = self.send("POST", "/orders", order, [f'Idempotency-Key: "{uuid.uuid4()}"'])
        if status != 202:
            raise Broken(f"a POST was answered {status}: {body}")
        return json.loads(body)["id"]

    def cancel(self, order):
        """False where it had ended before."""
        status, _, body = self.send("DELETE", f"/orders/{order}/cancel")
        if status not in (204, 409):
            raise Broken(f"the cancel of order {order} was answered {status}: {body}")
        return status == 204

    def document(self, order):
        status, _, body = self.send("GET", f"/orders/{order}/status")
        if status != 200:
            raise Broken(f"the status of order {order} was answered {status}: {body}")
        return json.loads(body)

    def tag(self, order):
        """The ETag of an order's status, without quotes: the id of the last event that it had."""
        _, fields, _ = self.send("GET", f"/orders/{order}/status")
        return dict(fields)["ETag"].strip('"')

    def final_documents(self, orders, seconds=120):
        """By order, once all of them are final."""
        deadline, documents = time.monotonic() + seconds, {}
        for order in orders:
            while not (document := self.document(order))["done"]:
                if time.monotonic() > deadline:
                    raise Broken(f"order {order} is {document['status']} after {seconds} s")
                time.sleep(0.05)
            documents[order] = document
        return documents
