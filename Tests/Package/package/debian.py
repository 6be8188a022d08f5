"""A fresh Debian in a folder, from wherever this machine's own packages come."""

import os
import subprocess

from . import Broken

SUITE = "bookworm"
# Beside what the package asks for: an init, what looks at it, and what deploy/install wants.
INCLUDED = ["systemd", "curl", "procps", "binutils", "dpkg-dev"]


def command(*words, limit=600, **options):
    """Runs to its end; what it says is told only where it fails."""
    done = subprocess.run(
        list(map(str, words)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        timeout=limit, **options,
    )
    if done.returncode:
        raise Broken(f"{' '.join(map(str, words))}: status {done.returncode}\n{done.stdout}")
    return done.stdout


def mirror():
    """Where apt gets the suite from."""
    wanted = ["--format", "$(REPO_URI) $(CODENAME) $(COMPONENT)", "Created-By: Packages"]
    for line in command("apt-get", "indextargets", *wanted).splitlines():
        address, suite, component = line.split()
        if (suite, component) == (SUITE, "main"):
            return address
    raise Broken(f"apt on this machine knows no source of {SUITE}")


def apart(*words):
    """In mount and process name spaces that end with it, and with them whatever it mounts or leaves running."""
    return ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--", *words]


def install_debian(root):
    root.mkdir(mode=0o755)
    command(*apart("debootstrap", "--variant=minbase", f"--include={','.join(INCLUDED)}", SUITE, root, mirror()))


def install_package(root, package):
    """As on a machine that is being set up: nothing is started."""
    (root / "root/orders.deb").write_bytes(package.read_bytes())
    script = """
        mount -t proc proc /proc
        printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d
        chmod +x /usr/sbin/policy-rc.d
        apt-get update -q
        DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends /root/orders.deb
        rm /usr/sbin/policy-rc.d
        """
    path = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    return command(*apart("chroot", root, "sh", "-e", "-c", script), env={**os.environ, **path})
