"""Attempts of programs by their own account: each writes its begin, its heartbeats and its end to one pipe for all.

It is a named pipe, because a program may write to one that its sandbox shows read-only. A write to it is whole, and comes
before or after each other one: a heartbeat that comes after the begin of a later attempt shows that two attempts overlapped,
whatever the clocks say.
"""

import dataclasses
import os
import pathlib
import select
import shutil
import tempfile
import threading

# A program sources it, with bash. The daemon is in a session of its own and ignores SIGTERM: it ends with its sandbox.
HEART = """\
tell() { local up; read -r up _ </proc/uptime; echo "$JOB_ID $JOB_EPOCH $JOB_ATTEMPT $up $1" >"@pipe@"; }
if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
  trap '' TERM
  mkfifo "/tmp/still-$$" && exec 9<>"/tmp/still-$$" && rm "/tmp/still-$$"
  while :; do
    tell beat
    read -r -t 0.01 -u 9
  done
fi
tell begin
(setsid bash "${BASH_SOURCE[0]}" &)
"""


@dataclasses.dataclass(frozen=True)
class Beat:
    """One line of an attempt. The time is seconds of the machine's uptime, to the hundredth."""

    job: int
    epoch: int
    attempt: int
    time: float
    word: str
    """`begin`, `beat`, or `end`: the program is about to end with a result, or with a failure of its own."""

    @classmethod
    def parse(cls, line):
        job, epoch, attempt, time, word = line.split()
        return cls(int(job), int(epoch), int(attempt), float(time), word)


class Heartbeats(threading.Thread):
    """The pipe, in a folder of its own outside /tmp: a sandbox has a /tmp of its own. Reads it until it is closed."""

    def __init__(self):
        super().__init__(daemon=True)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="orders-heartbeats-", dir="/var/tmp"))
        self.folder.chmod(0o755)
        self.path = self.folder / "pipe"
        os.mkfifo(self.path)
        # Programs run as another user.
        self.path.chmod(0o666)
        # To write, too: it has no end while we live.
        self.pipe = os.open(self.path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        self.beats, self.is_over = [], threading.Event()

    @property
    def heart(self):
        """What a program sources."""
        return HEART.replace("@pipe@", str(self.path))

    def run(self):
        rest = b""
        while not self.is_over.is_set():
            if not select.select([self.pipe], [], [], 0.1)[0]:
                continue
            *lines, rest = (rest + os.read(self.pipe, 1 << 16)).split(b"\n")
            self.beats += [Beat.parse(line.decode()) for line in lines]

    def close(self):
        """Once, and no program writes any more."""
        self.is_over.set()
        if self.ident:
            self.join()
        os.close(self.pipe)
        shutil.rmtree(self.folder)


def overlaps(beats):
    """For each attempt that was alive when a later one of its job had begun: its last heartbeat, and the first one of the
    newest attempt that had begun before it. `beats` are in the order of the pipe."""
    newest, found = {}, {}
    for beat in beats:
        first = newest.get(beat.job)
        if first is None or beat.epoch > first.epoch:
            newest[beat.job] = beat
        elif beat.epoch < first.epoch:
            found[beat.job, beat.epoch] = (beat, first)
    return list(found.values())


def attempts(beats):
    """How many began."""
    return len({(beat.job, beat.epoch) for beat in beats})
