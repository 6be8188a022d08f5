"""Scrapes the service under load while it is killed, and asks a real Prometheus what the dashboard asks."""

import pathlib
import sys

sys.path.insert(1, str(pathlib.Path(__file__).resolve().parents[2] / "Benchmarks"))


class Broken(Exception):
    """The service did not do what it promises, and what."""
