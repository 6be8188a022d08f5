"""A machine made of name spaces: systemd as its first process, a network of its own with nothing but loopback."""

import contextlib
import os
import pathlib
import re
import signal
import subprocess

from . import HERE, ROOT, Broken, await_true



def unified_groups():
    """Where the second version of control groups is mounted."""
    for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines():
        fields = line.split()
        if fields[fields.index("-") + 1] == "cgroup2":
            return pathlib.Path(fields[4])
    raise Broken("this machine has no control groups of version 2, which systemd wants")


class Machine:
    def __init__(self, first):
        self.first = first

    def run(self, *words, limit=120):
        """Inside, as root."""
        inside = ["nsenter", f"--target={self.first}", "--all", "--root", "--wd", "--", *map(str, words)]
        return subprocess.run(
            inside, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=limit,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"},
        )

    def told(self, *words, limit=120):
        """What a command says that has to succeed."""
        done = self.run(*words, limit=limit)
        if done.returncode:
            raise Broken(f"{' '.join(map(str, words))}: status {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def shell(self, script, limit=120):
        return self.told("sh", "-e", "-c", script, limit=limit)

    def succeeds(self, *words):
        return self.run(*words).returncode == 0

    def responders(self):
        """Unit and process of each that is started."""
        lines = self.told("systemctl", "list-units", "--plain", "--no-legend", "orders@*.service").splitlines()
        return {unit: self.process(unit) for unit in sorted(line.split()[0] for line in lines)}

    def process(self, unit):
        return int(self.told("systemctl", "show", "--property=MainPID", "--value", unit))

    def journal(self, *options):
        return self.told("journalctl", "--no-pager", "--output=cat", *options)


@contextlib.contextmanager
def booted(root):
    group = unified_groups() / f"orders-package-{os.getpid()}"
    group.mkdir()
    start = 'echo $$ >"$1"; shift; exec unshare --mount --pid --fork --kill-child --net --uts --ipc --cgroup -- "$@"'
    command = ["sh", "-c", start, "sh", group / "cgroup.procs", HERE / "boot", root, ROOT]
    log = open(root.parent / "boot.log", "w")
    # Not to be stopped by the ^C of a terminal before what is in it.
    outer = subprocess.Popen(
        ["setpriv", "--pdeathsig", "KILL", *command],
        stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
    )
    try:
        yield Machine(await_first(outer, log.name))
    finally:
        outer.send_signal(signal.SIGKILL)
        outer.wait()
        remove_group(group)
        log.close()


def await_first(outer, log):
    """The machine's process 1, once systemd has started everything."""
    found = []

    def is_up():
        if outer.poll() is not None:
            raise Broken(f"the machine did not start:\n{pathlib.Path(log).read_text()}")
        children = pathlib.Path(f"/proc/{outer.pid}/task/{outer.pid}/children").read_text().split()
        if not children or pathlib.Path(f"/proc/{children[0]}/comm").read_text() != "systemd\n":
            return False
        found[:] = children
        return re.match("running|degraded", Machine(children[0]).run("systemctl", "is-system-running").stdout)

    await_true(is_up, "the machine is up", seconds=60)
    return found[0]


def remove_group(group):
    """When its last process is gone, which takes the kernel a moment."""

    def is_gone():
        inner = sorted((path for path in group.rglob("*") if path.is_dir()), key=lambda path: -len(path.parts))
        try:
            for folder in [*inner, group]:
                folder.rmdir()
        except OSError:
            return False
        return True

    await_true(is_gone, f"{group} is empty")
