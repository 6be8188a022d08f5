"""Judges a run by its evidence alone."""

from chaos.checker import answers, files, identity, outcome, service, states, work  # noqa: F401 - each brings its invariants
from chaos.checker.invariant import INVARIANTS, Violation

__all__ = ["INVARIANTS", "Violation", "check"]


def check(evidence):
    """Every violation of every invariant."""
    return [violation for invariant in INVARIANTS for violation in invariant(evidence)]
