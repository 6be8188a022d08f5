"""What tries the Debian package on a Debian of its own."""

import pathlib
import time

HERE = pathlib.Path(__file__).resolve().parent.parent
ROOT = HERE.parent.parent


class Broken(Exception):
    """Something is not as it was promised."""


def expect(condition, what):
    if not condition:
        raise Broken(what)


def await_true(condition, what, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise Broken(f"not within {seconds} s: {what}")
        time.sleep(0.1)
