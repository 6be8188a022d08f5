"""Kills, stops, starves and misleads a running order service, and judges from outside whether it kept its promises."""


class CannotRun(Exception):
    """Something that a run needs is missing; its text says what."""
