"""How an order is found."""

from page import Broken, expect

PAGE = 50


def filtering(stage):
    """a filter shows orders of one status, follows them, and stands in the address"""
    browser = stage.browser
    complete, cancelled, running = stage.orders.post(1), stage.orders.post(100), stage.orders.post(100)
    stage.orders.cancel(cancelled)
    stage.orders.await_status(complete, ["complete"])
    stage.orders.await_status(running, ["running"])
    stage.open()
    stage.await_row(complete, "complete")
    browser.click('#filters [data-status="cancelled"]')
    browser.until(lambda: cancelled in stage.rows() and complete not in stage.rows(), "cancelled orders are shown alone")
    expect("status=cancelled" in browser.driver.current_url, "the filter is not in the address")
    expect(browser.find('#filters [aria-current="page"]').text == "Cancelled", "the filter is not marked")
    browser.click('#filters [data-status="running"]')
    browser.until(lambda: running in stage.rows() and cancelled not in stage.rows(), "running orders are shown alone")
    browser.driver.refresh()
    browser.until(lambda: running in stage.rows() and complete not in stage.rows(), "they are after a reload too")
    browser.await_mode("stream")
    another = stage.orders.post(100)
    browser.until(lambda: another in stage.rows(), "a new order that runs comes in")
    stage.orders.cancel(running)
    browser.until(lambda: running not in stage.rows(), "one that runs no more goes")
    browser.driver.back()
    browser.until(lambda: running in stage.rows() and another not in stage.rows(), "the way back shows cancelled orders")
    browser.click('#filters [data-status="failed"]')
    browser.until(lambda: browser.text("#empty") == "No order is failed.", "an empty list says so")
    stage.orders.cancel(another)


def paging(stage):
    """over 200 orders are paged through, each once, back again, and a page is kept over a reload"""
    browser, orders = stage.browser, stage.orders
    for _ in range(max(0, 4 * PAGE + 10 - orders.newest())):
        orders.cancel(orders.post(1))
    newest = orders.newest()
    stage.open()
    seen, pages = [], []
    while True:
        # Read once: between two readings the page may be cleared for the next one.
        pages.append(browser.until(lambda: (rows := stage.rows()) and rows not in pages and rows, "a further page is shown"))
        seen += pages[-1]
        if not browser.is_shown("#older"):
            break
        browser.click("#older")
    expect(seen == list(range(newest, 0, -1)), f"{len(seen)} of {newest} orders were shown: {seen}")
    browser.click("#newer")
    browser.until(lambda: stage.rows() == pages[-2], "the page before is shown")
    browser.driver.refresh()
    browser.until(lambda: stage.rows() == pages[-2], "the same page is shown after a reload")
    browser.driver.back()
    browser.until(lambda: stage.rows() == pages[-1], "the way back leads to the last page")
    browser.click("#newest")
    browser.until(lambda: stage.rows() == pages[0], "the newest are shown")
    stage.figures.append(f"{len(pages)} pages of {newest} orders")


def reading_below(stage):
    """new orders don't move the list under who reads further down; a button brings them"""
    browser = stage.browser
    stage.open()
    browser.until(lambda: len(stage.rows()) == PAGE, "a whole page is shown")
    browser.await_mode("stream")
    before = stage.rows()
    browser.script("scrollTo(0, 800)")
    browser.until(lambda: browser.script("return scrollY") > 400, "the page is scrolled")
    order = stage.orders.post(1)
    browser.until(lambda: browser.is_shown("#news-show"), "news are told")
    expect(browser.text("#news-show") == "1 new order", f"the news are {browser.text('#news-show')!r}")
    expect(stage.rows() == before, "the list moved")
    browser.click("#news-show")
    browser.until(lambda: stage.rows()[0] == order, "the new order is shown")
    expect(browser.script("return scrollY") == 0, "it is out of sight")


def linking(stage):
    """an order has an address of its own, and one that isn't there says so"""
    browser = stage.browser
    order = stage.orders.post(["tea"], "7.00")
    stage.orders.await_status(order, ["complete"])
    stage.open(f"#/orders/{order}")
    stage.await_job_status("complete")
    expect(browser.driver.title == f"Order {order}", f"the title is {browser.driver.title!r}")
    expect("7.00" in browser.text("#job-input"), "the amount is not there")
    exact = browser.find("#job-facts time").get_attribute("title")
    expect(exact and exact != browser.text("#job-facts time"), "the exact time is not there")
    browser.click("#job-back")
    browser.until(lambda: order in stage.rows(), "the way back leads to the list")
    with stage.expecting("404"):
        stage.open("#/orders/999999")
        browser.until(lambda: browser.text("#job-empty") == "There is no order 999999.", "an unknown order says so")


def keyboard(stage):
    """everything can be done with the keyboard alone, and the focus is never lost"""
    browser = stage.browser
    stage.open()
    browser.await_mode("stream")
    tab_to(browser, "Skip to the content")
    tab_to(browser, "Products")
    browser.press(*"tea", "ENTER", *"cake", "ENTER", *["x", "ENTER"] * 40)
    tab_to(browser, "Amount")
    browser.press(*"2.50")
    tab_to(browser, "Submit order")
    browser.press("ENTER")
    order = stage.submitted()
    expect(browser.focused().startswith("Products"), f"the focus is on {browser.focused()!r} after a submission")
    stage.await_row(order, "running")
    tab_to(browser, f"Order {order}")
    tab_to(browser, f"Cancel order {order}")
    browser.press("SPACE")
    stage.await_row(order, "cancelled")
    browser.until(lambda: browser.focused() == f"Order {order}", "the focus goes to the order's name")
    browser.press("ENTER")
    stage.await_job_status("cancelled")
    expect(browser.focused() == f"Order {order}", f"the focus is on {browser.focused()!r} in the order's view")
    browser.driver.back()
    browser.until(lambda: browser.is_shown("#table"), "the list is back")
    browser.until(lambda: browser.focused() == "Orders", "the focus is on the list")


def tab_to(browser, name, most=80):
    """Presses Tab until what is called `name` has the focus."""
    passed = []
    for _ in range(most):
        browser.press("TAB")
        passed.append(browser.focused())
        if passed[-1].strip() == name:
            return
    raise Broken(f"Tab does not lead to {name!r} but over {passed}")


CHECKS = [filtering, linking, keyboard, paging, reading_below]
