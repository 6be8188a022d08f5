"""After the storm: everything settles, and everything is looked at once more."""

import sqlite3
import subprocess
import time
import urllib.parse

from chaos.connection import Connection
from chaos.history import NOUNS
from chaos.orders import collection

# What is read of each at the end.
READ = {"orders": ("status", "result"), "naps": ("status", "result", "log")}


class Ending:
    """What is asked when nobody disturbs any more. Its answers are history like all others. No part of it takes longer
    than its patience, in seconds: what is missing then, the checker misses too."""

    PATIENCE = 60
    READING_PATIENCE = 240
    REPLAYS = 60

    def __init__(self, port, history, book):
        self.connection = Connection(port, "ending", history)
        self.history, self.book = history, book

    def repeat_keyed(self):
        """Submits again what was never accepted under its key, and some of what was: each has its one order."""
        accepted = {exchange.submission for exchange in self.history.exchanges if exchange.accepted}
        keyed = [submission for submission in self.book.submissions.values() if submission.key]
        lost = [submission for submission in keyed if submission.name not in accepted]
        told = [submission for submission in keyed if submission.name in accepted]
        end = time.monotonic() + self.PATIENCE
        for submission in lost + told[:: max(1, len(told) // self.REPLAYS)]:
            self._until(end, lambda: self._repeat(submission).accepted)

    def _repeat(self, submission):
        return self.connection.send(
            "POST", f"/{submission.collection}", submission.body, submission.name, Idempotency_Key=submission.key
        )

    def settle(self, processes):
        """Until no order is unfinished and every process is back; returns the last answer of /healthz."""
        end = time.monotonic() + self.PATIENCE
        for name in NOUNS:
            self._until(end, lambda: self._unfinished(name) == [])
        return self._until(end, lambda: self._health_if_settled(processes)) or self._health()

    @staticmethod
    def _until(end, condition):
        """What is true in time, or None."""
        while time.monotonic() < end:
            if value := condition():
                return value
            time.sleep(0.1)
        return None

    def _unfinished(self, name):
        page = self.connection.send("GET", f"/{name}?status=started&status=running&limit=1")
        return page.document[name] if page.status == 200 else None

    def _health(self):
        return self.connection.send("GET", "/healthz")

    def _health_if_settled(self, processes):
        health = self._health()
        if health.status != 200 or health.document["queued"]:
            return None
        running = [process["running"] for process in health.document["processes"]]
        return health if running == [0] * processes else None

    def listing(self):
        """Every order and nap there is, by id."""
        entries, end = {}, time.monotonic() + self.PATIENCE
        for name in NOUNS:
            target = f"/{name}?limit=50"
            while target:
                page = self._until(end, lambda: self._page(target))
                if page is None:
                    return entries
                entries.update((entry["id"], entry) for entry in page.document[name])
                target = page.document.get("next")
        return entries

    def _page(self, target):
        page = self.connection.send("GET", target)
        return page if page.status == 200 else None

    def reading(self, entries):
        """The status and the result of every order in a listing, and the log of every nap."""
        exchanges, end = [], time.monotonic() + self.READING_PATIENCE
        for order, entry in entries.items():
            path = f"/{collection(entry)}/{order}"
            for kind in READ[collection(entry)]:
                if time.monotonic() < end:
                    exchanges.append(self.connection.send("GET", f"{path}/{kind}"))
        return exchanges


def integrity(database):
    """What SQLite says of the file: "ok"."""
    connection = sqlite3.connect(f"file:{urllib.parse.quote(str(database))}?mode=ro", uri=True)
    try:
        return "; ".join(row[0] for row in connection.execute("PRAGMA integrity_check"))
    except sqlite3.DatabaseError as error:
        return str(error)
    finally:
        connection.close()


def complaint(binary, database):
    """What `orders check` has to say where it is not content; None where it is."""
    done = subprocess.run(
        [binary, "check", "--store", f"sqlite:{database}"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120,
    )
    return None if done.returncode == 0 else f"exit status {done.returncode}: {done.stdout[-2000:]}"
