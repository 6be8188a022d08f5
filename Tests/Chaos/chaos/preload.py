"""What every responder loads before its own code: a clock that jumps, and a voice for its crashes."""

import pathlib
import shlex
import shutil
import subprocess

from chaos import CannotRun

SOURCES = sorted(pathlib.Path(__file__).parent.glob("*.c"))


def wrapped(binary, folder, settings):
    """A program that runs `binary` with them and with these settings of the environment; made in `folder`."""
    compiler = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
    if compiler is None:
        raise CannotRun("there is no C compiler (Debian package gcc) for the clock that jumps")
    library = folder / "preloaded.so"
    subprocess.run([compiler, "-O2", "-Wall", "-Wextra", "-shared", "-fPIC", "-o", library, *SOURCES], check=True)
    program = folder / "responder"
    settings = [f"{name}={value}" for name, value in {**settings, "LD_PRELOAD": library}.items()]
    program.write_text(f'#!/bin/sh\nexec env {shlex.join([*settings, str(binary)])} "$@"\n')
    program.chmod(0o755)
    return program
