"""Responders that are killed, and disks that are full, at each step of an upload and of the end of its job."""

import collections
import pathlib
import time

from service import BINARY, children, name

from uploads import expect
from uploads.requesting import part, png
from uploads.stage import FINAL
from uploads.strace import injecting, learning

SIZE = 100_000
STREAM = {"Content-Type": "application/octet-stream"}


def is_ending(process):
    """One that was killed is there for some milliseconds yet (PF_EXITING, proc(5))."""
    try:
        fields = pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return True
    return fields[0] in "ZX" or int(fields[6]) & 4 != 0


def responders(stage):
    """Both of them, once they serve."""
    deadline = time.monotonic() + 20
    while True:
        found = [each for each in children(stage.service.watcher) if name(each) == BINARY.name[:15] and not is_ending(each)]
        said = stage.service.log.read_text()
        if len(found) == 2 and all(f"pid={each} " in said for each in found):
            return found
        expect(time.monotonic() < deadline, "a responder is not started again")
        time.sleep(0.01)


class Uploads:
    """Uploads of one kind of work with a file as its result, and what was promised of them."""

    def __init__(self, stage, name):
        self.stage, self.name, self.count, self.promised = stage, name, 0, {}
        self.former = self.listed()

    def send(self, data, key):
        """Anew while no process answers: under its key that makes one job."""
        return self.stage.ask("POST", "/copies/", data, {**STREAM, "Idempotency-Key": f'"{key}"'})

    def next(self):
        """Bytes, and a key for them."""
        self.count += 1
        return self.count.to_bytes(4, "big") * (SIZE // 4), f"{self.name}-{self.count}"

    def end(self, answer, data):
        job = answer.document["id"]
        self.promised[job] = data
        return self.stage.await_end("copies", job)

    def await_end_or(self, condition, answer):
        target, deadline = f"/copies/{answer.document['id']}/status", time.monotonic() + 20
        while not condition() and self.patiently(target).document["status"] not in FINAL:
            expect(time.monotonic() < deadline, f"{target} has not ended")
            time.sleep(0.01)

    def warm_up(self):
        for _ in range(3):
            data, key = self.next()
            self.end(self.send(data, key), data)

    def steps(self, every):
        """Those of one upload and its job. Of the writes to the database only the end of each commit, unless `every`."""
        with learning(self.stage.folder, responders(self.stage), self.stage.store) as steps:
            data, key = self.next()
            self.end(self.send(data, key), data)
        # Files are removed by a sweep that may go on meanwhile.
        return [step for step in steps if step.call != "unlink" and (every or step.call != "pwrite64")]

    def judge(self):
        """What was answered 202 is there, byte for byte, and nothing else."""
        stage, found = self.stage, {}
        for job, data in self.promised.items():
            file = self.patiently(f"/copies/{job}/files/data/0")
            expect(file.status == 200 and file.body == data, f"the file of job {job} is not what was sent: {file}")
            found[job] = stage.await_end("copies", job)
            if found[job]["status"] == "complete":
                result = self.patiently(f"/copies/{job}/result")
                expect(result.status == 200 and result.body == data, f"the result of job {job} is {result}")
        expect(self.listed() - self.former == set(self.promised), "there are jobs that nobody was told of")
        stage.await_swept()
        stage.check_store()
        return found

    def listed(self):
        return {each["id"] for each in self.patiently("/copies?limit=1000").document["copies"]}

    def patiently(self, target):
        deadline = time.monotonic() + 10
        while (answer := self.stage.ask("GET", target)).status >= 500:
            expect(time.monotonic() < deadline, f"{target} is {answer}")
            time.sleep(0.02)
        return answer

    def until_accepted(self, data, key):
        deadline = time.monotonic() + 20
        while (answer := self.send(data, key)).status != 202:
            expect(answer.status >= 500, f"an upload is {answer}")
            expect(time.monotonic() < deadline, f"an upload is {answer} for 20 s")
            time.sleep(0.02)
        return answer


def kills(stage):
    """A responder is killed at each step: what was answered 202 is there and complete, and nothing else is left."""
    uploads = Uploads(stage, "kills")
    uploads.warm_up()
    struck = collections.Counter()
    for step in uploads.steps(stage.is_thorough):
        data, key = uploads.next()
        with injecting(stage.folder, responders(stage), step, "signal=KILL") as strace:
            answer = uploads.send(data, key)
            if answer.status == 202:
                uploads.end(answer, data)
        struck[step.call] += strace.has_struck
        expect(answer.status in (202, 502, 503), f"at {step}: {answer}")
        ended = uploads.end(uploads.until_accepted(data, key), data)
        expect(ended["status"] == "complete", f"at {step} the job ended so: {ended}")
    judge_strokes(struck)
    uploads.judge()


def kills_of_refusals(stage):
    """A responder is killed while it removes the files of an upload that it refuses: nothing is left."""
    bad = [part("photos", png(), "a.png"), part("photos", png(), "b.png"), part("notes", png(), "c.txt", "text/plain")]
    with learning(stage.folder, responders(stage), stage.store) as steps:
        expect(stage.post_form("/seen/", *bad).status == 415, "it is not refused")
    unlinks = [step for step in steps if step.call == "unlink"]
    expect(len(unlinks) >= 3, f"the steps of a refusal are {steps}")
    for step in unlinks:
        with injecting(stage.folder, responders(stage), step, "signal=KILL") as strace:
            answer = stage.post_form("/seen/", *bad)
        expect(strace.has_struck and answer.status == 502, f"at {step}: {answer}")
        responders(stage)
        stage.await_swept()
    expect(stage.post_form("/seen/", *bad).status == 415, "it is not refused")


def full_disks(stage):
    """A call fails with ENOSPC at each step: a 503 that leaves nothing, or a job that ends; the next upload is taken."""
    uploads = Uploads(stage, "disks")
    uploads.warm_up()
    struck, answers = collections.Counter(), collections.Counter()
    for step in uploads.steps(stage.is_thorough):
        data, key = uploads.next()
        with injecting(stage.folder, responders(stage), step, "error=ENOSPC") as strace:
            answer = uploads.send(data, key)
            expect(answer.status in (202, 503), f"at {step}: {answer}")
            if answer.status == 202:
                # Afterwards there is room again: until then the job is tried again and again.
                uploads.await_end_or(lambda: strace.has_struck, answer)
        if answer.status == 503:
            expect("retry-after" in answer.fields, f"at {step}: a 503 without Retry-After: {answer.fields}")
            answers["503"] += 1
            stage.await_swept(after=f"refused at {step}")
            answer = uploads.until_accepted(data, key)
        ended = uploads.end(answer, data)
        struck[step.call] += strace.has_struck
        code = ended.get("error", {}).get("code")
        expect(ended["status"] == "complete" or ended["status"] == "failed" and code, f"at {step} the job ended so: {ended}")
        answers[code or "complete"] += 1
        stage.await_swept(after=f"after {step}")
        data, key = uploads.next()
        ended = uploads.end(uploads.send(data, key), data)
        expect(ended["status"] == "complete", f"after {step} the next job ended so: {ended}")
    stage.figures.append(", ".join(f"{count} {what}" for what, count in answers.items()))
    judge_strokes(struck)
    expect(answers["503"] >= 6, f"the answers were {answers}")
    uploads.judge()


def judge_strokes(struck):
    """Steps vary a little from one upload to the next, so that not each is met; each call is."""
    missed = [call for call, count in struck.items() if not count]
    expect(not missed, f"no fault came to {missed}: {struck}")


CHECKS = [kills, kills_of_refusals, full_disks]
