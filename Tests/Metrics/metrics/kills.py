"""A hundred scrapes under load, while responders are killed: no total falls, and in the end they are what was answered."""

import os
import random
import signal
import sqlite3
import time

from metrics import Broken
from metrics.clients import Clients
from metrics.page import Page, check, fallen
from service import BINARY, Client, Void, children, name, product

PROCESSES, CLIENTS, SCRAPES = 3, 6, 100
JOBS = 8


def kills(folder, say):
    with product(folder, "kills", PROCESSES, ["--pace", "5ms", "--jobs", str(JOBS)]) as service:
        with Clients(service.port, CLIENTS) as clients:
            pages, killed = scrape_and_kill(service)
        if clients.faults:
            raise Broken(f"clients: {clients.faults[:3]}")
        say(f"{killed} killed, {sum(clients.answers.values()):,} answers, {clients.lost} requests without one")
        broken = [fall for before, after in zip(pages, pages[1:]) for fall in fallen(before, after)]
        last = settle(service)
        broken += fallen(pages[-1], last)
        for page in (pages[0], pages[len(pages) // 2], last):
            check(page.text)
        return broken + compare(last, clients, killed) + finished(last, service, killed) + by_process(last)


def living(service):
    return [child for child in children(service.watcher) if name(child) == BINARY.name[:15]]


def scrape_and_kill(service):
    """The pages, in order, and how many responders were killed."""
    pages, killed, deadline = [], 0, time.monotonic() + 120
    while len(pages) < SCRAPES:
        if time.monotonic() > deadline:
            raise Broken(f"{len(pages)} scrapes in two minutes")
        try:
            pages.append(scrape(service))
        except (OSError, Void):
            continue  # it was that one that died
        processes = living(service)
        # One stays, so that the next scrape is answered by a process that saw the death.
        if len(pages) % 4 == 0 and len(processes) > 1:
            os.kill(random.choice(processes), signal.SIGKILL)
            killed += 1
        time.sleep(0.05)
    if killed < SCRAPES // 10:
        raise Broken(f"only {killed} were killed")
    return pages, killed


def scrape(service):
    status, fields, body = Client(service.port).send("GET", "/metrics")
    if status != 200:
        raise Void(f"/metrics: {status}")
    if not dict(fields)["Content-Type"].startswith("text/plain; version=0.0.4"):
        raise Broken(f"/metrics: {fields}")
    return Page(body.decode())


def settle(service):
    """The page once all processes live and nothing waits or runs."""
    deadline = time.monotonic() + 60
    while True:
        page = scrape(service)
        if page.sum("orders_processes") == PROCESSES and not page.sum("orders_jobs"):
            return page
        if time.monotonic() > deadline:
            raise Broken(f"not at rest: {page.labelled('orders_jobs', 'status')}, {page.sum('orders_processes')} live")
        time.sleep(0.05)


def compare(page, clients, killed):
    """An answer is counted before it is sent. Beside those that were lost, nginx repeats a request whose responder died."""
    counted, broken = page.labelled("orders_http_requests_total", "route", "method", "status"), []
    slack = clients.lost + killed * (CLIENTS + 1)
    for key, answers in clients.answers.items():
        if not answers <= counted.get(key, 0) <= answers + slack:
            broken.append(f"{key}: {answers} answers, counted {counted.get(key, 0):.0f}, {clients.lost} lost")
    all_answers = sum(clients.answers.values())
    ours = sum(value for (route, _, _), value in counted.items() if route in set(key[0] for key in clients.answers))
    if not all_answers <= ours <= all_answers + slack:
        broken.append(f"{all_answers} answers, counted {ours:.0f}, slack {slack}")
    durations = page.sum("orders_http_request_duration_seconds_count")
    requests = sum(counted.values())
    if durations + page.sum("orders_http_wait_seconds_count") != requests:
        broken.append(f"{requests:.0f} requests, {durations:.0f} times")
    return broken


def finished(page, service, killed):
    """Ends are counted after their commit: each kill may lose those of one group."""
    database = service.prefix.parent.parent / "orders.sqlite"
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        stored = dict(connection.execute("SELECT status, count(*) FROM job GROUP BY status").fetchall())
    finally:
        connection.close()
    counted, broken = page.labelled("orders_finished_total", "status"), []
    for status, number in stored.items():
        told = counted.get((status,), 0)
        if not number - killed * (JOBS + CLIENTS) <= told <= number:
            broken.append(f"{number} orders are {status}, counted {told:.0f}, {killed} kills")
    if not page.sum("orders_takeovers_total"):
        broken.append("nothing was taken over")
    return broken


def by_process(page):
    """The parts of living processes are those of the whole; slots are used again."""
    slots = page.labelled("orders_process_start_time_seconds", "process")
    broken = []
    if len(slots) != PROCESSES or max(int(slot) for (slot,) in slots) > 2 * PROCESSES:
        broken.append(f"slots: {sorted(slots)}")
    for own, shared in [
        ("orders_process_requests_total", "orders_http_requests_total"),
        ("orders_process_commits_total", "orders_store_commits_total"),
    ]:
        if page.sum(own) > page.sum(shared):
            broken.append(f"{own} {page.sum(own)}, {shared} {page.sum(shared)}")
    return broken
