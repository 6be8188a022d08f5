"""Many tabs of one browser: they share one event stream, which may go to sleep, and whoever has it may go away."""

import contextlib
import time

from page import expect
from page.swallower import Swallower

TABS = 8
LIVE = 2  # seconds until a tab is
REPLACED = 35  # seconds until a silent stream is
WITHOUT_WORKER = "delete window.SharedWorker;"
# What a browser does that can't start one, and one whose worker hangs.
MUTE_WORKER = """
window.SharedWorker = class extends EventTarget {
  port = new MessageChannel().port1;
};"""
FAILING_WORKER = MUTE_WORKER + """
window.SharedWorker = class extends window.SharedWorker {
  constructor() {
    super();
    setTimeout(() => this.dispatchEvent(new Event("error")));
  }
};"""


def eight(stage):
    """eight tabs over HTTP/1.1 are each live within two seconds, hear of a change, and the last one submits"""
    with tabs(stage) as handles:
        stage.figures.append(f"live after {', '.join(f'{seconds:.1f}' for seconds in open_all(stage, handles))} s")
        submit_from_last(stage, handles)


def leading(stage):
    """without a SharedWorker one of eight tabs has the stream; when it is closed, another one takes over"""
    browser, driver = stage.browser, stage.browser.driver
    with tabs(stage) as handles:
        stage.figures.append(f"live after {', '.join(f'{s:.1f}' for s in open_all(stage, handles, WITHOUT_WORKER))} s")
        submit_from_last(stage, handles)
        leader = handles.pop(0)
        driver.switch_to.window(leader)
        driver.close()
        driver.switch_to.window(handles[0])
        began, order = time.monotonic(), stage.orders.post(1)
        for handle in handles:
            driver.switch_to.window(handle)
            stage.await_row(order, "complete", 5)
            expect(browser.mode() == "stream", f"a tab is {browser.mode()}")
        stage.figures.append(f"after the end of the first, the others knew in {time.monotonic() - began:.1f} s")


def without_hub(stage):
    """a tab whose SharedWorker does not start, or never answers, has a stream of its own"""
    browser, driver = stage.browser, stage.browser.driver
    for source in [FAILING_WORKER, MUTE_WORKER]:
        with tabs(stage, 1) as [handle]:
            driver.switch_to.window(handle)
            driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": source})
            browser.open(stage.address)
            stage.await_row(stage.orders.post(1), "complete")
            browser.await_mode("stream", 10)
            stage.await_row(stage.orders.post(1), "complete", 5)


def silent(stage):
    """a stream that a proxy cuts without a word is replaced within 35 seconds, and nothing was missed"""
    browser = stage.browser
    with Swallower(stage.service.port) as proxy:
        stage.open(address=proxy.address)
        browser.await_mode("stream")
        order = stage.orders.post(1)
        stage.await_row(order, "complete")
        proxy.swallow()
        began, missed = time.monotonic(), stage.orders.post(1)
        stage.await_row(missed, "complete", REPLACED)
        stage.figures.append(f"replaced after {time.monotonic() - began:.1f} s")
        began, another = time.monotonic(), stage.orders.post(1)
        stage.await_row(another, "complete", 5)
        expect(browser.mode() == "stream", f"the connection is {browser.mode()}")
        stage.leave()


@contextlib.contextmanager
def tabs(stage, count=TABS):
    """Handles of so many windows, which are closed in the end."""
    driver = stage.browser.driver
    first, handles = driver.current_window_handle, []
    try:
        for _ in range(count):
            driver.switch_to.new_window("window")
            handles.append(driver.current_window_handle)
        yield handles
    finally:
        for handle in driver.window_handles:
            if handle != first:
                driver.switch_to.window(handle)
                driver.close()
        driver.switch_to.window(first)


def open_all(stage, handles, script=None):
    """The seconds each took until it was live."""
    times = []
    for handle in handles:
        stage.browser.driver.switch_to.window(handle)
        if script:
            stage.browser.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": script})
        began = time.monotonic()
        stage.browser.open(stage.address)
        stage.browser.await_mode("stream", LIVE)
        times.append(time.monotonic() - began)
    return times


def submit_from_last(stage, handles):
    stage.browser.driver.switch_to.window(handles[-1])
    order = stage.submit("tea", "1")
    for handle in handles:
        stage.browser.driver.switch_to.window(handle)
        stage.await_row(order, "complete", 5)


CHECKS = [eight, leading, without_hub, silent]
