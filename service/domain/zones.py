"""The time zones that a person may live in, and how to read one."""

from functools import cache
from zoneinfo import available_timezones

_ODD = ("Etc/", "SystemV/", "posix/", "right/", "US/", "Brazil/", "Canada/", "Chile/", "Mexico/")


@cache
def zones() -> tuple[str, ...]:
    """Return the IANA names of all time zones that a person may live in, UTC first."""
    return (
        "UTC",
        *sorted(name for name in available_timezones() if "/" in name and not name.startswith(_ODD)),
    )


@cache
def _by_words() -> dict[str, str]:
    """Map each name, and each city that only one zone has, to the zone; in lower case with spaces."""
    cities: dict[str, list[str]] = {}
    for name in zones():
        cities.setdefault(_words(name.rpartition("/")[2]), []).append(name)
    alone = {city: names[0] for city, names in cities.items() if len(names) == 1}
    return alone | {_words(name): name for name in zones()}


def _words(text: str) -> str:
    return " ".join(text.replace("_", " ").casefold().split())


def read_zone(text: str) -> str | None:
    """Read `Europe/Paris`, `europe/paris`, `New York` or `UTC` as an IANA name, or None."""
    return _by_words().get(_words(text[:100]))
