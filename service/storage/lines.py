"""Connections for clicks, kept beside the pool: as many as there are clicks at once, and no more."""

import os

from service.storage.clicks import Line
from service.storage.clicks_postgresql import PostgresqlLine
from service.storage.clicks_sqlite import SqliteLine
from service.storage.session import Storage

_inherited: list[Line] = []  # of a process that we were forked from: never closed here, it would end theirs


def take(storage: Storage) -> Line:
    """Return a connection that nobody else has, without asking whether it still lives; raises Lost.

    Whoever takes one has to give it back or to close it.
    """
    try:
        line: Line = storage.lines.pop()
    except IndexError:
        return (SqliteLine if storage.engine.dialect.name == "sqlite" else PostgresqlLine)(storage)
    if line.pid == os.getpid():
        return line
    _inherited.append(line)
    return take(storage)


def give_back(storage: Storage, line: Line) -> None:
    """Keep a connection, on which nothing is under way, for whoever takes one next."""
    storage.lines.append(line)
