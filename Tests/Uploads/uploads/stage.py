"""What a check has at hand: a service with two responders, and what became of what was sent to it."""

import dataclasses
import hashlib
import pathlib
import sqlite3
import subprocess
import time

from service import BINARY, Service

from uploads import Broken, expect
from uploads.requesting import FORM, ask, form

FINAL = {"complete", "failed", "cancelled"}


@dataclasses.dataclass
class Stage:
    service: Service
    folder: pathlib.Path
    is_thorough: bool = False
    figures: list = dataclasses.field(default_factory=list)

    @property
    def port(self):
        return self.service.port

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def data(self):
        return self.service.prefix.parent.parent

    @property
    def store(self):
        return self.data / "orders.sqlite"

    @property
    def files(self):
        return pathlib.Path(f"{self.store}-files")

    def ask(self, method, target, body=None, fields=()):
        return ask(self.port, method, target, body, fields)

    def post_form(self, target, *parts, fields=(), **options):
        return self.ask("POST", target, form(*parts, **options), {"Content-Type": FORM, **dict(fields)})

    def await_end(self, path, job, seconds=30, fields=()):
        """Its status document, once that is final."""
        deadline = time.monotonic() + seconds
        while True:
            answer = self.ask("GET", f"/{path}/{job}/status", fields={"Prefer": "wait=5", **dict(fields)})
            if answer.status == 200 and answer.document["status"] in FINAL:
                return answer.document
            if time.monotonic() > deadline:
                raise Broken(f"/{path}/{job} has not ended in {seconds} s: {answer}")
            time.sleep(0.01)

    def judge_files(self, path, answer, sent, input=None):
        """A 202 whose files are there, byte for byte, for their owner and for the program. `sent` are lists of bytes by name."""
        expect(answer.status == 202, f"the answer to an upload is {answer}")
        job = answer.document["id"]
        wanted = {(name, number): data for name, list in sent.items() for number, data in enumerate(list)}
        told = self.ask("GET", f"/{path}/{job}").document["files"]
        found = {(name, number): each["sha256"] for name, list in told.items() for number, each in enumerate(list)}
        expect(
            found == {key: hashlib.sha256(data).hexdigest() for key, data in wanted.items()},
            f"the document of {path}/{job} has {told}")
        for (name, number), data in wanted.items():
            file = self.ask("GET", f"/{path}/{job}/files/{name}/{number}")
            expect(file.status == 200 and file.body == data, f"{name}/{number} of {path}/{job} is not what was sent: {file}")
        ended = self.await_end(path, job)
        expect(ended["status"] == "complete", f"{path}/{job} ended so: {ended}")
        result = self.ask("GET", f"/{path}/{job}/result").document
        expect(result["files"] == {
            f"in/{name}/{number}": {"size": len(data), "sha256": hashlib.sha256(data).hexdigest(), "writable": False}
            for (name, number), data in wanted.items()
        }, f"the program of {path}/{job} found {result['files']}")
        if input is not None:
            expect(result["input"] == input, f"the input of {path}/{job} is {result['input']}")
        return job

    def stored(self):
        """The names in the folder of files."""
        return {file.name for file in self.files.iterdir()} if self.files.exists() else set()

    def named(self):
        """The names that rows of the store have, whether their files are to be kept or to be removed."""
        database = sqlite3.connect(f"file:{self.store}?mode=ro", uri=True, timeout=10)
        try:
            return {row[0] for row in database.execute("SELECT stored FROM file UNION ALL SELECT stored FROM expired_file")}
        finally:
            database.close()

    def await_swept(self, seconds=20, after="at the end"):
        """Nothing is in the folder of files but what a row names, and all of that is there."""
        deadline = time.monotonic() + seconds
        while (stored := self.stored()) != (named := self.named()):
            if time.monotonic() > deadline:
                raise Broken(f"{after}: files without a row: {sorted(stored - named)}, rows without a file: {sorted(named - stored)}")
            time.sleep(0.05)

    def check_store(self):
        done = subprocess.run(
            [BINARY, "check", "--store", f"sqlite:{self.store}"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        expect(done.returncode == 0, f"orders check: {done.stdout[-1000:]}")
