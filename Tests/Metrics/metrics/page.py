"""A page of metrics, read as Prometheus reads it."""

import re
import subprocess

from metrics import Broken

LINE = re.compile(r'^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"')


class Page:
    def __init__(self, text):
        self.text, self.types, self.samples = text, {}, {}
        for line in text.splitlines():
            if line.startswith("# TYPE "):
                _, _, name, kind = line.split(" ")
                self.types[name] = kind
            elif line and not line.startswith("#"):
                found = LINE.match(line)
                if not found:
                    raise Broken(f"not a line of metrics: {line}")
                name, labels, value = found.groups()
                series = name, tuple(sorted(LABEL.findall(labels or "")))
                if series in self.samples:
                    raise Broken(f"told twice: {line}")
                self.samples[series] = float(value)

    def sum(self, name, **labels):
        wanted = set(labels.items())
        return sum(value for (other, its), value in self.samples.items() if other == name and wanted <= set(its))

    def labelled(self, name, *labels):
        """Sums by the values of some labels."""
        sums = {}
        for (other, its), value in self.samples.items():
            if other == name:
                key = tuple(dict(its).get(label) for label in labels)
                sums[key] = sums.get(key, 0) + value
        return sums

    def names(self):
        """Every name that a query may use."""
        parts = {"histogram": ("_bucket", "_sum", "_count")}
        return {name + part for name, kind in self.types.items() for part in parts.get(kind, ("",))}

    @property
    def totals(self):
        """What may never fall: counters, and all numbers of histograms."""
        return {series: value for series, value in self.samples.items() if self.kind(series[0]) != "gauge"}

    def kind(self, name):
        for part in ("_bucket", "_sum", "_count"):
            if self.types.get(name.removesuffix(part)) == "histogram" and name.endswith(part):
                return "histogram"
        return self.types.get(name)


def fallen(before, after):
    """What is wrong with `after`, which was read later: totals that are less, or gone."""
    earlier, later, faults = before.totals, after.totals, []
    for series, value in earlier.items():
        name, labels = series
        # Those of a process that has died are not told until the next one takes its slot, and goes on.
        if series not in later and name.startswith("orders_process_"):
            continue
        if later.get(series, -1) < value:
            faults.append(f"{name}{dict(labels)} was {value:.15g} and is {later.get(series, 'gone')}")
    return faults


def check(text):
    """Raises where promtool finds anything."""
    tool = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, timeout=60)
    if tool.returncode or tool.stdout.strip() or tool.stderr.strip():
        raise Broken(f"promtool: {tool.returncode} {tool.stdout}{tool.stderr}")
