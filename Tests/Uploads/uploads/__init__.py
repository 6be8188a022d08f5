"""Files in, through nginx, to real responders and their programs."""

import pathlib
import sys

TESTS = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path += [str(TESTS / "Benchmarks"), str(TESTS / "Page")]


class Broken(Exception):
    """The service does not do what it promises."""


def expect(condition, complaint):
    if not condition:
        raise Broken(complaint)
