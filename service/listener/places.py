"""Sockets in the file system."""

import errno
import os
import socket
import stat
from pathlib import Path


def bound(path: Path) -> socket.socket:
    """Return a socket at a path, which its owner and group may use; raises OSError."""
    _end_left_over(path)
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o117)  # from the first moment on, not only after a chmod
    try:
        made.bind(str(path))
    except OSError:
        made.close()
        raise
    finally:
        os.umask(before)
    return made


def _end_left_over(path: Path) -> None:
    """Remove a socket that nobody listens at any more; raises OSError where it is in use or no socket."""
    try:
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise FileExistsError(errno.EEXIST, "a file is there")
    except FileNotFoundError:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink(missing_ok=True)
        else:
            raise OSError(errno.EADDRINUSE, "in use")
