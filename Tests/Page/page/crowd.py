"""A thousand orders that run at once, on a page that stays smooth."""

import json
import pathlib
import time

from page import Broken, expect

RUNNING = 1000
SECONDS = 8
# What a machine with two cores, which also runs the service and its orders, may take.
SLOWEST_FRAME = 100  # milliseconds, for 95 of 100 frames
BLOCKED = 0.25  # of the time in tasks of over 50 ms
MEASURE = (pathlib.Path(__file__).parent / "measure.js").read_text()


def crowd(stage):
    """with a thousand orders running the page stays smooth, and touches only the rows that can be seen"""
    browser, orders = stage.browser, stage.orders
    ids = [orders.post(90) for _ in range(RUNNING)]
    stage.open()
    browser.await_mode("stream", 30)
    stage.await_row(ids[-1], "running")
    deadline = time.monotonic() + 20
    while running(stage) < RUNNING:
        if time.monotonic() > deadline:
            raise Broken(f"{running(stage)} orders run, not {RUNNING}")
        time.sleep(0.1)
    found = browser.driver.execute_async_script(MEASURE, SECONDS * 1000)
    expect(running(stage) == RUNNING, f"{running(stage)} of {RUNNING} orders still ran in the end")
    stage.figures.append(
        f"{RUNNING} running: {found['frames']} frames in {SECONDS} s, p95 {found['p95']:.0f} ms, worst {found['worst']:.0f} ms; "
        f"{found['longTasks']} tasks over 50 ms, {found['blocked']:.0f} ms in all; {found['touched']} changes of {found['rows']} rows")
    expect(found["touched"] > 50, f"nothing moved: {json.dumps(found)}")
    expect(found["outside"] == 0, f"{found['outside']} changes of rows that can't be seen")
    expect(found["p95"] <= SLOWEST_FRAME, f"frames take {found['p95']:.0f} ms")
    expect(found["blocked"] <= BLOCKED * SECONDS * 1000, f"the page was blocked for {found['blocked']:.0f} ms")
    newest = orders.post(1)
    browser.until(lambda: newest in stage.rows(), "a new order comes in")


def running(stage):
    answer = json.loads(stage.service.request("GET", "/healthz")[2])
    return sum(process["running"] for process in answer["processes"])
