"""What people do with the page every day."""

from page import expect
from page.gateway import Gateway
from page.orders import Orders
from service import product


def submitting(stage):
    """an order is submitted, its progress is watched in the list, and its result has every digit of its amount"""
    browser = stage.browser
    stage.open()
    order = stage.submit("tea\n\n  coffee, ground \n" + "\n".join(["cup"] * 18), "12345678901234.50")
    expect(browser.find("#f-products").get_attribute("value") == "", "the form keeps an order that was submitted")
    stage.await_row(order, "running")
    bar = f"{stage.row(order)} progress"
    seen, steps = set(), set()

    def is_over():
        seen.add(int(float(browser.find(bar).get_attribute("value"))))
        steps.add(browser.text(f"{stage.row(order)} .step"))
        return browser.all(f'{stage.row(order)} .badge[data-status="complete"]')

    browser.until(is_over, f"order {order} is complete", 30)
    seen.add(int(float(browser.find(bar).get_attribute("value"))))
    expect(len(seen) > 5 and max(seen) == 100, f"the bar stood at {sorted(seen)}")
    expect(any(step.startswith("products, ") for step in steps), f"the steps were {steps}")
    name = browser.find(bar).accessible_name
    expect(name == f"Order {order}", f"the bar is called {name!r}")
    spoken = browser.until(lambda: browser.script("return document.getElementById('announcements').textContent"), "news are announced")
    expect(f"Order {order} is" in spoken, f"announced is {spoken!r}")
    browser.click(f"{stage.row(order)} .result")
    stage.await_job_status("complete")
    result = browser.until(lambda: browser.text("#job-result-parts pre"), "the result is there")
    expect('"amount": 12345678901234.50' in result and '"coffee, ground"' in result, f"the result is {result}")
    raw = browser.find("#job-result-parts figcaption a").get_attribute("href")
    expect(raw == f"{stage.address}orders/{order}/result", f"the raw result is at {raw}")


def cancelling(stage):
    """an order is cancelled from the list and from its own view"""
    browser = stage.browser
    stage.open()
    first, second = (stage.orders.post(100) for _ in range(2))
    stage.await_row(first, "running")
    browser.click(f"{stage.row(first)} .cancel")
    stage.await_row(first, "cancelled")
    expect(stage.orders.status(first)["status"] == "cancelled", "the service does not know of it")
    expect(not browser.is_shown(f"{stage.row(first)} .cancel"), "a cancelled order can be cancelled")
    browser.click(f"{stage.row(second)} .id a")
    stage.await_job_status("running")
    browser.click("#job-cancel")
    stage.await_job_status("cancelled")
    expect(stage.orders.status(second)["status"] == "cancelled", "the service does not know of it")


def late_cancelling(stage):
    """a cancel that comes too late changes nothing, and the page says so"""
    browser = stage.browser
    order = stage.orders.post(100)
    # A page that hears of nothing more: it still shows the button when the order has ended.
    stage.open()
    stage.await_row(order, "running")
    browser.script("""
      const real = window.fetch;
      window.fetch = (target, options) => {
        if (options.method !== "DELETE") return real(target, options);
        const problem = { status: 409, title: "Already finished", detail: "The order is complete.", code: "order-already-finished" };
        return Promise.resolve(new Response(JSON.stringify(problem), { status: 409 }));
      };""")
    browser.click(f"{stage.row(order)} .cancel")
    browser.until(
        lambda: "had ended before" in browser.script("return document.getElementById('announcements').textContent"),
        "it is said that the order had ended")
    browser.until(lambda: browser.text(f"{stage.row(order)} .cancel") == "Cancel", "the button is as it was")
    expect(stage.orders.status(order)["status"] == "running", "the order was cancelled")
    stage.orders.cancel(order)


def refused_form(stage):
    """what the service refuses is told beside its field, and what was typed stays"""
    browser = stage.browser
    stage.open()
    before = stage.orders.newest()
    browser.type("#f-products", f"tea\n\n{'x' * 201}")
    browser.type("#f-amount", "-007")
    with stage.expecting("422"):
        browser.click("#new button")
        browser.until(lambda: browser.all("#f-products-errors li"), "the products are refused")
    said = browser.text("#f-products-errors")
    expect(said.startswith("Line 3: "), f"the products are refused by {said!r}")
    expect(browser.text("#f-amount-errors") != "", "the amount is not refused")
    for field in ("#f-products", "#f-amount"):
        expect(browser.find(field).get_attribute("aria-invalid") == "true", f"{field} is not marked")
    expect(browser.find("#f-amount").get_attribute("value") == "-007", "the amount is gone")
    expect(browser.focused().startswith("Products"), f"the focus is on {browser.focused()!r}")
    expect(stage.orders.newest() == before, "an order was made")
    order = stage.submit("tea", "0.10")
    expect(not browser.all("#f-products-errors li") and not browser.all("[aria-invalid]"), "the faults are still told")
    stage.await_row(order, "complete")


def reloading(stage):
    """a page that is reloaded in the middle goes on where it was, in the list and in the order's view"""
    browser = stage.browser
    order = stage.orders.post(25)
    stage.open()
    stage.await_row(order, "running")
    browser.driver.refresh()
    stage.await_row(order, "running")
    browser.click(f"{stage.row(order)} .id a")
    stage.await_job_status("running")
    percent = lambda: int(browser.text("#job-percent").split()[0])
    before = percent()
    browser.driver.refresh()
    stage.await_job_status("running")
    expect(percent() >= before, "the bar went back")
    stage.await_job_status("complete")


def two_tabs(stage):
    """two tabs agree: what is done in one is seen in the other"""
    browser, driver = stage.browser, stage.browser.driver
    stage.open()
    first = driver.current_window_handle
    driver.switch_to.new_window("window")
    try:
        stage.open()
        order = stage.submit("\n".join(["cup"] * 60), "5")
        stage.await_row(order, "running")
        driver.switch_to.window(first)
        stage.await_row(order, "running")
        browser.click(f"{stage.row(order)} .cancel")
        stage.await_row(order, "cancelled")
        shown = browser.text(f"{stage.row(order)} .percent")
        driver.switch_to.window(next(handle for handle in driver.window_handles if handle != first))
        stage.await_row(order, "cancelled")
        expect(browser.text(f"{stage.row(order)} .percent") == shown, "they show different percents")
        driver.close()
    finally:
        driver.switch_to.window(first)


def unseen(stage):
    """a tab that nobody looks at gives up its stream, and is up to date again when somebody does"""
    browser = stage.browser
    stage.open()
    browser.await_mode("stream")
    # A browser without windows hides no tab.
    hide = """
      Object.defineProperty(document, "hidden", { value: arguments[0], configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));"""
    browser.script(hide, True)
    browser.await_mode("paused", 25)
    order = stage.orders.post(1)
    stage.orders.await_status(order, ["complete"])
    expect(order not in stage.rows(), "the page still hears of what happens")
    browser.script(hide, False)
    browser.await_mode("stream")
    stage.await_row(order, "complete")


def announcing(stage):
    """many ends at once are announced as one sentence, and not more often than every few seconds"""
    browser = stage.browser
    stage.open()
    browser.await_mode("stream")
    browser.script("""
      window.said = [];
      const region = document.getElementById("announcements");
      new MutationObserver(() => window.said.push([performance.now(), region.textContent])).observe(region, { childList: true });""")
    for count in [1, 2]:
        # Long enough to be seen running: one that is met at its end is no news.
        last = [stage.orders.post(25) for _ in range(20)][-1]
        stage.await_row(last, "complete")
        said = browser.until(
            lambda: (said := browser.script("return window.said")) and len(said) >= count and said,
            "the ends are announced")
    expect(any("Orders: " in text and " complete" in text for _, text in said), f"announced is {said}")
    pauses = [after[0] - before[0] for before, after in zip(said, said[1:])]
    expect(min(pauses) > 2500, f"announcements came after {pauses} ms")


def markup(stage):
    """markup in a product's name stays text, in the list, in the order's view and in its result"""
    browser = stage.browser
    names = ['<img src="x" onerror="document.title = \'taken\'">', "<b>bold</b> & <script>document.title = 'taken'</script>", "\u202eright to left"]
    order = stage.orders.post(names, "3")
    stage.open()
    stage.await_row(order, "complete")
    expect(browser.find(f"{stage.row(order)} .names").get_attribute("textContent") == ", ".join(names), "the list shows another text")
    stage.open(f"#/orders/{order}")
    browser.until(lambda: "<b>bold</b>" in browser.text("#job-result-parts pre"), "the result is there")
    shown = [item.get_attribute("textContent") for item in browser.all("#job-input li")]
    expect(shown == names, f"the products are {shown}")
    expect(not browser.all("main img, main b, main script"), "a name became markup")
    expect("taken" not in browser.driver.title, "a script ran")


def failing(stage):
    """an order that fails says why, and which value of its input is the reason"""
    browser = stage.browser
    # The service of products, which has none of them: an address of the other service that is no route.
    with product(stage.folder, "failing", 1, ["--products-url", f"{stage.address}none"]) as service:
        orders = Orders(service.port)
        order = orders.post(["tea"])
        orders.await_status(order, ["failed"])
        stage.open(f"#/orders/{order}", f"http://127.0.0.1:{service.port}/")
        stage.await_job_status("failed")
        reason = browser.until(lambda: browser.text('#job-facts [data-name="Reason"] dd'), "the reason is told")
        expect(reason == "unknown-product at /products/0", f"the reason is {reason!r}")
        stage.leave()


def logged_in(stage):
    """the page works where nginx asks for a password, and shows whose orders they are"""
    browser = stage.browser
    theirs = stage.orders.post(["of nobody"])
    gateway = Gateway(stage.service, stage.folder / "login")
    gateway.require_login("ann", "secret of ann")
    with gateway:
        stage.open(address=f"http://ann:secret%20of%20ann@127.0.0.1:{gateway.port}/")
        browser.await_mode("stream")
        order = stage.submit("tea", "1.50")
        stage.await_row(order, "complete")
        expect(stage.rows() == [order], f"ann sees {stage.rows()}, not just {order} (and not {theirs})")
        stage.leave()


CHECKS = [submitting, cancelling, late_cancelling, refused_form, reloading, two_tabs, unseen, announcing, markup, failing, logged_in]
