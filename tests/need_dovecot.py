"""Make sure that a Dovecot is here for the mailbox tests: use one, or install Debian's where we can."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

_USUAL = "/usr/sbin/dovecot"  # not on everybody's PATH


def dovecot() -> str | None:
    """Return the program that runs a Dovecot which can do IMAP."""
    found = shutil.which("dovecot") or shutil.which(_USUAL)
    return found if found and any(Path(place, "imap").exists() for place in _LIBRARIES) else None


_LIBRARIES = ("/usr/lib/dovecot", "/usr/libexec/dovecot")


def main() -> None:
    if dovecot() or not shutil.which("apt-get") or os.geteuid() != 0:
        return
    sys.stdout.write("Installing Dovecot for the mailbox tests ...\n")
    sys.stdout.flush()
    # RUNLEVEL: only its programs are wanted, Debian's own service need not start.
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", "dovecot-imapd"]):
        subprocess.run(["apt-get", "-qq", *command], env=quiet, check=False, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
