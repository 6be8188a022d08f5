"""Clients that do everything there is, and count the answers they got."""

import collections
import json
import random
import threading

from service import ORDER, Client

ROUTES = {"POST": "/orders", "status": "/orders/{id}/status", "cancel": "/orders/{id}/cancel", "list": "/orders"}


class Clients:
    def __init__(self, port, count):
        self.port, self.count = port, count
        self.answers = collections.Counter()  # by route, method, status
        self.lost = 0  # requests without an answer of the service's own
        self.faults = []
        self.lock, self.over = threading.Lock(), threading.Event()
        self.threads = [threading.Thread(target=self.work) for _ in range(count)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join(60)
            if thread.is_alive():
                self.faults.append("a client hangs")

    def work(self):
        connection, ids = None, []
        while not self.over.is_set():
            what = random.choice(["POST", "status", "status", "status", "cancel", "list"])
            if what != "POST" and not ids:
                continue
            try:
                connection = connection or Client(self.port)
                self.send(connection, what, ids)
            except OSError:
                connection = None
                with self.lock:
                    self.lost += 1
            except Exception as fault:  # a thread's own would be lost
                self.faults.append(f"{type(fault).__name__}: {fault}")
                return

    def send(self, connection, what, ids):
        order = random.choice(ids[-20:]) if ids else 0
        method, target = {
            "POST": ("POST", "/orders"), "status": ("GET", f"/orders/{order}/status"),
            "cancel": ("DELETE", f"/orders/{order}/cancel"), "list": ("GET", "/orders?limit=3"),
        }[what]
        status, _, body = connection.send(method, target, ORDER if what == "POST" else None)
        with self.lock:
            if status == 502:  # nginx's: the responder died over it
                self.lost += 1
                return
            self.answers[ROUTES[what], method, str(status)] += 1
        if status == 202:
            ids.append(json.loads(body)["id"])
