"""Loads the service at a steady rate while its responders and its nginx are restarted, and judges every answer."""

import pathlib
import sys

sys.path.insert(1, str(pathlib.Path(__file__).resolve().parents[2] / "Benchmarks"))


class Broken(Exception):
    """The service did not do what it promises, and what."""
