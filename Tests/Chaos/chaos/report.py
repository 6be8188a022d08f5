"""What a run prints."""

from collections import Counter

from chaos import figures
from chaos.checker.work import MORTAL
from chaos.schedule import KINDS
from heartbeats import attempts

SHOWN = 40


def print_report(evidence, violations):
    print_requests(evidence)
    print_deeds(evidence)
    print_spans(evidence)
    print_violations(violations)


def print_requests(evidence):
    print(f"\n{len(evidence.exchanges):,} requests")
    for kind, answers in sorted(figures.requests(evidence).items()):
        told = "  ".join(f"{status}: {count:,}" for status, count in sorted(answers.items()))
        print(f"  {kind:<8} {told}")
    print_final("orders", [status for order, status in evidence.final.items() if order not in evidence.naps])
    print_final("naps", [evidence.final[nap] for nap in evidence.naps])
    print(f"programs of naps began {attempts(evidence.beats):,} times, {len(evidence.beats):,} heartbeats")
    numbers = Counter(len(begins) for begins in evidence.begins.values() if begins)
    told = ", ".join(f"{count:,} × {number}" for number, count in sorted(numbers.items()))
    print(f"work on one of them began: {told} times")


def print_final(name, statuses):
    told = ", ".join(f"{count:,} {status}" for status, count in sorted(Counter(statuses).items()))
    print(f"{len(statuses):,} {name}: {told}")


def print_deeds(evidence):
    counts = Counter(deed.kind for deed in evidence.deeds)
    print("\n" + ", ".join(f"{kind} {counts[kind]}" for kind in KINDS))
    print(f"responders killed: {killed(evidence)}")
    for name, kinds in (("full disks", figures.FULL_DISK), ("held turns", figures.HELD_TURN)):
        hit, number = figures.refusals(evidence, *kinds)
        print(f"{name} in which a write was refused: {hit} of {number}")
    print("reads answered while the turn was held: {} of {}".format(*figures.probes(evidence)))


def killed(evidence):
    return sum(len(deed.processes) for deed in evidence.deeds_of(*MORTAL))


def print_spans(evidence):
    print(f"\n{'milliseconds':<46}{'count':>7}{'p50':>9}{'p90':>9}{'p99':>9}{'max':>9}")
    for name, spans in figures.spans(evidence).items():
        print_span(name, spans.every)
        print_span("    in calm", spans.calm)


def print_span(name, values):
    if not values:
        print(f"{name:<46}{0:>7}")
        return
    numbers = [figures.percentile(values, share) for share in (0.5, 0.9, 0.99, 1)]
    print(f"{name:<46}{len(values):>7}" + "".join(f"{number:>9.1f}" for number in numbers))


def print_violations(violations):
    if not violations:
        print("\nno violation")
        return
    counts = Counter(violation.invariant for violation in violations)
    print(f"\n{len(violations)} VIOLATIONS: " + ", ".join(f"{name} {count}" for name, count in counts.most_common()))
    # Some of each kind, for one cause may break a thousand times.
    for name in counts:
        some = [violation for violation in violations if violation.invariant == name]
        for violation in some[: max(3, SHOWN // len(counts))]:
            print(f"  {str(violation)[:600]}")
