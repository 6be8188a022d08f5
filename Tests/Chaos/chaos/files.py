"""What operators do to the files of a store that is in use, and how they put it right."""

import contextlib
import fcntl
import os
import pathlib
import shutil
import sqlite3
import subprocess
import time

from chaos import CannotRun


class StoreFiles:
    """The database at `database`, and a folder elsewhere to keep copies in."""

    PATIENCE = 20

    def __init__(self, database, safe, binary):
        self.database, self.safe, self.binary = database, safe, binary
        safe.mkdir(exist_ok=True)

    def side(self, suffix):
        return pathlib.Path(f"{self.database}{suffix}")

    # --- what can be undone

    MISPLACED = ["", "-wal", "-shm", "-turn", "-bell", "-members", "copied"]

    def misplace(self, which):
        """Moves one of the files away; "copied" also puts a copy of the database in its place. Returns what undoes it."""
        there = self.side("" if which == "copied" else which)
        away = there.with_name(there.name + ".away")
        there.rename(away)
        if which == "copied":
            with contextlib.suppress(OSError):
                # A full disk makes it a part of a copy, which is as wrong.
                shutil.copyfile(away, there)
        return lambda: away.rename(there)

    # --- what can't

    DESTROYED = ["remove", "overwrite", "truncate-log", "remove-locks"]

    def destroy(self, how):
        """In a turn of ours, so that nothing is committed between the copy that is kept and the deed."""
        with self._turn():
            self._keep()
            if how == "remove":
                for suffix in ("", "-wal", "-shm", "-turn", "-bell"):
                    self.side(suffix).unlink()
            elif how == "overwrite":
                with open(self.database, "r+b") as file, open(self.safe / "old", "rb") as old:
                    file.truncate(0)
                    with contextlib.suppress(OSError):
                        shutil.copyfileobj(old, file)
            elif how == "truncate-log":
                os.truncate(self.side("-wal"), 0)
            else:
                self.side("-turn").unlink()
                self.side("-bell").unlink()

    @contextlib.contextmanager
    def _turn(self):
        with open(self.side("-turn"), "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _keep(self):
        """Nobody writes: the database and its log together are the store."""
        shutil.copyfile(self.database, self.safe / "kept")
        shutil.copyfile(self.side("-wal"), self.safe / "kept-wal")

    def back_up(self):
        """What will be copied over the database later."""
        (self.safe / "old").unlink(missing_ok=True)
        self._orders("backup", self.safe / "old")

    def restore(self):
        """No responder runs."""
        kept = sqlite3.connect(self.safe / "kept")
        kept.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        kept.close()
        end = time.monotonic() + self.PATIENCE
        while True:
            try:
                return self._orders("restore", self.safe / "kept")
            except CannotRun:
                # The disk is full at times.
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def _orders(self, command, file):
        done = subprocess.run(
            [self.binary, command, file, "--store", f"sqlite:{self.database}"], stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, timeout=60,
        )
        if done.returncode:
            raise CannotRun(f"orders {command} ended with {done.returncode}: {done.stderr}")
        for old in self.database.parent.glob(self.database.name + ".before-restore-*"):
            old.unlink()
