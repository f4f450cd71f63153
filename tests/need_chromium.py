"""Make sure that a Chromium is here for the browser tests: use one, or install Debian's where we can."""

import os
import shutil
import subprocess
import sys


def chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def main() -> None:
    if chromium() or not shutil.which("apt-get") or os.geteuid() != 0:
        return
    sys.stdout.write("Installing Chromium for the browser tests ...\n")
    sys.stdout.flush()
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        subprocess.run(["apt-get", "-qq", *command], env=quiet, check=False, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
