"""One run from beginning to end: service, load, nemesis, ending, evidence."""

import contextlib
import os
import pathlib
import tempfile
import time

from chaos import CannotRun, ending, preload
from chaos.checker import check
from chaos.client import Load
from chaos.clock import WallClock
from chaos.disk import SmallDisk
from chaos.evidence import Evidence, judged
from chaos.files import StoreFiles
from chaos.history import History
from chaos.journal import Journal
from chaos.naps import NapKind
from chaos.nemesis import Nemesis
from chaos.orders import Book
from chaos.pressure import Pressure
from chaos.probe import Probe
from chaos.schedule import schedule
from chaos.service import ROOT, Service

ATTEMPTS = 3
# So short that a responder that is stopped for a moment loses its orders; the pace gives work of 0.1 to 2 s.
OPTIONS = ["--lease", "1s", "--attempts", ATTEMPTS, "--jobs", 8, "--pace", "20ms", "--log-level", "debug"]
ORDERS = 20_000


class Trial:
    """Everything it makes lies in `folder`, and stays there if `stays` says so in the end."""

    def __init__(self, arguments, say):
        self.arguments, self.say = arguments, say
        self.binary = pathlib.Path(os.environ.get("ORDERS_BINARY", ROOT / ".build/release/orders")).resolve()
        if not os.access(self.binary, os.X_OK):
            raise CannotRun(f"there is no {self.binary}: swift build -c release --product orders")
        self.folder = workplace(arguments.keep)
        self.stays = True

    def run(self):
        """Returns the evidence, and what it shows to be wrong."""
        seed, seconds = self.arguments.seed, self.arguments.seconds
        steps = schedule(seed, seconds)
        with contextlib.ExitStack() as last:
            disk = SmallDisk(self.folder / "disk", self.arguments.disk)
            last.callback(disk.unmount)
            last.callback(self._save, disk)
            clock = WallClock(self.folder)
            history = History(self.folder / "history.jsonl")
            last.callback(history.close)
            program = preload.wrapped(self.binary, self.folder, clock.settings)
            log = self.folder / "service.log"
            kind = NapKind(self.folder / "kinds", disk.folder / "work")
            last.callback(kind.close)
            options = [*OPTIONS, "--work-folder", kind.work]
            service = Service(
                disk.folder / "data", kind.folder, log, self.binary, program, self.arguments.processes, options)
            last.callback(service.stop)
            self.say(f"{self.arguments.processes} responders on port {service.port}")
            book = Book(ORDERS)
            load = Load(self.arguments.clients, service.port, history, book, seed)
            pressure = Pressure(service.port, history, book, seed)
            probe = Probe(service.port, history, book, seed)
            last.callback(load.stop)
            files = StoreFiles(service.database, self.folder / "kept", self.binary)
            nemesis = Nemesis(steps, service, files, disk, clock, pressure, probe, history, seed)
            last.callback(nemesis.heal)
            try:
                self._storm(load, nemesis, seconds)
                evidence = self._evidence(service, kind, history, book, steps)
            except SystemExit:
                # A signal: whoever broke it off is not waiting for evidence.
                self.stays = self.arguments.keep is not None
                raise
            self.say("judging")
            violations = check(evidence)
            self.stays = bool(violations) or self.arguments.keep is not None
            return evidence, violations

    def _save(self, disk):
        """Before it is unmounted."""
        if self.stays:
            disk.copy_to(self.folder / "disk-at-the-end")

    def _storm(self, load, nemesis, seconds):
        end = time.monotonic() + seconds
        load.start()
        nemesis.start()
        nemesis.join()
        time.sleep(max(0, end - time.monotonic()))
        nemesis.heal()
        load.stop()
        load.raise_faults()

    def _evidence(self, service, kind, history, book, steps):
        """Settles, looks, and stops the service."""
        self.say("settling")
        last = ending.Ending(service.port, history, book)
        last.repeat_keyed()
        health = last.settle(self.arguments.processes)
        self.say("reading everything twice")
        listings, readings = [], []
        for _ in range(2):
            listings.append(last.listing())
            readings.append(last.reading(listings[-1]))
        last.connection.close()
        survivors = frozenset(service.responders())
        left = kind.left({service.parent(), *survivors})
        exit_status = service.stop()
        left += kind.left_for_good()
        with open(service.log, errors="replace") as log:
            journal = Journal.parse(log)
        return Evidence(
            exchanges=judged(history.exchanges, history.deeds), deeds=history.deeds, journal=journal, submissions=book.submissions,
            listings=tuple(listings), readings=tuple(readings), health=health, survivors=survivors,
            wanted=frozenset(step.kind for line in steps.values() for step in line),
            processes=self.arguments.processes, attempts=ATTEMPTS, seconds=self.arguments.seconds,
            exit_status=exit_status, integrity=ending.integrity(service.database),
            check=ending.complaint(self.binary, service.database), beats=tuple(kind.beats), left=tuple(left),
        )


def workplace(keep):
    """An empty folder."""
    if keep is None:
        folder = pathlib.Path(tempfile.mkdtemp(prefix="orders-chaos-"))
    else:
        folder = pathlib.Path(keep).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise CannotRun(f"{folder} is not empty")
    # nginx's workers drop root where they can reach their files.
    folder.chmod(0o755)
    return folder
