"""The `kaizen` command: one subcommand a process of the Procfile, and what an operator looks for."""

import logging
import os
import sys
import time
from functools import partial

import click

from service import logs
from service.cli_mail import mail
from service.cli_parts import give_up as _give_up
from service.cli_parts import settings as _settings


@click.group(help="Kaizen: one tiny step a day, by e-mail.")
def main() -> None:
    """Set up logging for whichever process this becomes; what LOG_FORMAT may be, the settings check."""
    logs.set_up(os.environ.get("LOG_FORMAT", "").strip())


@main.command()
def up() -> None:
    """Set up and run everything on this machine."""
    started = time.monotonic()
    from service.up import CantStart, run

    try:
        sys.exit(run(_settings(), started))
    except CantStart as error:
        _give_up(str(error))


@main.command()
def web() -> None:
    """Serve the pages."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    settings = _settings()
    Server(
        "service.wsgi:app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.web_workers,
        blocking_threads=4,
        log_level=LogLevels.warning,
        log_access=False,  # our addresses hold tokens
        # What it has to say goes through our own logs, in their format.
        log_dictconfig={"loggers": {"_granian": {"propagate": True}}},
        websockets=False,
    ).serve()


@main.command()
def worker() -> None:
    """Work on ticks, mails and replies."""
    from jobs import workers

    workers.run(_settings())


@main.command()
def clock() -> None:
    """Tick every few seconds."""
    from jobs import cron

    cron.run(_settings())


@main.command()
def inbound() -> None:
    """Take replies by SMTP and LMTP, and from a mailbox."""
    from jobs import queues
    from service.listener import CantListen, run

    settings = _settings()
    try:
        run(settings, partial(queues.wake_inbound, settings))
    except CantListen as error:
        _give_up(str(error))


@main.command()
def doctor() -> None:
    """Look at each part and say what to mend."""
    from service.doctor import examine

    findings = []
    for finding in examine(_settings()):
        findings.append(finding)
        print(f"{finding.state:<4}  {finding.part}: {finding.words}", flush=True)
    sys.exit(1 if any(finding.state == "mend" for finding in findings) else 0)


@main.command()
@click.option("--days", default=365, show_default=True, type=click.IntRange(1, 3660), help="How long.")
@click.argument("people", nargs=-1, type=click.Choice(["steady", "erratic", "lapsing"]))
def simulate(days: int, people: tuple[str, ...]) -> None:
    """Print the mails that three made-up people would get in a year."""
    from service.simulate import told

    logging.getLogger().setLevel(logging.WARNING)
    for line in told(days, people or ("steady", "erratic", "lapsing")):
        print(line)


main.add_command(mail)


@main.group()
def db() -> None:
    """Look after the database."""


@db.command()
def upgrade() -> None:
    """Bring the database up to the newest schema."""
    from sqlalchemy.exc import OperationalError

    from service.storage.session import Storage
    from service.storage.upgrade import upgrade as run

    try:
        run(Storage(_settings().database_url))
    except OperationalError as error:
        _give_up(f"DATABASE_URL does not answer: {str(error.orig).splitlines()[0]}")


if __name__ == "__main__":
    main()
