"""The service under load: deploy/up on a free port, a client on a kept connection, and wrk."""

import contextlib
import json
import os
import pathlib
import re
import resource
import socket
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PATH = os.environ["PATH"] + ":/usr/sbin:/sbin"
BINARY = pathlib.Path(os.environ.get("ORDERS_BINARY", ROOT / ".build/release/orders"))
ORDER = '{"products":["y","z"],"amount":250}'
NEVER_FULL = ["--queue-limit", "1000000000"]


class Void(Exception):
    """A round that does not count, and why."""


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def children(process):
    return [int(word) for word in pathlib.Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def name(process):
    """Empty once it has died: between the opening and the reading of its file, too."""
    try:
        return pathlib.Path(f"/proc/{process}/comm").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def start(command, **options):
    """A child that the kernel ends if we are killed."""
    return subprocess.Popen(
        ["setpriv", "--pdeathsig", "TERM", *map(str, command)], stdin=subprocess.DEVNULL,
        env={**os.environ, "PATH": PATH}, **options,
    )


@contextlib.contextmanager
def ending(child):
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(60)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


class Service:
    """Something behind nginx on a port, and the processes that answer."""

    def __init__(self, title, port, responders, prefix, watcher=None, log=None):
        self.title, self.port, self.responders, self.prefix = title, port, responders, prefix
        self.watcher, self.log = watcher, log

    def cpu_seconds(self):
        total = 0
        for process in self.responders:
            try:
                fields = pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            except FileNotFoundError:
                raise Void(f"responder {process} of {self.title} died") from None
            total += int(fields[11]) + int(fields[12])
        return total / os.sysconf("SC_CLK_TCK")

    def pss_megabytes(self):
        sizes = []
        for process in self.responders:
            text = pathlib.Path(f"/proc/{process}/smaps_rollup").read_text()
            sizes.append(int(re.search(r"^Pss:\s+(\d+) kB", text, re.M)[1]) / 1024)
        return sizes

    def resident_megabytes(self):
        """Of each responder, with what it shares with others."""
        return [int(self.told(process, "VmRSS")) / 1024 for process in self.responders]

    def threads(self):
        return sum(int(self.told(process, "Threads")) for process in self.responders)

    def descriptors(self):
        return sum(len(os.listdir(f"/proc/{process}/fd")) for process in self.responders)

    def connections(self):
        """Those that the responders have with nginx, kept idle ones too."""
        socket = f" {self.prefix / 'orders.sock'}"
        lines = pathlib.Path("/proc/net/unix").read_text().splitlines()
        return sum(1 for line in lines if line.endswith(socket) and line.split()[5] == "03")

    @staticmethod
    def told(process, what):
        return re.search(rf"^{what}:\s+(\d+)", pathlib.Path(f"/proc/{process}/status").read_text(), re.M)[1]

    def request(self, method, target, body=None, fields=()):
        return Client(self.port).send(method, target, body, fields)


@contextlib.contextmanager
def product(folder, title, processes, options, data=None, kinds=None):
    """The product as deploy/up starts it; on the `data` of another one and with kind files, where these are given."""
    port, data = free_port(), data or folder / title
    log = folder / f"{title}.log"
    up = [ROOT / "deploy/up", "--no-build", "--port", port, "--processes", processes, "--data", data]
    if kinds:
        up += ["--kinds", kinds]
    command = [*up, "--", *options]
    with open(log, "w") as output, ending(start(command, stdout=output, stderr=output)) as up:
        deadline = time.monotonic() + 60
        while f"ready: http://127.0.0.1:{port}/\n" not in log.read_text():
            if up.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"deploy/up did not get ready:\n{log.read_text()[-2000:]}")
            time.sleep(0.05)
        [watcher] = [child for child in children(up.pid) if name(child) == "multiwatch"]
        # The other processes may not have started yet: the first one answered.
        while [name(child) for child in children(watcher)] != [BINARY.name[:15]] * processes:
            if time.monotonic() > deadline:
                sys.exit(f"not all responders started:\n{log.read_text()[-2000:]}")
            time.sleep(0.05)
        time.sleep(0.5)
        yield Service(title, port, children(watcher), data / "run" / str(port), watcher, log)


def await_true(condition, what, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            sys.exit(f"{what} did not get ready in {seconds} s")
        time.sleep(0.02)


class Client:
    """One kept connection; nginx ends it after ten thousand requests, and the next one takes its place."""

    def __init__(self, port):
        self.port, self.is_over = port, False
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def send(self, method, target, body=None, fields=()):
        if self.is_over:
            self.socket.close()
            self.__init__(self.port)
        lines = [f"{method} {target} HTTP/1.1", "Host: 127.0.0.1", *fields]
        if body is not None:
            lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n" + (body or "")).encode())
        return self.receive_answer()

    def receive_answer(self):
        """Status, fields and body of the next answer."""
        head = self.until(b"\r\n\r\n").decode().split("\r\n")
        status = int(head[0].split()[1])
        answer = [tuple(line.split(": ", 1)) for line in head[1:]]
        self.is_over = ("Connection", "close") in answer
        length = next((int(value) for field, value in answer if field.lower() == "content-length"), None)
        if status in (204, 304):
            length = 0
        if length is None:
            raise OSError("an answer without Content-Length")
        while len(self.buffer) < length:
            self.receive()
        body, self.buffer = self.buffer[:length], self.buffer[length:]
        return status, answer, body

    def until(self, end):
        while end not in self.buffer:
            self.receive()
        found, _, self.buffer = self.buffer.partition(end)
        return found

    def receive(self):
        data = self.socket.recv(65536)
        if not data:
            raise OSError("the connection was closed")
        self.buffer += data


def wrk(service, target, clients, seconds, method="GET", fields=(), script="load.lua", pause=None):
    """One load: its rate, the CPU seconds of the responders for 1,000 requests, and those of wrk for each second."""
    before, client = service.cpu_seconds(), resource.getrusage(resource.RUSAGE_CHILDREN)
    command = ["wrk", "-t", "1", "-c", clients, "-d", f"{seconds}s", "--timeout", "10s", "-s", HERE / script]
    command += [word for field in fields for word in ("-H", field)]
    command += [f"http://127.0.0.1:{service.port}{target}", "--", method, *([pause] if pause else [])]
    done = subprocess.run(
        list(map(str, command)), stdout=subprocess.PIPE, text=True, check=True, timeout=seconds + 60
    )
    figures = json.loads(done.stdout.splitlines()[-1])
    spent, after = service.cpu_seconds() - before, resource.getrusage(resource.RUSAGE_CHILDREN)
    wrong = {what: number for what, number in figures["errors"].items() if number}
    if wrong or not figures["requests"]:
        raise Void(f"{service.title} at {clients} clients: {wrong or 'no answer at all'}")
    figures["rate"] = figures["requests"] / figures["seconds"]
    figures["cpu"] = spent / figures["requests"] * 1000
    figures["client"] = (after.ru_utime + after.ru_stime - client.ru_utime - client.ru_stime) / figures["seconds"]
    return figures


def fill(service, count):
    """Posts `count` orders or some more."""
    deadline = time.monotonic() + 300
    while count > 0:
        if time.monotonic() > deadline:
            sys.exit("the orders of the list were not accepted in five minutes")
        count -= wrk(service, "/orders", 64, 1, "POST")["requests"]


def await_complete(service):
    """Returns once every order is complete."""
    client, deadline = Client(service.port), time.monotonic() + 120
    while json.loads(client.send("GET", "/orders?status=started&status=running&limit=1")[2])["orders"]:
        if time.monotonic() > deadline:
            raise Void("orders are unfinished after two minutes")
        time.sleep(0.01)


def submit_to_complete(service, clients, seconds):
    """Orders that were posted, worked on and complete, per second of the whole time it took."""
    begin = time.monotonic()
    figures = wrk(service, "/orders", clients, seconds, "POST")
    await_complete(service)
    rate = figures["requests"] / (time.monotonic() - begin)
    for status in ("failed", "cancelled"):
        if json.loads(service.request("GET", f"/orders?status={status}&limit=1")[2])["orders"]:
            raise Void(f"an order is {status}")
    return {"rate": rate, "client": figures["client"]}


def summary(times):
    times = sorted(times)
    return {"p50": statistics.median(times), "p99": times[int(len(times) * 0.99)]}


def single_requests(count, send):
    """The time of each of `count` requests, one after the other on one kept connection, in milliseconds."""
    times = []
    for _ in range(count):
        begin = time.perf_counter()
        status = send()
        times.append((time.perf_counter() - begin) * 1000)
        if status // 100 != 2:
            raise Void(f"an answer {status}")
    return times
