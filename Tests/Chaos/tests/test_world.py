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

import runs  # noqa: F401 - finds the package

from chaos import preload, processes
from chaos.clock import WallClock
from chaos.journal import Journal


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
