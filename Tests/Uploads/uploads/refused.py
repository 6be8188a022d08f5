"""Bad uploads: each has its answer, and leaves nothing."""

import socket

from uploads import expect
from uploads.accepted import head
from uploads.requesting import FORM, form, jpeg, part, pdf, png, send_raw

PHOTO = part("photos", png(), "a.png", "image/png")


def judge(stage, answer, status, code, *pointers, says=""):
    """A problem document, and no job."""
    expect(answer.status == status, f"not {status} but {answer}")
    expect(answer.fields["content-type"] == "application/problem+json", f"the type is {answer.fields['content-type']}")
    document = answer.document
    expect(document["code"] == code and document["status"] == status, f"not {code} but {answer}")
    for pointer in pointers:
        expect(pointer in answer.pointers, f"{pointer} is not among {answer.pointers}: {answer}")
    expect(says in answer.body.decode(), f"{says!r} is not in {answer}")


def wrong_files(stage):
    """Files that aren't declared, too many, too few or empty, each with its pointer, all told at once."""
    def judge_form(pointer, *parts):
        judge(stage, stage.post_form("/seen/", *parts), 422, "invalid-seen", pointer)

    judge_form("/files/other/0", PHOTO, part("other", png(), "o.png", "image/png"))
    judge_form("/files/other/1", PHOTO, part("other", png(), "o.png"), part("other", b"text", "o.txt"))
    judge_form("/files/other/0", PHOTO, part("other", b"x" * (5 << 20), "longer than a body may be"))
    judge_form("/files/photos/3", *[PHOTO] * 4)
    judge_form("/files/photos/0", part("width", "200"))
    judge_form("/files/photos/0", part("photos", b"", "", "application/octet-stream"))
    judge_form("/files/photos/1", PHOTO, part("photos", b"", "empty.png"))
    judge_form("/width", PHOTO, part("width", "wide"))
    judge_form("/width", PHOTO, part("width", "0"))
    judge_form("/width", PHOTO, part("width", "20"), part("width", "30"))
    judge_form("/unknown", PHOTO, part("unknown", "5"))
    judge_form("/input", PHOTO, part("input", "[]", type="application/json"))
    answer = stage.post_form(
        "/seen/", part("photos", b"", "e.png"), part("width", "-1"), part("other", b"o", "o"), part("unknown", "1"))
    judge(stage, answer, 422, "invalid-seen", "/files/photos/0", "/width", "/files/other/0", "/unknown")
    judge(stage, stage.ask("POST", "/seen/", "{}", {"Content-Type": "application/json"}), 422, "invalid-seen", "/files/photos/0")
    judge(stage, stage.ask("POST", "/scans/", b"", {"Content-Type": "application/pdf"}), 422, "invalid-scan", "/files/document/0")
    judge(stage, stage.ask("POST", "/scans/?page=x", pdf(), {"Content-Type": "application/pdf"}), 422, "invalid-scan", "/page")
    judge(stage, stage.post_form("/seen/", PHOTO, part("input", "{", type="application/json")), 400, "malformed-json")


def wrong_types(stage):
    """Types that aren't taken, or that the first bytes contradict."""
    gif, html = b"GIF89a" + bytes(100), b"<html><script>alert(1)</script>"
    for data, type in (
        (gif, "image/gif"), (gif, None), (gif, "image/png"), (png(), "image/jpeg"), (jpeg(), "image/png"), (html, "image/png"),
        (html, None), (html, "text/html"), (pdf(), "application/octet-stream"), (png(), "text/plain"), (b"RIFF....WEBP", None),
        (b"II*\0....", "image/png"), (b"PK\3\4....", "image/jpeg"),
    ):
        answer = stage.post_form("/seen/", PHOTO, part("photos", data, "it.png", type))
        judge(stage, answer, 415, "unsupported-media-type", "/files/photos/1")
    judge(stage, stage.post_form("/seen/", PHOTO, part("notes", png(), "n", "text/plain")), 415, "unsupported-media-type",
          "/files/notes/0")
    judge(stage, stage.ask("POST", "/scans/", jpeg(), {"Content-Type": "application/pdf"}), 415, "unsupported-media-type",
          "/files/document/0")
    for type in ("image/jpeg", "application/x-www-form-urlencoded", "nonsense", "multipart/mixed; boundary=b"):
        answer = stage.ask("POST", "/scans/", jpeg(), {"Content-Type": type})
        judge(stage, answer, 415, "unsupported-media-type")
        expect("multipart/form-data" in answer.fields["accept"], f"Accept is {answer.fields}")
    judge(stage, stage.ask("POST", "/seen/", png(), {"Content-Type": "image/png"}), 415, "unsupported-media-type")
    answer = stage.post_form("/seen/", PHOTO, fields={"Content-Encoding": "gzip"})
    judge(stage, answer, 415, "unsupported-media-type")


def too_long(stage):
    """Over a file's, a part's or a name's limit, and over the kind's whole, which nginx knows."""
    def judge_form(says, *parts):
        judge(stage, stage.post_form("/seen/", *parts), 413, "body-too-large", says=says)

    judge_form("100000 bytes", part("photos", png(100_001), "a.png"))
    judge_form("250000 bytes", *[part("photos", png(90_000), "a.png")] * 3)
    judge_form("1000000 bytes", PHOTO, part("notes", b"n" * 1_000_001, "n.txt", "text/plain"))
    judge_form("4194304 bytes", PHOTO, part("note", b"n" * 4_194_305))
    judge(stage, stage.ask("POST", "/scans/", pdf(200_001), {"Content-Type": "application/pdf"}), 413, "body-too-large",
          says="200000 bytes")
    exact = [part("photos", png(100_000), "a.png"), part("photos", png(100_000), "b.png"), part("photos", png(50_000), "c.png")]
    stage.judge_files("seen", stage.post_form("/seen/", *exact), {"photos": [png(100_000), png(100_000), png(50_000)]})


def too_long_for_nginx(stage):
    """A Content-Length over the kind's limit is refused before the body comes, by that limit and not another kind's."""
    around = (4 << 20) + (1 << 20)
    for target, most in {"/seen/": 250_000 + 2_000_000 + around, "/scans": 200_000 + around, "/copies/": 64_000_000 + around}.items():
        text = head(target, f"Content-Type: {FORM}", f"Content-Length: {most + (1 << 20)}")
        judge(stage, send_raw(stage.port, text), 413, "body-too-large", says=f"at most {most} bytes")
    text = head("/orders/", "Content-Type: application/json", "Content-Length: 30000000")
    judge(stage, send_raw(stage.port, text), 413, "body-too-large", says="at most 4194304 bytes")
    # A little over it, in chunks: the responders say the same.
    body = b"x" * (200_000 + around + 1)
    answer = send_raw(stage.port, head("/scans/", f"Content-Type: {FORM}", "Transfer-Encoding: chunked")
                      + f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n")
    judge(stage, answer, 413, "body-too-large", says=f"{200_000 + around} bytes")


def over_the_store(stage):
    """Over the store's --files-limit, which is 64 MB here: 507, and the next one that fits is taken."""
    fields = {"Content-Type": "application/octet-stream"}
    jobs = []
    while len(jobs) < 8:
        answer = stage.ask("POST", "/copies/", b"x" * 12_000_000, fields)
        if answer.status != 202:
            break
        jobs.append(answer.document["id"])
        stage.await_end("copies", jobs[-1])
    judge(stage, answer, 507, "no-room")
    expect(len(jobs) >= 2, f"there was room for {len(jobs)} of 24 MB with their results")
    for job in jobs:
        expect(stage.ask("DELETE", f"/copies/{job}").status == 204, "it can't be removed")
    answer = stage.ask("POST", "/copies/", b"x" * 12_000_000, fields)
    expect(answer.status == 202, f"after the removal there is no room: {answer}")


def cut_short(stage):
    """Cut short, by its own length or its last boundary."""
    whole = form(PHOTO)
    for cut in (1, 3, len(whole) // 2, len(whole) - 12):
        answer = stage.ask("POST", "/seen/", whole[:-len(b"\r\n") - cut], {"Content-Type": FORM})
        judge(stage, answer, 400, "malformed-multipart")
    judge(stage, stage.ask("POST", "/seen/", b"", {"Content-Type": FORM}), 400, "malformed-multipart")
    # A client that goes away in the middle has no answer, and leaves nothing.
    for kind in ("Content-Length: 200000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n10000\r\n"):
        with socket.create_connection(("127.0.0.1", stage.port), timeout=30) as connection:
            connection.sendall(
                head("/scans/", "Content-Type: application/pdf")[:-2] + kind.encode() + pdf(30_000))


def bad_boundaries(stage):
    """No boundary, one that can't be, two of them, and one that isn't in the body."""
    for type in (
        "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=" + "x" * 71,
        'multipart/form-data; boundary="a', "multipart/form-data; boundary=a; boundary=b", "multipart/form-data; boundary=sch\u00f6n",
        'multipart/form-data; boundary="ends with a blank "', "multipart/form-data; boundary=other",
    ):
        answer = stage.ask("POST", "/seen/", form(PHOTO), {"Content-Type": type.encode("latin-1")})
        judge(stage, answer, 400, "malformed-multipart")
    for body in (
        form(PHOTO).replace(b"--boundary--", b"--boundaryX"), form(PHOTO).replace(b"--boundary\r\n", b"--boundary\n", 1),
        b"", b"--boundary--", b"--boundary\r\n",
    ):
        answer = stage.ask("POST", "/seen/", body, {"Content-Type": FORM})
        if body == b"--boundary--":
            judge(stage, answer, 422, "invalid-seen", "/files/photos/0")
        else:
            judge(stage, answer, 400, "malformed-multipart")


def bad_headers(stage):
    """Headers of parts that can't be read, that are over 8 KiB, nested parts, and over 1,000 of them."""
    for head in (
        b"Content-Type: image/png", b"Content-Disposition: attachment; name=photos", b"Content-Disposition: form-data",
        b'Content-Disposition: form-data; name="photos', b"nonsense", b": x", b"Content-Disposition: form-data; name=a\n",
        b"Content-Disposition: form-data; name=a\r\n folded", b"Content-Disposition: form-data; name=a\0b",
        b"Content-Disposition: form-data; name=\xff\xfe", b"Content-Disposition: form-data; name=a; name=b",
        b"Content-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b",
        b"Content-Disposition: form-data; name=a\r\nContent-Type: multipart/mixed; boundary=x",
        b"Content-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64",
        b"Content-Disposition: form-data; name=a\r\nX: " + b"x" * 8192,
        b"Content-Disposition: form-data; name=a; filename*0=x",
    ):
        answer = stage.post_form("/seen/", PHOTO, head + b"\r\n\r\nx")
        judge(stage, answer, 400, "malformed-multipart")
    judge(stage, stage.post_form("/seen/", *[PHOTO] * 1001), 400, "malformed-multipart", says="1000 parts")
    answer = stage.post_form("/seen/", PHOTO, *[part(f"u{number}", "1") for number in range(999)])
    judge(stage, answer, 422, "invalid-seen", "/u0")
    expect(len(answer.pointers) == 100 and len(answer.body) < 65536, f"{len(answer.pointers)} faults in {len(answer.body)} bytes")


def foreign_pages(stage):
    """A form that a page of another origin sends."""
    host = f"127.0.0.1:{stage.port}"
    for fields, status in (
        ({"Origin": "https://evil.example"}, 403), ({"Origin": "null"}, 403), ({"Origin": f"http://127.0.0.1:{stage.port + 1}"}, 403),
        ({"Origin": "http://127.0.0.1"}, 403), ({"Origin": f"http://{host}.evil.example"}, 403), ({"Origin": ""}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403), ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"}, 403),
        ({"Origin": f"http://{host}"}, 202), ({"Origin": f"https://{host}"}, 202), ({"Origin": "https://named.example"}, 202),
        ({"Origin": f"http://{host}", "Sec-Fetch-Site": "cross-site"}, 202), ({"Sec-Fetch-Site": "same-origin"}, 202),
        ({"Sec-Fetch-Site": "none"}, 202), ({}, 202),
    ):
        answer = stage.post_form("/seen/", PHOTO, fields={"Host": host, **fields})
        expect(answer.status == status, f"a form with {fields} is {answer}")
        if status == 403:
            judge(stage, answer, 403, "forbidden")
        answer = stage.ask("POST", "/scans/", b"plain", {"Host": host, "Content-Type": "text/plain", **fields})
        expect(answer.status == status, f"text/plain with {fields} is {answer}")
        # A browser asks first before it sends such.
        answer = stage.ask("POST", "/scans/", pdf(), {"Host": host, "Content-Type": "application/pdf", **fields})
        expect(answer.status == 202, f"application/pdf with {fields} is {answer}")


CHECKS = [
    wrong_files, wrong_types, too_long, too_long_for_nginx, over_the_store, cut_short, bad_boundaries, bad_headers, foreign_pages,
]
