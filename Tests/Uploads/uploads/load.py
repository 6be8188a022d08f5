"""Fifty uploads of 20 MB at once, from fast and slow clients, and what they cost. By hand: the figures need an idle machine."""

import http.client
import multiprocessing
import os
import pathlib
import socket
import subprocess
import threading
import time

from service import Client, summary

from uploads import expect
from uploads.requesting import answer_of

COUNT, SIZE = 50, 20_000_000
SLOW_RATE = 2_000_000  # bytes a second
POLLS = 200  # a second


def upload(port, path, rate):
    """One upload of a file; its status."""
    with socket.create_connection(("127.0.0.1", port), timeout=300) as connection, open(path, "rb") as file:
        connection.sendall((
            "POST /drops/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/octet-stream\r\n"
            f"Content-Length: {SIZE}\r\n\r\n").encode())
        if rate is None:
            connection.sendfile(file)
        else:
            begin = time.monotonic()
            while piece := file.read(64 << 10):
                connection.sendall(piece)
                time.sleep(max(0, begin + file.tell() / rate - time.monotonic()))
        response = http.client.HTTPResponse(connection)
        response.begin()
        return answer_of(response).status


def upload_all(port, path, rates, outcome):
    """In a process of its own, beside which polls are not late. Tells the statuses and the seconds they took in all."""
    statuses = []
    threads = [threading.Thread(target=lambda rate=rate: statuses.append(upload(port, path, rate))) for rate in rates]
    begin = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    outcome.put((statuses, time.monotonic() - begin))


def poll(port, target, goes_on):
    """Milliseconds of each poll, at a fixed rate, on one kept connection."""
    client, times, due = Client(port), [], time.perf_counter()
    while goes_on(len(times)):
        due = max(due + 1 / POLLS, time.perf_counter() - 0.5)
        time.sleep(max(0, due - time.perf_counter()))
        begin = time.perf_counter()
        status, _, _ = client.send("GET", target)
        times.append((time.perf_counter() - begin) * 1000)
        expect(status == 200, f"a poll is {status}")
    return times


def await_quiet_disk():
    os.sync()
    time.sleep(1)


def rate_of_dd(folder, path, at_once):
    """Megabytes a second of as many files, made by so many dd conv=fsync at a time."""
    await_quiet_disk()
    begin = time.monotonic()
    for first in range(0, COUNT, at_once):
        writers = [
            subprocess.Popen(["dd", f"if={path}", f"of={folder}/dd-{number}", "bs=64k", "conv=fsync", "status=none"])
            for number in range(first, first + at_once)
        ]
        expect(all(writer.wait() == 0 for writer in writers), "dd failed")
    seconds = time.monotonic() - begin
    for number in range(COUNT):
        (folder / f"dd-{number}").unlink()
    return COUNT * SIZE / seconds / 1e6


def peak(service):
    return [int(service.told(process, "VmHWM")) / 1024 for process in service.responders]


def reset_peak(service):
    for process in service.responders:
        pathlib.Path(f"/proc/{process}/clear_refs").write_text("5")


def under_uploads(stage, path, rates, target):
    """Polls beside these uploads: their times, the seconds that the uploads took, and how much each responder grew."""
    await_quiet_disk()
    reset_peak(stage.service)
    before, outcome = stage.service.resident_megabytes(), multiprocessing.Queue()
    uploads = multiprocessing.Process(target=upload_all, args=(stage.port, path, rates, outcome))
    uploads.start()
    times = poll(stage.port, target, lambda _: uploads.is_alive() and outcome.empty())
    statuses, seconds = outcome.get()
    uploads.join()
    expect(statuses == [202] * COUNT, f"the uploads are answered {statuses}")
    return times, seconds, [after - first for first, after in zip(before, peak(stage.service))]


def load(stage):
    """50 uploads of 20 MB at once: memory, polls beside them, and the rate beside dd's"""
    path = stage.folder / "twenty"
    path.write_bytes(os.urandom(SIZE))
    job = stage.ask("POST", "/drops/", b"first", {"Content-Type": "application/octet-stream"}).document["id"]
    target = f"/drops/{job}/status"
    for _ in range(4):
        expect(upload(stage.port, path, None) == 202, "an upload is refused")
    poll(stage.port, target, lambda count: count < 200)
    missed = []

    def judge(is_met, text):
        stage.figures.append(text + ("" if is_met else "  MISSED"))
        if not is_met:
            missed.append(text)

    for title, rates in {
        "50 fast clients": [None] * COUNT, f"25 fast clients, 25 at {SLOW_RATE / 1e6:.0f} MB/s": [None, SLOW_RATE] * (COUNT // 2),
    }.items():
        idle = summary(poll(stage.port, target, lambda count: count < 2000))
        disk, together = rate_of_dd(stage.folder, path, 1), rate_of_dd(stage.folder, path, COUNT)
        times, seconds, growth = under_uploads(stage, path, rates, target)
        busy, rate = summary(times), COUNT * SIZE / seconds / 1e6
        stage.figures.append(title)
        judge(max(growth) < 32, f"  a responder grows by {', '.join(f'{each:.1f}' for each in growth)} MB (less than 32)")
        judge(busy["p99"] <= 2 * idle["p99"],
              f"  polls: p50 {busy['p50']:.2f}, p99 {busy['p99']:.2f} ms of {len(times)}; idle {idle['p50']:.2f}, {idle['p99']:.2f} ms")
        text = f"  {rate:.0f} MB/s arrive; dd conv=fsync writes {disk:.0f} MB/s file by file, and {together:.0f} MB/s all at once"
        # Slow clients take their time.
        judge(SLOW_RATE in rates or rate >= disk / 2, text)
    expect(not missed, "; ".join(missed))


CHECKS = [load]
