"""The ways in which clients send files: each is a 202 whose files are there, byte for byte."""

import json
import socket
import subprocess

import requests
from page.browser import browser

from uploads import expect
from uploads.requesting import FORM, Answer, form, jpeg, part, pdf, png, send_raw

DEFAULTS = {"width": 200}


def head(target, *fields, method="POST", version="1.1"):
    return "\r\n".join([f"{method} {target} HTTP/{version}", "Host: 127.0.0.1", "Connection: close", *fields, "", ""]).encode()


def curl(stage, target, *words, given=None):
    """The answer to curl with these arguments; `given` is its standard input."""
    done = subprocess.run(
        ["curl", "-sS", "--max-time", "30", "-o", "-", "-w", "\n%{http_code}", *map(str, words), stage.address + target],
        input=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    expect(done.returncode == 0, f"curl ends with {done.returncode}: {done.stderr.decode()}")
    body, _, status = done.stdout.rpartition(b"\n")
    return Answer(int(status), {}, body)


def saved(stage, name, data):
    path = stage.folder / name
    path.write_bytes(data)
    return path


def several_files_and_scalars(stage):
    """A form with several files of one name, and each property as a part that is read as its type."""
    photos = [png(50_000, 1), jpeg(40_000, 2)]
    answer = stage.post_form(
        "/seen/", part("width", "320"), part("photos", photos[0], "a.png", "image/png"), part("loud", "true"),
        part("photos", photos[1], "b.jpg", "image/jpeg"), part("factor", "1.50"), part("note", " ünïcode\r\n--x "))
    stage.judge_files("seen", answer, {"photos": photos}, {
        "width": 320, "loud": True, "factor": 1.5, "note": " ünïcode\r\n--x "})
    expect(answer.fields["location"] == f"/seen/{answer.document['id']}/status", f"Location is {answer.fields}")


def input_as_json(stage):
    """A form whose part `input` is JSON, behind the files, with and without a file name."""
    for file in (None, "input.json"):
        answer = stage.post_form(
            "/seen", part("photos", png(), "a.png", "image/png"),
            part("input", json.dumps({"width": 16, "note": "n"}), file, "application/json"))
        stage.judge_files("seen", answer, {"photos": [png()]}, {"width": 16, "note": "n"})


def empty_parts(stage):
    """An empty part of a property that isn't a string is absent, and a field for files that was left empty is no file."""
    answer = stage.post_form(
        "/seen/", part("width", ""), part("loud", ""), part("note", ""), part("photos", png(), "a.png", "image/png"),
        part("notes", b"", "", "application/octet-stream"))
    stage.judge_files("seen", answer, {"photos": [png()]}, {**DEFAULTS, "note": ""})


def preamble_epilogue_and_long_boundary(stage):
    """A preamble, an epilogue, a quoted boundary of 70 characters, bytes that look like it, and blanks behind it."""
    boundary = "a b'()+_,-./:=?" + "x" * 55
    data = png() + f"\r\n--{boundary[:-1]}\r\n--\r\n".encode()
    body = form(
        part("photos", data, "a.png", "image/png"), boundary=boundary, preamble=b"not for you\r\n", epilogue=b"  \r\nnor this")
    answer = stage.ask("POST", "/seen/", body, {"Content-Type": f'multipart/form-data; boundary="{boundary}"'})
    stage.judge_files("seen", answer, {"photos": [data]}, DEFAULTS)


def names_of_files(stage):
    """A file's name is text, whatever it looks like: shown, sent back, and used as no path."""
    for disposition, name in {
        'filename="../../etc/passwd"': "../../etc/passwd", 'filename="a%22b.png"': 'a"b.png', "filename=plain.png": "plain.png",
        "filename*=UTF-8''%e2%82%ac%20rates.png": "€ rates.png", 'filename="x.png"; filename*=utf-8\'\'y.png': "y.png",
        'filename="snow ☃.png"': "snow ☃.png", 'filename="C:\\\\x\\\\y.png"': "C:\\x\\y.png", 'filename="a%20b.png"': "a%20b.png",
    }.items():
        bytes = (f'Content-Disposition: form-data; name="photos"; {disposition}\r\n\r\n').encode() + png()
        answer = stage.ask("POST", "/seen/", form(bytes), {"Content-Type": FORM})
        job = stage.judge_files("seen", answer, {"photos": [png()]}, DEFAULTS)
        told = stage.ask("GET", f"/seen/{job}").document["files"]["photos"][0]
        expect(told["name"] == name and told["type"] == "image/png", f"{disposition} is told as {told}")
        sent = stage.ask("GET", f"/seen/{job}/files/photos/0").fields["content-disposition"]
        expect("/" not in sent.split("''")[-1] and "\\" not in sent.split("''")[-1], f"{disposition} is sent as {sent}")


def a_file_alone(stage):
    """The one file of a kind as the body, under its own type or none, with the input from the query."""
    for type in ("application/pdf", "application/octet-stream", "Application/PDF; version=1.7", None):
        fields = {"Content-Type": type} if type else {}
        answer = stage.ask("POST", "/scans/?page=7", pdf(150_000), fields)
        stage.judge_files("scans", answer, {"document": [pdf(150_000)]}, {"page": 7})
    text = "first bytes that say nothing".encode()
    answer = stage.ask("POST", "/scans/", text, {"Content-Type": "text/plain"})
    stage.judge_files("scans", answer, {"document": [text]}, {"page": 1})


def a_file_without_a_length(stage):
    """A file alone in chunks, and one by HTTP/1.0."""
    chunks = b"".join(f"{len(data):x}\r\n".encode() + data + b"\r\n" for data in (pdf(90_000)[:3], pdf(90_000)[3:], b""))
    answer = send_raw(stage.port, head(
        "/scans", "Content-Type: application/pdf", "Transfer-Encoding: chunked") + chunks)
    stage.judge_files("scans", answer, {"document": [pdf(90_000)]})
    answer = send_raw(stage.port, head(
        "/scans", "Content-Type: application/pdf", f"Content-Length: {len(pdf())}", version="1.0") + pdf())
    stage.judge_files("scans", answer, {"document": [pdf()]})


def byte_by_byte(stage):
    """A form that arrives in pieces of a few bytes."""
    body = form(part("photos", png(300), "a.png", "image/png"), part("width", "17"))
    text = head("/seen/", f"Content-Type: {FORM}", f"Content-Length: {len(body)}") + body
    with socket.create_connection(("127.0.0.1", stage.port), timeout=30) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for start in range(0, len(text), 3):
            connection.sendall(text[start:start + 3])
        found = b""
        while data := connection.recv(65536):
            found += data
    status, body = int(found.split()[1]), found.partition(b"\r\n\r\n")[2]
    stage.judge_files("seen", Answer(status, {}, body), {"photos": [png(300)]}, {"width": 17})


def by_curl(stage):
    """curl: -F, --data-binary, from a pipe in chunks, with and without Expect, by HTTP/1.0."""
    first, second = saved(stage, "a.png", png(90_000, 5)), saved(stage, "b.jpg", jpeg(90_000, 6))
    photos = {"photos": [first.read_bytes(), second.read_bytes()]}
    form = ["-F", f"photos=@{first}", "-F", f"photos=@{second}", "-F", "width=200", "-F", "note=<" + str(saved(stage, "n", b"hm"))]
    for more in ([], ["-H", "Expect: 100-continue"], ["-H", "Expect:"], ["--http1.0"], ["-H", "Transfer-Encoding: chunked"]):
        stage.judge_files("seen", curl(stage, "/seen/", *form, *more), photos, {"width": 200, "note": "hm"})
    document = saved(stage, "scan.pdf", pdf(199_000))
    type = ["-H", "Content-Type: application/pdf"]
    stage.judge_files("scans", curl(stage, "/scans/", "--data-binary", f"@{document}", *type), {"document": [pdf(199_000)]})
    answer = curl(stage, "/scans/", "-X", "POST", "-T", "-", *type, given=pdf(150_000))
    stage.judge_files("scans", answer, {"document": [pdf(150_000)]})


def by_requests(stage):
    """Python's requests: files and data, JSON as a part, and a generator."""
    def answer(*words, **options):
        response = requests.post(*words, timeout=30, **options)
        return Answer(response.status_code, dict(response.headers), response.content)

    photos = [("photos", ("ä.png", png(), "image/png")), ("photos", ("b.jpg", jpeg()))]
    stage.judge_files(
        "seen", answer(f"{stage.address}/seen/", files=photos, data={"width": 99, "note": "ä"}),
        {"photos": [png(), jpeg()]}, {"width": 99, "note": "ä"})
    input = ("input", (None, json.dumps({"loud": False}), "application/json"))
    stage.judge_files(
        "seen", answer(f"{stage.address}/seen/", files=[input, photos[0]]), {"photos": [png()]}, {**DEFAULTS, "loud": False})
    pieces = (pdf(100_000)[start:start + 7777] for start in range(0, 100_000, 7777))
    stage.judge_files(
        "scans", answer(f"{stage.address}/scans/", data=pieces, params={"page": "2"}, headers={"Content-Type": "application/pdf"}),
        {"document": [pdf(100_000)]}, {"page": 2})


PERL = """
use strict; use HTTP::Request::Common; use LWP::UserAgent;
my ($url, $first, $second, @more) = @ARGV;
my $agent = LWP::UserAgent->new(timeout => 30);
my $form = POST("$url/seen/", Content_Type => "form-data",
  Content => [photos => [$first], photos => [$second, "b d.jpg", "Content-Type" => "image/jpeg"], width => 77, note => "a=b&c"]);
open(my $file, "<:raw", $more[0]) or die $!;
my $alone = HTTP::Request->new(POST => "$url/scans/?page=3", ["Content-Type" => "application/pdf"]);
$alone->content(sub { read($file, my $piece, 4096); $piece });
for my $request ($form, $alone) { my $answer = $agent->request($request); print $answer->code, " ", $answer->content, "\\n" }
"""


def by_perl(stage):
    """Perl's LWP: a form with several files, and a file that is read as it is sent, without a length."""
    files = [saved(stage, "a.png", png(70_000, 3)), saved(stage, "b.jpg", jpeg(70_000, 4)), saved(stage, "c.pdf", pdf(120_000))]
    done = subprocess.run(["perl", "-e", PERL, stage.address, *files], capture_output=True, text=True, timeout=60)
    answers = [Answer(int(line[:3]), {}, line[4:].encode()) for line in done.stdout.splitlines()]
    expect(len(answers) == 2, f"{done.stdout}{done.stderr}")
    photos = {"photos": [file.read_bytes() for file in files[:2]]}
    stage.judge_files("seen", answers[0], photos, {"width": 77, "note": "a=b&c"})
    stage.judge_files("scans", answers[1], {"document": [files[2].read_bytes()]}, {"page": 3})


def by_a_browser(stage):
    """A form in Chromium, on a page of the service's own origin."""
    first, second = saved(stage, "c d.png", png(60_000, 8)), saved(stage, "é.jpg", jpeg(60_000, 9))
    with browser() as chromium:
        chromium.open(f"{stage.address}/openapi.json")
        chromium.script("""
          document.body.innerHTML = `<form method=post enctype=multipart/form-data action=/seen/>
            <input name=width><input name=note value='a "quoted" word'><input name=loud>
            <input type=file name=photos multiple><input type=file name=notes><button>Send</button></form>`""")
        chromium.type("input[name=photos]", f"{first}\n{second}")
        chromium.click("button")
        chromium.until(lambda: '"id"' in chromium.text("body"), "the form is answered with an id")
        body = chromium.text("body")
    answer = Answer(202, {}, body[body.index("{"):body.rindex("}") + 1].encode())
    job = stage.judge_files(
        "seen", answer, {"photos": [first.read_bytes(), second.read_bytes()]}, {**DEFAULTS, "note": 'a "quoted" word'})
    names = [file["name"] for file in stage.ask("GET", f"/seen/{job}").document["files"]["photos"]]
    expect(names == ["c d.png", "é.jpg"], f"the browser's files are {names}")


def types_by_the_first_bytes(stage):
    """The first bytes say what a file is where its sender doesn't; a type that is no more than a guess is no contradiction."""
    for said, type in ((None, "image/jpeg"), ("application/octet-stream", "image/jpeg"), ("image/jpeg", "image/jpeg")):
        answer = stage.post_form("/seen/", part("photos", jpeg(), "it", said))
        job = stage.judge_files("seen", answer, {"photos": [jpeg()]})
        told = stage.ask("GET", f"/seen/{job}/files/photos/0").fields["content-type"]
        expect(told == type, f"a JPEG sent as {said} is {told}")


def a_twin(stage):
    """The same files under the same key are the same job; other ones, or another number of them, are refused."""
    key = {"Idempotency-Key": '"seen-twice"'}
    parts = [part("photos", png(seed=1), "a.png"), part("photos", png(seed=2), "b.png")]
    answer = stage.post_form("/seen/", *parts, fields=key)
    job = stage.judge_files("seen", answer, {"photos": [png(seed=1), png(seed=2)]})
    again = stage.post_form("/seen/", *parts, fields=key)
    expect(again.status == 202 and again.document["id"] == job, f"the twin is {again}")
    expect(again.fields.get("idempotent-replayed") == "true", f"the twin's fields are {again.fields}")
    for other in (parts[:1], parts[::-1], [parts[0], part("photos", png(seed=3), "b.png")], [*parts, part("width", "5")]):
        answer = stage.post_form("/seen/", *other, fields=key)
        expect(answer.status == 422 and answer.document["code"] == "idempotency-key-reused", f"another body is {answer}")
    stage.await_swept()


def ranges_of_an_input(stage):
    """An input file by ranges, HEAD and its tag, with the fields that keep browsers from running it."""
    answer = stage.ask("POST", "/copies/", bytes(range(256)) * 400, {"Content-Type": "application/octet-stream"})
    expect(answer.status == 202, f"the upload is {answer}")
    path, data = f"/copies/{answer.document['id']}/files/data/0", bytes(range(256)) * 400
    for range_, start, end in (("0-9", 0, 10), ("1000-", 1000, len(data)), ("-5", len(data) - 5, len(data))):
        answer = stage.ask("GET", path, fields={"Range": f"bytes={range_}"})
        expect(answer.status == 206 and answer.body == data[start:end], f"bytes {range_} are {answer.status}, {len(answer.body)}")
        told = answer.fields["content-range"]
        expect(told == f"bytes {start}-{end - 1}/{len(data)}", f"bytes {range_} are told as {told}")
    answer = stage.ask("GET", path, fields={"Range": f"bytes={len(data)}-"})
    expect(answer.status == 416, f"bytes behind the end are {answer}")
    answer = stage.ask("HEAD", path)
    expect(answer.status == 200 and answer.fields["content-length"] == str(len(data)), f"HEAD is {answer.fields}")
    expect(answer.fields["x-content-type-options"] == "nosniff", f"the fields are {answer.fields}")
    expect("sandbox" in answer.fields["content-security-policy"], f"the fields are {answer.fields}")
    expect(answer.fields["content-disposition"].startswith("attachment"), f"the fields are {answer.fields}")
    answer = stage.ask("GET", path, fields={"If-None-Match": answer.fields["etag"]})
    expect(answer.status == 304, f"the same tag is {answer}")
    for wrong in (path[:-1] + "1", path[:-1] + "00", path[:-6] + "other/0", "/.files/x", f"{path}/0"):
        expect(stage.ask("GET", wrong).status == 404, f"{wrong} is {stage.ask('GET', wrong)}")


def removal(stage):
    """DELETE of a job that has ended removes it and its files; before, it is refused."""
    answer = stage.ask("POST", "/copies/", b"x" * 5000, {"Content-Type": "application/octet-stream"})
    job = answer.document["id"]
    stage.await_end("copies", job)
    expect(stage.ask("DELETE", f"/copies/{job}").status == 204, "DELETE of a job that is complete is refused")
    for path in ("", "/files/data/0", "/result", "/status"):
        answer = stage.ask("GET", f"/copies/{job}{path}")
        expect(answer.status == 410, f"/copies/{job}{path} is {answer}")
    expect(stage.ask("DELETE", f"/copies/{job}").status == 410, "a second DELETE is not 410")
    nap = stage.post_form("/naps/", part("data", b"zzz", "z")).document["id"]
    answer = stage.ask("DELETE", f"/naps/{nap}")
    expect(answer.status == 409 and answer.document["code"] == "nap-not-finished", f"DELETE of a job that runs is {answer}")
    expect(stage.ask("DELETE", f"/naps/{nap}/cancel").status == 204, "it can't be cancelled")
    expect(stage.ask("DELETE", f"/naps/{nap}").status == 204, "DELETE of a job that is cancelled is refused")


CHECKS = [
    several_files_and_scalars, input_as_json, empty_parts, preamble_epilogue_and_long_boundary, names_of_files, a_file_alone,
    a_file_without_a_length, byte_by_byte, by_curl, by_requests, by_perl, by_a_browser, types_by_the_first_bytes, a_twin,
    ranges_of_an_input, removal,
]
