"""Judges a run by its evidence alone."""

from chaos.checker import (  # noqa: F401 - each brings its invariants
    answers, files, identity, outcome, programs, service, states, work,
)
from chaos.checker.invariant import INVARIANTS, Violation

__all__ = ["INVARIANTS", "Violation", "check"]


def check(evidence):
    """Every violation of every invariant."""
    return [violation for invariant in INVARIANTS for violation in invariant(evidence)]
