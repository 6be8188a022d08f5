"""What the page looks like: to axe-core, and to people."""

import base64
import importlib.util
import json
import pathlib
import subprocess
import time

from page import Broken, expect, kinds

SIZES = [(1280, 900, 1), (390, 844, 2)]
SCHEMES = ["light", "dark"]
SERIOUS = ("serious", "critical")


def accessible(stage):
    """axe-core finds nothing serious or critical, in light and dark, at 1280 and 390, in lists, forms and jobs of several kinds"""
    browser = stage.browser
    source = (pathlib.Path(importlib.util.find_spec("axe_playwright_python").origin).parent / "axe.min.js").read_text()
    complete, running = stage.orders.post(["tea"]), stage.orders.post(100)
    stage.orders.await_status(complete, ["complete"])
    poster = post_poster(stage)
    passed, found = 0, []
    for hash in ("", f"#/orders/{complete}", f"#/orders/{running}", "#/posters", f"#/posters/{poster}"):
        for width, height, scale in SIZES:
            for scheme in SCHEMES:
                browser.emulate(width, height, scheme, scale)
                stage.open(hash)
                browser.until(lambda: browser.is_shown(".badge[data-status]"), "the page is there")
                if width < 600 and hash in ("", "#/posters"):
                    browser.click("#new-title")
                if not hash:
                    browser.type("#f-amount", "x")
                    with stage.expecting("422"):
                        browser.click("#new button")
                        browser.until(lambda: browser.all("#f-amount-errors li"), "the form has a fault to show")
                if hash == "#/posters":
                    browser.find("#f-photos").send_keys(__file__)
                    with stage.expecting("415"):
                        browser.script("document.querySelector('#new form').requestSubmit()")
                        browser.until(lambda: browser.all("#new .errors li"), "the form has a fault to show")
                if "posters/" in hash:
                    browser.until(lambda: browser.is_shown("#job-result-parts img"), "the picture is there")
                    browser.click("#job-log summary")
                    browser.until(lambda: "painting" in browser.text("#job-log-text"), "the log is there")
                browser.script(source)
                result = browser.driver.execute_async_script(
                    "axe.run(document, { resultTypes: ['violations'] }).then(arguments[0])")
                passed += len(result["passes"])
                found += [
                    (rule["impact"], rule["id"], width, scheme, hash, [node["html"][:200] for node in rule["nodes"][:3]])
                    for rule in result["violations"]
                ]
    browser.emulate(1280, 900, "light")
    stage.orders.cancel(running)
    expect(passed > 200, f"only {passed} rules were passed")
    serious = [each for each in found if each[0] in SERIOUS]
    stage.figures.append(f"axe-core: {passed} rules passed, {len(found)} findings, {len(serious)} of them serious")
    if serious:
        raise Broken(json.dumps(serious)[:2000])


def post_poster(stage, words="Hello"):
    """A poster that is complete: curl sends the form as a browser does."""
    photo = stage.folder / "photo.png"
    photo.write_bytes(kinds.png(300))
    address = f"{stage.address}posters"
    answer = subprocess.run(
        ["curl", "-sS", "-F", f"photos=@{photo}", "-F", f"words={words}", "-F", "colour=blue", address],
        capture_output=True, check=True)
    job = json.loads(answer.stdout)["id"]
    stage.orders.await_status(job, ["complete"], kind="posters")
    return job


def narrow(stage):
    """nothing has to be scrolled sideways at 320 to 1280 pixels, whatever is long"""
    browser = stage.browser
    order = stage.orders.post(["x" * 200, "word " * 40] * 30, "1234567890123.4567890123456789012345678901234567890123456")
    try:
        for hash in ("", f"#/orders/{order}", "#/posters", f"#/posters/{post_poster(stage, 'x' * 40)}"):
            stage.open(hash)
            browser.until(lambda: browser.is_shown(".badge[data-status]"), "the page is there")
            for width in (320, 390, 640, 800, 961, 1000, 1215, 1217, 1280):
                browser.emulate(width, 844, "light")
                wide = browser.script("return document.documentElement.scrollWidth")
                expect(wide <= width, f"{hash or 'the list'} is {wide} pixels wide at {width}")
    finally:
        browser.emulate(1280, 900, "light")
        stage.orders.cancel(order)


def numbers(stage):
    """an amount of 10^15 stays in one line at 1280 pixels, and at 390 no number of a card wraps and no badge moves"""
    browser = stage.browser
    orders = [stage.orders.post(["x"], amount) for amount in ("1", "1000000000000000", "999999999999999.99")]
    lines = """
      const range = document.createRange();
      return arguments[0].flatMap((id) => [".id a", ".amount"].map((part) => {
        range.selectNodeContents(document.querySelector(`#rows tr[data-id="${id}"] ${part}`));
        return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
      }));"""
    badges = "return arguments[0].map((id) => document.querySelector(`#rows tr[data-id='${id}'] .badge`).getBoundingClientRect().right);"
    try:
        for width in (1280, 390):
            browser.emulate(width, 844, "light")
            stage.open()
            for order in orders:
                stage.await_row(order, "complete")
            found = browser.script(lines, orders)
            expect(set(found) == {1}, f"at {width} the numbers have {found} lines")
            found = browser.script(badges, orders)
            expect(len(set(found)) == 1, f"at {width} the badges end at {found}")
    finally:
        browser.emulate(1280, 900, "light")


def sheet(stage):
    """a report prints on one sheet of A4, however long its products, amounts and times are"""
    products = [f"{number} " + "x" * 190 for number in range(20)]
    for order in [stage.orders.post(products, "999999999999999.123456") for _ in range(11)]:
        stage.orders.await_status(order, ["complete"])
    period = {"from": f"2000-01-01T00:00:00.{'0' * 37}-00:00", "to": f"2999-01-01T00:00:00.{'0' * 37}-00:00"}
    answer = subprocess.run(
        ["curl", "-sS", "--json", json.dumps(period), f"{stage.address}reports"], capture_output=True, check=True)
    report = f"{stage.address}reports/{json.loads(answer.stdout)['id']}/result/report.html"
    page = stage.folder / "report.html"
    subprocess.run(["curl", "-sS", "--fail", "-H", "Prefer: wait=10", "-o", page, report], check=True)
    stage.leave()
    stage.browser.open(page.as_uri())
    printed = stage.browser.driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True, "printBackground": True})
    sheets = base64.b64decode(printed["data"]).count(b"/Type /Page\n")
    expect(sheets == 1, f"it prints on {sheets} sheets")


def screenshots(stage, folder):
    """Pictures of the page in the middle of its work. The service has `--jobs 4 --pace 400ms --job-timeout 14s --attempts 1`."""
    browser, orders = stage.browser, stage.orders
    folder.mkdir(parents=True, exist_ok=True)
    orders.post(["Wool blanket", "Down pillow"], "149.00")
    late = orders.post(["Bookshelf, oak, 2.40 m"] + [f"Shelf {number}" for number in range(1, 50)], "3480.00")
    orders.post(["A4 paper, 80 g", "Ink, black", "Ink, blue", "Envelopes C5"], "86.35")
    unwanted = orders.post(["Garden chair", "Garden table", "Parasol", *["Cushion"] * 4], "412.50")
    orders.await_status(late, ["failed"])
    orders.cancel(unwanted)
    another = orders.post(["Kayak", "Paddle", "Dry bag", "Life jacket"], "1120.00")
    orders.await_status(another, ["running"])
    time.sleep(1)
    orders.cancel(another)
    orders.post(["Lamp"], "39.95")
    for products, amount in [
        (["Bicycle", "Helmet", "Lock", "Lights", "Pump"] + ["Spoke"] * 24, "1299.00"),
        (["Tent, 3 persons", "Sleeping bag"] + ["Peg"] * 26, "318.40"),
        (["Chess set", "Clock"] + ["Pawn"] * 20, "74.00"), (["Field guide", "Binoculars 8×42", "Strap"] + ["Lens cap"] * 18, "264.99"),
        (["Olive oil, 5 l", "Rice, 10 kg"], "61.20"), (["Notebook", "Pencil"], "7.80"),
    ]:
        last = orders.post(products, amount)
        time.sleep(0.7)
    poster = post_poster(stage)
    views = {
        "list": ("", lambda: stage.await_row(last, "started")),
        "form": ("#/posters", lambda: browser.until(lambda: browser.is_shown("#table"), "the list is there")),
        "detail": (None, lambda: stage.await_job_status("running")),
        "result": (f"#/posters/{poster}", lambda: browser.until(lambda: browser.is_shown("#job-result-parts img"), "the picture is there")),
    }
    for name, (hash, await_view) in views.items():
        if hash is None:
            hash = f"#/orders/{orders.post(['Tent, 3 persons', 'Sleeping bag'] + ['Peg'] * 26, '318.40')}"
        for width, height, scale in SIZES:
            browser.emulate(width, height, SCHEMES[0], scale)
            stage.open(hash)
            await_view()
            if name == "form" and width < 600:
                browser.click("#new-title")
            for scheme in SCHEMES:
                browser.emulate(width, height, scheme, scale)
                time.sleep(0.4)  # for the bars to come to rest
                picture = browser.driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})["data"]
                (folder / f"{name}-{width}-{scheme}.png").write_bytes(base64.b64decode(picture))


CHECKS = [accessible, narrow, numbers, sheet]
