"""The page in a real browser, through nginx, against real responders."""

import pathlib
import sys

TESTS = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path += [str(TESTS / "Benchmarks"), str(TESTS / "Events")]


class Broken(Exception):
    """The page does not do what it should."""


def expect(condition, complaint):
    if not condition:
        raise Broken(complaint)
