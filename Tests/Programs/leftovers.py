"""What is left of programs on this machine: processes, zombies, folders."""

import os
import pathlib
import time


def stand(process):
    """Its state and its parent; None once it has gone."""
    try:
        fields = pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return fields[0], int(fields[1])


def everyone():
    return [int(entry) for entry in os.listdir("/proc") if entry.isdigit()]


def words(process, file):
    """Of its command line or its environment; none of one that has gone, or is another user's."""
    try:
        return pathlib.Path(f"/proc/{process}/{file}").read_bytes().split(b"\0")
    except OSError:
        return []


def processes(mark, work):
    """Living processes of programs, which have NAP_MARK=`mark` in their environment, and of sandboxes, those that never came
    to the program too: their command line names a folder in `work`."""
    def is_left(process):
        command = words(process, "cmdline")
        is_sandbox = command[0:1] == [b"/usr/bin/bwrap"] and any(str(work).encode() in word for word in command)
        is_program = f"NAP_MARK={mark}".encode() in words(process, "environ")
        now = (is_sandbox or is_program) and stand(process)
        return now and now[0] not in "ZX"

    return [process for process in everyone() if is_left(process)]


def zombies(parents):
    """Processes that have ended, and whose end one of `parents` has not taken."""
    return [process for process in everyone() if (now := stand(process)) and now[0] == "Z" and now[1] in parents]


def folders(work):
    """Those of attempts, in the folders of all processes."""
    found = []
    for process in work.iterdir():
        try:
            found += [attempt for attempt in process.iterdir() if attempt.name not in ("etc", "kind")]
        except OSError:
            # No folder, or gone meanwhile.
            pass
    return found


def left(mark, work, parents):
    """What is left, in words. What has ended a moment ago has 20 s to go."""
    deadline = time.monotonic() + 20
    while True:
        kinds = {"process": processes(mark, work), "zombie": zombies(parents), "folder": folders(work)}
        if not any(kinds.values()) or time.monotonic() > deadline:
            return [f"{kind} {each}" for kind, found in kinds.items() for each in found]
        time.sleep(0.1)
