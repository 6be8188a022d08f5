"""Runs a program of deploy/kinds as a job: files and input in, its outcome out. The sandbox is that of the service."""

import collections
import contextlib
import dataclasses
import datetime
import functools
import json
import os
import pathlib
import re
import select
import shutil
import signal
import tempfile
import time

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
KINDS = ROOT / "deploy" / "kinds"
NOBODY = 65534

Progress = collections.namedtuple("Progress", "step completed total")


@dataclasses.dataclass
class Outcome:
    status: str  # complete or failed
    code: str | None  # why it failed, as the program said
    detail: str | None
    files: dict[str, bytes]  # of the result
    progress: list[Progress]
    log: str
    exit_status: int
    memory: int  # the most bytes of all its processes, as often as one can look
    seconds: float


def run_job(kind, files, deadline=60, **values):
    """Runs the program of `kind` ("sheets") with `files` ({"photos": [bytes or path, …]}) and the input `values`."""
    with Attempt(kind, files, values) as attempt:
        return attempt.outcome(deadline)


@functools.cache
def declaration(kind):
    return yaml.safe_load((KINDS / f"{kind}.yaml").read_text())


def size(text):
    number, unit = re.fullmatch(r"(\d+)([kMGT]?B)", text).groups()
    return int(number) * 1000 ** ["B", "kB", "MB", "GB", "TB"].index(unit)


class Attempt:
    """One run of a program. Leaving the context ends it and removes its folder."""

    def __init__(self, kind, files, values):
        self.kind = declaration(kind)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="shipped-kinds-"))
        self.folder.chmod(0o755)
        self.memory = 0
        self.is_over = False
        try:
            self._prepare(files, values)
            self._start()
        except BaseException:
            shutil.rmtree(self.folder)
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if not self.is_over:
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)
        os.close(self.descriptor)
        # The namespace ends a little after bwrap.
        end = time.monotonic() + 5
        while True:
            try:
                return shutil.rmtree(self.folder)
            except OSError:
                if time.monotonic() > end:
                    raise

    def _prepare(self, files, values):
        defaults = {
            name: schema["default"] for name, schema in self.kind["input"]["properties"].items() if "default" in schema
        }
        # The folder may lie below one that the program's user can't pass.
        shutil.copytree(KINDS, self.folder / "kind")
        self.work = self.folder / "work"
        (self.work / "out").mkdir(parents=True)
        (self.work / "input.json").write_text(json.dumps(defaults | values))
        for name, contents in files.items():
            (self.work / "in" / name).mkdir(parents=True)
            for index, content in enumerate(contents):
                place = self.work / "in" / name / str(index)
                if isinstance(content, bytes):
                    place.write_bytes(content)
                else:
                    shutil.copy(content, place)
                place.chmod(0o444)
        (self.folder / "passwd").write_text(f"job:x:{self._user()}:{self._group()}::/job:/bin/sh\n")
        if os.geteuid() == 0:
            os.chown(self.work, NOBODY, NOBODY)
            os.chown(self.work / "out", NOBODY, NOBODY)

    def _user(self):
        return NOBODY if os.geteuid() == 0 else os.geteuid()

    def _group(self):
        return NOBODY if os.geteuid() == 0 else os.getegid()

    def _start(self):
        """Descriptors 0 to 3 are files, 5 takes what bwrap says about its child."""
        read, write = os.O_RDONLY, os.O_WRONLY | os.O_CREAT | os.O_APPEND
        opened = [
            (0, self.work / "input.json", read), (1, self.folder / "log", write), (2, self.folder / "log", write),
            (3, self.folder / "progress", write), (5, self.folder / "status", write),
        ]
        line = self._line()
        self.began = time.monotonic()
        self.process = os.posix_spawn(
            line[0], line, {"PATH": "/usr/bin:/bin"},
            file_actions=[(os.POSIX_SPAWN_OPEN, number, path, flags, 0o644) for number, path, flags in opened],
            setsigmask=[], setsigdef=[signal.SIGPIPE, signal.SIGXFSZ])
        self.descriptor = os.pidfd_open(self.process)

    def _line(self):
        limits = self.kind["limits"]
        line = ["/usr/bin/setpriv", "--pdeathsig", "KILL", "--no-new-privs"]
        if os.geteuid() == 0:
            line += [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        line += ["--", "/usr/bin/choom", "-n", "500", "--"]
        line += ["/usr/bin/prlimit", "--core=0", f"--fsize={size(limits['output'])}", "--nofile=1024", "--"]
        line += ["/usr/bin/bwrap", "--unshare-user", "--unshare-all", "--disable-userns", "--die-with-parent"]
        line += ["--new-session", "--json-status-fd", "5", "--clearenv"]
        for name, value in self._environment().items():
            line += ["--setenv", name, str(value)]
        line += ["--ro-bind", "/usr", "/usr"]
        for name in ["bin", "sbin", "lib", "lib64"]:
            line += ["--symlink", f"usr/{name}", f"/{name}"]
        line += ["--perms", "0755", "--dir", "/etc", "--ro-bind", str(self.folder / "passwd"), "/etc/passwd"]
        for path in ["/etc/alternatives", "/etc/fonts", "/etc/ld.so.cache", "/etc/localtime"]:
            line += ["--ro-bind-try", path, path]
        line += ["--proc", "/proc", "--dev", "/dev"]
        for path in ["/dev/shm", "/tmp"]:
            line += ["--size", str(size(limits["output"])), "--tmpfs", path]
        line += ["--bind", str(self.work), "/job"]
        for name in ["input.json", "in"]:
            line += ["--ro-bind", str(self.work / name), f"/job/{name}"]
        line += ["--ro-bind", str(self.folder / "kind"), "/kind"]
        line += ["--chdir", "/job", "--remount-ro", "/dev", "--remount-ro", "/", "--"]
        program, *arguments = self.kind["program"]
        line += ["/usr/bin/prlimit", f"--nproc={limits['processes']}", "--"]
        return line + [f"/kind/{program.removeprefix('./')}", *arguments]

    def _environment(self):
        deadline = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
        return {
            "PATH": "/usr/bin:/bin", "HOME": "/job", "TMPDIR": "/tmp", "LANG": "C.UTF-8", "JOB_ID": 1,
            "JOB_KIND": self.kind["name"], "JOB_ATTEMPT": 1, "JOB_EPOCH": 1,
            "JOB_DEADLINE": deadline.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        } | self.kind.get("env", {})

    def processes(self):
        """What runs in the sandbox: pid and name."""
        found, parents = {}, [self._child()]
        while parents:
            parent = parents.pop()
            with contextlib.suppress(OSError, TypeError):
                found[parent] = pathlib.Path(f"/proc/{parent}/comm").read_text().strip()
                for task in os.listdir(f"/proc/{parent}/task"):
                    children = pathlib.Path(f"/proc/{parent}/task/{task}/children").read_text()
                    parents += map(int, children.split())
        found.pop(None, None)
        return found

    def _child(self):
        with contextlib.suppress(OSError):
            for line in (self.folder / "status").read_text().splitlines():
                with contextlib.suppress(ValueError):
                    if "child-pid" in json.loads(line):
                        return json.loads(line)["child-pid"]
        return None

    def _look_at_memory(self):
        pages = 0
        for process in self.processes():
            with contextlib.suppress(OSError):
                pages += int(pathlib.Path(f"/proc/{process}/statm").read_text().split()[1])
        self.memory = max(self.memory, pages * os.sysconf("SC_PAGE_SIZE"))

    def terminate(self):
        """SIGTERM to each process, as the service cancels."""
        for process in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM)

    def outcome(self, deadline=60):
        """Waits for the end. Raises where that takes longer than `deadline` seconds."""
        poll = select.poll()
        poll.register(self.descriptor, select.POLLIN)
        while not poll.poll(20):
            self._look_at_memory()
            if time.monotonic() - self.began > deadline:
                raise TimeoutError(f"{self.kind['name']} has run for {deadline} s: {self._log()}")
        seconds = time.monotonic() - self.began
        exit_status = os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])
        self.is_over = True
        progress, error = self._progress()
        result = self.kind["result"]
        names = [result["file"]] if "file" in result else list(result["files"])
        paths = [self.work / "out" / name for name in names]
        is_complete = exit_status == 0 and all(path.is_file() and not path.is_symlink() for path in paths)
        return Outcome(
            status="complete" if is_complete else "failed",
            code=None if is_complete else error.get("code", "program-failed"),
            detail=None if is_complete else error.get("detail"),
            files={path.name: path.read_bytes() for path in paths} if is_complete else {},
            progress=progress, log=self._log(), exit_status=exit_status, memory=self.memory, seconds=seconds)

    def _log(self):
        return (self.folder / "log").read_text(errors="replace")

    def _progress(self):
        progress, error = [], {}
        for line in (self.folder / "progress").read_bytes().splitlines():
            assert len(line) <= 8 << 10, "a line of progress is too long"
            said = json.loads(line)
            if "error" in said:
                error = said["error"]
            else:
                progress.append(Progress(**said))
        return progress, error
