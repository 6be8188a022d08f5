"""The kind of work that a program does, beside orders."""

import dataclasses
import json
import uuid

import leftovers
from heartbeats import Heartbeats

KIND = """\
name: nap
path: naps
program: [./nap]
input:
  type: object
  required: [name, ticks, stubborn, fails]
  properties:
    name: {type: string}
    ticks: {type: integer}
    stubborn: {type: boolean}
    fails: {type: boolean}
limits: {grace: 500ms}
env: {NAP_MARK: "@mark@"}
read: ["@pipe@"]
"""

# A tick takes 50 ms.
NAP = """\
#!/bin/bash
. "${0%/*}/heart"
[[ $(<input.json) =~ '{"name":"'(.*)'","ticks":'(.*)',"stubborn":'(.*)',"fails":'(.*)'}' ]] || exit 2
name=${BASH_REMATCH[1]} ticks=${BASH_REMATCH[2]} stubborn=${BASH_REMATCH[3]} fails=${BASH_REMATCH[4]}
[[ $stubborn == false ]] || trap '' TERM
echo "$name in epoch $JOB_EPOCH" >&2
mkfifo /tmp/still && exec 9<>/tmp/still
for ((tick = 1; tick <= ticks; tick++)); do
  read -r -t 0.05 -u 9
  echo "{\\"step\\":\\"ticks\\",\\"completed\\":$tick,\\"total\\":$ticks}" >&3
done
tell end
[[ $fails == false ]] || { echo '{"error":{"code":"bad-nap"}}' >&3; exit 1; }
echo "{\\"name\\":\\"$name\\",\\"ticks\\":$((tick - 1))}"
"""


@dataclasses.dataclass(frozen=True)
class Nap:
    """One nap that a client wants, once."""

    name: str
    ticks: int
    stubborn: bool = False
    """Whether its program ignores SIGTERM."""
    fails: bool = False
    key: str | None = None

    collection = "naps"

    @classmethod
    def random(cls, name, random, key=None):
        """Short mostly, some of them two seconds long."""
        ticks = random.randint(1, 12) if random.random() < 0.9 else random.randint(13, 40)
        return cls(name, ticks, random.random() < 0.2, random.random() < 0.1, key)

    @property
    def entry(self):
        """What a list has to say of it."""
        return {"name": self.name, "ticks": self.ticks, "stubborn": self.stubborn, "fails": self.fails}

    @property
    def body(self):
        return json.dumps(self.entry, separators=(",", ":")).encode()

    def result(self, _):
        """The one that it can have."""
        return b'{"name":"%s","ticks":%d}' % (self.name.encode(), self.ticks)

    @property
    def failure(self):
        """The code of the failure of its own that it always has; None where it can be complete."""
        return "bad-nap" if self.fails else None

    def log(self, epoch):
        """Of the attempt with that epoch."""
        return f"{self.name} in epoch {epoch}\n".encode()


class NapKind:
    """The kind's files in `folder`; its programs work in `work`, and their heartbeats are taken."""

    def __init__(self, folder, work):
        self.folder, self.work, self.mark = folder, work, uuid.uuid4().hex
        self.heartbeats = Heartbeats()
        for each in (folder, work):
            each.mkdir(mode=0o755)
        (folder / "nap.yaml").write_text(KIND.replace("@mark@", self.mark).replace("@pipe@", str(self.heartbeats.path)))
        (folder / "heart").write_text(self.heartbeats.heart)
        (folder / "nap").write_text(NAP)
        (folder / "nap").chmod(0o755)
        self.heartbeats.start()

    @property
    def beats(self):
        return self.heartbeats.beats

    def left(self, responders):
        """What is left of programs while the service runs, in words. What has ended a moment ago has 20 s to go."""
        return leftovers.left(self.mark, self.work, responders)

    def left_for_good(self):
        """The same when it has ended: nobody would remove it any more."""
        left = [*leftovers.processes(self.mark, self.work), *self.work.iterdir()]
        return [f"after the end {each}" for each in left]

    def close(self):
        self.heartbeats.close()
