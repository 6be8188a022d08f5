"""What goes wrong on the server's side, and what the page makes of it."""

import signal

from events.responders import end_all
from page import expect
from page.gateway import OTHERS, STREAMS, Gateway

NETWORK = "net::ERR_"


def restarting(stage):
    """all responders are killed in the middle: the page goes on by itself, and the order ends"""
    browser = stage.browser
    order = stage.orders.post(20)
    stage.open()
    stage.await_row(order, "running")
    with stage.expecting("502", NETWORK):
        end_all(stage.service, signal.SIGKILL)
        browser.await_mode("stream", 20)
        stage.await_row(order, "complete", 40)
    another = stage.orders.post(1)
    stage.await_row(another, "complete")


def away(stage):
    """a server that is away is told of, an order meant for it stays in the form, and when it is back everything goes on"""
    browser = stage.browser
    with Gateway(stage.service, stage.folder / "away") as gateway:
        stage.open(address=gateway.address)
        order = stage.orders.post(40)
        stage.await_row(order, "running")
        with stage.expecting(NETWORK, "502"):
            gateway.stop()
            browser.until(lambda: browser.is_shown("#banner"), "the banner is shown", 20)
            expect("server is away" in browser.text("#banner"), f"the banner says {browser.text('#banner')!r}")
            expect(browser.mode() == "away", f"the connection is {browser.mode()}")
            browser.type("#f-products", "tea")
            browser.type("#f-amount", "4.20")
            browser.click("#new button")
            browser.until(lambda: browser.all("#form-errors li"), "the form tells of it")
            expect(browser.find("#f-amount").get_attribute("value") == "4.20", "what was typed is gone")
            missed = stage.orders.post(1)
            gateway.start()
            browser.click("#banner-retry")
            browser.await_mode("stream", 20)
        expect(not browser.is_shown("#banner"), "the banner stays")
        stage.await_row(missed, "complete")
        browser.click("#new button")
        stage.await_row(stage.submitted(), "complete")
        stage.await_row(order, "complete", 40)
        stage.leave()


def lost_answer(stage):
    """an order whose answer got lost is submitted again without becoming two"""
    browser = stage.browser
    stage.open()
    browser.await_mode("stream")
    before = stage.orders.newest()
    browser.script("""
      const real = window.fetch;
      window.fetch = async (target, options) => {
        const response = await real(target, options);
        if (options.method !== "POST") return response;
        window.fetch = real;
        throw new TypeError("lost");
      };""")
    browser.type("#f-products", "tea")
    browser.type("#f-amount", "1")
    browser.click("#new button")
    browser.until(lambda: browser.all("#form-errors li"), "the form tells of it")
    browser.click("#new button")
    order = stage.submitted()
    expect(order == before + 1 == stage.orders.newest(), f"{order} was made after {before}; the newest is {stage.orders.newest()}")


def refusals(stage):
    """where streams are refused the page waits, where waits are refused it polls, and it comes back to the stream"""
    browser = stage.browser
    with Gateway(stage.service, stage.folder / "refusals") as gateway:
        with stage.expecting("503"):
            gateway.refuse({STREAMS: "return 503;"})
            order = stage.orders.post(100)
            stage.open(address=gateway.address)
            browser.await_mode("waiting")
            stage.await_row(order, "running")
            percent = lambda: int(browser.text(f"{stage.row(order)} .percent").split()[0])
            stands = percent()
            browser.until(lambda: percent() > stands, "the bar moves while it waits")
            stage.await_row(stage.orders.post(1), "complete")

            gateway.refuse({STREAMS: "return 503;", OTHERS: "if ($http_prefer) { return 503; }"})
            browser.await_mode("polling", 30)
            stands = percent()
            browser.until(lambda: percent() > stands, "the bar moves while it polls")
            stage.await_row(stage.orders.post(1), "complete", 20)
            stage.orders.cancel(order)
            stage.await_row(order, "cancelled", 20)
        expect(not browser.is_shown("#banner"), "the server is said to be away")
        with stage.expecting("503"):
            gateway.refuse({})
            browser.await_mode("stream", 45)
        stage.await_row(stage.orders.post(1), "complete")
        stage.leave()


CHECKS = [restarting, away, lost_answer, refusals]
