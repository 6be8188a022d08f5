"""Does to the service what the schedule says, and notes what it did."""

import random
import signal
import threading
import time

from chaos import CannotRun, processes
from chaos.disk import MEGABYTE
from chaos.history import Deed


class Nemesis:
    """One thread for each line of the schedule."""

    # How long it tries to find somebody in their turn; turns take a fraction of a millisecond.
    AMBUSH = 20

    def __init__(self, schedule, service, files, disk, clock, pressure, probe, history, seed):
        self.service, self.files, self.disk, self.clock = service, files, disk, clock
        self.pressure, self.probe = pressure, probe
        self.history, self.seed = history, seed
        self.over = threading.Event()
        self.fault = None
        self.threads = [
            threading.Thread(target=self._follow, args=(name, steps), name=name, daemon=True)
            for name, steps in schedule.items()
        ]

    def start(self):
        self.began = time.monotonic()
        for thread in self.threads:
            thread.start()

    def join(self):
        for thread in self.threads:
            thread.join()
        if self.fault:
            raise self.fault

    def heal(self):
        """Undoes whatever may be left, also after a fault of ours."""
        self.over.set()
        for thread in self.threads:
            if thread.ident:
                thread.join()
        self.disk.free()
        self.clock.jump_to(0)
        for process in [*self.service.responders(), *filter(None, [self.service.parent()])]:
            processes.send(process, signal.SIGCONT)

    def _follow(self, name, steps):
        chance = random.Random(f"{self.seed} victims {name}")
        try:
            for step in steps:
                if self.over.wait(max(0, self.began + step.at - time.monotonic())):
                    return
                getattr(self, "_" + step.kind.replace("-", "_"))(step, chance)
        except Exception as fault:
            # A nemesis that stumbles must not make the run look easy.
            self.fault = fault

    def _note(self, step, begin, victims=(), note="", end=None, done=0):
        self.history.add_deed(Deed(step.kind, begin, end or time.monotonic(), tuple(victims), note, done))

    def _victim(self, chance):
        """Any responder: one that is just starting too."""
        while not self.over.is_set():
            if every := self.service.responders():
                return chance.choice(every)
            time.sleep(0.01)
        return 0

    # --- the line of the processes

    def _signal(self, step, chance, number):
        victim = self._victim(chance)
        begin = time.monotonic()
        if victim and processes.send(victim, number):
            self._note(step, begin, [victim])

    def _kill(self, step, chance):
        self._signal(step, chance, signal.SIGKILL)

    def _terminate(self, step, chance):
        self._signal(step, chance, signal.SIGTERM)

    def _kill_all(self, step, _):
        begin = time.monotonic()
        victims = [process for process in self.service.responders() if processes.send(process, signal.SIGKILL)]
        self._note(step, begin, victims)

    def _stop(self, step, chance):
        """For longer than the lease: its orders go to others, and when it goes on it may write nothing for them."""
        victim = self._victim(chance)
        begin = time.monotonic()
        if victim and processes.stop(victim):
            self.over.wait(step.seconds)
            processes.send(victim, signal.SIGCONT)
            self._note(step, begin, [victim])

    def _hold_turn(self, step, _):
        """Nobody can write until it goes on."""
        if victim := self._ambush():
            begin = time.monotonic()
            self.probe.during(step.seconds, self.over)
            processes.send(victim, signal.SIGCONT)
            self._note(step, begin, [victim])

    def _hold_turn_and_kill(self, step, _):
        """It dies inside its transaction: the next one has to find the store whole."""
        if victim := self._ambush():
            begin = time.monotonic()
            self.probe.during(step.seconds, self.over)
            processes.send(victim, signal.SIGKILL)
            self._note(step, begin, [victim])

    def _ambush(self):
        """A responder that now stands still in its turn, while the others serve: one that is starting has to have its turn
        first. None where none was caught."""
        self._all_there()
        end = time.monotonic() + self.AMBUSH
        while time.monotonic() < end and not self.over.is_set():
            suspect = processes.holder(self.service.turnstile)
            if suspect is None or suspect not in self.service.responders():
                continue
            if processes.stop(suspect) and processes.holder(self.service.turnstile) == suspect:
                return suspect
            processes.send(suspect, signal.SIGCONT)
        return None

    def _misplace_files(self, step, chance):
        """Nobody may acknowledge anything until the file is back; then all go on."""
        which = chance.choice(self.files.MISPLACED)
        if members := self._all_there():
            begin = time.monotonic()
            undo = self.files.misplace(which)
            done = time.monotonic()
            try:
                self.over.wait(step.seconds)
            finally:
                end = time.monotonic()
                undo()
            self._note(step, begin, members, which or "database", end, done)

    def _destroy_files(self, step, chance):
        """As an operator puts it right: everything ends, and the store is restored as it was at the deed."""
        how = chance.choice(self.files.DESTROYED)
        self.files.back_up()
        if not self._all_there():
            return
        begin = time.monotonic()
        self.files.destroy(how)
        done = time.monotonic()
        parent = self.service.parent()
        try:
            self.over.wait(step.seconds)
        finally:
            end = time.monotonic()
            # Or it would start new ones in the middle of it.
            processes.stop(parent)
            victims = self.service.responders()
            for process in victims:
                processes.send(process, signal.SIGKILL)
            self.files.restore()
            processes.send(parent, signal.SIGCONT)
        self._note(step, begin, victims, how, end, done)

    def _all_there(self):
        """All responders, once as many as were wanted serve: one that starts alone would begin a store of its own."""
        while not self.over.is_set():
            serving = self.probe.serving()
            if len(serving) == self.service.processes_wanted and set(serving) == set(self.service.responders()):
                return serving
            time.sleep(0.05)
        return None

    # --- the line of the surroundings

    def _fill_disk(self, step, _):
        begin = time.monotonic()
        taken = self.disk.keep_full(step.seconds)
        self._note_full_disk(step, begin, time.monotonic(), taken)

    def _fill_disk_and_press(self, step, _):
        begin = time.monotonic()
        taken, end = self.pressure.during(lambda: self.disk.keep_full(step.seconds))
        self._note_full_disk(step, begin, end, taken)

    def _note_full_disk(self, step, begin, end, taken):
        if taken < MEGABYTE:
            raise CannotRun("the orders alone fill the disk: give it more with --disk")
        self._note(step, begin, end=end, note=f"{taken // MEGABYTE} MiB of ballast")

    def _jump_clock(self, step, _):
        begin = time.monotonic()
        self.clock.jump_to(int(step.value))
        self._note(step, begin, note=f"{int(step.value)} s ahead")

    def _reload_nginx(self, step, _):
        begin = time.monotonic()
        if self.service.reload():
            self._note(step, begin)
