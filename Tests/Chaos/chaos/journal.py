"""The responders' log: who worked on what, by their own account."""

import dataclasses
import re

LINE = re.compile(
    r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4} [a-z]+ orders: "
    r"(?P<metadata>.*?) ?\[\w+\] (?P<message>.*)$"
)
# Other values may contain anything; those asked for here are numbers and words.
PAIR = r"(?:^| ){}=(\w+)(?= |$)"


@dataclasses.dataclass(frozen=True)
class Work:
    """`work begins`, or `work ends` where `end` says how. The time is of the monotonic clock, in seconds."""

    time: float
    job: int
    epoch: int
    attempt: int
    process: int
    end: str | None = None


@dataclasses.dataclass
class Journal:
    """In the order of the lines, which across processes is nearly that of the times."""

    begins: list = dataclasses.field(default_factory=list)
    ends: list = dataclasses.field(default_factory=list)
    serving: set = dataclasses.field(default_factory=set)
    """The processes that said they serve."""
    served: set = dataclasses.field(default_factory=set)
    """Those that said they ended in order."""
    crashes: list = dataclasses.field(default_factory=list)
    """Lines of a program that fell over by itself."""

    CRASH = re.compile(r"Fatal error|\*\*\* |Crash:|exited on signal|Illegal instruction|Segmentation fault|Aborted")

    @classmethod
    def parse(cls, lines):
        journal = cls()
        for line in lines:
            journal._read(line.rstrip("\n"))
        return journal

    def _read(self, line):
        match = LINE.match(line)
        if not match:
            if self.CRASH.search(line):
                self.crashes.append(line)
            return
        message, metadata = match["message"], match["metadata"]
        if message in ("work begins", "work ends"):
            self._read_work(message, metadata)
        elif message in ("serving", "served"):
            getattr(self, message).add(int(value(metadata, "pid")))

    def _read_work(self, message, metadata):
        end = value(metadata, "end") if message == "work ends" else None
        time = int(value(metadata, "uptime")) / 1e6
        job, epoch, attempt, process = (int(value(metadata, key)) for key in ("job", "epoch", "attempt", "pid"))
        (self.ends if end else self.begins).append(Work(time, job, epoch, attempt, process, end))


def value(metadata, key):
    """Raises ValueError where it is missing: a journal that can't be read must not look like an empty one."""
    match = re.search(PAIR.format(key), metadata)
    if not match:
        raise ValueError(f"no {key} in the line of the journal: {metadata}")
    return match[1]
