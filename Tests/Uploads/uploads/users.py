"""Files are their owner's alone."""

import base64
import os
import signal
import subprocess

from service import await_true, children

from uploads import expect
from uploads.requesting import FORM, form, part, png


def log_in(stage):
    """Lets nginx ask for names and passwords, by the shipped include."""
    prefix, hashed = stage.service.prefix, subprocess.run(
        ["openssl", "passwd", "-apr1", "secret"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    # What lies beside the configuration is closed to nginx's workers.
    users = stage.folder / "passwords"
    users.write_text("".join(f"{name}:{hashed}\n" for name in ("ann", "bert")))
    users.chmod(0o644)
    rules = (prefix / "orders/authentication.conf").read_text()
    expect("orders/users" in rules, "authentication.conf names no file of users")
    (prefix / "orders/authentication.conf").write_text(rules.replace("orders/users", str(users)))
    with open(prefix / "orders/server.conf", "a") as server:
        server.write("\ninclude orders/authentication.conf;\n")
    nginx = int((prefix / "nginx.pid").read_text())
    former = set(children(nginx))
    os.kill(nginx, signal.SIGHUP)
    await_true(lambda: former.isdisjoint(children(nginx)), "nginx with its new configuration", 20)
    expect(stage.ask("GET", "/seen").status == 401, "nginx asks for no password")


def name(user):
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:secret".encode()).decode()}


def files_of_another_user(stage):
    """B finds nothing of A by list, document, file, result, log, events, guessed address or DELETE, and can't take its key."""
    log_in(stage)
    ann, bert = name("ann"), name("bert")
    fields = {"Content-Type": FORM, "Idempotency-Key": '"shared"'}
    body = form(part("photos", png(), "ann's.png"))
    answer = stage.ask("POST", "/seen/", body, {**fields, **ann})
    expect(answer.status == 202, f"ann's upload is {answer}")
    job = answer.document["id"]
    expect(stage.await_end("seen", job, fields=ann)["status"] == "complete", "ann's job failed")
    file = stage.ask("GET", f"/seen/{job}/files/photos/0", fields=ann)
    expect(file.body == png(), f"ann's file is {file}")
    for target in (
        f"/seen/{job}", f"/seen/{job}/status", f"/seen/{job}/result", f"/seen/{job}/files/photos/0", f"/seen/{job}/log",
        f"/seen/{job}/events", f"/scans/{job}/files/photos/0", f"/copies/{job}/files/data/0",
    ):
        for method in ("GET", "HEAD"):
            answer = stage.ask(method, target, fields=bert)
            expect(answer.status == 404, f"{method} {target} by bert is {answer}")
    for range_ in ("bytes=0-", "bytes=0-9"):
        answer = stage.ask("GET", f"/seen/{job}/files/photos/0", fields={**bert, "Range": range_, "If-None-Match": "*"})
        expect(answer.status == 404, f"{range_} by bert is {answer}")
    for stored in sorted(stage.stored()):
        for target in (f"/.files/{stored}", f"/seen/{job}/files/photos/{stored}", f"/orders.sqlite-files/{stored}"):
            answer = stage.ask("GET", target, fields=bert)
            expect(answer.status == 404, f"{target} by bert is {answer}")
    listed = stage.ask("GET", "/seen", fields=bert)
    expect(listed.status == 200 and listed.document["seen"] == [], f"bert's list is {listed}")
    listed = stage.ask("GET", f"/seen?ids={job}", fields=bert)
    expect(listed.status != 200 or listed.document["seen"] == [], f"bert's list by the id is {listed}")
    for target in (f"/seen/{job}", f"/seen/{job}/cancel"):
        answer = stage.ask("DELETE", target, fields=bert)
        expect(answer.status == 404, f"DELETE {target} by bert is {answer}")
    twin = stage.ask("POST", "/seen/", body, {**fields, **bert})
    expect(twin.status == 202 and twin.document["id"] != job, f"bert's upload under the same key is {twin}")
    expect(stage.ask("GET", f"/seen/{job}/files/photos/0", fields=ann).body == png(), "ann's file has gone")


def share_of_the_store(stage):
    """Nobody's files are more than half of --files-limit: 413, while another user's are taken."""
    fields, ann, bert = {"Content-Type": "application/octet-stream"}, name("ann"), name("bert")
    jobs = []
    while len(jobs) < 8:
        answer = stage.ask("POST", "/copies/", b"a" * 5_000_000, {**fields, **ann})
        if answer.status != 202:
            break
        jobs.append(answer.document["id"])
        stage.await_end("copies", jobs[-1], fields=ann)
    expect(answer.status == 413 and "half" in answer.document["detail"], f"over ann's share it is {answer}")
    answer = stage.ask("POST", "/copies/", b"b" * 5_000_000, {**fields, **bert})
    expect(answer.status == 202, f"bert's upload beside it is {answer}")
    for job in jobs:
        expect(stage.ask("DELETE", f"/copies/{job}", fields=ann).status == 204, "ann can't remove what is ann's")


CHECKS = [files_of_another_user, share_of_the_store]
