"""strace(1) on threads of running processes: what they call, and faults in the middle of it."""

import collections
import contextlib
import pathlib
import re
import subprocess
import time

from uploads import Broken

# What changes a file or makes it durable.
CALLS = ["openat", "write", "pwrite64", "fsync", "fdatasync", "fchmod", "unlink", "copy_file_range", "sendfile", "ftruncate"]

# The call that a thread makes for the time `number` since it is watched: one of those that receive uploads, or any.
Step = collections.namedtuple("Step", "call number receives")


def receiving(processes):
    """The threads that receive uploads."""
    tasks = [task for process in processes for task in pathlib.Path(f"/proc/{process}/task").iterdir()]
    return [int(task.name) for task in tasks if (task / "comm").read_text().startswith("upload-")]


class Strace:
    """Watches these processes or threads from when it was entered until it was left."""

    def __init__(self, folder, tasks, *options):
        self.output, self.said, self.tasks = folder / "strace", folder / "strace.said", tasks
        self.command = ["strace", "-y", "-s", "0", "-o", self.output, *options]
        self.command += [word for task in tasks for word in ("-p", str(task))]

    def __enter__(self):
        with open(self.said, "w") as said:
            self.child = subprocess.Popen(list(map(str, self.command)), stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        deadline = time.monotonic() + 10
        while not all(f"Process {task} attached" in self.said.read_text() for task in self.tasks):
            if self.child.poll() is not None or time.monotonic() > deadline:
                self.child.kill()
                self.child.wait()
                raise Broken(f"strace did not start: {self.said.read_text()[-500:]}")
            time.sleep(0.005)
        return self

    def __exit__(self, *_):
        self.child.terminate()
        try:
            self.child.wait(3)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()

    @property
    def lines(self):
        return self.output.read_text(errors="replace").splitlines()

    @property
    def has_struck(self):
        return any("(INJECTED)" in line or "killed by SIGKILL" in line for line in self.lines)


# With all their threads, but without what they start.
WHOLE = ["-f", "-b", "execve"]


def injecting(folder, processes, step, fault):
    """`fault` at a step, in whichever of the processes comes to it."""
    tasks, whole = (receiving(processes), []) if step.receives else (processes, WHOLE)
    return Strace(folder, tasks, *whole, "-e", f"trace={step.call}", "-e", f"inject={step.call}:{fault}:when={step.number}")


@contextlib.contextmanager
def learning(folder, processes, path):
    """Collects the steps that change what lies below `path`, in the order of time."""
    steps, counts = [], collections.Counter()
    receivers = receiving(processes)
    with Strace(folder, processes, *WHOLE, "-e", f"trace={','.join(CALLS)}") as strace:
        yield steps
    for line in strace.lines:
        begin = re.match(r"(\d+) +(\w+)\(", line)
        if not begin:
            continue
        counts[begin[1], begin[2]] += 1
        step = Step(begin[2], counts[begin[1], begin[2]], int(begin[1]) in receivers)
        is_reading = step.call == "openat" and "O_CREAT" not in line
        if str(path) in line and not is_reading and step not in steps:
            steps.append(step)
