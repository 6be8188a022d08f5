"""What /proc tells of processes and their locks."""

import os
import pathlib
import re
import signal
import time

FLOCK = re.compile(r"^\d+: FLOCK +\S+ +WRITE +(\d+) +([0-9a-f]+):([0-9a-f]+):(\d+) ", re.MULTILINE)


def children(process):
    try:
        return [int(word) for word in pathlib.Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def name(process):
    try:
        return pathlib.Path(f"/proc/{process}/comm").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def program(process):
    """The file it runs; None for one that has ended."""
    try:
        return os.path.realpath(os.readlink(f"/proc/{process}/exe"))
    except OSError:
        return None


def is_stopped(process):
    """Whether every thread of it stands still: a signal takes a moment to reach those that run."""
    try:
        tasks = list(pathlib.Path(f"/proc/{process}/task").iterdir())
        return all((task / "stat").read_text().rpartition(")")[2].split()[0] == "T" for task in tasks)
    except OSError:
        return False


def send(process, number):
    """False where it has ended already."""
    try:
        os.kill(process, number)
        return True
    except ProcessLookupError:
        return False


def stop(process, patience=1.0):
    """Stops all threads of it; False where it ended meanwhile or would not, and goes on."""
    if not send(process, signal.SIGSTOP):
        return False
    end = time.monotonic() + patience
    while not is_stopped(process):
        if program(process) is None or time.monotonic() > end:
            send(process, signal.SIGCONT)
            return False
    return True


def holder(file):
    """The process that has the exclusive flock of `file`, as proc(5) describes /proc/locks; None for nobody."""
    about = os.stat(file)
    wanted = (os.major(about.st_dev), os.minor(about.st_dev), about.st_ino)
    for process, major, minor, inode in FLOCK.findall(pathlib.Path("/proc/locks").read_text()):
        if (int(major, 16), int(minor, 16), int(inode)) == wanted:
            return int(process)
    return None
