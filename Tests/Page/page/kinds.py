"""Kinds of work that the page has never seen: they are written here, as files."""

import json
import shutil
import struct
import zlib

from page import expect

POSTER = """\
name: poster
path: posters
title: Posters
description: Paints a picture in one colour.
program: [./paint]
input:
  type: object
  required: [words]
  properties:
    words: {type: string, minLength: 1, maxLength: 40}
    width: {type: integer, minimum: 16, maximum: 600, default: 300, description: In pixels.}
    colour: {enum: [red, green, blue], default: green}
    frame: {type: boolean, default: false}
    day: {type: string, format: date}
    tags: {type: array, items: {type: string, maxLength: 10}, maxItems: 3}
files:
  photos: {min: 1, max: 3, types: [image/png], each: 5MB}
result: {file: poster, types: [image/png]}
"""

PAINT = """\
#!/usr/bin/python3
import json, os, struct, sys, time, zlib

job = json.load(sys.stdin)
print("painting", job["words"], "in", job["colour"], file=sys.stderr)
with os.fdopen(3, "w", buffering=1) as progress:
    for step in range(1, 11):
        print(json.dumps({"step": "paint", "completed": step, "total": 10}), file=progress)
        time.sleep(0.15)
width = job["width"]
pixel = {"red": b"\\xc0\\0\\0", "green": b"\\0\\xc0\\0", "blue": b"\\0\\0\\xc0"}[job["colour"]]
chunk = lambda name, data: struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
rows = (b"\\0" + pixel * width) * width
with open("out/poster", "wb") as file:
    file.write(b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, width, 8, 2, 0, 0, 0)))
    file.write(chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
"""

COUNT = """\
name: word-count
path: word-counts
title: Word counts
program: [./count]
input:
  type: object
  required: [text]
  properties:
    text: {type: string, minLength: 1, maxLength: 100000}
    least: {type: number, minimum: 1, default: 1}
"""

COUNTER = """\
#!/usr/bin/python3
import json, sys
job = json.load(sys.stdin)
json.dump({"words": sum(len(word) >= job["least"] for word in job["text"].split()), "exact": 0.10}, sys.stdout)
"""


LETTER = """\
name: letter
path: letters
title: Letters
program: [./letter]
input:
  type: object
  required: [text]
  properties:
    text: {type: string, minLength: 1, maxLength: 1000}
result: {files: {text.txt: {types: [text/plain]}, lines.json: {types: [application/json]}}}
search: text.txt
"""

WRITER = """\
#!/usr/bin/python3
import json, sys
text = json.load(sys.stdin)["text"]
with open("out/text.txt", "w") as file:
    file.write(text.replace("|", "\\f"))
with open("out/lines.json", "w") as file:
    json.dump({"pages": text.count("|") + 1}, file)
"""

FILES = {
    "poster.yaml": POSTER, "paint": PAINT, "count.yaml": COUNT, "count": COUNTER, "letter.yaml": LETTER, "letter": WRITER,
}


def write(folder, files):
    folder.mkdir()
    folder.chmod(0o755)  # for the user that programs run as
    for name, text in files.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)


def png(width):
    """A picture whose bytes don't get fewer by compression."""
    chunk = lambda name, data: struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    rows = (b"\0" + b"\x20\x40\x80" * width) * width
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, width, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows, 0)) + chunk(b"IEND", b"")


def poster(stage):
    """a kind that was written in this test has a form with files, progress, its log, its picture, and is removed"""
    browser = stage.browser
    photo, text = stage.folder / "photo.png", stage.folder / "text.png"
    photo.write_bytes(png(900))
    text.write_text("no picture")
    stage.open()
    names = [link.text for link in browser.all("#kinds a")]
    expect(names == ["Orders", "Reports", "Word counts", "Letters", "Posters"], f"the kinds are {names}")
    browser.click('#kinds [data-kind="posters"]')
    browser.until(lambda: browser.is_shown("#f-words"), "the form is the kind's own")
    expect(browser.find("#kinds [aria-current]").text == "Posters", "the kind is not marked")
    expect(browser.text("#empty").startswith("There are no posters yet"), f"an empty list says {browser.text('#empty')!r}")
    expect(browser.find("#f-width").get_attribute("value") == "300", "the default is not there")
    options = [option.text for option in browser.all("#f-colour option")]
    expect(options == ["red", "green", "blue"], f"the colours are {options}")
    expect("16 to 600" in browser.text("#f-width-hint"), f"the hint is {browser.text('#f-width-hint')!r}")
    hint = browser.text("#f-photos-hint")
    expect("1 to 3 files" in hint and "PNG" in hint and "5 MB each" in hint, f"the files' hint is {hint!r}")

    # Everything wrong is told at its place.
    browser.click("#new button.primary")
    browser.until(lambda: "missing" in browser.text("#f-photos-errors"), "the missing file is told")
    browser.type("#f-photos", str(photo))
    browser.type("#f-photos", str(photo))
    browser.until(lambda: len(browser.all(".chosen > li")) == 2, "the files are listed")
    browser.find("#f-width").clear()
    browser.type("#f-width", "7")
    browser.type("#f-tags", "one\n\nfar too long a tag")
    with stage.expecting("422"):
        browser.click("#new button.primary")
        browser.until(lambda: browser.all("#f-width-errors li"), "the width is refused")
    expect(browser.all("#f-words-errors li"), "the missing words are not told")
    expect(browser.text("#f-tags-errors").startswith("Line 3: "), f"the tags say {browser.text('#f-tags-errors')!r}")
    expect(len(browser.all(".chosen > li")) == 2, "the files are gone")
    browser.find("#f-width").clear()
    browser.type("#f-width", "320")
    browser.find("#f-tags").clear()
    browser.type("#f-tags", "one\ntwo")
    browser.type("#f-words", "Hello")
    browser.type("#f-photos", str(text))
    with stage.expecting("415"):
        browser.click("#new button.primary")
        browser.until(lambda: browser.all(".chosen > li:nth-child(3) .errors li"), "the text is refused at its place")
    browser.click(".chosen > li:nth-child(3) button")
    browser.script("""
      window.sent = [];
      new MutationObserver(() => window.sent.push(document.querySelector(".sending .size")?.textContent))
        .observe(document.querySelector(".sending"), { childList: true, subtree: true, characterData: true });""")
    browser.click("#new button.primary")
    job = stage.submitted()
    sent = browser.script("return window.sent")
    expect("Sent, and being checked" in sent, f"the upload said {sent}")
    expect(not browser.all(".chosen > li") and browser.find("#f-words").get_attribute("value") == "", "the form keeps what was sent")

    # Its progress, log and result.
    stage.await_row(job, "running")
    shown = browser.text(f"{stage.row(job)} .names")
    expect("Words: Hello" in shown and "Width: 320" in shown, f"the row shows {shown!r}")
    browser.click(f"{stage.row(job)} .id a")
    stage.await_job_status("running")
    browser.until(lambda: browser.text("#job-step").lower().startswith("paint, "), "the step is told")
    stage.await_job_status("complete")
    loaded = "const it = document.querySelector(arguments[0]); return it && it.complete && it.naturalWidth"
    browser.until(lambda: browser.script(loaded, "#job-result-parts img") == 320, "the picture is shown")
    browser.until(lambda: browser.script(loaded, "#job-files img") == 900, "what was sent is shown")
    told = browser.text("#job-input")
    for word in ["Hello", "320", "green", "no", "one", "two"]:
        expect(word in told, f"the input {told!r} has no {word!r}")
    expect(browser.find("#job-result-parts a[download]").get_attribute("href").endswith(f"/posters/{job}/result"), "no download")
    browser.click("#job-log summary")
    browser.until(lambda: "painting Hello in green" in browser.text("#job-log-text"), "the log is shown")

    browser.click("#job-remove")
    expect(browser.text("#job-remove") == "Remove for good", "it is not asked again")
    browser.click("#job-remove")
    browser.until(lambda: browser.is_shown("#list-view") and job not in stage.rows(), "it is gone from the list")
    status = stage.service.request("GET", f"/posters/{job}")[0]
    expect(status == 410, f"the service answers {status}")


def count(stage):
    """a kind with a JSON result has its digits, and what was typed stays while another kind is looked at"""
    browser = stage.browser
    stage.open("#/word-counts")
    browser.until(lambda: browser.is_shown("#f-text"), "the form is there")
    browser.type("#f-text", "two words\nand three more")
    browser.click('#kinds [data-kind="orders"]')
    browser.until(lambda: browser.is_shown("#f-products"), "the other form is there")
    browser.driver.back()
    browser.until(lambda: browser.is_shown("#f-text"), "the first form is back")
    expect(browser.find("#f-text").get_attribute("value") == "two words\nand three more", "what was typed is gone")
    browser.click("#new button.primary")
    job = stage.submitted()
    stage.await_row(job, "complete")
    browser.click(f"{stage.row(job)} .result")
    browser.until(lambda: '"words": 5' in browser.text("#job-result-parts"), "the result is there")
    expect('"exact": 0.1' in browser.text("#job-result-parts"), "a number lost its digits")


def searching(stage):
    """a kind with search has a box for it, which finds jobs with the page and the words around, and says when there are none"""
    browser = stage.browser
    stage.open("#/letters")
    browser.until(lambda: browser.is_shown("#search-words"), "there is a box to search")
    for text in ["nothing of interest", "first page|much tea on the second"]:
        browser.type("#f-text", text)
        browser.click("#new button.primary")
        browser.until(lambda: browser.find("#f-text").get_attribute("value") == "", "it is submitted")
    found = stage.submitted()
    stage.await_row(found, "complete")
    is_indexed = lambda: json.loads(stage.service.request("GET", f"/letters/{found}/status")[2]).get("indexed")
    browser.until(is_indexed, "the text can be searched")
    browser.type("#search-words", "tea")
    browser.press("ENTER")
    browser.until(lambda: stage.rows() == [found], "it is found")
    shown = browser.text(f"{stage.row(found)} .names")
    expect(shown == "Page 2: much tea on the second", f"the row shows {shown!r}")
    expect("q=tea" in browser.driver.current_url and not browser.is_shown("#filters"), "the search is not in the address")
    browser.click(f"{stage.row(found)} .id a")
    browser.until(lambda: "much tea" in browser.text("#job-result-parts"), "the text is shown")
    expect('"pages": 2' in browser.text("#job-result-parts"), "the other file is not shown")
    browser.click("#job-back")
    browser.until(lambda: stage.rows() == [found], "the way back leads to what was found")
    browser.find("#search-words").clear()
    browser.type("#search-words", "coffee")
    browser.press("ENTER")
    browser.until(lambda: browser.text("#empty") == "Nothing has “coffee” in its text.", "nothing is found")
    with stage.expecting("400"):
        browser.find("#search-words").clear()
        browser.type("#search-words", "?!")
        browser.press("ENTER")
        browser.until(lambda: "has words" in browser.text("#empty"), "a search without words says so")
    expect(not browser.is_shown("#banner"), "the server is said to be away")
    browser.find("#search-words").clear()
    browser.click("#search button")
    browser.until(lambda: len(stage.rows()) == 2, "without words all are there")


def dropped(stage):
    """files are dropped, a large one is refused before it is sent, and an upload can be stopped"""
    browser = stage.browser
    stage.open("#/posters")
    browser.until(lambda: browser.is_shown("#f-words"), "the form is there")
    drop = """
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(arguments[0])], arguments[1], { type: "image/png" }));
      document.querySelector(".drop").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));"""
    browser.script(drop, 6_000_000, "large.png")
    browser.until(lambda: "5 MB are allowed" in browser.text(".chosen .errors"), "the large file is refused")
    before = stage.orders.newest("posters")
    browser.type("#f-words", "Hello")
    browser.click("#new button.primary")
    expect(browser.text("#outcome") == "" and not browser.is_shown(".sending"), "it is sent all the same")
    browser.click(".chosen button")
    browser.driver.execute_cdp_cmd("Network.enable", {})
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 500_000}
    browser.driver.execute_cdp_cmd("Network.emulateNetworkConditions", slow)
    try:
        browser.script(drop, 4_000_000, "slow.png")
        browser.click("#new button.primary")
        browser.until(lambda: " of 4" in browser.text(".sending .size"), "the progress of the upload is told")
        browser.click(".sending button")
        browser.until(lambda: "stopped" in browser.text("#form-errors"), "the upload is stopped")
    finally:
        browser.driver.execute_cdp_cmd("Network.emulateNetworkConditions", {**slow, "uploadThroughput": -1})
        browser.driver.execute_cdp_cmd("Network.disable", {})
    expect(stage.orders.newest("posters") == before, "a job was made")


def brand(stage):
    """a name, a logo and a colour of one's own are shown"""
    browser, folder = stage.browser, stage.service.prefix / "brand"
    folder.mkdir()
    folder.chmod(0o755)
    try:
        (folder / "brand.json").write_text('{"name": "Acme", "logo": "logo.svg", "colour": "#f5c518"}')
        (folder / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="50" height="40"/>')
        for file in folder.iterdir():
            file.chmod(0o644)
        stage.open()
        expect(browser.text("#brand") == "Acme", f"the name is {browser.text('#brand')!r}")
        loaded = "const it = document.getElementById('brand-logo'); return it.src.endsWith('/page/logo.svg') && it.complete && it.naturalWidth"
        browser.until(lambda: browser.script(loaded) == 50, "the logo is shown")
        look = "const { color, backgroundColor } = getComputedStyle(document.querySelector('.primary')); return [color, backgroundColor]"
        colours = browser.script(look)
        expect(colours == ["rgb(0, 0, 0)", "rgb(245, 197, 24)"], f"the button's colours are {colours}")
    finally:
        shutil.rmtree(folder)


CHECKS = [poster, count, searching, dropped, brand]
