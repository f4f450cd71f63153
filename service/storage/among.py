"""Rows found by many ids at once, in a statement that is planned once, and by the ids alone."""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import BigInteger, BindParameter, Boolean, ColumnElement, Date, Dialect, Text, func, literal
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeDecorator, TypeEngine


def looked_at(column: Any) -> ColumnElement[str]:
    """Return a text column that is only looked at in rows found by others, never by an index of its own.

    Without statistics SQLite would rather go through every row of a state than look a few ids up.
    """
    return func.coalesce(column, "")


class Numbers(TypeDecorator[Sequence[int]]):
    """Many whole numbers as one value: a JSON text on SQLite, an array on PostgreSQL."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the database's own type."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else ARRAY(BigInteger))

    def process_bind_param(self, value: Sequence[int] | None, dialect: Dialect) -> Any:
        """Return the numbers as the driver takes them."""
        return json.dumps(list(value or ())) if dialect.name == "sqlite" else list(value or ())


class Days(TypeDecorator[Sequence[date]]):
    """Many days as one value, in the same way."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the database's own type."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else ARRAY(Date))

    def process_bind_param(self, value: Sequence[date] | None, dialect: Dialect) -> Any:
        """Return the days as the driver takes them."""
        days = list(value or ())
        return json.dumps([day.isoformat() for day in days]) if dialect.name == "sqlite" else days


Kind: TypeAlias = type[Numbers] | type[Days]


class Among(FunctionElement[bool]):
    """Whether a column is one of many numbers, or days, in one statement however many they are.

    A parameter for each of them would make it another statement each time, planned anew.
    """

    type = Boolean()
    inherit_cache = True

    def __init__(self, column: Any, many: Iterable[Any] | BindParameter[Any], kind: Kind = Numbers) -> None:
        bound = many if isinstance(many, BindParameter) else literal(list(many), kind)
        super().__init__(column, bound)

    def self_group(self, against: OperatorType | None = None) -> "Among":  # noqa: ARG002
        """Return it as it is: SQLAlchemy would compare it to 1 on SQLite, which no index can help with."""
        return self


@compiles(Among, "sqlite")
def _among_on_sqlite(element: Among, compiler: SQLCompiler, **options: Any) -> str:
    column, many = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({many}))"  # noqa: S608 - both are parameters


@compiles(Among, "postgresql")
def _among_on_postgresql(element: Among, compiler: SQLCompiler, **options: Any) -> str:
    column, many = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} = ANY ({many})"
