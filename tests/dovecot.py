"""A real Dovecot for tests: one user's own, in a folder that goes with it, on free ports, up in 50 ms."""

import grp
import os
import pwd
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from imapclient import IMAPClient

from service.inbound_values import ImapServer
from tests.browser.whole import free_port
from tests.certificates import server_context
from tests.need_dovecot import dovecot

PASSWORD = 'se"cret-word'
_CONFIGURATION = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
instance_name = {folder.name}
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
last_valid_uid = 0
disable_plaintext_auth = no
ssl = {ssl}
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.pem
ssl_dh =
imap_capability = {capability}
mail_location = maildir:~/Maildir
mailbox_list_index = no
auth_failure_delay = 0
service imap-login {{
  chroot =
  service_count = 0
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
"""


@dataclass
class Mailbox:
    """One user's mail, from the server's side: what a delivery agent, a person and an operator do to it."""

    server: "Dovecot"
    user: str

    @property
    def home(self) -> Path:
        return self.server.folder / "mail" / self.user

    @property
    def maildir(self) -> Path:
        return self.home / "Maildir"

    def at(self, folder: str = "INBOX", tls: bool = False) -> ImapServer:
        """Return the setting that reads it."""
        port = self.server.tls_port if tls else self.server.port
        return ImapServer("127.0.0.1", port, tls, self.user, PASSWORD, folder)

    def deliver(self, raw: bytes) -> None:
        """Put a message into the inbox as a delivery agent does, also while no Dovecot runs."""
        name = f"{time.time():.6f}.{os.getpid()}_{next(_NUMBER)}.test"
        draft = self.maildir / "tmp" / name
        draft.write_bytes(raw)
        self.server.give(draft)
        draft.rename(self.maildir / "new" / name)

    @contextmanager
    def open(self, folder: str = "INBOX") -> Iterator[IMAPClient]:
        """Look into it as a mail program does."""
        with IMAPClient("127.0.0.1", self.server.port, ssl=False, timeout=10) as client:
            client.plain_login(self.user, PASSWORD)
            if folder:
                client.select_folder(folder)
            yield client

    def flags(self, folder: str = "INBOX") -> list[set[bytes]]:
        """Return the flags of each message of a folder, without \\Recent."""
        with self.open(folder) as client:
            found = client.get_flags(client.search("ALL"))
        return [set(flags) - {rb"\Recent"} for _, flags in sorted(found.items())]

    def count(self, folder: str = "INBOX") -> int:
        """Return how many messages a folder holds; none where there is no such folder."""
        with self.open("") as client:
            if not client.folder_exists(folder):
                return 0
            return len(self.flags(folder))


_NUMBER = count()


@dataclass
class Dovecot:
    """A server that can be stopped and started again."""

    folder: Path
    capability: str
    ssl: bool
    port: int = 0
    tls_port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def mailbox(self) -> Mailbox:
        """Make a mailbox for somebody new."""
        made = Mailbox(self, f"kaizen{next(_NUMBER)}")
        for name in ("cur", "new", "tmp"):
            (made.maildir / name).mkdir(parents=True)
        self.give(made.home)
        return made

    def give(self, path: Path) -> None:
        """Let the server's user own a path and all below it."""
        if os.geteuid() == 0:
            for each in (path, *path.rglob("*")):
                os.chown(each, self._user.pw_uid, self._user.pw_gid)

    @property
    def _user(self) -> pwd.struct_passwd:
        """Who it runs as: root reads nobody's mail."""
        return pwd.getpwnam("dovecot") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())

    def prepare(self) -> None:
        self.folder.chmod(0o755)
        for name in ("run", "state", "mail"):
            (self.folder / name).mkdir()
        server_context(self.folder)
        self.port, self.tls_port = free_port(), free_port()
        (self.folder / "dovecot.conf").write_text(self._configuration())
        self.give(self.folder)

    def _configuration(self) -> str:
        user = self._user
        return _CONFIGURATION.format(
            folder=self.folder,
            user=user.pw_name,
            group=_group(user),
            uid=user.pw_uid,
            gid=user.pw_gid,
            ssl="yes" if self.ssl else "no",
            capability=self.capability,
            port=self.port,
            tls_port=self.tls_port if self.ssl else 0,
            password=PASSWORD,
        )

    def start(self) -> None:
        """Start it, and return once it answers."""
        program, user = dovecot(), self._user
        assert program is not None
        identity = (
            {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        )
        self.process = subprocess.Popen(
            [program, "-F", "-c", str(self.folder / "dovecot.conf")],
            start_new_session=True,
            stderr=subprocess.DEVNULL,
            **identity,  # type: ignore[call-overload]
        )
        until = time.monotonic() + 10
        while time.monotonic() < until:
            assert self.process.poll() is None, (self.folder / "log").read_text()
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.005)
        raise TimeoutError

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """End it with all of its children."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)
            self.process.wait(10)
            self.process = None


def _known() -> bool:
    """Tell whether a Dovecot is here that reads our configuration; 2.4 changed the language."""
    program = dovecot()
    if program is None:
        return False
    told = subprocess.run([program, "--version"], check=True, capture_output=True, text=True)
    return told.stdout.startswith("2.3.")


def _group(user: pwd.struct_passwd) -> str:
    return grp.getgrgid(user.pw_gid).gr_name


@contextmanager
def running(capability: str = "", ssl: bool = True) -> Iterator[Dovecot]:
    """Run a Dovecot; `capability` is what it says it can do, where that is not all."""
    if not _known():
        pytest.skip("needs Dovecot 2.3: tests/need_dovecot.py installs Debian's, as root")
    with TemporaryDirectory(prefix="kaizen-dovecot-") as folder:
        made = Dovecot(Path(folder), capability, ssl)
        made.prepare()
        try:
            made.start()
            yield made
        finally:
            made.stop()
