"""Orders made and looked at beside the browser."""

import json
import time

from page import Broken
from service import Client


class Orders:
    def __init__(self, port):
        self.client = Client(port)

    def post(self, products, amount="1"):
        """An order of these names, or of so many; its amount is text. Returns its id."""
        names = [f"part {number + 1}" for number in range(products)] if isinstance(products, int) else products
        body = f'{{"products":{json.dumps(names)},"amount":{amount}}}'
        status, _, answer = self.client.send("POST", "/orders", body)
        if status != 202:
            raise Broken(f"a POST was answered {status}: {answer}")
        return json.loads(answer)["id"]

    def status(self, order, kind="orders"):
        return json.loads(self.client.send("GET", f"/{kind}/{order}/status")[2])

    def cancel(self, order):
        return self.client.send("DELETE", f"/orders/{order}/cancel")[0]

    def newest(self, kind="orders"):
        jobs = json.loads(self.client.send("GET", f"/{kind}?order=desc&limit=1")[2])[kind]
        return jobs[0]["id"] if jobs else 0

    def await_status(self, order, statuses, seconds=30, kind="orders"):
        deadline = time.monotonic() + seconds
        while (document := self.status(order, kind))["status"] not in statuses:
            if time.monotonic() > deadline:
                raise Broken(f"order {order} is {document['status']}, not {statuses}, after {seconds} s")
            time.sleep(0.05)
        return document
