"""What a check has at hand."""

import contextlib
import dataclasses
import json
import pathlib

from page import Broken
from page.browser import Browser
from page.orders import Orders
from service import Service


@dataclasses.dataclass
class Stage:
    browser: Browser
    service: Service
    folder: pathlib.Path
    figures: list = dataclasses.field(default_factory=list)

    @property
    def address(self):
        return f"http://127.0.0.1:{self.service.port}/"

    @property
    def orders(self):
        return Orders(self.service.port)

    def open(self, hash="", address=None):
        """The page as if for the first time."""
        self.leave()
        self.browser.open((address or self.address) + hash)
        self.browser.until(lambda: self.browser.all("#new form"), "the page knows its kinds")

    def leave(self):
        """Before its server goes away for good."""
        self.browser.open("about:blank")

    def row(self, order):
        return f'#rows tr[data-id="{order}"]'

    def await_row(self, order, status, seconds=30):
        badge = f'{self.row(order)} .badge[data-status="{status}"]'
        self.browser.until(lambda: self.browser.all(badge), f"the row of order {order} is {status}", seconds)

    def await_job_status(self, status, seconds=30):
        badge = f'#job-status[data-status="{status}"]'
        self.browser.until(lambda: self.browser.is_shown(badge), f"the job shown is {status}", seconds)

    def rows(self):
        """The ids on screen, from above."""
        return self.browser.script("return [...document.querySelectorAll('#rows tr')].map((row) => Number(row.dataset.id))")

    def submit(self, products, amount):
        """With the form; returns the id that the page tells."""
        browser = self.browser
        browser.find("#f-products").clear()
        browser.find("#f-amount").clear()
        browser.type("#f-products", products)
        browser.type("#f-amount", amount)
        browser.click("#new button")
        return self.submitted()

    def submitted(self):
        link = self.browser.until(
            lambda: self.browser.is_shown("#outcome") and self.browser.find("#outcome a"), "an order is submitted")
        return int(link.text.split()[-1])

    def judge_console(self, *expected):
        """It has said nothing since it was last asked, but of requests that failed as `expected`."""
        said = [
            entry for entry in self.browser.console()
            if not (entry["source"] == "network" and any(word in entry["message"] for word in expected))
        ]
        if said:
            raise Broken(f"the console says {json.dumps(said)[:800]}")

    @contextlib.contextmanager
    def expecting(self, *failures):
        """Requests may fail meanwhile, by these words."""
        self.judge_console()
        yield
        self.judge_console(*failures)
