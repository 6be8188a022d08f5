"""The installed service, as a client inside the machine sees it through the machine's nginx."""

import contextlib
import json
import re

from . import Broken, await_true, expect

DATABASE = "/var/lib/orders/orders.sqlite"
# Without a network there is no name service: nginx is told by the field whose site is meant.
SITE = ["-H", "Host: orders.example"]
INTERNALS = "http://127.0.0.1:8081"
WATCHED = "/etc/nginx/sites-enabled/internals"
ORDER = '{"products":["y","z"],"amount":19.90}'


class Service:
    def __init__(self, machine):
        self.machine = machine

    def ask(self, target, *options, origin="http://127.0.0.1"):
        """Status and body."""
        said = self.machine.told(
            "curl", "-s", "--max-time", 30, "-w", "\\n%{http_code}", *SITE, *options, origin + target)
        body, _, status = said.rpartition("\n")
        return int(status), body

    def submit(self):
        """An order that is complete when this returns."""
        fields = ["-H", "Content-Type: application/json", "-H", "Prefer: wait=20"]
        status, body = self.ask("/orders", *fields, "-d", ORDER)
        expect(status == 201, f"an order: {status} {body}")
        return json.loads(body)["id"]

    def completed(self):
        """The ids of all complete orders."""
        status, body = self.ask("/orders?status=complete&limit=1000")
        expect(status == 200, f"the list: {status} {body}")
        return [order["id"] for order in json.loads(body)["orders"]]

    def watch(self):
        """Lets nginx have /healthz and /metrics at an address of their own, which is no part of the site."""
        self.machine.shell(f"echo 'include orders/internals.conf;' >{WATCHED}; nginx -t -q && nginx -s reload")
        await_true(lambda: self.machine.succeeds("curl", "-s", "-o", "/dev/null", INTERNALS), "nginx's new address")
        # Workers of before may still take a request for the site.
        await_true(lambda: self.ask("/orders")[0] != 404, "the site is served")

    def watch_no_more(self):
        self.machine.shell(f"rm {WATCHED}; nginx -t -q && nginx -s reload")

    def healthy(self):
        """The processes that serve; 0 where none answers."""
        status, body = self.ask("/healthz", origin=INTERNALS)
        return {process["pid"] for process in json.loads(body)["processes"]} if status == 200 else set()

    def let_go(self):
        """Has nginx end its idle connections, which a responder that stops would wait for (15 s)."""
        self.machine.told("nginx", "-s", "reload")

    def under_requests(self):
        """Four clients that submit, wait and poll without a pause, none of whose requests may be refused."""
        order = f"ask /orders -H 'Content-Type: application/json' -H 'Prefer: wait=5' -d '{ORDER}'"
        return self.under(order, "ask /orders")

    def under_polls(self, job):
        """The same, who ask for the status of a job."""
        return self.under(f"ask {job}/status")

    @contextlib.contextmanager
    def under(self, *requests):
        lines = "\n".join(requests)
        script = f"""
            ask() {{
              path=$1
              shift
              curl -s -o /dev/null --max-time 30 -w '%{{http_code}}\\n' -H 'Host: orders.example' "$@" \
                "http://127.0.0.1$path"
            }}
            while [ ! -e /tmp/enough ]; do
              {lines}
            done >>/tmp/answers.$1
            """
        self.machine.shell("rm -f /tmp/enough /tmp/answers.*")
        for number in range(4):
            self.machine.told(
                "systemd-run", "--quiet", f"--unit=client{number}", "--collect", "sh", "-c", script, "sh", number)
        yield
        self.machine.shell("touch /tmp/enough; while systemctl --quiet is-active 'client*'; do sleep 0.1; done")
        answers = self.machine.told("sh", "-c", "cat /tmp/answers.*").split()
        refused = [answer for answer in answers if not re.fullmatch("20[0-2]", answer)]
        if refused or len(answers) < 20:
            raise Broken(f"of {len(answers)} requests these were not answered well: {refused}")
