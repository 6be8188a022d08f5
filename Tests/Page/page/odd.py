"""Kinds whose words are the page's and the browser's own, and answers that are not what the page asked for."""

import contextlib
import json

from page import expect, kinds

DRAFT = """\
name: draft
path: drafts
title: Drafts
program: [./draft]
input:
  type: object
  required: [reset]
  properties:
    reset: {type: string, minLength: 1, maxLength: 40}
    files: {type: string, maxLength: 40}
    page: {type: integer, minimum: 1, maximum: 9}
    snippet: {type: string, maxLength: 40}
    submit: {type: string, maxLength: 40}
    elements: {type: string, maxLength: 40}
    greeting: {type: string, maxLength: 40, default: Hello}
    tags: {type: array, items: {type: string, maxLength: 10}, maxItems: 3, default: [one, two]}
    answers: {type: array, items: {type: boolean}, maxItems: 3}
    length: {type: integer, minimum: 0, maximum: 4000000, default: 0}
"""

# Its result is its input. Its step has what ends a line in JavaScript, and nowhere else.
DRAFTER = """\
#!/usr/bin/python3
import json, os, sys, time
job = json.load(sys.stdin)
with os.fdopen(3, "w", buffering=1) as progress:
    for step in range(1, 6):
        print(json.dumps({"step": "first\\u2028second\\u2029third", "completed": step, "total": 5}, ensure_ascii=False), file=progress)
        time.sleep(1 if job["reset"] == "slowly" else 0.1)
json.dump({**job, "filling": os.urandom(job["length"] // 2).hex()}, sys.stdout)
"""

MEMO = """\
name: memo
path: memos
title: Memos
program: [./memo]
input:
  type: object
  properties:
    words: {type: string, maxLength: 40}
files:
  papers: {min: 0, max: 1, each: 1MB}
"""

NOTER = """\
#!/usr/bin/python3
print("{}")
"""

# The API's description comes changed: CHANGE has it as `answer`, or returns another text.
DESCRIBING = """
window.asked = 0;
const real = window.fetch;
window.fetch = async (target, options) => {
  const response = await real(target, options);
  if (!String(target).endsWith("openapi.json")) return response;
  const answer = await response.json();
  const text = (() => { CHANGE })() ?? JSON.stringify(answer);
  return new Response(text, { headers: response.headers });
};"""

# Of what is read as text, piece by piece.
COUNTING = """
window.fetched = 0;
const { read } = ReadableStreamDefaultReader.prototype;
ReadableStreamDefaultReader.prototype.read = async function () {
  const piece = await read.call(this);
  if (typeof piece.value === "string") window.fetched += piece.value.length;
  return piece;
};"""

FILES = {**kinds.FILES, "draft.yaml": DRAFT, "draft": DRAFTER, "memo.yaml": MEMO, "memo": NOTER}


def separators(stage):
    """a status with U+2028 and U+2029 comes by the stream as every other does"""
    browser = stage.browser
    stage.open("#/drafts")
    browser.await_mode("stream")
    job = post(stage, "drafts", {"reset": "slowly"})
    browser.until(lambda: browser.text(f"{stage.row(job)} .step").lower().startswith("first"), "the step is told")
    stage.await_row(job, "complete", 10)
    expect(browser.mode() == "stream", f"the connection is {browser.mode()}")


def own_names(stage):
    """properties may be called reset, files or page; what was emptied is sent empty; and one submission makes one job"""
    browser = stage.browser
    stage.open("#/drafts")
    browser.until(lambda: browser.is_shown("#f-reset"), "the form is there")
    before = ids(stage, "drafts")
    given = {"reset": "again", "files": "three", "page": "4", "snippet": "of it", "submit": "it", "elements": "all"}
    for name, text in given.items():
        browser.type(f"#f-{name}", text)
    browser.find("#f-greeting").clear()
    browser.find("#f-tags").clear()
    browser.type("#f-answers", "yes\nFalse")
    browser.click("#new button.primary")
    job = stage.submitted()
    expect(browser.find("#f-reset").get_attribute("value") == "", "the form keeps what was sent")
    expect(browser.find("#f-greeting").get_attribute("value") == "Hello", "the default is not there again")
    expect(not browser.all("#form-errors li"), f"the form says {browser.text('#form-errors')!r}")
    expect(ids(stage, "drafts") == [job, *before], f"{job} was made after {before}, and there are {ids(stage, 'drafts')}")
    stage.await_row(job, "complete")
    shown = browser.text(f"{stage.row(job)} .names")
    expect("Reset: again, Files: three" in shown, f"the row shows {shown!r}")
    browser.click(f"{stage.row(job)} .result")
    result = json.loads(browser.until(lambda: browser.text("#job-result-parts pre"), "the result is there"))
    wanted = {**given, "page": 4, "greeting": "", "tags": [], "answers": [True, False], "length": 0, "filling": ""}
    expect(result == wanted, f"the work was given {result}")
    pairs = browser.script(
        "return [...document.querySelectorAll('#job-input > div')].map((pair) => [...pair.children].map((it) => it.textContent))")
    for pair in [["Files", "three"], ["Page", "4"], ["Snippet", "of it"], ["Answers", "yesno"]]:
        expect(pair in pairs, f"of the input is shown {pairs}")


def other_results(stage):
    """of a long result in JSON the beginning is shown, and no more is fetched; one that is described as text is a file"""
    browser = stage.browser
    long, short = (post(stage, "drafts", {"reset": "now", "length": length}) for length in (4_000_000, 10))
    for job in (long, short):
        stage.orders.await_status(job, ["complete"], kind="drafts")
    with prepared(stage, COUNTING):
        stage.open(f"#/drafts/{long}")
        shown = browser.until(lambda: browser.script("return document.querySelector('#job-result-parts pre')?.textContent"), "it is shown")
    expect(shown.endswith("…") and len(shown) == 200_001, f"{len(shown)} characters are shown, to {shown[-3:]!r}")
    fetched = browser.script("return window.fetched")
    expect(200_000 < fetched < 2_000_000, f"{fetched} characters are fetched")
    described = """
      const { content } = answer.paths["/drafts/{id}/result"].get.responses["200"];
      content["text/plain"] = { schema: {} };
      delete content["application/json"];"""
    with prepared(stage, DESCRIBING.replace("CHANGE", described)):
        stage.open(f"#/drafts/{short}")
        browser.until(lambda: '"length": 10,' in browser.text("#job-result-parts pre"), "the short one is shown")
    expect(browser.text("#job-result-parts figcaption").startswith("result"), "it is no file")


def other_processes(stage):
    """where a proxy answers in its own words the page asks again, and it leaves out a kind that is not described"""
    browser = stage.browser
    change = 'if (++window.asked === 1) return "<!doctype html>"; delete answer.paths["/memos"];'
    with prepared(stage, DESCRIBING.replace("CHANGE", change)):
        stage.open()
        names = [link.text for link in browser.all("#kinds a")]
        expect("Drafts" in names and "Memos" not in names, f"the kinds are {names}")
        expect(browser.script("return window.asked") == 2, "it was not asked for a second time")


def foreign_answer(stage):
    """an upload whose answer is not the service's can be sent again, and does not become two"""
    browser = stage.browser
    stage.open("#/memos")
    browser.until(lambda: browser.is_shown("#f-words"), "the form is there")
    before = ids(stage, "memos")
    browser.script("""
      const { get } = Object.getOwnPropertyDescriptor(XMLHttpRequest.prototype, "responseText");
      const foreign = () => {
        Object.defineProperty(XMLHttpRequest.prototype, "responseText", { get });
        return "<!doctype html>";
      };
      Object.defineProperty(XMLHttpRequest.prototype, "responseText", { get: foreign, configurable: true });""")
    browser.type("#f-words", "tea")
    browser.click("#new button.primary")
    browser.until(lambda: "will not become two" in browser.text("#form-errors"), "the form tells of it")
    browser.click("#new button.primary")
    job = stage.submitted()
    expect(ids(stage, "memos") == [job, *before], f"{job} was made after {before}, and there are {ids(stage, 'memos')}")


def changed_meanwhile(stage):
    """nothing is promised of what was changed while it was sent, and no answer came"""
    browser = stage.browser
    stage.open("#/drafts")
    browser.until(lambda: browser.is_shown("#f-reset"), "the form is there")
    browser.script("""
      const real = window.fetch;
      window.fetch = async (target, options) => {
        const response = await real(target, options);
        if (options.method !== "POST") return response;
        window.fetch = real;
        const field = document.getElementById("f-reset");
        field.value = "later";
        field.dispatchEvent(new Event("input", { bubbles: true }));
        throw new TypeError("lost");
      };""")
    browser.type("#f-reset", "now")
    browser.click("#new button.primary")
    said = browser.until(lambda: browser.text("#form-errors"), "the form tells of it")
    expect("look at the drafts before" in said and "two" not in said, f"the form says {said!r}")


def removing(stage):
    """what was pressed once to remove a job removes nothing later and no other, and a removal leads nowhere who has gone elsewhere"""
    browser = stage.browser
    first, second = (post(stage, "memos", {}) for _ in range(2))
    for job in (first, second):
        stage.orders.await_status(job, ["complete"], kind="memos")
    stage.open(f"#/memos/{first}")
    browser.until(lambda: browser.is_shown("#job-remove"), "it can be removed")
    browser.click("#job-remove")
    expect(browser.text("#job-remove") == "Remove for good", "it is not asked again")
    browser.until(lambda: browser.text("#job-remove") == "Remove", "the button forgets that it was pressed")
    browser.click("#job-remove")
    expect(browser.text("#job-remove") == "Remove for good", "it is not asked again")
    status = stage.service.request("GET", f"/memos/{first}")[0]
    expect(status == 200, f"the service answers {status}")
    go(browser, "memos", second)
    expect(browser.text("#job-remove") == "Remove", f"the button of another says {browser.text('#job-remove')!r}")
    browser.click("#job-remove")
    expect(browser.text("#job-remove") == "Remove for good", "it is not asked again")
    browser.script("""
      const real = window.fetch;
      window.fetch = async (target, options) => {
        const response = await real(target, options);
        if (options.method === "DELETE") await new Promise((resolve) => { window.answer = resolve; });
        return response;
      };""")
    browser.click("#job-remove")
    browser.until(lambda: browser.script("return Boolean(window.answer)"), "it is removed")
    go(browser, "memos", first)
    browser.script("window.answer()")
    said = "return document.getElementById('announcements').textContent"
    browser.until(lambda: f"Memo {second} is removed" in browser.script(said), "that is told")
    expect(browser.script("return location.hash") == f"#/memos/{first}", "the removal leads away from another job")
    expect(browser.text("#job-remove") == "Remove" and not browser.is_shown("#job-fault"), "the removal shows at another job")
    statuses = [stage.service.request("GET", f"/memos/{job}")[0] for job in (first, second)]
    expect(statuses == [200, 410], f"the service answers {statuses}")


def streams(stage):
    """a stream that was left in its pause can be closed by who came then, and one that makes no sense is not called open"""
    stage.open()
    told = stage.browser.driver.execute_async_script("""
      const done = arguments[0];
      const until = async (condition) => { while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20)); };
      (async () => {
        const [{ Stream }, { EventReader }] = await Promise.all([import("/page/stream.js"), import("/page/sse.js")]);
        const [realFetch, realTake, realError] = [window.fetch, EventReader.prototype.take, console.error];
        const asked = [];
        const comment = new TextEncoder().encode(": here\\n\\nretry: 300\\n\\n");
        window.fetch = async (target, { signal }) => {
          asked.push(signal);
          const isFirst = asked.length === 1;
          const body = new ReadableStream({ start(it) { it.enqueue(comment); if (isFirst) it.close(); } });
          return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
        };
        const left = new Stream("one");
        const opened = [];
        const [before, after] = ["before", "after"].map((name) => ({ open }) => open && opened.push(name));
        left.add(before);
        await until(() => opened.length === 1);
        await new Promise((resolve) => setTimeout(resolve, 50));
        left.remove(before);
        left.add(after);
        await until(() => opened.includes("after"));
        left.remove(after);
        const isClosed = asked.length === 2 && asked[1].aborted;

        EventReader.prototype.take = () => { throw new SyntaxError("no event"); };
        console.error = () => {};
        const messages = [];
        const senseless = new Stream("two");
        senseless.add((message) => messages.push(message));
        await until(() => messages.length > 0);
        EventReader.prototype.take = realTake;
        [window.fetch, console.error] = [realFetch, realError];
        return { isClosed, messages, asked: asked.length };
      })().then(done, (fault) => done(String(fault)));""")
    expect(told == {"isClosed": True, "messages": [{"end": True}], "asked": 3}, f"it came to {told}")


def post(stage, kind, document):
    status, _, answer = stage.orders.client.send("POST", f"/{kind}", json.dumps(document))
    expect(status == 202, f"a POST was answered {status}: {answer}")
    return json.loads(answer)["id"]


def ids(stage, kind):
    """Newest first."""
    return [job["id"] for job in json.loads(stage.service.request("GET", f"/{kind}?order=desc")[2])[kind]]


def go(browser, kind, job):
    browser.script("location.hash = arguments[0]", f"#/{kind}/{job}")
    browser.until(lambda: browser.text("#job-title").endswith(f" {job}") and browser.is_shown("#job-remove"), f"{kind} {job} is shown")


@contextlib.contextmanager
def prepared(stage, source):
    """Pages that are opened meanwhile run this first."""
    driver = stage.browser.driver
    added = driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": source})
    try:
        yield
    finally:
        driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)


CHECKS = [separators, own_names, other_results, other_processes, foreign_answer, changed_meanwhile, removing, streams]
