"""What touches the machine: locks, signals, and what is loaded into a responder."""

import fcntl
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
import uuid

import runs  # noqa: F401 - finds the package

from chaos import preload, processes
from chaos.clock import WallClock
from chaos.journal import Journal
from chaos.naps import NapKind

import leftovers
from heartbeats import Heartbeats, attempts, overlaps


class Processes(unittest.TestCase):
    def test_the_holder_of_a_lock_is_found_and_a_waiter_is_not(self):
        with tempfile.NamedTemporaryFile() as file:
            self.assertIsNone(processes.holder(file.name))
            fcntl.flock(file, fcntl.LOCK_EX)
            waiter = subprocess.Popen(["flock", file.name, "true"])
            try:
                time.sleep(0.1)
                self.assertEqual(processes.holder(file.name), os.getpid())
                fcntl.flock(file, fcntl.LOCK_UN)
            finally:
                waiter.wait()
            self.assertIsNone(processes.holder(file.name))

    def test_a_process_is_stopped_when_stop_returns(self):
        child = subprocess.Popen(["sleep", "60"])
        try:
            self.assertFalse(processes.is_stopped(child.pid))
            self.assertTrue(processes.stop(child.pid))
            self.assertTrue(processes.is_stopped(child.pid))
            processes.send(child.pid, signal.SIGCONT)
            self.assertIn(child.pid, processes.children(os.getpid()))
        finally:
            child.kill()
            child.wait()
        self.assertFalse(processes.send(child.pid, signal.SIGCONT))
        self.assertFalse(processes.stop(child.pid))
        self.assertIsNone(processes.program(child.pid))


class Programs(unittest.TestCase):
    """Attempts as sandboxes run them, but without one: nothing keeps two of a job from living at the same time."""

    def setUp(self):
        self.mark = uuid.uuid4().hex
        self.heartbeats = Heartbeats()
        self.heart = self.heartbeats.folder / "heart"
        self.heart.write_text(self.heartbeats.heart)
        self.heartbeats.start()
        self.children = []
        self.addCleanup(self.heartbeats.close)
        self.addCleanup(self.end_all)

    def start(self, epoch):
        """An attempt, which is heard when this returns."""
        settings = {"NAP_MARK": self.mark, "JOB_ID": "1", "JOB_EPOCH": str(epoch), "JOB_ATTEMPT": str(epoch)}
        command = ["bash", "-c", f". {self.heart}; exec sleep 60"]
        self.children.append(subprocess.Popen(command, env={**os.environ, **settings}))
        self.await_beats(lambda beats: any(beat.epoch == epoch and beat.word == "beat" for beat in beats))

    def await_beats(self, condition):
        deadline = time.monotonic() + 10
        while not condition(self.heartbeats.beats):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)

    def left(self):
        return leftovers.processes(self.mark, self.heartbeats.folder)

    def end_all(self):
        for process in self.left():
            processes.send(process, signal.SIGKILL)
        for child in self.children:
            child.wait()

    def test_attempts_that_overlap_are_found(self):
        self.start(1)
        self.start(2)
        self.await_beats(overlaps)
        [(late, first)] = overlaps(self.heartbeats.beats)
        self.assertEqual((late.epoch, first.epoch, first.word), (1, 2, "begin"))
        self.assertEqual(attempts(self.heartbeats.beats), 2)

    def test_attempts_one_after_the_other_do_not_overlap(self):
        self.start(1)
        # The program, and its daemon in another session.
        self.assertEqual(len(self.left()), 2)
        self.end_all()
        self.assertEqual(self.left(), [])
        self.start(2)
        self.assertEqual(overlaps(self.heartbeats.beats), [])

    def test_programs_have_the_mark_by_which_they_are_found(self):
        with tempfile.TemporaryDirectory() as name:
            kind = NapKind(pathlib.Path(name) / "kinds", pathlib.Path(name) / "work")
            self.addCleanup(kind.close)
            text = (kind.folder / "nap.yaml").read_text()
        self.assertIn(f'env: {{NAP_MARK: "{kind.mark}"}}\nread: ["{kind.heartbeats.path}"]\n', text)

    def test_a_child_whose_end_nobody_took_is_a_zombie(self):
        child = subprocess.Popen(["true"])
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        self.assertEqual(leftovers.zombies({os.getpid()}), [child.pid])
        child.wait()
        self.assertEqual(leftovers.zombies({os.getpid()}), [])

    def test_the_folder_of_an_attempt_is_found(self):
        with tempfile.TemporaryDirectory() as name:
            work = pathlib.Path(name)
            (work / "orders-work-1" / "etc").mkdir(parents=True)
            self.assertEqual(leftovers.folders(work), [])
            (work / "orders-work-1" / "3-5").mkdir()
            self.assertEqual(leftovers.folders(work), [work / "orders-work-1" / "3-5"])


class Preloaded(unittest.TestCase):
    # Prints the time of day and, after a jump somebody else makes, prints it again; sleeps and waits in between.
    PROGRAM = (
        "import time, threading\n"
        "print(time.time(), time.monotonic(), flush=True)\n"
        "input()\n"
        "begin = time.monotonic()\n"
        "threading.Event().wait(0.05); time.sleep(0.05)\n"
        "print(time.time(), time.monotonic(), time.monotonic() - begin, flush=True)\n"
    )

    def test_the_time_of_day_jumps_and_nothing_else_does(self):
        with tempfile.TemporaryDirectory() as folder:
            clock = WallClock(pathlib.Path(folder))
            wrapper = preload.wrapped(shutil.which("python3"), pathlib.Path(folder), clock.settings)
            child = subprocess.Popen(
                [wrapper, "-c", self.PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            of_day, monotonic = map(float, child.stdout.readline().split())
            clock.jump_to(-86_400)
            later, later_monotonic, waited = map(float, child.communicate("go\n", timeout=10)[0].split())
        self.assertAlmostEqual(of_day, time.time(), delta=5)
        self.assertAlmostEqual(later, time.time() - 86_400, delta=5)
        self.assertAlmostEqual(later_monotonic, monotonic, delta=5)
        self.assertLess(waited, 5)
        self.assertGreater(waited, 0.09)

    def test_a_crash_is_told_and_still_is_one(self):
        with tempfile.TemporaryDirectory() as folder:
            settings = WallClock(pathlib.Path(folder)).settings
            wrapper = preload.wrapped(shutil.which("python3"), pathlib.Path(folder), settings)
            for program, number in (("ctypes.string_at(0)", signal.SIGSEGV), ("os.abort()", signal.SIGABRT)):
                command = [wrapper, "-c", "import ctypes, os; " + program]
                child = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
                said = child.communicate(timeout=10)[1]
                self.assertEqual(child.returncode, -number)
                self.assertEqual(Journal.parse([said]).crashes, [f"*** signal {int(number)} in process {child.pid}"])


if __name__ == "__main__":
    unittest.main()
