"""What the checker is made of."""

import dataclasses

INVARIANTS = []


@dataclasses.dataclass(frozen=True)
class Violation:
    """One thing that must not have happened, and the numbers of the exchanges that show it."""

    invariant: str
    text: str
    order: int | None = None
    exchanges: tuple = ()

    def __str__(self):
        where = f" order {self.order}:" if self.order is not None else ""
        events = f" (requests {', '.join(map(str, self.exchanges))})" if self.exchanges else ""
        return f"{self.invariant}:{where} {self.text}{events}"


def invariant(function):
    """Makes a function of the evidence, which yields what to object to, an invariant of that name.

    It yields texts, or tuples of a text, an order and the exchanges that show it.
    """

    def violations(evidence):
        for objection in function(evidence):
            text, order, *exchanges = objection if isinstance(objection, tuple) else (objection, None)
            yield Violation(violations.title, text, order, tuple(exchange.number for exchange in exchanges))

    violations.title = function.__name__.replace("_", "-")
    violations.sentence = function.__doc__
    INVARIANTS.append(violations)
    return violations
