"""A small disk that can be full."""

import contextlib
import errno
import os
import shutil
import subprocess
import time

MEGABYTE = 1 << 20


class SmallDisk:
    """A file system in memory at `folder`, and a ballast file in it."""

    REFILL = 0.02

    def __init__(self, folder, megabytes):
        self.folder = folder
        self.ballast = folder / "ballast"
        folder.mkdir()
        options = f"size={megabytes}m,mode=755"
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "orders-chaos", str(folder)], check=True)

    def keep_full(self, seconds):
        """Takes every free block, and those that become free meanwhile; returns how many bytes it had to take."""
        end = time.monotonic() + seconds
        try:
            while True:
                self._take_all()
                if time.monotonic() >= end:
                    return self.ballast.stat().st_size
                time.sleep(self.REFILL)
        finally:
            self.free()

    def _take_all(self):
        descriptor = os.open(self.ballast, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            # What is free when asked may be taken before we take it: the rest goes block by block.
            with contextlib.suppress(OSError):
                self._grow(descriptor, os.fstatvfs(descriptor).f_bavail * os.fstatvfs(descriptor).f_frsize)
            while True:
                self._grow(descriptor, 4096)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
        finally:
            os.close(descriptor)

    @staticmethod
    def _grow(descriptor, count):
        if count:
            os.posix_fallocate(descriptor, os.fstat(descriptor).st_size, count)

    def free(self):
        self.ballast.unlink(missing_ok=True)

    def copy_to(self, folder):
        """Everything on it, for whoever looks for the cause of a failure."""
        shutil.copytree(
            self.folder, folder, dirs_exist_ok=True, ignore=lambda _, names: [n for n in names if n.endswith(".sock")]
        )

    def unmount(self):
        subprocess.run(["umount", "--lazy", str(self.folder)], check=True)
        self.folder.rmdir()
