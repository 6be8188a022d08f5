"""A view of the file systems of our own: what is mounted here nobody else sees, and it is gone when we are."""

import os
import shutil
import subprocess
import sys

from chaos import CannotRun

INSIDE = "ORDERS_CHAOS_INSIDE"
SYSTEM_FOLDERS = ("/usr/sbin", "/sbin")


def enter():
    """Runs this program again with private mounts, unless it is that second run already.

    Root keeps being root. Anybody else keeps their name too, and gets the right to mount from a user namespace, so that
    `deploy/up` behaves as it does for them.
    """
    os.environ["PATH"] = os.pathsep.join([os.environ.get("PATH", os.defpath), *SYSTEM_FOLDERS])
    if os.environ.pop(INSIDE, None):
        return
    ways = [["--mount"]] if os.geteuid() == 0 else [["--user", "--map-current-user", "--keep-caps", "--mount"]]
    ways.append(["--user", "--map-root-user", "--mount"])
    for way in ways:
        if may_mount(way):
            os.environ[INSIDE] = "yes"
            os.execvp("unshare", ["unshare", *way, "--", sys.executable, *sys.argv])
    raise CannotRun(
        "a small disk of its own is needed, and this user may not mount one: be root, or allow user namespaces "
        "(sysctl kernel.unprivileged_userns_clone=1)"
    )


def may_mount(way):
    if shutil.which("unshare") is None:
        raise CannotRun("unshare is missing (Debian package util-linux)")
    attempt = ["unshare", *way, "--", "mount", "-t", "tmpfs", "-o", "size=64k", "attempt", "/mnt"]
    return subprocess.run(attempt, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
