"""The commands `kaizen mail ...`: received messages, for an operator."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from service.cli_parts import give_up, settings

if TYPE_CHECKING:
    from service.mail_desk import Desk


@contextmanager
def _desk() -> "Iterator[Desk]":
    """Open the database, and end with one line where it does not answer."""
    from sqlalchemy.exc import SQLAlchemyError

    from service.mail_desk import Desk

    desk = Desk(settings())
    try:
        yield desk
    except SQLAlchemyError as error:
        give_up(f"DATABASE_URL does not answer ({type(error).__name__}): see kaizen doctor.")
    finally:
        desk.storage.close()


@click.group()
def mail() -> None:
    """Look after received messages."""


@mail.command("list")
@click.option(
    "--state",
    default="quarantined",
    show_default=True,
    type=click.Choice(["quarantined", "new", "done", "ignored", "all"]),
    help="Which messages.",
)
@click.option("--most", default=50, show_default=True, type=click.IntRange(1, 1000), help="How many at most.")
def list_mail(state: str, most: int) -> None:
    """List received messages, the newest first."""
    with _desk() as desk:
        for line in desk.listed(state, most):
            click.echo(line)


@mail.command()
@click.option("--raw", is_flag=True, help="Print all of its lines, tokens and all, and nothing else.")
@click.argument("number", metavar="ID", type=int)
def show(number: int, raw: bool) -> None:
    """Show a received message, with nothing in it that your terminal could act on."""
    with _desk() as desk:
        lines = desk.shown(number, raw)
        if lines is None:
            give_up(f"There is no message {number}: see kaizen mail list --state all.")
        for line in lines:
            click.echo(line)


@mail.command()
@click.option("--all", "everything", is_flag=True, help="All quarantined messages.")
@click.argument("numbers", metavar="[ID]...", nargs=-1, type=int)
def retry(numbers: tuple[int, ...], everything: bool) -> None:
    """Let quarantined messages be read again."""
    from jobs import queues

    if bool(numbers) == everything:
        give_up("Name the messages to read again, or say --all.")
    with _desk() as desk:
        again = desk.retry(None if everything else numbers)
    queues.wake_inbound(settings(), again)
    click.echo(f"Being read again: {', '.join(map(str, again)) or 'none'}")
    if missing := sorted(set(numbers) - set(again)):
        give_up(f"Not in quarantine: {', '.join(map(str, missing))}.")


@mail.command()
@click.argument("number", metavar="ID", type=int)
def drop(number: int) -> None:
    """Delete a quarantined message for good."""
    with _desk() as desk:
        if not desk.drop(number):
            give_up(f"Message {number} is not in quarantine.")
    click.echo(f"Deleted: {number}")
