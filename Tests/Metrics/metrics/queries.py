"""What the shipped dashboard and alarms ask, asked of a real Prometheus that scrapes the service."""

import contextlib
import http.server
import json
import re
import subprocess
import threading
import time
import urllib.parse
import urllib.request

from metrics import Broken
from metrics.clients import Clients
from metrics.kills import scrape
from service import ROOT, Client, await_true, ending, free_port, product, start

DASHBOARD = ROOT / "deploy/grafana-dashboard.json"
ALARM_TESTS = ROOT / "Tests/Metrics/alarms.yml"
ALERTS = ROOT / "deploy/prometheus-alerts.yml"
WORD = re.compile(r"\borders_[a-z0-9_]+")
# Takes part in no query of a service that is well.
MAY_BE_EMPTY = re.compile(r'status=~"\[45\]|orders_job_cancel_seconds|orders_http_wait_seconds|orders_callback_attempts')


def dashboard_queries():
    """Title and text of each query, with what Grafana puts in."""
    dashboard = json.loads(DASHBOARD.read_text())
    queries = [
        (panel["title"], target["expr"].replace("$__rate_interval", "5s"))
        for panel in dashboard["panels"] for target in panel.get("targets", [])
    ]
    if len(queries) < 20:
        raise Broken(f"the dashboard has {len(queries)} queries")
    ids = [panel["id"] for panel in dashboard["panels"]]
    if len(ids) != len(set(ids)):
        raise Broken("two panels have one id")
    return queries


def unknown_words(text, names):
    """What looks like one of our names in a query, and is none."""
    return sorted(set(WORD.findall(text)) - names)


def queries(folder, say):
    broken = []
    for arguments in (["check", "rules", ALERTS], ["test", "rules", ALARM_TESTS]):
        judged = subprocess.run(["promtool", *arguments], capture_output=True, text=True, timeout=60)
        if judged.returncode:
            raise Broken(f"promtool {arguments[0]} rules: {judged.stdout}{judged.stderr}")
    with metadata_service() as url, product(folder, "queries", 2, ["--pace", "20ms", "--metadata-url", url]) as service:
        names = scrape(service).names()
        asked = dashboard_queries()
        for title, text in [*asked, ("the alarms", re.sub(r"(?m)^ *- alert:.*$|#.*$", "", ALERTS.read_text()))]:
            broken += [f"{title}: there is no {word}" for word in unknown_words(text, names)]
        if broken:
            return broken
        with Clients(service.port, 2) as clients, prometheus(folder, service.port) as port:
            waiter = Client(service.port)
            deadline = time.monotonic() + 40
            left = asked
            while left and time.monotonic() < deadline:
                waiter.send("POST", "/orders", '{"products":["a","b","c"],"amount":1}', ["Prefer: wait=1"])
                left = [(title, text) for title, text in left if not ask(port, text)]
            broken += [
                f"{title}: nothing comes of {text}" for title, text in left if not MAY_BE_EMPTY.search(text)
            ]
            broken += judge_rules(port)
        say(f"{len(asked)} queries, {len(left)} of them without an answer; {sum(clients.answers.values()):,} requests")
    return broken


class Metadata(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def metadata_service():
    """A service that takes every order, and its URL."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Metadata) as server:
        # Responders that end break their connections off.
        server.handle_error = lambda *_: None
        threading.Thread(target=server.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/metadata"
        finally:
            server.shutdown()


def prometheus(folder, scraped):
    """Prometheus, scraping once a second, with the shipped alarms."""
    port, settings = free_port(), folder / "prometheus.yml"
    settings.write_text(json.dumps({
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(ALERTS)],
        "scrape_configs": [{"job_name": "orders", "static_configs": [{"targets": [f"127.0.0.1:{scraped}"]}]}],
    }))
    log = open(folder / "prometheus.log", "w")
    child = start(
        ["prometheus", f"--config.file={settings}", f"--storage.tsdb.path={folder / 'prometheus'}",
         f"--web.listen-address=127.0.0.1:{port}"], stdout=log, stderr=log)
    return Prometheus(child, port)


class Prometheus:
    def __init__(self, child, port):
        self.end, self.port = ending(child), port

    def __enter__(self):
        self.end.__enter__()
        await_true(lambda: is_ready(self.port), "Prometheus", 30)
        return self.port

    def __exit__(self, *fault):
        return self.end.__exit__(*fault)


def get(port, path, **query):
    address = f"http://127.0.0.1:{port}{path}?{urllib.parse.urlencode(query)}"
    with urllib.request.urlopen(address, timeout=10) as answer:
        return json.load(answer)["data"]


def is_ready(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/-/ready", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def ask(port, text):
    """Whether there is a number in the answer; a query that is none is an error of HTTP."""
    result = get(port, "/api/v1/query", query=text)["result"]
    return any(series["value"][1] != "NaN" for series in result)


def judge_rules(port):
    """Every alarm was evaluated, and none rings of a service that is well."""
    deadline = time.monotonic() + 20
    while True:
        rules = [rule for group in get(port, "/api/v1/rules")["groups"] for rule in group["rules"]]
        if rules and all(rule["health"] != "unknown" for rule in rules) or time.monotonic() > deadline:
            break
        time.sleep(0.2)
    return [
        f"alarm {rule['name']}: {rule['health']}, {rule['state']} {rule.get('lastError', '')}"
        for rule in rules if rule["health"] != "ok" or rule["state"] != "inactive"
    ] or ([] if rules else ["there are no alarms"])
