"""What responders at `--log-level debug` tell of their work, as it comes."""

import re
import time

LINE = re.compile(r" debug orders: (.*) \[Jobs\] work (begins|ends)$")


class Journal:
    """Reads a log that grows. Times are those of the monotonic clock in seconds, as `time.monotonic()` gives them."""

    def __init__(self, path):
        self.file = open(path, encoding="utf-8", errors="replace")
        self.rest = ""
        self.entries = []

    def read(self):
        text = self.rest + self.file.read()
        *lines, self.rest = text.split("\n")
        for line in lines:
            if found := LINE.search(line):
                entry = dict(word.split("=", 1) for word in found[1].split(" "))
                self.entries.append(
                    {
                        "what": found[2], "job": int(entry["job"]), "pid": int(entry["pid"]),
                        "time": int(entry["uptime"]) / 1e6, "end": entry.get("end"),
                    }
                )

    def await_entry(self, wanted, seconds=30):
        """The first entry that `wanted` says yes to, of those that were not looked at yet."""
        deadline = time.monotonic() + seconds
        while True:
            self.read()
            while self.entries:
                entry = self.entries.pop(0)
                if wanted(entry):
                    return entry
            if time.monotonic() > deadline:
                raise TimeoutError("the journal does not tell of it")
            time.sleep(0.0005)
