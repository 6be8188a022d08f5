"""What was measured, round by round, against what is promised."""

import statistics


class Figures:
    """The values of every round by name. A promise is about their median."""

    def __init__(self):
        self.values, self.promises = {}, {}

    def add(self, name, value, most=None, least=None):
        """Values above `most` or below `least` break a promise."""
        self.keep(name, value, most, least)
        print(f"  {name}: {value:,.4g}", flush=True)

    def keep(self, name, value, most, least):
        self.values.setdefault(name, []).append(value)
        self.promises[name] = (most, least)

    def median(self, name):
        return statistics.median(self.values[name])

    def is_kept(self, name):
        """Whether the promise is, or None where there is none."""
        most, least = self.promises[name]
        if most is None and least is None:
            return None
        median = self.median(name)
        return (most is None or median <= most) and (least is None or median >= least)

    def promised(self, name):
        most, least = self.promises[name]
        return f"at most {most:,}" if most is not None else f"at least {least:,}" if least is not None else ""

    def print_table(self):
        print("\n| | median | least | most | rounds | promised | |")
        print("|---|---:|---:|---:|---:|---|---|")
        for name, values in self.values.items():
            kept = {None: "", True: "kept", False: "BROKEN"}[self.is_kept(name)]
            cells = [name, *(f"{value:,.4g}" for value in (self.median(name), min(values), max(values)))]
            print("| " + " | ".join([*cells, str(len(values)), self.promised(name), kept]) + " |", flush=True)

    @property
    def broken(self):
        return [name for name in self.values if self.is_kept(name) is False]


def plain(value):
    """With three digits, or all of a thousand and more."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


class Comparison(Figures):
    """Two services, measured in turns. What is wanted is about the ratio of the second to the first in each round."""

    def __init__(self):
        super().__init__()
        self.pairs = {}

    def compare(self, name, first, second, most=None, least=None):
        self.pairs.setdefault(name, []).append((first, second))
        self.keep(name, second / first, most, least)
        print(f"  {name}: {plain(first)} and {plain(second)}, ratio {second / first:.2f}", flush=True)

    def print_table(self):
        print("\n| | C | ours | ratio | wanted | reached | spread of the ratio | rounds |")
        print("|---|---:|---:|---:|---|---|---|---:|")
        for name, ratios in self.values.items():
            kept = {None: "", True: "yes", False: "no"}[self.is_kept(name)]
            cells = [name, *(plain(statistics.median(values)) for values in zip(*self.pairs[name]))]
            cells += [f"{self.median(name):.2f}", self.promised(name), kept, f"{min(ratios):.2f} to {max(ratios):.2f}"]
            print("| " + " | ".join([*cells, str(len(ratios))]) + " |", flush=True)
