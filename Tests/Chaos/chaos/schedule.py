"""What happens when: all of it follows from the seed."""

import dataclasses
import random

ROUND = 30


@dataclasses.dataclass(frozen=True)
class Step:
    """One thing the nemesis does, `at` seconds after the load began and for `seconds`; `value` is the deed's own."""

    at: float
    kind: str
    seconds: float = 0
    value: float = 0


# A round has each of these, and at least ROUND seconds. The two lines go on at the same time, each one step after the
# other: a responder may be stopped while the disk is full, but no two responders are stopped at once.

PROCESSES = {
    "kill": (11, (0, 0)),
    "kill-all": (1, (0, 0)),
    "terminate": (2, (0, 0)),
    "stop": (2, (1.5, 3)),
    "hold-turn": (1, (5.2, 7)),
    "hold-turn-and-kill": (1, (1, 3)),
    "misplace-files": (2, (0.3, 0.8)),
    "destroy-files": (1, (0.3, 0.8)),
}
SURROUNDINGS = {
    "fill-disk": (1, (0.5, 2)),
    "fill-disk-and-press": (1, (1, 2)),
    "jump-clock": (3, (0, 0)),
    "reload-nginx": (2, (0, 0)),
}
LINES = {"processes": PROCESSES, "surroundings": SURROUNDINGS}
KINDS = [*PROCESSES, *SURROUNDINGS]

# Catching a responder in its turn takes a moment, and so does waiting until all of them run.
ALLOWANCE = {"hold-turn": 1.5, "hold-turn-and-kill": 1.5, "misplace-files": 0.5, "destroy-files": 1.5}
DAY = 86_400


def schedule(seed, seconds):
    """The steps of each line."""
    rounds = int(seconds // ROUND)
    if rounds < 1:
        raise ValueError(f"a run in which everything happens takes at least {ROUND} seconds")
    length = seconds / rounds
    return {
        name: [step for number in range(rounds) for step in _round(kinds, f"{seed} {name} {number}", number, length)]
        for name, kinds in LINES.items()
    }


def _round(kinds, seed, number, length):
    chance = random.Random(seed)
    deeds = [kind for kind, (count, _) in kinds.items() for _ in range(count)]
    chance.shuffle(deeds)
    times = [chance.uniform(*kinds[kind][1]) for kind in deeds]
    taken = sum(times) + sum(ALLOWANCE.get(kind, 0) for kind in deeds)
    # Pauses of all lengths, so that deeds meet the service in every mood; the last one lets it breathe.
    pauses = [chance.expovariate(1) + 0.1 for _ in range(len(deeds) + 1)]
    scale = (length - taken) / sum(pauses)
    at, steps = number * length, []
    for kind, seconds, pause in zip(deeds, times, pauses):
        at += pause * scale
        value = round(chance.uniform(-2 * DAY, 2 * DAY)) if kind == "jump-clock" else chance.random()
        steps.append(Step(at, kind, seconds, value))
        at += seconds + ALLOWANCE.get(kind, 0)
    return steps
