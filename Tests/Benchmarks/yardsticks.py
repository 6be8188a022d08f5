"""The programs in C that the service is measured against, and the nginx before each of them and before the service."""

import contextlib
import pathlib
import re
import shutil
import subprocess
import tempfile

from service import HERE, Service, await_true, ending, free_port, start

WARNINGS = ["-Wall", "-Wextra", "-Werror"]
THREADS = 64  # of either program; nginx keeps as many connections to it, for each has a thread of its own
LIBRARIES = {"constant": ["-lfcgi", "-lpthread"], "sqlite": ["-lfcgi", "-lsqlite3", "-lpthread"]}


def compiled(name, folder):
    program = folder / name
    subprocess.run(["gcc", "-O2", *WARNINGS, "-o", program, HERE / f"{name}.c", *LIBRARIES[name]], check=True)
    return program


@contextlib.contextmanager
def in_c(folder, title, like, program, *arguments):
    """A program in C, started in a folder of its own, behind nginx with the settings of `like`."""
    own = pathlib.Path(tempfile.mkdtemp(prefix=f"{title}-", dir=folder))
    own.chmod(0o755)  # for nginx's workers
    spawn = ["spawn-fcgi", "-n", "-s", "orders.sock", "-M", "0666", "-b", 4096, "--", program, *arguments]
    with ending(start(spawn, cwd=own)) as responder:
        await_true(lambda: (own / "orders.sock").exists(), title)
        with behind_one_worker(folder, title, like, [responder.pid], own / "orders.sock", THREADS) as service:
            yield service


@contextlib.contextmanager
def behind_one_worker(folder, title, like, responders, socket, keepalive):
    """Responders on a socket, behind an nginx of their own with the settings of `like` and one worker.

    deploy/up takes two workers where there are not enough descriptors for ten thousand waits.
    """
    prefix, port = pathlib.Path(tempfile.mkdtemp(prefix=f"nginx-{title}-", dir=folder)), free_port()
    prefix.chmod(0o755)
    (prefix / "logs").mkdir()
    (prefix / "orders.sock").symlink_to(socket)
    shutil.copytree(like.prefix / "orders", prefix / "orders")
    changes = {
        r"worker_processes \d+;": "worker_processes 1;",
        rf"listen 127\.0\.0\.1:{like.port} backlog=4096[^;]*;": f"listen 127.0.0.1:{port} backlog=4096;",
        r"server unix:\S+ max_fails=0;": "server unix:orders.sock max_fails=0;",
    }
    rewrite(like.prefix / "nginx.conf", prefix / "nginx.conf", changes)
    upstream = prefix / "orders/upstream.conf"
    rewrite(upstream, upstream, {r"keepalive \d+;": f"keepalive {keepalive};"})
    with ending(start(["nginx", "-p", f"{prefix}/", "-e", "logs/error.log", "-c", "nginx.conf"], cwd=prefix)):
        service = Service(title, port, responders, prefix)
        await_true(lambda: is_answering(service), f"nginx before {title}")
        yield service


def rewrite(source, target, changes):
    text = source.read_text()
    for old, new in changes.items():
        text, count = re.subn(old, new, text)
        if count != 1:
            raise ValueError(f"{source} does not say «{old}» once")
    target.write_text(text)


def is_answering(service):
    try:
        return service.request("GET", "/orders?limit=1")[0] == 200
    except OSError:
        return False


def answer_of(service, target):
    """What the service answers, as FastCGI would carry it, for the program with the constant answer."""
    status, fields, body = service.request("GET", target)
    if status != 200:
        raise ValueError(f"{target} answers {status}")
    ours = [f"{field}: {value}" for field, value in fields if field not in ("Server", "Date", "Connection")]
    return "\r\n".join(ours).encode() + b"\r\n\r\n" + body
