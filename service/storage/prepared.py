"""Core statements made ready for a driver: written in Core, run without what Core does on each execution.

For the few statements of which that is the greater part of the cost. Names and types are still checked, and
values are turned into the database's own and back as Core does it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, cast

from sqlalchemy import Dialect, Executable, SelectBase
from sqlalchemy.sql.compiler import SQLCompiler

Values: TypeAlias = Mapping[str, Any]
_Process: TypeAlias = Callable[[Any], Any]


class Prepared:
    """One statement in the words of one database; its values are given by the names of its parameters."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        compiled = cast("SQLCompiler", statement.compile(dialect=dialect))  # type: ignore[attr-defined]
        self.sql = str(compiled)
        into = {
            name: bound.type.dialect_impl(dialect).bind_processor(dialect)
            for name, bound in compiled.binds.items()
        }
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}
        self._positional = compiled.positiontup is not None
        self._slots = [(name, into[name]) for name in compiled.positiontup or compiled.params]
        self._out = _results(statement, dialect)

    def run(self, cursor: Any, values: Values) -> int:
        """Run it on a driver's cursor; return how many rows it changed."""
        cursor.execute(self.sql, self.arguments(values))
        changed: int = cursor.rowcount
        return changed

    def first(self, cursor: Any, values: Values) -> list[Any] | None:
        """Run it on a driver's cursor; return the first row that it finds, or None."""
        cursor.execute(self.sql, self.arguments(values))
        found = cursor.fetchone()
        return None if found is None else self.read(found)

    def read(self, found: Sequence[Any]) -> list[Any]:
        """Return a row as a driver found it, with its values turned back."""
        row = list(found)
        for at, process in self._out:
            row[at] = process(row[at])
        return row

    def arguments(self, values: Values) -> Any:
        """Return what goes with the statement to a driver."""
        given = {**self._fixed, **values} if self._fixed else values
        if self._positional:
            return [into(given[name]) if into else given[name] for name, into in self._slots]
        return {name: into(given[name]) if into else given[name] for name, into in self._slots}


def _results(statement: Executable, dialect: Dialect) -> list[tuple[int, _Process]]:
    """Return what has to be done to the columns of a SELECT that are not read as they are, by their place."""
    if not isinstance(statement, SelectBase):
        return []
    types = [column.type for column in statement.selected_columns]
    found = [kind.dialect_impl(dialect).result_processor(dialect, None) for kind in types]
    return [(at, process) for at, process in enumerate(found) if process is not None]
