"""Kills, stops, starves and misleads a running order service, and judges from outside whether it kept its promises."""

import pathlib
import sys

# Heartbeats and leftovers of programs: both runs look for them in the same way.
sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "Programs"))


class CannotRun(Exception):
    """Something that a run needs is missing; its text says what."""
