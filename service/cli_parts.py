"""What every command of `kaizen` needs: the settings, and a plain end where something is wrong."""

import sys
from typing import NoReturn

import click

from service.settings import SettingError, Settings


def settings() -> Settings:
    """Return the settings, or end with the one line that names what is wrong."""
    try:
        return Settings.from_env()
    except SettingError as error:
        give_up(str(error))


def give_up(sentence: str) -> NoReturn:
    """End with a sentence for the operator."""
    click.echo(f"kaizen: {sentence}", err=True)
    sys.exit(1)
