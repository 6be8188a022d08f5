"""The wall clock of the responders, and of nobody else."""

import mmap
import pathlib
import shlex
import shutil
import struct
import subprocess

from chaos import CannotRun

SOURCE = pathlib.Path(__file__).with_name("clock.c")
SECONDS = struct.Struct("=q")


class WallClock:
    """Makes a responder's times of day jump. Its other clocks go on as before."""

    def __init__(self, folder):
        self.folder = folder
        file = folder / "clock-ahead"
        file.write_bytes(SECONDS.pack(0))
        with open(file, "r+b") as opened:
            self.ahead = mmap.mmap(opened.fileno(), SECONDS.size)
        self.file = file

    def wrap(self, binary):
        """A program that runs `binary` under this clock."""
        compiler = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
        if compiler is None:
            raise CannotRun("there is no C compiler (Debian package gcc) for the clock that jumps")
        library = self.folder / "clock.so"
        subprocess.run([compiler, "-O2", "-Wall", "-shared", "-fPIC", "-o", library, SOURCE], check=True)
        wrapper = self.folder / "responder"
        settings = [f"WALL_CLOCK_AHEAD={self.file}", f"LD_PRELOAD={library}"]
        wrapper.write_text(f'#!/bin/sh\nexec env {shlex.join([*settings, str(binary)])} "$@"\n')
        wrapper.chmod(0o755)
        return wrapper

    def jump_to(self, seconds_ahead):
        """At once, for all responders: one aligned store into a page they have mapped."""
        SECONDS.pack_into(self.ahead, 0, seconds_ahead)
